"""What came of a campaign beside its plan, in a real browser, with tables of results as people keep them."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest

from builders import book_of
from pages import CHROMIUM, at_the_candidates, on, sound

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")]
WORDS = {
    "vi": {
        "name": "Tên kế hoạch", "plan": "Mùa <hè>", "goal": "Tương tác", "budget": "Ngân sách", "on": "Tiếp theo:",
        "results": "Kết quả: Mùa <hè>", "titles": ["STT", "Tên KOL", "Nền tảng", "Lượt tương tác"], "who": "KOL / influencer",
        "hits": "kết quả nằm trong khoảng dự báo", "stranger": "Người lạ <b> (500)", "lacking": "chưa có kết quả",
        "came": "Thực tế", "orders": "Đơn hàng", "no_outcome": "orders.csv chưa có cột Lượt tương tác",
        "one": "hai-cot.xlsx: còn 1 câu hỏi. Trả lời xong thì kết quả hiện ra ở đây.", "early": "trước khi đăng bài",
        "missing": "Còn thiếu kế hoạch", "now": "Giờ đến kết quả", "unclear": "có cột chưa rõ nghĩa",
    },
    "en": {
        "name": "Name of the plan", "plan": "Summer <sale>", "goal": "Engagement", "budget": "Budget", "on": "Next:",
        "results": "Results: Summer <sale>", "titles": ["#", "Creator name", "Platform", "Engagements"], "who": "Creator",
        "hits": "lie in their likely range", "stranger": "Người lạ <b> (500)", "lacking": "no result yet",
        "came": "Came in", "orders": "Orders", "no_outcome": "orders.csv has no column of Engagements",
        "one": "hai-cot.xlsx: 1 question to answer; the results then appear here.", "early": "before the post was published",
        "missing": "The plan is missing", "now": "Now the results", "unclear": "some columns are not clear",
    },
}  # fmt: skip


def in_plan(content, who):
    """The names that the first sheet of a plan books."""
    rows = [list(row) for row in openpyxl.load_workbook(BytesIO(content)).worksheets[0].iter_rows(values_only=True)]
    head = next(place for place, row in enumerate(rows) if row[0] == who)
    below = [row[0] for row in rows[head + 1 :]]
    return below[: below.index(next(name for name in below if name in (None, "Tổng", "Total")))]


def planned(page, address, words, world, folder):
    """A plan, downloaded as `plan.xlsx`: the names that it books, and what its file was to be called."""
    at_the_candidates(page, address, words, "goal", world / "candidates.csv", "150tr", words["plan"])
    for step in (".k-answer .ag-row", ".k-bookings tbody tr", ".k-files"):
        on(page, words, step)
    with page.expect_download() as download:
        page.locator(".k-files button", has_text=".xlsx").click()
    download.value.save_as(folder / "plan.xlsx")
    return in_plan((folder / "plan.xlsx").read_bytes(), words["who"]), download.value.suggested_filename


def results_file(folder, titles, names):
    """Results under a heading of two lines: of all but the last of the plan, and of somebody else."""
    rows = [["KẾT QUẢ CHIẾN DỊCH"], [], titles]
    rows += [[place, name, "TikTok", 1000 + place] for place, name in enumerate(names[:-1], 1)]
    book_of({"KQ": [*rows, [99, "Người lạ <b>", "TikTok", 500]]}).save(folder / "kq.xlsx")
    return folder / "kq.xlsx"


@pytest.mark.parametrize(("lang", "width"), [("vi", 1280), ("en", 400)])
def test_results_dropped_stand_beside_the_plan_as_it_was_downloaded(place, tab, world, tmp_path, lang, width):
    words, page = WORDS[lang], tab(lang, width)
    names, file = planned(page, place.address, words, world, tmp_path)
    page.goto(place.address)
    page.get_by_role("button", name=words["results"], exact=True).click()
    page.locator(".k-came .q-uploader").wait_for()
    sound(page)
    page.set_input_files(".k-came .q-uploader__input", results_file(tmp_path, words["titles"], names))
    verdict = page.locator(".k-verdict")
    verdict.wait_for()
    for told in (words["hits"], words["stranger"], words["lacking"]):
        assert told in verdict.inner_text()
    assert page.locator(".k-results tbody tr").count() == len(names) + 1
    sound(page)
    page.reload()
    verdict.wait_for()  # what was dropped is there still
    assert "kq.xlsx" in page.locator(".k-soft", has_text="kq").first.inner_text() and words["lacking"] in verdict.inner_text()
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    sheet = book.worksheets[0]
    assert words["plan"] in sheet["A1"].value and "hè" in file + "hè" * (lang == "en")
    head = next(cell.row for cell in sheet["A"] if cell.value == words["who"])
    column = sheet.max_column + 1
    sheet.cell(head, column, words["came"])
    for line in range(1, len(names) + 1):
        sheet.cell(head + line, column, 777)
    book.save(tmp_path / "filled.xlsx")
    page.set_input_files(".k-came .q-uploader__input", tmp_path / "filled.xlsx")
    page.locator(".k-soft", has_text="filled.xlsx").wait_for()
    page.locator(".k-verdict", has_text=words["lacking"]).wait_for(state="detached")
    assert words["lacking"] not in verdict.inner_text() and words["stranger"] not in verdict.inner_text()
    (tmp_path / "orders.csv").write_text(f"{words['titles'][1]},{words['orders']}\n{names[0]},3\n", "utf-8")
    page.set_input_files(".k-came .q-uploader__input", tmp_path / "orders.csv")
    page.locator(".k-warn", has_text=words["no_outcome"]).wait_for()
    assert "--mapping" not in page.locator("body").inner_text()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_without_a_plan_that_was_handed_out_it_is_asked_for_and_unclear_results_are_named(place, tab, tmp_path, lang):
    words, page = WORDS[lang], tab(lang)
    page.goto(f"{place.address}/w/new")
    page.get_by_role("radio", name=words["goal"]).click()
    on(page, words, ".q-uploader")
    page.goto(page.url.replace("/w/", "/results/").rsplit("/", 1)[0])
    page.locator(".q-uploader").nth(1).wait_for()
    unclear = results_file(tmp_path, ["", "", "", ""], ["An", "Bình"])
    page.locator(".q-uploader__input").nth(1).set_input_files(unclear)
    page.get_by_text(words["missing"]).wait_for()
    page.locator(".q-uploader__input").first.set_input_files(unclear)  # no plan at all
    page.locator(".k-warn", has_text="kq").wait_for()
    sound(page)


@pytest.mark.parametrize(("lang", "width"), [("vi", 1280), ("en", 400)])
def test_a_question_about_results_is_answered_with_a_click_which_is_kept_and_can_be_taken_back(
    place, tab, world, tmp_path, lang, width
):
    words, page = WORDS[lang], tab(lang, width)
    names, _ = planned(page, place.address, words, world, tmp_path)
    page.goto(page.url.replace("/w/", "/results/").rsplit("/", 1)[0])
    rows = [["Tên KOL", "Tương tác", "Lượt tương tác"], *([name, 1000, 2000] for name in names)]
    book_of({"KQ": rows}).save(tmp_path / "hai-cot.xlsx")
    page.locator(".k-came .q-uploader__input").set_input_files(tmp_path / "hai-cot.xlsx")
    question = page.locator(".k-note.k-warn", has=page.get_by_role("button"))
    question.wait_for()
    assert "mapping.yaml" not in page.locator("body").inner_text()
    page.get_by_text(words["one"]).wait_for()
    sound(page)
    question.get_by_role("button").filter(has_text="Lượt tương tác").click()
    total = page.locator(".k-results tbody tr").last
    total.wait_for()
    came = total.locator("td").nth(3).inner_text()
    assert came == f"{2000 * len(names):,}".replace(",", {"vi": ".", "en": ","}[lang])
    page.reload()
    total.wait_for()
    assert total.locator("td").nth(3).inner_text() == came
    sound(page)
    page.locator(".k-answers button").first.click()
    question.get_by_role("button").filter(has_text="Tương tác").first.wait_for()
    days = [date(2026, 11, 20), date(2026, 11, 2)]  # counted before they were published, which is found once all is clear
    rows = [["Tên KOL", "Ngày đăng", "Ngày đo", "Tương tác", "Lượt tương tác"], *([name, *days, 1000, 2000] for name in names)]
    book_of({"KQ": rows}).save(tmp_path / "ngay.xlsx")
    page.locator(".k-came .q-uploader__input").set_input_files(tmp_path / "ngay.xlsx")
    page.locator(".k-warn", has_text="ngay.xlsx").wait_for()
    question.get_by_role("button").filter(has_text="Lượt tương tác").click()
    refused = page.locator(".k-warn", has_text=words["early"])
    refused.wait_for()
    drawn = refused.element_handle()
    page.locator(".k-came .q-uploader__input").set_input_files(tmp_path / "ngay.xlsx")  # with the answer that is kept
    drawn.wait_for_element_state("hidden")  # what stood there before the file came, with its buttons
    refused.wait_for()
    page.locator(".k-answers button").first.click()
    question.get_by_role("button").filter(has_text="Tương tác").first.wait_for()


def test_of_two_files_of_results_dropped_one_upon_the_other_the_later_is_shown_and_kept(place, tab, world, tmp_path):
    words, page = WORDS["en"], tab("en")
    names, _ = planned(page, place.address, words, world, tmp_path)
    page.goto(page.url.replace("/w/", "/results/").rsplit("/", 1)[0])
    for file, count, more in (("long.xlsx", 1000, 20_000), ("short.xlsx", 3000, 0)):
        rows = [[name, "TikTok", count] for name in names] + [[f"Person {one}", "TikTok", 1] for one in range(more)]
        book_of({"KQ": [["Creator name", "Platform", "Engagements"], *rows]}).save(tmp_path / file)
    files = page.locator(".k-came .q-uploader__input")
    files.set_input_files(tmp_path / "long.xlsx")
    page.locator(".k-waiting").wait_for()
    files.set_input_files(tmp_path / "short.xlsx")
    page.locator(".k-soft", has_text="short.xlsx").wait_for()
    place.rest()  # the long one has been read as well
    page.wait_for_timeout(500)
    came = page.locator(".k-results tbody tr").last.locator("td").nth(3)
    assert page.locator(".k-soft", has_text="short.xlsx").count() == 1 and came.inner_text() == f"{3000 * len(names):,}"
    page.reload()
    page.locator(".k-soft", has_text="short.xlsx").wait_for()
    assert came.inner_text() == f"{3000 * len(names):,}"

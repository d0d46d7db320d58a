"""A planner's day with short, messy lists, in a real browser: nothing covers anything, nothing said is lost, and all is found."""

import pytest

from pages import CHROMIUM, at_the_candidates, on, type_into

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")]
WORDS = {
    "vi": {
        "name": "Tên kế hoạch", "goal": "Tương tác", "sales": "Bán hàng", "traffic": "Lưu lượng truy cập", "budget": "Ngân sách",
        "on": "Tiếp theo:", "home": "Lập kế hoạch chiến dịch",
        "reach": "Cần ít nhất bao nhiêu?", "chance": "Khả năng đạt từ 40", "copy": "Nhân bản",
        "gone": "mức cần đạt 40 đơn hàng đã được bỏ", "of": "Bản sao của Hè", "brief": "1. Brief",
        "ends": "Kết thúc", "wrong": "31/1", "right": "31/01/2027",
        "seek": "Tìm trong bảng, ví dụ: TikTok micro", "people": "3/3 dòng, của 2 người",
        "choose": "Bấm phím cách để chọn hoặc bỏ chọn dòng này", "empty": "Không có dòng nào",
        "easiest": "Dễ đạt con số bên trên nhất", "needs": "Hãy ghi con số cần đạt",
    },
    "en": {
        "name": "Name of the plan", "goal": "Engagement", "sales": "Sales", "traffic": "Traffic", "budget": "Budget",
        "on": "Next:", "home": "Campaign planner",
        "reach": "At least how much?", "chance": "Chance of 40 or more", "copy": "Duplicate",
        "gone": "the 40 orders to be reached are gone", "of": "Copy of Hè", "brief": "1. Brief",
        "ends": "Ends on", "wrong": "31/1", "right": "2027-01-31",
        "seek": "Find in the table, such as TikTok micro", "people": "3 of 3 rows can be used, of 2 creators",
        "choose": "Press Space to choose or leave this row", "empty": "No rows",
        "easiest": "Most likely to hit the target above", "needs": "Say above how much",
    },
}  # fmt: skip


def list_of(folder, *rows, titles="Tên,Nền tảng,Loại,Followers,Báo giá (VND)"):
    """A list as a planner keeps it."""
    (folder / "kol.csv").write_text("\n".join([titles, *rows]), "utf-8")
    return folder / "kol.csv"


def ten(folder):
    """Ten candidates, whose names have accents."""
    names = ("Trâm", "Đức", "Hà", "Lộc", "Mỹ", "Năm", "Oanh", "Phúc", "Quý", "Sương")
    kinds = ("KOL", "influencer")
    rows = (f"{name},TikTok,{kinds[at % 2]},{90 + at}k,{12 + at}.000.000" for at, name in enumerate(names))
    return list_of(folder, *rows)


@pytest.mark.parametrize(("lang", "width"), [("vi", 1280), ("en", 400)])
def test_the_table_of_a_short_list_covers_neither_the_notes_below_it_nor_the_way_on(place, tab, tmp_path, lang, width):
    words, page = WORDS[lang], tab(lang, width)
    at_the_candidates(page, place.address, words, "goal", ten(tmp_path))
    on(page, words, ".k-answer .ag-row")
    table, notes, foot = (page.locator(place).bounding_box() for place in (".k-table .ag-root", ".k-caveats", ".k-foot"))
    assert table["y"] + table["height"] <= notes["y"] < notes["y"] + notes["height"] <= foot["y"]
    last = page.locator(".k-table .ag-row").last.bounding_box()
    assert last["y"] + last["height"] <= notes["y"]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_creators_are_found_without_their_accents_and_no_word_of_the_table_is_of_another_language(place, tab, tmp_path, lang):
    words, page = WORDS[lang], tab(lang)
    at_the_candidates(page, place.address, words, "goal", ten(tmp_path))
    page.locator(f'.k-sheet .ag-row [aria-label^="{words["choose"]}"]').first.wait_for(state="attached")
    assert "Press Space to toggle" not in page.locator(".k-sheet").inner_html()
    on(page, words, ".k-answer .ag-row")
    type_into(page, page.get_by_label(words["seek"], exact=True), "tram")
    page.wait_for_function("document.querySelectorAll('.k-table .ag-center-cols-container .ag-row').length === 1")
    assert "Trâm" in page.locator(".k-table .ag-row").first.inner_text()
    type_into(page, page.get_by_label(words["seek"], exact=True), "duc")
    page.locator(".k-table .ag-row", has_text="Đức").wait_for()
    type_into(page, page.get_by_label(words["seek"], exact=True), "zzzz")
    page.locator(".k-table").get_by_text(words["empty"], exact=True).first.wait_for(state="attached")


@pytest.mark.parametrize(("lang", "width"), [("vi", 1280), ("en", 400)])
def test_who_has_no_name_goes_by_the_handle_people_are_counted_once_and_no_amount_is_cut(place, tab, tmp_path, lang, width):
    words, page = WORDS[lang], tab(lang, width)
    rows = ("https://www.tiktok.com/@lan.beauty,TikTok,120k,112.000.000", "https://www.tiktok.com/@lan.beauty,TikTok,120k,5tr")
    rows += ("https://www.tiktok.com/@minh,TikTok,80k,12.000.000",)
    at_the_candidates(
        page, place.address, words, "goal", list_of(tmp_path, *rows, titles="Link kênh,Nền tảng,Followers,Phí (VND)")
    )
    names = page.locator('.k-sheet .ag-center-cols-container [col-id="name"]')
    assert names.all_inner_texts() == ["lan.beauty", "lan.beauty", "minh"]
    page.get_by_text(words["people"]).wait_for()
    cut = "cells => cells.filter(one => one.scrollWidth > one.clientWidth).map(one => one.innerText)"
    assert page.locator('.k-sheet .ag-center-cols-container [col-id="fee"]').evaluate_all(cut) == []


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_brief_is_kept_from_its_first_field_and_each_copy_of_a_plan_has_a_name_of_its_own(place, tab, lang):
    words, page = WORDS[lang], tab(lang)
    page.goto(f"{place.address}/w/new")
    type_into(page, page.get_by_label(words["name"], exact=True), "Hè")
    page.keyboard.press("Tab")
    page.wait_for_url("**/brief")
    page.get_by_role("link", name=words["home"], exact=True).click()
    page.get_by_role("link", name="Hè", exact=True).first.wait_for()
    for of in (words["of"], f"{words['of']} (2)"):
        page.get_by_role("button", name=f"{words['copy']}: Hè", exact=True).first.click()
        page.wait_for_url("**/brief")
        assert page.get_by_label(words["name"], exact=True).input_value() == of
        page.goto(place.address)
    for _ in range(3):  # as it was for those who come after
        page.locator(".k-list button").last.click()
        page.get_by_role("dialog").get_by_role("button").last.click()
        page.locator(".q-dialog").wait_for(state="detached")


def test_a_new_plan_in_which_nothing_was_given_is_not_kept(place, tab):
    page = tab("vi")
    page.goto(place.address)
    before = page.locator(".k-list .k-item").count()
    page.goto(f"{place.address}/w/new")
    page.get_by_label("Thương hiệu", exact=True).click()
    page.keyboard.press("Tab")
    page.wait_for_timeout(1000)
    assert page.url.endswith("/w/new")
    page.goto(place.address)
    assert page.locator(".k-list .k-item").count() == before


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_had_to_be_reached_of_one_goal_is_not_asked_of_another_and_this_is_told(place, tab, tmp_path, lang):
    words, page = WORDS[lang], tab(lang)
    at_the_candidates(page, place.address, words, "sales", ten(tmp_path))
    on(page, words, ".k-answer .ag-row")
    on(page, words, ".k-bookings tbody tr")
    type_into(page, page.get_by_label(words["reach"], exact=True), "40")
    page.keyboard.press("Tab")
    page.locator(".k-plan", has_text=words["chance"]).first.wait_for()
    page.get_by_role("button", name=words["brief"]).click()
    page.get_by_role("radio", name=words["traffic"]).click()
    page.locator(".q-notification", has_text=words["gone"]).wait_for()
    page.get_by_role("button", name="4.").click()
    page.wait_for_selector(".k-bookings tbody tr")
    assert page.get_by_label(words["reach"], exact=True).input_value() == ""
    page.reload()
    page.wait_for_selector(".k-bookings tbody tr")
    assert page.get_by_label(words["reach"], exact=True).input_value() == ""


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_why_a_step_did_not_open_is_said_no_longer_than_it_is_so(place, tab, lang):
    words, page = WORDS[lang], tab(lang)
    page.goto(f"{place.address}/w/new")
    page.get_by_role("radio", name=words["goal"]).click()
    type_into(page, page.get_by_label(words["ends"], exact=True), words["wrong"])
    page.get_by_role("button", name=words["on"]).click()
    page.locator(".q-notification").wait_for()
    type_into(page, page.get_by_label(words["ends"], exact=True), words["right"])
    page.locator(".q-notification").wait_for(state="detached", timeout=3000)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_rate_is_written_as_people_write_it_a_count_that_is_missing_is_asked_for_and_paper_has_no_buttons(
    place, tab, tmp_path, lang
):
    words, page = WORDS[lang], tab(lang)
    rows = (f"{name},TikTok,KOL,{size}k,10.000.000,3.1%" for name, size in (("An", 90), ("Bình", 120)))
    titles = "Tên,Nền tảng,Loại,Followers,Báo giá (VND),ER"
    at_the_candidates(page, place.address, words, "goal", list_of(tmp_path, *rows, titles=titles))
    page.locator('.k-sheet [col-id="engagement_rate"]', has_text={"vi": "3,1%", "en": "3.1%"}[lang]).first.wait_for()
    on(page, words, ".k-answer .ag-row")
    on(page, words, ".k-bookings tbody tr")
    page.get_by_role("radio", name=words["easiest"]).click()
    page.get_by_text(words["needs"]).wait_for()
    acts = page.locator(".k-acts").first
    assert acts.is_visible()
    page.emulate_media(media="print")
    assert not acts.is_visible() and not page.locator(".k-foot").is_visible() and not page.locator(".k-steps").is_visible()
    assert page.locator(".k-bookings").is_visible()


@pytest.mark.parametrize(
    ("lang", "typed", "told", "refused"),
    [
        ("vi", "80.000", "80.000 lượt tương tác", "“1,5” không phải số nguyên"),
        ("en", "80k", "80,000 engagements", "“1,5” is no whole number"),
    ],
)  # fmt: skip
def test_a_number_is_told_back_as_it_was_read_or_refused_in_a_sentence(place, tab, tmp_path, lang, typed, told, refused):
    words, page = WORDS[lang], tab(lang)
    at_the_candidates(page, place.address, words, "goal", ten(tmp_path))
    on(page, words, ".k-answer .ag-row")
    on(page, words, ".k-bookings tbody tr")
    box = page.get_by_label(words["reach"], exact=True)
    for text, below in ((typed, told), ("1,5", refused)):
        type_into(page, box, text)
        page.keyboard.press("Tab")
        page.locator(".k-echo", has_text=below).wait_for()
    assert box.input_value() == "1,5"

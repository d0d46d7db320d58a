"""The planner's page in a real browser, from a spreadsheet to the files, on the invented agency."""

from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pandas as pd
import pytest

from builders import phrases, scored
from pages import CHROMIUM, ELSEWHERE, at_the_candidates, on, sound, type_into
from predictor.reporting.comparison_report import write_report

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")]
WORDS = {
    "vi": {
        "new": "Kế hoạch mới", "name": "Tên kế hoạch", "goal": "Tương tác", "budget": "Ngân sách", "on": "Tiếp theo:",
        "starts": "Bắt đầu", "day": "21/07/2026", "read": "150.000.000 ₫", "other": "English", "steps": "Đội hình",
        "keep": "Giữ", "swap": "Thay bằng", "close": "Đóng",
        "answer": "Với 150 triệu ₫: ", "other_answer": "Với 90 triệu ₫: ", "still": "Ngân sách vẫn là 90.000.000 ₫",
        "bookings": "Danh sách booking: Tải .csv", "who": "KOL / influencer",
        "why": "Vì sao?", "safe": "Chắc chắn (8/10 lần đạt được)",
    },
    "en": {
        "new": "New plan", "name": "Name of the plan", "goal": "Engagement", "budget": "Budget", "on": "Next:",
        "starts": "Starts on", "day": "2026-07-21", "read": "150,000,000 ₫", "other": "Tiếng Việt", "steps": "Line-up",
        "keep": "Keep", "swap": "Replace with", "close": "Close",
        "answer": "With 150M ₫: ", "other_answer": "With 90M ₫: ", "still": "The budget is still 90,000,000 ₫",
        "bookings": "Bookings: Download .csv", "who": "Creator",
        "why": "Why?", "safe": "Safe: reached 8 times in 10",
    },
}  # fmt: skip
FOCUSED = """() => {
  const e = document.activeElement, style = getComputedStyle(e)
  if (e === document.body) return ['', true]  // a turn through the browser's own buttons
  const seen = style.outlineStyle !== 'none' || style.boxShadow !== 'none' || e.closest('.q-field--focused')
  return [e.getAttribute('aria-label') || e.innerText || '', Boolean(seen)] }"""

SLOW = """() => { const later = window.setTimeout
  window.setTimeout = (does, wait, ...more) => later(does, wait || 2000, ...more) }"""  # what should come at once comes late

VIOLATED = """address => new Promise(found => {
  document.addEventListener('securitypolicyviolation', event => found(event.effectiveDirective))
  new Image().src = address
  setTimeout(() => found('nothing'), 5000) })"""
FRAMED = """address => new Promise(found => {
  const frame = document.createElement('iframe')
  frame.onload = () => found(frame.contentDocument?.body?.innerText ?? '')
  frame.src = address
  document.body.append(frame) })"""


def saved(page, button, folder):
    """What a button downloads."""
    with page.expect_download() as download:
        button.click()
    download.value.save_as(folder / "saved")
    return (folder / "saved").read_bytes()


@pytest.mark.parametrize(("lang", "width", "goal"), [("vi", 1280, "Tương tác"), ("en", 400, "Traffic")])
def test_from_a_spreadsheet_to_the_signed_plan_and_back_by_its_link(place, tab, world, tmp_path, lang, width, goal):
    words, page = WORDS[lang], tab(lang, width)
    page.goto(place.address)
    page.get_by_role("button", name=words["new"]).wait_for()
    sound(page)
    page.get_by_role("button", name=words["new"]).click()
    type_into(page, page.get_by_label(words["name"], exact=True), "Son môi <b>")
    page.get_by_role("radio", name=goal).click()
    type_into(page, page.get_by_label(words["budget"], exact=True), "150tr")
    type_into(page, page.get_by_label(words["starts"], exact=True), words["day"])
    page.get_by_text(words["read"]).wait_for()
    page.locator(".q-field button").first.click()
    page.locator(".q-date").wait_for()
    sound(page)
    page.keyboard.press("Escape")
    page.locator(".q-date").wait_for(state="detached")
    on(page, words, ".q-uploader")
    page.set_input_files(".q-uploader__input", world / "candidates.csv")
    page.wait_for_selector(".k-sheet .ag-row")
    sound(page)
    on(page, words, ".k-answer .ag-row")
    cut_off = page.evaluate(
        "(at => at.scrollWidth - at.clientWidth)(document.querySelector('.k-answer .ag-center-cols-viewport'))"
    )
    assert cut_off <= 1 and page.locator(".k-cell").first.is_visible() == (width < 640)  # a phone gets a card each
    page.locator(".k-answering").wait_for(state="detached")
    assert page.locator(".k-verdict .k-strong").inner_text().startswith(words["answer"])
    page.locator(".k-verdict").get_by_text(words["why"]).click()
    page.locator(".k-verdict .q-expansion-item--expanded").wait_for()
    page.get_by_role("radio", name=words["safe"]).click()
    page.locator(".k-answer .ag-row", has_text="1 (").first.wait_for()
    sound(page)
    assert saved(page, page.locator(".k-picture").first, tmp_path).startswith(b"\x89PNG")
    page.locator(".k-answer .ag-row .ag-cell").first.click()
    page.locator(".k-why .q-expansion-item .q-item").click()
    page.locator(".k-chart-curve canvas").first.wait_for()
    sound(page)
    page.keyboard.press("Escape")
    page.locator(".k-why").wait_for(state="detached")
    on(page, words, ".k-three")
    narrow = width < 980  # there the answer comes first, and the rules behind a button
    assert page.locator(".k-opens").is_visible() == narrow and page.locator(".k-side").is_visible() != narrow
    if narrow:
        page.locator(".k-opens").click()
        page.locator(".k-side .q-slider").wait_for()
    typed = page.locator(".k-side").get_by_label(words["budget"], exact=True).first
    type_into(page, typed, "90tr")
    page.keyboard.press("Enter")
    page.locator(".k-verdict .k-strong", has_text=words["other_answer"]).wait_for()
    type_into(page, typed, "abc")
    page.keyboard.press("Enter")
    page.get_by_text(words["still"]).wait_for()
    page.locator(".k-busy").first.wait_for(state="detached")
    sound(page)
    page.locator(".k-bookings button", has_text=words["keep"]).first.click()
    page.wait_for_selector(".k-bookings .k-kept")
    page.locator(".k-bookings button", has_text=words["swap"]).first.click()
    page.locator(".k-dialog").get_by_role("button", name=words["close"]).click()
    page.locator(".k-dialog").wait_for(state="detached")
    sound(page)
    on(page, words, ".k-files")
    plan, pictures = (saved(page, page.locator(".k-files button", has_text=form), tmp_path) for form in (".xlsx", ".zip"))
    assert len(openpyxl.load_workbook(BytesIO(plan)).worksheets) == 3
    bookings = pd.read_csv(BytesIO(saved(page, page.get_by_role("button", name=words["bookings"], exact=True), tmp_path)))
    assert len(bookings.columns) == 10 and bookings.columns[0] == words["who"] and len(bookings) > 0
    assert set(ZipFile(BytesIO(pictures)).namelist()) >= {"plans.png", "bookings.png", "kinds.png"}
    assert {url.split("/")[2] for url in page.asked if url.startswith(("http", "ws"))} == {place.address.split("/")[2]}
    again = tab(lang)
    again.goto(page.url)
    again.wait_for_selector(".k-files")
    assert again.title() == "Son môi <b>"


def test_the_browsers_arrows_a_refresh_and_a_link_keep_the_place(place, tab, world):
    page = tab("en")
    page.goto(f"{place.address}/w/new")
    page.get_by_role("radio", name=WORDS["en"]["goal"]).click()
    type_into(page, page.get_by_label("Budget", exact=True), "150tr")
    on(page, WORDS["en"], ".q-uploader")
    page.set_input_files(".q-uploader__input", world / "candidates.csv")
    page.wait_for_selector(".k-sheet .ag-row")
    on(page, WORDS["en"], ".k-answer .ag-row")
    page.locator(".k-answer .ag-row .ag-cell").first.click()
    page.locator(".k-why h1, .k-why h2").first.wait_for()
    page.wait_for_url("**/comparison?candidate=*")
    whose = page.get_by_role("dialog").get_attribute("aria-label")
    page.reload()
    page.get_by_role("dialog", name=whose).wait_for()
    page.keyboard.press("Escape")
    page.wait_for_url("**/comparison")
    page.go_back()
    page.wait_for_selector(".k-sheet .ag-row")
    assert page.url.endswith("/candidates")
    page.go_forward()
    page.wait_for_selector(".k-answer .ag-row")
    on(page, WORDS["en"], ".k-three")
    page.go_back()
    page.wait_for_selector(".k-answer .ag-row")
    assert page.url.endswith("/comparison")
    page.go_forward()
    page.wait_for_selector(".k-three")
    colleague = tab("en")
    colleague.goto(page.url)
    colleague.wait_for_selector(".k-three")


def test_a_step_left_before_the_browser_has_made_its_charts_leaves_no_error(place, tab, world):
    page = tab("en")
    at_the_candidates(page, place.address, WORDS["en"], "goal", world / "candidates.csv")
    on(page, WORDS["en"], ".k-answer .ag-row")
    page.go_back()
    page.wait_for_selector(".k-sheet .ag-row")
    page.evaluate(SLOW)
    page.go_forward()
    page.locator(".nicegui-echart").first.wait_for(state="attached")
    page.go_back()
    page.wait_for_selector(".k-sheet .ag-row")
    page.wait_for_timeout(2500)
    assert page.broken == []


@pytest.mark.parametrize("width", [1280, 400])
def test_a_budget_that_is_read_back_moves_no_button_under_the_hand(place, tab, width):
    page = tab("en", width)
    page.goto(f"{place.address}/w/new")
    on_button = page.get_by_role("button", name=WORDS["en"]["on"])
    before = on_button.bounding_box()
    type_into(page, page.get_by_label("Budget", exact=True), "150tr")
    page.get_by_text(WORDS["en"]["read"]).wait_for()
    assert on_button.bounding_box() == before
    page.get_by_role("radio", name=WORDS["en"]["goal"]).click()
    page.locator(".k-step:not([disabled])").nth(1).wait_for()
    assert on_button.bounding_box() == before


@pytest.mark.parametrize(("width", "pause"), [(1280, 0), (400, 900)])
def test_a_niche_that_is_typed_and_left_is_chosen_and_one_that_there_is_not_is_told(place, tab, width, pause):
    page = tab("vi", width)
    page.goto(f"{place.address}/w/new")
    field, chips = page.get_by_label("Lĩnh vực", exact=True), page.locator(".q-chip")
    for typed, key, chosen in (("công nghệ", "Enter", "Công nghệ"), ("lam dep", "Tab", "Làm đẹp")):
        field.click()
        page.keyboard.type(typed)
        page.wait_for_timeout(pause)
        page.keyboard.press(key)
        chips.filter(has_text=chosen).wait_for()
    page.keyboard.press("Escape")
    field.click()
    page.keyboard.type("abcxyz")
    page.keyboard.press("Tab")
    page.get_by_text("Không có lĩnh vực “abcxyz”; hãy chọn trong danh sách.").wait_for()
    assert chips.count() == 2
    sound(page)


def test_a_currency_typed_with_the_budget_is_the_campaigns(place, tab):
    page = tab("vi")
    page.goto(f"{place.address}/w/new")
    budget = page.get_by_label("Ngân sách", exact=True)
    type_into(page, budget, "10000 USD")
    page.locator(".k-reading", has_text="USD 10.000").wait_for()
    assert page.get_by_role("combobox", name="Tiền tệ").input_value() == "USD"
    type_into(page, budget, "200.000.000 đ")
    page.locator(".k-reading", has_text="200.000.000 ₫").wait_for()
    assert page.get_by_role("combobox", name="Tiền tệ").input_value() == "VND"


def test_what_is_done_before_the_page_is_connected_arrives_in_the_order_it_was_done(place, tab):
    page, held = tab("en"), []
    page.route_web_socket("**/_nicegui_ws/**", lambda socket: held.append(socket))
    page.goto(f"{place.address}/w/new")
    page.get_by_role("radio", name=WORDS["en"]["goal"]).click()
    type_into(page, page.get_by_label("Budget", exact=True), "150tr")
    page.get_by_role("button", name=WORDS["en"]["on"]).click()
    page.wait_for_timeout(500)
    held[0].connect_to_server()
    page.wait_for_selector(".q-uploader")
    assert page.locator(".q-notification").count() == 0


def tab_to(page, name):
    """Press Tab until something of that name has the focus; wherever the focus is, it can be seen."""
    for _ in range(120):
        page.keyboard.press("Tab")
        found, seen = page.evaluate(FOCUSED)
        assert seen, found
        if name in found:
            return
    raise AssertionError(f"no Tab leads to '{name}'")


def test_the_keyboard_alone_leads_from_the_brief_to_the_files(place, tab, world):
    page = tab("en")
    page.on("filechooser", lambda chooser: None)  # Chromium starts to hand choosers over some time after the first to listen
    page.goto(f"{place.address}/w/new")
    tab_to(page, "Awareness")
    page.keyboard.press("Space")
    tab_to(page, "Budget")
    page.keyboard.type("150tr")
    tab_to(page, "Next:")
    page.keyboard.press("Enter")
    page.wait_for_selector(".q-uploader button")
    tab_to(page, "Choose a file")
    with page.expect_file_chooser() as asked:
        page.keyboard.press("Enter")
    asked.value.set_files(world / "candidates.csv")
    for there in (".k-sheet .ag-row", ".k-answer .ag-row", ".k-board .k-three"):
        page.wait_for_selector(there)
        tab_to(page, "Next:")
        page.keyboard.press("Enter")
    page.wait_for_selector(".k-files")
    tab_to(page, ".xlsx")
    with page.expect_download():
        page.keyboard.press("Enter")


def test_the_button_that_chooses_a_file_keeps_the_focus_when_a_file_arrives(place, tab, world):
    page = tab("en")
    page.goto(f"{place.address}/w/new")
    page.get_by_role("radio", name=WORDS["en"]["goal"]).click()
    on(page, WORDS["en"], ".q-uploader button")
    tab_to(page, "Choose a file")
    page.set_input_files(".q-uploader__input", world / "candidates.csv")
    page.wait_for_selector(".k-sheet .ag-row")
    assert "Choose a file" in page.evaluate(FOCUSED)[0]


def test_who_is_refused_at_the_door_is_told_so_on_a_sound_page(place, tab):
    for lang, words in (("vi", "Trang này chỉ phục vụ"), ("en", "This page answers to")):
        page = tab(lang)
        page.goto(place.address.replace("127.0.0.1", ELSEWHERE))
        assert page.get_by_role("heading").inner_text().startswith(words)
        sound(page)
        assert all("421" in error for error in page.broken)  # the refusal itself, which Chromium tells too
        page.broken.clear()


def test_neither_the_page_nor_a_report_loads_anything_from_elsewhere_and_a_report_runs_nothing(place, tab, tmp_path):
    page, report = tab(), tmp_path / "report.html"
    page.goto(place.address)
    assert [page.evaluate(VIOLATED, f"http://{ELSEWHERE}/picture.png"), page.evaluate(FRAMED, place.address)] == ["img-src", ""]
    page.broken.clear()  # Chromium tells what it refused
    write_report(scored(), "engagement", phrases("en"), report)
    report.write_text(report.read_text(encoding="utf-8").replace("</body>", "<script>document.title = 'run'</script></body>"))
    page.goto(report.as_uri())
    assert page.title() and page.title() != "run"
    assert page.evaluate(VIOLATED, f"http://{ELSEWHERE}/picture.png") == "img-src"
    assert any("script" in refused for refused in page.broken)
    page.broken.clear()


def test_two_visitors_do_not_mix_and_a_restart_loses_nothing(place, tab, world):
    one, other = tab(), tab("en")
    for page, words, name in ((one, WORDS["vi"], "Một"), (other, WORDS["en"], "Two")):
        page.goto(f"{place.address}/w/new")
        type_into(page, page.get_by_label(words["name"], exact=True), name)
        page.get_by_role("radio", name=words["goal"]).click()
    for page, words in ((one, WORDS["vi"]), (other, WORDS["en"])):
        on(page, words, ".q-uploader")
    other.set_input_files(".q-uploader__input", world / "candidates.csv")
    other.wait_for_selector(".k-sheet .ag-row")
    assert one.locator(".k-sheet").count() == 0
    kept = [(page.context, page.url, lang, name) for page, lang, name in ((one, "vi", "Một"), (other, "en", "Two"))]
    for page in (one, other):  # an open page would load itself anew while the test does
        page.close()
    place.again()
    for visitor, link, lang, name in kept:
        page = visitor.new_page()
        page.goto(link)
        page.get_by_role("button", name="1.").click()
        field = page.get_by_label(WORDS[lang]["name"], exact=True)
        field.wait_for()
        assert field.input_value() == name


def test_the_second_of_two_who_save_the_same_plan_is_told(place, tab):
    first = tab()
    first.goto(f"{place.address}/w/new")
    first.get_by_role("radio", name="Tương tác").click()
    on(first, WORDS["vi"], ".q-uploader")
    second = tab()
    second.goto(first.url)
    second.get_by_role("button", name="1.").click()
    type_into(second, second.get_by_label("Tên kế hoạch", exact=True), "Của người thứ hai")
    on(second, WORDS["vi"], ".q-uploader")
    first.get_by_role("button", name="1.").click()
    type_into(first, first.get_by_label("Tên kế hoạch", exact=True), "Của người thứ nhất")
    first.get_by_role("dialog").wait_for()  # within the seconds after which what was typed is saved
    first.get_by_role("button", name="Giữ bản của tôi thành bản sao").click()
    first.wait_for_url(lambda url: url != second.url)


def test_a_cell_that_cannot_be_read_is_mended_in_place(place, tab, tmp_path):
    page, words = tab(), WORDS["vi"]
    (tmp_path / "q.csv").write_text(
        "Tên,Nền tảng,Followers,Báo giá (VND)\n<img src=x onerror=alert(1)>,TikTok,abc,5tr\n", "utf-8"
    )
    page.goto(f"{place.address}/w/new")
    page.get_by_role("radio", name=words["goal"]).click()
    on(page, words, ".q-uploader")
    page.set_input_files(".q-uploader__input", tmp_path / "q.csv")
    page.get_by_text("“abc” không phải số").wait_for()
    sound(page)
    page.locator('.ag-row [col-id="followers"]').click()
    page.keyboard.press("Control+A")
    page.keyboard.type("45.000")
    page.keyboard.press("Enter")
    page.get_by_text("“abc” không phải số").wait_for(state="detached")
    page.get_by_text("Dùng được 1/1 dòng").wait_for()
    assert page.locator("img[src=x]").count() == 0


def test_everybody_of_the_history_is_ranked_for_the_brief(place, tab):
    page = tab("en")
    page.goto(f"{place.address}/w/new")
    page.get_by_role("radio", name=WORDS["en"]["goal"]).click()
    on(page, WORDS["en"], ".q-uploader")
    page.get_by_text("Add creators whom your history knows").click()
    page.get_by_role("button", name="Rank all 120 creators").click()
    page.wait_for_selector(".k-answer .ag-row")
    page.get_by_text("By platform").click()
    page.locator(".k-by td").first.wait_for()
    sound(page)
    page.get_by_role("button", name="2.").click()
    page.get_by_text("120 of 120 rows can be used").wait_for()


def test_how_good_the_model_is_can_be_read(place, tab):
    page = tab("en")
    page.goto(place.address)
    page.get_by_role("link", name="How good is this model?").click()
    page.wait_for_selector("main h2, main h3")
    assert page.get_by_text("mlflow ui --backend-store-uri").is_visible()
    order = page.evaluate("[...document.querySelectorAll('main h2, main .k-said, main canvas, main table')].map(e => e.tagName)")
    assert order[:5] == ["H2", "P", "P", "P", "CANVAS"] and "TABLE" in order
    assert page.locator("main h2").first.inner_text() == "Can I trust it?"
    sound(page)


def test_a_language_once_chosen_is_kept(place, tab):
    page = tab("vi")
    page.goto(place.address)
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="New plan").wait_for()
    page.goto(place.address)
    assert page.get_by_role("button", name="New plan").is_visible()
    assert page.locator("html").get_attribute("lang").startswith("en")


def test_a_saved_plan_is_deleted_after_a_question_and_its_link_says_that_it_is_gone(place, tab):
    page = tab()
    page.goto(f"{place.address}/w/new")
    type_into(page, page.get_by_label("Tên kế hoạch", exact=True), "Thừa <b>")
    page.get_by_role("radio", name="Tương tác").click()
    on(page, WORDS["vi"], ".q-uploader")
    link = page.url
    page.goto(place.address)
    delete = page.get_by_role("button", name="Xóa: Thừa <b>")
    delete.click()
    page.get_by_role("button", name="Giữ lại").click()
    page.get_by_role("dialog").wait_for(state="detached")
    sound(page)
    delete.click()
    page.get_by_role("button", name="Xóa", exact=True).last.click()
    delete.wait_for(state="detached")
    page.goto(link)
    page.get_by_text("Không có kế hoạch").wait_for()

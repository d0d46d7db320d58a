"""The planner's page in a real browser, from a spreadsheet to the files, on the invented agency."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")]
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
ELSEWHERE = "evil.example"  # a name that leads here
WORDS = {
    "vi": {
        "new": "Kế hoạch mới", "name": "Tên kế hoạch", "goal": "Tương tác", "budget": "Ngân sách", "on": "Tiếp theo:",
        "starts": "Bắt đầu", "day": "21/07/2026", "read": "150.000.000 ₫", "other": "English", "steps": "Đội hình",
        "keep": "Giữ", "swap": "Đổi lấy", "close": "Đóng",
    },
    "en": {
        "new": "New plan", "name": "Name of the plan", "goal": "Engagement", "budget": "Budget", "on": "Next:",
        "starts": "Starts on", "day": "2026-07-21", "read": "150,000,000 ₫", "other": "Tiếng Việt", "steps": "Line-up",
        "keep": "Keep", "swap": "Small creators", "close": "Close",
    },
}  # fmt: skip
FOCUSED = """() => {
  const e = document.activeElement, style = getComputedStyle(e)
  if (e === document.body) return ['', true]  // a turn through the browser's own buttons
  const seen = style.outlineStyle !== 'none' || style.boxShadow !== 'none' || e.closest('.q-field--focused')
  return [e.getAttribute('aria-label') || e.innerText || '', Boolean(seen)] }"""


def served(port, *options):
    """A server of its own, once it answers."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    command = [sys.executable, "-c", "from predictor.cli import main; main()", "page", "--no-show", "--port", str(port)]
    server = subprocess.Popen([*command, *map(str, options)], env=environment)
    for _ in range(240):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read()
            return server
        except OSError:
            assert server.poll() is None, "the server ended"
            time.sleep(0.25)
    raise AssertionError("the server does not answer")


@pytest.fixture(scope="module")
def place(world, saved_bundle, project, tmp_path_factory):
    """A port, and how to start the page there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    work = tmp_path_factory.mktemp("work")
    options = ("--history", world, "--model", saved_bundle, "--project", project, "--work", work)
    server = [served(port, *options)]

    def again():
        server[0].terminate()
        server[0].wait(20)
        server[0] = served(port, *options)

    yield f"http://127.0.0.1:{port}", again
    server[0].terminate()
    server[0].wait(20)


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as started:
        yield started.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1"])


def tab(browser, lang="vi", width=1280):
    """A new visitor; whatever the page asks for is noted."""
    visitor = browser.new_context(  # without motion: what still fades in is too faint
        locale={"vi": "vi-VN", "en": "en-US"}[lang], viewport={"width": width, "height": 860}, reduced_motion="reduce"
    )  # fmt: skip
    page = visitor.new_page()
    page.asked, page.broken = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("pageerror", lambda error: page.broken.append(str(error)))
    return page


def sound(page):
    """Nothing that axe finds fault with (behind an open dialog the page is dimmed on purpose), nothing wider than the window, no
    broken script."""
    faults = axe.Axe().run(page, ".q-dialog" if page.locator(".q-dialog").count() else None).response["violations"]
    assert [(fault["id"], node["html"]) for fault in faults for node in fault["nodes"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
    assert page.broken == []


def saved(page, button, folder):
    """What a button downloads."""
    with page.expect_download() as download:
        button.click()
    download.value.save_as(folder / "saved")
    return (folder / "saved").read_bytes()


def on(page, words, waits_for):
    page.get_by_role("button", name=words["on"]).click()
    page.wait_for_selector(waits_for)
    page.wait_for_selector(".k-waiting", state="detached")
    sound(page)


@pytest.mark.parametrize(("lang", "width"), [("vi", 1280), ("en", 400)])
def test_from_a_spreadsheet_to_the_signed_plan_and_back_by_its_link(place, browser, world, tmp_path, lang, width):
    words, page = WORDS[lang], tab(browser, lang, width)
    page.goto(place[0])
    page.get_by_role("button", name=words["new"]).wait_for()
    sound(page)
    page.get_by_role("button", name=words["new"]).click()
    page.get_by_label(words["name"], exact=True).fill("Son môi <b>")
    page.get_by_role("radio", name=words["goal"]).click()
    page.get_by_label(words["budget"], exact=True).fill("150tr")
    page.get_by_label(words["starts"], exact=True).fill(words["day"])
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
    assert cut_off <= 1 or width < 1280  # a phone scrolls the table sideways
    assert saved(page, page.locator(".k-picture").first, tmp_path).startswith(b"\x89PNG")
    page.locator(".k-answer .ag-row .ag-cell").first.click()
    page.locator(".k-why .q-expansion-item .q-item").click()
    page.locator(".k-chart-curve canvas").first.wait_for()
    sound(page)
    page.keyboard.press("Escape")
    page.locator(".k-why").wait_for(state="detached")
    on(page, words, ".k-three")
    page.locator(".k-bookings button", has_text=words["keep"]).first.click()
    page.wait_for_selector(".k-bookings .k-kept")
    page.locator(".k-bookings button", has_text=words["swap"]).first.click()
    page.locator(".k-dialog").get_by_role("button", name=words["close"]).click()
    page.locator(".k-dialog").wait_for(state="detached")
    sound(page)
    on(page, words, ".k-files")
    plan, pictures = (saved(page, page.locator(".k-files button", has_text=form), tmp_path) for form in (".xlsx", ".zip"))
    assert len(openpyxl.load_workbook(BytesIO(plan)).worksheets) == 3
    assert set(ZipFile(BytesIO(pictures)).namelist()) >= {"plans.png", "bookings.png", "kinds.png"}
    assert {url.split("/")[2] for url in page.asked if url.startswith(("http", "ws"))} == {place[0].split("/")[2]}
    again = tab(browser, lang)
    again.goto(page.url)
    again.wait_for_selector(".k-answer")
    assert again.title() == "Son môi <b>"


def tab_to(page, name):
    """Press Tab until something of that name has the focus; wherever the focus is, it can be seen."""
    for _ in range(120):
        page.keyboard.press("Tab")
        found, seen = page.evaluate(FOCUSED)
        assert seen, found
        if name in found:
            return
    raise AssertionError(f"no Tab leads to '{name}'")


def test_the_keyboard_alone_leads_from_the_brief_to_the_files(place, browser, world):
    page = tab(browser, "en")
    page.goto(f"{place[0]}/w/new")
    tab_to(page, "Awareness")
    page.keyboard.press("Space")
    tab_to(page, "Budget")
    page.keyboard.type("150tr")
    tab_to(page, "Next:")
    page.keyboard.press("Enter")
    page.wait_for_selector(".q-uploader button")
    page.wait_for_timeout(300)  # the button is drawn anew once
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


def test_who_is_refused_at_the_door_is_told_so_on_a_sound_page(place, browser):
    for lang, words in (("vi", "Trang này chỉ phục vụ"), ("en", "This page answers to")):
        page = tab(browser, lang)
        page.goto(place[0].replace("127.0.0.1", ELSEWHERE))
        assert page.get_by_role("heading").inner_text().startswith(words)
        sound(page)


def test_two_visitors_do_not_mix_and_a_restart_loses_nothing(place, browser, world):
    one, other = tab(browser), tab(browser, "en")
    for page, words, name in ((one, WORDS["vi"], "Một"), (other, WORDS["en"], "Two")):
        page.goto(f"{place[0]}/w/new")
        page.get_by_label(words["name"], exact=True).fill(name)
        page.get_by_role("radio", name=words["goal"]).click()
    for page, words in ((one, WORDS["vi"]), (other, WORDS["en"])):
        on(page, words, ".q-uploader")
    other.set_input_files(".q-uploader__input", world / "candidates.csv")
    other.wait_for_selector(".k-sheet .ag-row")
    assert one.locator(".k-sheet").count() == 0
    kept = [(page.context, page.url, name) for page, name in ((one, "Một"), (other, "Two"))]
    for page in (one, other):  # an open page would load itself anew while the test does
        page.close()
    place[1]()
    for visitor, link, name in kept:
        page = visitor.new_page()
        page.goto(link)
        page.get_by_role("button", name="1.").click()
        assert page.locator("input").first.input_value() == name


def test_the_second_of_two_who_save_the_same_plan_is_told(place, browser):
    first = tab(browser)
    first.goto(f"{place[0]}/w/new")
    first.get_by_role("radio", name="Tương tác").click()
    on(first, WORDS["vi"], ".q-uploader")
    second = tab(browser)
    second.goto(first.url)
    second.get_by_label("Tên kế hoạch", exact=True).fill("Của người thứ hai")
    on(second, WORDS["vi"], ".q-uploader")
    first.get_by_role("button", name="1.").click()
    first.get_by_label("Tên kế hoạch", exact=True).fill("Của người thứ nhất")
    first.get_by_role("button", name="2.").click()
    first.get_by_role("dialog").wait_for()
    first.get_by_role("button", name="Giữ bản của tôi thành bản sao").click()
    first.wait_for_url(lambda url: url != second.url)


def test_a_cell_that_cannot_be_read_is_mended_in_place(place, browser, tmp_path):
    page, words = tab(browser), WORDS["vi"]
    (tmp_path / "q.csv").write_text(
        "Tên,Nền tảng,Followers,Báo giá (VND)\n<img src=x onerror=alert(1)>,TikTok,abc,5tr\n", "utf-8"
    )
    page.goto(f"{place[0]}/w/new")
    page.get_by_role("radio", name=words["goal"]).click()
    on(page, words, ".q-uploader")
    page.set_input_files(".q-uploader__input", tmp_path / "q.csv")
    page.get_by_text("“abc” không phải số").wait_for()
    sound(page)
    page.locator('.ag-row [col-id="followers"]').click()
    page.keyboard.press("Control+A")
    page.keyboard.type("45.000")
    page.keyboard.press("Enter")
    page.get_by_text("Dùng được 1/1 ứng viên").wait_for()
    assert page.locator("img[src=x]").count() == 0


def test_how_good_the_model_is_can_be_read(place, browser):
    page = tab(browser, "en")
    page.goto(place[0])
    page.get_by_role("link", name="How good is this model?").click()
    page.wait_for_selector("main h2, main h3")
    assert page.get_by_text("mlflow ui --backend-store-uri").is_visible()
    sound(page)


def test_a_language_once_chosen_is_kept(place, browser):
    page = tab(browser, "vi")
    page.goto(place[0])
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="New plan").wait_for()
    page.goto(place[0])
    assert page.get_by_role("button", name="New plan").is_visible()
    assert page.locator("html").get_attribute("lang").startswith("en")


def test_a_saved_plan_is_deleted_after_a_question_and_its_link_says_that_it_is_gone(place, browser):
    page = tab(browser)
    page.goto(f"{place[0]}/w/new")
    page.get_by_label("Tên kế hoạch", exact=True).fill("Thừa <b>")
    page.get_by_role("radio", name="Tương tác").click()
    on(page, WORDS["vi"], ".q-uploader")
    link = page.url
    page.goto(place[0])
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

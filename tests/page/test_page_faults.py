"""What planners met on the page and must not meet again, in a real browser."""

import pandas as pd
import pytest

from pages import CHROMIUM, Server, at_the_candidates, on, sound, type_into, visitor
from predictor.bundle import save_bundle

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")]
WORDS = {
    "vi": {
        "on": "Tiếp theo:", "goal": "Tương tác", "budget": "Ngân sách", "failed": "Phần này gặp lỗi",
        "again": "Thử lại", "back": "Quay lại",
        "from": "Bắt đầu", "to": "Kết thúc",
        "days": ("21/07/2026", "20/07/2026"),
        "cannot": "Lưu lượng truy cập: mô hình đang dùng không",
        "order": "Chiến dịch kết thúc trước khi bắt đầu.",
        "typed": {"Tên kế hoạch": "Son môi", "Thương hiệu": "Hoa", "Ngân sách": "150tr", "Bắt đầu": "21/07/2026"},
    },
    "en": {
        "on": "Next:", "goal": "Engagement", "budget": "Budget", "failed": "Something went wrong here",
        "again": "Try again", "back": "Back",
        "from": "Starts on", "to": "Ends on",
        "days": ("2026-07-21", "2026-07-20"),
        "cannot": "Traffic: the model in use counts nothing",
        "order": "The campaign ends before it starts.",
        "typed": {"Name of the plan": "Lipstick", "Brand": "Hoa", "Budget": "150tr", "Starts on": "2026-07-21"},
    },
}  # fmt: skip


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_click_in_a_field_of_the_brief_opens_no_calendar_and_what_is_typed_stays_in_it(place, tab, lang):
    page, words = tab(lang), WORDS[lang]
    page.goto(f"{place.address}/w/new")
    for label, text in words["typed"].items():
        type_into(page, page.get_by_label(label, exact=True), text)
        page.wait_for_timeout(300)  # a menu would be open by then
        assert page.locator(".q-date").count() == 0, label
    assert {label: page.get_by_label(label, exact=True).input_value() for label in words["typed"]} == words["typed"]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_an_end_before_the_start_is_mended_at_either_of_the_two(place, tab, lang):
    page, words = tab(lang), WORDS[lang]
    page.goto(f"{place.address}/w/new")
    page.get_by_role("radio", name=words["goal"]).click()
    later, earlier = words["days"]
    first, last = (page.get_by_label(words[name], exact=True) for name in ("from", "to"))
    refused = page.get_by_text(words["order"], exact=True)
    type_into(page, first, later)
    type_into(page, last, earlier)
    refused.wait_for()
    page.get_by_role("button", name=words["on"]).click()
    page.locator(".q-notification", has_text=words["order"]).wait_for()
    type_into(page, first, earlier)
    page.locator(".q-field--error").wait_for(state="detached")
    type_into(page, first, later)
    page.locator(".q-field--error").wait_for()
    type_into(page, last, later)
    page.locator(".q-field--error").wait_for(state="detached")
    on(page, words, ".q-uploader")


def test_a_fee_mended_while_forecasts_are_made_is_the_fee_that_is_shown(place, tab, world, tmp_path):
    page, words = tab("en"), WORDS["en"]
    few = pd.read_csv(world / "candidates.csv", dtype="str")
    many = pd.concat([few] * 4, ignore_index=True)  # so that it takes a few seconds
    many["name"] = ["Zuzana", *(f"Creator {place}" for place in range(1, len(many)))]
    many.to_csv(tmp_path / "many.csv", index=False)
    at_the_candidates(page, place.address, words, "goal", tmp_path / "many.csv")
    page.get_by_role("button", name=words["on"]).click()
    page.wait_for_selector(".k-waiting")
    page.get_by_role("button", name="2.").click()
    page.locator('.k-sheet .ag-row[row-index="0"] [col-id="fee"]').click()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("77777000")
    page.keyboard.press("Enter")
    page.get_by_text("77,777,000").wait_for()
    place.rest()  # the forecasts of the fee before are ready by now
    page.get_by_role("button", name=words["on"]).click()
    page.wait_for_selector(".k-answer .ag-row", timeout=120_000)
    type_into(page, page.locator(".k-seek input"), "Zuzana")
    row = page.locator(".k-answer .ag-row", has_text="Zuzana")
    row.wait_for()
    assert "77.8M" in row.inner_text()


DAMAGE = """
from dataclasses import replace
from predictor.forecasting.sampling import OutcomeCorrelations
from predictor.page import app
read = app.load_found
def damaged(*where):
    found = read(*where)
    unread = {"shocks": {"engagement": OutcomeCorrelations(campaign="?")}, "scores": [{"target": "engagement", "group": "all"}]}
    models = {name: model for name, model in found.bundle.models.items() if model.recipe.goal != "traffic"}
    return replace(found, bundle=replace(found.bundle, models=models, provenance=replace(found.bundle.provenance, **unread)))
app.load_found = damaged
"""


@pytest.fixture(scope="module")
def damaged(bundle, world, project, tmp_path_factory):
    """The page on a model whose notes are spoilt in memory (from a file they are refused): shared misses, and its scores; it has
    no target that answers the goal traffic."""
    folder = tmp_path_factory.mktemp("damaged")
    model = save_bundle(bundle, folder / "bundle")
    options = ("--history", world, "--model", model, "--project", project, "--work", folder)
    server = Server(folder / "log.txt", *options, before=DAMAGE)
    yield server
    server.stop()


def again(page, words):
    """Try again, and come back once that failed too: what failed before is still in sight for a moment."""
    page.get_by_role("alert").evaluate("before => before.dataset.before = ''")
    page.get_by_role("button", name=words["again"]).click()
    page.locator("[role=alert]:not([data-before])").get_by_role("heading", name=words["failed"]).wait_for()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_step_that_fails_says_so_offers_ways_on_and_the_log_tells_why(damaged, browser, world, lang):
    page, words = visitor(browser, lang), WORDS[lang]
    page.goto(f"{damaged.address}/w/new")
    assert page.get_by_role("radio", name=words["cannot"]).is_disabled()
    at_the_candidates(page, damaged.address, words, "goal", world / "candidates.csv")
    since = len(damaged.told())
    page.get_by_role("button", name=words["on"]).click()
    page.get_by_role("heading", name=words["failed"]).wait_for()
    sound(page)
    assert "Traceback" in damaged.told(since) and "shocks" in damaged.told(since)
    assert page.locator(".k-waiting").count() == 0
    again(page, words)
    page.get_by_role("button", name=words["back"], exact=True).click()
    page.wait_for_selector(".k-sheet .ag-row")
    assert page.get_by_role("alert").count() == 0 and page.broken == []
    page.context.close()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_page_that_fails_before_it_is_sent_says_so_too(damaged, browser, lang):
    page, words, since = visitor(browser, lang), WORDS[lang], len(damaged.told())
    page.goto(f"{damaged.address}/model")
    page.get_by_role("heading", name=words["failed"]).wait_for()
    sound(page)
    assert "Traceback" in damaged.told(since)
    again(page, words)
    page.get_by_role("alert").get_by_role("link").click()
    page.wait_for_selector(".k-body h1")
    assert page.broken == []
    page.context.close()

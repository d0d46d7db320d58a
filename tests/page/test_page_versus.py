"""A plan copied, changed and held against the first, in a real browser."""

import pytest

from pages import CHROMIUM, at_the_candidates, on, sound, type_into

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")]
WORDS = {
    "vi": {
        "name": "Tên kế hoạch", "goal": "Tương tác", "reach": "Nhận biết", "budget": "Ngân sách", "on": "Tiếp theo:",
        "copy": "Nhân bản", "of": "Bản sao của Ít tiền", "versus": "So sánh với", "only": "Chỉ có trong “Nhiều tiền”",
        "first": "Ít tiền", "second": "Nhiều tiền", "open": "Mở đội hình này", "goals": "không so với nhau được",
        "none": "Không có kế hoạch này",
    },
    "en": {
        "name": "Name of the plan", "goal": "Engagement", "reach": "Awareness", "budget": "Budget", "on": "Next:",
        "copy": "Duplicate", "of": "Copy of Little money", "versus": "Compare with", "only": "Only in “More money”",
        "first": "Little money", "second": "More money", "open": "Open this line-up", "goals": "cannot be weighed",
        "none": "There is no such plan",
    },
}  # fmt: skip


@pytest.mark.parametrize(("lang", "width"), [("vi", 1280), ("en", 400)])
def test_a_copy_with_more_money_is_held_against_the_first_plan_and_named_with_its_chance(place, tab, world, lang, width):
    words, page = WORDS[lang], tab(lang, width)
    at_the_candidates(page, place.address, words, "goal", world / "candidates.csv", "90tr", words["first"])
    on(page, words, ".k-answer .ag-row")
    page.goto(place.address)
    page.get_by_role("button", name=f"{words['copy']}: {words['first']}", exact=True).click()
    page.wait_for_url("**/brief")
    assert page.get_by_label(words["name"], exact=True).input_value() == words["of"]
    type_into(page, page.get_by_label(words["name"], exact=True), words["second"])
    type_into(page, page.get_by_label(words["budget"], exact=True), "300tr")
    on(page, words, ".k-sheet .ag-row")
    page.goto(place.address)
    page.get_by_role("button", name=f"{words['versus']}: {words['first']}", exact=True).click()
    sound(page)
    page.get_by_role("dialog").get_by_role("link", name=words["second"], exact=True).click()
    page.wait_for_selector(".k-verdict")
    assert page.locator(".k-verdict .k-strong").inner_text().startswith(f"“{words['second']}”")
    assert [card.inner_text() for card in page.locator(".k-plan h2").all()] == [words["first"], words["second"]]
    page.get_by_text(words["only"]).click()
    page.get_by_text("₫").last.wait_for()
    sound(page)
    page.reload()
    page.wait_for_selector(".k-verdict")
    page.get_by_role("link", name=words["open"]).last.click()
    page.wait_for_selector(".k-bookings")
    page.go_back()
    page.wait_for_selector(".k-verdict")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_plans_for_two_goals_or_one_that_is_gone_are_not_compared_and_say_why(place, tab, lang):
    words, page, links = WORDS[lang], tab(lang), []
    for goal in ("goal", "reach"):
        page.goto(f"{place.address}/w/new")
        page.get_by_role("radio", name=words[goal]).click()
        on(page, words, ".q-uploader")
        links.append(page.url.split("/w/")[1].split("/")[0])
    page.goto(f"{place.address}/versus/{links[0]}/{links[1]}")
    page.get_by_text(words["goals"]).wait_for()
    sound(page)
    page.goto(f"{place.address}/versus/{links[0]}/gone")
    page.get_by_text(words["none"]).wait_for()


def test_a_rule_is_kept_though_the_page_is_left_at_once_and_the_plan_that_it_leaves_without_bookings_is_named(place, tab, world):
    words, page = WORDS["vi"], tab("vi", 1280)
    at_the_candidates(page, place.address, words, "goal", world / "candidates.csv", "90tr", words["first"])
    on(page, words, ".k-answer .ag-row")
    page.goto(place.address)
    page.get_by_role("button", name=f"{words['copy']}: {words['first']}", exact=True).first.click()
    page.wait_for_url("**/brief")
    for shown in (".k-sheet .ag-row", ".k-answer .ag-row", ".k-bookings"):
        page.get_by_role("button", name=words["on"]).click()
        page.wait_for_selector(shown)
    type_into(page, page.get_by_label("Tổng số booking: ít nhất", exact=True), "999")
    page.keyboard.press("Tab")
    page.goto(place.address)
    page.get_by_role("button", name=f"{words['versus']}: {words['first']}", exact=True).first.click()
    page.get_by_role("dialog").get_by_role("link", name=words["of"], exact=True).first.click()
    page.get_by_text(f"{words['of']}: Không có phương án nào").wait_for()
    sound(page)

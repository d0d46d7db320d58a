"""A goal with two outcomes on the page: the planner picks by a click what is counted, and everything after counts it."""

import pytest

from pages import CHROMIUM, on, sound, type_into

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")]
WORDS = {
    "vi": {
        "on": "Tiếp theo:", "sales": "Bán hàng", "goal": "Tương tác", "budget": "Ngân sách", "counted": "Tính theo",
        "orders": "Đơn hàng", "revenue": "Doanh thu", "returns": "lần chi phí", "brief": "1.", "unit": "Doanh thu (VND)",
    },
    "en": {
        "on": "Next:", "sales": "Sales", "goal": "Engagement", "budget": "Budget", "counted": "Count",
        "orders": "Orders", "revenue": "Revenue", "returns": "times the fees", "brief": "1.", "unit": "Revenue (VND)",
    },
}  # fmt: skip


@pytest.mark.parametrize(("lang", "width"), [("vi", 1280), ("en", 400)])
def test_sales_are_counted_in_revenue_by_one_click_and_in_orders_again_by_another(place, tab, world, lang, width):
    page, words = tab(lang, width), WORDS[lang]
    page.goto(f"{place.address}/w/new")
    below = page.get_by_label(words["budget"], exact=True).bounding_box()["y"]
    page.get_by_role("radio", name=words["goal"]).click()
    assert page.get_by_role("radio", name=words["revenue"]).count() == 0
    page.get_by_role("radio", name=words["sales"]).click()
    assert page.get_by_role("radio", name=words["orders"]).is_checked()
    page.get_by_role("radio", name=words["revenue"]).click()
    assert page.get_by_label(words["budget"], exact=True).bounding_box()["y"] == below  # nothing moves under the hand
    type_into(page, page.get_by_label(words["budget"], exact=True), "150tr")
    sound(page)
    on(page, words, ".q-uploader")
    page.set_input_files(".q-uploader__input", world / "candidates.csv")
    page.wait_for_selector(".k-sheet .ag-row")
    on(page, words, ".k-answer .ag-row")
    page.locator(".k-answer", has_text=words["returns"]).wait_for()
    on(page, words, ".k-three")
    page.locator(".k-board", has_text=words["unit"]).wait_for()
    page.reload()
    page.locator(".k-board", has_text=words["unit"]).wait_for()
    page.get_by_role("button", name=words["brief"]).click()
    assert page.get_by_role("radio", name=words["revenue"]).is_checked()
    page.get_by_role("radio", name=words["orders"]).click()
    page.wait_for_timeout(300)
    page.get_by_role("button", name="4.").click()
    page.wait_for_selector(".k-three")
    page.wait_for_selector(".k-waiting", state="detached")
    assert words["unit"] not in page.locator(".k-board").inner_text()

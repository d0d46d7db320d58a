"""A goal with two outcomes on the page: the planner picks by a click what is counted, and everything after counts it."""

import pandas as pd
import pytest

from pages import CHROMIUM, on, sound, type_into

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")]
WORDS = {
    "vi": {
        "on": "Tiếp theo:", "sales": "Bán hàng", "goal": "Tương tác", "budget": "Ngân sách", "counted": "Tính theo",
        "orders": "Đơn hàng", "revenue": "Doanh thu", "returns": "lần chi phí", "brief": "1.", "unit": "Doanh thu (VND)",
        "out": "1/{all} dòng trong danh sách không dùng được", "why": "Con số này từ đâu ra",
    },
    "en": {
        "on": "Next:", "sales": "Sales", "goal": "Engagement", "budget": "Budget", "counted": "Count",
        "orders": "Orders", "revenue": "Revenue", "returns": "times the fees", "brief": "1.", "unit": "Revenue (VND)",
        "out": "1 of {all} rows of the list cannot be used", "why": "Where this number comes from",
    },
}  # fmt: skip


def to_the_board(page):
    """To the line-ups by the number of their step."""
    page.get_by_role("button", name="4.").click()
    page.wait_for_selector(".k-three")
    page.wait_for_selector(".k-waiting", state="detached")


@pytest.mark.parametrize(("lang", "width"), [("vi", 1280), ("en", 400)])
def test_sales_in_orders_show_chart_table_reasons_and_caveats_and_count_in_revenue_by_one_click(
    place, tab, world, tmp_path, lang, width
):
    page, words = tab(lang, width), WORDS[lang]
    listed = pd.read_csv(world / "candidates.csv", dtype="str")
    pd.concat([listed, listed.head(1).assign(platform="Myspace")]).to_csv(tmp_path / "list.csv", index=False)
    left_out = page.get_by_text(words["out"].format(all=len(listed) + 1))
    page.goto(f"{place.address}/w/new")
    page.get_by_role("radio", name=words["goal"]).click()
    assert page.get_by_role("radio", name=words["revenue"]).count() == 0
    page.get_by_role("radio", name=words["sales"]).click()
    assert page.get_by_role("radio", name=words["orders"]).is_checked()
    type_into(page, page.get_by_label(words["budget"], exact=True), "150tr")
    sound(page)
    on(page, words, ".q-uploader")
    page.set_input_files(".q-uploader__input", tmp_path / "list.csv")
    page.wait_for_selector(".k-sheet .ag-row")
    on(page, words, ".k-answer .ag-row")
    left_out.click()
    page.locator(".k-left-out", has_text="“Myspace”").get_by_text(f"{len(listed) + 1}, ").wait_for()
    assert page.locator(".k-answer .k-chart canvas").is_visible()
    assert page.locator(".k-answer .k-caveats li").count() > 0
    assert words["returns"] not in page.locator(".k-answer").inner_text()
    page.locator(".k-answer .ag-row .ag-cell").first.click()
    page.get_by_role("heading", name=words["why"]).wait_for()
    page.locator(".k-why canvas").first.wait_for()
    sound(page)
    page.keyboard.press("Escape")
    page.locator(".k-why").wait_for(state="detached")
    on(page, words, ".k-three")
    page.locator(".k-board .k-caveats li").first.wait_for()
    left_out.wait_for()
    page.locator(".k-board .k-caveats", has_text=words["unit"]).wait_for()  # what the bookings bring beside orders
    assert words["unit"] not in page.locator(".k-three").inner_text()
    on(page, words, ".k-files")
    left_out.wait_for()

    page.get_by_role("button", name=words["brief"]).click()
    page.get_by_role("radio", name=words["goal"]).click()
    below = page.get_by_label(words["budget"], exact=True).bounding_box()["y"]
    page.get_by_role("radio", name=words["sales"]).click()
    page.get_by_role("radio", name=words["revenue"]).click()
    assert page.get_by_label(words["budget"], exact=True).bounding_box()["y"] == below  # nothing moves under the hand
    page.get_by_role("button", name="3.").click()
    page.locator(".k-answer", has_text=words["returns"]).wait_for()
    page.wait_for_selector(".k-waiting", state="detached")
    sound(page)
    to_the_board(page)
    page.locator(".k-three", has_text=words["unit"]).wait_for()
    sound(page)
    page.reload()
    page.locator(".k-three", has_text=words["unit"]).wait_for()
    page.get_by_role("button", name=words["brief"]).click()
    assert page.get_by_role("radio", name=words["revenue"]).is_checked()
    page.get_by_role("radio", name=words["orders"]).click()
    page.wait_for_timeout(300)
    to_the_board(page)
    page.locator(".k-board .k-caveats", has_text=words["unit"]).wait_for()  # what the bookings bring beside orders
    assert words["unit"] not in page.locator(".k-three").inner_text()

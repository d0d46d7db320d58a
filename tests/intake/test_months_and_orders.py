"""Tables with a column a month, and rows of orders that no preset knows: said to be what they are, never read wrong."""

import pytest
from test_field_cases import Ran, table


@pytest.fixture
def read(tmp_path, capsys):
    """Import rows as a CSV file."""
    return lambda *rows, options=(), **given: Ran(table(tmp_path / "list.csv", *rows), capsys, *options, **given)


@pytest.mark.parametrize(
    "months",
    [
        ("Tháng 7", "Tháng 8", "Tháng 9"), ("T1/2026", "T2/2026", "T3/2026"), ("Jan", "Feb", "Mar"),
        ("Jan-26", "Feb-26", "Mar-26"),
        ("2026-01", "2026-02", "2026-03"), ("6月", "7月", "8月"), ("1월", "2월", "3월"), ("T8", "T9", "T10"),
    ],
)  # fmt: skip
def test_months_side_by_side_are_asked_about_and_left_out_only_when_told(read, months):
    rows = ["KOL", "Nền tảng", *months], ["chi.ba", "TikTok", 12_000, 13_000, 15_000]
    ran = read(*rows)
    assert ran.code == 2 and f"{months[0]}', '{months[1]}', '{months[2]}' are months side by side" in ran.err
    again = read(*rows, mapping=(ran.data / "mapping.yaml").read_text(encoding="utf-8"))
    assert again.code == 2, "what was drafted is no answer"
    quoted = ", ".join(f'"{month}"' for month in months)
    ran = read(*rows, mapping=f"creators: {{ignore: [{quoted}]}}\n")
    assert ran.code == 0 and ran.rows("name platform", "creators") == ["chi.ba tiktok"] and f"Not used: {months[0]}" in ran.out


@pytest.mark.parametrize(
    ("titles", "cells"),
    [
        (("T2", "T3", "T4"), ("9h", "10h", "11h")),  # days of the week
        (("Tháng 7", "Tháng 8"), (12_000, 13_000)),
        (("Tháng 7", "Tháng 8", "Tháng 9"), ("bận", "rảnh", "rảnh")),
        (("Follow", "Tháng 8", "Tháng 9", "Tháng 10"), (12_000, 1, 1, 0)),
    ],
)
def test_days_of_the_week_words_and_months_beside_figures_are_no_question(read, titles, cells):
    ran = read(["KOL", "Nền tảng", *titles], ["chi.ba", "TikTok", *cells])
    assert ran.code == 0 and "months side by side" not in ran.out + ran.err and "Not used: T" in ran.out


SHOP = ["ID đơn hàng", "Tên sản phẩm", "Giá", "Số tiền thanh toán", "Đơn vị tiền tệ", "Số lượng", "Trạng thái đơn hàng",
        "Tên người dùng của nhà sáng tạo", "Thời gian tạo"]  # fmt: skip
ORDER = ["5801", "Serum", "150.000", "145.000", "VND", "2", "Đã hoàn thành", "lan.review", "21/06/2026 08:00:00"]


def test_orders_of_tiktok_shop_under_other_titles_are_known(read):
    ran = read(SHOP, ORDER, options=("--set", "booked_at=2026-06-01"))
    assert ran.code == 0 and "TikTok Shop, affiliate orders" in ran.out and "(Fee)" not in ran.out
    assert ran.rows("creator_id orders revenue", "bookings") == ["lan.review 1 145000"]


def test_what_buyers_paid_is_no_fee_in_orders_that_are_not_known(read):
    ran = read([*SHOP[:6], "Tình trạng", *SHOP[7:]], ORDER)
    assert ran.code == 2 and "'Giá', 'Số lượng' are of what buyers paid and took, no fee and no posts" in ran.out
    assert "(Fee)" not in ran.out and "'Tên sản phẩm' looks like" not in ran.err


def test_an_agencys_own_number_of_a_booking_leaves_its_fee_a_fee(read):
    ran = read(
        ["Mã đơn", "KOL", "Nền tảng", "Ngày chốt", "Giá (VNĐ)", "View"], ["D1", "Lan", "TikTok", "2026-06-21", 5_000_000, 900]
    )
    assert ran.code == 0 and ran.rows("name fee", "bookings") == ["Lan 5000000"]

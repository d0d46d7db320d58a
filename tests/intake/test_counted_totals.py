"""A price, a count and a total, under titles of many languages: the fee is the total, and the count is of posts."""

import pytest
from test_field_cases import Ran, table

TRIPLES = [
    ("Rate (PHP)", "No. of posts", "Subtotal (PHP)"), ("Price (USD)", "Qty", "Total"), ("Giá (VND)", "SL", "Tổng (VND)"),
    ("报价（元）", "数量", "小计（元）"), ("报价（元）", "数量", "总价（元）"), ("单价（元）", "篇数", "总价（元）"),
    ("Harga Satuan (Rp)", "Jumlah", "Total (Rp)"), ("Harga (Rp)", "Qty", "Total (Rp)"),
    ("Unit Price (SGD)", "Qty", "Amount (SGD)"),
    ("Cost (USD)", "Qty", "Total Cost (USD)"), ("Đơn giá (VND)", "SL", "Thành tiền (VND)"), ("단가 (원)", "수량", "합계 (원)"),
]  # fmt: skip
ROWS = [("lan", 15000, 2), ("minh", 150000, 1), ("an", 40000, 3)]


@pytest.fixture
def read(tmp_path, capsys):
    """Import rows as a CSV file, in whose name nothing is said."""
    return lambda *rows: Ran(table(tmp_path / "list.csv", *rows), capsys)


@pytest.mark.parametrize("titles", TRIPLES)
def test_the_total_of_a_price_and_a_count_is_the_fee_whatever_it_is_called(read, titles):
    ran = read(["Name", "Platform", *titles], *([who, "TikTok", price, count, price * count] for who, price, count in ROWS))
    assert ran.code == 0, ran.err
    assert ran.rows("name fee posts") == ["lan 30000 2", "minh 150000 1", "an 120000 3"]
    assert f"'{titles[2]}' is '{titles[0]}' times the number of posts" in ran.out and "Not used" not in ran.out


def test_the_currency_of_the_price_is_that_of_its_total_and_what_it_is_a_price_of_is_booked(read):
    rows = [[who, "TikTok", price, count, price * count] for who, price, count in ROWS]
    ran = read(["Name", "Platform", "Video price (USD)", "Qty", "Total"], *rows)
    assert ran.rows("fee currency format posts")[0] == "30000 USD video 2"


def test_one_row_tells_by_the_title_of_its_count_and_not_by_a_number_alone(read):
    assert read(["Name", "Platform", "Price (USD)", "Qty", "Sum up"], ["lan", "TikTok", 500, 2, 1000]).rows("fee") == ["500"]
    assert read(["Name", "Platform", "Price (USD)", "Qty", "Total"], ["lan", "TikTok", 500, 2, 1000]).rows("fee") == ["1000"]
    ran = read(["Name", "Platform", "Price (USD)", "Level", "Total"], ["lan", "TikTok", 500, 2, 1000])
    assert ran.rows("fee") == ["500"] and "Not used: Level, Total" in ran.out


def test_a_total_that_is_less_than_the_price_times_the_count_is_asked_about(read):
    ran = read(
        ["Name", "Platform", "Price (USD)", "Qty", "Total"], ["lan", "TikTok", 500, 2, 1000], ["an", "TikTok", 500, 3, 1200]
    )
    assert ran.code == 2 and "'Price (USD)' / 'Total' could both be 'fee'" in ran.err


def test_a_total_of_something_else_is_no_fee(read):
    ran = read(["Name", "Platform", "Price (USD)", "Qty", "Total"], ["lan", "TikTok", 500, 2, 9], ["an", "TikTok", 500, 3, 12])
    assert ran.code == 0 and ran.rows("fee posts") == ["500 2", "500 3"] and "Not used: Total" in ran.out


def test_views_times_posts_are_no_fee(read):
    rows = [["lan", "TikTok", 300, 2000, 2, 4000], ["an", "TikTok", 900, 3000, 3, 9000]]
    ran = read(["Name", "Platform", "Fee (USD)", "Avg views", "No. of posts", "Total views"], *rows)
    assert ran.rows("fee posts") == ["300 2", "900 3"]


@pytest.mark.parametrize(("listed", "agreed"), [("刊例价（元）", "执行价（元）"), ("Rate card (THB)", "Net (THB)")])
def test_an_agreed_price_beside_the_listed_one_is_asked_about_and_with_a_total_that_is_the_fee(read, listed, agreed):
    rows = [["lan", "TikTok", 8000, 5600, 2, 11200], ["an", "TikTok", 9000, 6300, 1, 6300]]
    titles = ["Name", "Platform", listed, agreed, "Qty", f"Total ({'元' if '元' in listed else 'THB'})"]
    asked = read(titles[:4], *(row[:4] for row in rows))
    assert asked.code == 2 and agreed in asked.err
    whole = read(titles, *rows)
    assert whole.code == 2 and listed in whole.err and f"'{titles[5]}' is '{agreed}' times" in whole.out

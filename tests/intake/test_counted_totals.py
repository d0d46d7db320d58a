"""A price, a count and a total, under titles of many languages: the fee is the total, and the count is of posts."""

import time

import pytest
from test_field_cases import Ran, table, workbook

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


def test_one_row_is_enough_where_the_titles_say_price_count_and_total(read):
    assert read(["Name", "Platform", "Price (USD)", "Qty", "Total"], ["lan", "TikTok", 500, 2, 1000]).rows("fee") == ["1000"]


NO_TOTALS = [  # titles of a price, a count and their product that book nothing, and what the fee then is
    ("Fee (VND)", ["Product price (VND)", "Quantity", "Total value (VND)"]),
    ("Fee (VND)", ["Giá sản phẩm (VND)", "SL SP", "Tổng giá trị SP (VND)"]),
    ("Fee (VND)", ["Unit price (VND)", "Units sold", "Total (VND)"]),
    ("Fee (VND)", ["Avg views", "No. of posts", "Total views"]),
]


@pytest.mark.parametrize(("fee", "others"), NO_TOTALS)
def test_a_product_beside_a_fee_is_none(read, fee, others):
    rows = [["lan", "TikTok", 9_000_000, 20_000, 2, 40_000], ["an", "TikTok", 8_000_000, 30_000, 3, 90_000]]
    ran = read(["Name", "Platform", fee, *others], *rows)
    assert ran.code == 2 or ran.rows("fee") == ["9000000", "8000000"]
    assert "times the number of posts" not in ran.out


@pytest.mark.parametrize(
    "titles",
    [
        ["Fee per month (USD)", "Months", "Total (USD)"], ["Rate per hour (USD)", "Hours", "Total (USD)"],
        ["Price (USD)", "Score", "Weighted total"], ["Giá (VND)", "TT", "Tổng (VND)"],
        ["Weekday price (USD)", "Posts", "Holiday price (USD)"], ["Price (USD)", "Posts", "Market price (USD)"],
        ["Price (USD)", "Posts", "Original price (USD)"],
    ],
)  # fmt: skip
def test_months_scores_numbers_of_rows_and_other_prices_are_no_count_and_no_total(read, titles):
    ran = read(["Name", "Platform", *titles], ["lan", "TikTok", 500, 2, 1000], ["an", "TikTok", 300, 2, 600])
    assert "times the number of posts" not in ran.out


def test_the_same_file_twice_into_one_folder_says_the_same(tmp_path, capsys):
    rows = [["lan", "TikTok", 500, 2, 1000], ["an", "TikTok", 300, 3, 900]]
    file = table(tmp_path / "list.csv", ["Name", "Platform", "Video price (USD)", "Qty", "Total"], *rows)
    first, again = Ran(file, capsys), Ran(file, capsys, again=True)
    assert (
        first.rows("fee currency format posts")
        == again.rows("fee currency format posts")
        == ["1000 USD video 2", "900 USD video 3"]
    )


def test_a_total_of_one_sheet_says_nothing_of_the_next(tmp_path, capsys):
    video = [["Name", "Platform", "Video price (USD)", "Qty", "Total"], ["lan", "TikTok", 500, 2, 1000]]
    other = [["Name", "Platform", "Format", "Fee (VND)"], ["an", "TikTok", "Story", 5_000_000], ["bo", "TikTok", "", 4_000_000]]
    ran = Ran(workbook(tmp_path / "list.xlsx", {"A": video, "B": other}), capsys)
    assert ran.rows("name fee currency format") == ["lan 1000 USD video", "an 5000000 VND story", "bo 4000000 VND _"]


def test_a_wide_sheet_of_numbers_is_read_once(read):
    titles = [
        "Name",
        "Platform",
        *(f"Giá {n} (VND)" for n in range(8)),
        *(f"Điểm {n}" for n in range(20)),
        *(f"Tổng {n}" for n in range(6)),
    ]
    rows = [[f"n{row}", "TikTok", *range(1, 35)] for row in range(300)]
    began = time.process_time()
    read(titles, *rows)
    assert time.process_time() - began < 20


@pytest.mark.parametrize(
    ("listed", "agreed"), [("刊例价（元）", "执行价（元）"), ("刊例价（元）", "折后价（元）"), ("Rate card (THB)", "Net (THB)")]
)
def test_an_agreed_price_beside_the_listed_one_is_asked_about(read, listed, agreed):
    rows = [["lan", "TikTok", 8000, 5600, 2, 11200], ["an", "TikTok", 9000, 6300, 1, 6300]]
    titles = ["Name", "Platform", listed, agreed, "Qty", f"Total ({'元' if '元' in listed else 'THB'})"]
    for shown in (4, 6):
        asked = read(titles[:shown], *(row[:shown] for row in rows))
        assert asked.code == 2 and agreed in asked.err


@pytest.mark.parametrize("title", ["Net reach", "Net views", "Net followers growth", "平均成交价"])
def test_net_of_something_else_is_no_price(read, title):
    assert (
        f"'{title}' looks like one more price"
        not in read(["Name", "Platform", "Fee (USD)", title], ["lan", "TikTok", 500, 9000]).err
    )

"""What titles, lines about a table and other sheets say of its amounts: with VAT or without, in which currency and unit."""

import pandas as pd
import pytest

from builders import CATALOGUE, book_of
from predictor.intake.spreadsheets.workbook import import_file
from predictor.intake.taxes import tax_of, without_tax
from predictor.wording.sentences import say

HEAD = "Tên,Nền tảng,Followers"


@pytest.fixture
def read(tmp_path):
    """The rows, the questions and the notes and refusals that a text table or a workbook's sheets give."""

    def reading(*lines, **sheets):
        path = tmp_path / ("list.xlsx" if sheets else "list.csv")
        if sheets:
            book_of(sheets).save(path)
        else:
            path.write_text("\n".join(lines), encoding="utf-8")
        found = import_file(path, CATALOGUE)
        asked = [doubt.key for _, doubt in found.doubts]
        said = [say("en", note.key, **note.values) for one in found.sheets for note in one.notes]
        return found.tables.get("candidates", pd.DataFrame()), asked, said, [one.problem.key for one in found.rejects]

    return reading


@pytest.mark.parametrize(
    ("text", "tax", "rest"),
    [
        ("CP trước VAT", "out", "CP"), ("Giá (đã gồm VAT 10%)", "in", "Giá"), ("Price (USD, excl. VAT)", "out", "Price (USD)"),
        ("Fee (PHP, VAT-ex)", "out", "Fee (PHP)"), ("Fee (VAT-inc)", "in", "Fee"),
        ("Prices in USD, VAT excluded", "out", "Prices in USD"), ("không có VAT", "out", ""), ("VAT 8%", None, "VAT 8%"),
        ("ราคา (ไม่รวม VAT)", "out", "ราคา"), ("ราคารวม VAT", "in", "ราคา"), ("料金(税別)", "out", "料金"),
        ("报价(不含税)", "out", "报价"),
        ("VAT별도", "out", ""), ("sudah termasuk PPN 11%", "in", ""), ("prices do not include VAT", "out", "prices"),
        ("Giá đã gồm thuế TNCN, chưa VAT", "out", "Giá đã gồm thuế TNCN"), ("Thuế TNCN đã bao gồm", None, "Thuế TNCN đã bao gồm"),
        ("Giá trước VAT / sau VAT", None, "Giá trước VAT / sau VAT"), ("taxi", None, "taxi"),
    ],
)  # fmt: skip
def test_a_title_or_a_line_says_whether_vat_is_in_the_amounts(text, tax, rest):
    assert (tax_of(text), without_tax(text)) == (tax, rest)


@pytest.mark.parametrize(
    ("titles", "fee", "other"),
    [
        ("CP trước VAT (đ),CP sau VAT (đ)", "CP trước VAT (đ)", "CP sau VAT (đ)"),
        ("Giá đã gồm VAT (VND),Giá chưa VAT (VND)", "Giá chưa VAT (VND)", "Giá đã gồm VAT (VND)"),
        ("Đơn giá (VND),Thành tiền sau thuế (VND)", "Đơn giá (VND)", "Thành tiền sau thuế (VND)"),
        ("Giá video trước VAT (VND),Giá video sau VAT (VND)", "Giá video trước VAT (VND)", "Giá video sau VAT (VND)"),
    ],
)
def test_of_the_same_prices_with_and_without_vat_those_without_are_the_fee_and_the_others_are_named(read, titles, fee, other):
    low, high = ("5.000.000", "5.400.000") if titles.startswith(fee) else ("5.400.000", "5.000.000")
    rows, asked, said, _ = read(f"{HEAD},{titles}", f"A,tiktok,5000,{low},{high}")
    assert list(rows["fee"]) == [5e6] and asked == []
    assert any(line.startswith(f"'{other}' is '{fee}' with VAT; the price without VAT is the fee.") for line in said)


def test_prices_that_are_not_the_same_but_for_vat_stay_a_question(read):
    _, asked, _, _ = read(f"{HEAD},Giá A (VND),Giá B sau VAT (VND)", "A,tiktok,5000,5.000.000,9.000.000")
    assert asked


def test_a_price_with_vat_alone_is_the_fee_and_told_to_include_it(read):
    rows, asked, said, _ = read(f"{HEAD},Giá (đã gồm VAT 8%) VND", "A,tiktok,5000,5400000")
    assert list(rows["fee"]) == [5.4e6] and not asked and any("the amounts include VAT" in line for line in said)


@pytest.mark.parametrize(
    ("title", "unit"),
    [
        ("Giá (VNĐ x1000)", 1e3), ("Giá (x1.000 VND)", 1e3), ("Giá (đvt: 1000đ)", 1e3), ("Giá (nghìn đồng)", 1e3),
        ("Giá VND x1000", 1e3), ("Giá (000đ)", 1e3), ("Giá ('000 VND)", 1e3), ("Giá (đơn vị tính: 1.000đ)", 1e3),
        ("Giá (VNĐ x1.000.000)", 1e6), ("Giá (đơn vị: 1.000.000đ)", 1e6),
    ],
)  # fmt: skip
def test_thousands_and_millions_in_a_title_multiply_its_amounts(read, title, unit):
    rows, asked, _, _ = read(f'{HEAD},"{title}"', "A,tiktok,5000,5500", "B,tiktok,900,3000")
    assert (list(rows["fee"]), asked) == ([5500 * unit, 3000 * unit], [])


@pytest.mark.parametrize("title", ["Giá / 1000 views (VND)", "Price per 1,000 views (VND)"])
def test_a_price_of_a_thousand_views_is_no_fee_in_thousands(read, title):
    rows, asked, _, _ = read(f'{HEAD},"{title}"', "A,tiktok,5000,50000")
    assert asked == ["import_doubt_unused"] and "fee" not in rows


@pytest.mark.parametrize("title", ["Giá (100k VND)", "Giá (VND, 2000)", "Followers"])
def test_figures_of_a_title_that_are_no_unit_multiply_nothing(read, title):
    head = f'{HEAD},"{title}"' if title != "Followers" else "Tên,Nền tảng,Followers (10.000),Giá (VND)"
    rows, asked, _, _ = read(head, "A,tiktok,5000,5500000")
    assert "import_doubt_qualifier" in asked or (list(rows["fee"]), list(rows["followers"])) == ([5.5e6], [5000])


@pytest.mark.parametrize(
    ("line", "code", "tax"),
    [
        ("all prices in SGD excl. GST", "SGD", "without VAT"), ('"Prices in USD, VAT excluded"', "USD", "without VAT"),
        ("Giá tính bằng VND chưa bao gồm VAT 8%", "VND", "without VAT"), ("Bảng giá (VND)", "VND", None),
        ("Currency:,SGD", "SGD", None), ("All prices are in Rupiah and include PPN 11%", "IDR", "include VAT"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("below", [False, True])
def test_a_line_above_or_below_the_table_tells_the_currency_and_the_tax_of_its_amounts(read, line, code, tax, below):
    table = [f"{HEAD},Price", "A,tiktok,5000,500000", "B,tiktok,900,300000"]
    note = [f"Note: {line}" if "Currency" in line and below else line]
    rows, asked, said, _ = read(*table, *note) if below else read(*note, *table)
    if below and line.startswith("Currency"):
        return
    assert (list(rows["fee"]), set(rows["currency"]), asked) == ([5e5, 3e5], {code}, [])
    assert any(f"the amounts are in {code}" in line for line in said)
    assert tax is None or any(tax in line for line in said)


@pytest.mark.parametrize(("line", "fee"), [("Giá tính bằng nghìn đồng", 5e6), ("All prices in VND (per 1000 views)", 5000)])
def test_a_line_multiplies_only_by_a_unit_of_its_currency(read, line, fee):
    rows, _, _, _ = read(line, f"{HEAD},Price", "A,tiktok,5000,5000")
    assert list(rows["fee"]) == [fee] and set(rows["currency"]) == {"VND"}


@pytest.mark.parametrize(
    "line",
    ["Ngân sách (USD)", "Total fee: 500000 VND", "Báo giá KOL cho nhãn Won", "Rate card – RM Studio", "Kênh in đậm là ưu tiên"],
)
def test_a_line_that_speaks_of_something_else_tells_no_currency(read, line):
    _, asked, _, _ = read(line, f"{HEAD},Price", "A,tiktok,5000,500000")
    assert asked == ["import_doubt_currency"]


def test_a_note_on_tax_in_another_sheet_is_told(read):
    kol = [["Tên", "Nền tảng", "Followers", "Giá (VND)"], ["A", "tiktok", 5000, 5e6]]
    _, asked, said, _ = read(KOL=kol, Terms=[["Điều khoản"], ["Giá chưa bao gồm VAT 8%"], ["Thanh toán 50%"]])
    assert not asked and "Sheet 'Terms' says: 'Giá chưa bao gồm VAT 8%'. The amounts stand as written." in said


@pytest.mark.parametrize(
    ("cells", "code", "fees"),
    [
        (["1.5jt", "500rb", "750000"], "IDR", [1.5e6, 5e5, 7.5e5]), (["2 củ rưỡi", "3 triệu"], "VND", [2.5e6, 3e6]),
        (["5tr", "3000000"], "VND", [5e6, 3e6]), (["150N", "1tr2"], "VND", [1.5e5, 1.2e6]),
        (["3万", "2 triệu"], "VND", [3e4, 2e6]),
        (["5 หมื่น", "20000"], "THB", [5e4, 2e4]),
    ],
)  # fmt: skip
def test_a_word_that_is_said_of_one_currency_alone_answers_which_it_is(read, cells, code, fees):
    rows, asked, said, _ = read(f"{HEAD},Fee", *(f"{name},tiktok,5000,{cell}" for name, cell in zip("ABC", cells, strict=False)))
    assert (list(rows["fee"]), set(rows["currency"]), asked) == (fees, {code}, [])
    assert any(f"is said of {code} alone" in line for line in said)


@pytest.mark.parametrize("cells", [["5tr", "2 juta"], ["500k", "300k"], ["5 nghìn", "€300"]])
def test_words_of_two_currencies_or_of_none_leave_the_question(read, cells):
    rows, asked, _, _ = read(f"{HEAD},Fee", *(f"{name},tiktok,5000,{cell}" for name, cell in zip("AB", cells, strict=False)))
    assert "import_doubt_currency" in asked


def test_a_word_of_another_currency_than_the_titles_is_no_amount_of_it(read):
    rows, asked, _, wrong = read(f"{HEAD},Giá (USD)", "A,tiktok,5000,500", "B,tiktok,900,3 triệu", "C,tiktok,900,150N")
    assert rows["fee"].fillna(0).tolist() == [500, 0, 0] and not asked and wrong == ["cell_word_currency"] * 2


def test_an_amount_that_nobody_asks_in_the_currency_of_another_column_is_blank_and_told(read):
    rows, asked, _, wrong = read(f"{HEAD},Giá video,Giá story", "A,tiktok,5000,5tr,500", "B,tiktok,900,3tr,2000000")
    assert rows["fee"].fillna(0).tolist() == [5e6, 0, 3e6, 2e6] and not asked and wrong == ["cell_no_price"]


def test_a_cell_that_names_more_posts_than_its_title_is_the_price_of_as_many(read):
    rows, asked, _, wrong = read(f"{HEAD},Giá video (VND)", "A,tiktok,5000,3tr/2 video", "B,tiktok,900,2tr")
    assert (list(rows["fee"]), list(rows["posts"]), asked, wrong) == ([3e6, 2e6], [2, 1], [], [])
    rows, _, _, wrong = read(f"{HEAD},Giá story (VND)", "A,tiktok,5000,3tr/2 video")
    assert rows["fee"].isna().all() and wrong == ["cell_per_posts"]


def test_beside_dong_by_its_words_a_dollar_is_the_american_one(read):
    cells = ["5tr", "$200", "200 USD", "4000000"]
    rows, asked, _, _ = read(f"{HEAD},Fee", *(f"{name},tiktok,5000,{cell}" for name, cell in zip("ABCD", cells, strict=True)))
    assert (list(rows["fee"]), list(rows["currency"]), asked) == ([5e6, 200, 200, 4e6], ["VND", "USD", "USD", "VND"], [])


def _list(tmp_path, *lines):
    path = tmp_path / "list.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    found = import_file(path, CATALOGUE)
    notes = [note.key for one in found.sheets for note in one.notes]
    return found.tables, [doubt.values.get("title") or doubt.values["titles"] for _, doubt in found.doubts], notes


def test_a_column_of_units_says_what_the_amounts_of_each_row_count_in(tmp_path):
    lines = (
        "Tên,Nền tảng,Giá,ĐVT",
        "A,TikTok,5000,nghìn đồng",
        "B,TikTok,7.5,triệu đồng",
        "C,TikTok,2000000,VND",
        "D,TikTok,3tr,",
    )
    tables, asked, notes = _list(tmp_path, *lines)
    assert asked == [] and tables["candidates"]["fee"].tolist() == [5e6, 7.5e6, 2e6, 3e6]
    assert {*tables["candidates"]["currency"]} == {"VND"} and "import_units_beside" in notes


def test_a_column_of_companies_under_the_same_title_says_nothing_of_the_amounts(tmp_path):
    tables, _, notes = _list(tmp_path, "Tên,Nền tảng,Giá (VND),Đơn vị", "A,TikTok,5000000,K Media", "B,TikTok,3000000,Triệu Sơn")
    assert tables["candidates"]["fee"].tolist() == [5e6, 3e6] and "import_ignored" in notes and "import_units_beside" not in notes


def test_amounts_under_titles_that_mean_nothing_are_asked_about_where_nothing_else_is_a_price(tmp_path):
    _, asked, _ = _list(tmp_path, "KOL,Nền tảng,Follow,T11,T12", "A,TikTok,12k,5tr,6tr", "B,TikTok,90k,$300,$350")
    assert asked == ["T11' / 'T12"]
    _, asked, notes = _list(tmp_path, "KOL,Nền tảng,Follow,GMV", "A,TikTok,12k,5tr")  # sales, no price
    assert asked == [] and "import_ignored" in notes


def test_counts_under_the_name_of_a_platform_are_no_links_but_asked_about(tmp_path):
    _, asked, _ = _list(tmp_path, "Tên,Facebook,TikTok,Giá", "A,12k,5k,5tr", "B,1tr2,800,10tr")
    assert asked == ["Facebook' / 'TikTok"]


def test_a_commission_that_may_be_a_share_beside_per_cent_is_left_blank_and_told(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("KOL,Nền tảng,Hoa hồng\nA,TikTok,10%\nB,TikTok,15\nC,TikTok,0.2\n", encoding="utf-8")
    found = import_file(path, CATALOGUE, table="candidates")
    assert found.tables["candidates"]["commission"].fillna(-1).tolist() == [0.1, 0.15, -1]
    assert [(one.cell, one.problem.key) for one in found.rejects] == [("C4", "cell_share_or_percent")]


def test_a_share_of_sales_under_per_cent_and_its_abbreviation_needs_no_question(tmp_path):
    tables, asked, _ = _list(tmp_path, "KOL,Nền tảng,Giá book (VND),% HH", "A,TikTok,5000000,10", "B,TikTok,3000000,12")
    assert asked == [] and tables["candidates"]["commission"].tolist() == [0.1, 0.12]

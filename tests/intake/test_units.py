"""Units and currencies as they are written in the markets where lists come from."""

import pandas as pd
import pytest

from builders import CATALOGUE
from predictor.intake.money import read_amounts, unit_of
from predictor.intake.values import read_column
from predictor.wording.sentences import worded

FEE, FOLLOWERS = CATALOGUE.entries["fee"], CATALOGUE.entries["followers"]


def amounts(cells, **known):
    read = read_amounts(pd.Series(cells), FEE, **known)
    said = [worded("en", one.says(int(cell))) for one in read.refused for cell in one.cells]
    return read.values.tolist(), [None if pd.isna(code) else code for code in read.currency], said


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("12,5 rb", 12_500), ("850 ribu", 850_000), ("1,2 jt", 1_200_000), ("3 juta", 3e6), ("1 miliar", 1e9),
        ("100万", 1e6), ("23.5萬", 235_000), ("1.2亿", 1.2e8), ("5千", 5000), ("10w", 100_000), ("１２．５万", 125_000),
        ("12만", 120_000), ("1.5억", 1.5e8), ("1,5 ล้าน", 1.5e6), ("3 แสน", 300_000), ("๑๒ พัน", 12_000),
        ("2.5 lakh", 250_000), ("1 crore", 1e7), ("1.5 million", 1.5e6), ("5 củ", 5e6),
        ("1万2千", 12_000), ("1억 5천만", 1.5e8), ("1 triệu 500 nghìn", 1.5e6), ("1tr2", 1.2e6), ("1k5", 1500),
    ],
)  # fmt: skip
def test_a_count_with_a_unit_of_any_market_is_the_number_meant(typed, meant):
    values, refused = read_column(pd.Series([typed]), "followers", FOLLOWERS)
    assert not refused
    assert values.tolist() == pytest.approx([meant])


@pytest.mark.parametrize(
    ("typed", "meant", "code"),
    [
        ("Rp 1.500.000", 1_500_000, "IDR"), ("Rp. 1.500.000", 1_500_000, "IDR"), ("Rp 2,5 jt", 2_500_000, "IDR"),
        ("Rp500rb", 500_000, "IDR"), ("R$ 1.500,00", 1500, "BRL"), ("₹25000", 25_000, "INR"), ("£300", 300, "GBP"),
        ("NT$ 3000", 3000, "TWD"), ("A$500", 500, "AUD"), ("PHP 500", 500, "PHP"), ("₱500", 500, "PHP"), ("5万元", 50_000, "CNY"),
        ("100万円", 1e6, "JPY"), ("500บาท", 500, "THB"), ("50만원", 500_000, "KRW"), ("Rs. 500", 500, "rs"), ("$500", 500, "$"),
        ("1tr5-2tr", 1_750_000, None), ("2tr-2tr5", 2_250_000, None), ("3-4tr", 3_500_000, None), ("3 tr 5", 3_500_000, None),
    ],
)  # fmt: skip
def test_an_amount_is_read_with_its_unit_and_currency(typed, meant, code):
    assert amounts([typed]) == ([pytest.approx(meant)], [code], [])


@pytest.mark.parametrize(
    ("typed", "word"), [("500 USDT", "usdt"), ("500 bảng", "bảng"), ("300 DOGE", "doge"), ("2,500 points", "points")]
)
def test_an_amount_in_something_that_is_no_currency_is_asked_about(typed, word):
    values, codes, said = amounts([typed])
    assert pd.isna(values[0]) and codes == [None]
    assert said == [
        f"got '{typed}'; '{word}' is no unit and no currency that is known here; write the amount with a code such as VND, USD "
        "or GBP, or leave it blank."
    ]


def test_an_indonesian_m_is_asked_about_and_a_vietnamese_one_is_a_million():
    said = "'{}': M may mean a million or miliar, a thousand million; write jt, juta or miliar."
    assert amounts(["Rp 2 M"])[2] == [said.format("Rp 2 M")]
    assert amounts(["2M"], currency="IDR")[2] == [said.format("2M")]
    assert amounts(["15M"], currency="VND") == ([15e6], [None], [])


def test_a_message_quotes_what_was_typed_and_not_what_was_made_of_it():
    (said,) = amounts(["5tr/clip - 8tr"])[2]
    assert said.startswith("got '5tr/clip - 8tr'; expected a number")
    (said,) = amounts(["gọi"], typed=pd.Series(["gọi + VAT"]))[2]
    assert said.startswith("got 'gọi + VAT'; expected a number")


@pytest.mark.parametrize(
    ("words", "size"),
    [
        ("(万)", 1e4), ("(K)", 1e3), ("nghìn đồng", 1e3), ("ĐVT: triệu VNĐ", 1e6), ("(1.000đ)", 1e3), ("'000 VND", 1e3),
        ("x1000", 1e3), ("(tr)", 1e6), ("juta rupiah", 1e6), ("단위: 만원", 1e4), ("单位：万元", 1e4), ("in thousands", 1e3),
        ("Unit: K", 1e3), ("(ล้าน)", 1e6), ("(lakh)", 1e5), ("(tỷ)", 1e9), ("(rb)", 1e3),
        ("công ty", 1.0), ("(5000 trở lên)", 1.0), ("千川", 1.0), ("(KOL)", 1.0), ("plan B", 1.0),
    ],
)  # fmt: skip
def test_a_title_names_a_unit_only_where_its_word_stands_alone(words, size):
    assert unit_of(words) == size

"""Countries, languages, currencies and ids: one code each, none that does not exist, none that a spreadsheet shortened."""

import pandas as pd
import pytest

from builders import CATALOGUE
from predictor.alignment.taxonomy import taxonomy_of
from predictor.intake.contract import check
from predictor.intake.values import read_column
from predictor.wording.sentences import worded


def read(name, cells):
    values, refused = read_column(pd.Series(cells), name, CATALOGUE.entries[name])
    said = [worded("en", one.says(int(cell))) for one in refused for cell in one.cells]
    return [None if pd.isna(value) else value for value in values], said


@pytest.mark.parametrize(
    ("name", "typed", "code"),
    [
        ("country", ["Vietnam", "Việt Nam", "VN", "vn", "VNM", "越南", "ベトナム", "베트남", "เวียดนาม"], "VN"),
        ("country", ["USA", "Mỹ", "Hoa Kỳ", "美国", "Amerika Serikat", "미국", "アメリカ合衆国", "สหรัฐอเมริกา"], "US"),
        ("country", ["Thái Lan", "ประเทศไทย", "泰国", "Thailand", "태국"], "TH"),
        ("market", ["Korea", "Hàn Quốc", "한국", "대한민국", "South Korea", "Korea Selatan"], "KR"),
        ("country", ["UK", "Anh", "United Kingdom", "Great Britain"], "GB"),
        ("country", ["NA", "Namibia"], "NA"),
        ("country", ["Hong Kong", "Hồng Kông", "香港", "HK"], "HK"),
        (
            "language",
            [
                "Vietnamese",
                "Tiếng Việt",
                "vi",
                "VI",
                "vie",
                "vi-VN",
                "ภาษาเวียดนาม",
                "Bahasa Vietnam",
                "Vietnamese language",
                "베트남어",
                "Vietnam",
            ],
            "vi",
        ),
        ("language", ["English", "Tiếng Anh", "en-US", "영어", "英语", "อังกฤษ"], "en"),
        ("language", ["中文", "Chinese", "Mandarin", "zh-CN", "Tiếng Trung"], "zh"),
        ("currency", ["vnd", "VNĐ", "đồng", "₫"], "VND"),
        ("currency", ["R$", "brl"], "BRL"),
        ("currency", ["CHF", " chf "], "CHF"),
    ],
)
def test_names_in_any_of_the_languages_become_one_code(name, typed, code):
    assert read(name, typed) == ([code] * len(typed), [])


@pytest.mark.parametrize("name", ["country", "language"])
def test_words_for_not_known_are_missing(name):
    assert read(name, ["unknown", "không rõ", "未知", ""]) == ([None] * 4, [])


@pytest.mark.parametrize(
    ("name", "typed", "says"),
    [
        ("country", "ZZ", "got 'ZZ'; expected a country by its two letters or its name, such as VN or Việt Nam; correct it or "),
        ("country", "EU", "got 'EU'; expected a country"),
        ("country", "Viêtnma", "got 'Viêtnma'; expected a country by its two letters or its name, such as VN or Việt Nam "
         "(did you mean VN?); correct it or leave it blank."),
        ("country", "VN, TH", "got 'VN, TH'; expected a country"),
        ("language", "xx", "got 'xx'; expected a language by its code or its name, such as vi or Tiếng Việt;"),
        ("currency", "DOGE", "got 'DOGE'; expected a currency by its three letters, such as VND, USD or CNY;"),
        ("currency", "USDT", "got 'USDT'; expected a currency"),
        ("currency", "ABC", "got 'ABC'; expected a currency"),
        ("currency", "DEM", "got 'DEM'; expected a currency"),
        ("currency", "$", "got '$'; expected a currency"),
    ],
)  # fmt: skip
def test_a_code_that_does_not_exist_is_a_fault(name, typed, says):
    values, said = read(name, ["", typed])
    assert values == [None, None] and len(said) == 1 and said[0].startswith(says)


@pytest.mark.parametrize(
    "typed", ["Beauty & Fashion", "beauty;fashion", "Beauty/Fashion", "beauty, fashion", "Beauty\nFashion", "beauty|fashion",
              "Beauty&Fashion", " Beauty ;; FASHION;beauty", "beauty、fashion"]
)  # fmt: skip
def test_niches_are_parted_alike_by_the_reader_and_by_alignment(typed):
    assert read("niche", [typed])[0] == ["beauty;fashion"]
    assert taxonomy_of(CATALOGUE.niches).read(typed) == ("beauty", "fashion")


@pytest.mark.parametrize(
    ("typed", "stored", "subjects"),
    [
        ("F&B", "food", ("food",)),
        ("Mẹ & Bé", "parenting", ("parenting",)),
        ("Mẹ và bé / Du lịch", "parenting;travel", ("parenting", "travel")),
        ("F&B & Travel", "food;travel", ("food", "travel")),
        ("Home & Living, Food", "home;food", ("home", "food")),
    ],
)
def test_a_niche_that_holds_a_mark_in_its_name_is_the_one_niche_that_it_names(typed, stored, subjects):
    assert read("niche", [typed])[0] == [stored]
    assert taxonomy_of(CATALOGUE.niches).read(stored) == subjects


@pytest.mark.parametrize(
    "cells",
    [
        ["1.79123E+16"], ["1,79123E+16"], ["1.8e+17"], [1.78414e16], [1.8e18],
        ["17841400000000000"], [17841400000000000], ["123456789012345000", "1"],
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["creator_id", "post_id"])
def test_an_id_that_a_spreadsheet_shortened_is_refused(name, cells):
    _, said = read(name, cells)
    assert len(said) == 1 and "an id that a spreadsheet shortened: others may look the same now" in said[0]


def test_long_ids_that_kept_their_figures_are_taken():
    ids = ["17841412345678901", "17841412345678900", "17841412345678977", "9007199254740993", "1234567890123450", "abcE+16x"]
    assert read("creator_id", ids) == (ids, [])


def test_check_names_every_shortened_id(tmp_path):
    path = tmp_path / "posts.csv"
    path.write_text("post_id,creator_id,published_at,likes\n1.79123E+16,1.78414E+16,2025-07-01,10\np2,c1,2025-07-02,11\n")
    assert [(fault.row, fault.column) for fault in check([path], CATALOGUE)] == [(2, "post_id"), (2, "creator_id")]


@pytest.mark.parametrize(
    ("name", "typed", "meant"),
    [
        ("platform", ["\u200bTikTok\u200b", "🎵 TikTok", "\ufefftiktok\xa0"], "tiktok"),
        ("followers", ["12K 🔥", "\u200b12000", "⭐12,000⭐"], 12_000),
        ("creator_id", ["\u200blinh\ufeff", " linh\xa0"], "linh"),
        ("country", ["🇻🇳 Việt Nam", "VN 🇻🇳"], "VN"),
    ],
)  # fmt: skip
def test_what_stands_unseen_or_as_an_emoji_around_a_cell_changes_nothing(name, typed, meant):
    assert read(name, typed) == ([meant] * len(typed), [])

import re

import pytest

from builders import CATALOGUE, phrases, scored
from predictor.planning.comparison import compare
from predictor.reporting.comparison_words import in_words
from predictor.wording.sentences import LANGUAGES, compact, interval, load_sentences, money, number


def placeholders(sentence):
    words = " ".join(sentence.values()) if isinstance(sentence, dict) else sentence
    return set(re.findall(r"{(\w+)}", words))


def test_both_languages_say_the_same_things():
    english, vietnamese = (load_sentences(lang) for lang in LANGUAGES)
    assert set(english) == set(vietnamese)
    for key in english:
        assert placeholders(english[key]) == placeholders(vietnamese[key]), key


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (number("en", 1234567.891, 2), "1,234,567.89"),
        (number("vi", 1234567.891, 2), "1.234.567,89"),
        (compact("en", 999_999), "1M"),
        (compact("vi", 12_345), "12,3 nghìn"),
        (money("en", 1_200_000, "VND"), "1,200,000 ₫"),
        (money("vi", 2_500_000_000, "VND", short=True), "2,5 tỷ ₫"),
        (interval("en", 1010, 9390), "1.01K – 9.39K"),
        (interval("vi", 500_000, 1_500_000, "VND"), "500 nghìn – 1,5 triệu ₫"),
        (interval("vi", 103_000, 571_000), "103 nghìn – 571 nghìn"),
        (interval("vi", 191, 3100, "VND"), "191 – 3.100 ₫"),
        (interval("vi", 0, 1_400_000, "USD"), "USD 0 – 1.400.000"),
        (interval("en", 5, None, "USD"), "≥ USD 5"),
        (number("vi", float("nan")), "–"),
    ],
)
def test_numbers_take_the_form_of_the_language(written, expected):
    assert written == expected


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_answer_names_the_chance_and_what_it_leaves_out(lang):
    text = in_words(compare(scored(better=3.0, known_creator=False, invented_data=True), "engagement", CATALOGUE), phrases(lang))
    assert "99%" in text
    assert text.startswith({"en": "INVENTED DATA", "vi": "DỮ LIỆU GIẢ LẬP"}[lang])
    assert {"en": "40 of 40 rows of the list have no track record", "vi": "40/40 dòng trong danh sách chưa có dữ liệu"}[
        lang
    ] in text


def test_too_few_of_a_kind_is_said_instead_of_a_chance():
    text = in_words(compare(scored(kols=0), "engagement", CATALOGUE), phrases("en"))
    assert "at least 2" in text and "chance" not in text.split("\n\n")[1]


@pytest.mark.parametrize(
    ("chance", "said"),
    [(0.39, "leans to KOLs, 61%, not settled"), (0.61, "leans to influencers, 61%, not settled"), (0.503, "about even")],
)
def test_where_nothing_is_settled_the_likelier_side_is_named_with_its_own_chance(chance, said):
    assert said in phrases("en").leaning(chance, "influencers", "KOLs")


def test_every_niche_of_a_list_is_told_in_the_language():
    assert phrases("vi").word("niche", "beauty;fashion:0.3;bonsai") == "Làm đẹp, Thời trang, bonsai"


@pytest.mark.parametrize(("count", "said"), [(184.4, "184"), (12.6, "13"), (3.46, "3.5"), (0.34, "0.34"), (27_150_000, "27.2M")])
def test_counts_have_no_decimals_from_ten_on(count, said):
    assert compact("en", count) == said

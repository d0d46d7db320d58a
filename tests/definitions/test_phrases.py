import pandas as pd
import pytest

from builders import CATALOGUE, phrases
from predictor.definitions.phrases import in_order


@pytest.mark.parametrize(
    ("lang", "said"), [("en", ("Audience", "Nano", "1,234.5")), ("vi", ("Lượng khán giả", "Nano", "1.234,5"))]
)
def test_columns_values_and_numbers_are_told_in_the_language(lang, said):
    words = phrases(lang)
    assert (words.column("followers"), words.group_name("tier", "nano"), words.number(1234.5)) == said


def test_a_value_without_a_word_stands_as_it_is_and_a_missing_one_is_blank():
    row = pd.Series({"platform": "orkut", "kind": "kol", "tier": None})
    assert [phrases("en").category(row, column) for column in ("platform", "kind", "tier", "format")] == ["orkut", "KOL", "", ""]
    assert [phrases("en").word("platform", value) for value in (" tiktok ", "orkut", None)] == ["TikTok", "orkut", ""]


def test_a_label_is_told_from_a_definition_and_from_words_by_language_alike():
    label = CATALOGUE.entries["followers"].label
    for lang in ("en", "vi"):
        assert phrases(lang).label(label) == phrases(lang).label(label.by_language())
        assert phrases(lang).noun(label) == phrases(lang).label(label)[:1].lower() + phrases(lang).label(label)[1:]


def test_groups_of_a_size_stand_from_small_to_large_and_others_by_name():
    assert in_order("tier", ["mega", "nano", "mid"]) == ["nano", "mid", "mega"]
    assert in_order("platform", ["youtube", "tiktok"]) == ["tiktok", "youtube"]

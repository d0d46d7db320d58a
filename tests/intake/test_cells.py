"""Cells as text: few are looked at one by one, many at once, with the same result."""

import pytest

from predictor.intake.cells import match_whole, without_emoji
from predictor.intake.values import ERROR
from predictor.tables.frames import FEW, text_array

CELLS = ["#REF!", None, "Lan #REF!", "#BEZUG!", "ref", "", "#NAME?", "#1", "#ÜBERLAUF!", "#REF!\n"]


def test_errors_of_formulas_are_found_alike_among_few_cells_and_among_many():
    found = [CELLS[at] for at in match_whole(text_array(CELLS), ERROR).nonzero()[0]]
    assert found == ["#REF!", "#BEZUG!", "#NAME?", "#ÜBERLAUF!"]
    times = FEW // len(CELLS) + 1
    many = match_whole(text_array(CELLS * times), ERROR)
    assert many.reshape(times, -1).sum(axis=1).tolist() == [len(found)] * times


@pytest.mark.parametrize("text", ["  12K\t", "🔥 12K ❤️", "12K", "\x1c12K\x1f", " "])
def test_a_text_is_trimmed_alike_with_emoji_and_without(text):
    assert without_emoji(text) == text.strip("🔥❤️ \t\x1c\x1f")

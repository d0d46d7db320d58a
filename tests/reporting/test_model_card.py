from dataclasses import replace

import pytest

from builders import phrases
from predictor.reporting.model_card import LONGEST, description, model_card

KEPT = {  # of each past booking
    "row_id", "creator_id", "source", "at", "known_on", "actual", "platform", "format", "tier", "niche", "niche_alignment",
    "followers", "posting_frequency",
}  # fmt: skip


@pytest.fixture(scope="module")
def card(training):
    return model_card(training.bundle, training.backtest, phrases("en"))


def test_the_card_says_what_it_learned_from_and_how_to_make_it_again(card, training):
    source = training.bundle.provenance
    assert f"fingerprint `{source.data_fingerprint}`" in card and f"results until {source.data_until}" in card.lower()
    assert f"{source.rows['bookings']:,} bookings" in card
    assert "`predictor train DATA --lead-days 7 --seed 1`" in card and f"lightgbm {source.versions['lightgbm']}" in card


def test_the_card_says_what_the_bundle_keeps_of_creators_and_the_bundle_keeps_no_more(card, training, saved_bundle, tables):
    assert "at most 5,000 past ones per target, the creator's id, the days, platform" in card and "Protect it" in card
    for model in training.bundle.models.values():
        assert len(model.support.past) <= 5_000
        assert set(model.support.past) - KEPT == {column for column in model.support.past if column.endswith("_rate")}
    held = " ".join(file.read_text(encoding="utf-8") for file in saved_bundle.iterdir())
    people = tables.get("creators")
    assert f'"{people["creator_id"].iloc[0]}"' in held
    for column in ("name", "person_id", "bio"):
        assert not [value for value in people[column].dropna() if f'"{value}"' in held]


def test_the_card_names_labels_rule_and_share_of_the_correction_of_every_target(card, training):
    assert set(training.bundle.models) == {"reach", "engagement", "clicks", "orders", "revenue"}
    for model in training.bundle.models.values():
        assert f"{model.recipe.label.en}: {model.support.labels:,} results of {model.support.creators} creators" in card
        assert (
            f"uses {model.with_history.residual_weight:.0%} of the learned correction, from {model.with_history.rows:,} results"
            in card
        )


def test_the_card_names_platforms_without_a_single_result(card):
    assert "Not seen in any result: " in card and "Kakao" in card.split("Not seen in any result: ")[1].splitlines()[0]


def test_errors_stand_beside_the_best_rule_in_one_table(card, training):
    rows = [line for line in card.splitlines() if line.startswith("|")]
    assert len(rows) == 2 + (training.backtest.scores["group"] == "all").sum()
    assert len({line.count("|") for line in rows}) == 1


def test_invented_data_is_said_before_anything_else(card, training):
    assert card.splitlines()[2].startswith("**Learned from INVENTED data")
    real = replace(training.bundle, provenance=replace(training.bundle.provenance, invented_data=False))
    assert "INVENTED" not in model_card(real, training.backtest, phrases("en"))


def test_the_card_in_vietnamese_has_the_same_parts(card, training):
    told = model_card(training.bundle, training.backtest, phrases("vi"))
    assert told.count("\n## ") == card.count("\n## ") and "Cách tạo lại" in told


def test_a_long_card_is_cut_at_a_line_and_says_where_the_rest_is(card):
    long = description(card + "- one more line\n" * 600, phrases("en"))
    assert len(long) <= LONGEST and long.endswith("\n\nThe rest is in card.md of this version's run.\n")
    assert description("short\n", phrases("en")) == "short\n"

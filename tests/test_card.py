from dataclasses import replace

from predictor.card import model_card


def test_the_card_says_from_what_how_good_and_where_not(training):
    card = model_card(training.bundle, training.judged)
    assert "**INVENTED DATA**" in card
    for name, model in training.bundle.models.items():
        assert f"## {name}" in card and f"{model.experience.labels:,} labels" in card and model.known.anchor in card
    assert "groups whose interval held least" in card and training.bundle.about["data_fingerprint"] in card


def test_what_was_skipped_is_named_with_its_reason(training):
    judged = replace(training.judged, skipped={"clicks": "3 rows have a recorded 'clicks'"})
    assert "- clicks is not forecast, because 3 rows have a recorded 'clicks'" in model_card(training.bundle, judged)


def test_every_score_of_all_rows_stands_in_the_card(training):
    card = model_card(training.bundle, training.judged)
    scores = training.judged.scores.query("group == 'all'")
    assert card.count("| newest fifth |") == (scores["split"] == "time").sum()
    assert all(f"| {row.error:.3f} |" in card for row in scores.itertuples())

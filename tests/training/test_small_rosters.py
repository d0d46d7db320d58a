"""Histories of few creators: from one on, what has a record is learned and judged, and of others nothing is claimed."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from builders import DAY, phrases
from predictor.asof.examples import candidate_rows, training_examples
from predictor.bundle import load_bundle, save_bundle
from predictor.errors import RowsError
from predictor.evaluation.backtest import judge_split
from predictor.explanation.contributions import contributions
from predictor.explanation.response_curves import own_curves, response_curves
from predictor.forecasting.target_model import fit, labelled, refit, unlearnable
from predictor.planning.lineup import lineup
from predictor.planning.rules import LineupConstraints
from predictor.registry.gates import gate_failures
from predictor.reporting.backtest_plots import importance_plot
from predictor.reporting.backtest_report import record, scores_table
from predictor.reporting.model_card import model_card
from predictor.scoring.score import score
from predictor.tables.frames import History
from predictor.training.remarks import remarks_on_examples
from predictor.training.train import train
from predictor.wording.sentences import worded

pytestmark = pytest.mark.slow  # each trains

TOO_FEW = "The history has results of 1 creator, and a forecast for creators without a record takes 10."


@pytest.fixture(scope="module")
def engagement(catalogue):
    """The catalogue with one target."""
    return catalogue.model_copy(update={"recipes": {"engagement": catalogue.recipes["engagement"]}})


def roster(tables, size):
    """The history of the creators with most posts on Instagram."""
    creators = tables.frames["creators"]
    posts = tables.frames["posts"].merge(creators[["creator_id", "platform"]], on="creator_id", suffixes=("", "_"))
    chosen = posts[posts["platform"] == "instagram"]["creator_id"].value_counts().index[:size]
    frames = {
        name: frame[frame["creator_id"].isin(chosen)].reset_index(drop=True) if "creator_id" in frame else frame
        for name, frame in tables.frames.items()
    }
    return History(frames, tables.invented)


@pytest.fixture(scope="module")
def alone(tables, engagement):
    """A training on the posts of one creator, and these."""
    history = roster(tables, 1)
    return train(history, engagement, jobs=1), history


@pytest.fixture(scope="module")
def listed(alone):
    """The only creator of the history, a stranger on a platform with published rates, and one on a platform without."""
    known = alone[1].frames["creators"]["creator_id"].iloc[0]
    return pd.DataFrame({
        "creator_id": [known, None, None], "platform": ["instagram", "instagram", "instagram"],
        "format": ["image", "image", "story"], "followers": [np.nan, 20_000.0, 20_000.0], "fee": 1e6, "currency": "VND",
    })  # fmt: skip


@pytest.mark.parametrize("size", [3, 9])
def test_what_few_creators_have_on_record_is_judged_forward_in_time(tables, engagement, size):
    examples = labelled(training_examples(roster(tables, size), engagement), engagement.recipes["engagement"])
    judged = judge_split(examples, engagement.recipes["engagement"], engagement, "time")
    assert judged.scores.query("split == 'time' and group == 'all'")["rows"].item() > 20
    strangers = judge_split(examples, engagement.recipes["engagement"], engagement, "new_creators")
    assert strangers.scores.empty and strangers.unjudged[0].why == "few_creators"


def test_one_creator_is_enough_to_train_and_what_could_not_be_judged_is_said(alone, engagement):
    training, english = alone[0], phrases("en", engagement)
    assert training.bundle.models["engagement"].cold_start is None
    assert training.backtest.scores["split"].tolist()[0] == "time"
    table = scores_table(training.backtest, training.bundle)
    assert "others: not supported, which takes 10 creators" in table
    said = "not judged, because there were 0 creators to learn from, and that takes 10; results of more creators would help."
    assert f"engagement, for creators never seen: {said}" in table
    card, page = model_card(training.bundle, training.backtest, english), record(training.backtest, english)
    for text in (card, page):
        assert f"Engagement, for creators never seen: {said}" in text
    assert TOO_FEW in card
    assert "chỉ còn 0 người để học" in record(training.backtest, phrases("vi", engagement))


OUTSIDE = "-0.050 (-0.080 to -0.020 by chance)"


@pytest.mark.parametrize(
    ("low", "high", "missed"),
    [
        (-0.12, 0.02, {}),
        (None, None, {}),  # judged in too few weeks
        (
            -0.08,
            -0.02,
            {"engagement": f"engagement: gain is {OUTSIDE}; models/engagement.yaml asks for -0.01 to 1."},
        ),
    ],
)
def test_a_gate_of_few_creators_is_missed_only_beyond_chance(alone, low, high, missed):
    bundle = alone[0].bundle
    figures = {"gain": -0.05, "gain_low": low, "gain_high": high, "coverage": 0.7, "coverage_low": 0.6, "coverage_high": 0.8}
    scores = [row | figures for row in bundle.provenance.scores if row["split"] == "time"]
    assert gate_failures(replace(bundle, provenance=replace(bundle.provenance, scores=scores))) == missed


def test_followers_without_a_day_and_rules_without_their_columns_are_told_with_what_would_help(catalogue):
    rows = flat(80, 16, catalogue).assign(followers_from="static")
    rows.loc[:29, "at"] -= pd.Timedelta(days=200)
    said = [
        worded("en", one)
        for one in remarks_on_examples(rows, catalogue, dict.fromkeys(("clicks", "orders", "reach", "revenue"), "none"))
    ]
    assert said == [
        "Followers: 30 of 80 results are older than 90 days and go by a count of followers that says no day, most likely that of "
        "the collection; counts with their days (creator_snapshots: creator_id, at, followers) would help.",
        "Engagement: of the rules of thumb these could not be fitted and repeat what they fall back on: average of the last 10 "
        "posts; creator's own record; own record in this format; own record in this format, times what sponsoring changed. No "
        "result comes with any of Average engagement rate of 10 posts; Engagement rate; Long-run engagement rate; Engagement "
        "rate in this format; Sponsored against organic. These columns, or earlier posts with their counts, would help.",
    ]
    assert remarks_on_examples(rows.assign(followers_from="snapshot"), catalogue, dict.fromkeys(catalogue.recipes, "none")) == []


def test_a_stranger_to_a_history_of_one_creator_gets_a_published_rate_or_a_sentence(alone, listed):
    training, history = alone
    scored = score(listed, training.bundle, history=history, on=DAY, why="en", at_least={"engagement": 10}, level=0.5)
    assert scored["engagement_p50"].notna().tolist() == [True, True, False]
    assert scored["known_creator"].tolist() == [True, False, False]
    assert pd.isna(scored["engagement_note"][0]) and scored["engagement_note"][2] == TOO_FEW
    assert scored["engagement_note"][1].startswith(f"{TOO_FEW} These figures follow what others have published")
    assert scored["engagement_why"].notna().tolist() == [True, False, False]


def test_a_line_up_is_chosen_from_whoever_has_a_forecast(alone, listed):
    training, history = alone
    scored = score(listed.head(2), training.bundle, history=history, on=DAY)
    found = lineup(scored, "engagement", LineupConstraints(budget=1e6, one_per_person=False), training.bundle.catalogue)
    assert len(found.plans[0].rows) == 1


def test_nothing_that_explains_a_forecast_fails_where_there_is_none(alone, listed, engagement):
    training, history = alone
    model = training.bundle.models["engagement"]
    rows = candidate_rows(listed, {}, DAY, history, engagement)
    assert contributions(model, rows).index.tolist() == [0] and contributions(model, rows.tail(2)).empty
    assert own_curves(model, rows.tail(1), engagement) == [] != own_curves(model, rows.head(1), engagement)
    curves = response_curves(model, training.examples, ["posting_frequency"], engagement, refits=1)
    assert [curve.why_not for curve in curves if curve.side == "stranger"] == ["few_rows"]
    assert len(importance_plot(model, engagement).axes) == 1


def test_a_bundle_of_one_creator_is_read_back_as_it_was(alone, listed, tmp_path):
    training, history = alone
    again = load_bundle(save_bundle(training.bundle, tmp_path / "bundle"))
    pd.testing.assert_frame_equal(
        score(listed, again, history=history, on=DAY), score(listed, training.bundle, history=history, on=DAY)
    )


def flat(rows, creators, catalogue, recorded=0):
    """Bookings of one day, with nothing of the creators' own but for some, which their owner gave."""
    frame = pd.DataFrame({
        "booking_id": [f"b{i:04d}" for i in range(rows)], "creator_id": [f"c{i % creators:02d}" for i in range(rows)],
        "booked_at": pd.Timestamp("2026-01-01"), "platform": "tiktok", "kind": "influencer", "format": "video",
        "followers": 10_000.0 + 100 * np.arange(rows), "engagements": np.random.default_rng(1).gamma(2, 100, rows).round(),
    })  # fmt: skip
    examples = training_examples(History({"bookings": frame}), catalogue)
    return examples.assign(engagement_rate=np.where(np.arange(rows) < recorded, 0.02, np.nan))


@pytest.mark.parametrize("recorded", [0, 1, 20])
def test_a_model_is_learned_anew_where_hardly_any_row_has_a_record(catalogue, recorded):
    examples = flat(80, 16, catalogue, recorded)
    model = fit(examples, catalogue.recipes["engagement"], catalogue)
    curves = response_curves(model, examples, ["followers"], catalogue, refits=3)
    assert [curve.why_not for curve in curves] == ["few_rows", "few_rows"]
    other = model_of_records(model)
    assert refit(other, examples).with_history.rows == (recorded if recorded >= 15 else 80)


def model_of_records(model):
    """The same as if what it knows of creators with a record had come from their records."""
    return replace(model, with_history=replace(model.with_history, masked=False))


def test_few_creators_without_records_are_refused_with_what_would_help(catalogue):
    recipe = catalogue.recipes["engagement"]
    assert unlearnable(flat(80, 9, catalogue), recipe) == (
        "its 80 rows come from 9 creators, and too few of them (0) follow an earlier result of the same creator; "
        "give an older history of these creators, or results of at least 10"
    )
    assert unlearnable(flat(80, 10, catalogue), recipe) is None


def test_a_history_too_short_to_learn_from_is_refused(tables, engagement):
    short = roster(tables, 2)
    posts = short.frames["posts"]
    together = posts.assign(published_at=posts["published_at"].min())
    with pytest.raises(RowsError, match="engagement cannot be learned, because its .* rows come from 2 creators, and too few"):
        train(History({"creators": short.frames["creators"], "posts": together}), engagement, jobs=1)

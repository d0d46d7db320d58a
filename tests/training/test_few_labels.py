"""A later stage with few results is an earlier stage's forecast times one rate, flagged; with fewer still it is refused."""

import shutil

import numpy as np
import pandas as pd
import pytest

import predictor as pr
from builders import phrases
from predictor.bundle import load_bundle, save_bundle
from predictor.definitions.dictionary import models_page
from predictor.evaluation.calibration import masses, part_between
from predictor.forecasting.design_matrix import has_history
from predictor.forecasting.predict import distribution
from predictor.forecasting.sampling import INTERVAL
from predictor.forecasting.target_model import fit, labelled, refit
from predictor.intake.contract import read_tables
from predictor.page.comparison import grid_rows
from predictor.page.model import limits
from predictor.planning.comparison import compare
from predictor.planning.lineup import lineup
from predictor.planning.ranking import ranked
from predictor.planning.rules import LineupConstraints
from predictor.registry.gates import gate_failures, served
from predictor.registry.runs import load_registered, log_training
from predictor.reporting import lineup_words
from predictor.reporting.backtest_report import record, scores_table
from predictor.reporting.comparison_words import in_words
from predictor.reporting.model_card import model_card
from predictor.scoring.score import score
from predictor.scoring.scored_list import read_scored
from predictor.tables.files import write_frame
from predictor.training.pooled_rates import with_pooled_rates
from predictor.training.train import learned_from, train, why_not

DAY = pd.Timestamp("2026-07-01")
FEW = 60


def with_few(examples, outcome, count, seed=1):
    """The examples, of which so many keep their outcome."""
    kept = examples[examples[outcome].notna()].sample(count, random_state=seed).index
    return examples.assign(**{outcome: examples[outcome].where(examples.index.isin(kept))}), kept


def agency(short_world, folder, count):
    """An agency that has recorded clicks of so many bookings."""
    shutil.copytree(short_world, folder)
    bookings = pd.read_csv(folder / "bookings.csv")
    clicked = bookings.index[bookings["clicks"].notna()]
    kept = np.random.default_rng(1).permutation(clicked)[:count]
    bookings["clicks"] = bookings["clicks"].where(bookings.index.isin(kept))
    write_frame(bookings, folder / "bookings.csv")
    return folder


@pytest.fixture(scope="module")
def few(short_world, catalogue, tmp_path_factory):
    """A training on an agency that has recorded clicks of few bookings."""
    folder = agency(short_world, tmp_path_factory.mktemp("few") / "world", FEW)
    return train(read_tables(folder, catalogue), catalogue, targets=["clicks"], jobs=1)


@pytest.fixture(scope="module")
def scored(few, candidates, tables):
    return score(candidates, few.bundle, history=tables, on=DAY, why="en")


@pytest.mark.parametrize(("count", "off"), [(30, 2.0), (90, 1.6)])
@pytest.mark.parametrize("target", ["clicks", "orders"])
def test_totals_and_intervals_of_a_pooled_rate_hold_on_bookings_it_has_not_seen(training, catalogue, target, count, off):
    outcome = catalogue.recipes[target].outcome
    examples, kept = with_few(training.examples, outcome, count)
    definitions = with_pooled_rates(examples, catalogue)
    recipe = definitions.recipes[target]
    assert recipe.pooled and recipe.stages == ("reach",)
    model = fit(learned_from(examples, recipe, definitions), recipe, definitions)
    unseen = training.examples[training.examples[outcome].notna()].drop(kept).reset_index(drop=True)
    predicted, actual = distribution(model, unseen), unseen[outcome].to_numpy(dtype=float)
    assert 1 / off < predicted.mean().sum() / actual.sum() < off
    assert 0.76 < part_between(masses(predicted, actual), *INTERVAL).mean() < 0.97


def test_a_rate_of_few_labels_is_shared_by_all_bookings_of_a_line_up(few):
    shocks = few.bundle.provenance.shocks
    assert shocks["clicks"].campaign > 0.1 + 1 / FEW
    assert shocks["clicks"].campaign + shocks["clicks"].stranger < 1


def spread_of_rate(model, rows):
    """How far clicks per person that is to be reached differ over rows, of which some have no record of their creator."""
    rate = distribution(model, rows).mean() / model.stages["reach"].counts(rows)
    known = has_history(rows, model.recipe)
    assert known.sum() > 100 and (~known).sum() > 100
    return np.ptp(rate) / rate.mean()


def test_everybody_has_the_same_rate_per_reach_whether_on_record_or_not(few):
    model = few.bundle.models["clicks"]
    assert spread_of_rate(model, few.examples) < 1e-6
    again = refit(model, labelled(few.examples, model.recipe).sample(frac=1.0, replace=True, random_state=2))
    assert spread_of_rate(again, few.examples) < 1e-6


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_one_rate_is_that_of_the_results_on_record(training, catalogue, seed):
    examples, _ = with_few(training.examples, "clicks", 40, seed)
    definitions = with_pooled_rates(examples, catalogue)
    recipe = definitions.recipes["clicks"]
    model = fit(learned_from(examples, recipe, definitions), recipe, definitions)
    assert spread_of_rate(model, training.examples) < 1e-6
    assert model.with_history.errors.dispersion != model.cold_start.errors.dispersion  # each errs in its own way


def test_a_forecast_by_a_pooled_rate_says_so_in_the_list_and_keeps_it_in_a_file(few, scored, tmp_path, catalogue):
    seen = scored["platform"].isin(few.bundle.provenance.platforms["clicks"])  # from others not one of the few results is
    assert (scored["clicks_pooled"] == seen).all() and seen.sum() > 40
    note = f"Only {FEW} results (clicks) are on record, of 100 that are asked for: this is the reach to expect times one rate"
    answered = scored[seen]
    assert answered["clicks_note"].str.startswith(note).all() and answered["clicks_expected"].gt(0).all()
    assert (answered["clicks_p90"] > answered["clicks_p10"]).all()
    write_frame(scored, tmp_path / "scored.csv")
    assert read_scored(tmp_path / "scored.csv", catalogue)["clicks_pooled"].sum() == len(answered)


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "forecasts of clicks are an earlier stage times one rate for everybody"),
     ("vi", "dự báo lượt bấm lấy kết quả của bước trước nhân với một tỷ lệ chung cho mọi người")],
)  # fmt: skip
def test_comparison_and_line_up_warn_of_it(few, scored, lang, said):
    words = phrases(lang, few.bundle.catalogue)
    found = compare(scored, "traffic", few.bundle.catalogue)
    assert said in in_words(found, words)
    plan = lineup(scored, "traffic", LineupConstraints(budget=300e6, currency="VND"), few.bundle.catalogue, other_budgets=False)
    assert said in lineup_words.in_words(plan, words)
    records = grid_rows(ranked(scored, found, few.bundle.catalogue), found, words)
    assert all({"en": "one rate for all", "vi": "tỷ lệ chung"}[lang] in record["marks"] for record in records)


def test_card_and_page_say_what_is_not_known_of_it(few):
    said = "Clicks: the history has fewer than the 100 results that are asked for, so everybody’s forecast is the reach to expect"
    assert said in model_card(few.bundle, few.backtest, phrases("en", few.bundle.catalogue))
    assert any(said in line for line in limits(few.bundle, phrases("en", few.bundle.catalogue)))


def test_a_pooled_rate_is_kept_in_the_bundle_and_serves_though_few_results_decide_no_gate(
    few, scored, tmp_path, candidates, tables
):
    save_bundle(few.bundle, tmp_path / "bundle")
    again = load_bundle(tmp_path / "bundle")
    assert again.models["clicks"].recipe.pooled
    pd.testing.assert_series_equal(
        score(candidates, again, history=tables, on=DAY)["clicks_expected"], scored["clicks_expected"], check_exact=True
    )
    assert "clicks" not in gate_failures(few.bundle) and "clicks" in served(few.bundle).models


@pytest.mark.parametrize(("count", "hits"), [(19, 19), (60, 4)])
def test_with_fewer_still_there_is_no_figure_and_the_reason(training, catalogue, count, hits):
    examples, kept = with_few(training.examples, "clicks", count)
    examples.loc[kept[hits:], "clicks"] = 0.0
    examples.loc[kept[:hits], "clicks"] = 7.0
    definitions = with_pooled_rates(examples, catalogue)
    assert not definitions.recipes["clicks"].pooled
    assert why_not(examples, definitions.recipes["clicks"], definitions) == (
        f"{count} rows have a recorded 'clicks' and models/clicks.yaml asks for 100; 20 would do for the forecast of reach times "
        "one rate of all bookings, where they are of 10 creators, 5 of them are above 0, and reach can be learned"
    )


def test_enough_labels_learn_as_before_and_reach_has_no_earlier_stage(training, catalogue):
    assert with_pooled_rates(training.examples, catalogue) == catalogue
    examples, _ = with_few(training.examples, "reach", 30)
    assert not with_pooled_rates(examples, catalogue).recipes["reach"].pooled


def test_the_models_page_says_what_fewer_labels_give(catalogue):
    assert "with fewer, but 20 or more, it is the forecast of `reach` times one rate for everybody" in models_page(catalogue)
    assert "- Needs 40 recorded outcomes; with fewer it is not forecast at all." in models_page(catalogue)


def test_so_few_that_nothing_could_be_judged_still_train_and_are_told(short_world, catalogue, tmp_path):
    tables = read_tables(agency(short_world, tmp_path / "world", 22), catalogue)
    training = train(tables, catalogue, targets=["clicks"], jobs=1)
    assert training.bundle.models["clicks"].recipe.pooled and training.backtest.predictions.empty
    assert [(one.split, one.why) for one in training.backtest.unjudged] == [("time", "few_known"), ("new_creators", "few_known")]
    assert "campaign" in training.bundle.provenance.shocks["clicks"].assumed
    en = phrases("en", training.bundle.catalogue)
    assert "Clicks" in record(training.backtest, en) and "clicks" in scores_table(training.backtest, training.bundle)
    log_training(training, tmp_path, refits=0)
    assert pr.promote(tmp_path).version == "1"
    assert load_registered(tmp_path).models["clicks"].recipe.pooled

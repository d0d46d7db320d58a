"""Bars on public data that is read in place and never shipped."""

from __future__ import annotations

from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from sklearn.metrics import mean_poisson_deviance, r2_score

from acceptance.ceiling import ceiling
from acceptance.measure import Bar, against_rules, coverage_bars, predictions, total_bar
from predictor.asof.examples import training_examples
from predictor.definitions.loader import load_catalogue
from predictor.definitions.schema import Catalogue, Recipe
from predictor.evaluation.calibration import masses, part_between
from predictor.evaluation.folds import RECORD_FROM
from predictor.forecasting.predict import baseline_counts, distribution, forecast
from predictor.forecasting.splits import Fold, by_creator
from predictor.forecasting.target_model import fit, labelled
from predictor.intake.contract import read_tables
from predictor.intake.mapping import load_mapping
from predictor.tables.frames import History

HERE = Path(__file__).parent
FIFTHS, REPEATS = 5, 3


def indonesia(data: Path) -> list[Bar]:
    """Public Instagram posts of 524 large accounts, asked seven days before each was published."""
    catalogue = load_catalogue()
    examples = indonesian_examples(data, catalogue)
    tasks = [("time", 1), *(("new_creators", seed) for seed in range(1, FIFTHS + 1))]
    forecasts, recipe = predictions(examples, ("engagement",), catalogue, tasks), catalogue.recipes["engagement"]
    newest, strangers = forecasts[forecasts["split"] == "time"], forecasts[forecasts["split"] == "new_creators"]
    error, best, its = against_rules(newest, recipe)
    there, best_there, its_there = against_rules(strangers, recipe)
    fifths = [_r2(rows, "p50") for _, rows in strangers.groupby("seed")]
    recorded = labelled(examples[examples["posts_seen"] >= RECORD_FROM], recipe)
    public = pd.concat(
        joblib.Parallel(n_jobs=-1)(
            joblib.delayed(_asked)(recorded, fold, recipe, catalogue, 1) for fold in by_creator(recorded, 1)
        )
    )
    name, new = "Indonesia, newest", f"Indonesia, never-seen ({FIFTHS} fifths)"
    return [
        Bar(f"{name}: error", f"{error:.4f} (best rule in hindsight, {best}: {its:.4f})", "at most 0.575", error <= 0.575),
        *coverage_bars(newest, name),
        total_bar(newest, name),
        Bar(
            f"{new}: R² of log",
            f"{_r2(strangers, 'p50'):.2f} (by fifth {min(fifths):.2f} to {max(fifths):.2f}; "
            f"tier benchmark {_r2(strangers, 'tier_benchmark'):.2f})",
            "at least 0.50",
            _r2(strangers, "p50") >= 0.5,
        ),
        ceiling(labelled(examples, recipe), recipe, catalogue, 0.5),
        Bar(f"{new}: error", f"{there:.4f} (best rule, {best_there}: {its_there:.4f})", "told", None),
        *coverage_bars(strangers, new),
        total_bar(strangers, new),
        Bar(
            "Indonesia, never in training, but with public posts on record: R² of log",
            f"{_r2(public, 'p50'):.2f} (80 % interval holds {public['inside'].mean():.1%} of {len(public):,})",
            "told",
            None,
        ),
    ]


def indonesian_examples(data: Path, catalogue: Catalogue) -> pd.DataFrame:
    """The posts as training examples, each as known seven days before it was published."""
    return training_examples(indonesian_posts(data, catalogue), catalogue)


def indonesian_posts(data: Path, catalogue: Catalogue) -> History:
    """The posts as they are shipped."""
    mapping = load_mapping(HERE.parent / "data/mappings/instagram_indonesia_2020.yaml", catalogue)
    return read_tables(data / "instagram_indonesia_2020", catalogue, mapping)


def ads(data: Path) -> list[Bar]:
    """One advertiser's 1,143 ads: clicks per impression bought, and sales per impression or per click to expect; five folds,
    several times."""
    catalogue = load_catalogue(HERE / "ads")
    rows = _ads(pd.read_parquet(data / "facebook_ads_2017" / "ads.parquet"))
    folds = [(seed, fold) for seed in range(1, REPEATS + 1) for fold in by_creator(rows, seed)]
    return [bar for recipe in catalogue.recipes.values() for bar in _ad_bars(rows, folds, recipe, catalogue)]


def _ad_bars(rows: pd.DataFrame, folds: list[tuple[int, Fold]], recipe: Recipe, catalogue: Catalogue) -> list[Bar]:
    forecasts = pd.concat(
        joblib.Parallel(n_jobs=-1)(joblib.delayed(_asked)(rows, fold, recipe, catalogue, seed) for seed, fold in folds)
    )
    inside, ends = float(forecasts["inside"].mean()), forecasts["actual"].between(forecasts["p10"], forecasts["p90"]).mean()
    ours, pooled = (mean_poisson_deviance(forecasts["actual"], forecasts[column]) for column in ("expected", "pooled_rate"))
    rules = {name: mean_poisson_deviance(forecasts["actual"], forecasts[name]) for name in recipe.rules}
    beside = ", ".join(f"{name} {value:.3f}" for name, value in rules.items() if name != "pooled_rate")
    name = f"Ads, {recipe.name} ({REPEATS} × 5 folds)"
    return [
        Bar(
            f"{name}: 80 % interval holds, an outcome at an end counting in part",
            f"{inside:.1%}",
            "78% to 82%",
            0.78 <= inside <= 0.82,
        ),
        Bar(f"{name}: whole-number ends included", f"{ends:.1%}", "told: counts of 0 and 1 leave no narrower one", None),
        Bar(
            f"{name}: Poisson deviance",
            f"{ours:.3f} (pooled rate {pooled:.3f}; {beside})",
            "below the pooled rate",
            bool(ours < pooled),
        ),
        Bar(
            f"{name}: total forecast over total that came",
            f"{forecasts['expected'].sum() / forecasts['actual'].sum():.3f}",
            "told",
            None,
        ),
    ]


def _ads(table: pd.DataFrame) -> pd.DataFrame:
    when = pd.Timestamp("2017-08-01")  # the table has no dates
    return pd.DataFrame({
        "row_id": table["ad_id"], "creator_id": table["ad_id"], "source": "booking", "at": when, "known_on": when,
        "campaign": table["campaign_id"].astype("str"), "interest": table["interest"].astype("str"), "age": table["age"],
        "gender": table["gender"], "impressions": table["impressions"].astype(float), "clicks": table["clicks"].astype(float),
        "sales": table["conversions_approved"].astype(float),
    })  # fmt: skip


def _asked(rows: pd.DataFrame, fold: Fold, recipe: Recipe, catalogue: Catalogue, seed: int) -> pd.DataFrame:
    """Forecasts of one fold as it stands, learned from the others."""
    learned, asked = rows.iloc[fold[0]].reset_index(drop=True), rows.iloc[fold[1]]
    model, actual = fit(learned, recipe, catalogue, seed), asked[recipe.outcome]
    inside = part_between(masses(distribution(model, asked), actual.to_numpy(dtype=float)), 0.1, 0.9)
    return forecast(model, asked).join(baseline_counts(model, asked)).assign(actual=actual, inside=inside)


def _r2(rows: pd.DataFrame, column: str) -> float:
    return float(r2_score(np.log1p(rows["actual"]), np.log1p(rows[column])))

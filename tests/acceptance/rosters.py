"""What rosters of few creators and histories of few results can promise: `python -m acceptance --only rosters`."""

from __future__ import annotations

from pathlib import Path

import joblib
import numpy as np
import pandas as pd

from acceptance.measure import Bar, against_rules
from acceptance.real import indonesian_posts
from predictor.asof.examples import training_examples
from predictor.definitions.loader import load_catalogue
from predictor.definitions.schema import Catalogue
from predictor.evaluation.backtest import judge_split
from predictor.forecasting.target_model import labelled
from predictor.tables.frames import History

ROSTERS, DRAWS = (1, 3, 9, 30), 10
LEAST = 60  # posts of a creator who may be drawn: one with fewer has too little to be learned from alone
SHORT, SHORT_DRAWS = ((10, 8), (20, 5), (40, 4)), 40  # creators and results of each; histories of that size drawn at random
MOST_ABOVE = 0.02
KEPT = (0.75, 0.85)


def rosters(data: Path) -> list[Bar]:
    """Public Instagram posts of 1 to 30 creators drawn at random, and of 10 to 40 creators with hardly any, forecast forward in
    time; each draw learns by itself."""
    catalogue = load_catalogue()
    recipe, history = catalogue.recipes["engagement"], indonesian_posts(data, catalogue)
    examples = labelled(training_examples(history, catalogue), recipe)
    tasks = [(size, seed) for size in ROSTERS for seed in range(1, DRAWS + 1)]
    judged = joblib.Parallel(n_jobs=-1)(joblib.delayed(_judged)(examples, *task, catalogue) for task in tasks)
    forecasts = pd.concat(judged, ignore_index=True)
    found = [bar for size in ROSTERS for bar in _bars(size, forecasts[forecasts["roster"] == size], catalogue)]
    draws = [(*size, seed) for size in SHORT for seed in range(1, SHORT_DRAWS + 1)]
    short = pd.concat(joblib.Parallel(n_jobs=-1)(joblib.delayed(_short)(history, *task, catalogue) for task in draws))
    return found + [bar for _, rows in short.groupby(["creators", "each"]) for bar in _short_bars(rows, catalogue)]


def _judged(examples: pd.DataFrame, size: int, seed: int, catalogue: Catalogue) -> pd.DataFrame:
    """Forecasts of the newest fifth of the posts of some creators drawn at random."""
    posts = examples.groupby("creator_id").size()
    drawn = posts.index[posts >= LEAST].to_series().sample(size, random_state=seed)
    rows = examples[examples["creator_id"].isin(drawn)].reset_index(drop=True)
    return judge_split(rows, catalogue.recipes["engagement"], catalogue, "time", seed).predictions.assign(roster=size, draw=seed)


def _short(history: History, creators: int, each: int, seed: int, catalogue: Catalogue) -> pd.DataFrame:
    """Forecasts of the newest fifth of a history that holds a few posts of some creators, drawn at random, and nothing else."""
    posts = history.frames["posts"]
    count, recipe = posts.groupby("creator_id").size(), catalogue.recipes["engagement"]
    drawn = count.index[count >= LEAST].to_series().sample(creators, random_state=seed)
    some = posts[posts["creator_id"].isin(drawn)].sample(frac=1, random_state=seed).groupby("creator_id").head(each)
    about = history.frames["creators"][history.frames["creators"]["creator_id"].isin(drawn)]
    frames = {"posts": some.sort_values("published_at"), "creators": about}
    kept = History({name: frame.reset_index(drop=True) for name, frame in frames.items()})
    rows = labelled(training_examples(kept, catalogue), recipe)
    forecasts = judge_split(rows, recipe, catalogue, "time", seed).predictions
    return forecasts[forecasts["split"] == "time"].assign(creators=creators, each=each, draw=seed)


def _short_bars(rows: pd.DataFrame, catalogue: Catalogue) -> list[Bar]:
    error, best, its = against_rules(rows, catalogue.recipes["engagement"])
    sums = rows.groupby("draw")[["expected", "actual"]].sum()
    off = np.log(sums["expected"] / sums["actual"])
    name = f"{sums.shape[0]} histories of {rows['creators'].iloc[0]} creators, {rows['each'].iloc[0]} results each"
    compared = f"{error:.4f}, {error / its - 1:+.1%} over the best rule in hindsight, {best} ({len(rows):,} posts)"
    total = rows["expected"].sum() / rows["actual"].sum()
    by_draw = f"middle draw {np.exp(off.median()):.2f}, log off by {off.abs().mean():.2f}"
    return [
        Bar(f"{name}: error", compared, "told", None),
        Bar(f"{name}: 80 % interval holds", f"{rows['inside'].mean():.1%}", "told", None),
        Bar(f"{name}: total forecast over true total", f"{total:.2f} ({by_draw})", "told", None),
    ]


def _bars(size: int, forecasts: pd.DataFrame, catalogue: Catalogue) -> list[Bar]:
    recipe, rows = catalogue.recipes["engagement"], forecasts[forecasts["split"] == "time"]
    error, best, its = against_rules(rows, recipe)
    by_draw = [ours / theirs - 1 for ours, _, theirs in (against_rules(one, recipe) for _, one in rows.groupby("draw"))]
    shares = rows.groupby("draw")["inside"].mean()
    name = f"{rows['draw'].nunique()} of {DRAWS} rosters of {size}"  # of one creator now and then too little was known before
    return [
        Bar(
            f"{name}: error",
            f"{error:.4f}, {error / its - 1:+.1%} over the best rule in hindsight, {best} ({len(rows):,} posts)",
            f"at most {MOST_ABOVE:+.0%}",
            bool(error <= (1 + MOST_ABOVE) * its),
        ),
        Bar(
            f"{name}: over the best rule of each draw in hindsight",
            f"{np.mean(by_draw):+.1%} (median {np.median(by_draw):+.1%})",
            "told",
            None,
        ),
        Bar(
            f"{name}: 80 % interval holds",
            f"{rows['inside'].mean():.1%} (by draw {shares.min():.0%} to {shares.max():.0%})",
            f"{KEPT[0]:.0%} to {KEPT[1]:.0%}" if size > 1 else "told",
            bool(KEPT[0] <= rows["inside"].mean() <= KEPT[1]) if size > 1 else None,
        ),
    ]

"""Whether counts of any age serve, and counts kept for a week do no harm: `python -m acceptance --only ages`."""

from __future__ import annotations

from pathlib import Path

import joblib
import numpy as np
import pandas as pd

from acceptance.measure import Bar, against_rules, total_bar
from acceptance.real import HERE
from predictor.asof.counts import learned_growth, pairs_of_counts
from predictor.asof.growth import Growth, Kind
from predictor.asof.selection import find_selection
from predictor.definitions.loader import load_catalogue
from predictor.definitions.schema import Catalogue
from predictor.evaluation.backtest import judge_split
from predictor.forecasting.splits import by_creator
from predictor.intake.contract import checked_history, read_tables
from predictor.intake.mapping import load_mapping
from predictor.simulation.agency import simulate
from predictor.tables.frames import History
from predictor.training.train import Asked, learnable

TARGET, WORLDS = "reach", (1, 2, 3)
LEAST_GAIN, LEAST_JUDGED, KEPT, TOTAL, HARM = 0.3, 700, (0.78, 0.82), (0.85, 1.15), 0.01


def ages(data: Path) -> list[Bar]:
    """Public videos of 200 YouTube channels, most of them counted a week apart, none before the newest fifth began."""
    catalogue = load_catalogue()
    tables = read_tables(data / "youtube_tech_2026", catalogue)
    without = History({name: frame for name, frame in tables.frames.items() if name != "post_snapshots"}, checked=True)
    judged = joblib.Parallel(n_jobs=-1)(joblib.delayed(_judged)(one, catalogue) for one in (tables, without))
    return [
        *_second_counts(tables, catalogue),
        *_newest(judged[0], judged[1], catalogue),
        *_hand_picked({"YouTube": tables}, catalogue, True),
        *_hand_picked(_complete(data, catalogue), catalogue, False),
    ]


def _complete(data: Path, catalogue: Catalogue) -> dict[str, History]:
    """Histories in which no post was selected: the Indonesian posts and invented agencies."""
    mapping = load_mapping(HERE.parent / "data/mappings/instagram_indonesia_2020.yaml", catalogue)
    worlds = {f"invented agency {seed}": simulate(seed=seed).frames for seed in WORLDS}
    invented = {name: checked_history(History(frames, invented=True), catalogue) for name, frames in worlds.items()}
    return {"Indonesia": read_tables(data / "instagram_indonesia_2020", catalogue, mapping), **invented}


def _hand_picked(histories: dict[str, History], catalogue: Catalogue, picked: bool) -> list[Bar]:
    """Of how many creators the older posts look selected, and whether the history is taken as hand-picked."""
    bars = []
    for name, tables in histories.items():
        found = find_selection(tables, catalogue, learned_growth(tables, catalogue))
        measured = f"{found.share:.0%} of {found.creators}" + (f", before the {found.newest} newest" if found.newest else "")
        asked = "above 30 %: hand-picked" if picked else "not hand-picked"
        bars.append(Bar(f"{name}: creators whose older posts look hand-picked", measured, asked, found.hand_picked is picked))
    return bars


def _second_counts(tables: History, catalogue: Catalogue) -> list[Bar]:
    """How far off the second counts of held-out creators are: as if nothing grew, by the default curve, and by one learned."""
    pairs = pairs_of_counts(tables, catalogue, TARGET)
    grown, held_out = np.log1p(pairs["next_count"]) - np.log1p(pairs["count"]), list(by_creator(pairs, 1))
    learned, mean = np.zeros(len(pairs)), np.zeros(len(pairs))
    for train_idx, test_idx in held_out:
        creators = set(pairs["creator_id"].iloc[train_idx])
        posts = tables.frames["posts"]
        growth = learned_growth(History(tables.frames | {"posts": posts[posts["creator_id"].isin(creators)]}), catalogue)
        learned[test_idx], mean[test_idx] = (
            _grown(growth, pairs.iloc[test_idx], "typical"),
            _grown(growth, pairs.iloc[test_idx], "mean"),
        )
    assumed = _grown(Growth(), pairs, "typical")
    errors = {name: float(np.abs(grown - by).mean()) for name, by in (("none", 0.0), ("assumed", assumed), ("learned", learned))}
    gain = 1 - errors["learned"] / errors["none"]
    totals = [((pairs["count"] + 1) * np.exp(by)).sum() / (pairs["next_count"] + 1).sum() for by in (0.0, learned, mean)]
    name = f"{len(pairs):,} second counts of views from the first, creators held out"
    return [
        Bar(
            f"{name}: error of the log",
            f"{errors['learned']:.4f}, {gain:.0%} below no growth, {errors['none']:.4f} (assumed curve {errors['assumed']:.4f})",
            f"at least {LEAST_GAIN:.0%} below",
            gain >= LEAST_GAIN,
        ),
        Bar(f"{name}: total", "no growth {:.3f}, typical {:.3f}, mean {:.3f}".format(*totals), "told", None),
    ]


def _grown(growth: Growth, pairs: pd.DataFrame, kind: Kind) -> np.ndarray:
    first, second = (growth.log_factor(TARGET, pairs, pairs[age].to_numpy(), kind, to=28.0) for age in ("age", "next_age"))
    return first - second


def _judged(tables: History, catalogue: Catalogue) -> pd.DataFrame:
    growth = learned_growth(tables, catalogue)
    examples, _ = learnable(tables, catalogue, growth=growth)
    recipe = catalogue.recipes[TARGET]
    asked = Asked(tables, catalogue, 7.0, None, growth)
    found = judge_split(asked.known_before_judging(examples, recipe), recipe, catalogue, "time").predictions
    return found[found["split"] == "time"].set_index("row_id")


def _newest(kept: pd.DataFrame, without: pd.DataFrame, catalogue: Catalogue) -> list[Bar]:
    recipe = catalogue.recipes[TARGET]
    error, best, its = against_rules(kept, recipe)
    same = without.loc[without.index.intersection(kept.index)]
    here = kept.loc[same.index]
    harm = against_rules(here, recipe)[0] / against_rules(same.assign(actual=here["actual"]), recipe)[0] - 1
    inside, below, above = kept["inside"].mean(), (kept["actual"] < kept["p10"]).mean(), (kept["actual"] > kept["p90"]).mean()
    name, (low, high), alone = "YouTube, newest, counts kept for a week", KEPT, "YouTube, newest, no counts kept"
    error_without, best_without, its_without = against_rules(without, recipe)
    return [
        Bar(f"{name}: rows judged", f"{len(kept):,}", f"at least {LEAST_JUDGED}", len(kept) >= LEAST_JUDGED),
        Bar(f"{name}: error", f"{error:.3f} (best rule in hindsight, {best}: {its:.3f})", "below the best rule", error < its),
        Bar(
            f"{name}: 80 % interval holds",
            f"{inside:.1%} ({below:.1%} below it, {above:.1%} above)",
            f"{low:.0%} to {high:.0%}",
            bool(low <= inside <= high),
        ),
        total_bar(kept, name, TOTAL),
        Bar(
            f"{name}: error against none kept, the same {len(same):,} rows and outcomes",
            f"{harm:+.1%} (80 % interval then holds {same['inside'].mean():.1%})",
            f"at most {HARM:+.0%}",
            bool(harm <= HARM),
        ),
        Bar(
            f"{alone}: error of {len(without):,}",
            f"{error_without:.3f} (best rule in hindsight, {best_without}: {its_without:.3f})",
            "below the best rule",
            error_without < its_without,
        ),
        Bar(f"{alone}: 80 % interval holds", f"{without['inside'].mean():.1%}", "told", None),
        total_bar(without, alone, TOTAL),
    ]

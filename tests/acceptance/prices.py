"""How well the fair range tells what bookings cost in invented agencies, whose true prices are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from acceptance.measure import GROUP, Bar
from acceptance.scenarios import as_tables
from predictor.definitions.loader import load_catalogue
from predictor.definitions.schema import Catalogue
from predictor.forecasting.splits import by_creator, newest
from predictor.pricing.fair_fees import fair_fees, fit_prices, quotes, verdicts
from predictor.simulation.agency import simulate

WORLDS, DEAR, FEW = 5, 3.0, 15


def prices() -> list[Bar]:
    """Coverage and error of the fair range on held-out creators and the newest bookings, and whether dear quotes are flagged."""
    catalogue = load_catalogue()
    priced = pd.concat([_priced(seed, catalogue) for seed in range(1, WORLDS + 1)], ignore_index=True)
    known = priced[priced["fair"].notna()]
    found = []
    for split, rows in known.groupby("split", sort=False):
        found += _bars(f"fair fee, {WORLDS} agencies, {split}", rows)
    found.append(Bar("fair fee: quotes that get a range", f"{len(known) / len(priced):.1%} of {len(priced):,}", "told", None))
    return found


def _bars(where: str, rows: pd.DataFrame) -> list[Bar]:
    inside = rows["fee"].between(rows["fair_low"], rows["fair_high"])
    share = float(inside.mean())
    ours, rule, truth = (_off(rows["fee"], rows[name]) for name in ("fair", "rule", "true"))
    shares = inside.groupby(rows["platform"]).agg(["mean", "size"]).query(f"size >= {GROUP}")["mean"]
    errors = f"{ours:.3f} (fee per follower and post: {rule:.3f}; the truth itself: {truth:.3f})"
    priced = [
        Bar(f"{where}: 80 % range holds", f"{share:.1%} of {len(rows):,}", "78% to 82%", 0.78 <= share <= 0.82),
        Bar(f"{where}: median absolute error of the log fee", errors, "below the rule", ours < rule),
        Bar(f"{where}: the same from the true price", f"{_off(rows['fair'], rows['true']):.3f}", "told", None),
        *(_flagged(where, rows, *one) for one in ((DEAR, "over", 0.9), (1.0, "fair", 0.95), (1 / DEAR, "under", 0.9))),
    ]
    if where.endswith("known"):  # so few say little of a single platform, and their wide range lets more pass
        return [*priced[:3], *(replace(bar, asked="told", holds=None) for bar in priced[3:])]
    by = f"{shares.min():.1%} to {shares.max():.1%}"
    each = Bar(f"{where}: on each platform with {GROUP}+ quotes", by, "74% to 86%", bool(shares.between(0.74, 0.86).all()))
    return [each, *priced]


def _off(estimate: pd.Series, true: pd.Series) -> float:
    return float(np.log(estimate / true).abs().median())


def _flagged(where: str, rows: pd.DataFrame, times: float, verdict: str, least: float) -> Bar:
    share = float((verdicts(rows["true"] * times, rows["fair_low"], rows["fair_high"]) == verdict).mean())
    return Bar(
        f"{where}: quotes of {times:.2g} times the true price are {verdict}",
        f"{share:.1%}",
        f"at least {least:.0%}",
        share >= least,
    )


def _priced(seed: int, catalogue: Catalogue) -> pd.DataFrame:
    """Every quote of an agency beside the range learned without its creator, or without anything as new."""
    asked = quotes(as_tables(simulate(seed), catalogue), catalogue)
    # The same draws without their spread: what each booking costs before chance.
    true = simulate(seed, change={"price": {"spread": 0.0}}).frames["bookings"].set_index("booking_id")["fee"]
    asked = asked.assign(true=asked["booking_id"].map(true).astype(float), known_on=asked["at"])
    creators = np.random.default_rng(seed).permutation(asked["creator_id"].unique())
    few = [np.flatnonzero(asked["creator_id"].isin(creators[start : start + FEW])) for start in range(0, 5 * FEW, FEW)]
    splits = {"never-seen creators": list(by_creator(asked, seed)), "newest": [newest(asked, np.arange(len(asked)))]}
    splits[f"{FEW} creators known"] = [(learned, np.setdiff1d(np.arange(len(asked)), learned)) for learned in few]
    priced = [_fold(asked.iloc[learned], asked.iloc[held], split) for split, folds in splits.items() for learned, held in folds]
    return pd.concat(priced)


def _fold(learned: pd.DataFrame, held: pd.DataFrame, split: str) -> pd.DataFrame:
    later = held.drop(columns="at") if split != "newest" else held
    per_follower = (learned["fee"] / (learned["followers"] * learned["posts"])).median()
    priced = fair_fees(fit_prices(learned), later).join(held[["fee", "true", "platform"]])
    return priced.assign(rule=per_follower * held["followers"] * held["posts"], split=split)

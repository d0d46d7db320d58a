"""Validation splits: forward in time or by creator, never at random."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

Fold = tuple[np.ndarray, np.ndarray]  # positions of the training rows, positions of the test rows
MIN_TRAINING_ROWS = 15  # rows without which nothing is fitted
MIN_CREATORS = 25  # creators below which holding some out, or counting each as one observation, decides nothing
MIN_CREATORS_FOR_OTHERS = 10  # creators without whom a forecast for others is not supported
SPELL = pd.Timedelta(weeks=4)  # of one creator, errors further apart in time are taken as independent where creators are few


def newest(examples: pd.DataFrame, counted: np.ndarray, share: float = 0.2) -> Fold:
    """Test on everything since the newest `share` of the `counted` rows began; train on what was known by then."""
    moments = np.sort(examples["at"].to_numpy()[counted])
    first = moments[int((1 - share) * len(moments))]
    return np.flatnonzero((examples["known_on"] <= first).to_numpy()), np.flatnonzero((examples["at"] >= first).to_numpy())


def between(examples: pd.DataFrame, start: float, stop: float) -> Fold:
    """Test on the examples between two shares of the timeline; train on what was known at the first of them."""
    order = np.argsort(examples["at"].to_numpy(), kind="stable")
    test_idx = order[int(start * len(order)) : int(stop * len(order))]
    first = examples["at"].to_numpy()[test_idx].min()
    train_idx = np.flatnonzero((examples["known_on"] <= first).to_numpy())
    return train_idx, test_idx


def time_forward(
    examples: pd.DataFrame, cuts: tuple[float, ...] = (0.4, 0.6, 0.8, 1.0), least: int = MIN_TRAINING_ROWS
) -> list[Fold]:
    """Folds that walk forward through time; those with too few training rows are left out."""
    if len(examples) < least:
        return []
    folds = (between(examples, start, stop) for start, stop in zip(cuts, cuts[1:], strict=False))
    return [(train_idx, test_idx) for train_idx, test_idx in folds if len(train_idx) >= least and len(test_idx) >= 5]


def sample_creators(examples: pd.DataFrame, most: int, seed: int) -> pd.DataFrame:
    """All rows of creators drawn at random until they have `most` rows or more; everything where there is no more."""
    if len(examples) <= most:
        return examples
    counts = examples.groupby("creator_id").size()
    drawn = counts.iloc[np.random.default_rng(seed).permutation(len(counts))]
    return examples[examples["creator_id"].isin(drawn.index[drawn.cumsum() - drawn < most])].reset_index(drop=True)


def error_clusters(rows: pd.DataFrame) -> np.ndarray:
    """Names of the groups of rows in which one forecast from the creators' own records is better than another by the same luck.

    A creator's rows; of fewer than 25 creators a creator's rows of four weeks, since few clusters cannot tell luck from skill.
    """
    creators = rows["creator_id"].astype("str")
    if creators.nunique() >= MIN_CREATORS:
        return creators.to_numpy()
    spell = (rows["at"] - rows["at"].min()) // SPELL
    return (creators + "|" + spell.astype("str")).to_numpy()


def by_creator(examples: pd.DataFrame, seed: int, parts: int = 5) -> Iterator[Fold]:
    """Folds whose test creators are in no training row."""
    creators = pd.Series(examples["creator_id"].unique()).sort_values(ignore_index=True)
    shuffled = np.random.default_rng(seed).permutation(len(creators))
    part_of = dict(zip(creators, shuffled % parts, strict=True))
    part = examples["creator_id"].map(part_of).to_numpy()
    for held_out in range(min(parts, len(creators))):
        yield np.flatnonzero(part != held_out), np.flatnonzero(part == held_out)

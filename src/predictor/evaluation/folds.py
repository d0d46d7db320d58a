"""The two splits of the back-test as positions of examples, for the back-test itself and as folds of a cross-validation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from predictor.definitions.loader import load_catalogue
from predictor.definitions.schema import Catalogue, Recipe
from predictor.errors import Fault, RowsError
from predictor.forecasting.splits import Fold, by_creator, newest
from predictor.wording.matching import nearest

SPLITS = ("time", "new_creators")
RECORD_FROM = 3  # earlier posts that make a record
ENOUGH_RECORDED = 100  # rows with a record needed to test on them alone
NEEDED = ("row_id", "source", "creator_id", "at", "known_on")  # columns of examples
GIVE = "give the frame that training_examples(history, catalogue) returns, or rows of it"


class HeldOut(NamedTuple):
    """Positions of what may be learned from and of what is forecast, and which rows of the latter come with a record."""

    train: np.ndarray
    test: np.ndarray
    recorded: np.ndarray


def refuse_others(examples: Any, others: Sequence[str] = ()) -> None:
    """Refuse what are no examples: another thing than a frame, or one without the columns that every example has, or `others`."""
    if not isinstance(examples, pd.DataFrame):
        raise RowsError([Fault("examples", f"got {type(examples).__name__}; {GIVE}.")])
    if missing := [name for name in (*NEEDED, *others) if name not in examples]:
        raise RowsError([Fault("examples", f"there is no column {', '.join(missing)}; {GIVE}.")])


def recipe_named(target: str, catalogue: Catalogue) -> Recipe:
    """The recipe of a target, or a refusal."""
    if target not in catalogue.recipes:
        allowed = f"{', '.join(catalogue.recipes)}{nearest(str(target), list(catalogue.recipes))}"
        raise RowsError([Fault("target", f"got '{target}'; allowed: {allowed}.")])
    return catalogue.recipes[target]


def held_out(examples: pd.DataFrame, counted: np.ndarray, split: str, seed: int) -> HeldOut:
    """One split of examples, of which only the `counted` ones (a truth value a row) are tested: `time` is the newest fifth,
    trained on what was known before the first of them; `new_creators` a fifth of the creators, of whom no row is trained on."""
    places = np.flatnonzero(counted)
    rows = examples.iloc[places]
    recorded = _recorded(rows)
    _, test = newest(rows, recorded) if split == "time" else next(iter(by_creator(rows, seed)))
    tested = rows.iloc[test]
    if split == "time":
        known = examples["known_on"] <= tested["at"].min()
    else:
        known = ~examples["creator_id"].isin(tested["creator_id"])
    return HeldOut(np.flatnonzero(known.to_numpy()), places[test], recorded[test])


def splits(
    examples: pd.DataFrame, target: str | None = None, *, seed: int = 1, catalogue: Catalogue | None = None
) -> list[Fold]:  # fmt: skip
    """The two splits that `judge` uses, as folds for scikit-learn: `cross_val_score(estimator, examples, cv=splits(examples))`.

    Parameters
    ----------
    examples
        What `training_examples` gives, or rows of it.
    target
        Tests on the rows with a recorded outcome of this target alone, as `judge` does; by default on all rows.
    seed
        Draws the creators that are held out, as that of `judge` does.
    catalogue
        The definitions; by default those of the project that you stand in, else the shipped ones.

    Returns
    -------
    Positions of the rows to train on and of those to test, twice. First forward in time: the newest fifth of the rows whose
    creators have a record, and what was known before the first of them. Then a fifth of the creators, who are in no training
    row; that they are to be forecast as if nothing were known of them is the estimator's part (`TargetRegressor` does so).

    Raises
    ------
    RowsError
        Where these are no examples, there is no such target, or a split would have nothing to train on or to test.

    Examples
    --------
    >>> import pandas as pd, predictor as pr
    >>> days = pd.date_range("2026-01-01", periods=30)
    >>> rows = pd.DataFrame({"creator_id": ["linh", "minh", "an", "vy", "khoa"] * 6, "at": days, "known_on": days})
    >>> rows = rows.assign(row_id=rows.index.astype(str), source="post")
    >>> [(len(train), len(test)) for train, test in pr.splits(rows)]
    [(25, 6), (24, 6)]
    """
    refuse_others(examples)
    counted = np.ones(len(examples), dtype=bool)
    if target is not None:
        counted = examples[recipe_named(target, catalogue or load_catalogue()).outcome].notna().to_numpy()
    if examples["creator_id"][counted].nunique() < 2:
        problem = f"{counted.sum()} rows to test on come from fewer than two creators, so none can be held out; give more."
        raise RowsError([Fault("examples", problem)])
    forward, others = (held_out(examples, counted, split, seed) for split in SPLITS)
    if not len(forward.train):
        raise RowsError([Fault("examples", "no outcome was known before the newest fifth began; give an older history.")])
    return [(forward.train, forward.test[forward.recorded]), (others.train, others.test)]


def _recorded(rows: pd.DataFrame) -> np.ndarray:
    """Whether a row's creator has a record; where hardly any has one, every row is taken as it is."""
    everyone = np.ones(len(rows), dtype=bool)
    recorded = ~(rows["posts_seen"] < RECORD_FROM).to_numpy() if "posts_seen" in rows else everyone
    return recorded if recorded.sum() >= ENOUGH_RECORDED else everyone

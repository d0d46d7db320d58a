"""What candidates of one campaign could bring together: drawn jointly, and for reach with shared audiences counted once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import Field

from predictor.definitions.loader import project_folder
from predictor.definitions.schema import Catalogue, Closed, Recipe
from predictor.definitions.strict_yaml import parse, read_yaml
from predictor.errors import DefinitionError, Fault, RowsError
from predictor.forecasting.sampling import DRAWS, INTERVAL, OutcomeCorrelations, sample_jointly
from predictor.planning.optimiser import Overlap
from predictor.tables.columns import scored_column
from predictor.tables.frames import main_value

# Overlap of audiences: the assumption of a project, and known overlaps of pairs.

FILE = "models/assumptions/overlap.yaml"
GIVEN = ("creator_a", "creator_b", "overlap")

Share = Annotated[float, Field(ge=0, le=1)]


class Assumption(Closed):
    """`models/assumptions/overlap.yaml`: how large the public of like creators is, and how much less unlike ones overlap."""

    public: Annotated[float, Field(gt=0)]
    other_niche: Share
    other_platform: Share
    other_country: Share
    same_person: Share
    further_post: Share


def load_assumption(project: Path | None = None) -> Assumption:
    """Read and check the assumption of a project.

    Raises
    ------
    DefinitionError
        With every fault of the file, one a line.
    """
    file, faults = project_folder(project) / FILE, list[str]()
    if not file.is_file():
        raise DefinitionError([f"{FILE}: is missing; copy the one that is shipped with predictor."])
    found = parse(Assumption, read_yaml(file, FILE), FILE, faults)
    if faults:
        raise DefinitionError(faults)
    return found


def read_overlaps(frame: pd.DataFrame, file: str) -> pd.DataFrame:
    """Known overlaps of two creators each, checked: `creator_a`, `creator_b`, `overlap` (0 to 1, part of the smaller audience).

    Raises
    ------
    RowsError
        With every fault of the table.
    """
    absent = [Fault(file, f"the column '{name}' is missing; it needs {', '.join(GIVEN)}.") for name in GIVEN if name not in frame]
    if absent:
        raise RowsError(absent)
    overlaps = frame[list(GIVEN)].assign(overlap=pd.to_numeric(frame["overlap"], errors="coerce"), **{
        name: frame[name].astype("str").where(frame[name].notna(), "").str.strip() for name in GIVEN[:2]
    }).reset_index(drop=True)  # fmt: skip
    seen: set[frozenset[str]] = set()
    faults = []
    for number, row in enumerate(overlaps.itertuples(index=False), start=2):
        pair, given = frozenset((row.creator_a, row.creator_b)), frame["overlap"].iloc[number - 2]
        if not 0 <= row.overlap <= 1:
            problem = f"got {given!r}; allowed: 0 to 1, the part of the smaller audience; write 25% as 0.25."
            faults.append(Fault(file, problem, number, "overlap"))
        if len(pair) < 2 or "" in pair:
            faults.append(
                Fault(file, f"got '{row.creator_a}' and '{row.creator_b}'; name two creators by their creator_id.", number)
            )
        elif pair in seen:
            faults.append(Fault(file, f"'{row.creator_a}' and '{row.creator_b}' are there twice; keep one row.", number))
        seen.add(pair)
    if faults:
        raise RowsError(faults)
    return overlaps


# How many different people a line-up reaches: never the plain sum, because audiences overlap.
#
# Audiences overlap as by chance, which planners of media schedules know as Sainsbury's formula (see also Agostini 1961, "How to
# estimate unduplicated audiences"): each is drawn at random from one public, so that of A the part B / public belongs to B as
# well. That a part in proportion to the other's size is shared is the duplication of viewing law (Goodhardt and Ehrenberg 1969,
# "Duplication of viewing between and within channels"); its coefficient is higher for creators who are alike. Here, each
# audience is split between the publics of everybody, of a platform, of a niche, of a country and of all combinations of these,
# in the shares that give each pair the overlap assumed; so the whole is a union of sets, whatever the assumption.

ALIKE = {"platform": "other_platform", "niche": "other_niche", "country": "other_country"}
CURVE_END, CURVE_POINTS = 30.0, 12  # how many times all of a group a curve reaches, because draws do; points beside its start
MIN_PEOPLE = 1e-3  # people that are as good as none


def unique_reach(rows: pd.DataFrame, reach: np.ndarray, assumption: Assumption, given: pd.DataFrame | None = None) -> np.ndarray:
    """People reached by at least one of the bookings.

    Parameters
    ----------
    rows
        One row a booking: `creator_id`, `person_id`, `platform`, `niche` (the first counts), `country` and `posts` where known.
        A missing word counts as one of its own.
    reach
        What each booking reaches, the people of all its posts added up: (draws × n) or (n,).
    given
        Overlaps of creators that are known, as `read_overlaps` returns them, in place of the assumption for these pairs.

    Returns
    -------
    (draws,), or one number as (). Of two creators it is their sum less what they share; never more than the sum, nor less than
    one of them alone. Another creator never lowers it, and (accounts of one person aside) adds the less the more there are: each
    audience stands for a set of people, whose union is counted. Given overlaps are believed as they are, even where no sets
    could have them all, which voids the last two for these creators.
    """
    people, who = _of_creators(rows, np.asarray(reach, dtype=float), assumption.further_post)
    pairs = _pairs(who, given)
    kept, between = _of_persons(who, people, pairs, assumption.same_person)
    order = np.argsort(-people.mean(axis=tuple(range(people.ndim - 1))), kind="stable")
    new = people[..., order] * kept[order] * _missed(who.iloc[order], people[..., order] * kept[order], pairs, assumption)
    for place, one in enumerate(order):
        for other in order[:place][pairs[one, order[:place]] >= 0]:
            new[..., place] *= 1 - pairs[one, other] * _smaller(people, one, other)
    return np.asarray(np.maximum(new.sum(axis=-1) + between, people.max(axis=-1, initial=0.0)))


def unique_reach_per_booking(rows: pd.DataFrame, reach: np.ndarray, assumption: Assumption) -> np.ndarray:
    """Different people whom each booking reaches by itself (shape of `reach`): its further posts meet ever fewer new ones."""
    return np.asarray(reach * _weight(_posts(rows), assumption.further_post) / _posts(rows))


def reach_curves(rows: pd.DataFrame, people: np.ndarray, assumption: Assumption) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """Lines that an optimiser can use instead of sets: what is unique of a sum, for creators who are alike.

    Parameters
    ----------
    rows, people
        Candidates, and how many people each is expected to reach by itself (n,), as `unique_reach_per_booking` tells.

    Returns
    -------
    The number of each row's group (n,), which is a platform, country and main niche, and for each group its points (k × 2), from
    the sum of its bookings to the different people of it: from 0 on, rising ever less. A curve is exact for one booking of the
    group's mean size, and for several such; what groups share with each other, or two bookings of one creator, it leaves out:
    `unique_reach` counts that.
    """
    keys = _words(rows, tuple(ALIKE)).agg("|".join, axis=1)
    groups = np.unique(keys, return_inverse=True)[1]
    return groups, tuple(_curve(people[groups == one], assumption.public) for one in range(groups.max(initial=-1) + 1))


def _of_creators(rows: pd.DataFrame, reach: np.ndarray, further: float) -> tuple[np.ndarray, pd.DataFrame]:
    """Different people of each creator (… × creators), posts in the order of what they bring, and one row about each."""
    posts, each = _posts(rows), reach / _posts(rows)
    named = _words(rows, ("creator_id",))["creator_id"]
    creator = np.unique(np.where(named == "", [f"#{place}" for place in range(len(rows))], "=" + named), return_inverse=True)[1]
    first = np.unique(creator, return_index=True)[1]
    people = np.empty((*reach.shape[:-1], len(first)))
    single = np.bincount(creator)[creator] == 1
    people[..., creator[single]] = each[..., single] * _weight(posts[single], further)
    for one in np.unique(creator[~single]):
        mine = np.flatnonzero(creator == one)
        order = np.argsort(-each[..., mine], axis=-1, kind="stable")
        counts = posts[mine][order]
        before = np.cumsum(counts, axis=-1) - counts
        best = np.take_along_axis(each[..., mine], order, axis=-1)
        people[..., one] = (best * further**before * _weight(counts, further)).sum(axis=-1)
    return people, _words(rows.iloc[first], ("creator_id", "person_id", *ALIKE)).reset_index(drop=True)


def _weight(posts: np.ndarray, further: float) -> np.ndarray:
    """How many times the people of one post several of them reach."""
    return posts if further == 1 else (1 - further**posts) / (1 - further)


def _of_persons(who: pd.DataFrame, people: np.ndarray, pairs: np.ndarray, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Part of each audience that is its own, and whom several accounts of one person share: their largest part."""
    kept, between = np.ones(len(who)), np.zeros(people.shape[:-1])
    several = who[(who["person_id"] != "") & who["person_id"].duplicated(keep=False)]
    for _, mine in several.groupby("person_id").groups.items():
        accounts = np.asarray(mine)
        if (pairs[np.ix_(accounts, accounts)] < 0).all():
            kept[accounts] = 1 - share
            between = between + share * people[..., accounts].max(axis=-1)
    return kept, between


def _missed(who: pd.DataFrame, people: np.ndarray, pairs: np.ndarray, assumption: Assumption) -> np.ndarray:
    """Part of each audience that none of those before it reaches (… × creators); pairs that are given are left to them."""
    reached = np.minimum(people / assumption.public, 1.0)
    escapes = np.log(np.maximum(1 - reached, 1e-12))
    order = who.index.to_numpy()
    counts = np.tril(pairs[np.ix_(order, order)] < 0, -1).T
    words = {column: pd.factorize(who[column])[0] for column in ALIKE}
    part = np.zeros(people.shape)
    for shared in product((True, False), repeat=len(ALIKE)):
        weight, alike = 1.0, counts
        for (column, other), same in zip(ALIKE.items(), shared, strict=True):
            less = getattr(assumption, other)
            weight *= 1 - less if same else less
            alike = alike & (words[column][:, None] == words[column]) if same else alike
        part += weight * np.exp(escapes @ alike.astype(float))
    beyond = np.maximum(people - assumption.public, 0)  # whoever is beyond the public is nobody else's
    return np.where(people > 0, (np.minimum(people, assumption.public) * part + beyond) / np.where(people > 0, people, 1), 0.0)


def _pairs(who: pd.DataFrame, given: pd.DataFrame | None) -> np.ndarray:
    """Given overlap of each two creators (n × n), -1 where there is none."""
    known = np.full((len(who), len(who)), -1.0)
    place = {name: at for at, name in enumerate(who["creator_id"]) if name}
    for row in [] if given is None else given.itertuples(index=False):
        if row.creator_a in place and row.creator_b in place:
            one, other = place[row.creator_a], place[row.creator_b]
            known[one, other] = known[other, one] = row.overlap
    return known


def _smaller(people: np.ndarray, one: int, other: int) -> np.ndarray:
    """The smaller of two audiences as a part of the first."""
    mine = people[..., one]
    return np.asarray(np.minimum(mine, people[..., other]) / np.where(mine > 0, mine, 1))


def _curve(people: np.ndarray, public: float) -> np.ndarray:
    """Points of one group: so many bookings of its mean size drawn from one public."""
    size, farthest = float(people.mean()), CURVE_END * float(people.sum())
    if len(people) == 1 or size < MIN_PEOPLE:  # nobody to share with
        return np.array([[0.0, 0.0], [max(farthest, 1.0)] * 2])
    sums, part = np.geomspace(size, farthest, CURVE_POINTS), min(size / public, 0.999)
    unique = -size / part * np.expm1(np.log1p(-part) * sums / size)
    return np.vstack([[0.0, 0.0], np.column_stack([sums, np.minimum(unique, sums)])])


def _posts(rows: pd.DataFrame) -> np.ndarray:
    posts = pd.to_numeric(rows["posts"], errors="coerce") if "posts" in rows else pd.Series(1.0, index=rows.index)
    return np.asarray(posts.astype(float).fillna(1.0).clip(lower=1.0).to_numpy())


def _words(rows: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    missing = pd.Series("", index=rows.index, dtype="str")
    texts = {name: rows[name].astype("str").where(rows[name].notna(), "") if name in rows else missing for name in columns}
    words = pd.DataFrame({name: values.str.strip() for name, values in texts.items()})
    for name in (name for name in ALIKE if name in words):
        words[name] = main_value(words[name]) if name == "niche" else words[name].str.lower()
    return words


SCENARIOS = 60  # repetitions that a search sees
MAX_DRAWN = 10_000_000  # outcomes drawn at most: long lists get fewer repetitions
UNIQUE_GOAL = "awareness"  # the goal whose outcome is people, of whom one may be reached twice


@dataclass(frozen=True)
class JointOutcomes:
    """Joint draws (draws × rows) of some candidates, and how audiences overlap where their people are counted.

    `shocks` says how the draws are tied, `assumption` is None where outcomes simply add up, `given` are overlaps that are known.
    """

    rows: pd.DataFrame
    drawn: np.ndarray
    shocks: OutcomeCorrelations
    assumption: Assumption | None
    given: pd.DataFrame | None = None

    @cached_property
    def value(self) -> np.ndarray:
        """What each row is expected to bring by itself."""
        return self._people(self.rows["expected"].to_numpy(dtype=float))

    @cached_property
    def scenarios(self) -> np.ndarray:
        """The first draws of each row by itself, which a search may see."""
        return self._people(self.drawn[:SCENARIOS])

    @cached_property
    def overlap(self) -> Overlap | None:
        """Groups of like audiences, as lines that a search can use."""
        if self.assumption is None:
            return None
        return Overlap(*reach_curves(self.rows, self.value, self.assumption))

    def total(self, chosen: np.ndarray, part: slice) -> np.ndarray:
        """What the chosen rows bring together in each of a part of the draws."""
        drawn = self.drawn[part][:, chosen]
        if self.assumption is None or not len(chosen):
            return np.asarray(drawn.sum(axis=1))
        return unique_reach(self.rows.iloc[chosen], drawn, self.assumption, self.given)

    def interval(self, chosen: np.ndarray, drawn: np.ndarray) -> tuple[float, float]:
        """Where what the chosen rows bring together likely ends; of one booking that is what its own forecast says."""
        if len(chosen) == 1 and self.assumption is None:
            low, high = self.rows.iloc[chosen[0]][["p10", "p90"]]
        else:
            low, high = np.quantile(drawn, INTERVAL)
        return float(low), float(high)

    def _people(self, counts: np.ndarray) -> np.ndarray:
        return counts if self.assumption is None else unique_reach_per_booking(self.rows, counts, self.assumption)


def expected_unique_reach(
    rows: pd.DataFrame, catalogue: Catalogue, assumption: Assumption | None, given: pd.DataFrame | None
) -> float | None:
    """How many different people some bookings are expected to reach; None where a reach or the assumption is missing."""
    target = next((name for name, recipe in catalogue.recipes.items() if recipe.goal == UNIQUE_GOAL), "")
    column = scored_column(target, "expected")
    reach = pd.to_numeric(rows[column], errors="coerce") if column in rows else None
    if assumption is None or reach is None or reach.isna().any() or rows.empty:
        return None
    return float(unique_reach(rows, reach.to_numpy(dtype=float), assumption, given))


def draw_joint_outcomes(
    rows: pd.DataFrame, recipe: Recipe, shocks: OutcomeCorrelations | None, assumption: Assumption | None, seed: int,
    given: pd.DataFrame | None = None,
) -> JointOutcomes:  # fmt: skip
    """Draw the outcomes of candidates of one campaign, tied by the `shocks` of past ones, or by assumed ones.

    Parameters
    ----------
    rows
        As `comparison.candidates` returns them; many rows get fewer draws.
    assumption
        How audiences overlap; used where the goal is to be seen by people.
    given
        Known overlaps of two creators each, in place of the assumption for these.
    """
    correlations = shocks or OutcomeCorrelations()
    draws = min(DRAWS, max(MAX_DRAWN // max(len(rows), 1), 10 * SCENARIOS))
    drawn = sample_jointly(rows, correlations, whole=recipe.counts, draws=draws, seed=seed)
    return JointOutcomes(rows, drawn, correlations, assumption if recipe.goal == UNIQUE_GOAL else None, given)

"""The invented agency's creators: what anyone can see of them, and the hidden truth that no training reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd
import yaml
from numpy.typing import NDArray

from predictor.errors import Fault, RowsError
from predictor.wording.matching import nearest

Array = NDArray[Any]
VISIBLE = [
    "creator_id", "name", "person_id", "platform", "kind", "niche", "country", "language", "coverage",
    "followers", "following", "verified", "bio",
]  # fmt: skip
HIDDEN = ["level", "reach_level", "sponsored_effect", "trust", "noise", "posting_frequency", "ad_density"]
BRANCHES = ("local", "national", "global")


@dataclass(frozen=True)
class Assumptions:
    """`world.yaml`: single numbers and words, and one table each of platforms and of their formats."""

    numbers: dict[str, Any]
    platforms: pd.DataFrame
    formats: pd.DataFrame

    def draw_format(self, rng: np.random.Generator, platform: pd.Series) -> Array:
        """A row of `formats` for each platform: one search over shares that are stacked platform after platform."""
        order = {name: place for place, name in enumerate(self.platforms.index)}
        stacked = self.formats.groupby("platform", sort=False)["share"].cumsum() + self.formats["platform"].map(order)
        return np.searchsorted(stacked.round(9).to_numpy(), platform.map(order).to_numpy() + rng.random(len(platform)))


@dataclass(frozen=True)
class People:
    """Creators with their hidden truth, which niches each is followed for, and how each one's level drifts week by week."""

    frame: pd.DataFrame
    niches: Array
    drift: Array
    begins: pd.Timestamp

    def first(self, size: int) -> People:
        """The first `size` of them."""
        return People(self.frame.iloc[:size], self.niches[:size], self.drift[:size], self.begins)

    def of(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The creator of each row."""
        return self.frame.iloc[rows["creator"]].reset_index(drop=True)


def assumptions(change: Mapping[str, Any] | None = None) -> Assumptions:
    """Read every number of the invented world, with those of `change` (nested like the file) in their place.

    Raises
    ------
    RowsError
        With every key that `world.yaml` does not have, and every value of another shape than the one it replaces.
    """
    faults: list[Fault] = []
    numbers = _changed(
        yaml.safe_load((files("predictor.simulation") / "world.yaml").read_text("utf-8")), change or {}, (), faults
    )
    if faults:
        raise RowsError(faults)
    platforms = pd.DataFrame.from_dict(numbers.pop("platforms"), orient="index")
    platforms = platforms.astype({"kol_only": "boolean"}).fillna({"kol_only": False, "times_larger": 1.0}).fillna(0.0)
    rows = [(place, name, *row) for place, kinds in numbers.pop("formats").items() for name, row in kinds.items()]
    formats = pd.DataFrame(rows, columns=["platform", "format", "share", "engagement", "reach", "clicks", "price"])
    return Assumptions(numbers, platforms, formats)


def _changed(numbers: dict[str, Any], change: Mapping[str, Any], path: tuple[str, ...], faults: list[Fault]) -> dict[str, Any]:
    """`numbers` with `change` merged over it; what does not fit is added to `faults` instead."""
    merged = dict(numbers)
    for key, value in change.items():
        here, old = (*path, str(key)), numbers.get(key)
        where = f"world.yaml: {' → '.join(here[:-1])}" if path else "world.yaml"
        if key not in numbers:
            allowed = [str(name) for name in numbers]
            near = nearest(str(key), allowed) or "."
            faults.append(Fault(where, f"there is no assumption '{key}' to change; allowed: {', '.join(allowed)}{near}"))
        elif _shape(value) != _shape(old):
            faults.append(Fault(where, f"got {value!r} for '{key}'; expected {_shape(old)}, as in {old!r}."))
        else:
            merged[key] = _changed(old, value, here, faults) if isinstance(old, dict) else value
    return merged


def _shape(value: object) -> str:
    shapes = {dict: "names with their values", list: "a list", str: "text", bool: "true or false"}
    return next((words for kind, words in shapes.items() if isinstance(value, kind)), "a number")


def draw_people(
    rng: np.random.Generator, known: int, new_creators: int, begins: pd.Timestamp, ends: pd.Timestamp, a: Assumptions
) -> People:
    """Invent `known` creators with a record and, after them, `new_creators` that the history has never seen."""
    size, days, settings = known + new_creators, (ends - begins).days, a.numbers["creators"]
    alone = rng.random(size) >= settings["same_person"]
    alone[[0, known]] = True
    person = np.maximum.accumulate(np.where(alone, np.arange(size), 0))
    kol = (rng.random(size) < settings["kol_share"])[person]
    frame = pd.DataFrame({"creator_id": numbered("c{:04d}", size), "person": person, "kind": np.where(kol, "kol", "influencer")})
    niches, names = draw_niches(rng, size, [0.4, 0.4, 0.2], a)
    frame["niche"] = names[person]
    frame["platform"] = _draw_platforms(rng, kol, a)
    frame = _with_profile(rng, _with_size(rng, frame, a), a)
    frame = _with_hidden_truth(rng, frame, days, a)
    steps = rng.normal(0.0, a.numbers["engagement"]["drift_a_week"], (size, days // 7 + 2))
    return People(frame, niches[person], steps.cumsum(axis=1), begins)


def draw_niches(rng: np.random.Generator, size: int, chances: list[float], a: Assumptions) -> tuple[Array, Array]:
    """One to three niches for each of `size` rows: which they are, and their names joined by ';', dearest first."""
    shares = np.array([row[0] for row in a.numbers["niches"].values()])
    order = np.argsort(-(np.log(shares) + rng.gumbel(size=(size, len(shares)))), axis=1)
    niche_count = 1 + rng.choice(len(chances), size, p=chances)
    chosen = np.zeros(order.shape, dtype=bool)
    np.put_along_axis(chosen, order, np.arange(len(shares)) < niche_count[:, None], axis=1)
    words = np.array(list(a.numbers["niches"]))
    return chosen, np.array([";".join(words[row[:count]]) for row, count in zip(order, niche_count, strict=True)], dtype=object)


def numbered(pattern: str, size: int) -> list[str]:
    """Identifiers from one upwards."""
    return [pattern.format(number) for number in range(1, size + 1)]


def spell_niches(niche: str, language: str, a: Assumptions) -> str:
    """The names of some niches as a reader of that language writes them."""
    return ", ".join(a.numbers["niches"][name][2 if language == "vi" else 1] for name in niche.split(";"))


def _draw_platforms(rng: np.random.Generator, kol: Array, a: Assumptions) -> Array:
    shares = a.platforms["share"].to_numpy()
    open_to = np.where(a.platforms["kol_only"].to_numpy(dtype=bool), kol[:, None], True)
    chosen: Array = np.argmax(np.log(shares) + rng.gumbel(size=open_to.shape) + np.where(open_to, 0.0, -np.inf), axis=1)
    return a.platforms.index.to_numpy()[chosen]


def _with_size(rng: np.random.Generator, frame: pd.DataFrame, a: Assumptions) -> pd.DataFrame:
    settings, size = a.numbers["creators"], len(frame)
    typical = settings["size_median"] * np.where(frame["kind"] == "kol", settings["size_kol"], 1.0)
    typical = typical * frame["platform"].map(a.platforms["times_larger"])
    followers = np.clip(typical * rng.lognormal(0.0, settings["size_spread"], size), *settings["size_bounds"])
    farther = np.digitize(followers * rng.lognormal(0.0, 0.8, size), [30_000, 2_000_000])
    return frame.assign(
        followers=followers.round().astype(int),
        following=rng.lognormal(6.0, 1.0, size).astype(int),
        verified=rng.random(size) < np.where(frame["kind"] == "kol", 0.8, np.where(followers > 100_000, 0.5, 0.05)),
        coverage=np.array(BRANCHES)[farther],
    )


def _with_profile(rng: np.random.Generator, frame: pd.DataFrame, a: Assumptions) -> pd.DataFrame:
    countries = a.numbers["countries"]
    country = rng.choice(list(countries), len(frame), p=[share for share, _ in countries.values()])
    language = pd.Series(country).map({code: spoken for code, (_, spoken) in countries.items()})
    spoken = language.where(language == "vi", "en")
    bio = [
        a.numbers["bio"][word].format(spell_niches(niche, word, a)) for niche, word in zip(frame["niche"], spoken, strict=True)
    ]
    return frame.assign(
        country=country, language=language, bio=bio,
        name=(frame["person"] + 1).map("Invented Creator {:03d}".format),
        person_id=(frame["person"] + 1).map("person{:04d}".format),
    )  # fmt: skip


def _with_hidden_truth(rng: np.random.Generator, frame: pd.DataFrame, days: int, a: Assumptions) -> pd.DataFrame:
    size, settings, reach = len(frame), a.numbers["creators"], a.numbers["reach"]
    level = _alike(rng.normal(0.0, a.numbers["engagement"]["level_spread"], size), frame["person"], settings["same_person_alike"])
    reach_level = _alike(rng.normal(0.0, reach["level_spread"], size), frame["person"], settings["same_person_alike"])
    median, spread = settings["posts_a_week"]
    late = settings["late_starters"]
    return frame.assign(
        level=level,
        reach_level=reach["follows_level"] * level + reach_level,
        sponsored_effect=rng.normal(0.0, a.numbers["engagement"]["sponsored_spread"], size),
        trust=rng.normal(0.0, a.numbers["sales"]["trust_spread"], size),
        posting_frequency=np.clip(median * rng.lognormal(0.0, spread, size), 0.1, 14.0),
        ad_density=rng.beta(settings["ad_share"][0], settings["ad_share"][1], size),
        noise=frame["platform"].map(a.platforms["noise"]),
        since=days * np.clip(rng.uniform(late - 1.0, late, size), 0.0, None),
    )


def _alike(levels: Array, person: pd.Series, alike: float) -> Array:
    """Independent levels, those of a person's accounts correlated with that of the first of them."""
    first = person.to_numpy()
    return np.where(first == np.arange(len(levels)), levels, alike * levels[first] + np.sqrt(1 - alike**2) * levels)

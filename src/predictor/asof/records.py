"""Creators' records read as of a date: every feature that the history holds, for any set of questions, in one pass."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from predictor.asof.asof_sql import Record, question, record_of
from predictor.asof.engines import Engine, Source, duckdb_engine
from predictor.asof.events import make_bookings, make_posts, make_snapshots
from predictor.asof.growth import AS_COUNTED, Growth
from predictor.definitions.schema import Catalogue, Computed

EMPTY_IS_ZERO = ("count",)
SMALL = 200_000  # rows of a history up to which several threads only wait for each other
Features = dict[str, Computed]


def read_records(
    asks: pd.DataFrame,
    sources: Mapping[str, Source],
    catalogue: Catalogue,
    *,
    engine: Engine | None = None,
    memory: str = "2GB",
    growth: Growth = AS_COUNTED,
) -> pd.DataFrame:
    """What the records of creators say, as known strictly before each question.

    Parameters
    ----------
    asks
        One row per question: `creator_id`, `at` (naive UTC), `listed` (whether the history could hold this creator at all) and
        the columns that features agree in, such as `format`.
    sources
        `posts`, `post_snapshots`, `creator_snapshots` and `creators` as frames or as files that are read in place; `bookings`
        as a frame of events (see `events.make_bookings`).
    engine
        Where to compute; by default DuckDB in this process, with so much `memory` and beyond that a temporary folder.
    growth
        How counts of posts are brought to their horizon; by default they stand as they were counted.

    Returns
    -------
    One column per feature that a history can hold, with the index of `asks`; missing where it holds nothing.
    """
    wanted = {name: entry.computed for name, entry in catalogue.entries.items() if entry.computed and entry.computed.from_history}
    if engine is None:
        frames = [source for source in sources.values() if isinstance(source, pd.DataFrame)]
        small = len(frames) == len(sources) and sum(map(len, frames)) < SMALL
        with duckdb_engine(memory, threads=1 if small else None) as mine:
            return read_records(asks, sources, catalogue, engine=mine, growth=growth)
    figures = {part: one for name, computed in wanted.items() for part, one in _parts(name, computed).items()}
    found, answered = _answers(asks, sources, figures, catalogue, engine, growth)
    features = pd.DataFrame({name: _whole(name, computed, found) for name, computed in wanted.items()}, index=asks.index)
    for name, computed in wanted.items():
        if computed.function in EMPTY_IS_ZERO and not answered.isdisjoint(_parts(name, computed)):
            known = asks["listed"] & asks.reindex(columns=[*computed.within, *computed.outside]).notna().all(axis=1)
            features[name] = features[name].mask(features[name].isna() & known, 0.0)
    return features


def _parts(name: str, computed: Computed) -> Features:
    """The figures that a feature is made of, by name."""
    if computed.function == "sponsored_ratio":
        level = {"function": "level"}
        return {f"{name}__{only}": computed.model_copy(update={**level, "only": only}) for only in ("sponsored", "organic")}
    if computed.outside:
        every = computed.model_copy(update={"outside": ()})
        return {
            f"{name}__every": every,
            f"{name}__same": every.model_copy(update={"within": (*computed.within, *computed.outside)}),
        }
    if computed.else_of is not None:
        one = computed.model_copy(update={"else_of": None})
        return {f"{name}__of": one, f"{name}__else": one.model_copy(update={"of": computed.else_of})}
    return {name: computed}


def _whole(name: str, computed: Computed, found: Mapping[str, np.ndarray]) -> np.ndarray:
    if computed.function == "sponsored_ratio":
        return found[f"{name}__sponsored"] / found[f"{name}__organic"]
    if computed.outside:
        every, same = found[f"{name}__every"], found[f"{name}__same"]
        return every - np.where(np.isnan(same), 0.0, same)
    if computed.else_of is not None:
        return np.where(found[f"{name}__of"] > 0, found[f"{name}__of"], found[f"{name}__else"])
    return found[name]


def _answers(
    asks: pd.DataFrame,
    sources: Mapping[str, Source],
    figures: Features,
    catalogue: Catalogue,
    engine: Engine,
    growth: Growth,
) -> tuple[dict[str, np.ndarray], set[str]]:
    """Every figure, and the names of those that the tables have the columns for."""
    answered: set[str] = set()
    found = {name: np.full(len(asks), np.nan) for name in figures}
    _load_asks(asks, sources, figures, engine)
    has = _make_events(sources, catalogue, engine, growth)
    counted = "SELECT max(n) AS longest FROM (SELECT count(*) AS n FROM {} GROUP BY k) AS counted"
    longest = {events: int(np.nan_to_num(engine.ask(counted.format(events))["longest"][0])) for events in has}
    for record, features in _by_record(figures, sources).items():
        needed = {record.value, record.over, *record.within, *(["sponsored"] if record.only else [])} - {None}
        if record.events in has and needed <= has[record.events] and set(record.within) <= set(asks):
            answer = engine.ask(question(record, features, longest[record.events]))
            answered |= set(features)
            rows = answer["ask"].astype(np.int64)
            for name in features:
                found[name][rows] = answer[f"f_{name}"]
    return found, answered


def _by_record(figures: Features, sources: Mapping[str, Source]) -> dict[Record, Features]:
    """Features by the record they read; without a table of posts, what earlier bookings brought stands in for one."""
    by_record: dict[Record, Features] = {}
    for name, computed in figures.items():
        counts = computed.of not in (None, "sponsored")
        events = "bookings" if computed.table == "posts" and "posts" not in sources and counts else computed.table
        by_record.setdefault(record_of(computed, events), {})[name] = computed
    return by_record


def _load_asks(asks: pd.DataFrame, sources: Mapping[str, Source], figures: Features, engine: Engine) -> None:
    """The tables `asks` and `who`: questions with whole numbers for creators, and each creator's one count of followers."""
    codes, names = pd.factorize(asks["creator_id"])
    questions = pd.DataFrame({"ask": np.arange(len(asks)), "k": codes})
    questions["time"] = asks["at"].to_numpy().astype("datetime64[us]").astype(np.int64)
    for column in sorted({column for one in figures.values() for column in one.within}):
        values = asks[column].astype("str").where(asks[column].notna()) if column in asks else pd.Series(dtype="str")
        code, different = pd.factorize(values)
        engine.load(f"codes_{column}", pd.DataFrame({"name": pd.Series(different, dtype="str"), "code": range(len(different))}))
        if column in asks:
            questions[f"c_{column}"] = pd.array(np.where(code < 0, 0, code), dtype="Int64")
            questions.loc[code < 0, f"c_{column}"] = pd.NA
    engine.load("asks", questions[(codes >= 0) & asks["at"].notna().to_numpy()])
    who = pd.DataFrame({"creator_id": pd.Series(names, dtype="str"), "k": np.arange(len(names))})
    creators = sources.get("creators")
    static, platform = pd.Series(dtype=float), pd.Series(dtype="str")
    if isinstance(creators, pd.DataFrame) and "platform" in creators:
        platform = creators.set_index("creator_id")["platform"].astype("str")
    if isinstance(creators, pd.DataFrame) and "followers" in creators:
        static = creators.set_index("creator_id")["followers"].astype(float)
    engine.load(
        "who",
        who.assign(followers=who["creator_id"].map(static).astype(float), platform=who["creator_id"].map(platform).astype("str")),
    )


def _make_events(sources: Mapping[str, Source], catalogue: Catalogue, engine: Engine, growth: Growth) -> dict[str, set[str]]:
    """The tables of events that the history has, with the columns of each."""
    has = {}
    if "creator_snapshots" in sources:
        make_snapshots(engine, sources["creator_snapshots"])
        has["creator_snapshots"] = {"followers"}
    if "posts" in sources:
        over_time = "creator_snapshots" in sources
        has["posts"] = make_posts(engine, sources["posts"], sources.get("post_snapshots"), catalogue, over_time, growth)
    if "bookings" in sources:
        has["bookings"] = make_bookings(engine, sources["bookings"], catalogue)
    return has

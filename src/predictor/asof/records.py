"""Creators' records read as of a date: every feature that the history holds, for any set of questions, in one pass."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from predictor.asof.asof_sql import DAY, Record, question, record_of
from predictor.asof.engines import Engine, Source, duckdb_engine
from predictor.definitions.schema import Catalogue, Computed

# What happened to creators, as rows that a record is read from: posts, bookings and counts of followers, each with the moments
# at which it happened and became known, the audience that its rates are per, and its outcomes.

SEEN_AFTER = pd.Timedelta(days=2)  # most of a post's engagement has come by then
ASSUMED_AUDIENCE = 10_000.0  # a creator without a follower count: rates are then counts in disguise, consistently
NEVER = 2**62  # microseconds: later than any date
SEEN = int(SEEN_AFTER / pd.Timedelta(days=1) * DAY)


def make_snapshots(engine: Engine, snapshots: Source) -> None:
    """Counts of followers over time, as the table `creator_snapshots`."""
    engine.load("raw_snapshots", snapshots)
    moment = engine.micros(f"s.{engine.quote('at')}")
    engine.make(
        "creator_snapshots",
        f"SELECT w.k AS k, {moment} AS id, {moment} AS happened, {moment} AS seen, 1e0 AS exposure, "
        "CAST(s.followers AS DOUBLE) AS c_followers, CAST(NULL AS BOOLEAN) AS c_sponsored "
        "FROM raw_snapshots s JOIN who w ON w.creator_id = s.creator_id WHERE s.followers IS NOT NULL",
    )


def make_posts(engine: Engine, posts: Source, counted: Source | None, catalogue: Catalogue, over_time: bool) -> set[str]:
    """Posts of the creators asked about, as the table `posts`; tells the columns that it has.

    A post is known from its second day on, with its final counts. One published since somebody began to keep counts over time
    (`counted`) is known from the first count taken once it was 2 days old, with that count.
    """
    columns = engine.load("raw_posts", posts)
    again = engine.load("raw_counts", counted) if counted is not None else []
    happened = engine.micros("p.published_at")
    agreed = [name for name in _attributes(catalogue) if name in columns]
    if counted is not None:
        _make_first_counts(engine, happened)
    outcomes = _outcomes(engine, catalogue, columns, again, happened)
    values = [f"{sql} AS c_{name}" for name, sql in outcomes.items()]
    values += [f"{'p.sponsored' if 'sponsored' in columns else 'CAST(NULL AS BOOLEAN)'} AS c_sponsored"]
    coded, codes = _coded(engine, "p", agreed)
    seen = (
        f"{happened} + {SEEN}"
        if counted is None
        else f"CASE WHEN {happened} < b.begun THEN {happened} + {SEEN} ELSE n.counted END"
    )
    first = "" if counted is None else " LEFT JOIN first_counts n ON n.post_id = p.post_id CROSS JOIN counts_begun b"
    text = (
        f"SELECT w.k AS k, {_place(happened, 'p.post_id')} AS id, {happened} AS happened, {seen} AS seen, w.followers AS static, "
        f"{', '.join(values)}{coded} FROM raw_posts p JOIN who w ON w.creator_id = p.creator_id{first}{codes}"
    )
    engine.make("posts", _with_exposure(text, over_time))
    return {*agreed, *outcomes} | ({"sponsored"} & {*columns})


def make_bookings(engine: Engine, bookings: pd.DataFrame, catalogue: Catalogue) -> set[str]:
    """Bookings of the creators asked about, as the table `bookings`; tells the columns that it has.

    `bookings` has `creator_id`, `id`, `happened_at`, `seen_at`, `exposure` and the columns that records go by.
    """
    columns = engine.load("raw_bookings", bookings)
    outcomes = [name for name in columns if name in catalogue.entries and catalogue.entries[name].known == "after_booking"]
    agreed = [name for name in _attributes(catalogue) if name in columns]
    values = "".join(f", b.{engine.quote(name)} AS c_{name}" for name in outcomes)
    coded, codes = _coded(engine, "b", agreed)
    happened = engine.micros("b.happened_at")
    engine.make(
        "bookings",
        f"SELECT w.k AS k, {_place(happened, 'b.id')} AS id, {happened} AS happened, {engine.micros('b.seen_at')} AS seen, "
        f"b.exposure AS exposure{values}{coded} FROM raw_bookings b JOIN who w ON w.creator_id = b.creator_id{codes}",
    )
    return {*agreed, *outcomes}


def _place(happened: str, key: str) -> str:
    """A row's place among its creator's: what decides where two became known at one moment."""
    return f"row_number() OVER (PARTITION BY w.k ORDER BY {happened}, {key})"


def _coded(engine: Engine, table: str, columns: list[str]) -> tuple[str, str]:
    """SQL for columns in which rows and questions must agree, as whole numbers from the tables `codes_…`, and for the joins."""
    values = "".join(f", codes_{name}.code AS c_{name}" for name in columns)
    joins = (f" LEFT JOIN codes_{name} ON codes_{name}.name = {table}.{engine.quote(name)}" for name in columns)
    return values, "".join(joins)


def _attributes(catalogue: Catalogue) -> list[str]:
    """Columns in which a row may have to agree with what is asked."""
    computed = [entry.computed for entry in catalogue.entries.values() if entry.computed]
    return sorted({column for one in computed for column in (*one.within, *one.outside)})


def _outcomes(engine: Engine, catalogue: Catalogue, columns: list[str], again: list[str], happened: str) -> dict[str, str]:
    """SQL of every outcome that can be computed: as recorded, else the sum of the columns that its definition names instead."""
    expressions = {}
    for name, entry in catalogue.entries.items():
        if entry.known != "after_booking" or entry.denominator is None:
            continue
        final, early = _counted(engine, name, entry.otherwise, "p", columns), _counted(engine, name, entry.otherwise, "n", again)
        if again and (final or early):
            expressions[name] = f"CASE WHEN {happened} < b.begun THEN {final or 'NULL'} ELSE {early or 'NULL'} END"
        elif final:
            expressions[name] = final
    return expressions


def _counted(engine: Engine, name: str, parts: tuple[str, ...], table: str, columns: list[str]) -> str | None:
    recorded = [f"CAST({table}.{engine.quote(name)} AS DOUBLE)"] if name in columns else []
    counts = [f"CAST({table}.{engine.quote(part)} AS DOUBLE)" for part in parts if part in columns]
    if counts:
        total = " + ".join(f"coalesce({count}, 0e0)" for count in counts)
        recorded.append(f"CASE WHEN coalesce({', '.join(counts)}) IS NOT NULL THEN {total} END")
    return f"coalesce({', '.join(recorded)})" if recorded else None


def _make_first_counts(engine: Engine, happened: str) -> None:
    """When counts over time begin, and the first counts of each post that were taken once it was old enough."""
    counted = engine.micros("s.counted_at")
    engine.make("counts_begun", f"SELECT coalesce(min({counted}), {NEVER}) AS begun FROM raw_counts s")
    old_enough = (
        f"SELECT s.*, {counted} AS counted, row_number() OVER (PARTITION BY s.post_id ORDER BY {counted}) AS place "
        f"FROM raw_counts s JOIN raw_posts p ON p.post_id = s.post_id WHERE {counted} >= {happened} + {SEEN}"
    )
    engine.make("first_counts", f"SELECT * FROM ({old_enough}) AS all_counts WHERE place = 1")


def _with_exposure(posts: str, over_time: bool) -> str:
    """Add the audience that rates are per: followers as last counted before the post, else the creator's one figure."""
    if not over_time:
        return f"SELECT *, {_audience('static')} AS exposure FROM ({posts}) AS all_posts"
    line = (
        "SELECT id, k, happened, 0 AS side FROM events UNION ALL SELECT NULL AS id, k, happened, 1 AS side FROM creator_snapshots"
    )
    upto = "OVER (PARTITION BY k ORDER BY happened, side ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
    counted = "SELECT k, c_followers, row_number() OVER (PARTITION BY k ORDER BY happened) AS place FROM creator_snapshots"
    return (
        f"WITH events AS ({posts}), counted AS ({counted}), "
        f"placed AS (SELECT id, k, sum(side) {upto} AS place FROM ({line}) AS laid) "
        f"SELECT events.*, {_audience('coalesce(c.c_followers, static)')} AS exposure FROM events "
        "JOIN placed p ON p.k = events.k AND p.id = events.id LEFT JOIN counted c ON c.k = p.k AND c.place = p.place"
    )


def _audience(followers: str) -> str:
    return f"CASE WHEN {followers} > 0 THEN {followers} ELSE {ASSUMED_AUDIENCE}e0 END"


EMPTY_IS_ZERO = ("count",)
Features = dict[str, Computed]


def read_records(
    asks: pd.DataFrame, sources: Mapping[str, Source], catalogue: Catalogue, *, engine: Engine | None = None, memory: str = "2GB"
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

    Returns
    -------
    One column per feature that a history can hold, with the index of `asks`; missing where it holds nothing.
    """
    wanted = {name: entry.computed for name, entry in catalogue.entries.items() if entry.computed and entry.computed.from_history}
    if engine is None:
        with duckdb_engine(memory) as mine:
            return read_records(asks, sources, catalogue, engine=mine)
    figures = {part: one for name, computed in wanted.items() for part, one in _parts(name, computed).items()}
    found, answered = _answers(asks, sources, figures, catalogue, engine)
    features = pd.DataFrame({name: _whole(name, computed, found) for name, computed in wanted.items()}, index=asks.index)
    for name, computed in wanted.items():
        if computed.function in EMPTY_IS_ZERO and next(iter(_parts(name, computed))) in answered:
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
    return {name: computed}


def _whole(name: str, computed: Computed, found: Mapping[str, np.ndarray]) -> np.ndarray:
    if computed.function == "sponsored_ratio":
        return found[f"{name}__sponsored"] / found[f"{name}__organic"]
    if computed.outside:
        every, same = found[f"{name}__every"], found[f"{name}__same"]
        return every - np.where(np.isnan(same), 0.0, same)
    return found[name]


def _answers(
    asks: pd.DataFrame, sources: Mapping[str, Source], figures: Features, catalogue: Catalogue, engine: Engine
) -> tuple[dict[str, np.ndarray], set[str]]:
    """Every figure, and the names of those that the tables have the columns for."""
    answered: set[str] = set()
    found = {name: np.full(len(asks), np.nan) for name in figures}
    _load_asks(asks, sources, figures, engine)
    has = _make_events(sources, catalogue, engine)
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
    static = pd.Series(dtype=float)
    if isinstance(creators, pd.DataFrame) and "followers" in creators:
        static = creators.set_index("creator_id")["followers"].astype(float)
    engine.load("who", who.assign(followers=who["creator_id"].map(static).astype(float)))


def _make_events(sources: Mapping[str, Source], catalogue: Catalogue, engine: Engine) -> dict[str, set[str]]:
    """The tables of events that the history has, with the columns of each."""
    has = {}
    if "creator_snapshots" in sources:
        make_snapshots(engine, sources["creator_snapshots"])
        has["creator_snapshots"] = {"followers"}
    if "posts" in sources:
        over_time = "creator_snapshots" in sources
        has["posts"] = make_posts(engine, sources["posts"], sources.get("post_snapshots"), catalogue, over_time)
    if "bookings" in sources:
        has["bookings"] = make_bookings(engine, sources["bookings"], catalogue)
    return has

"""What happened to creators, as rows that a record is read from: posts, bookings and counts of followers, each with the moments
at which it happened and became known, the audience that its rates are per, and its outcomes."""

from __future__ import annotations

import pandas as pd

from predictor.catalogue import Catalogue
from predictor.engines import Engine, Source
from predictor.windows import DAY

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
    """SQL of every outcome that can be told: as recorded, else the sum of the columns that its definition names instead."""
    told = {}
    for name, entry in catalogue.entries.items():
        if entry.known != "after_booking" or entry.denominator is None:
            continue
        final, early = _counted(engine, name, entry.otherwise, "p", columns), _counted(engine, name, entry.otherwise, "n", again)
        if again and (final or early):
            told[name] = f"CASE WHEN {happened} < b.begun THEN {final or 'NULL'} ELSE {early or 'NULL'} END"
        elif final:
            told[name] = final
    return told


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
        "SELECT id, k, happened, 0 AS side FROM told UNION ALL SELECT NULL AS id, k, happened, 1 AS side FROM creator_snapshots"
    )
    upto = "OVER (PARTITION BY k ORDER BY happened, side ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
    counted = "SELECT k, c_followers, row_number() OVER (PARTITION BY k ORDER BY happened) AS place FROM creator_snapshots"
    return (
        f"WITH told AS ({posts}), counted AS ({counted}), "
        f"placed AS (SELECT id, k, sum(side) {upto} AS place FROM ({line}) AS laid) "
        f"SELECT told.*, {_audience('coalesce(c.c_followers, static)')} AS exposure FROM told "
        "JOIN placed p ON p.k = told.k AND p.id = told.id LEFT JOIN counted c ON c.k = p.k AND c.place = p.place"
    )


def _audience(followers: str) -> str:
    return f"CASE WHEN {followers} > 0 THEN {followers} ELSE {ASSUMED_AUDIENCE}e0 END"

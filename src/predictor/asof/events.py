"""What happened to creators, as rows that a record is read from: posts, bookings and counts of followers, each with the moments
at which it happened and became known, the audience that its rates are per, and its outcomes."""

from __future__ import annotations

import pandas as pd

from predictor.asof.asof_sql import DAY
from predictor.asof.engines import Engine, Source
from predictor.asof.growth import KNOTS, RUNGS, STEP, YOUNGEST, Growth, curve_tables
from predictor.definitions.schema import Catalogue

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


def make_posts(
    engine: Engine, posts: Source, kept: Source | None, catalogue: Catalogue, over_time: bool, growth: Growth
) -> set[str]:
    """Posts of the creators asked about, as the table `posts`; tells the columns that it has.

    Every count is brought from its age to the horizon of its outcome; one without a date stands as it is. A post is known from
    its second day on, with its final counts. One published since somebody began to keep counts over time of its creator (`kept`)
    is known from the first count taken once it was 2 days old, with that count; so is an older one that has no final count.
    """
    columns = engine.load("raw_posts", posts)
    again = engine.load("raw_counts", kept) if kept is not None else []
    agreed = [name for name in _attributes(catalogue) if name in columns]
    final = _outcomes(engine, catalogue, "p", columns)
    counted = _outcomes(engine, catalogue, "s", again)
    outcomes = [name for name in catalogue.entries if name in final or name in counted]
    happened, taken = engine.micros("p.published_at"), engine.micros("p.counted_at") if "counted_at" in columns else None
    if kept is not None:
        _make_first_counts(engine, outcomes, final, counted, taken)
    gaps = growth.gaps if "selected" in columns else {}
    chosen = [
        part for name in outcomes for part in _chosen(name, final.get(name), taken, happened, kept is not None, gaps.get(name))
    ]
    sponsored = f"{'p.sponsored' if 'sponsored' in columns else 'CAST(NULL AS BOOLEAN)'} AS c_sponsored"
    form = "coalesce(p.format, '')" if "format" in columns else "''"
    coded, codes = _coded(engine, "p", agreed)
    early = " LEFT JOIN first_counts n ON n.post_id = p.post_id LEFT JOIN begun b ON b.creator_id = p.creator_id" if again else ""
    text = (
        f"SELECT w.k AS k, {_place(happened, 'p.post_id')} AS id, {happened} AS happened, w.followers AS static, "
        f"coalesce(w.platform, '') AS platform, {form} AS form, "
        f"{', '.join([*chosen, sponsored])}{coded} FROM raw_posts p JOIN who w ON w.creator_id = p.creator_id{early}{codes}"
    )
    text = _at_horizon(engine, text, outcomes, growth) if taken or again else _as_counted(text, outcomes)
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


def _outcomes(engine: Engine, catalogue: Catalogue, table: str, columns: list[str]) -> dict[str, str]:
    """SQL of every outcome that features read and a table gives: as recorded, else the sum that its definition names instead,
    where the first part of it is known (`joins.outcome`)."""
    computed = [entry.computed for entry in catalogue.entries.values() if entry.computed]
    found, read = {}, {outcome for one in computed for outcome in (one.of, one.over)}
    for name, entry in catalogue.entries.items():
        if entry.known != "after_booking" or entry.denominator is None or name not in read:
            continue
        recorded = [f"CAST({table}.{engine.quote(name)} AS DOUBLE)"] if name in columns else []
        counts = [f"CAST({table}.{engine.quote(part)} AS DOUBLE)" for part in entry.otherwise if part in columns]
        if counts:
            total = " + ".join(f"coalesce({count}, 0e0)" for count in counts)
            needed = counts[0] if entry.otherwise[0] in columns else f"coalesce({', '.join(counts)})"
            recorded.append(f"CASE WHEN {needed} IS NOT NULL THEN {total} END")
        if recorded:
            found[name] = f"coalesce({', '.join(recorded)})"
    return found


def _make_first_counts(
    engine: Engine, outcomes: list[str], final: dict[str, str], kept: dict[str, str], taken: str | None
) -> None:
    """When counts over time of each creator begin, and the first dated counts of each post once it was old enough."""
    missing, published = "CAST(NULL AS DOUBLE)", engine.micros("p.published_at")

    def values(found: dict[str, str]) -> str:
        return "".join(f", {found.get(name, missing)} AS v_{name}" for name in outcomes)

    known = f"SELECT s.post_id, {engine.micros('s.counted_at')} AS counted, 0 AS own{values(kept)} FROM raw_counts s"
    own = f" UNION ALL SELECT p.post_id, {taken} AS counted, 1 AS own{values(final)} FROM raw_posts p" if taken else ""
    engine.make(
        "dated_counts",
        f"SELECT c.*, p.creator_id, {published} AS published FROM ({known}{own}) AS c JOIN raw_posts p ON p.post_id = c.post_id",
    )
    begins = [f"min(CASE WHEN v_{name} IS NOT NULL THEN counted END) AS begun_{name}" for name in outcomes]
    where = "WHERE own = 0 AND counted >= published"
    engine.make("begun", f"SELECT creator_id, {', '.join(begins)} FROM dated_counts {where} GROUP BY creator_id")
    first = [
        f"min_by(v_{name}, CASE WHEN v_{name} IS NOT NULL THEN 2 * counted + own END) AS v_{name}, "
        f"min(CASE WHEN v_{name} IS NOT NULL THEN counted END) AS at_{name}"
        for name in outcomes
    ]
    where = f"WHERE counted >= published + {SEEN}"
    engine.make("first_counts", f"SELECT post_id, {', '.join(first)} FROM dated_counts {where} GROUP BY post_id")


def _chosen(
    name: str, final: str | None, taken: str | None, happened: str, over_time: bool, gap: float | None = None
) -> list[str]:
    """SQL of the count of an outcome that stands for a post, its age in days and when it became known.

    The log of one plus the count of a post that was selected is lowered by the `gap` of such posts.
    """
    final, age = final or "CAST(NULL AS DOUBLE)", f"({taken} - {happened}) / {DAY}e0" if taken else "CAST(NULL AS DOUBLE)"
    found = {"v": final, "age": age, "seen": f"{happened} + {SEEN}"}
    if over_time:
        before = f"{final} IS NOT NULL AND {happened} < coalesce(b.begun_{name}, {NEVER})"
        kept = {"v": f"n.v_{name}", "age": f"(n.at_{name} - {happened}) / {DAY}e0", "seen": f"n.at_{name}"}
        found = {what: f"CASE WHEN {before} THEN {old} ELSE {kept[what]} END" for what, old in found.items()}
    if gap is not None:
        lowered = f"greatest(({found['v']} + 1e0) * exp(-{gap:.15f}e0) - 1e0, 0e0)"
        found["v"] = f"CASE WHEN p.selected AND {found['v']} IS NOT NULL THEN {lowered} ELSE {found['v']} END"
    return [f"{text} AS {what}_{name}" for what, text in found.items()]


def _as_counted(posts: str, outcomes: list[str]) -> str:
    return f"SELECT *{''.join(f', v_{name} AS c_{name}' for name in outcomes)} FROM ({posts}) AS counted_posts"


def _at_horizon(engine: Engine, posts: str, outcomes: list[str], growth: Growth) -> str:
    """Add each outcome as it is at its horizon: one plus the count, times the growth from the count's age."""
    names, steps = curve_tables(growth, outcomes)
    engine.load("curve_names", names)
    engine.load("curve_steps", steps)
    first, last = (f"{float(knot)!r}e0" for knot in (KNOTS[0], KNOTS[-1]))
    ages = "".join(
        f", least(greatest(ln(greatest(c.age_{name}, {YOUNGEST!r}e0)), {first}), {last}) AS log_{name}" for name in outcomes
    )
    engine.make(
        "counted_posts",
        f"SELECT c.*{ages}, coalesce(f.code, g.code, 0) AS curve FROM ({posts}) AS c LEFT JOIN curve_names f ON f.name = "
        "concat(c.platform, '/', c.form) LEFT JOIN curve_names g ON g.name = c.platform",
    )
    values, joins = "", ""
    for place, name in enumerate(outcomes):
        rung = f"CAST(least(floor((d.log_{name} - ({first})) / {STEP!r}e0), {RUNGS - 1}) AS BIGINT)"
        grown = f"(d.v_{name} + 1e0) * exp(g{place}.factor - g{place}.slope * (d.log_{name} - g{place}.begins)) - 1e0"
        as_it_is = f"d.age_{name} IS NULL OR d.v_{name} IS NULL"  # of nothing and 0 the greatest would be 0
        values += f", CASE WHEN {as_it_is} THEN d.v_{name} ELSE greatest({grown}, 0e0) END AS c_{name}"
        same = f"g{place}.outcome = '{name}' AND g{place}.curve = d.curve AND g{place}.rung = {rung}"
        joins += f" LEFT JOIN curve_steps g{place} ON {same}"
    return f"SELECT d.*{values} FROM counted_posts d{joins}"


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

"""As-of reading: every feature of a record, for any set of (creator, date) pairs, in one SQL statement a record.

The last row strictly before each date is found without an as-of join, which not every engine has: rows and questions are laid
in one line by time, questions first where times are equal, and the rows counted so far are the position of the row wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from predictor.definitions.schema import Computed

# The functions of `features/activity.yaml`, as SQL over a creator's record: what runs along it, and how the date reads it.
#
# A record is a line of rows in the order in which they became known, each with its `position`. Every figure runs along the line
# and is read at the last row strictly before a date (`now`); what happened in a window is the difference of two such readings.

DAY = 86_400_000_000  # microseconds: all times are whole numbers of them
SPAN = 1000  # half-lives in a span: weights double along it, and a larger power of two would overflow
LEAST_SPREAD = 3  # rows below which a standard deviation says nothing


@dataclass(frozen=True)
class Formula:
    """How one feature is read: the value, what must run along the line for it, its half-lives, its window's start in days, and
    what is gathered over the rows of that window, because no running figure can give it."""

    value: str
    running: dict[str, str] = field(default_factory=dict)
    half_lives: tuple[float, ...] = ()
    back: float | None = None
    gathered: str | None = None


def named(number: float) -> str:
    """A number as part of a name."""
    return f"{number:g}".replace(".", "_")


def formula(computed: Computed) -> Formula:
    """The formula of one feature."""
    return FORMULAS[computed.function](computed)


def so_far(what: str) -> str:
    """`what` over all rows up to each."""
    return f"{what} OVER (PARTITION BY {{keys}} ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"


def latest(what: str, rows: int | None) -> str:
    """`what` over the last so many rows."""
    return f"{what} OVER (PARTITION BY {{keys}} ORDER BY position ROWS BETWEEN {(rows or 1) - 1} PRECEDING AND CURRENT ROW)"


def weight(half_life: float, span: int) -> str:
    """What a row weighs against the first of its span: twice as much every half-life."""
    return f"power(2e0, (position - 1 - span * {span}) / {half_life!r}e0)"


def _level_log(half_life: float) -> str:
    at = named(half_life)
    return f"((now.sum_{at} + coalesce(now.before_sum_{at}, 0e0)) / (now.mass_{at} + coalesce(now.before_mass_{at}, 0e0)))"


def _level(one: Computed) -> Formula:
    half_life = one.half_life or 1.0
    return Formula(f"exp({_level_log(half_life)})", half_lives=(half_life,))


def _trend(one: Computed) -> Formula:
    short, long = one.half_life or 1.0, one.against or 1.0
    return Formula(f"exp({_level_log(short)} - {_level_log(long)})", half_lives=(short, long))


def _since(column: str, back: float | None) -> str:
    """What a running column gained since the window began; all of it where there is no window."""
    return f"now.{column}" if back is None else f"(now.{column} - coalesce(then_{named(back)}.{column}, 0))"


def _per_week(one: Computed) -> Formula:
    days = f"least(greatest((asks.time - now.first_time) / {DAY}e0, 7e0), {one.window_days!r}e0)"
    value = f"{_since('position', one.window_days)} / {days} * 7e0"
    return Formula(value, {"first_time": so_far("min(time)")}, back=one.window_days)


def _share(one: Computed) -> Formula:
    value = f"{_since('total', one.window_days)} * 1e0 / nullif({_since('position', one.window_days)}, 0)"
    return Formula(value, {"total": so_far("sum(value)")}, back=one.window_days)


def _growth(one: Computed) -> Formula:
    before = f"then_{named(one.window_days or 0.0)}.value"
    return Formula(f"now.value / nullif({before}, 0e0)", {"value": "value"}, back=one.window_days)


def _over_last(statistic: str, column: str, least: int = 1) -> Callable[[Computed], Formula]:
    def build(one: Computed) -> Formula:
        state = f"{statistic}_{column}_{one.last}"
        value = f"CASE WHEN least(now.position, {one.last}) >= {least} THEN now.{state} END"
        value = f"exp({value})" if statistic in ("max", "min") else value
        return Formula(value, {state: latest(f"{statistic}({column})", one.last)})

    return build


def _ratio(one: Computed) -> Formula:
    top, bottom = f"sum_value_{one.last}", f"sum_over_{one.last}"
    running = {top: latest("sum(value)", one.last), bottom: latest("sum(over_)", one.last)}
    return Formula(f"now.{top} / nullif(now.{bottom}, 0e0)", running)


def _pooled(one: Computed) -> Formula:
    top, bottom = f"sum_value_{one.last}", f"sum_exposure_{one.last}"
    running = {top: latest("sum(value)", one.last), bottom: latest("sum(exposure)", one.last)}
    return Formula(f"now.{top} / nullif(now.{bottom}, 0e0)", running)


def _median(one: Computed) -> Formula:
    back = one.window_days or 0.0
    return Formula(f"exp(gathered_{named(back)}.middle)", back=back, gathered="median(l.rate) AS middle")


def _jump(one: Computed) -> Formula:
    state = f"jump_{one.last}"
    return Formula(f"exp(now.{state})", {state: latest("max(step)", one.last)})


FORMULAS: dict[str, Callable[[Computed], Formula]] = {
    "count": lambda one: Formula(f"{_since('position', one.window_days)} * 1e0", back=one.window_days),
    "per_week": _per_week,
    "share": _share,
    "days_since": lambda _: Formula(f"(asks.time - now.time) / {DAY}e0"),
    "level": _level,
    "trend": _trend,
    "average": _over_last("avg", "per_person"),
    "highest": _over_last("max", "rate"),
    "lowest": _over_last("min", "rate"),
    "median": _median,
    "spread": _over_last("stddev_samp", "rate", LEAST_SPREAD),
    "ratio": _ratio,
    "pooled": _pooled,
    "growth": _growth,
    "jump": _jump,
}


@dataclass(frozen=True)
class Record:
    """Which rows of which events a feature reads, and by which clock they became known.

    `value` and `over` are outcomes that must be recorded in a row; `within` are columns in which rows and question must agree.
    """

    events: str
    value: str | None
    over: str | None
    only: str | None
    within: tuple[str, ...]
    clock: str

    @property
    def keys(self) -> tuple[str, ...]:
        """What one line of rows shares."""
        return ("k", *(f"c_{column}" for column in self.within))


def record_of(computed: Computed, events: str) -> Record:
    """The record that a feature reads: outcomes become known some days after the post itself, in posts each by its own clock."""
    counts = [name for name in (computed.of, computed.over) if name is not None and name != "sponsored"]
    if not counts:
        clock = "happened"
    elif events != "posts":
        clock = "seen"
    else:
        clock = f"seen_{counts[0]}" if len(counts) == 1 else f"greatest({', '.join(f'seen_{name}' for name in counts)})"
    return Record(events, computed.of, computed.over, computed.only, computed.within, clock)


def question(record: Record, features: Mapping[str, Computed], longest: int) -> str:
    """SQL that answers all features of one record: a row a question that has an answer, `ask` and one column a feature.

    The tables read are the record's events, no creator having more than the `longest` number of them, and `asks` (`ask`, `k`,
    `time`, and `c_` columns to agree in).
    """
    formulas = {name: formula(one) for name, one in features.items()}
    keys, half_lives = ", ".join(record.keys), sorted({h for f in formulas.values() for h in f.half_lives})
    backs = sorted({f.back for f in formulas.values() if f.back is not None})
    span = int(SPAN * half_lives[0]) if half_lives else max(longest, 1)
    cut = longest > span  # most records fit in one span, which saves a sorting of them all
    running = _running(formulas, half_lives, span, keys, cut)
    gathered = {f.back: f.gathered for f in formulas.values() if f.back is not None and f.gathered is not None}
    parts = {
        "line": _line(record, keys, " ".join([running, *gathered.values()])),
        "spans": f"SELECT *, {f'CAST(floor((position - 1) / {span}e0) AS BIGINT)' if cut else '0'} AS span FROM line",
        "running": running,
        "carried": _carried(half_lives, span, keys),
        "asked": " UNION ALL ".join(_asked(back, keys) for back in (0.0, *backs)),
        "placed": _placed(keys),
        "read_": _read(half_lives, keys),
        **{f"gathered_{named(back)}": _gathered(back, what, keys) for back, what in gathered.items()},
    }
    values = ", ".join(f"{one.value} AS f_{name}" for name, one in formulas.items())
    joins = " ".join(
        f"LEFT JOIN (SELECT * FROM read_ WHERE back = {int(back * DAY)}) then_{named(back)} ON then_{named(back)}.ask = asks.ask"
        for back in backs
    )
    joins += " ".join(f" LEFT JOIN gathered_{named(b)} ON gathered_{named(b)}.ask = asks.ask" for b in gathered)
    steps = ",\n".join(f"{name} AS ({text})" for name, text in parts.items())
    now = "JOIN (SELECT * FROM read_ WHERE back = 0) now ON now.ask = asks.ask"
    return f"WITH {steps}\nSELECT asks.ask AS ask, {values} FROM asks {now} {joins}"


def _line(record: Record, keys: str, needed: str) -> str:
    """The rows of a record in their order, with the figures that the formulas need of each."""
    conditions = [f"c_{column} IS NOT NULL" for column in (record.value, record.over) if column]
    conditions += [f"c_sponsored = {record.only == 'sponsored'}"] if record.only else []
    value = f"CAST(c_{record.value} AS DOUBLE)" if record.value else "1e0"
    value = "CASE WHEN c_sponsored THEN 1e0 ELSE 0e0 END" if record.value == "sponsored" else value
    over = f"CAST(c_{record.over} AS DOUBLE)" if record.over else "1e0"
    order = f"OVER (PARTITION BY {keys} ORDER BY time, id)"
    figures = {
        "value": "value", "over_": "over_", "exposure": "exposure",
        "per_person": "value / exposure", "rate": "ln(1e0 + value) - ln(exposure)",
        "step": f"ln(1e0 + value) - lag(ln(1e0 + value)) {order}",
    }  # fmt: skip
    kept = "".join(f", {text} AS {name}" for name, text in figures.items() if name in needed)
    rows = f"SELECT *, {record.clock} AS time, {value} AS value, {over} AS over_ FROM {record.events}"
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT {keys}, time{kept}, row_number() {order} AS position FROM ({rows}) AS rows_{where}"


def _running(formulas: Mapping[str, Formula], half_lives: list[float], span: int, keys: str, cut: bool) -> str:
    states = {name: text.format(keys=keys) for one in formulas.values() for name, text in one.running.items()}
    line = f"{keys}, span" if cut else keys
    for half_life in half_lives:
        at, heavy = named(half_life), weight(half_life, span)
        states[f"sum_{at}"] = so_far(f"sum(rate * {heavy})").format(keys=line)
        states[f"mass_{at}"] = so_far(f"sum({heavy})").format(keys=line)
    return (
        ", ".join([f"SELECT {keys}, position, span, time", *(f"{text} AS {name}" for name, text in states.items())])
        + " FROM spans"
    )


def _carried(half_lives: list[float], span: int, keys: str) -> str:
    """What the span before brings to each span; those before it weigh nothing that a double could hold."""
    faded = [
        f", {what}_{named(h)} * power(2e0, {-span / h!r}e0) AS before_{what}_{named(h)}"
        for h in half_lives
        for what in ("sum", "mass")
    ]
    return f"SELECT {keys}, span + 1 AS span{''.join(faded)} FROM running WHERE position % {span} = 0"


def _asked(back: float, keys: str) -> str:
    ago = int(back * DAY)
    return f"SELECT ask, {keys}, time - {ago} AS time, {ago} AS back FROM asks"


def _placed(keys: str) -> str:
    both = (
        f"SELECT {keys}, time, 1 AS side, CAST(NULL AS BIGINT) AS ask, CAST(NULL AS BIGINT) AS back FROM line UNION ALL "
        f"SELECT {keys}, time, 0 AS side, CAST(ask AS BIGINT) AS ask, CAST(back AS BIGINT) AS back FROM asked"
    )
    before = "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
    counted = f"SELECT *, sum(side) OVER (PARTITION BY {keys} ORDER BY time, side {before}) AS place FROM ({both}) AS both_"
    return f"SELECT ask, back, {keys}, CAST(place AS BIGINT) AS position FROM ({counted}) AS counted WHERE ask IS NOT NULL"


def _read(half_lives: list[float], keys: str) -> str:
    before = [f"before_{what}_{named(h)}" for h in half_lives for what in ("sum", "mass")]
    columns = ", ".join(["ask", "back", "r.*", *before])
    same = " AND ".join(f"r.{key} = p.{key}" for key in (*keys.split(", "), "position"))
    before_it = " AND ".join(f"c.{key} = r.{key}" for key in (*keys.split(", "), "span"))
    return f"SELECT {columns} FROM placed p JOIN running r ON {same} LEFT JOIN carried c ON {before_it}"


def _gathered(back: float, what: str, keys: str) -> str:
    """Figures over all rows of a window, each question beside every row of its own: slower, where no running figure will do."""
    same = " AND ".join(f"l.{key} = n.{key}" for key in keys.split(", "))
    before = f"LEFT JOIN placed t ON t.ask = n.ask AND t.back = {int(back * DAY)}"
    rows = f"JOIN line l ON {same} AND l.position <= n.position AND l.position > coalesce(t.position, 0)"
    return f"SELECT n.ask AS ask, {what} FROM placed n {before} {rows} WHERE n.back = 0 GROUP BY n.ask"

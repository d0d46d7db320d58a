"""The functions of `features/activity.yaml`, as SQL over a creator's record: what runs along it, and how the date reads it.

A record is a line of rows in the order in which they became known, each with its `position`. Every figure runs along the line
and is read at the last row strictly before a date (`now`); what happened in a window is the difference of two such readings.
The text is the SQL that DuckDB and Spark both speak.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from predictor.catalogue import Computed

DAY = 86_400_000_000  # microseconds: all times are whole numbers of them
SPAN = 1000  # half-lives in a span: weights double along it, and a larger power of two would overflow
LEAST_SPREAD = 3  # rows below which a standard deviation says nothing


@dataclass(frozen=True)
class Formula:
    """How one feature is read: the value, what must run along the line for it, its half-lives, its window's start in days, and
    what is gathered over the rows of that window, because no running figure can tell it."""

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
    "growth": _growth,
    "jump": _jump,
}

"""Why one candidate gets its forecast: rule and causes, what it rests on, what is doubtful, and what another deal would bring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from nicegui import run, ui

from predictor.bundle import Bundle
from predictor.catalogue import Catalogue
from predictor.examples import candidate_rows
from predictor.explain import cause_name, reasons, rule_name
from predictor.lineup_words import category, who
from predictor.own_curves import OwnCurve, own_curves
from predictor.page_charts import waterfall
from predictor.page_curves import curves_view
from predictor.page_picture import chart
from predictor.page_pieces import listed, title
from predictor.tables import RowsError, Tables
from predictor.texts import compact, heading, interval, money, noun, say
from predictor.whatif import Change, what_if
from predictor.whatif_words import costs, verdict

SHOWN = 6  # causes drawn by themselves, strongest first
NEAR_ONE = 0.005  # a cause whose factor is nearer to one is not drawn


@dataclass(frozen=True)
class Asked:
    """One candidate as given (a frame of one row), and all that its forecast needs."""

    candidate: pd.DataFrame
    bundle: Bundle
    brief: dict[str, Any]
    tables: Tables | None
    goal: str
    on: pd.Timestamp

    @property
    def target(self) -> str:
        """The target that answers the goal."""
        return next(name for name, model in self.bundle.models.items() if model.recipe.goal == self.goal)

    @property
    def catalogue(self) -> Catalogue:
        """The definitions of the model."""
        return self.bundle.catalogue


def steps_of(asked: Asked, lang: str) -> list[tuple[str, float, float]]:
    """From the rule's value through the strongest causes to the forecast: name, value before, value after."""
    row = reasons(asked.bundle.models[asked.target], _known(asked)).iloc[0]
    factors = row.drop(["rule", "start"]).astype(float)
    strongest = factors[(factors - 1).abs().sort_values(ascending=False, kind="stable").index]
    named = strongest[(strongest - 1).abs() >= NEAR_ONE].head(SHOWN)
    steps, value = [(heading(rule_name(str(row["rule"]), lang)), 0.0, float(row["start"]))], float(row["start"])
    for name, factor in named.items():
        steps.append((heading(cause_name(str(name), asked.catalogue, lang)), value, value * factor))
        value *= factor
    rest = float(factors.drop(named.index).prod())
    if abs(rest - 1) >= NEAR_ONE:
        steps.append((heading(say(lang, "cause_others")), value, value * rest))
    return [*steps, (say(lang, "page_forecast"), 0.0, float(row["start"] * factors.prod()))]


def _known(asked: Asked) -> pd.DataFrame:
    """The candidate's features as known on the day."""
    return candidate_rows(
        asked.candidate, asked.brief, asked.on, asked.tables or Tables(), asked.catalogue, asked.bundle.texts
    )  # fmt: skip


def _curves(asked: Asked) -> list[OwnCurve]:
    return own_curves(asked.bundle.models[asked.target], _known(asked), asked.catalogue)


def why_view(row: pd.Series, asked: Asked, lang: str) -> None:
    """Draw one scored candidate (`row`, with its reasons) into the container at hand."""
    outcome = asked.catalogue.entries[asked.bundle.models[asked.target].recipe.outcome].label.model_dump(include={"en", "vi"})
    title(who(row), "h2")
    about = (category(row, column, asked.catalogue, lang) for column in ("kind", "platform", "tier", "format"))
    ui.label(" · ".join(filter(None, about))).classes("k-soft")
    _facts(row, asked, outcome, lang)
    if pd.notna(row.get(f"{asked.target}_expected")) and pd.isna(row.get(f"{asked.target}_note")):
        title(say(lang, "page_why_causes"), "h3")
        drawn = waterfall(steps_of(asked, lang), heading(outcome[lang]), lang)
        chart(drawn, f"{who(row)}: {say(lang, 'page_why_causes')}", lang).classes("k-chart-low")
        curves_view(lambda: _curves(asked), asked.catalogue.entries, who(row), outcome[lang], lang)
    _sentences(row, asked.target, lang)
    _what_if(row, asked, lang)


def _facts(row: pd.Series, asked: Asked, outcome: dict[str, str], lang: str) -> None:
    target, currency = asked.target, row.get("currency")
    cost = asked.bundle.models[target].recipe.cost_per.model_dump()
    facts = [
        (heading(outcome[lang]), _with_interval(row, target, lang)),
        (say(lang, "fee"), money(lang, _number(row, "fee"), currency)),
        (heading(cost[lang]), money(lang, _number(row, f"{target}_cost"), currency, short=True)),
    ]
    listed(facts)


def _with_interval(row: pd.Series, target: str, lang: str) -> str:
    figures = [_number(row, f"{target}_{name}") for name in ("expected", "p10", "p90")]
    if any(one is None for one in figures):
        return say(lang, "nothing")
    expected, low, high = figures
    return f"{compact(lang, expected)} ({interval(lang, float(low or 0), high)})"


def _sentences(row: pd.Series, target: str, lang: str) -> None:
    told = {f"{target}_{part}": f"page_why_{part}" for part in ("note", "basis", "doubts")} | {"fee_why": "page_why_fee"}
    for column, heads in told.items():
        said = row.get(column)
        if isinstance(said, str) and said:
            title(say(lang, heads), "h3")
            ui.label(said).classes("k-text")


def _what_if(row: pd.Series, asked: Asked, lang: str) -> None:
    """Another fee, number of posts or format: the new total and the difference, on the same draws."""
    formats = sorted({str(v) for v in asked.bundle.models[asked.target].design.levels.get("format", ()) if v})
    title(say(lang, "page_whatif"), "h3")
    ui.label(say(lang, "whatif_association")).classes("k-soft")
    given = {"fee": _number(row, "fee"), "posts": _number(row, "posts") or 1.0, "format": row.get("format")}
    with ui.element("div").classes("k-row"):
        fee = ui.number(say(lang, "fee"), value=given["fee"], min=0, format="%.0f").props("outlined dense").classes("k-select")
        posts = ui.number(_label(asked, "posts", lang), value=given["posts"], min=1, max=20, step=1, format="%.0f")
        posts.props("outlined dense").classes("k-select")
        known = given["format"] if given["format"] in formats else None
        form = ui.select(formats, value=known, label=_label(asked, "format", lang)).props("outlined dense").classes("k-select")
    answer = ui.label("").classes("k-note").props('role="status" aria-live="polite"')
    answer.set_visibility(False)

    count = 0  # how many deals were asked about, so that an answer that comes late is dropped

    async def changed() -> None:
        nonlocal count
        count += 1
        mine = count
        wanted = {"fee": fee.value, "posts": posts.value, "format": form.value or given["format"]}
        after = asked.candidate.assign(**{name: [value] for name, value in wanted.items() if value is not None})
        try:
            told = _answer(await run.io_bound(_changed, asked, after, lang), lang)
        except RowsError as problem:
            told = str(problem)
        if answer.is_deleted or mine != count:
            return
        answer.set_text(told)
        answer.set_visibility(True)

    for control in (fee, posts):
        control.on("change", changed)
    form.on_value_change(changed)


def _changed(asked: Asked, after: pd.DataFrame, lang: str) -> Change:
    return what_if(
        asked.candidate, after, asked.bundle, asked.goal, brief=asked.brief, history=asked.tables, on=asked.on, lang=lang
    )  # fmt: skip


def _answer(found: Change, lang: str) -> str:
    within = interval(lang, found.after.low, found.after.high)
    after = f"{compact(lang, found.after.expected)} {noun(lang, found.outcome)} ({within})."
    return "\n".join([verdict(found, lang), after, *costs(found, lang), *found.doubts])


def _label(asked: Asked, name: str, lang: str) -> str:
    return str(getattr(asked.catalogue.entries[name].label, lang))


def _number(row: pd.Series, column: str) -> float | None:
    value = pd.to_numeric(row.get(column), errors="coerce")
    return None if value is None or pd.isna(value) else float(value)

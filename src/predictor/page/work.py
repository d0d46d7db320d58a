"""What one planner works on: a brief, candidates as typed, what they would bring, and the line-up chosen from them."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable
from collections.abc import Mapping as Told
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, Generic, TypeVar

import pandas as pd

from predictor.asof.identity import known_by_history
from predictor.bundle import Bundle
from predictor.definitions.phrases import Phrases
from predictor.definitions.schema import Catalogue
from predictor.errors import Fault
from predictor.forecasting.sampling import OutcomeCorrelations
from predictor.intake.contract import read_tables
from predictor.intake.mapping import Mapping
from predictor.intake.reader import read_table
from predictor.intake.row_checks import half_assumed, no_prices, nobody
from predictor.intake.spreadsheets.sheet import stays_without
from predictor.page.typed_cells import other_money
from predictor.planning.joint_outcomes import Assumption, load_assumption
from predictor.planning.rules import LineupConstraints, with_brief
from predictor.registry.runs import served_bundle
from predictor.scoring.score import reason_columns, score
from predictor.tables.frames import History
from predictor.wording.sentences import Said

# What the page stands on: a model, the history that it reads records from, and their words.


@dataclass(frozen=True)
class Resources:
    """A model with its definitions, a history, and how misses and audiences go together."""

    bundle: Bundle
    tables: History | None
    assumption: Assumption
    others: dict[tuple[str, str], Resources] = field(default_factory=dict, compare=False, repr=False)  # by goal and outcome
    making: Lock = field(default_factory=Lock, compare=False, repr=False)

    @property
    def catalogue(self) -> Catalogue:
        """The definitions that the model was trained with."""
        return self.bundle.catalogue

    @property
    def key(self) -> str:
        """Tells results of this model and history from those of others, as long as the page is served."""
        return f"{id(self.bundle)} {id(self.tables)} {id(self.assumption)}"

    @property
    def version(self) -> str:
        """The model's version, as forecasts carry it."""
        return self.bundle.provenance.version_label

    @cached_property
    def creators(self) -> pd.DataFrame | None:
        """The history's creators by id."""
        creators = self.tables.get("creators") if self.tables is not None else None
        return None if creators is None else creators.drop_duplicates("creator_id").set_index("creator_id", drop=False)

    @property
    def invented(self) -> bool:
        """Whether anything here is invented."""
        return self.bundle.invented or bool(self.tables and self.tables.invented)

    def goals(self) -> list[str]:
        """The goals that some target forecasts, in the catalogue's order."""
        forecast = {model.recipe.goal for model in self.bundle.models.values()}
        return [goal for goal in self.catalogue.entries["goal"].categories if goal in forecast]

    def outcomes(self, goal: str) -> list[str]:
        """What the model forecasts for a goal, what answers it before the others."""
        return [model.recipe.outcome for model in self.bundle.models.values() if model.recipe.goal == goal]

    def shocks(self, goal: str) -> OutcomeCorrelations | None:
        """How past bookings missed the forecasts of a goal together, where the model knows."""
        return self.bundle.shocks(goal)

    def answering(self, goal: str, outcome: str | None) -> Resources:
        """The same, an outcome of a goal before the others that the model forecasts for it."""
        if outcome is None or outcome not in self.outcomes(goal):
            return self
        with self.making:
            if (goal, outcome) not in self.others:
                self.others[goal, outcome] = replace(self, bundle=self.bundle.answering(goal, outcome))
            return self.others[goal, outcome]


def load_found(project: Path | None, data: Path | None, model: Path | None) -> Resources:
    """Read the model (a folder, else the project's champion) and the history.

    Raises
    ------
    RowsError, DefinitionError
        Where there is no model or the history has faults.
    """
    bundle = served_bundle(model, project)
    tables = read_tables(data, bundle.catalogue) if data is not None else None
    return Resources(bundle, tables, load_assumption(project))


MOST_COMPARED = 2_000  # candidates that are compared with every creator of the history, letter by letter
REMEMBERED = ("name", "platform", "kind", "followers")
T = TypeVar("T")


@dataclass
class PlanDraft:
    """One plan in the making; `typed` holds the candidates as text, one column a field of the catalogue, one row each."""

    lang: str
    brief: dict[str, Any] = field(default_factory=dict)
    typed: pd.DataFrame = field(default_factory=pd.DataFrame)
    candidates: pd.DataFrame = field(default_factory=pd.DataFrame)
    faults: list[Fault] = field(default_factory=list)
    source: str = ""
    name: str = ""
    rules: LineupConstraints = LineupConstraints()
    id: str | None = None
    version: int | None = None

    @property
    def goal(self) -> str:
        """What the campaign wants most."""
        return str(self.brief.get("goal", ""))

    def asked(self) -> LineupConstraints:
        """The rules, with the brief's budget, currency and dates wherever they say none themselves."""
        return with_brief(self.rules, self.brief)

    def inputs(self, on: pd.Timestamp | None = None) -> Inputs:
        """What stands here now, for results to be made from; it stays as it is while the work goes on."""
        return Inputs(self.candidates, dict(self.brief), self.asked(), self.lang, on if on is not None else today())


@dataclass(frozen=True, eq=False)
class Inputs:
    """All that forecasts and line-ups are made from, as it stood at one moment.

    Results belong to their inputs: they are kept under `key`, and shown only while the work still is as the inputs say.
    """

    candidates: pd.DataFrame  # a list is replaced, never changed in place
    brief: dict[str, Any]
    rules: LineupConstraints
    lang: str
    on: pd.Timestamp

    @property
    def goal(self) -> str:
        """What the campaign wanted most."""
        return str(self.brief.get("goal", ""))

    @property
    def rows(self) -> pd.DataFrame:
        """The candidates in the order of the forecasts."""
        return self.candidates.reset_index(drop=True)

    @cached_property
    def key(self) -> str:
        """The same for inputs of equal forecasts, whoever gave them; the rules choose among forecasts and change none."""
        given = [self.rows.to_json(orient="split", date_format="iso"), json.dumps(self.brief, default=str, sort_keys=True)]
        return hashlib.sha256("\n".join([*given, self.lang, str(self.on)]).encode()).hexdigest()

    def plan_key(self, found: Resources, rules: LineupConstraints | None = None) -> str:
        """The same for inputs of equal line-ups, under the rules given here or under other `rules`."""
        return f"{self.key} {found.key} {(rules or self.rules).model_dump_json()}"

    def same(self, other: Inputs) -> bool:
        """Whether nothing changed from one moment to the other."""
        mine, theirs = ((one.brief, one.rules, one.lang, one.on) for one in (self, other))
        return self.candidates is other.candidates and mine == theirs


@dataclass(frozen=True)
class ReadRows:
    """Candidates as typed, the clean ones among them, every fault, and whose id the history spells otherwise."""

    typed: pd.DataFrame
    candidates: pd.DataFrame
    faults: list[Fault]
    same: list[Said]


def read_rows(typed: pd.DataFrame, catalogue: Catalogue, tables: History | None = None) -> ReadRows:
    """Read every cell of candidates as typed; a creator of the history whose id is typed otherwise gets the history's id."""
    typed = typed.reset_index(drop=True)
    candidates, faults = understood(typed, catalogue)
    if tables is None or candidates.empty:
        return ReadRows(typed, candidates, faults, [])
    candidates, same = known_by_history(candidates, tables, near=False)
    if same:
        ids = typed["creator_id"] if "creator_id" in typed else pd.Series("", index=typed.index)
        others = [known_as for one in same if one.key == "other_account" for _, known_as in one.values["each"]]
        meant = candidates["creator_id"].where(~candidates["creator_id"].isin(others))  # the platform typed may yet be corrected
        typed = typed.assign(creator_id=meant.reindex(ids.index).fillna(ids))
    return ReadRows(typed, candidates, faults, same)


def take(work: PlanDraft, typed: pd.DataFrame, catalogue: Catalogue, source: str = "", tables: History | None = None) -> None:
    """Put candidates as typed into the work: the rows without a fault, and the faults beside them."""
    put(work, read_rows(typed, catalogue, tables), source)


def put(work: PlanDraft, rows: ReadRows, source: str = "") -> None:
    """Put candidates that were read into the work."""
    work.typed, work.candidates, work.faults = rows.typed, rows.candidates, rows.faults
    work.source = source or work.source


def under_ids(typed: pd.DataFrame, pairs: Iterable[tuple[str, str]]) -> pd.DataFrame:
    """Candidates as typed, some under another id: each pair is the id, or the name where there is none, and the one to have."""
    meant = dict(pairs)
    ids = typed["creator_id"] if "creator_id" in typed else pd.Series("", index=typed.index)
    known_as = ids.where(ids != "", typed["name"]) if "name" in typed else ids
    return typed.assign(creator_id=known_as.map(meant).fillna(ids))


def lookalikes(candidates: pd.DataFrame, tables: History | None) -> list[Said]:
    """Who of the candidates looks like a creator of the history and has another id; of a long list that is not asked."""
    if tables is None or candidates.empty:
        return []
    if len(candidates) > MOST_COMPARED:
        return [Said("page_not_compared", {"most": MOST_COMPARED})]
    return [one for one in known_by_history(candidates, tables)[1] if one.key == "looks_like"]


def understood(typed: pd.DataFrame, catalogue: Catalogue) -> tuple[pd.DataFrame, list[Fault]]:
    """Candidates read from text: clean rows, indexed by their place in `typed`, and every fault with its row (the first is 2).

    As in an import, a row stays without a cell that is not understood, unless it is somebody else's or another deal without it.
    """
    if typed.empty:
        return typed, []
    raw = typed.apply(lambda cells: cells.mask(cells.str.strip() == "")).set_axis(range(2, len(typed) + 2), axis=0)
    found: list[Fault] = []
    frame = read_table(raw, "candidates", "", catalogue, Mapping(), found)
    unread = raw.reindex(index=frame.index, columns=frame.columns).notna() & frame.isna()
    cells = [Fault("", "", int(row), str(name)) for row, name in unread.stack()[lambda bad: bad].index]
    cells += (priceless := [*no_prices(frame, "", shown=None), *other_money(frame, raw)])
    if priceless:
        frame["fee"] = frame["fee"].mask(frame.index.isin([fault.row for fault in priceless]))
    faults = [fault for fault in found if fault.row is None and not fault.problem.startswith("…")]
    faults += nobody(frame, "") + half_assumed(frame, "", catalogue)
    out = {one.row for one in faults} | {one.row for one in cells if not stays_without("candidates", str(one.column))}
    good = frame[~frame.index.isin(out)]
    return good.set_axis(good.index - 2, axis=0), [*cells, *faults]


def today() -> pd.Timestamp:
    """The day that forecasts are made for."""
    return pd.Timestamp.now().normalize()


def remembered(creator_id: str, found: Resources) -> dict[str, str]:
    """What the history knows about a creator of that id, as text; nothing about a stranger."""
    creators = found.creators
    if creators is None or creator_id not in creators.index:
        return {}
    row = creators.loc[creator_id]
    shown = {name: row[name] for name in REMEMBERED if name in row and pd.notna(row[name])}
    return {name: f"{value:.0f}" if isinstance(value, float) else str(value) for name, value in shown.items()}


def scored_for(inputs: Inputs, found: Resources, kept: ResultCache[pd.DataFrame]) -> pd.DataFrame:
    """The forecast of every clean candidate, with the reasons that are shown; the same inputs are scored once.

    Raises
    ------
    RowsError
        Where the candidates cannot be scored.
    """
    targets = [name for name, model in found.bundle.models.items() if model.recipe.goal == inputs.goal]
    shown = reason_columns(targets, ("basis", "doubts"))
    return kept.once(f"{inputs.key} {found.key}", lambda: _scored(inputs, found, shown))


def explained_for(inputs: Inputs, found: Resources, kept: ResultCache[pd.DataFrame]) -> pd.DataFrame:
    """The same with every reason of every outcome, as files hold them, which takes a few times as long.

    Raises
    ------
    RowsError
        Where the candidates cannot be scored.
    """
    return kept.once(f"{inputs.key} {found.key} explained", lambda: _scored(inputs, found))


def _scored(inputs: Inputs, found: Resources, reasons: Collection[str] | None = None) -> pd.DataFrame:
    return score(
        inputs.rows, found.bundle, brief=inputs.brief, history=found.tables, on=inputs.on, why=inputs.lang, reasons=reasons
    )  # fmt: skip


def to_content(work: PlanDraft) -> dict[str, Any]:
    """The work as plain JSON values, all that is needed to open it again."""
    return {
        "brief": json.loads(json.dumps(work.brief, default=_plain)),
        "candidates": to_table(work.typed),
        "source": work.source,
        "rules": work.rules.model_dump(mode="json"),
    }


def from_content(content: Told[str, Any], phrases: Phrases, tables: History | None = None) -> PlanDraft:
    """The inverse of `to_content`; every cell is read again by the definitions of today."""
    work = PlanDraft(phrases.lang, brief=brief_from(content["brief"]), rules=LineupConstraints.model_validate(content["rules"]))
    take(work, from_table(content["candidates"]), phrases.catalogue, str(content["source"]), tables)
    return work


def to_table(typed: pd.DataFrame) -> dict[str, Any]:
    """Candidates as typed, as plain JSON values."""
    rows = typed.astype(object).where(typed.notna(), None)
    return {"columns": [*map(str, rows)], "rows": rows.to_numpy().tolist()}


def from_table(table: Told[str, Any]) -> pd.DataFrame:
    """The inverse of `to_table`."""
    return pd.DataFrame(table["rows"], columns=table["columns"], dtype="str")


def brief_from(saved: Told[str, Any]) -> dict[str, Any]:
    """A brief from JSON: its days are days again."""
    days = {name: pd.Timestamp(saved[name]) for name in ("starts_on", "ends_on") if saved.get(name)}
    return {**saved, **days}


def _plain(value: Any) -> Any:
    return value.isoformat()[:10] if hasattr(value, "isoformat") else value.item()


class ResultCache(Generic[T]):
    """The last results of a slow function by key; over everybody, since equal questions have equal answers."""

    def __init__(self, most: int):
        self.most, self.results, self.lock = most, OrderedDict[str, Future[T]](), Lock()

    def once(self, key: str, make: Callable[[], T]) -> T:
        """The result under `key`, made at most once while it is kept: who asks while it is made waits for it.

        Raises
        ------
        Exception
            What `make` raises; nothing is kept then.
        """
        with self.lock:
            waiting, made = key in self.results, self.results.setdefault(key, Future())
            self._keep(key)
        if not waiting:
            try:
                made.set_result(make())
            except BaseException as problem:
                with self.lock:
                    if self.results.get(key) is made:
                        del self.results[key]
                made.set_exception(problem)
        return made.result()

    def get(self, key: str) -> T | None:
        """The result under `key` where it was made already."""
        with self.lock:
            made = self.results.get(key)
        return made.result() if made is not None and made.done() and made.exception() is None else None

    def put(self, key: str, result: T) -> None:
        """Keep a result that was made elsewhere."""
        made = Future[T]()
        made.set_result(result)
        with self.lock:
            self.results[key] = made
            self._keep(key)

    def _keep(self, key: str) -> None:
        self.results.move_to_end(key)
        while len(self.results) > self.most:
            self.results.popitem(last=False)

"""What a caller of the served model asks for: candidates and parameters, checked as files are before anything is forecast."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from email.message import Message
from itertools import accumulate
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pandas as pd
from pyarrow import ArrowInvalid

from predictor.asof.identity import known_by_history
from predictor.bundle import Bundle
from predictor.definitions.limits import refuse_wide
from predictor.definitions.schema import Catalogue
from predictor.errors import Fault, RowsError
from predictor.intake.cells import cells_of
from predictor.intake.contract import brief_from, good_candidates
from predictor.intake.reader import Given
from predictor.scoring.score import score_columns
from predictor.tables.columns import BOUNDS, assumed_column
from predictor.tables.delimited import NotUtf8, as_utf8, record_batches
from predictor.tables.frames import TEXT, Columns, History, array_of
from predictor.tables.strict_json import parse_json
from predictor.wording.matching import nearest
from predictor.wording.sentences import LANGUAGES

REQUEST = "request"
MOST = 50_000  # rows a request; longer lists are what `predictor score` streams
SHOWN = 20  # faults listed of one request
# Every parameter with the type that MLflow's signature declares; each may be left out.
PARAMETERS = {"why": "string", "goal": "string", "at_least": "string", "level": "double", "on": "string", "brief": "string"}


def answer(
    raw: pd.DataFrame, bundle: Bundle, params: dict[str, Any] | None = None, history: History | None = None
) -> pd.DataFrame:
    """Check and score a request; the first candidate is row 1.

    Parameters
    ----------
    raw
        Candidates as sent, at most 50,000: a platform each, or a `creator_id` that the history knows.
    params
        `why` (en, vi), `goal`, `at_least` ("orders=20,clicks=500"), `level` (0.9), `on` ("2026-07-01") and `brief` (columns of
        `campaigns` as an object or its JSON text); see `predictor.scoring.score.score`. None and "" count as left out.
    history
        Checked tables to read the creators' records from, as known on the day `on` (default: today).

    Returns
    -------
    The columns of `predictor.scoring.score.score`, a row each in the order sent.

    Raises
    ------
    RowsError
        With the first 20 faults of rows and parameters.
    """
    numbered = raw.set_axis([*map(str, raw)], axis=1).set_axis(pd.RangeIndex(1, len(raw) + 1))
    return pd.DataFrame(asked(Given.of(numbered), bundle, params, history).scored(bundle, history))


@dataclass(frozen=True)
class Asked:
    """A request that was checked: its candidates, and the options of `score`."""

    rows: Columns
    options: dict[str, Any]

    def scored(self, bundle: Bundle, history: History | None) -> dict[str, Any]:
        """What `score` says of them, by column."""
        return score_columns(self.rows, bundle, history=history, **self.options)

    def shared(self, catalogue: Catalogue) -> str | None:
        """What requests must have in common to be answered as one table, each row as if it were alone; None for one whose answer
        compares its candidates with each other, or has columns for outcomes that some of them assume."""
        assumed = {assumed_column(recipe.outcome, bound) for recipe in catalogue.recipes.values() for bound in BOUNDS}
        columns = {name: str(cells.dtype) for name, cells in self.rows.arrays().items()}
        if self.options["brief"].get("goal") is not None or assumed & {*columns}:
            return None
        return repr(([*columns.items()], sorted(self.options.items())))


def asked(given: Given, bundle: Bundle, params: dict[str, Any] | None, history: History | None) -> Asked:
    """Check a request whose first row is row 1; see `answer`."""
    faults: list[Fault] = []
    options = _options(params or {}, bundle.catalogue, faults)
    rows = _candidates(given, bundle.catalogue, faults)
    if faults or rows is None:
        raise RowsError(faults[:SHOWN])
    if history is not None:
        rows = Columns.of(known_by_history(rows.frame(), history, near=False)[0])
    return Asked(rows, options)


Records = list[dict[str, Any]]  # a row each, by column, as JSON carries it


def answers(several: Sequence[Asked], bundle: Bundle, history: History | None = None) -> list[Records | Exception]:
    """Score requests, those together that can share a table: no answer depends on which others came with it.

    Returns
    -------
    In their order what `score` says of each, or the error that it ends in.
    """
    if len(several) == 1:
        return _together([*several], bundle, history)
    found: dict[int, Records | Exception] = {}
    tables: dict[object, list[int]] = {}
    for place, one in enumerate(several):
        tables.setdefault(one.shared(bundle.catalogue) or place, []).append(place)
    for places in tables.values():
        found |= zip(places, _together([several[place] for place in places], bundle, history), strict=True)
    return [found[place] for place in range(len(several))]


def _together(several: list[Asked], bundle: Bundle, history: History | None) -> list[Records | Exception]:
    """What `score` says of requests that share a table; where that ends in an error, of each alone."""
    try:
        rows = several[0].rows if len(several) == 1 else Columns.concatenated([one.rows for one in several])
        found = records(replace(several[0], rows=rows).scored(bundle, history))
    except Exception as problem:
        return [problem] if len(several) == 1 else [one for each in several for one in _together([each], bundle, history)]
    ends = accumulate(len(one.rows) for one in several)
    return [found[end - len(one.rows) : end] for one, end in zip(several, ends, strict=True)]


def records(scored: Mapping[str, Any] | pd.DataFrame) -> Records:
    """A scored list row by row; what is missing is None, for JSON has no NaN."""
    names, columns = list(map(str, scored)), [_cells(array_of(values)) for _, values in scored.items()]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _cells(cells: Any) -> list[Any]:
    if isinstance(cells, np.ndarray) and cells.dtype.kind not in "MO":
        values = cells.tolist()
        return [None if number != number else number for number in values] if cells.dtype.kind == "f" else values
    if cells.dtype == TEXT:
        return cells.__arrow_array__().to_pylist()  # type: ignore[no-any-return]
    return list(pd.Series(cells).to_numpy(dtype=object, na_value=None))


def refusal(code: str, faults: list[Fault]) -> str:
    """A reply in the form of MLflow's errors, as JSON; half a character that was sent is shown as JSON writes it."""
    details = [{"where": fault.file, "row": fault.row, "column": fault.column, "problem": fault.problem} for fault in faults]
    reply = json.dumps({"error_code": code, "message": str(RowsError(faults)), "faults": details}, ensure_ascii=False)
    return reply.encode("utf-8", "backslashreplace").decode()


def _candidates(given: Given, catalogue: Catalogue, faults: list[Fault]) -> Columns | None:
    """The rows by their definitions; one that cannot be used refuses all, so that answers stay beside their questions."""
    count = len(given.rows)
    if not 0 < count <= MOST:
        faults.append(Fault(REQUEST, f"got {count:,} rows; send 1 to {MOST:,}, or score a longer list with predictor score."))
        return None
    cells = np.empty((count, len(given.titles)), dtype=object)
    for place in range(len(given.titles)):
        cells[:, place] = cells_of(given.take(place))
    holds = any(issubclass(kind, (dict, list)) for kind in {*map(type, cells.flat)})  # of few kinds are many cells
    nested = [at for at, cell in np.ndenumerate(cells) if isinstance(cell, (dict, list))] if holds else []
    blank = pd.isna(cells).all(axis=1)
    faults += [
        Fault(REQUEST, "holds a list or an object; write plain text, numbers, true or false.", int(row) + 1, given.titles[place])
        for row, place in nested
    ]
    faults += [Fault(REQUEST, "is blank; leave it out.", int(row) + 1) for row in np.flatnonzero(blank)]
    if nested:
        return None
    if blank.any():
        given = Given(given.titles, lambda place: cells[~blank, place], given.rows[~blank])
    try:
        good, found = good_candidates(given, REQUEST, catalogue)
    except RowsError as problem:
        faults += problem.faults
        return None
    faults += found
    return good


def _options(params: dict[str, Any], catalogue: Catalogue, faults: list[Fault]) -> dict[str, Any]:
    """The options of `score`, each parameter read by its own reader."""
    options: dict[str, Any] = {}
    read: dict[str, Callable[[Any], Any]] = {
        "why": _language, "at_least": _goals, "level": _level, "on": _day, "brief": lambda sent: _brief(sent, catalogue),
        "goal": lambda sent: brief_from({"goal": sent}, REQUEST, catalogue).get("goal"),
    }  # fmt: skip
    for name, sent in params.items():
        if name not in PARAMETERS:
            near = nearest(name, list(PARAMETERS))
            faults.append(Fault(REQUEST, f"unknown parameter '{name}'; allowed: {', '.join(PARAMETERS)}{near}."))
        elif sent is not None and sent != "":
            try:
                options[name] = read[name](sent)
            except RowsError as problem:
                faults += problem.faults
    goal = options.pop("goal", None)
    return options | {"brief": options.get("brief", {}) | ({"goal": goal} if goal is not None else {})}


def _language(sent: Any) -> str:
    if sent not in LANGUAGES:
        raise _refusal("why", sent, f"allowed: {', '.join(LANGUAGES)}")
    return str(sent)


def _goals(sent: Any) -> dict[str, Any]:
    """Counts or amounts to reach by target, from `orders=20,clicks=500` or an object."""
    pairs = sent.items() if isinstance(sent, dict) else [one.partition("=")[::2] for one in str(sent).split(",")]
    return {str(name).strip(): str(count).strip() for name, count in pairs}


def _level(sent: Any) -> float:
    try:
        level = float(sent)
    except (TypeError, ValueError):
        level = np.nan
    if isinstance(sent, bool) or not 0 < level < 1:
        raise _refusal("level", sent, "give a probability above 0 and below 1, such as 0.9")
    return level


def _day(sent: Any) -> pd.Timestamp:
    try:
        return pd.Timestamp(pd.to_datetime(str(sent), format="%Y-%m-%d"))
    except ValueError:
        raise _refusal("on", sent, "write a day as 2026-07-01") from None


def _brief(sent: Any, catalogue: Catalogue) -> dict[str, Any]:
    try:
        content = parse_json(sent) if isinstance(sent, str) else sent
    except json.JSONDecodeError:
        content = None
    except ValueError as problem:
        raise RowsError([Fault(REQUEST, f"parameter 'brief': is not JSON that can be read: {problem}; correct it.")]) from None
    if not isinstance(content, dict):
        raise _refusal("brief", sent, 'send an object or its JSON text, such as {"goal": "sales", "budget": "500tr"}')
    return brief_from(content, f"{REQUEST}, parameter 'brief'", catalogue) if content else {}


def _refuse_lists(params: dict[str, Any]) -> None:
    for name, sent in params.items():
        if isinstance(sent, list) or (isinstance(sent, dict) and name not in ("brief", "at_least")):
            raise _refusal(name, sent, "give one value, as text or a number")


def _refusal(name: str, sent: Any, allowed: str) -> RowsError:
    return RowsError([Fault(REQUEST, f"parameter '{name}': got {str(sent)[:80]!r}; {allowed}.")])


# The body of a request, JSON or CSV, as MLflow's scoring server reads it without losing anything.

FORMS = ("dataframe_records", "dataframe_split")


def read_body(body: bytes, kind: str, query: str = "") -> dict[str, Any]:
    """A request as MLflow reads it: `dataframe_split` or `dataframe_records`, and `params`.

    CSV is read as files are, every cell as text, in the encoding that its first bytes or the content type name
    (`text/csv; charset=windows-1258`), and takes its parameters from the address (`?why=vi`).

    Raises
    ------
    RowsError
        Where the body is neither such JSON nor CSV.
    """
    asked = dict(parse_qsl(query))
    mime = kind.split(";")[0].strip().lower()
    if mime == "text/csv":
        return {"dataframe_split": _csv(body, _charset(kind)), "params": asked}
    if mime != "application/json":
        raise _body_refusal(f"content type '{mime}'; allowed: application/json, text/csv.")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _body_refusal("is not UTF-8 text; send JSON as UTF-8.") from None
    try:
        sent = parse_json(text)
    except json.JSONDecodeError:
        raise _body_refusal("is not JSON; see the example that the server shows when it starts.") from None
    except ValueError as problem:
        raise _body_refusal(f"is not JSON that can be read: {problem}; correct it.") from None
    return _json(sent, asked)


def rows_of_body(body: Mapping[str, Any]) -> Given:
    """The rows of a request that `read_body` has read."""
    split, records = body.get("dataframe_split"), body.get("dataframe_records", [])
    rows: list[Any]
    if split is not None:
        titles, rows = split["columns"], split["data"]
    else:
        titles = list(dict.fromkeys(title for row in records for title in row))
        rows = [[row.get(title) for title in titles] for row in records]
    count, wide = len(rows), len(titles)
    cells = np.fromiter((cell for row in rows for cell in row), dtype=object, count=count * wide).reshape(count, wide)
    return Given(titles, lambda place: cells[:, place], pd.RangeIndex(1, count + 1))


def _json(sent: Any, asked: dict[str, str]) -> dict[str, Any]:
    keys = list(sent) if isinstance(sent, dict) else []
    if len([key for key in keys if key in FORMS]) != 1:
        raise _body_refusal(f"needs exactly one of {' and '.join(FORMS)}, and may have params.")
    for key in keys:
        if key not in (*FORMS, "params"):
            raise _body_refusal(
                f"unknown key '{key[:80]}'; allowed: {', '.join(FORMS)}, params{nearest(key, [*FORMS, 'params'])}."
            )
    params = sent.get("params") or {}
    if not isinstance(params, dict):
        raise _body_refusal('params must be an object, such as {"why": "vi"}.')
    _refuse_lists(params)
    if "dataframe_records" in sent:
        rows = sent["dataframe_records"]
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise _body_refusal("dataframe_records must be a list of objects, one a candidate.")
        refuse_wide(len({title for row in rows for title in row}), REQUEST)
    elif not _is_split(sent["dataframe_split"]):
        raise _body_refusal(
            "dataframe_split must be an object: columns, a list of titles, and data, a list of rows as long as that."
        )
    else:
        refuse_wide(len(sent["dataframe_split"]["columns"]), REQUEST)
    return {**sent, "params": asked | params}


def _is_split(sent: Any) -> bool:
    columns, rows = (sent.get(key) for key in ("columns", "data")) if isinstance(sent, dict) else (None, None)
    titled = isinstance(columns, list) and all(isinstance(title, str) for title in columns)
    return titled and isinstance(rows, list) and all(isinstance(row, list) and len(row) == len(columns or []) for row in rows)


def _csv(body: bytes, charset: str | None) -> dict[str, Any]:
    try:
        with as_utf8(io.BytesIO(body), REQUEST, charset) as text:
            rows = [row for part in record_batches(text, REQUEST) for row in zip(*part.to_pydict().values(), strict=True)]
    except NotUtf8 as problem:
        name, shown = problem.likely, problem.shown
        guess = f" As {name} it reads: {shown}. If that is right, send it as 'text/csv; charset={name}'." if name else ""
        raise _body_refusal(f"is not UTF-8 text; send it as UTF-8.{guess}") from None
    except RowsError as problem:  # the first candidate is row 1 here, below the titles
        raise RowsError([replace(one, row=one.row - 1 if one.row else None) for one in problem.faults]) from None
    except ArrowInvalid as problem:
        raise _body_refusal(f"cannot be read as CSV ({' '.join(str(problem).split())[:200]}); correct it.") from None
    while len(rows) > 1 and not any(rows[-1]):  # lines behind the last row
        rows.pop()
    titles = rows[0] if rows else ()
    if not any(titles):
        raise _body_refusal("is empty; send a row of titles, and a row for each candidate below it.")
    if None in titles:
        raise _body_refusal(f"row of titles: column {titles.index(None) + 1} has no title; name every column.")
    return {"columns": [title.strip() for title in titles], "data": [list(row) for row in rows[1:]]}


def _charset(kind: str) -> str | None:
    """The encoding that a content type names, if it does."""
    header = Message()
    header["content-type"] = kind
    charset = header.get_content_charset()
    try:
        "".encode(charset or "utf-8")  # zlib and the like are known too, but no text
    except (LookupError, ValueError):
        raise _body_refusal(f"charset '{str(charset)[:40]}' is not known; send the text as UTF-8.") from None
    return charset


def _body_refusal(problem: str) -> RowsError:
    return RowsError([Fault(REQUEST, problem)])

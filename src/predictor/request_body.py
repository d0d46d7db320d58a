"""The body of a request, JSON or CSV, as MLflow's scoring server reads it without losing anything."""

from __future__ import annotations

import io
import json
from typing import Any
from urllib.parse import parse_qsl

import pandas as pd

from predictor.catalogue import nearest
from predictor.request import REQUEST
from predictor.tables import Fault, RowsError

FORMS = ("dataframe_records", "dataframe_split")


def read_body(body: bytes, kind: str, query: str = "") -> dict[str, Any]:
    """A request as MLflow reads it: `dataframe_split` or `dataframe_records`, and `params`.

    CSV is read as files are, every cell as text, and takes its parameters from the address (`?why=vi`).

    Raises
    ------
    RowsError
        Where the body is neither such JSON nor CSV.
    """
    mime = kind.split(";")[0].strip().lower()
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refusal("is not UTF-8 text; send it as UTF-8.") from None
    asked = dict(parse_qsl(query))
    if mime == "text/csv":
        return {"dataframe_split": _csv(text), "params": asked}
    if mime != "application/json":
        raise _refusal(f"content type '{mime}'; allowed: application/json, text/csv.")
    try:
        sent = json.loads(text, parse_int=_whole)
    except (ValueError, RecursionError):
        raise _refusal("is not JSON; see the example that the server shows when it starts.") from None
    return _json(sent, asked)


def _json(sent: Any, asked: dict[str, str]) -> dict[str, Any]:
    keys = list(sent) if isinstance(sent, dict) else []
    if len([key for key in keys if key in FORMS]) != 1:
        raise _refusal(f"needs exactly one of {' and '.join(FORMS)}, and may have params.")
    for key in keys:
        if key not in (*FORMS, "params"):
            raise _refusal(f"unknown key '{key[:80]}'; allowed: {', '.join(FORMS)}, params{nearest(key, [*FORMS, 'params'])}.")
    params = sent.get("params") or {}
    if not isinstance(params, dict):
        raise _refusal('params must be an object, such as {"why": "vi"}.')
    if "dataframe_records" in sent:
        rows = sent["dataframe_records"]
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise _refusal("dataframe_records must be a list of objects, one a candidate.")
    elif not _is_split(sent["dataframe_split"]):
        raise _refusal("dataframe_split must be an object: columns, a list of titles, and data, a list of rows as long as that.")
    return {**sent, "params": asked | params}


def _is_split(sent: Any) -> bool:
    columns, rows = (sent.get(key) for key in ("columns", "data")) if isinstance(sent, dict) else (None, None)
    titled = isinstance(columns, list) and all(isinstance(title, str) for title in columns)
    return titled and isinstance(rows, list) and all(isinstance(row, list) and len(row) == len(columns or []) for row in rows)


def _whole(digits: str) -> int | float:
    """A whole number; one too long for any count is told as the float that it is nearest to."""
    return int(digits) if len(digits) < 19 else float(digits)


def _csv(text: str) -> dict[str, Any]:
    titles = text.partition("\n")[0]
    mark = max(",;\t", key=titles.count)
    try:
        grid = pd.read_csv(
            io.StringIO(text), sep=mark, header=None, dtype=str, keep_default_na=False, na_values=[""], low_memory=False
        ).astype(object)
    except ValueError as problem:  # ParserError and EmptyDataError
        raise _refusal(f"cannot be read as CSV ({' '.join(str(problem).split())[:200]}); correct it.") from None
    rows = grid.where(grid.notna(), None).to_numpy().tolist()
    if None in rows[0]:
        raise _refusal(f"row of titles: column {rows[0].index(None) + 1} has no title; name every column.")
    return {"columns": [title.strip() for title in rows[0]], "data": rows[1:]}


def _refusal(problem: str) -> RowsError:
    return RowsError([Fault(REQUEST, problem)])

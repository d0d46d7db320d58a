"""Tables as JSON and back, exactly: every float to its last bit, missing values, days and column types as they were."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

NEVER = int(np.iinfo("int64").min)  # how pandas writes a missing time


def frame_to_json(frame: pd.DataFrame) -> dict[str, Any]:
    """A table as plain values: its columns in their order with type and cells, and its index.

    Raises
    ------
    TypeError
        Where two columns share a name, or a cell is of a kind that JSON cannot hold.
    """
    if frame.columns.has_duplicates or frame.index.nlevels > 1:
        raise TypeError("a table to keep needs one name a column and one level of rows.")
    columns = [{"name": name, **_column(frame[name])} for name in frame]
    return {"columns": columns, "index": _column(frame.index.to_series())}


def frame_from_json(data: Mapping[str, Any]) -> pd.DataFrame:
    """The inverse of `frame_to_json`."""
    index = pd.Index(_series(data["index"]))
    if index.dtype == "int64" and (index == np.arange(len(index))).all():
        index = pd.RangeIndex(len(index))
    columns = {one["name"]: _series(one).set_axis(index) for one in data["columns"]}
    return pd.DataFrame(columns, index=index)


def plain(value: Any) -> Any:
    """Any value of a brief or a cell as JSON holds it; `meant` reads it back."""
    if isinstance(value, Mapping):
        return {"is": "map", "of": [[str(name), plain(one)] for name, one in value.items()]}
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(one) for one in value]
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    value = value.item() if isinstance(value, np.generic) and not isinstance(value, np.datetime64) else value
    if isinstance(value, float) and not math.isfinite(value):
        return {"is": "float", "of": str(value)}
    if isinstance(value, str | bool | int | float):
        return value
    return _marked(value)


def meant(data: Any) -> Any:
    """The inverse of `plain`."""
    if isinstance(data, list):
        return [meant(one) for one in data]
    if not isinstance(data, Mapping):
        return data
    if data["is"] == "map":
        return {name: meant(one) for name, one in data["of"]}
    kinds = {"float": float, "time": pd.Timestamp, "day": lambda day: pd.Timestamp(day).date()}
    return kinds[data["is"]](data["of"])


def _marked(value: Any) -> dict[str, str]:
    """A day or a time."""
    if isinstance(value, np.datetime64 | pd.Timestamp) or hasattr(value, "tzinfo"):
        return {"is": "time", "of": pd.Timestamp(value).isoformat()}
    if hasattr(value, "isoformat"):
        return {"is": "day", "of": value.isoformat()}
    raise TypeError(f"got a {type(value).__name__}; a saved value is text, a number, a day, a list or a mapping.")


def _column(values: pd.Series) -> dict[str, Any]:
    """A column's type and cells; a cell that is missing is null."""
    column: dict[str, Any] = {"type": str(values.dtype)}
    if isinstance(values.dtype, pd.CategoricalDtype):
        named = _column(values.cat.categories.to_series())
        return {**column, "named": named, "ordered": values.cat.ordered, "cells": values.cat.codes.tolist()}
    if column["type"] == "object":
        return {**column, "cells": [plain(one) for one in values]}
    cells = values.astype("int64") if column["type"].startswith("datetime64") else values
    gone = values.isna()
    return {**column, "cells": [None if none else _cell(one) for one, none in zip(cells.tolist(), gone, strict=True)]}


def _cell(value: Any) -> Any:
    return str(value) if isinstance(value, float) and math.isinf(value) else value


def _series(column: Mapping[str, Any]) -> pd.Series:
    kind, cells = column["type"], column["cells"]
    if kind == "category":
        return pd.Series(pd.Categorical.from_codes(cells, pd.Index(_series(column["named"])), ordered=column["ordered"]))
    if kind == "object":
        return pd.Series([meant(one) for one in cells], dtype=object)
    if kind.startswith("datetime64"):
        return pd.Series([NEVER if one is None else one for one in cells], dtype="int64").astype(kind)
    if kind.startswith("float"):
        return pd.Series([math.nan if one is None else float(one) for one in cells], dtype=kind)
    return pd.Series(cells, dtype=kind)

"""YAML into strict models: closed keys, and every fault in a sentence with what came, what is allowed and the nearest word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from predictor.errors import DefinitionError
from predictor.wording.matching import nearest


def read_yaml(path: Path, where: str | None = None) -> Any:
    """What a YAML file holds, as plain data; `where` is how the file is named to people.

    Raises
    ------
    DefinitionError
        Where there is no such file, or it is no YAML.
    """
    named = where or path.name
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError:
        raise DefinitionError([f"{named}: there is no such file in {path.parent}; check the name."]) from None
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        raise DefinitionError([f"{named}: not readable as YAML: {' '.join(str(problem).split())}; correct it."]) from None


def parse(model: type[Any], body: Any, where: str, faults: list[str]) -> Any:
    """One definition as an object, or None with what is wrong added to `faults`."""
    try:
        return model.model_validate(body)
    except ValidationError as problem:
        faults.extend(_sentence(where, error, model) for error in problem.errors())
        return None


def _sentence(where: str, error: Any, model: type[BaseModel]) -> str:
    path = [str(part) for part in error["loc"]]
    at = f"{where}: {' → '.join(path)}" if path else where
    value = error["input"]
    if error["type"] == "extra_forbidden":
        allowed = _allowed_keys(model, path[:-1])
        at = ": ".join([where, *([" → ".join(path[:-1])] if path[:-1] else [])])
        return f"{at}: unknown key '{path[-1]}'; allowed: {', '.join(allowed)}{nearest(path[-1], allowed)}."
    if error["type"] == "missing":
        return f"{at}: is missing."
    if error["type"] == "literal_error":
        allowed = error["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        return f"{at}: got {value!r}; allowed: {', '.join(allowed)}{nearest(str(value), allowed)}."
    hint = " (put text such as no, on or 2026-01-01 in quotes)" if error["type"] == "string_type" else ""
    return f"{at}: got {value!r}; {error['msg'].lower().removeprefix('input ')}{hint}."


def _allowed_keys(model: type[BaseModel], path: list[str]) -> list[str]:
    inner: Any = model
    for part in path:
        field = inner.model_fields.get(part) if hasattr(inner, "model_fields") else None
        kinds = [field.annotation, *getattr(field.annotation, "__args__", ())] if field else [inner]
        inner = next((k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel)), inner)
    return [key for key in inner.model_fields if key not in ("group", "name")]

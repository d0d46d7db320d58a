"""YAML into strict models: closed keys, and every fault in a sentence with what came, what is allowed and the nearest word."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from predictor.definitions.limits import YAML_DEPTH, YAML_SIZE
from predictor.errors import DefinitionError, Fault
from predictor.wording.matching import nearest
from predictor.wording.sentences import PARSER, Said


def read_yaml(path: Path, where: str | None = None, as_text: bool = False) -> Any:
    """What a YAML file holds, as plain data; `where` is how the file is named to people.

    With `as_text` every value stays the text that it is, for a reader of what people type: 500.000 is no half thousand to all.

    Raises
    ------
    DefinitionError
        Where there is no such file, or it is no YAML.
    """
    named = where or path.name
    if not is_file(path):
        raise DefinitionError([Fault.of(named, Said("no_file", {"folder": str(path.parent)}))])
    try:
        if path.stat().st_size > YAML_SIZE:
            raise DefinitionError([f"{named}: is larger than {YAML_SIZE // 2**10} KB, which no such file is; check the name."])
        return parse_yaml(path.read_text(encoding="utf-8-sig"), as_text)
    except OSError as problem:
        raise DefinitionError([Fault.of(named, Said("file_closed", {"reason": problem.strerror or str(problem)}))]) from None
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        raise DefinitionError([Fault.of(named, Said("no_yaml", {"reason": " ".join(str(problem).split())}))]) from None


def is_file(path: Path) -> bool:
    """Whether a file can be read there; no name that cannot be one, and nothing that only looks like one, is waited for."""
    try:
        return path.is_file()
    except (OSError, ValueError):  # a link to itself, a name that is too long or holds NUL
        return False


def parse_yaml(text: str, as_text: bool = False) -> Any:
    """What a YAML text says, as plain data: each key once, no aliases, a day that there is not as text; see `read_yaml`.

    Raises
    ------
    yaml.YAMLError
        Where it is no such YAML.
    """
    text = _quoted(text) if as_text else text
    depth = 0
    for event in yaml.parse(text, Loader=PARSER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            raise _refused(f"refers to '*{event.anchor}'; write out what stands there", event.start_mark)
        if depth > YAML_DEPTH:
            raise _refused(f"lists and mappings lie more than {YAML_DEPTH} deep within each other", event.start_mark)
    return yaml.load(text, Loader=_TextLoader if as_text else _Loader)  # noqa: S506 - SafeLoaders


WHOLE = re.compile(r"^(\s*(?:- +|[^\s:#'\"][^:#\n]*: +))((?:@|>=|> (?=\d))[^\n'\"#]*?)\s*$", re.MULTILINE)
LISTED = re.compile(r"[\[{][^\n'\"]*[\]}]")
IN_LIST = re.compile(r"(?<=[\[{,:])(\s*)(@[\w.\-]+|>=?\s*\d+)(?=\s*[,\]}])")


def _quoted(text: str) -> str:
    """The text with quotes around what people begin with a sign that means something else in YAML: @linh, >= 3.

    >>> _quoted("must_have: [@linh, An]"), _quoted("number: >= 3")
    ("must_have: ['@linh', An]", "number: '>= 3'")
    """
    text = WHOLE.sub(r"\1'\2'", text)
    return LISTED.sub(lambda found: IN_LIST.sub(r"\1'\2'", found[0]), text)


def _refused(problem: str, mark: Any) -> yaml.YAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


class _Loader(PARSER):  # type: ignore[misc, valid-type]
    """Plain data, where a key stands once and a value that its type cannot hold stays text."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise _refused(f"the key '{key.value}' is there twice; keep one", key.start_mark)
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


class _TextLoader(_Loader):
    """The same, where every value but nothing (`null`) is text."""


_NULL = "tag:yaml.org,2002:null"
_TextLoader.yaml_implicit_resolvers = {
    first: [(tag, shape) for tag, shape in resolvers if tag == _NULL]
    for first, resolvers in _Loader.yaml_implicit_resolvers.items()
}


def _as_typed(construct: Any) -> Any:
    def read(loader: yaml.SafeLoader, node: Any) -> Any:
        try:
            return construct(loader, node)
        except ValueError:  # 2026-02-30, or a number of thousands of digits: whoever wanted it says what it is not
            return node.value

    return read


for _tag in ("timestamp", "int"):
    _name = f"tag:yaml.org,2002:{_tag}"
    _Loader.add_constructor(_name, _as_typed(yaml.SafeLoader.yaml_constructors[_name]))


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

"""JSON with one meaning: no key twice, no NaN, no number beyond all counts, no endless depth, no half of a character."""

from __future__ import annotations

import json
import re
from typing import Any

LONG = 19  # figures, of which no count has so many
SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")  # written in JSON: one of the two halves of an emoji and the like


def parse_json(text: str, nan: bool = False, ids: bool = False) -> Any:
    """What a JSON text says; with `nan` the words NaN and Infinity, which some programs write, are numbers, and with `ids` whole
    numbers too long for any count are text.

    Raises
    ------
    json.JSONDecodeError
        Where it is no JSON.
    ValueError
        Where an object has a key twice, it holds NaN or half a character, or lists and objects lie too deep within each other.

    >>> parse_json('{"a": 1, "a": 2}')
    Traceback (most recent call last):
    ValueError: an object has the key 'a' twice
    """
    try:
        whole, constant = _whole_or_id if ids else _whole, None if nan else _refuse_constant
        content = json.loads(text, object_pairs_hook=_object, parse_int=whole, parse_constant=constant)
        if SURROGATE.search(text):
            json.dumps(content, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("lists and objects lie too deep within each other") from None
    except UnicodeEncodeError as problem:
        half = problem.object[problem.start].encode("ascii", "backslashreplace").decode()
        raise ValueError(
            f"a text holds half a character ({half}), as where an emoji was cut; write it whole or leave it out"
        ) from None
    return content


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"an object has the key '{twice[:80]}' twice")
    return made


def _whole(digits: str) -> int | float:
    """A whole number; one too long for any count is given as the float that it is nearest to."""
    return int(digits) if len(digits) < LONG else float(digits)


def _whole_or_id(digits: str) -> int | str:
    """A whole number, or as it is written where it is too long for any count: the id of a video (7301111111111111111)."""
    return int(digits) if len(digits) < LONG else digits


def _refuse_constant(word: str) -> Any:
    raise ValueError(f"{word} is no number; write null for what is not known")

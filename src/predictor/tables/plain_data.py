"""Plain values, as JSON holds them, as typed objects."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


def typed(kind: type[T], data: object) -> T:
    """Plain values as an object of this kind (a dataclass, or a list or dictionary of them), every field of the type that it
    says.

    Raises
    ------
    pydantic.ValidationError
        Where a field is missing or its value is of another type.
    """
    of: Any = kind
    found: T = _adapter(of).validate_python(data)
    return found


@lru_cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)

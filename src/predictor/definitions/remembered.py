"""What follows from a definition, worked out once: definitions never change, and requests ask the same of them each time."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar

Definition = TypeVar("Definition")
Found = TypeVar("Found")
KEPT = 512  # definitions whose answer is kept


class _Same:
    """A definition, equal to itself alone; it is held, so that no other takes its identity."""

    def __init__(self, value: Any):
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.value is other.value


def remembered(find: Callable[[Definition], Found]) -> Callable[[Definition], Found]:
    """A function of one definition that works once for each; what it gives is shared, and never changed by whoever asked."""

    @lru_cache(maxsize=KEPT)
    def kept(one: _Same) -> Found:
        return find(one.value)

    @wraps(find)
    def found(definition: Definition) -> Found:
        return kept(_Same(definition))

    return found

"""A booster as LightGBM's own text: few rows walk through its trees here, many in LightGBM, which takes seconds to load."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import lightgbm as lgb

FEW = 1_000  # rows up to which walking here is done before LightGBM would be loaded
CATEGORY, LEFT, MISSING = 1, 2, 12  # bits of LightGBM's `decision_type`; the last two:
ZERO_IS_MISSING, NAN_IS_MISSING = 4, 8
TINY = float(np.float32(1e-35))  # what LightGBM takes for zero


@dataclass(frozen=True)
class Booster:
    """Trees that add up to one number a row, their leaves constants: all that this package trains.

    Attributes
    ----------
    text
        As LightGBM's `Booster.model_to_string` gives it.
    """

    text: str

    @cached_property
    def lightgbm(self) -> lgb.Booster:
        """LightGBM's own object."""
        import lightgbm as lgb

        return lgb.Booster(model_str=self.text)

    def raw_scores(self, matrix: np.ndarray, trees: int = -1) -> np.ndarray:
        """The sum of the first `trees` (-1: all) of each row of a matrix (rows × columns), to the bit that of LightGBM."""
        if len(matrix) <= FEW:
            return self._nodes.add(matrix, trees)
        return np.asarray(self.lightgbm.predict(matrix, raw_score=True, num_iteration=trees, num_threads=1), dtype=float)

    @cached_property
    def _nodes(self) -> _Nodes:
        return _nodes(self.text)


def tree_blocks(text: str, trees: int = -1) -> list[dict[str, str]]:
    """The fields of each of the first `trees` (-1: all) of a text, by name."""
    blocks = text.partition("\nend of trees")[0].split("\nTree=")[1:]
    kept = blocks[:trees] if trees > 0 else blocks
    return [dict(line.split("=", 1) for line in block.splitlines()[1:] if "=" in line) for block in kept]


def category_sets(tree: dict[str, str]) -> list[np.ndarray]:
    """The categories of each set that a tree's nodes send to the left."""
    ends = [int(word) for word in tree.get("cat_boundaries", "").split()]
    words = np.array(tree.get("cat_threshold", "").split(), dtype=np.uint32)
    bits = [np.unpackbits(words[low:high].view(np.uint8), bitorder="little") for low, high in zip(ends, ends[1:], strict=False)]
    return [np.flatnonzero(one) for one in bits]


@dataclass(frozen=True)
class _Nodes:
    """The nodes of all trees, one after another: where a child is a leaf, it is the leaf's place among all `values`, inverted.

    `sets` holds for each set of categories (a row) whether it has the category (a column), and `category` which of them a node
    sends to the left, -1 where it splits a number. `missing_left` and `zero_left` say where a missing number and a zero go.
    """

    roots: np.ndarray
    column: np.ndarray
    threshold: np.ndarray
    missing_left: np.ndarray
    zero_left: np.ndarray
    category: np.ndarray
    left: np.ndarray
    right: np.ndarray
    values: np.ndarray
    sets: np.ndarray

    def add(self, matrix: np.ndarray, trees: int) -> np.ndarray:
        """The leaves' values of each row, added in the order of the trees, as LightGBM adds them."""
        roots = self.roots[:trees] if trees > 0 else self.roots
        seen, (rows, columns) = np.where(np.abs(matrix) <= TINY, 0.0, matrix).ravel(), matrix.shape
        node, first = np.tile(roots, rows), np.repeat(np.arange(rows) * columns, len(roots))
        way = np.flatnonzero(node >= 0)  # where a leaf is still to be reached
        while len(way):
            here = node[way]
            value = seen[first[way] + self.column[here]]
            after = np.where(self._goes_left(here, value), self.left[here], self.right[here])
            node[way] = after
            way = way[after >= 0]
        leaves = self.values[~node].reshape(rows, len(roots))
        return np.asarray(np.add.accumulate(np.hstack([np.zeros((rows, 1)), leaves]), axis=1)[:, -1])

    def _goes_left(self, node: np.ndarray, value: np.ndarray) -> np.ndarray:
        left = np.where(np.isnan(value), self.missing_left[node], value <= self.threshold[node])
        left = np.where(value == 0.0, self.zero_left[node], left)
        category = self.category[node]
        split = np.flatnonzero(category >= 0)
        named = np.trunc(value[split])
        known = (named >= 0) & (named < self.sets.shape[1])
        left[split] = known & self.sets[category[split], np.where(known, named, 0).astype(int)]
        return left


def _nodes(text: str) -> _Nodes:
    trees = tree_blocks(text)

    def joined(name: str, dtype: type = np.int64) -> np.ndarray:
        return np.array(" ".join(tree.get(name, "") for tree in trees).split(), dtype=dtype)

    leaves, sets = joined("num_leaves"), [one for tree in trees for one in category_sets(tree)]
    first_node, first_leaf, first_set = (
        np.repeat(np.cumsum(sizes) - sizes, leaves - 1) for sizes in (leaves - 1, leaves, joined("num_cat"))
    )
    left, right = (
        np.where(child >= 0, child + first_node, child - first_leaf) for child in map(joined, ("left_child", "right_child"))
    )
    decision, threshold = joined("decision_type"), joined("threshold", np.float64)
    default_left, kind, split = decision & LEFT > 0, decision & MISSING, decision & CATEGORY > 0
    zero_left = np.where(kind == ZERO_IS_MISSING, default_left, threshold >= 0.0)  # elsewhere a missing number counts as zero
    members = np.zeros((len(sets), max((one[-1] + 1 for one in sets), default=0)), dtype=bool)
    for place, one in enumerate(sets):
        members[place, one] = True
    return _Nodes(
        roots=np.where(leaves > 1, np.cumsum(leaves - 1) - (leaves - 1), ~(np.cumsum(leaves) - leaves)),
        column=joined("split_feature"), threshold=threshold, left=left, right=right,
        missing_left=np.where(kind == NAN_IS_MISSING, default_left, zero_left), zero_left=zero_left,
        category=np.where(split, np.where(split, threshold, 0.0).astype(int) + first_set, -1),
        values=joined("leaf_value", np.float64), sets=members,
    )  # fmt: skip

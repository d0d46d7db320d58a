"""LightGBM's trees for many rows at once: the same bits, several times faster, where Numba is there (extra `fast`).

LightGBM walks one row through one tree at a time and waits at every node. Here every value becomes a small number first: its
rank among the thresholds of the trees. A block of rows then meets each node of a tree in one vectorised comparison,
masks flow from the root to the leaves, and leaf values are added in the order of the trees, as LightGBM adds them. (Lucchese et
al. 2015, "QuickScorer", were the first to answer many comparisons at once instead of walking.)
"""

from __future__ import annotations

import importlib.util
import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from predictor.forecasting.booster import (
    CATEGORY,
    LEFT,
    MISSING,
    NAN_IS_MISSING,
    ZERO_IS_MISSING,
    Booster,
    category_sets,
    tree_blocks,
)

MIN_ROWS = 10_000  # rows from which loading the compiled code pays
LOADED = threading.Event()  # once it has answered; from then on it is the fastest for one row too
LEAVES = 256  # leaves of a tree that a byte can number
CODES = 65_534  # thresholds of a column that two bytes can number, besides a missing value


@dataclass(frozen=True)
class Forest:
    """Trees of some boosters over the same columns, with one encoding for all of them.

    Attributes
    ----------
    columns
        A row each: position in the matrix, whether it is a category, and from where to where its `cuts` are.
    cuts
        Thresholds of a number, or the categories of a category that any tree splits on, ascending, filled up with infinity to a
        power of two. A value's code is its place among them plus 1, and 0 for a missing value or a category that none splits on.
    nodes
        A row each: column, whether a missing value goes left, where the masks of its children are (nodes first, leaves after),
        and from where to where the codes that go left are in `among` (nowhere for a number).
    upto
        Of every node the last code that goes left.
    among
        Codes of categories that go left.
    values
        Of every leaf.
    trees
        A row each: first node, number of nodes, first leaf, booster.
    boosters
        How many there are.
    """

    columns: np.ndarray
    cuts: np.ndarray
    nodes: np.ndarray
    upto: np.ndarray
    among: np.ndarray
    values: np.ndarray
    trees: np.ndarray
    boosters: int


@dataclass(frozen=True)
class _Tree:
    """One tree as LightGBM writes it."""

    column: np.ndarray
    threshold: np.ndarray
    decision: np.ndarray
    left: np.ndarray
    right: np.ndarray
    values: np.ndarray
    sets: list[np.ndarray]
    linear: bool

    def category(self, node: int) -> bool:
        """Whether a node splits a category."""
        return bool(self.decision[node] & CATEGORY)

    def split_values(self, node: int) -> np.ndarray:
        """The categories that go left, or the threshold."""
        return self.sets[int(self.threshold[node])] if self.category(node) else self.threshold[node : node + 1]


def compile_forest(boosters: Sequence[tuple[Booster, int]]) -> Forest | None:
    """Compile boosters of the same columns, each with the number of its first trees that count (-1: all).

    None where Numba is not installed, and, with a line in the log, where it does not run or the trees have what is not covered:
    linear leaves, several outputs, averages instead of sums, zeros taken for missing, more than 256 leaves.
    """
    if importlib.util.find_spec("numba") is None:
        return None
    trees_of = [[_tree(block) for block in tree_blocks(booster.text, count)] for booster, count in boosters]
    trees = [tree for of_one in trees_of for tree in of_one]
    cuts = _cuts(trees)
    if why := _not_covered([booster.text for booster, _ in boosters], trees, cuts) or _not_running():
        logging.getLogger(__name__).warning("LightGBM walks these trees itself, more slowly: %s", why)
        return None
    return _compiled(trees, cuts, [number for number, of_one in enumerate(trees_of) for _ in of_one], len(trees_of))


def raw_scores(compiled: Forest, matrix: np.ndarray) -> np.ndarray:
    """The same as LightGBM's `predict(raw_score=True)` on rows × all columns, bit for bit: boosters × rows."""
    from predictor.forecasting.compiled_kernel import add

    scores = np.zeros((compiled.boosters, len(matrix)))
    arrays = (compiled.columns, compiled.cuts, compiled.nodes, compiled.upto, compiled.among, compiled.values, compiled.trees)
    add(np.asfortranarray(matrix, dtype=np.float64), *arrays, scores)
    if not LOADED.is_set():
        LOADED.set()
    return scores


def pays(rows: int) -> bool:
    """Whether so many rows are answered sooner by the compiled code than by walking through the trees."""
    return LOADED.is_set() or rows >= MIN_ROWS


def _tree(fields: dict[str, str]) -> _Tree:
    def read(name: str, dtype: type = np.int64) -> np.ndarray:
        return np.array(fields.get(name, "").split(), dtype=dtype)

    return _Tree(
        column=read("split_feature"), threshold=read("threshold", np.float64), decision=read("decision_type"),
        left=read("left_child"), right=read("right_child"), values=read("leaf_value", np.float64),
        sets=[one.astype(np.float64) for one in category_sets(fields)], linear=fields.get("is_linear") == "1",
    )  # fmt: skip


def _cuts(trees: list[_Tree]) -> dict[tuple[int, bool], np.ndarray]:
    """Thresholds and categories of each column, ascending; a column may be a category in one booster and a number in another."""
    found: dict[tuple[int, bool], list[np.ndarray]] = {}
    for tree in trees:
        for node, column in enumerate(tree.column):
            found.setdefault((int(column), tree.category(node)), []).append(tree.split_values(node))
    return {column: np.unique(np.concatenate(values)) for column, values in sorted(found.items())}


def _not_covered(texts: list[str], trees: list[_Tree], cuts: dict[tuple[int, bool], np.ndarray]) -> str:
    headers = [text.split("\nTree=")[0].splitlines() for text in texts]
    reasons = {
        "a booster has several outputs": any("num_tree_per_iteration=1" not in header for header in headers),
        "a booster averages its trees": any("average_output" in header for header in headers),
        "a tree is linear": any(tree.linear for tree in trees),
        "a zero counts as missing": any(((tree.decision & MISSING) == ZERO_IS_MISSING).any() for tree in trees),
        f"a tree has more than {LEAVES} leaves": any(len(tree.values) > LEAVES for tree in trees),
        f"a column has more than {CODES:,} thresholds": any(len(found) > CODES for found in cuts.values()),
    }
    return ", ".join(reason for reason, holds in reasons.items() if holds)


def _not_running() -> str:
    try:
        import predictor.forecasting.compiled_kernel  # noqa: F401
    except (ImportError, RuntimeError) as problem:  # such as a compiler that finds no folder for what it compiled
        return " ".join(str(problem).split())
    return ""


def _compiled(trees: list[_Tree], cuts: dict[tuple[int, bool], np.ndarray], booster: list[int], boosters: int) -> Forest:
    filled = [np.concatenate([found, np.full(_power(len(found)) - len(found), np.inf)]) for found in cuts.values()]
    ends = np.cumsum([0, *map(len, filled)])
    nodes, upto, among = _nodes(trees, cuts)
    sizes = np.array([(len(tree.column), len(tree.values)) for tree in trees], dtype=np.int64).reshape(-1, 2)
    first = np.cumsum(sizes, axis=0) - sizes
    code = np.uint8 if all(len(found) < 255 for found in cuts.values()) else np.uint16
    columns = [(*column, low, high) for column, low, high in zip(cuts, ends, ends[1:], strict=False)]
    return Forest(
        columns=np.array(columns, dtype=np.int64).reshape(-1, 4),
        cuts=np.concatenate([*filled, np.empty(0)]),
        nodes=np.array(nodes, dtype=np.int64).reshape(-1, 6),
        upto=np.array(upto, dtype=code),
        among=np.array(among, dtype=code),
        values=np.concatenate([*(tree.values for tree in trees), np.empty(0)]),
        trees=np.column_stack([first[:, 0], sizes[:, 0], first[:, 1], np.array(booster, dtype=np.int64)]),
        boosters=boosters,
    )


def _nodes(trees: list[_Tree], cuts: dict[tuple[int, bool], np.ndarray]) -> tuple[list[tuple[int, ...]], list[int], list[int]]:
    """`nodes`, `upto` and `among` of a forest."""
    place = {column: number for number, column in enumerate(cuts)}
    nodes: list[tuple[int, ...]] = []
    upto: list[int] = []
    among: list[int] = []
    for tree in trees:
        inner = len(tree.column)
        for node in range(inner):
            column, before = (int(tree.column[node]), tree.category(node)), len(among)
            codes = np.searchsorted(cuts[column], tree.split_values(node)) + 1
            among += codes.tolist() if tree.category(node) else []
            left, right = (child if child >= 0 else inner + ~child for child in (tree.left[node], tree.right[node]))
            nodes.append((place[column], _missing_left(tree, node), left, right, before, len(among)))
            upto.append(int(codes[-1]))
    return nodes, upto, among


def _power(length: int) -> int:
    """The power of two above a length, so that a search by halves never leaves a column's cuts."""
    return 1 << length.bit_length()


def _missing_left(tree: _Tree, node: int) -> bool:
    if tree.decision[node] & MISSING == NAN_IS_MISSING:
        return bool(tree.decision[node] & LEFT)
    return not tree.category(node) and bool(tree.threshold[node] >= 0)  # elsewhere LightGBM takes a missing number for zero

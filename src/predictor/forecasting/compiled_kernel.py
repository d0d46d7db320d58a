"""The compiled part of `compiled_trees`: codes of a block of rows, then tree after tree. Importing it loads Numba."""

from __future__ import annotations

import numpy as np
from numba import njit

BLOCK = 2048  # rows that meet a node together: many to a comparison, few enough for the masks of a tree to stay in a core's cache
FEW = 16  # rows up to which each walks from node to node sooner than all meet every node
TINY = float(np.float32(1e-35))  # what LightGBM takes for zero
ALL = np.uint8(255)
NONE = np.uint8(0)


@njit(nogil=True, cache=True)
def add(matrix, columns, cuts, nodes, upto, among, values, trees, scores):  # type: ignore[no-untyped-def]
    """Add every tree's values to the row of its booster in `scores`; the arguments are those of `compiled_trees.Forest`."""
    width = min(BLOCK, len(matrix))
    codes = np.empty((max(len(columns), 1), width), dtype=upto.dtype)
    most = 1
    for tree in trees:
        most = max(most, 2 * tree[1] + 1)
    masks, leaf, spot = np.empty((most, width), dtype=np.uint8), np.empty(width, dtype=np.uint8), np.empty(width, dtype=np.int64)
    for first in range(0, len(matrix), BLOCK):
        size = min(BLOCK, len(matrix) - first)
        for number in range(len(columns)):
            _encode(matrix[first : first + size, columns[number, 0]], columns[number], cuts, spot[:size], codes[number, :size])
        for tree in trees:
            if size <= FEW:
                _walk(tree, codes[:, :size], nodes, upto, among, values, scores[tree[3], first : first + size])
                continue
            _flow(tree, codes, nodes, upto, among, masks, size)
            _gather(tree, masks, values, leaf[:size], scores[tree[3], first : first + size])


@njit(nogil=True, cache=True)
def _encode(column, about, cuts, spot, code):  # type: ignore[no-untyped-def]
    """The codes of one column's values, all searched for by halves at once."""
    known = 0
    for i in range(len(column)):
        known += column[i] == column[i]
    if known == 0:
        code[:] = 0
        return
    category, low, step = about[1], about[2], (about[3] - about[2]) >> 1
    spot[:] = low
    while step > 0:
        for i in range(len(column)):
            value = np.trunc(column[i]) if category else column[i]
            spot[i] += step if cuts[spot[i] + step - 1] < (0.0 if abs(value) <= TINY else value) else 0
        step >>= 1
    for i in range(len(column)):
        if category:
            code[i] = spot[i] - low + 1 if cuts[spot[i]] == np.trunc(column[i]) else 0
        else:
            code[i] = spot[i] - low + 1 if column[i] == column[i] else 0


@njit(nogil=True, cache=True)
def _walk(tree, codes, nodes, upto, among, values, scores):  # type: ignore[no-untyped-def]
    """Add to every row the value of the leaf that it comes to from the root."""
    for i in range(len(scores)):
        node = 0
        while node < tree[1]:
            about = nodes[tree[0] + node]
            code = codes[about[0], i]
            left = code <= upto[tree[0] + node] and (code != 0 or about[1] != 0)
            if about[5] > about[4]:
                left = False
                for k in range(about[4], about[5]):
                    left |= among[k] == code
            node = about[2] if left else about[3]
        scores[i] += values[tree[2] + node - tree[1]]


@njit(nogil=True, cache=True)
def _flow(tree, codes, nodes, upto, among, masks, size):  # type: ignore[no-untyped-def]
    """Masks of all nodes and leaves of a tree: which rows of the block come there."""
    masks[0, :size] = ALL
    for node in range(tree[1]):
        about = nodes[tree[0] + node]
        code, here, left, right = codes[about[0], :size], masks[node, :size], masks[about[2], :size], masks[about[3], :size]
        if about[5] > about[4]:
            left[:] = NONE
            for k in range(about[4], about[5]):
                one = among[k]
                for i in range(size):
                    left[i] |= ALL if code[i] == one else NONE
        else:
            last = upto[tree[0] + node]
            if about[1]:
                for i in range(size):
                    left[i] = ALL if code[i] <= last else NONE
            else:
                for i in range(size):
                    left[i] = ALL if (code[i] <= last) & (code[i] != 0) else NONE
        for i in range(size):
            left[i] &= here[i]
            right[i] = here[i] ^ left[i]


@njit(nogil=True, cache=True)
def _gather(tree, masks, values, leaf, scores):  # type: ignore[no-untyped-def]
    """Add to every row the value of the leaf that it falls into."""
    leaf[:] = NONE
    for number in range(1, tree[1] + 1):
        mask, name = masks[tree[1] + number], np.uint8(number)
        for i in range(len(leaf)):
            leaf[i] |= mask[i] & name
    for i in range(len(leaf)):
        scores[i] += values[tree[2] + leaf[i]]

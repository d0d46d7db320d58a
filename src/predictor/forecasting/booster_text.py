"""LightGBM's text of a booster, checked before LightGBM reads it.

Its loader trusts what the text claims: a count, a position or a place in memory that is wrong ends the process or reads what lies
beside the text. Only what a training of this package writes passes.
"""

from __future__ import annotations

import re
from typing import get_args

import numpy as np

from predictor.definitions.schema import Recipe
from predictor.forecasting.booster import CATEGORY, LEFT, MISSING, Booster

OBJECTIVES = get_args(Recipe.model_fields["objective"].annotation)
FLAGS = CATEGORY | LEFT | MISSING  # all that a `decision_type` may hold

HEADER = {"version", "num_class", "num_tree_per_iteration", "label_index", "max_feature_idx", "objective", "feature_names",
          "feature_infos", "tree_sizes"}  # fmt: skip
OPTIONAL = {"monotone_constraints"}
LEAF_FIELDS = ("leaf_value", "leaf_weight", "leaf_count")
NODE_FIELDS = ("split_feature", "split_gain", "threshold", "decision_type", "left_child", "right_child", "internal_value",
               "internal_weight", "internal_count")  # fmt: skip
ALONE = ("num_leaves", "num_cat", "is_linear", "shrinkage")

WHOLE = r"-?\d{1,9}"
DECIMAL = r"-?(?:\d(?:\.\d{1,40})?e(?:-\d{1,3}|\+(?:\d\d|[12]\d\d|30[0-7]))|\d{1,20}(?:\.\d{1,40})?)"  # finite
WORD = r"\d{1,10}"  # 32 bits of a set
ENDLESS = f"(?:-?inf|{DECIMAL})"  # a threshold that parts missing values from all others
WHOLES, DECIMALS, WORDS, THRESHOLDS = (re.compile(f"(?:{one}(?: {one})*+)?") for one in (WHOLE, DECIMAL, WORD, ENDLESS))
KINDS = dict.fromkeys(("leaf_value", "leaf_weight", "internal_value", "internal_weight", "shrinkage"),
                      DECIMALS) | {"cat_threshold": WORDS, "threshold": THRESHOLDS, "split_gain": THRESHOLDS}  # fmt: skip
TAIL = re.compile(
    r"end of trees\n\nfeature_importances:\n([^\n=]+=\d+\n)*\nparameters:\n(\[\w+: [^\n]*\]\n)*\nend of parameters\n"
    r"\npandas_categorical:null\n"
)


class NoBooster(ValueError):
    """What of a text no training writes."""


def read_booster(text: str, columns: int) -> Booster:
    """A booster from its text.

    Parameters
    ----------
    text
        As `Booster.model_to_string` gives it.
    columns
        How many columns the matrix has that it was trained on.

    Raises
    ------
    NoBooster
        Where anything in it is not as such a training writes it.
    """
    header, found, trees = text.partition("\n\n")
    _require(found and header.startswith("tree\n"), "its header")
    fields = _fields(header.removeprefix("tree\n"))
    _require(HEADER <= set(fields) <= HEADER | OPTIONAL, "its header")
    _check_header(fields, columns)
    rest, at = trees.encode(), 0
    for number, size in enumerate(_integers(_words(fields, "tree_sizes", "the header"))):
        block = rest[at : at + size]
        _require(size > 0 and len(block) == size, "tree_sizes")
        _check_tree(block.decode(errors="replace"), number, columns)
        at += size
    _require(TAIL.fullmatch(rest[at:].decode(errors="replace")), "what follows its trees")
    return Booster(text)


def _check_header(fields: dict[str, str], columns: int) -> None:
    expected = {"num_class": "1", "num_tree_per_iteration": "1", "label_index": "0", "max_feature_idx": str(columns - 1)}
    for name, value in expected.items():
        _require(fields[name] == value, name)
    _require(fields["version"] in ("v3", "v4"), "version")
    _require(fields["objective"] in OBJECTIVES, "objective")
    for name in ("feature_names", "feature_infos", *(OPTIONAL & set(fields))):
        _require(len(fields[name].split(" ")) == columns, name)
    _require(all(sign in ("-1", "0", "1") for sign in fields.get("monotone_constraints", "0").split(" ")), "monotone_constraints")


def _check_tree(block: str, number: int, columns: int) -> None:
    """Whether a tree's lists are as long as it has leaves, and lead to its own nodes, leaves, columns and categories alone."""
    where = f"tree {number}"
    body = block.removeprefix(f"Tree={number}\n").removesuffix("\n\n\n")
    _require(len(block) == len(body) + len(f"Tree={number}\n\n\n\n"), where)
    fields = _fields(body)
    categories = ("cat_boundaries", "cat_threshold") if fields.get("num_cat") != "0" else ()
    _require(set(fields) == {*ALONE, *LEAF_FIELDS, *NODE_FIELDS, *categories}, where)
    words = {name: _words(fields, name, where) for name in fields}
    _require(all(len(words[name]) == 1 for name in ALONE) and fields["is_linear"] == "0", where)
    leaves = int(fields["num_leaves"])
    _require(all(len(words[name]) == leaves - 1 for name in NODE_FIELDS), f"num_leaves of {where}")
    _require(len(words["leaf_value"]) == leaves, f"leaf_value of {where}")
    _require(leaves == 1 or all(len(words[name]) == leaves for name in LEAF_FIELDS), where)
    split, decision = _integers(words["split_feature"]), _integers(words["decision_type"])
    _require(((split >= 0) & (split < columns)).all(), f"split_feature of {where}")
    _require(((decision & ~FLAGS == 0) & (decision & MISSING != MISSING)).all(), f"decision_type of {where}")
    _require(
        _leads_everywhere(_integers(words["left_child"]), _integers(words["right_child"])),
        f"left_child or right_child of {where}",
    )
    used = {words["threshold"][node] for node in np.flatnonzero(decision & CATEGORY)}
    _check_categories(int(fields["num_cat"]), used, words, where)


def _leads_everywhere(left: np.ndarray, right: np.ndarray) -> bool:
    """Whether children come after their parents, and every node and every leaf (-1, -2, …) is a child once."""
    inner = len(left)
    children = np.concatenate([left, right])
    later = all(((child < 0) | (child > np.arange(inner))).all() for child in (left, right))
    return later and (not inner or np.array_equal(np.sort(children), [*range(-inner - 1, 0), *range(1, inner)]))


def _check_categories(count: int, used: set[str], words: dict[str, list[str]], where: str) -> None:
    """Whether splits by category name sets that are there, none of them empty."""
    ends, bits = _integers(words.get("cat_boundaries", ["0"])), _integers(words.get("cat_threshold", []))
    _require(count >= 0 and len(ends) == count + 1 and ends[0] == 0 and ends[-1] == len(bits), f"cat_boundaries of {where}")
    _require((np.diff(ends) > 0).all() and (bits < 2**32).all(), f"cat_boundaries of {where}")
    _require(all(bits[low:high].any() for low, high in zip(ends, ends[1:], strict=False)), f"cat_threshold of {where}")
    _require(used <= set(map(str, range(count))), f"threshold of {where}")


def _fields(lines: str) -> dict[str, str]:
    """`name=value` by name, each name once."""
    pairs = [line.partition("=") for line in lines.split("\n")]
    fields = {name: value for name, _, value in pairs}
    _require(len(fields) == len(pairs) and all(mark for _, mark, _ in pairs), "its lines")
    return fields


def _words(fields: dict[str, str], name: str, where: str) -> list[str]:
    """The numbers of a field, as they are written."""
    _require(KINDS.get(name, WHOLES).fullmatch(fields[name]), f"{name} of {where}")
    return fields[name].split()


def _integers(words: list[str]) -> np.ndarray:
    return np.array([*map(int, words)], dtype=np.int64)


def _require(holds: object, what: str) -> None:
    if not holds:
        raise NoBooster(what)

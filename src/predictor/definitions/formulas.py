"""Formulas that a baseline may take its rate from: functions of a row's columns, which recipes pick by name."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import entry_points

import pandas as pd

from predictor.definitions.schema import NUMERIC, Entry, Rule
from predictor.errors import DefinitionError
from predictor.wording.matching import nearest

Formula = Callable[[pd.DataFrame], pd.Series]
ADVERTISED = "predictor.formulas"  # the entry points by which an installed package offers formulas

_registered: dict[str, Formula] = {}


def formula(function: Formula) -> Formula:
    """Register a function as a formula that baselines of recipes may name; usable as a decorator.

    In a recipe: `my_rule: {formula: its_name, of: [engagement_rate, reach_rate], otherwise: tier_benchmark}`. A model that
    was trained with it needs it wherever it is used. Workers and Spark's executors are sent it; commands, the page and a
    server find it in a package that is installed beside this one and names it as an entry point of `predictor.formulas`.

    Parameters
    ----------
    function
        Takes the columns of `of` as floats, in that order, one row a candidate (n, k), and gives each row's rate per unit of
        the recipe's exposure, such as engagements per follower; shape (n,). Where it is missing, the rule of `otherwise`
        answers. It must give a row the same rate whatever stands beside it.

    Returns
    -------
    The function itself.

    Raises
    ------
    ValueError
        Where it has no name, or another function of that name is registered.

    Examples
    --------
    >>> import predictor as pr
    >>> @pr.formula
    ... def larger_rate(columns):
    ...     return columns.max(axis=1)
    >>> larger_rate(pd.DataFrame({"engagement_rate": [0.02], "engagement_rate_last_10": [0.03]})).tolist()
    [0.03]
    """
    name = getattr(function, "__name__", "")
    if not name.isidentifier():
        raise ValueError(f"got {function!r}; a formula is a function with a name, which recipes call it by.")
    before = _registered.get(name, function)
    if (before.__module__, before.__qualname__) != (function.__module__, function.__qualname__):
        raise ValueError(f"there is a formula '{name}' already, in {before.__module__}; give this one another name.")
    _registered[name] = function
    return function


def formula_named(name: str) -> Formula | None:
    """The formula of a name: registered, or offered by an installed package; None where there is none."""
    if name not in _registered:
        for offer in entry_points(group=ADVERTISED, name=name):
            formula(offer.load())
    return _registered.get(name)


def packed() -> bytes:
    """The formulas of other programs than this package, by value: a process that takes them in need not have their modules.

    Raises
    ------
    DefinitionError
        Where a function holds what cannot leave its process, such as an open file.
    """
    own = [one for one in _registered.values() if not one.__module__.startswith("predictor.")]
    if not own:
        return b""
    import cloudpickle

    modules = [sys.modules[name] for name in {one.__module__ for one in own} - {"__main__"} if name in sys.modules]
    for module in modules:
        cloudpickle.register_pickle_by_value(module)
    try:
        return bytes(cloudpickle.dumps(own))
    except (TypeError, pickle.PicklingError) as problem:
        names = ", ".join(one.__name__ for one in own)
        raise DefinitionError(
            [f"formula: {names}: cannot be sent to other processes ({problem}); let it hold plain data."]
        ) from None
    finally:
        for module in modules:
            cloudpickle.unregister_pickle_by_value(module)


def take_in(sent: bytes) -> None:
    """Register what `packed` gave in the process that this one works for."""
    for one in pickle.loads(sent) if sent else ():
        _registered[one.__name__] = one


@formula
def median_rate(columns: pd.DataFrame) -> pd.Series:
    """The median of several rates of one creator: one of them that is far off does not move it."""
    return columns.median(axis=1)


def formula_faults(rule: Rule, entries: Mapping[str, Entry]) -> list[str]:
    """What is wrong with the formula of a rule: nobody registered it, or the columns that it reads are not beside it."""
    faults = []
    if rule.formula is not None and formula_named(rule.formula) is None:
        names = ", ".join(_registered) + nearest(rule.formula, list(_registered))
        faults.append(f"formula: got '{rule.formula}'; allowed: a function registered by `predictor.formula` ({names}).")
    if bool(rule.of) != (rule.formula is not None):
        faults.append(f"of: got {list(rule.of)}; `of` lists the features of a `formula`, at least one.")
    words = [column for column in rule.of if column in entries and entries[column].type not in NUMERIC]
    return faults + [f"of: '{column}' is of type {entries[column].type}; a formula reads numbers." for column in words]

"""Do the tests notice when a decision is made otherwise? `make mutants`, or `python -m mutants [MODULE ...]` here.

In a copy of the package one place after the other is changed (`<` to `<=`, `+` to `-`, `and` to `or`, 10 to 11, `min` to `max`),
drawn at random, and the quick tests of that module are run: those of its own file, `tests/PACKAGE/test_MODULE*.py`, or of its
package where it has none. A change that no test notices is printed as SURVIVED: either a test is missing, or both mean the same.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).parent
DECIDING = (
    "planning/lineup", "planning/rules", "planning/optimiser", "planning/actuals", "definitions/loader", "forecasting/conformal",
    "forecasting/losses", "forecasting/splits", "forecasting/baselines", "forecasting/booking_adjustment",
)  # fmt: skip
PATIENCE = 900  # seconds for the tests of one change; what hangs is noticed

OTHER: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn,
    ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div,
    ast.Div: ast.Mult, ast.And: ast.Or, ast.Or: ast.And, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
NAMED = {"min": "max", "max": "min", "minimum": "maximum", "maximum": "minimum", "any": "all", "all": "any"}


@dataclass(frozen=True)
class Change:
    """One place of a module made otherwise: the line, what stood there, what stands there now, and the whole text."""

    line: int
    before: str
    after: str
    text: str


def changes(source: str) -> Iterator[Change]:
    """Every change of a module's text, one at a time."""
    tree = ast.parse(source)
    annotations = {id(part) for node in ast.walk(tree) for whole in _annotations(node) for part in ast.walk(whole)}
    for node in ast.walk(tree):
        if id(node) not in annotations:
            for after in _otherwise(node):
                yield _placed(source, node, after)


def _annotations(node: ast.AST) -> list[ast.AST]:
    found = [getattr(node, name, None) for name in ("annotation", "returns")]
    return [one for one in found if one is not None]


def _otherwise(node: ast.AST) -> Iterator[str]:
    """The same expression with one thing changed."""
    match node:
        case ast.Compare(ops=[operator, *_]) if type(operator) in OTHER:
            yield ast.unparse(ast.Compare(node.left, [OTHER[type(operator)](), *node.ops[1:]], node.comparators))  # type: ignore[list-item]
        case ast.BinOp(op=operator) | ast.BoolOp(op=operator) if type(operator) in OTHER:
            changed = {name: getattr(node, name) for name in node._fields} | {"op": OTHER[type(operator)]()}
            yield f"({ast.unparse(type(node)(**changed))})"
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield f"({ast.unparse(node.operand)})"
        case ast.Constant(value=bool()):
            yield str(not node.value)
        case ast.Constant(value=int() | float()):
            yield repr(node.value + 1 if isinstance(node.value, int) else node.value * 1.5 or 0.5)
        case ast.Call(func=ast.Name(id=name)) if name in NAMED:
            yield ast.unparse(ast.Call(ast.Name(NAMED[name]), node.args, node.keywords))
        case ast.Call(func=ast.Attribute(attr=name)) if name in NAMED:
            yield ast.unparse(ast.Call(ast.Attribute(node.func.value, NAMED[name]), node.args, node.keywords))


def _placed(source: str, node: ast.AST, after: str) -> Change:
    """The module's text with this node replaced; columns are counted in bytes, as `ast` counts them."""
    lines = source.encode().splitlines(keepends=True)
    first, last = node.lineno - 1, node.end_lineno - 1  # type: ignore[attr-defined]
    head, tail = lines[first][: node.col_offset], lines[last][node.end_col_offset :]  # type: ignore[attr-defined]
    before = ast.get_source_segment(source, node) or ""
    text = b"".join([*lines[:first], head, after.encode(), tail, *lines[last + 1 :]]).decode()
    return Change(first + 1, " ".join(before.split()), after, text)


def own_tests(module: str) -> list[Path]:
    """The test files of a module, or the folder of its package."""
    package, _, name = module.rpartition("/")
    return sorted((TESTS / package).glob(f"test_{name}*.py")) or [TESTS / package]


def noticed_by(source: Path, tests: list[Path], slow: bool) -> str | None:
    """The first test that fails with the package at `source`, if any does."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider"]
    command += [] if slow else ["-m", "not slow"]
    environment = {**os.environ, "PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"}
    try:
        ended = subprocess.run(
            [*command, *map(str, tests)], cwd=TESTS.parent, env=environment, capture_output=True, text=True, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        return f"nothing: it took over {PATIENCE} s"
    if ended.returncode == 0:
        return None
    told = [line for line in ended.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return told[0].split(" - ")[0] if told else f"pytest itself (exit {ended.returncode})"


def main() -> None:
    """Change, test, print; the survivors once more at the end."""
    parser = argparse.ArgumentParser(prog="mutants", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", default=DECIDING, help=f"as PACKAGE/MODULE (default: {' '.join(DECIDING)})")
    parser.add_argument("--draws", type=int, default=4, help="changes a module (default: 4)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slow", action="store_true", help="run the slow tests too")
    asked = parser.parse_args()
    survivors = []
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(shutil.copytree(TESTS.parent / "src", Path(scratch) / "src", ignore=shutil.ignore_patterns("__pycache__")))
        for module in asked.modules:
            file = source / "predictor" / f"{module}.py"
            whole, tests = file.read_text(encoding="utf-8"), own_tests(module)
            if (broken := noticed_by(source, tests, asked.slow)) is not None:
                sys.exit(f"{module}: its tests fail without any change ({broken}); mend that first.")
            every = list(changes(whole))
            for change in random.Random(f"{asked.seed} {module}").sample(every, min(asked.draws, len(every))):
                file.write_text(change.text, encoding="utf-8")
                found = noticed_by(source, tests, asked.slow)
                line = f"{module}.py:{change.line}  {change.before}  →  {change.after}"
                print(line, f"noticed by {found}" if found else "SURVIVED", sep="\n    ", flush=True)  # noqa: T201
                survivors += [] if found else [line]
            file.write_text(whole, encoding="utf-8")
    print(f"\n{len(survivors)} survived:", *survivors, sep="\n  ")  # noqa: T201


if __name__ == "__main__":
    main()

"""Do the tests notice when a decision is made otherwise? `make mutants`, or `python -m mutants [MODULE ...]` here.

In a copy of the project one place after the other is changed (`<` to `<=`, `+` to `-`, `and` to `or`, 10 to 11, `min` to `max`),
drawn at random, and the tests of that module are run: those of its own files, `tests/PACKAGE/test_*MODULE*.py`, or where it has
none the quick ones of its package. A change that no test notices is printed as SURVIVED: either a test is missing, or both mean
the same.
"""

from __future__ import annotations

import argparse
import ast
import compileall
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import cache_from_source
from pathlib import Path

TESTS = Path(__file__).parent
DECIDING = (
    "planning/lineup", "planning/rules", "planning/optimiser", "planning/actuals", "definitions/loader", "forecasting/conformal",
    "forecasting/losses", "forecasting/splits", "forecasting/baselines", "forecasting/booking_adjustment",
)  # fmt: skip
PATIENCE = 900  # seconds for the tests without a change
HANGS = 10  # times as long as without a change, and half a minute: what takes longer is noticed

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
    passed_over = {id(part) for node in ast.walk(tree) for whole in _without_effect(node) for part in ast.walk(whole)}
    for node in ast.walk(tree):
        if id(node) not in passed_over:
            for after in _otherwise(node):
                yield _placed(source, node, after)


def _without_effect(node: ast.AST) -> list[ast.AST]:
    """What decides nothing: types, that a class is frozen, and that `zip` takes lists of one length."""
    found = [getattr(node, name, None) for name in ("annotation", "returns")]
    found += node.decorator_list if isinstance(node, ast.ClassDef) else []
    found += [node.value] if isinstance(node, ast.keyword) and node.arg == "strict" else []
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


def copy_project(folder: Path) -> Path:
    """The code in a folder of its own, with the shipped definitions beside it, compiled but for what will change."""
    source = Path(shutil.copytree(TESTS.parent / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__")))
    for kind in ("features", "models"):
        shutil.copytree(TESTS.parent / kind, folder / kind, ignore=shutil.ignore_patterns("trained"))
    compileall.compile_dir(source, quiet=1)
    return source


def own_tests(module: str) -> list[Path]:
    """The test files of a module, or the folder of its package."""
    package, _, name = module.rpartition("/")
    return sorted((TESTS / package).glob(f"test_*{name}*.py")) or [TESTS / package]


def noticed_by(source: Path, tests: list[Path], patience: float = PATIENCE) -> str | None:
    """The first test that fails with the package at `source`, if any does; in a folder of tests only the quick ones are run."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider"]
    command += ["-m", "not slow"] if any(path.is_dir() for path in tests) else []
    environment = {**os.environ, "PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        [*command, *map(str, tests)], cwd=TESTS.parent, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, start_new_session=True,
    )  # fmt: skip
    try:
        out, _ = process.communicate(timeout=patience)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # with what the tests started
        process.communicate()
        return f"nothing: it took over {patience:.0f} s"
    if process.returncode == 0:
        return None
    failed = [line for line in out.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return failed[0].split(" - ")[0] if failed else f"pytest itself (exit {process.returncode})"


def main() -> None:
    """Change, test, print; the survivors once more at the end."""
    parser = argparse.ArgumentParser(prog="mutants", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", default=DECIDING, help=f"as PACKAGE/MODULE (default: {' '.join(DECIDING)})")
    parser.add_argument("--draws", type=int, default=4, help="changes a module (default: 4)")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    survivors = []
    with tempfile.TemporaryDirectory() as scratch:
        source = copy_project(Path(scratch))
        for module in asked.modules:
            file = source / "predictor" / f"{module}.py"
            compiled = Path(cache_from_source(str(file)))
            compiled.unlink()  # as old and as long as its text, it would count instead of a change
            whole, tests, began = file.read_text(encoding="utf-8"), own_tests(module), time.monotonic()
            if (broken := noticed_by(source, tests)) is not None:
                sys.exit(f"{module}: its tests fail without any change ({broken}); mend that first.")
            patience = HANGS * (time.monotonic() - began) + 30
            every = list(changes(whole))
            for change in random.Random(f"{asked.seed} {module}").sample(every, min(asked.draws, len(every))):
                file.write_text(change.text, encoding="utf-8")
                found = noticed_by(source, tests, patience)
                line = f"{module}.py:{change.line}  {change.before}  →  {change.after}"
                print(line, f"noticed by {found}" if found else "SURVIVED", sep="\n    ", flush=True)  # noqa: T201
                survivors += [] if found else [line]
            file.write_text(whole, encoding="utf-8")
    print(f"\n{len(survivors)} survived:", *survivors, sep="\n  ")  # noqa: T201


if __name__ == "__main__":
    main()

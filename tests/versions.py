"""Does it install and give the same bytes under every Python that it promises? `make versions`, or `python -m versions` here.

For each version of Python that is found (on the path, or kept by pyenv) the project is installed into an environment of its own,
with the libraries that `requirements.lock` pins for the oldest one; the command invents an agency, trains, and scores. Bundles
and lists must be equal to the last byte. Then the same once with the lowest versions that `pyproject.toml` allows, and once with
the newest that there are: other libraries may write other digits, but all must work. Minutes each, fewer with uv; 1 GB of disk.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement

from builders import ROOT, copy_definitions
from bundle_hash import bundle_hash

PROMISED = ("3.11", "3.12", "3.13")
LOWEST, NEWEST = "lowest dependencies", "newest dependencies"
Figures = tuple[str, str]  # hashes of the bundle and of the scored list


def interpreter(version: str) -> Path | None:
    """A Python of this version: the one on the path, else the newest that pyenv keeps, else none."""
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    named = shutil.which(f"python{version}")
    found = [Path(named)] if named else []
    found += sorted(kept.glob(f"{version}.*/bin/python"), key=lambda path: int(path.parts[-3].rpartition(".")[2]), reverse=True)
    return next((path for path in found if _version_of(path) == version), None)


def _version_of(python: Path) -> str | None:
    asked = [python, "-c", "import sys; print(*sys.version_info[:2], sep='.')"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False)  # pyenv's may stand there for a version it lacks
    return told.stdout.strip() if told.returncode == 0 else None


def pinned(lock: str, version: str) -> list[str]:
    """What a lock file pins for a version of Python, without the hashes: pip takes none beside a project of one's own."""
    lines = (line.partition("\\")[0].strip() for line in lock.splitlines() if line[:1].isalnum())
    found = [Requirement(line) for line in lines]
    here = {"python_full_version": f"{version}.0", "python_version": version}
    return [f"{one.name}{one.specifier}" for one in found if one.marker is None or one.marker.evaluate(here)]


def lowest(project: str) -> list[str]:
    """The lowest version of each library that a pyproject.toml asks for itself."""
    found = [Requirement(one) for one in tomllib.loads(project)["project"]["dependencies"]]
    floors = {one.name: [bound.version for bound in one.specifier if bound.operator == ">="] for one in found}
    return [f"{name}=={floor}" for name, (floor,) in floors.items()]


def tried(python: Path, constraints: list[str], folder: Path) -> Figures:
    """Install, invent, train and score in a folder of its own with one Python and one set of libraries.

    Raises
    ------
    SystemExit
        Where a step does not work, with what it said.
    """
    folder.mkdir()
    (folder / "constraints.txt").write_text("\n".join(constraints))
    _run(python, "-m", "venv", folder / "venv")
    own = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    uv = shutil.which("uv")  # installs in seconds where pip takes minutes
    install = (
        [uv, "pip", "install", "--python", own / "python"] if uv else [own / "python", "-m", "pip", "install", "--no-compile"]
    )
    _run(*install, "--quiet", "--constraint", folder / "constraints.txt", ROOT)
    world, project, scored = folder / "world", copy_definitions(folder / "project", trees=10), folder / "scored.csv"
    command = own / "predictor"
    _run(command, "simulate", "-o", world, "--seed", 4, "--creators", 20, "--months", 6)
    _run(command, "train", world, "--project", project, "--targets", "engagement,reach", "--jobs", 1)
    (bundle,) = (found.parent for found in (project / "models" / "trained").rglob("bundle.json"))
    by = ("--model", bundle, "--history", world, "--on", "2026-07-01", "--why", "en")
    _run(command, "score", world / "candidates.csv", *by, "-o", scored)
    return bundle_hash(bundle), hashlib.sha256(scored.read_bytes()).hexdigest()


def _run(*command: object) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")} | {"OMP_NUM_THREADS": "1"}
    ended = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False, env=clean, cwd=ROOT.parent)
    if ended.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}\nended with code {ended.returncode}:\n{ended.stderr[-3000:]}")


def trials(versions: list[str]) -> Iterator[tuple[str, Path, list[str]]]:
    """What is tried, with the Python and the constraints of each: every version found, then the lowest and newest libraries."""
    lock, project = ((ROOT / name).read_text(encoding="utf-8") for name in ("requirements.lock", "pyproject.toml"))
    found = {version: python for version in versions if (python := interpreter(version)) is not None}
    for version in versions:
        if version in found:
            yield f"Python {version}", found[version], pinned(lock, PROMISED[0])
        else:
            print(f"Python {version}: not on this machine", flush=True)  # noqa: T201
    if found:
        oldest, *_, last = [*found, *found]
        yield f"Python {oldest}, {LOWEST}", found[oldest], lowest(project)
        yield f"Python {last}, {NEWEST}", found[last], []


def main() -> None:
    """Try each, print its hashes, and end with exit code 1 where one does not work or the same libraries give other bytes."""
    parser = argparse.ArgumentParser(prog="python -m versions", description=__doc__)
    parser.add_argument("versions", nargs="*", default=PROMISED, help=f"versions of Python (default: {' '.join(PROMISED)})")
    same: dict[str, Figures] = {}
    broken = 0
    for name, python, constraints in trials(list(parser.parse_args().versions)):
        with tempfile.TemporaryDirectory(prefix="versions") as folder:
            try:
                bundle, scored = tried(python, constraints, Path(folder) / "trial")
            except SystemExit as problem:
                broken += 1
                print(f"BROKEN  {name}: {problem}", flush=True)  # noqa: T201
                continue
        print(f"{name}: bundle {bundle[:16]}, scores {scored[:16]}", flush=True)  # noqa: T201
        if LOWEST not in name and NEWEST not in name:
            same[name] = bundle, scored
    equal = len(set(same.values())) <= 1
    print(f"{len(same)} versions of Python, {'equal' if equal else 'DIFFERENT'} bytes; {broken} broken")  # noqa: T201
    sys.exit(bool(broken) or not equal)


if __name__ == "__main__":
    main()

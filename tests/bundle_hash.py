"""One number for all that training does: `python -m bundle_hash` before and after a change that must not change a forecast.

Print the hash of a bundle learned from a small invented agency with the shipped definitions: of its files, its back-test and
its settings, without the versions of libraries. Compare on one machine with one set of libraries: linear algebra is written
anew for every kind of processor, and the last digits of a regression differ.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from pathlib import Path

from predictor.bundle import save_bundle
from predictor.definitions.loader import load_catalogue
from predictor.intake.contract import read_tables
from predictor.simulation.agency import simulate, write_world
from predictor.training.train import train

LEFT_OUT = ("versions", "seal")  # which libraries learned it, and the checksum over that


def bundle_hash(folder: Path) -> str:
    """A hash of what a bundle holds, whatever versions of libraries wrote it."""
    about = json.loads((folder / "bundle.json").read_text(encoding="utf-8"))
    kept = {name: value for name, value in about.items() if name not in LEFT_OUT}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


def train_and_hash(creators: int, targets: list[str], trees: int, jobs: int) -> str:
    """Learn some of the shipped targets from an invented agency of some creators, with few trees, and hash the bundle."""
    catalogue = load_catalogue(None)
    recipes = {
        name: recipe.model_copy(update={"parameters": recipe.parameters.model_copy(update={"trees": trees})})
        for name, recipe in catalogue.recipes.items()
        if name in (targets or catalogue.recipes)
    }
    with tempfile.TemporaryDirectory() as folder:
        write_world(simulate(seed=4, creators=creators, campaigns=creators), Path(folder) / "world")
        smaller = catalogue.model_copy(update={"recipes": recipes})
        bundle = train(read_tables(Path(folder) / "world", smaller), smaller, jobs=jobs).bundle
        return bundle_hash(save_bundle(bundle, Path(folder) / "bundle"))


if __name__ == "__main__":
    asked = argparse.ArgumentParser(prog="python -m bundle_hash", description=__doc__.splitlines()[0])
    asked.add_argument("--creators", type=int, default=60, help="how many creators and campaigns to invent (default: 60)")
    asked.add_argument("--targets", nargs="*", default=[], help="files of models/ (default: all)")
    asked.add_argument("--trees", type=int, default=30, help="at most so many trees (default: 30)")
    asked.add_argument("--jobs", type=int, default=1, help="how many processes learn (default: 1)")
    print(train_and_hash(**vars(asked.parse_args())))  # noqa: T201

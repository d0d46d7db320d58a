"""The compiled trees beside LightGBM and the same kernel in C, one thread: cd tests && python -m bench.fast [BUNDLE [ROWS]]."""

import ctypes
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

from bench.streaming import DAY, candidates, matrices, plain, trained
from predictor.asof.examples import candidate_rows, training_examples
from predictor.bundle import load_bundle
from predictor.forecasting.compiled_trees import raw_scores
from predictor.intake.contract import read_tables
from predictor.simulation.agency import simulate, write_world
from predictor.tables.frames import History

ROWS, RUNS = 1_000_000, 3


def in_c(folder):
    """The kernel compiled by the machine's own C compiler, where it has one."""
    if not (compiler := shutil.which("cc") or shutil.which("gcc")):
        return None
    source, made = Path(__file__).with_name("kernel.c"), Path(folder) / "kernel.so"
    subprocess.run([compiler, "-O3", "-march=native", "-shared", "-fPIC", source, "-o", made, "-lm"], check=True)
    library = ctypes.CDLL(str(made))

    def scores(forest, seen):
        told = np.zeros((forest.boosters, len(seen)))
        seen = np.asfortranarray(seen)
        at = [ctypes.c_void_p(one.ctypes.data) for one in (seen, forest.columns, forest.cuts, forest.nodes, forest.upto,
                                                          forest.among, forest.values, forest.trees, told)]  # fmt: skip
        rows, width, count = map(ctypes.c_int64, (len(seen), len(forest.columns), len(forest.trees)))
        library.add(at[0], rows, at[1], width, *at[2:8], count, at[8])
        return told

    return scores


def seconds(work):
    begun = time.perf_counter()
    told = work()
    return time.perf_counter() - begun, told


def lists(folder, bundle, rows):
    """Rows as a database of creators holds them, attributes only; and rows of creators whose posts are known."""
    write_world(simulate(seed=5, creators=150), folder / "history")
    known = training_examples(read_tables(folder / "history", bundle.catalogue), bundle.catalogue, texts=bundle.texts)
    yield "attributes only", candidate_rows(candidates(rows, 1), {}, DAY, History(), bundle.catalogue, bundle.texts)
    yield "with a record", known.sample(rows, replace=True, random_state=1, ignore_index=True)


def compared(bundle, rows, compiled_c):
    """Seconds over all targets by way, the median of interleaved runs; every way must say the same bits."""
    spent = {"LightGBM": 0.0, "compiled trees": 0.0, "the same in C": 0.0}
    for forest, boosters, seen in matrices(bundle, rows):
        ways = {"LightGBM": lambda b=boosters, s=seen: plain(b, s), "compiled trees": lambda f=forest, s=seen: raw_scores(f, s)}
        if compiled_c and forest.upto.dtype == np.uint8:
            ways["the same in C"] = lambda f=forest, s=seen: compiled_c(f, s)
        raw_scores(forest, seen[:10])  # compiled, or read from the cache, outside the clock
        runs = {name: [] for name in ways}
        for _ in range(RUNS):
            said = []
            for name, work in ways.items():
                took, told = seconds(work)
                runs[name].append(took)
                said.append(told)
            assert all(np.array_equal(said[0], one) for one in said), "the ways differ"
        for name, took in runs.items():
            spent[name] += median(took)
    return spent


def main(words):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bundle = load_bundle(Path(words[0]) if words else trained(folder))
        rows = int(words[1]) if words[1:] else ROWS
        for kind, asked in lists(folder, bundle, rows):
            spent = compared(bundle, asked, in_c(folder))
            for way, took in spent.items():
                if took:
                    told = f"{took:.2f} s, {took / len(asked) * 1e6:.2f} µs a row, {spent['LightGBM'] / took:.1f} x as fast"
                    print(f"{kind}, {rows:,} rows, {way}: {told}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])

"""Scoring long lists in batches, beside LightGBM's bare `predict`: cd tests && python -m bench.streaming.

Options: a bundle's folder (default: one trained on the spot), then the numbers of rows (default: 1000000 5000000).
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from predictor.asof.examples import candidate_rows
from predictor.batch.readers import read_batches
from predictor.batch.stream import ScoringOptions, score_file
from predictor.bundle import load_bundle, save_bundle
from predictor.definitions.loader import load_catalogue
from predictor.forecasting.booster import tree_blocks
from predictor.forecasting.predict import segments, start
from predictor.intake.contract import read_tables
from predictor.simulation.agency import simulate, write_world
from predictor.tables.frames import History
from predictor.training.train import train

DAY, BLOCK, SAMPLE = pd.Timestamp("2026-07-01"), 250_000, 131_072
WORKERS, RUNS = 2, 3


def candidates(count, seed):
    """Attributes as a large database of creators holds them."""
    rng = np.random.default_rng(seed)
    followers = np.round(np.exp(rng.normal(10.5, 1.6, count))).clip(500, 2e7)
    rates = np.round(np.exp(rng.normal(-4, 0.7, count)).clip(0, 0.9), 6)
    return pd.DataFrame({
        "creator_id": np.char.add(f"x{seed}-", np.arange(count).astype(str)), "followers": followers, "country": "VN",
        "platform": rng.choice(["tiktok", "instagram", "youtube"], count), "kind": rng.choice(["influencer", "kol"], count),
        "niche": rng.choice(["beauty", "food", "travel", "tech"], count), "format": rng.choice(["video", "short"], count),
        "posting_frequency": np.round(rng.gamma(2, 2, count), 3), "ad_density": np.round(rng.beta(1, 6, count), 5),
        "engagement_rate": np.where(rng.random(count) < 0.7, rates, np.nan), "posts": rng.integers(1, 4, count).astype(float),
        "fee": np.round(followers * rng.gamma(2, 8, count) + 1e5, -3), "currency": "VND",
    })  # fmt: skip


def write(path, rows):
    schema = pa.Schema.from_pandas(candidates(10, 0), preserve_index=False)
    with pq.ParquetWriter(path, schema) as out:
        for seed, start in enumerate(range(0, rows, BLOCK)):
            out.write_table(pa.Table.from_pandas(candidates(min(BLOCK, rows - start), seed), schema, preserve_index=False))


def trained(folder):
    """A model of the agency that `make demo` invents."""
    write_world(simulate(), folder / "world")
    catalogue = load_catalogue(None)
    return save_bundle(train(read_tables(folder / "world", catalogue), catalogue, jobs=-1).bundle, folder / "bundle")


def processes(pid):
    """A process and all that it has started."""
    pids = [pid]
    for one in pids:
        pids += map(int, subprocess.run(["pgrep", "-P", str(one)], capture_output=True, text=True).stdout.split())
    return pids


def memory(pid):
    """Megabytes that a process and all that it has started hold now, what they share counted once."""
    total = 0
    for one in processes(pid):
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def matrices(bundle, rows):
    """What the boosters of every target and part see of the rows that are theirs."""
    for model in bundle.models.values():
        for part, at in segments(model, rows):
            if part.forest is not None and part.forest.boosters:
                own = rows.iloc[at]
                used = [(part.booster, part.trees)] if part.residual_weight else []
                yield (
                    part.forest,
                    used + ([(part.scale_model, -1)] if part.scale_model else []),
                    model.design.matrix(own, start(model, part, own).log_rates),
                )


def trees(bundle):
    """How many trees answer a creator with a record, and one without, over all targets."""
    both = [(model.with_history, model.cold_start) for model in bundle.models.values()]
    counts = [
        [
            bool(one.residual_weight) * one.trees + (len(tree_blocks(one.scale_model.text)) if one.scale_model else 0)
            for one in parts
        ]
        for parts in both
    ]
    return " or ".join(str(sum(several)) for several in zip(*counts, strict=True))


def plain(boosters, seen, threads=1):
    """What LightGBM says."""
    asked = {"raw_score": True, "num_threads": threads}
    return np.stack([one.lightgbm.predict(seen, num_iteration=count, **asked) for one, count in boosters])


def bare_predict(bundle, path, rows):
    """Seconds that LightGBM's `predict` alone takes for as many rows, of the same boosters and as many threads."""
    batch = next(read_batches(path, SAMPLE))
    asked = candidate_rows(batch.frame().reset_index(drop=True), {}, DAY, History(), bundle.catalogue, bundle.texts)
    spent = 0.0
    for _, boosters, seen in matrices(bundle, asked):
        begun = time.perf_counter()
        plain(boosters, seen, WORKERS)
        spent += time.perf_counter() - begun
    return spent * rows / len(asked)


def one(model, source, output):
    """What a process of its own does: score, and print seconds and peak megabytes."""
    peak, stop = [0.0], threading.Event()

    def watch():
        while not stop.wait(0.3):
            peak.append(memory(os.getpid()))

    threading.Thread(target=watch, daemon=True).start()
    begun = time.perf_counter()
    score_file(Path(source), Path(output), ScoringOptions(load_bundle(Path(model)), DAY), workers=WORKERS)
    seconds = time.perf_counter() - begun
    stop.set()
    print(seconds, max(peak))


def main(words):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = Path(words[0]) if words else trained(folder)
        sizes = list(map(int, words[1:])) or [1_000_000, 5_000_000]
        sources = {rows: folder / f"{rows}.parquet" for rows in sizes}
        for rows, source in sources.items():
            write(source, rows)
        runs = {rows: [] for rows in sizes}
        for _ in range(RUNS):
            for rows, source in sources.items():
                bare = bare_predict(load_bundle(model), source, rows)
                run = [sys.executable, "-m", "bench.streaming", "one", model, source, folder / "out.parquet"]
                told = subprocess.run(run, capture_output=True, text=True, check=True).stdout.split()
                runs[rows].append((*map(float, told), bare))
        print(f"the model's boosters: {trees(load_bundle(model))} trees", flush=True)
        for rows, told in runs.items():
            seconds, peak, bare = map(median, zip(*told, strict=True))
            ratio = median(one[0] / one[2] for one in told)
            print(
                f"{rows:,} rows: {seconds:.0f} s, {rows / seconds:,.0f} rows/s with {WORKERS} processes, peak {peak:,.0f} MB; "
                f"LightGBM's bare predict of the same boosters on {WORKERS} threads {bare:.1f} s: {ratio:.2f} x that",
                flush=True,
            )
        if len(sizes) > 1:
            peaks = [median(peak for _, peak, _ in runs[rows]) for rows in sizes]
            print(f"peak memory of the largest over that of the smallest: {peaks[-1] / peaks[0]:.3f}")


if __name__ == "__main__":
    one(*sys.argv[2:]) if sys.argv[1:2] == ["one"] else main(sys.argv[1:])

"""Rows a second, peak memory and the ratio to bare `predict` of scoring in batches: cd tests && python -m bench.streaming.

Options: a bundle's folder (default: one trained on the spot), then the numbers of rows (default: 1000000 5000000).
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from predictor import forecast
from predictor.batches import read_batches
from predictor.bundle import load_bundle, save_bundle
from predictor.contract import read_tables
from predictor.definitions import load_catalogue
from predictor.simulate import simulate, write_world
from predictor.stream import Asked, score_batch, score_file
from predictor.train import train

DAY, BLOCK, SAMPLE = pd.Timestamp("2026-07-01"), 250_000, 5
WORKERS = 2


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
    write_world(simulate(seed=4, creators=150), folder / "world")
    catalogue = load_catalogue(None)
    return save_bundle(train(read_tables(folder / "world", catalogue), catalogue, jobs=-1).bundle, folder / "bundle")


def memory(pid):
    """Megabytes that a process and its children hold now, what they share counted once."""
    pids = [pid, *map(int, subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True).stdout.split())]
    total = 0
    for one in pids:
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def predict_share(bundle, path):
    """Seconds of CPU a batch of all that is done, and of LightGBM's `predict` in it, one thread each, the best of some."""
    spent = []

    def timed(function):
        def call(*words):
            begun = time.perf_counter()
            told = function(*words)
            spent.append(time.perf_counter() - begun)
            return told

        return call

    plain = forecast.correction, forecast.sizes
    forecast.correction, forecast.sizes = map(timed, plain)
    batch, both = next(read_batches(path)), []
    for _ in range(SAMPLE):
        spent.clear()
        begun = time.perf_counter()
        score_batch(batch.frame(), batch.file, Asked(bundle, DAY))
        both.append((time.perf_counter() - begun, sum(spent)))
    forecast.correction, forecast.sizes = plain
    return len(batch.numbers), min(a for a, _ in both), min(b for _, b in both)


def one(model, source, output):
    """What a process of its own does: score, and print seconds and peak megabytes."""
    peak, stop = [0.0], threading.Event()

    def watch():
        while not stop.wait(0.3):
            peak.append(memory(os.getpid()))

    threading.Thread(target=watch, daemon=True).start()
    begun = time.perf_counter()
    score_file(Path(source), Path(output), Asked(load_bundle(Path(model)), DAY), workers=WORKERS)
    seconds = time.perf_counter() - begun
    stop.set()
    print(seconds, max(peak))


def main(words):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = Path(words[0]) if words else trained(folder)
        for rows in map(int, words[1:] or ("1000000", "5000000")):
            source = folder / f"{rows}.parquet"
            write(source, rows)
            run = [sys.executable, "-m", "bench.streaming", "one", model, source, folder / "out.parquet"]
            seconds, peak = map(float, subprocess.run(run, capture_output=True, text=True, check=True).stdout.split())
            batch, whole, bare = predict_share(load_bundle(model), source)
            print(
                f"{rows:,} rows: {seconds:.0f} s, {rows / seconds:,.0f} rows/s with {WORKERS} workers, peak {peak:,.0f} MB; "
                f"all {seconds * WORKERS / (rows / batch * bare):.1f} x bare predict ({batch / bare:,.0f} rows/s a thread); "
                f"a batch alone {whole / bare:.1f} x",
                flush=True,
            )
            source.unlink()


if __name__ == "__main__":
    one(*sys.argv[2:]) if sys.argv[1:2] == ["one"] else main(sys.argv[1:])

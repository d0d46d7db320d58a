"""A list scored on this machine and on Spark: cd tests && python -m bench.spark [BUNDLE [ROWS ...]].

Spark runs here too (local, as many cores as processes), its session started before the clock; what it adds is the cost of the way
there and back, not what a cluster would bring. Rows: 100000 and 400000 where nothing is said.
"""

import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from bench.streaming import DAY, WORKERS, trained, write
from predictor.batch.spark import read_rows, score_spark, session, write_scored
from predictor.batch.stream import ScoringOptions, score_file
from predictor.bundle import load_bundle

RUNS = 3


def main(words):
    with tempfile.TemporaryDirectory() as name:
        folder, running = Path(name), session()
        bundle = load_bundle(Path(words[0]) if words else trained(folder))
        sources = {rows: folder / f"{rows}.parquet" for rows in map(int, words[1:] or ("100000", "400000"))}
        for rows, source in sources.items():
            write(source, rows)
        for rows, source in sources.items():
            ways = {
                "stream": lambda s=source: score_file(s, folder / "here.parquet", ScoringOptions(bundle, DAY), workers=WORKERS),
                "Spark": lambda s=source: write_scored(
                    score_spark(read_rows(running, s), bundle, on=DAY), folder / "there.parquet"
                ),
            }
            took = {way: [] for way in ways}
            for _ in range(RUNS):
                for way, work in ways.items():
                    begun = time.perf_counter()
                    work()
                    took[way].append(time.perf_counter() - begun)
            here, there = (median(took[way]) for way in ways)
            told = f"stream {here:.1f} s ({rows / here:,.0f} rows/s), Spark {there:.1f} s ({rows / there:,.0f} rows/s)"
            print(f"{rows:,} rows: {told}: {there / here:.1f} x as long", flush=True)
        running.stop()


if __name__ == "__main__":
    main(sys.argv[1:])

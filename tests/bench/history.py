"""History features of many posts, DuckDB beside plain pandas: cd tests && python -m bench.history.

Each in a process of its own. Options: POSTS CREATORS QUESTIONS; 10 million, 100,000 and 1 million where nothing is said.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from predictor.asof.records import read_records
from predictor.definitions.loader import load_catalogue

FORMATS = np.array(["image", "video", "story"])
DAYS, RUNS = 900, 3


def invent(folder: Path, posts: int, creators: int, questions: int, seed: int = 1) -> None:
    """Posts and questions, as Parquet files."""
    rng = np.random.default_rng(seed)
    start, microseconds = np.datetime64("2024-01-01", "us"), 86_400_000_000
    names = pa.array([f"c{i}" for i in range(creators)])

    def moments(size, since=0):
        return start + rng.integers(since * microseconds, DAYS * microseconds, size).astype("timedelta64[us]")

    likes, comments = rng.lognormal(5, 1, posts).astype(int), rng.lognormal(2, 1, posts).astype(int)
    table = {
        "post_id": pa.array([f"p{i}" for i in range(posts)]), "creator_id": names.take(rng.integers(0, creators, posts)),
        "published_at": moments(posts), "format": FORMATS[rng.integers(0, 3, posts)], "sponsored": rng.random(posts) < 0.1,
        "likes": likes, "comments": comments, "engagements": likes + comments,
        "views": pa.array(np.where(rng.random(posts) < 0.6, rng.lognormal(8, 1, posts).round(), np.nan), from_pandas=True),
        "reach": pa.array(np.where(rng.random(posts) < 0.6, rng.lognormal(8, 1, posts).round(), np.nan), from_pandas=True),
    }  # fmt: skip
    pq.write_table(pa.table(table), folder / "posts.parquet")
    asked = {"creator_id": names.take(rng.integers(0, creators, questions)), "at": moments(questions, since=200)}
    pq.write_table(pa.table(asked | {"format": FORMATS[rng.integers(0, 3, questions)]}), folder / "asks.parquet")


def wanted() -> dict:
    """The shipped features that posts alone can answer."""
    entries = load_catalogue().entries.items()
    return {n: e.computed for n, e in entries if e.computed and e.computed.from_history and e.computed.table == "posts"}


def run(way: str, folder: Path) -> None:
    """One way in this process: seconds, peak memory, and the answers aside."""
    asks = pd.read_parquet(folder / "asks.parquet")
    begun = time.perf_counter()
    if way == "engine":
        told = read_records(asks.assign(listed=True), {"posts": folder / "posts.parquet"}, load_catalogue())[list(wanted())]
    else:
        from bench.plain_pandas import features

        columns = [
            "post_id",
            "creator_id",
            "published_at",
            "format",
            "sponsored",
            "likes",
            "comments",
            "views",
            "engagements",
            "reach",
        ]
        posts = pd.read_parquet(folder / "posts.parquet", columns=columns)
        told = features(posts.assign(reach=posts["reach"].fillna(posts["views"])), asks, wanted())
    print(time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)
    told.to_parquet(folder / f"{way}.parquet")


def main(posts: int = 10_000_000, creators: int = 100_000, questions: int = 1_000_000) -> None:
    """Invent, run both ways, and print them side by side."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        invent(folder, posts, creators, questions)
        print(f"{len(wanted())} features, {posts:,} posts of {creators:,} creators, {questions:,} questions")
        runs: dict[str, list[list[float]]] = {"engine": [], "pandas": []}
        for way in list(runs) * RUNS:
            call = [sys.executable, "-m", "bench.history", way, name]
            said = subprocess.run(call, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
            runs[way].append([float(one) for one in said])
        took = {way: [median(figures) for figures in zip(*told, strict=True)] for way, told in runs.items()}
        for way, (seconds, peak) in took.items():
            print(f"{way:8} {seconds:7.1f} s   peak memory {peak:5.2f} GiB", flush=True)
        ours, theirs = (pd.read_parquet(folder / f"{way}.parquet").to_numpy(dtype=float) for way in ("engine", "pandas"))
        none_is_zero = np.nan_to_num(ours), np.nan_to_num(theirs)  # a count of nothing is zero for one and missing for the other
        apart = np.max(np.abs(none_is_zero[0] - none_is_zero[1]) / (1e-9 + np.abs(none_is_zero[1])))
        print(f"pandas takes {took['pandas'][0] / took['engine'][0]:.1f} times as long; largest relative difference {apart:.1g}")


if __name__ == "__main__":
    if sys.argv[1:2] in (["engine"], ["pandas"]):
        run(sys.argv[1], Path(sys.argv[2]))
    else:
        main(*(int(one) for one in sys.argv[1:]))

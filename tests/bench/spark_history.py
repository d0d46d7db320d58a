"""A history that Spark's executors read: cd tests && python -m bench.spark_history [BUNDLE [POSTS CREATORS CANDIDATES ...]].

Candidates are creators of an invented history, its tables Parquet, in a local session (every core, 1 GiB of heap); afterwards
some of them are scored without Spark, with their own part of the history. Each three numbers are a run; where nothing is said, 1
million posts of 10,000 creators, asked about 1,000 and all of them.
"""

import os
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import duckdb
import pandas as pd

from bench.streaming import DAY, memory, processes, trained
from predictor.batch.spark import read_spark_history, score_spark, session, write_scored
from predictor.batch.stream import ScoringOptions, score_batch
from predictor.bundle import load_bundle
from predictor.intake.contract import read_tables
from predictor.intake.mapping import Mapping

SAMPLE = 200  # candidates that are scored without Spark
CHANCE = "CREATE MACRO chance(i, salt, most) AS CAST(hash(i, salt) % most AS INT)"
TABLES = {
    "posts": """
        SELECT 'p' || i AS post_id, 'c' || hash(i) % {creators} AS creator_id, moment AS published_at,
               moment + INTERVAL 21 DAY AS counted_at, ['image', 'video', 'story'][1 + chance(i, 1, 3)] AS format,
               chance(i, 2, 10) = 0 AS sponsored, 1 + chance(i, 3, 3000) AS likes, chance(i, 4, 90) AS comments,
               CASE WHEN chance(i, 5, 10) < 6 THEN chance(i, 6, 90000) END AS views
        FROM (SELECT i, TIMESTAMP '2024-01-01' + to_seconds(chance(i, 7, 77000000)) AS moment FROM range({posts}) t(i))""",
    "creators": """
        SELECT 'c' || i AS creator_id, 'Name ' || i AS name, ['tiktok', 'instagram', 'youtube'][1 + i % 3] AS platform,
               ['influencer', 'kol'][1 + i % 2] AS kind, ['beauty', 'food', 'travel', 'tech'][1 + i % 4] AS niche,
               'VN' AS country, 1000 + chance(i, 0, 900000) AS followers
        FROM range({creators}) t(i)""",
    "creator_snapshots": """
        SELECT 'c' || i AS creator_id, TIMESTAMP '2025-01-01' + INTERVAL (quarter * 91) DAY AS "at",
               1000 + chance(i, 0, 900000) + 500 * quarter AS followers
        FROM range({creators}) t(i), range(4) s(quarter)""",
    "campaigns": """
        SELECT 'k' || i AS campaign_id, 'Brand ' || i % 40 AS brand, ['beauty', 'food'][1 + i % 2] AS niche, 'VN' AS country
        FROM range(500) t(i)""",
    "bookings": """
        SELECT 'b' || i AS booking_id, 'k' || i % 500 AS campaign_id, 'c' || hash(i) % {creators} AS creator_id,
               TIMESTAMP '2025-02-01' + INTERVAL (i % 400) DAY AS booked_at, 'video' AS format, 5e6 AS fee, 'VND' AS currency,
               chance(i, 1, 900) AS clicks, chance(i, 2, 40) AS orders
        FROM range({creators} // 10) t(i)""",
}
LISTED = """
    SELECT 'c' || (i * {step}) AS creator_id, 'video' AS format, 5e6 AS fee, 'VND' AS currency FROM range({candidates}) t(i)"""


def invent(folder, posts, creators):
    """The tables of a history as Parquet files, posts of one creator far apart."""
    folder.mkdir()
    (folder / "about.yaml").write_text("invented: true\n")
    with duckdb.connect(config={"memory_limit": "2GB", "threads": 2, "temp_directory": str(folder.parent)}) as base:
        base.execute("SET preserve_insertion_order = false")
        base.execute(CHANCE)
        for name, text in TABLES.items():
            base.execute(f"COPY ({text.format(posts=posts, creators=creators)}) TO '{folder / name}.parquet' (FORMAT parquet)")


def processor_time():
    """Seconds of processor time that this process and all that it has started have taken."""
    ticks = 0
    for one in processes(os.getpid()):
        with suppress(OSError):
            ticks += sum(map(int, Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def own_part(history, listed, folder, count):
    """The candidates' part of a history, and the first of the candidates."""
    folder.mkdir()
    (folder / "about.yaml").write_text("invented: true\n")
    with duckdb.connect(config={"memory_limit": "2GB", "threads": 2}) as base:
        base.execute(f"CREATE TABLE own AS SELECT * FROM '{listed}' LIMIT {count}")
        for name in TABLES:
            where = "" if name == "campaigns" else "WHERE creator_id IN (SELECT creator_id FROM own)"
            base.execute(f"COPY (SELECT * FROM '{history / name}.parquet' {where}) TO '{folder / name}.parquet' (FORMAT parquet)")
        return base.execute("SELECT * FROM own").df()


def same(bundle, history, listed, scored, folder):
    """How many candidates have the same answer without Spark; in which order DuckDB adds depends on the rows beside."""
    own = own_part(history, listed, folder, SAMPLE)
    here, _ = score_batch(own, "list", ScoringOptions(bundle, DAY, history=read_tables(folder, bundle.catalogue)))
    there = pd.read_parquet(scored, filters=[("creator_id", "in", list(own["creator_id"]))])
    here, there = (one.sort_values("creator_id", ignore_index=True) for one in (here, there))
    pd.testing.assert_frame_equal(there[list(here)], here, rtol=1e-9, atol=0.0)
    return len(here)


def main(words):
    sizes = list(map(int, words[1:])) or [1_000_000, 10_000, 1_000, 1_000_000, 10_000, 10_000]
    with tempfile.TemporaryDirectory() as name:
        folder, running, peak, made = Path(name), session(), [0.0], {}
        bundle = load_bundle(Path(words[0]) if words else trained(folder))

        def watch():
            while not stop.wait(1.0):
                peak.append(memory(os.getpid()))

        for run in range(0, len(sizes), 3):
            posts, creators, candidates = sizes[run : run + 3]
            if (posts, creators) not in made:
                made[posts, creators] = folder / f"history-{posts}-{creators}"
                invent(made[posts, creators], posts, creators)
            history, listed, scored = made[posts, creators], folder / f"{run}.parquet", folder / f"{run}.scored.parquet"
            duckdb.sql(LISTED.format(candidates=candidates, step=max(creators // candidates, 1))).write_parquet(str(listed))
            stop, peak[:] = threading.Event(), [0.0]
            watching = threading.Thread(target=watch, daemon=True)
            watching.start()
            begun, busy = time.perf_counter(), processor_time()
            tables = read_spark_history(running, history, bundle.catalogue, Mapping())
            write_scored(score_spark(running.read.parquet(str(listed)), bundle, history=tables, on=DAY), scored)
            took, busy = time.perf_counter() - begun, processor_time() - busy
            stop.set()
            watching.join()
            equal = same(bundle, history, listed, scored, folder / f"{run}.own")
            used = f"{took:.0f} s, {busy:.0f} s of processor time, peak memory {max(peak) / 1024:.1f} GiB"
            print(f"{posts:,} posts of {creators:,} creators, {candidates:,} candidates: {used}", flush=True)
            print(f"{equal} of them the same without Spark", flush=True)
        running.stop()


if __name__ == "__main__":
    main(sys.argv[1:])

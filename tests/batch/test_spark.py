"""Spark in a real local session: the same figures as at home, row for row, and what goes wrong there in sentences."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import predictor
from builders import ROOT, by_formula, own_rate
from predictor.batch.stream import ScoringOptions, score_batch
from predictor.cli.main import main
from predictor.definitions.formulas import formula
from predictor.errors import RowsError
from predictor.intake.contract import checked_history
from predictor.tables.frames import History

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(importlib.util.find_spec("pyspark") is None, reason="the extra 'spark' is not installed"),
    pytest.mark.skipif(shutil.which("java") is None and "JAVA_HOME" not in os.environ, reason="Spark needs Java"),
]
DAY = pd.Timestamp("2026-07-01")


@pytest.fixture(scope="module", autouse=True)
def java():
    """Java that compiles little: what is asked here is asked once."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        yield


@pytest.fixture(scope="module")
def spark(java):
    from predictor.batch.spark import session

    running = session()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def listed(tmp_path_factory):
    """A list as a database of creators holds it."""
    luck = np.random.default_rng(1)
    file = tmp_path_factory.mktemp("listed") / "list.parquet"
    pd.DataFrame(
        {"creator_id": [f"x{i}" for i in range(300)], "platform": luck.choice(["tiktok", "instagram", "line"], 300),
         "followers": np.round(np.exp(luck.normal(10, 1, 300))), "kind": luck.choice(["kol", "influencer"], 300),
         "engagement_rate": np.where(luck.random(300) < 0.5, 0.03, np.nan), "fee": 5e6, "currency": "VND"}
    ).to_parquet(file)  # fmt: skip
    return file


def at_home(file, bundle, **options):
    scored, faults = score_batch(pd.read_parquet(file), file.name, ScoringOptions(bundle, DAY, **options))
    assert not faults
    return scored


def same(there, here):
    order = ["creator_id"]
    pd.testing.assert_frame_equal(
        there.sort_values(order).reset_index(drop=True), here.sort_values(order).reset_index(drop=True), check_exact=True
    )


def test_executors_say_what_is_said_at_home_row_for_row(spark, listed, bundle, brief, tables):
    options = {"brief": brief, "history": tables, "at_least": {"orders": 20.0}, "why": "vi"}
    there = predictor.score_spark(spark.read.parquet(str(listed)).repartition(3), bundle, on=DAY, **options).toPandas()
    assert there["rejected"].isna().all()
    same(there.drop(columns=["rejected", "rejected_row"]), at_home(listed, bundle, **options))


def test_executors_get_a_formula_of_ones_own_whose_module_they_have_not(spark, listed, bundle):
    own = by_formula(bundle, formula(own_rate).__name__)
    there = predictor.score_spark(spark.read.parquet(str(listed)).repartition(2), own, on=DAY).toPandas()
    same(there.drop(columns=["rejected", "rejected_row"]), at_home(listed, bundle))


@pytest.fixture(scope="module")
def raw_history(tables):
    """A history as somebody's tables have it: counts kept over time, a creator under an old id too, some posts selected."""
    posts = tables.frames["posts"].drop(columns=["sponsored_source", "booking_id"], errors="ignore")
    posts = posts.groupby("creator_id").tail(12).reset_index(drop=True)
    old, again = posts["creator_id"].iloc[0], posts["creator_id"].iloc[-1]
    days = pd.to_timedelta(np.tile([3, 9], len(posts) // 2 + 1)[: len(posts)], unit="D")
    kept = posts.assign(counted_at=posts["published_at"] + days)[["post_id", "counted_at", "likes"]].iloc[::3]
    posts["selected"] = pd.array(np.where(np.arange(len(posts)) % 5 == 0, True, None), dtype="boolean")
    posts.loc[(posts["creator_id"] == old) & (posts.index % 2 == 0), "creator_id"] = "Earlier.Name"
    aliases = pd.DataFrame({"old_id": ["@earlier.name", "gone"], "new_id": [old, again]})
    others = {name: tables.frames[name] for name in ("creators", "creator_snapshots", "campaigns")}
    others["creators"] = others["creators"].drop(columns="person_id", errors="ignore")
    bookings = tables.frames["bookings"].drop(columns="post_id", errors="ignore")
    return others | {"posts": posts, "bookings": bookings, "post_snapshots": kept, "creator_aliases": aliases}


def on_spark(spark, frames):
    return {name: spark.createDataFrame(pa.Table.from_pandas(one, preserve_index=False)) for name, one in frames.items()}


def test_records_read_on_executors_from_spark_tables_are_those_read_at_home(spark, raw_history, bundle, brief, tmp_path):
    known = raw_history["creators"]["creator_id"]
    rows = pd.DataFrame({"creator_id": [*known.iloc[:40], f"@{known.iloc[41].upper()}", "gone", "who is new", None, None]})
    rows["name"] = [None] * 43 + [known.iloc[44], "Nobody"]
    there = [None] * 43 + [raw_history["creators"]["platform"].iloc[44], "tiktok"]
    rows = rows.assign(format="video", fee=5e6, currency="VND", platform=there)
    rows.to_parquet(tmp_path / "list.parquet")
    options = {"brief": brief, "why": "vi"}
    listed = spark.read.parquet(str(tmp_path / "list.parquet"))
    there = predictor.score_spark(listed, bundle, on=DAY, history=on_spark(spark, raw_history), **options).toPandas()
    assert there["rejected"].isna().all() and len(there) == len(rows)
    here = at_home(tmp_path / "list.parquet", bundle, history=checked_history(History(raw_history), bundle.catalogue), **options)
    assert here["known_creator"].sum() > 40
    order = ["creator_id", "name"]
    there, here = (one.sort_values(order, ignore_index=True) for one in (there.drop(columns=["rejected", "rejected_row"]), here))
    pd.testing.assert_frame_equal(there, here, rtol=1e-9, atol=0.0)


def test_counts_over_time_meet_their_posts_under_ids_that_are_numbers_here_and_text_there(spark, raw_history, bundle, tmp_path):
    frames = {name: frame for name, frame in raw_history.items() if name in ("creators", "posts", "post_snapshots")}
    number = {name: 700 + at for at, name in enumerate(frames["creators"]["creator_id"])}
    posts = frames["posts"][frames["posts"]["creator_id"].isin(number)]
    at = {post: number for number, post in enumerate(posts["post_id"].iloc[:-1], start=1)}  # the last has no id
    counts = frames["post_snapshots"][frames["post_snapshots"]["post_id"].isin(at)]
    frames = {
        "creators": frames["creators"].assign(creator_id=[f" {number[one]}" for one in frames["creators"]["creator_id"]]),
        "posts": posts.assign(post_id=posts["post_id"].map(at).astype(float), creator_id=posts["creator_id"].map(number) * 1.0),
        "post_snapshots": counts.assign(post_id=[f"{at[one]} " for one in counts["post_id"]], likes=counts["likes"] * 40),
    }
    rows = pd.DataFrame({"creator_id": [str(one) for one in number.values()], "format": "video", "fee": 5e6, "currency": "VND"})
    rows.to_parquet(tmp_path / "list.parquet")
    listed = spark.read.parquet(str(tmp_path / "list.parquet"))
    there = predictor.score_spark(listed, bundle, on=DAY, history=on_spark(spark, frames)).toPandas()
    assert there["rejected"].isna().all()
    here = at_home(tmp_path / "list.parquet", bundle, history=checked_history(History(frames), bundle.catalogue))
    there, here = (one.sort_values("creator_id", ignore_index=True) for one in (there[list(here)], here))
    pd.testing.assert_frame_equal(there, here, rtol=1e-9, atol=0.0)


def test_the_command_reads_a_history_of_parquet_on_the_executors_and_what_else_it_has_here(
    world, tables, candidates, saved_bundle, bundle, tmp_path, spark, capsys
):
    candidates.to_parquet(tmp_path / "in.parquet")
    words = ["score", tmp_path / "in.parquet", "-o", tmp_path / "out.parquet", "--model", saved_bundle, "--on", "2027-07-01"]
    main([*map(str, [*words, "--history", world]), "--engine", "spark"])
    said = capsys.readouterr()
    assert "INVENTED DATA" in said.out and "days before the day asked" in said.err
    assert "engagement_elsewhere, reach_elsewhere are left out" in said.err
    tables = replace(tables, frames=tables.frames | {"creators": tables.frames["creators"].drop(columns="person_id")})
    here, _ = score_batch(candidates, "list", ScoringOptions(bundle, pd.Timestamp("2027-07-01"), history=tables))
    there, here = (one.sort_values("creator_id", ignore_index=True) for one in (pd.read_parquet(tmp_path / "out.parquet"), here))
    pd.testing.assert_frame_equal(there[list(here)], here, rtol=1e-9, atol=0.0)


def test_a_history_that_executors_cannot_read_ends_in_a_sentence(spark, listed, raw_history, bundle):
    rows, frames = spark.read.parquet(str(listed)).limit(5), raw_history
    nobody = {"posts": frames["posts"].drop(columns="creator_id"), "creator_snapshots": frames["creator_snapshots"]}
    with pytest.raises(RowsError, match="'creator_id' is missing here; add it, or leave out --engine spark"):
        predictor.score_spark(rows, bundle, history=on_spark(spark, nobody))
    gaps = replace(bundle, growth=replace(bundle.growth, gaps={"reach": 0.4}))
    with pytest.raises(RowsError, match="only all posts together tell; say it in a column 'selected'"):
        predictor.score_spark(rows, gaps, history=on_spark(spark, {"posts": frames["posts"].drop(columns="selected")}))
    wrong = frames["posts"].assign(creator_id="x1", post_id="p1").iloc[:2]
    twice = predictor.score_spark(rows, bundle, history=on_spark(spark, {"posts": wrong}))
    with pytest.raises(Exception, match="REFUSED column 'post_id': got 'p1', which row 2 has already"):
        twice.toPandas()


def test_the_command_writes_a_folder_and_tells_bad_rows_apart(listed, saved_bundle, bundle, tmp_path, spark, capsys):
    raw = pd.read_parquet(listed)
    raw.to_csv(tmp_path / "in.csv", index=False)
    with (tmp_path / "in.csv").open("a") as more:
        more.write("bad,friendster,lots,kol,,,VND\n")
    words = ["score", tmp_path / "in.csv", "-o", tmp_path / "out.parquet", "--model", saved_bundle, "--on", "2026-07-01"]
    main([*map(str, words), "--engine", "spark", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["rejected"]) == (300, 1)
    same(pd.read_parquet(tmp_path / "out.parquet"), at_home(listed, bundle))
    rejects = (tmp_path / "out.rejects.csv").read_text(encoding="utf-8")
    assert "friendster" in rejects
    assert "expected a number such as" in rejects
    assert sorted(one.name for one in tmp_path.iterdir()) == ["in.csv", "out.parquet", "out.rejects.csv"]


@pytest.mark.parametrize("units", [("ns", "us"), ("us", "ns")])
def test_moments_of_files_in_nanoseconds_and_in_microseconds_are_the_same(spark, tmp_path, units):
    from predictor.batch.spark import read_parquet, told_on_spark

    moments = ["2026-03-01T10:00:00", "2026-04-01T10:00:00"]
    for number, unit in enumerate(units):
        at = pd.Series(pd.to_datetime([moments[number]])).astype(f"datetime64[{unit}]")
        table = pa.table({"id": [str(number)], "at": pa.array(at, pa.timestamp(unit))})
        pq.write_table(table, tmp_path / f"{number}.parquet", version="2.6")
    with told_on_spark(tmp_path / "out"):
        read = read_parquet(spark, tmp_path).orderBy("id").toArrow().to_pandas()
    assert [one.isoformat() for one in read["at"]] == moments
    assert spark.conf.get("spark.sql.legacy.parquet.nanosAsLong") == "false"


def test_a_strict_run_refuses_the_list_and_writes_nothing(listed, saved_bundle, tmp_path, spark, capsys):
    rows = pd.read_parquet(listed)
    pd.concat([rows, rows.assign(platform="friendster")]).to_parquet(tmp_path / "in.parquet")
    words = ["score", tmp_path / "in.parquet", "-o", tmp_path / "out.parquet", "--model", saved_bundle, "--engine", "spark"]
    with pytest.raises(SystemExit) as ended:
        main([*map(str, words), "--strict"])
    assert ended.value.code == 2
    assert "out.parquet: is not written: column 'platform': got 'friendster'; allowed:" in capsys.readouterr().err
    assert sorted(one.name for one in tmp_path.iterdir()) == ["in.parquet"]


def test_a_list_of_which_nothing_can_be_used_ends_in_a_sentence(spark, bundle):
    with pytest.raises(RowsError, match="none of the first 2 rows can be used, the first because: platform: got 'friendster'"):
        predictor.score_spark(
            spark.createDataFrame([("friendster", 1), ("myspace", 2)], "platform string, followers int"), bundle
        )


def test_files_that_spark_cannot_read_end_in_a_sentence(listed, saved_bundle, tmp_path, spark, capsys):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.parquet").write_bytes(listed.read_bytes()[:2000] + bytes(500) + listed.read_bytes()[2500:])
    words = ["score", tmp_path / "in", "-o", tmp_path / "out.parquet", "--model", saved_bundle, "--engine", "spark"]
    with pytest.raises(SystemExit):
        main([*map(str, words)])
    assert "out.parquet: is not written: Spark failed ([" in (said := capsys.readouterr().err) and said.count("\n") < 3
    (tmp_path / "in" / "b.csv").write_text("platform\ntiktok\n")
    with pytest.raises(SystemExit):
        main([*map(str, words)])
    assert "in: cannot be read by Spark; give Parquet alone or CSV alone" in capsys.readouterr().err
    assert [one.name for one in tmp_path.iterdir()] == ["in"]


@pytest.mark.parametrize(("more", "says"), [(["--resume"], "--resume: is not for --engine spark"), ([], "allowed: .parquet")])
def test_what_spark_is_not_for_is_told_before_it_starts(listed, saved_bundle, tmp_path, capsys, more, says):
    output = tmp_path / ("out.parquet" if more else "out.csv")
    with pytest.raises(SystemExit):
        main([*map(str, ["score", listed, "-o", output, "--model", saved_bundle, "--engine", "spark"]), *more])
    assert says in capsys.readouterr().err


def test_executors_without_the_package_end_in_a_sentence(listed, saved_bundle, tmp_path):
    (tmp_path / "elsewhere" / "predictor").mkdir(parents=True)
    (tmp_path / "elsewhere" / "predictor" / "__init__.py").write_text("")
    code = (
        "import sys\nfrom pyspark.sql import SparkSession\nfrom predictor.cli.main import main\n"
        "from predictor.batch.spark import QUIET\n"
        "path = {'spark.executorEnv.PYTHONPATH': sys.argv.pop(1)}\n"
        "SparkSession.builder.config(map=QUIET | path).getOrCreate()\nmain(sys.argv[1:])"
    )
    words = ["score", listed, "-o", tmp_path / "out.parquet", "--model", saved_bundle, "--engine", "spark"]
    run = subprocess.run(
        [sys.executable, "-c", code, *map(str, [tmp_path / "elsewhere", *words])], capture_output=True, text=True, timeout=300
    )
    assert run.returncode == 2, run.stderr
    assert "the executors have no package predictor; install it there" in run.stderr
    assert not (tmp_path / "out.parquet").exists()


def test_the_logged_model_answers_bigint_through_mlflows_spark_function(spark, listed, bundle, tmp_path):
    import mlflow
    from pyspark.sql.functions import col, struct

    from predictor.bundle import save_bundle
    from predictor.serving import pyfunc

    save_bundle(bundle, tmp_path / "bundle")
    mlflow.pyfunc.save_model(
        tmp_path / "model", python_model=pyfunc.__file__, artifacts={"bundle": str(tmp_path / "bundle")},
        signature=pyfunc.signature(bundle), pip_requirements=[],
    )  # fmt: skip
    rows = spark.read.parquet(str(listed)).withColumns({name: col(name).cast("bigint") for name in ("followers", "fee")})
    for asked in ({"result_type": "reach_expected double, reach_p10 double"}, {}):  # without, what the signature says
        answer = mlflow.pyfunc.spark_udf(
            spark, str(tmp_path / "model"), env_manager="local", params={"on": "2026-07-01"}, **asked
        )
        both = rows.select(col("creator_id").alias("id"), answer(struct(*rows.columns)).alias("is"))
        told = both.select("id", "is.*").toPandas()
        here = at_home(listed, bundle).set_index("creator_id").loc[told["id"], ["reach_expected", "reach_p10"]]
        np.testing.assert_array_equal(told[["reach_expected", "reach_p10"]].to_numpy(), here.to_numpy())
    assert told["creator_id"].tolist() == told["id"].tolist() and told["invented_data"].all()


def test_the_lines_of_the_page_on_long_lists_run(spark, listed, tables, saved_bundle, bundle, tmp_path, monkeypatch):
    import mlflow

    from predictor.serving import pyfunc

    (tmp_path / "creators").mkdir()
    shutil.copy(listed, tmp_path / "creators")
    shutil.copytree(saved_bundle, tmp_path / "models" / "trained")
    mlflow.pyfunc.save_model(
        tmp_path / "registered", python_model=pyfunc.__file__, artifacts={"bundle": str(saved_bundle)},
        signature=pyfunc.signature(bundle), pip_requirements=[],
    )  # fmt: skip
    at_scale, registered = re.findall(r"^```python\n(.*?)^```", (ROOT / "docs" / "scale.md").read_text(), re.S | re.M)
    monkeypatch.chdir(tmp_path)
    names = {"spark": spark, "rows": spark.read.parquet(str(listed))}
    (tmp_path / "history").mkdir()
    for name in ("creators", "posts"):
        tables.frames[name].drop(columns="sponsored_source", errors="ignore").to_parquet(tmp_path / "history" / f"{name}.parquet")
    here = re.sub('"(creators/|history/)', rf'"{tmp_path}/\1', at_scale)  # Spark's own folder is the one that it was started in
    assert here.count(str(tmp_path)) == 2
    exec(compile(here, "scale.md", "exec"), names)
    exec(compile(registered.replace("models:/campaign-forecast@champion", "registered"), "scale.md", "exec"), names)
    scored = names["scored"].toPandas()
    answers = names["rows"].select("creator_id", names["answer"](names["struct"](*names["rows"].columns)).alias("is")).toPandas()
    assert len(scored) == len(answers) == 300 and scored["reach_expected"].notna().any()
    assert {round(one["reach_p10"], 6) for one in answers["is"]} == {round(one, 6) for one in scored["reach_p10"]}

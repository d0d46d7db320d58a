import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pytest

from builders import by_formula, own_rate
from predictor.batch.outputs import Writer, opened, write_part
from predictor.batch.readers import BATCH, read_batches
from predictor.batch.stream import Pace, ScoringOptions, score_batch, score_file
from predictor.definitions.formulas import formula
from predictor.errors import RowsError
from predictor.scoring.score import score

pytestmark = pytest.mark.slow

DAY = pd.Timestamp("2026-07-01")
WHOLE = ["break_even", "pays"]  # compare a candidate with the whole list


@pytest.fixture(scope="module")
def asked(bundle, brief, tables):
    return ScoringOptions(bundle, DAY, brief, tables, {"orders": 20.0})


@pytest.fixture(scope="module")
def expected(candidates, bundle, brief, tables):
    told = score(candidates, bundle, brief=brief, history=tables, on=DAY, at_least={"orders": 20.0})
    return told.drop(columns=WHOLE, errors="ignore")


@pytest.fixture
def long(tmp_path):
    """A list of attributes, a copy of which can be made long or wrong."""
    frame = pd.DataFrame({"platform": ["tiktok", "instagram", "youtube"] * 100, "followers": np.arange(1, 301) * 1000.0})
    frame.to_csv(tmp_path / "long.csv", index=False)
    return tmp_path / "long.csv"


@pytest.fixture
def plain(bundle):
    return ScoringOptions(bundle, DAY)


def test_a_list_scored_in_batches_equals_the_same_list_scored_at_once(world, asked, expected, tmp_path):
    done = score_file(world / "candidates.csv", tmp_path / "out.parquet", asked, rows=25, workers=2)
    told = pd.read_parquet(tmp_path / "out.parquet")
    assert done.rows == len(expected)
    pd.testing.assert_frame_equal(told, expected, check_dtype=False)


def test_workers_get_a_formula_of_ones_own(world, asked, expected, tmp_path):
    own = replace(asked, bundle=by_formula(asked.bundle, formula(own_rate).__name__))
    score_file(world / "candidates.csv", tmp_path / "out.parquet", own, rows=5, workers=2)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "out.parquet"), expected, check_dtype=False)


def test_every_kind_of_file_is_read_and_written_alike(long, plain, tmp_path):
    raw = pd.read_csv(long)
    raw.to_csv(tmp_path / "in.csv.gz", index=False)
    raw.to_feather(tmp_path / "in.arrow")
    (tmp_path / "folder").mkdir()
    raw[:200].to_parquet(tmp_path / "folder/a.parquet")
    raw[200:].to_parquet(tmp_path / "folder/b.parquet")
    pairs = (("in.csv.gz", "1.csv"), ("in.arrow", "2.csv.gz"), ("folder", "3.arrow"), ("long.csv", "4.parquet"))
    for source, output in pairs:
        score_file(tmp_path / source, tmp_path / output, plain, workers=1)
    told = [pd.read_csv(tmp_path / "1.csv"), pd.read_csv(tmp_path / "2.csv.gz")]
    told += [pd.read_feather(tmp_path / "3.arrow"), pd.read_parquet(tmp_path / "4.parquet")]
    for one in told:
        assert len(one) == 300
        np.testing.assert_array_equal(one["reach_expected"], told[0]["reach_expected"])


def test_how_much_was_read_counts_all_files_of_a_folder(tmp_path):
    for name in ("a", "b"):
        pd.DataFrame({"platform": ["tiktok"] * 20}).to_parquet(tmp_path / f"{name}.parquet")
    assert [batch.share for batch in read_batches(tmp_path, 10)] == [0.25, 0.5, 0.75, 1.0]


def test_what_an_earlier_run_had_finished_says_nothing_about_the_speed_of_this_one():
    pace = Pace(began=100.0)
    pace.read(0.5, kept=5000)
    pace.read(0.6)
    pace.rows = 6000
    assert pace.said(105.0) is None
    assert pace.said(110.0) == "6,000 rows, 100 rows/s, about 40 s left"
    assert pace.said(112.0) is None


def test_bad_rows_are_told_by_number_and_the_others_served(long, plain, tmp_path):
    lines = long.read_text().splitlines()
    lines[7], lines[250] = "tiktok,-5", "tiktok,many"
    long.write_text("\n".join(lines))
    done = score_file(long, tmp_path / "out.csv", plain, rows=100, workers=1)
    rejects = pd.read_csv(tmp_path / "out.rejects.csv")
    assert (done.rows, done.rejected) == (298, 2)
    assert rejects["row"].tolist() == [8, 251]
    assert "expected a number" in rejects["reason"][1]


def test_rows_without_any_forecast_are_counted(tmp_path, plain):
    (tmp_path / "in.csv").write_text("platform,creator_id,followers\ntiktok,a,5000\n,b,6000\n,c,7000\n")
    done = score_file(tmp_path / "in.csv", tmp_path / "out.csv", plain, workers=1)
    assert (done.rows, done.silent, done.rejected, done.unknown) == (3, 2, 0, 3)


def test_no_more_faults_are_hidden_than_rows_are_bad(plain):
    raw = pd.DataFrame({"platform": "tiktok", "followers": ["many"] * 50 + ["5000"]}, index=range(102, 153))
    good, faults = score_batch(raw, "x.csv", plain)
    assert (len(good), [fault.row for fault in faults]) == (1, list(range(102, 152)))


def test_a_batch_never_settles_what_another_batch_may_settle_otherwise(plain):
    raw = pd.DataFrame(
        {"platform": "tiktok", "followers": 5e4, "fee": ["1.234", "1.234,5"], "booked_at": ["25/12/2025", "03/04/2025"]}
    )
    good, faults = score_batch(raw.set_axis([2, 3]), "list.csv", plain)
    assert not len(good) and {fault.row for fault in faults} == {2, 3}
    assert "which may mean 1.2340 or 1234" in str(faults[0]) and any("2025-04-03 or 2025-03-04" in str(one) for one in faults)


def test_strict_refuses_the_list_for_one_bad_row(long, bundle, tmp_path):
    long.write_text(long.read_text().replace("tiktok,1000.0", "tiktok,many"))
    with pytest.raises(RowsError, match="row 2, column 'followers': got 'many'"):
        score_file(long, tmp_path / "out.csv", ScoringOptions(bundle, DAY, strict=True), workers=1)
    assert not (tmp_path / "out.csv").exists()


def test_a_list_without_a_usable_row_is_refused(tmp_path, plain):
    (tmp_path / "in.csv").write_text("platform,followers\ntiktok,many\n")
    with pytest.raises(RowsError, match="no row that can be used"):
        score_file(tmp_path / "in.csv", tmp_path / "out.csv", plain, workers=1)
    assert not (tmp_path / "out.csv").exists()

    assert "the first, row 2: got 'many'" in first_words(tmp_path / "in.csv", plain)


def first_words(source, plain):
    """What is said of a list, scored into a file beside it."""
    with pytest.raises(RowsError) as refused:
        score_file(source, source.parent / "told.csv", plain, workers=1)
    return str(refused.value)


def test_files_of_a_folder_that_differ_in_columns_are_refused_by_name(long, plain, tmp_path):
    (tmp_path / "folder").mkdir()
    raw = pd.read_csv(long)
    raw[["followers", "platform"]].to_csv(tmp_path / "folder" / "a.csv", index=False)
    raw.to_parquet(tmp_path / "folder" / "b.parquet")
    assert score_file(tmp_path / "folder", tmp_path / "out.csv", plain, workers=1).rows == 2 * len(raw)
    assert pd.read_csv(tmp_path / "out.csv")["platform"].isin(raw["platform"]).all()
    raw.assign(fee=5.0).drop(columns="followers").to_csv(tmp_path / "folder" / "c.csv", index=False)
    assert "c.csv: has fee more and lacks followers, compared with a.csv" in first_words(tmp_path / "folder", plain)


def test_folders_named_after_a_value_give_it_to_their_rows_and_hidden_ones_are_passed_over(tmp_path):
    for folder in ("kind=kol", "kind=__HIVE_DEFAULT_PARTITION__", ".out.csv.parts"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.csv").write_text("platform,followers\ntiktok,5\n")
    told = {batch.file: batch.rows["kind"].to_pylist() for batch in read_batches(tmp_path)}
    assert told == {"kind=__HIVE_DEFAULT_PARTITION__/a.csv": [None], "kind=kol/a.csv": ["kol"]}


@pytest.mark.parametrize(
    ("source", "output", "says"),
    [
        ("long.csv", "long.csv", "would write long.csv over the list that is read"),
        ("x.rejects.csv", "x.csv", "would write x.rejects.csv over the list that is read"),
        ("folder", "folder/out.csv", "lies in the folder that is read"),
    ],
)
def test_a_list_is_never_written_over(long, plain, tmp_path, source, output, says):
    (tmp_path / "folder").mkdir()
    for name in ("x.rejects.csv", "folder/a.csv"):
        (tmp_path / name).write_bytes(long.read_bytes())
    with pytest.raises(RowsError, match=says):
        score_file(tmp_path / source, tmp_path / output, plain, workers=1)
    assert long.exists() and sorted(one.name for one in tmp_path.iterdir()) == ["folder", "long.csv", "x.rejects.csv"]


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".arrow", ".parquet"])
def test_how_much_was_read_grows_with_the_rows_and_ends_at_all(tmp_path, suffix):
    frame = pd.DataFrame({"platform": "tiktok", "followers": np.arange(900_000) % 7919, "name": "somebody or other"})
    path = tmp_path / f"list{suffix}"
    {".arrow": frame.to_feather, ".parquet": frame.to_parquet}.get(suffix, lambda to: frame.to_csv(to, index=False))(path)
    shares = [batch.share for batch in read_batches(path)]
    assert len(shares) > 3 and np.abs(np.diff([0.0, *shares])).max() < 0.45
    assert shares[-1] == pytest.approx(1.0, abs=0.02)


def _truncated(path):
    path.write_bytes(path.read_bytes()[:-50])


@pytest.mark.parametrize(
    ("name", "spoil", "says"),
    [
        ("cut.parquet", _truncated, "cut.parquet: cannot be read as parquet"),
        ("cut.csv.gz", _truncated, "cut.csv.gz: is cut off"),
        ("cut.arrow", _truncated, "cut.arrow: cannot be read as arrow"),
        (
            "wide.csv",
            lambda p: p.write_text(p.read_text() + "\ntiktok,1,2\n"),
            "row 303: has 3 cells where the titles are 2",
        ),
        (
            "latin.csv",
            lambda p: p.write_bytes(p.read_bytes() + b"tikt\xf6k,1\n"),
            "latin.csv, row 302: is not UTF-8 text. As .* it reads: platform,followers / tikt.*k,1",
        ),
        ("none.csv", lambda p: p.write_text(""), "none.csv: is empty"),
        ("titles.csv", lambda p: p.write_text("platform,followers\n"), "titles.csv: has no rows"),
        ("unknown.csv", lambda p: p.write_text("platform,folowers\ntiktok,1\n"), "unknown column"),
    ],
)
def test_a_file_that_cannot_be_used_ends_in_a_sentence(long, plain, tmp_path, name, spoil, says):
    raw = pd.read_csv(long)
    writes = {"csv": raw.to_csv, "gz": raw.to_csv, "parquet": raw.to_parquet, "arrow": raw.to_feather}
    suffix = name.rsplit(".", 1)[1]
    writes[suffix](tmp_path / name, **({} if suffix == "arrow" else {"index": False}))
    spoil(tmp_path / name)
    with pytest.raises(RowsError, match=says):
        score_file(tmp_path / name, tmp_path / "out.csv", plain, workers=1)
    assert not (tmp_path / "out.csv").exists()


def test_what_was_made_from_another_list_is_not_resumed(tmp_path):
    parts = opened(tmp_path / "out.csv", {"the list": "a", "the model": "b"}, resume=False)
    with pytest.raises(RowsError, match="cannot be resumed: the list was a and is c"):
        opened(tmp_path / "out.csv", {"the list": "c", "the model": "b"}, resume=True)
    assert parts.folder.exists()


def test_a_missing_output_folder_is_told_before_any_work(long, plain, tmp_path):
    with pytest.raises(RowsError, match="there is no folder"):
        score_file(long, tmp_path / "nowhere/out.csv", plain)


def _command(source, output, bundle_folder, *more, limit=None):
    """`predictor score` in a process of its own; `limit` is the largest file that it may write, as on a full disk."""
    code = (
        "import resource, sys\nif __name__ == '__main__':\n"
        + (f"    resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n" if limit else "")
        + "    from predictor.cli.main import main\n    main(sys.argv[1:])\n"
    )
    script = output.with_name("run.py")
    script.write_text(code)
    words = ["score", source, "-o", output, "--model", bundle_folder, "--on", "2026-07-01", "--stream-from", "10", *more]
    return subprocess.Popen(
        [sys.executable, script, *map(str, words)], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip


def test_a_full_disk_ends_in_a_sentence_and_no_output(long, saved_bundle, tmp_path):
    run = _command(long, tmp_path / "out.csv", saved_bundle, "--workers", "1", limit=5000)
    assert "cannot be written" in run.communicate(timeout=120)[1]
    assert run.returncode == 2
    assert not (tmp_path / "out.csv").exists()


def _long_run(folder, bundle_folder, *more):
    """A run that is stopped in its middle, and the folder of its parts."""
    rng, source = np.random.default_rng(1), folder / "in.parquet"
    pd.DataFrame({"platform": "tiktok", "followers": rng.integers(1000, 10**6, 250_000), "country": "VN"}).to_parquet(source)
    run, parts = _command(source, folder / "out.parquet", bundle_folder, *more), folder / ".out.parquet.parts"
    while not list(parts.glob("0*.json")) and run.poll() is None:
        time.sleep(0.02)
    return run, parts


def test_a_killed_worker_ends_in_a_sentence_and_no_output(saved_bundle, tmp_path):
    run, parts = _long_run(tmp_path, saved_bundle, "--workers", "2")
    children = [line.split() for line in subprocess.getoutput(f"ps -ww -o pid=,args= --ppid {run.pid}").splitlines()]
    os.kill(next(int(pid) for pid, *words in children if "multiprocessing.spawn" in " ".join(words)), signal.SIGKILL)
    assert "a worker was stopped" in run.communicate(timeout=120)[1]
    assert (run.returncode, (tmp_path / "out.parquet").exists()) == (2, False)
    assert parts.exists()


def test_after_an_interruption_no_finished_part_is_done_again(saved_bundle, tmp_path):
    run, parts = _long_run(tmp_path, saved_bundle, "--workers", "1")
    source, output = tmp_path / "in.parquet", tmp_path / "out.parquet"
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=120)
    assert (run.returncode, output.exists()) == (130, False)
    finished = len(list(parts.glob("0*.json")))
    part = feather.read_table(parts / "000000.part")
    place, kept = part.column_names.index("country"), pa.array(["kept"] * len(part), pa.large_string())
    feather.write_feather(part.set_column(place, "country", kept), parts / "000000.part", compression="uncompressed")
    again = _command(source, output, saved_bundle, "--workers", "2", "--resume")
    told = again.communicate(timeout=120)[0]
    assert again.returncode == 0
    assert f"{finished} parts that an earlier run had finished were kept" in told
    countries = pd.read_parquet(output)["country"]
    assert len(countries) == 250_000
    assert (countries == "kept").sum() == BATCH  # the part as it was found, not made anew
    assert not parts.exists()


@pytest.mark.parametrize("suffix", [".parquet", ".arrow"])
def test_a_text_that_repeats_itself_in_one_part_only_stays_a_text(tmp_path, suffix):
    same, apart = ["vn"] * 600, [f"place {number}" for number in range(600)]
    writer = Writer(tmp_path / f"out{suffix}", suffix)
    for number, names in enumerate([same, apart, [None] * 600]):
        write_part(pd.DataFrame({"country": pd.Series(names, dtype="str")}), tmp_path / f"{number}.part", suffix)
        writer.add(tmp_path / f"{number}.part", b"")
    writer.close()
    told = (pd.read_parquet if suffix == ".parquet" else pd.read_feather)(tmp_path / f"out{suffix}")["country"]
    assert told.dtype == "str"
    assert told.fillna("-").tolist() == [*same, *apart, *["-"] * 600]

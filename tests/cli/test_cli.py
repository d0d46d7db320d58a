"""The command as people meet it: every known mistake ends in its sentence, exit code 2 and nothing half-written."""

import json
import shutil

import pandas as pd
import pytest

from builders import run
from predictor.cli.main import main
from predictor.cli.options import warn_of_day

CANDIDATES = {
    "platform,folowers\ntiktok,3\n": (
        "list.csv, column 'folowers': unknown column; did you mean 'followers'? "
        "Otherwise rename or remove it, or list it under `ignore:` in a mapping."
    ),
    "platform,followers\ntiktok,-5\n": (
        "list.csv, row 2, column 'followers': got -5; Audience lies between 0 and 2000000000; correct it or leave it blank."
    ),
    "platform,ad_density\ntiktok,45\n": (
        "list.csv, row 2, column 'ad_density': got 45; a share lies between 0 and 1: write 45% or 0.45."
    ),
    "platform,engagement_rate\ntiktok,2.1\n": (
        "list.csv, row 2, column 'engagement_rate': got 2.1; a rate above 1 needs a percent sign: write 2.1% or 0.021."
    ),
    "platform,likes\ntiktok,5\n": (
        "list.csv, column 'likes': 'likes' is known only after booking, so a candidate cannot have it and no forecast may use "
        "it; rename or remove it, or list it under `ignore:` in a mapping."
    ),
    "": "list.csv: is empty; it needs a row of column titles and rows below it.",
    "platform,followers\n": "list.csv: has no rows; it needs a row of column titles and rows below it.",
}


VIETNAMESE = [
    (["check", "none.csv"], "none.csv: không có tệp này trong"),
    (["lineup", "none.csv", "--goal", "sales"], "none.csv: không có tệp này trong"),
    (["import", "none.xlsx", "-o", "out"], "none.xlsx: không có tệp này trong"),
    (["check", "list.pdf"], "list.pdf: có đuôi '.pdf'; chỉ nhận: .csv"),
    (["check", "list.csv"], "list.csv, cột 'likes': 'likes' chỉ biết được sau khi đặt booking"),
    (["check", "list.csv"], "list.csv, cột 'folowers': cột lạ; có phải ý bạn là 'followers'?"),
    (["check", "list.csv"], "list.csv, dòng 2, cột 'ad_density': đang ghi 45"),
    (["compare", "list.csv", "--goal", "sales"], "chưa có dự báo; trước hết hãy dự báo cho các ứng viên"),
    (["whatif", "list.csv", "--set", "fee"], "--set: đang ghi 'fee'; hãy ghi tên cột và giá trị, như fee=50tr"),
    (["import", "list.csv", "-o", "out", "--set", "plattform=x"], "--set: đang ghi 'plattform=x'; cần CỘT=GIÁ_TRỊ"),
]


@pytest.mark.parametrize(("arguments", "said"), VIETNAMESE)
def test_what_a_planner_has_to_mend_is_said_in_vietnamese(tmp_path, capsys, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list.csv").write_text("platform,folowers,likes,ad_density\ntiktok,3,5,45\n")
    (tmp_path / "list.pdf").write_text("x")
    code, _, err = run(capsys, *arguments, "--lang", "vi")
    assert code == 2 and said in err


@pytest.mark.parametrize("text", CANDIDATES)
def test_candidates_that_cannot_be_read_get_their_sentence_and_no_output(tmp_path, capsys, saved_bundle, text):
    (tmp_path / "list.csv").write_text(text)
    code, out, err = run(capsys, "score", tmp_path / "list.csv", "--model", saved_bundle, "-o", tmp_path / "out.csv")
    assert (code, out) == (2, "")
    assert err.strip().removeprefix(f"{tmp_path}/") == CANDIDATES[text]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["list.csv"]


TABLES = {
    "creators.csv": "creator_id,platform,followers\nc1,tiktok,1000\nc1,tiktok,900\n",
    "bookings.csv": "booking_id,campaign_id,creator_id,booked_at,engagements,post_id\nb1,k1,c9,2026-03-20,-3,p1\n",
    "posts.csv": "post_id,creator_id,published_at,likes\np1,c1,2026-03-01,7\n",
}
FAULTS = """\
creators.csv, row 3, column 'creator_id': got 'c1', which row 2 has already; each row needs its own: change it or remove the row.
bookings.csv, row 2, column 'engagements': got -3; Engagements lies between 0 and 10000000000; correct it or leave it blank.
bookings.csv, row 2, column 'creator_id': got 'c9', which creators.csv does not have; correct it, or add it there.
bookings.csv, row 2, column 'post_id': got 2026-03-01, before booked_at 2026-03-20; \
the booking's post cannot be published before the booking is agreed: correct one of the two.
"""


@pytest.mark.parametrize(
    ("lang", "unread", "nowhere"),
    [
        ("en", "not read: accounts.csv;", "no table says on which platform"),
        ("vi", "không được đọc: accounts.csv;", "không bảng nào"),
    ],
)
def test_a_table_under_another_name_is_named_as_unread_and_what_no_table_says_too(tmp_path, capsys, lang, unread, nowhere):
    (tmp_path / "posts.csv").write_text("creator_id,published_at,likes\nlinh,2026-05-02,1840\n")
    (tmp_path / "accounts.csv").write_text("creator_id,platform\nlinh,tiktok\n")
    (tmp_path / "rejects.csv").write_text("row\n")
    code, out, _ = run(capsys, "check", tmp_path, "--lang", lang)
    assert code == 0 and unread in out and nowhere in out and "rejects" not in out
    (tmp_path / "accounts.csv").rename(tmp_path / "creators.csv")
    code, out, _ = run(capsys, "check", tmp_path, "--lang", lang)
    assert code == 0 and "csv;" not in out and nowhere not in out


@pytest.mark.parametrize("command", ["check", "train", "judge"])
def test_all_faults_of_all_tables_are_told_at_once(tmp_path, capsys, command):
    for name, text in TABLES.items():
        (tmp_path / name).write_text(text)
    code, out, err = run(capsys, command, tmp_path)
    assert (code, out) == (2, "")
    assert sorted(line for line in err.splitlines() if not line.startswith("reading")) == sorted(FAULTS.splitlines())


def test_a_file_that_is_not_there_is_named(tmp_path, capsys):
    code, _, err = run(capsys, "check", tmp_path / "nofile.csv")
    assert (code, err) == (2, f"nofile.csv: there is no such file in {tmp_path}; check the name.\n")


def test_a_suffix_that_is_not_read_is_refused_with_those_that_are(tmp_path, capsys):
    (tmp_path / "a.pdf").write_text("x")
    code, _, err = run(capsys, "check", tmp_path / "a.pdf")
    allowed = ".csv, .tsv, .txt, .json, .jsonl, .ndjson, .parquet, .xlsx, .xls, .xlsb, .ods"
    assert (code, err) == (2, f"a.pdf: ends in '.pdf'; allowed: {allowed}; save it as one of these.\n")


def test_text_that_is_not_utf8_is_refused_with_the_encoding_to_confirm(tmp_path, capsys):
    (tmp_path / "list.csv").write_bytes(b"platform,name\ntiktok,\xff\xfe\xe1\n")
    code, _, err = run(capsys, "check", tmp_path / "list.csv")
    assert code == 2 and err.startswith(
        "list.csv, row 2: is not UTF-8 text. As windows-1252 it reads: platform,name / tiktok,ÿþá."
    )
    assert "write `encoding: windows-1252` for this table in a mapping; if not, save it as 'CSV UTF-8'" in err


def test_scoring_before_anything_was_promoted_says_what_to_type(world, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, err = run(capsys, "score", world / "candidates.csv", "-o", tmp_path / "out.csv")
    assert code == 2
    assert err == (
        "models: there is no champion yet: run `predictor train DATA`, then `predictor promote`, "
        "or name a model folder with --model.\n"
    )
    assert not list(tmp_path.iterdir())


def test_a_broken_recipe_is_refused_before_any_work(project, world, tmp_path, capsys):
    broken = shutil.copytree(project, tmp_path / "broken")
    recipe = broken / "models" / "reach.yaml"
    recipe.write_text(recipe.read_text().replace("outcome: reach", "outcome: reech"))
    code, _, err = run(capsys, "train", world, "--project", broken)
    assert code == 2
    assert err.startswith("models/reach.yaml: outcome: got 'reech'; allowed: reach, ")
    assert err.endswith("did you mean 'reach'?\n")


def test_a_history_with_nothing_to_learn_from_says_so(tmp_path, capsys):
    (tmp_path / "creators.csv").write_text("creator_id,platform\nc1,tiktok\n")
    code, _, err = run(capsys, "train", tmp_path)
    assert code == 2
    assert "history: has neither posts nor bookings, so there is nothing to learn from; add one of them." in err


def test_a_history_that_names_no_platform_says_what_to_add(tmp_path, capsys):
    (tmp_path / "posts.csv").write_text("post_id,creator_id,published_at,likes\np1,c1,2026-01-01,5\n")
    code, _, err = run(capsys, "train", tmp_path)
    assert code == 2
    assert (
        "history: does not say on which platform anybody publishes; add the table creators, or a column 'platform' to bookings."
    ) in err


def test_too_few_outcomes_are_counted_and_refused(tmp_path, capsys):
    (tmp_path / "creators.csv").write_text("creator_id,platform\nc1,tiktok\n")
    (tmp_path / "posts.csv").write_text("post_id,creator_id,published_at,likes\np1,c1,2026-01-01,5\np2,c1,2026-03-01,5\n")
    code, _, err = run(capsys, "train", tmp_path)
    assert code == 2
    assert "engagement cannot be learned, because 1 rows have a recorded 'engagements' and models/engagement.yaml asks for" in err


def test_an_output_folder_that_is_not_there_is_refused_before_scoring(world, saved_bundle, tmp_path, capsys):
    code, _, err = run(capsys, "score", world / "candidates.csv", "--model", saved_bundle, "-o", tmp_path / "no" / "out.csv")
    assert (code, err) == (2, f"out.csv: cannot be written: there is no folder {tmp_path / 'no'}; make it first.\n")


@pytest.fixture(scope="module")
def scored(world, saved_bundle, tmp_path_factory):
    output = tmp_path_factory.mktemp("scored") / "scored.csv"
    main([
        "score", str(world / "candidates.csv"), "--campaign", str(world / "brief.yaml"), "--history", str(world),
        "--on", "2026-07-01", "--model", str(saved_bundle), "-o", str(output),
    ])  # fmt: skip
    return output


def test_json_of_score_holds_the_numbers_of_the_file(world, saved_bundle, scored, tmp_path, capsys):
    code, out, _ = run(
        capsys, "score", world / "candidates.csv", "--campaign", world / "brief.yaml", "--history", world,
        "--on", "2026-07-01", "--model", saved_bundle, "-o", tmp_path / "again.csv", "--json",
    )  # fmt: skip
    told = pd.DataFrame(json.loads(out))
    assert code == 0
    assert told["reach_p90"].tolist() == pytest.approx(pd.read_csv(scored)["reach_p90"].tolist())
    assert (tmp_path / "again.csv").read_bytes() == scored.read_bytes()


@pytest.mark.parametrize(("lang", "words"), [("en", "influencers"), ("vi", "influencer")])
def test_compare_answers_in_words(scored, capsys, lang, words):
    code, out, _ = run(capsys, "compare", scored, "--goal", "engagement", "--lang", lang)
    assert code == 0
    assert words in out.lower() and "kol" in out.lower()


def test_compare_prints_json_and_writes_a_report_that_needs_nothing_else(scored, world, tmp_path, capsys):
    report = tmp_path / "report.html"
    code, out, _ = run(
        capsys, "compare", scored, "--goal", "sales", "--campaign", world / "brief.yaml", "--report", report, "--json"
    )
    assert code == 0 and json.loads(out)["goal"] == "sales"
    page = report.read_text(encoding="utf-8")
    assert "<svg" in page and "src=" not in page and 'rel="stylesheet"' not in page


def test_the_goal_traffic_is_answered_from_the_list_to_the_plan(scored, world, tmp_path, capsys):
    asked = ("--goal", "traffic", "--campaign", world / "brief.yaml")
    code, out, _ = run(capsys, "compare", scored, *asked, "--json")
    assert code == 0 and json.loads(out)["target"] == "clicks"
    code, out, _ = run(capsys, "lineup", scored, *asked, "-o", tmp_path / "plan.xlsx")
    assert code == 0 and "Goal: traffic · forecast: clicks" in out and "Cost per click" in out
    code, out, _ = run(capsys, "lineup", scored, *asked, "-o", tmp_path / "plan.xlsx", "--lang", "vi")
    assert code == 0 and "dự báo: lượt bấm" in out and "Chi phí mỗi lượt bấm" in out


def test_a_goal_without_forecasts_says_which_goals_can_be_answered(scored, tmp_path, capsys):
    forecasts = pd.read_csv(scored, dtype=str)
    forecasts.drop(columns=[name for name in forecasts if name.startswith("clicks_")]).to_csv(tmp_path / "few.csv", index=False)
    code, _, err = run(capsys, "compare", tmp_path / "few.csv", "--goal", "traffic")
    assert code == 2
    assert "awareness, engagement, sales" in err


@pytest.mark.slow
def test_judge_writes_every_out_of_sample_forecast_and_the_page_in_the_language_asked(short_world, project, tmp_path, capsys):
    output, page = tmp_path / "predictions.parquet", tmp_path / "record.html"
    words = ["--jobs", 1, "--predictions", output, "--json", "--report", page, "--lang", "vi"]
    code, out, _ = run(capsys, "judge", short_world, "--project", project, *words)
    told, scores = pd.read_parquet(output), pd.DataFrame(json.loads(out)["scores"])
    assert code == 0
    assert {"target", "split", "row_id", "campaign_id", "platform", "actual", "expected", "p10", "p90", "crps"} <= set(told)
    whole = scores[scores["group"] == "all"]
    assert set(whole["target"]) == {"reach", "engagement", "clicks", "orders", "revenue"}
    for figures in whole.to_dict("records"):
        rows = told[(told["target"] == figures["target"]) & (told["split"] == figures["split"])]
        inside = rows["actual"].between(rows["p10"], rows["p90"]).mean()
        assert figures["coverage"] == pytest.approx(inside) and figures["rows"] == len(rows)
    assert "Những gì phép kiểm chứng này không cho biết" in page.read_text(encoding="utf-8")


def test_the_generated_pages_agree_with_the_definitions(capsys):
    code, out, _ = run(capsys, "docs", "--check")
    assert code == 0, out


def test_a_stale_page_is_named(project, tmp_path, capsys):
    copy = shutil.copytree(project, tmp_path / "copy")
    (copy / "features" / "README.md").write_text("old")
    code, _, err = run(capsys, "docs", "--check", "--project", copy)
    assert code == 2
    assert f"{copy}/features/README.md: is stale; write it again with `predictor docs`." in err


def test_a_goal_that_cannot_be_read_is_refused_before_any_work(world, tmp_path, capsys):
    code, _, err = run(capsys, "score", world / "candidates.csv", "-o", tmp_path / "out.csv", "--at-least", "orders:20")
    assert code == 2 and "--at-least: got 'orders:20'; write a target and a count or an amount, such as orders=20." in err


def test_a_day_before_the_history_begins_is_said_and_so_is_one_long_after_its_end(capsys):
    tables = {"posts": pd.DataFrame({"published_at": pd.to_datetime(["2025-03-01", "2025-06-01"])})}
    warn_of_day(tables, pd.Timestamp("2024-01-01"), "en")
    assert "The day asked, 2024-01-01, is before the history begins (its first post is of 2025-03-01)" in capsys.readouterr().err
    warn_of_day(tables, pd.Timestamp("2025-06-10"), "en")
    assert capsys.readouterr().err == ""
    warn_of_day(tables, pd.Timestamp("2025-09-01"), "en")
    assert "The history's last post is 92 days before the day asked" in capsys.readouterr().err

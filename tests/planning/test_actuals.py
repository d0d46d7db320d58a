import json
from datetime import datetime

import numpy as np
import openpyxl
import pandas as pd
import pytest

from builders import CATALOGUE, book_of, phrases, scored
from predictor.asof.growth import RUNGS, Curve, Growth
from predictor.cli.main import main
from predictor.errors import RowsError
from predictor.planning.actuals import Promise, compare_with_actuals, read_plan
from predictor.planning.early_counts import horizon_of
from predictor.planning.lineup import lineup
from predictor.planning.rules import LineupConstraints
from predictor.reporting.actuals_words import afterwards_in_words
from predictor.reporting.plan_workbook import write_plan
from predictor.tables.files import write_frame

pytestmark = pytest.mark.slow

HORIZON = horizon_of(CATALOGUE.recipes["engagement"], CATALOGUE)
WORDS = {"en": "Engagements", "vi": "Lượt tương tác"}


def plan(**columns):
    base = {"creator_id": ["a", "b", "c"], "name": ["An", "Bình", "Chi"], "format": "video", "expected": 100.0}
    return pd.DataFrame(base | {"p10": 40.0, "p50": 90.0, "p90": 180.0} | columns)


def actual_bookings(**columns):
    base = {"booking_id": ["k1", "k2", "k3"], "creator_id": ["c", "a", "b"], "format": "video", "engagements": [60.0, 500, 120]}
    return pd.DataFrame(base | columns)


def compared(rows=None, bookings=None, **more):
    return compare_with_actuals(
        plan() if rows is None else rows, actual_bookings() if bookings is None else bookings, "engagements", **more
    )


def test_each_booking_stands_beside_its_own_result_and_is_inside_or_not():
    found = compared()
    assert found["came"].tolist() == [500, 120, 60, 680] and found["booking_id"].tolist()[:3] == ["k2", "k3", "k1"]
    assert found["inside"].tolist() == [False, True, True, False] and found["total"].tolist() == [False, False, False, True]


def test_the_interval_of_the_total_is_that_of_a_sum_and_follows_what_bookings_share():
    total = compared().iloc[-1]
    assert total["expected"] == 300 and 120 < total["p10"] < total["p50"] < total["p90"] < 540


def test_the_total_of_a_whole_plan_has_the_interval_that_was_signed_and_that_of_a_part_is_as_wide_in_proportion():
    promise = Promise(300, 250, 380)
    whole = compared(promise=promise).iloc[-1]
    assert (whole["p10"], whole["p90"]) == (pytest.approx(250), pytest.approx(380))
    part = actual_bookings().iloc[:2]
    narrow, wide = compared(bookings=part, promise=promise).iloc[-1], compared(bookings=part).iloc[-1]
    assert wide["p10"] < narrow["p10"] < 200 < narrow["p90"] < wide["p90"]


def test_what_has_not_come_is_missing_and_left_out_of_the_total():
    found = compared(bookings=actual_bookings(engagements=[60.0, np.nan, 120]).iloc[:2])
    assert found["came"].isna().tolist() == [True, True, False, False] and found["inside"].tolist()[:3] == [None, None, True]
    assert found.iloc[-1][["expected", "came"]].tolist() == [100, 60]
    assert "2 bookings of the plan have no result yet and are left out of the total: An; Bình." in afterwards_in_words(
        found, WORDS, phrases("en"), None, HORIZON
    )


def test_a_booking_without_an_id_is_told_apart_from_one_that_has_not_come():
    text = afterwards_in_words(
        compared(plan(creator_id=["a", None, "z"], name=["An", None, "Chi"])), WORDS, phrases("en"), None, HORIZON
    )
    assert "1 booking of the plan has neither name nor id" in text and "1 booking of the plan has no result yet" in text


def test_a_creator_booked_twice_is_told_apart_by_format_or_refused():
    twice = plan(creator_id=["a", "a", "b"], format=["video", "story", "video"])
    both = actual_bookings(creator_id=["a", "a", "b"], format=["story", "Video", "video"])
    assert compared(twice, both)["booking_id"].tolist()[:3] == ["k2", "k1", "k3"]
    with pytest.raises(RowsError, match="do not say which of the 2 bookings of An each result is of; give each its format"):
        compared(plan(creator_id=["a", "a", "b"]))
    with pytest.raises(RowsError, match=r"hold 2 results of An from several campaigns \(k1, k2\); leave only this campaign's"):
        compared(plan(), actual_bookings(creator_id=["a", "a", "b"], campaign_id=["k1", "k2", "k2"]))


def test_several_results_of_one_booking_are_added_up_and_said():
    found = compared(plan(), actual_bookings(creator_id=["a", "a", "b"]))
    assert found["came"].iloc[0] == 560 and found["rows"].iloc[0] == 2
    assert "Several results of one booking were added up: An (2)." in afterwards_in_words(
        found, WORDS, phrases("en"), None, HORIZON
    )


def test_results_of_nobody_in_the_plan_or_of_another_format_are_named_and_not_added():
    others = actual_bookings(creator_id=["a", "a", "zoe"], format=["video", "story", "video"])
    found = compared(plan(), others)
    assert found.loc[~found["planned"], "came"].tolist() == [500, 120] and found.iloc[-1]["came"] == 60
    text = afterwards_in_words(found, WORDS, phrases("en"), None, HORIZON)
    assert (
        "2 results are of nobody in the plan, or of a format not planned, and are not in the total: a (500); zoe (120)." in text
    )


@pytest.mark.parametrize("name", ["Bình", "binh", "BÌNH ", "b", "https://www.tiktok.com/@b"])
def test_a_result_is_found_by_name_id_handle_or_link(name):
    results = pd.DataFrame({"name": ["An", name], "engagements": [60.0, 120.0]})
    assert compared(plan(), results)["came"].tolist()[:2] == [60, 120]


def test_results_that_miss_on_both_sides_are_counted_by_side_though_the_total_holds():
    rows = plan(creator_id=["a", "b", "c"])
    text = afterwards_in_words(compared(rows, actual_bookings(engagements=[1.0, 300, 60])), WORDS, phrases("en"), None, HORIZON)
    assert "1 of 3 results lies in its likely range; about 8 of 10 should. Below it: 1; above it: 1." in text
    assert "within what was forecast for the total" in text and "as promised" not in text


@pytest.mark.parametrize("heading", [False, True], ids=["titles first", "a heading above"])
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize("titles", [("Tên KOL", "Lượt tương tác", "Chi phí"), ("Influencer", "Engagements", "Cost")])
def test_a_table_of_results_is_read_under_the_titles_that_people_write(tmp_path, capsys, suffix, titles, heading):
    rows = scored(better=2.0, name=[f"Bạn {n}" for n in range(40)])
    found = lineup(rows, "engagement", LineupConstraints(budget=50e6), CATALOGUE)
    write_plan(found, phrases("vi"), tmp_path / "plan.xlsx")
    names = found.proposed.rows["name"].tolist()
    table = pd.DataFrame({titles[0]: [*names[:2], "Người lạ"], titles[1]: [2000, 1500, 900], titles[2]: ["5tr", "6tr", "1tr"]})
    table = table.assign(Link="https://www.tiktok.com/@x/video/1")
    if heading:
        table = pd.concat([table.columns.to_frame().T, table]).set_axis(["KẾT QUẢ", *[""] * 3], axis=1)
    write_frame(table, tmp_path / f"came{suffix}")
    main(["afterwards", str(tmp_path / "plan.xlsx"), str(tmp_path / f"came{suffix}"), "--lang", "vi"])
    said = capsys.readouterr().out
    assert f"Phương án gồm {len(names)} booking đã hứa" in said and "đến nay 2 booking có kết quả: 3,5 nghìn." in said
    assert "1 kết quả không thuộc ai trong phương án" in said and "Người lạ (900)" in said


@pytest.mark.parametrize(("lang", "title"), [("vi", "Thực tế"), ("vi", "Tương tác thực tế"), ("en", "Came in")])
def test_results_written_into_the_plan_itself_are_read_beside_its_bookings(tmp_path, capsys, lang, title):
    plan_file, filled = tmp_path / "plan.xlsx", tmp_path / "filled.xlsx"
    found = lineup(scored(name=[f"Bạn {n}" for n in range(40)]), "engagement", LineupConstraints(budget=50e6), CATALOGUE)
    write_plan(found, phrases(lang), plan_file, campaign="Tết · Nhà Mây")
    with pytest.raises(SystemExit):
        main(["afterwards", str(plan_file), str(plan_file), "--lang", lang])
    assert {"vi": "chưa ai ghi kết quả vào", "en": "nobody has written results into it"}[lang] in capsys.readouterr().err
    book = openpyxl.load_workbook(plan_file)
    sheet, people = book.worksheets[0], found.proposed.rows["name"].tolist()
    assert sheet["A1"].value == "Tết · Nhà Mây"
    head = next(cell.row for cell in sheet["A"] if cell.value == phrases(lang).say("lineup_who"))
    last = sheet.max_column + 1
    sheet.cell(head, last, title)
    for place in range(1, len(people)):  # the last one has no result yet
        sheet.cell(head + place, last, 1000 + place)
    sheet.cell(head + len(people) + 1, last, f"=SUM(A{head}:A{head + 1})")
    book.save(filled)
    main(["afterwards", str(plan_file), str(filled), "--lang", lang, "--json"])
    came = [row["came"] for row in json.loads(capsys.readouterr().out)]
    assert came[:-2] == [1000 + place for place in range(1, len(people))] and came[-2] is None


def test_bookings_of_others_or_without_the_outcome_are_refused():
    with pytest.raises(RowsError, match="hold nobody of the plan; are these the results of this campaign"):
        compared(bookings=actual_bookings(creator_id=["x", "y", "z"]))
    with pytest.raises(RowsError, match="has no column 'engagements', which the plan forecast"):
        compared(bookings=actual_bookings().drop(columns="engagements"))


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "en",
            [
                "2 of 3 results lie in their likely range",
                "In all 680 engagements came in; 300 were expected",
                "more than promised",
            ],
        ),
        ("vi", ["2/3 kết quả nằm trong khoảng dự báo", "thực tế có 680 lượt tương tác; kỳ vọng 300", "Cao hơn dự báo"]),
    ],
)
def test_how_right_it_was_is_told_in_words(lang, said):
    text = afterwards_in_words(compared(), WORDS, phrases(lang), None, HORIZON)
    assert [one for one in said if one not in text] == [] and "Bình" in text


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_every_form_of_a_plan_gives_the_same_rows_back(tmp_path, lang):
    rows = scored(better=2.0, name="Nguyễn", format=["image", "own word"] * 20)
    found = lineup(rows, "engagement", LineupConstraints(budget=50e6), CATALOGUE)
    write_plan(found, phrases(lang), tmp_path / "plan.xlsx")
    (tmp_path / "plan.json").write_text(json.dumps(found.to_dict()), "utf-8")
    for name in ("plan.xlsx", "plan.json"):
        plan_rows, recipe, promise = read_plan(tmp_path / name, None, CATALOGUE)
        columns = ["creator_id", "format", "expected", "p10", "p90"]
        assert (
            plan_rows[columns].to_numpy().tolist() == found.proposed.rows[columns].to_numpy().tolist()
            and recipe.name == "engagement"
        )


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("plan.json", "{", "plan.json: cannot be read as JSON"),
        ("plan.json", "[1]", "plan.json: holds no plan; expected what predictor lineup --json prints"),
        ("plan.csv", "a,b\n1,2\n", "plan.csv has no forecasts in it|has no forecasts in it"),
        ("nowhere.json", None, "nowhere.json: there is no such file"),
        ("nowhere.xlsx", None, "nowhere.xlsx: there is no such file"),
    ],
)
def test_what_is_no_plan_is_refused_in_a_sentence(tmp_path, name, text, said):
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(RowsError, match=said):
        read_plan(tmp_path / name, "engagement", CATALOGUE)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"target": "sales"}, "got 'sales', which is no target; expected what predictor lineup --json prints"),
        ({"proposed": None}, "proposes no plan that has bookings; expected what predictor lineup --json prints"),
    ],
)
def test_a_plan_of_no_target_or_without_bookings_is_refused_in_a_sentence(tmp_path, change, said):
    found = lineup(scored(), "engagement", LineupConstraints(budget=50e6), CATALOGUE)
    (tmp_path / "plan.json").write_text(json.dumps(found.to_dict() | change), "utf-8")
    with pytest.raises(RowsError, match=said):
        read_plan(tmp_path / "plan.json", None, CATALOGUE)


def test_the_command_finds_the_campaigns_own_bookings_and_tells_how_right_it_was(tmp_path, capsys):
    rows = scored(better=2.0)
    write_plan(lineup(rows, "engagement", LineupConstraints(budget=50e6), CATALOGUE), phrases("vi"), tmp_path / "plan.xlsx")
    old, new = ({"creator_id": rows["creator_id"], "engagements": count} for count in (9, 2000))
    table = pd.concat([pd.DataFrame(old).assign(campaign_id="k1"), pd.DataFrame(new).assign(campaign_id="k2")])
    table = table.assign(booked_at="2026-07-01")
    write_frame(table.assign(booking_id=[f"b{n}" for n in range(len(table))]), tmp_path / "came.csv")
    asked = ["afterwards", str(tmp_path / "plan.xlsx"), str(tmp_path / "came.csv")]
    main([*asked, "--campaign-id", "k2", "--lang", "vi", "-o", str(tmp_path / "out.csv")])
    assert "10/10 kết quả nằm trong khoảng dự báo" in capsys.readouterr().out and (tmp_path / "out.csv").is_file()
    with pytest.raises(SystemExit) as end:
        main(asked)
    assert end.value.code == 2 and "hold 2 results of c10 from several campaigns (k1, k2)" in capsys.readouterr().err


@pytest.fixture
def booked(tmp_path, monkeypatch):
    """A plan of ten bookings, of 1,000 engagements each (400 to 1,800), and the names in it; no model is at hand."""
    monkeypatch.chdir(tmp_path)
    found = lineup(scored(name=[f"Bạn {n}" for n in range(40)]), "engagement", LineupConstraints(budget=50e6), CATALOGUE)
    write_plan(found, phrases("vi"), tmp_path / "plan.xlsx")
    return tmp_path / "plan.xlsx", found.proposed.rows["name"].tolist()


def answer(plan_file, rows, lang, capsys, *options):
    """What the command says of a workbook with these rows."""
    results = plan_file.parent / "came.xlsx"
    book_of({"KQ": rows}).save(results)
    main(["afterwards", str(plan_file), str(results), "--lang", lang, *options])
    return capsys.readouterr().out


SOON = {
    "vi": ("Số liệu mới đo sau khi đăng 3 ngày, còn dự báo là cho 28 ngày.", "10/10 số đo sớm", "Dự kiến khi đủ 28 ngày"),
    "en": (
        "Counted after 3 days; forecasts are for 28 days.",
        "10 of 10 early counts are on course",
        "On course for, at 28 days",
    ),
}
AS_WRITTEN = [  # lang, lines above, titles, and the two cells of a row
    ("vi", [], ("Tên KOL", "Ngày đăng", "Ngày đo"), ("03/07/2026", "06/07/2026")),
    ("vi", [], ("Tên KOL", "Ngày air", "Ngày chốt số"), (datetime(2026, 7, 3), "06/07/2026")),
    ("vi", [["KẾT QUẢ"], ["Số liệu tính đến 15/07/2026"]], ("Tên KOL", "Ngày lên bài", "Ghi chú"), ("12/07/2026", None)),
    ("en", [], ("Name", "Post date", "As of"), ("28/06/2026", "01/07/2026")),
    ("en", [], ("Name", "Published", "Counted on"), (datetime(2026, 7, 3, 19, 30), datetime(2026, 7, 6, 20))),
    ("en", [["As of", datetime(2026, 7, 6)]], ("Name", "Posted on", "Notes"), (46206, None)),
]


@pytest.mark.parametrize(("lang", "above", "titles", "days"), AS_WRITTEN)
def test_counts_of_three_days_are_said_first_and_judged_by_what_they_are_on_course_for(
    booked, capsys, lang, above, titles, days
):  # fmt: skip
    plan_file, names = booked
    outcome = {"vi": "Lượt tương tác", "en": "Engagements"}[lang]
    rows = [*above, [*titles, outcome], *([name, *days, 380] for name in names)]
    said = answer(plan_file, rows, lang, capsys)
    first, hits, title = SOON[lang]
    assert said.startswith(first) and hits in said and title in said  # 380 lie below the range, what they become lies in it
    found = pd.DataFrame(json.loads(answer(plan_file, rows, lang, capsys, "--json")))
    assert found["came"].tolist() == [380] * len(names) + [380 * len(names)]
    assert found["age"].iloc[0] == pytest.approx(3, abs=0.1) and found["inside"].iloc[0]
    assert (
        found["on_course_low"].ge(found["came"]).all()
        and found["on_course"].between(found["came"], found["on_course_high"]).all()
    )


def test_counts_of_the_horizon_or_older_are_final_and_early_ones_among_them_are_counted_apart(booked, capsys):
    plan_file, names = booked
    rows = [["Tên KOL", "Ngày đăng", "Ngày đo", "Lượt tương tác"]]
    rows += [[name, f"{1 + 27 * (n < 4):02}/06/2026", "29/06/2026", 1000] for n, name in enumerate(names)]
    said = answer(plan_file, rows, "vi", capsys)
    assert said.startswith("4/10 kết quả mới đo sau khi đăng 1 ngày") and "4/4 số đo sớm" in said and "6/6 kết quả nằm" in said
    found = pd.DataFrame(json.loads(answer(plan_file, rows, "vi", capsys, "--json")))
    assert found["on_course"].notna().tolist() == [True] * 4 + [False] * 6 + [True]
    assert found["on_course"].iloc[-1] == pytest.approx(found["on_course"].iloc[:4].sum() + 6000)


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("vi", "Kết quả được coi là số chốt (sau khi đăng 28 ngày)"),
        ("en", "The results are taken as final (28 days after posting)"),
    ],
)
@pytest.mark.parametrize("cell", [None, "chưa rõ"])
def test_results_without_readable_days_are_compared_as_before_and_said_to_be_taken_as_final(booked, capsys, lang, said, cell):
    plan_file, names = booked
    rows = [["Name", "Published", "Counted on", "Engagements"], *([name, cell, cell, 1000] for name in names)]
    text = answer(plan_file, rows, lang, capsys)
    assert said in text and text.startswith("KOL / influencer" if lang == "vi" else "Creator") and "28 ngày đăng" not in text


def test_days_that_contradict_each_other_or_may_be_months_are_refused(booked, capsys):
    plan_file, names = booked
    titles = ["Name", "Published", "Counted on", "Engagements"]
    for days, said in (
        (("2026-07-03", "2026-07-01"), "was counted on 2026-07-01, before the post was published on 2026-07-03"),
        (("03/07/2026", "06/07/2026"), "got '03/07/2026', which may mean 2026-07-03 or 2026-03-07"),
    ):
        with pytest.raises(SystemExit) as end:
            answer(plan_file, [titles, *([name, *days, 1000] for name in names)], "en", capsys)
        assert end.value.code == 2 and said in capsys.readouterr().err


def test_two_columns_that_may_say_when_a_post_was_published_are_asked_about(booked, capsys):
    plan_file, names = booked
    rows = [["Tên KOL", "Ngày đăng", "Ngày air", "Ngày đo", "Lượt tương tác"]]
    with pytest.raises(SystemExit) as end:
        answer(plan_file, [*rows, *([n, "03/07/2026", "04/07/2026", "06/07/2026", 9] for n in names)], "vi", capsys)
    assert end.value.code == 2 and "Ngày air" in capsys.readouterr().err


def test_early_orders_are_compared_as_they_stand_and_that_is_said():
    recipe = CATALOGUE.recipes["orders"]
    horizon = horizon_of(recipe, CATALOGUE)
    days = {"posted_on": pd.Timestamp("2026-07-03"), "counted_on": pd.Timestamp("2026-07-06")}
    came = actual_bookings(orders=[60.0, 100, 120], **days)
    found = compare_with_actuals(plan(), came, "orders", counts=True, horizon=horizon)
    assert found["on_course"].isna().all() and found["inside"].tolist()[:3] == [True] * 3
    label = CATALOGUE.entries["orders"].label.by_language()
    for lang, said in (
        ("en", "They are compared as they stand: how orders grow"),
        ("vi", "Các số này được so sánh nguyên trạng"),
    ):
        assert said in afterwards_in_words(found, label, phrases(lang), None, horizon)


def test_learned_growth_is_used_where_there_is_one_and_that_is_said():
    curve = Curve((0.5,) * RUNGS, (0.5,) * RUNGS, (0.1,) * RUNGS)
    growth = Growth(curves={"engagements": {"tiktok": curve}})
    horizon = horizon_of(CATALOGUE.recipes["engagement"], CATALOGUE, growth)
    days = {"posted_on": pd.Timestamp("2026-07-03"), "counted_on": pd.Timestamp("2026-07-10")}
    found = compared(plan(platform="tiktok"), actual_bookings(**days), horizon=horizon)
    assert found["on_course"].iloc[1] == pytest.approx(121 * 2 - 1)  # age times 4 at a slope of a half
    assert 121 * 4**0.35 < found["on_course_low"].iloc[1] + 1 < 242 < found["on_course_high"].iloc[1] + 1 < 121 * 4**0.65
    text = afterwards_in_words(found, WORDS, phrases("en"), None, horizon)
    assert "as counts grew in the model's history" in text and "assumed" not in text

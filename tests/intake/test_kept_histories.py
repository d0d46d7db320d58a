"""Histories as companies keep them: sections of weeks, counts with their followers, noughts, targets, days half written, JSON."""

import json

import pandas as pd
import pytest

from builders import book_of, run


@pytest.fixture
def imported(tmp_path, capsys):
    """Import a text, workbook or object of JSON; the exit code, what was said, and the tables."""

    def into_data(content, *options, mapping=None, name="file"):
        if isinstance(content, str):
            (file := tmp_path / f"{name}.csv").write_text(content, encoding="utf-8")
        elif isinstance(content, dict) and "sheets" in content:
            book_of(content["sheets"]).save(file := tmp_path / f"{name}.xlsx")
        else:
            (file := tmp_path / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
        if mapping is not None:
            (tmp_path / "given.yaml").write_text(mapping, encoding="utf-8")
            options = (*options, "--mapping", tmp_path / "given.yaml")
        code, out, err = run(capsys, "import", file, "-o", tmp_path / "data", *options)
        return code, out + err, {one.stem: pd.read_csv(one, dtype="str").fillna("") for one in (tmp_path / "data").glob("*.csv")}

    return into_data


def of(frame, *columns):
    return frame[[*columns]].to_numpy().tolist()


HEAD = ["KOL", "Platform", "Booked on", "Fee (VND)", "Reach", "Engagements"]
LAN, MINH = (["lan", "TikTok", "2026-01-12", 12_000_000], ["minh", "TikTok", "2026-01-13", 20_000_000])


def in_sections(heads, reach):
    rows = [[[head], [*LAN, lan, 100], [*MINH, minh, 200]] for head, (lan, minh) in zip(heads, reach, strict=True)]
    return {"sheets": {"Report": [HEAD, *sum(rows, [])]}}


def test_days_without_a_year_are_of_the_year_that_the_name_of_their_sheet_says(imported):
    head = ["KOL", "Platform", "Ngày đăng", "Fee (VND)", "Reach"]
    rows = ["lan", "TikTok", "25/12", 12_000_000, 90_000], ["minh", "TikTok", "15/01", 9_000_000, 55_000]
    sheets = {"T12.2025": [head, rows[0]], "T1.2026": [head, rows[1]]}
    code, told, _ = imported({"sheets": sheets})
    assert code == 2 and "'Ngày đăng' does not say which day it is" in told
    code, told, tables = imported({"sheets": sheets}, mapping='bookings: {columns: {"Ngày đăng": booked_at}, year: 2026}')
    assert code == 0 and [*tables["bookings"]["booked_at"]] == ["2025-12-25", "2026-01-15"]
    assert "'Ngày đăng': 1 day without a year (cell C2: '25/12') is taken to be of 2025, as the name of the sheet says" in told


def test_a_sheet_that_names_two_years_leaves_the_year_open(imported):
    rows = [["KOL", "Platform", "Booked on", "Fee (VND)", "Reach"], ["lan", "TikTok", "25/12", 12_000_000, 90_000]]
    code, told, _ = imported({"sheets": {"2025-2026": rows}})
    assert code == 2 and "without a year" in told and "write `year: " in told


def test_a_zone_in_the_title_of_a_day_is_no_unit(imported):
    text = "creator,platform,posted_at (GMT+7),fee_usd,reach\nlan,tiktok,2026-01-12 18:30,500,90000\n"
    code, told, tables = imported(text, mapping='bookings: {columns: {"posted_at (GMT+7)": booked_at}}')
    assert code == 0 and "is not understood" not in told and [*tables["bookings"]["booked_at"]] == ["2026-01-12T11:30:00"]

"""Workbooks whose sheets are named after kinds of people, who are of these kinds, and those whose names say no such thing."""

import pytest
from test_field_cases import Ran, workbook

TITLES = ["Tên", "Nền tảng", "Follow", "Giá (VNĐ)"]
LAN, RAU = ["Lan", "TikTok", 600_000, 25_000_000], ["Rau", "TikTok", 56_000, 1_800_000]


@pytest.fixture
def read(tmp_path, capsys):
    """Import sheets by their names."""
    return lambda sheets, **given: Ran(workbook(tmp_path / "list.xlsx", sheets), capsys, **given)


@pytest.mark.parametrize(("one", "other"), [("KOL", "Influencer"), ("1. KOLs TikTok", "Influencers"), ("KOL_T6", "Creator list")])
def test_sheets_named_after_two_kinds_tell_the_kind_of_their_rows(read, one, other):
    ran = read({one: [TITLES, LAN], other: [TITLES, RAU]})
    assert ran.code == 0 and ran.rows("name kind fee") == ["Lan kol 25000000", "Rau influencer 1800000"]
    assert "'Sheet' was read as 'kind'" in ran.out


def test_koc_is_asked_about_once_for_all_sheets_of_that_name_and_the_answer_holds(read):
    sheets = {"KOL": [TITLES, LAN], "KOC": [TITLES, RAU]}
    ran = read(sheets)
    assert ran.code == 2 and ran.err.count("'Sheet' says KOC: which kind is that here") == 1
    kept = (ran.data / "mapping.yaml").read_text(encoding="utf-8")
    ran = read(sheets, mapping=kept + "  values: {kind: {KOC: influencer}}\n")
    assert ran.code == 0 and ran.rows("name kind") == ["Lan kol", "Rau influencer"]


@pytest.mark.parametrize("names", [("KOL", "Phụ lục"), ("KOL T5", "KOL T6"), ("KOL & KOC", "KOL"), ("Rockol", "Kocreview")])
def test_names_of_one_kind_alone_of_both_or_of_none_say_nothing(read, names):
    ran = read({name: [TITLES, row] for name, row in zip(names, (LAN, RAU), strict=True)})
    assert ran.code == 0 and "(Kind)" not in ran.out and ran.rows("name") == ["Lan", "Rau"]


def test_a_column_of_kinds_says_it_better_than_the_name_of_its_sheet(read):
    ran = read({"KOL": [[*TITLES, "Loại"], [*LAN, "Influencer"]], "Influencer": [[*TITLES, "Loại"], [*RAU, "KOL"]]})
    assert ran.code == 0 and ran.rows("name kind") == ["Lan influencer", "Rau kol"]


def test_a_sheet_of_bookings_is_no_list_of_another_kind(read):
    history = [["KOL", "Chiến dịch", "Ngày chốt", "Giá (VNĐ)", "Đơn hàng"], ["Lan", "Tết", "2026-01-05", 20_000_000, 12]]
    creators = [["Tên", "Nền tảng", "Follow"], ["Lan", "TikTok", 600_000]]
    ran = read({"Influencers": creators, "KOL đã book": history})
    assert ran.code == 0 and ran.tables == ["bookings", "creators"] and "(Kind)" not in ran.out


def test_whoever_leaves_the_names_of_the_sheets_aside_gets_no_kind(read):
    ran = read({"KOL": [TITLES, LAN], "KOC": [TITLES, RAU]}, mapping="candidates: {ignore: [Sheet]}\n")
    assert ran.code == 0 and "(Kind)" not in ran.out and ran.rows("name") == ["Lan", "Rau"]

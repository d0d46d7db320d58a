"""Workbooks as people have them, made by hand: what comes out of each, or the sentence that says what to decide."""

import csv
from datetime import date, datetime

import pandas as pd
import pytest
import yaml

from builders import CATALOGUE, book_of
from predictor.cli.main import main
from predictor.intake.contract import check
from predictor.intake.spreadsheets.grids import Grid
from predictor.intake.spreadsheets.layout import lay_out
from predictor.intake.spreadsheets.titles import Titles

HEAD = ["Tên KOL", "Nền tảng", "Followers", "Báo giá (VND)"]
CREATORS = ["ID KOL", "Nền tảng", "Followers"]
POSTS = ["Link bài", "Tài khoản", "Ngày đăng", "Like"]


def book(*sheets, merge=(), formats=(), hide=()):
    """A workbook of (name, rows) sheets; merges and number formats are of the first."""
    made = book_of(dict(sheets))
    for name in hide:
        made[name].sheet_state = "hidden"
    for cells in merge:
        made.worksheets[0].merge_cells(cells)
    for cell, style in formats:
        made.worksheets[0][cell].number_format = style
    return made


def one(*rows, **settings):
    return book(("Sheet1", rows), **settings)


def imported(folder, made, *options, mapping=None):
    """Run the command; the exit code, the folder written."""
    path = folder / "theirs.xlsx"
    made.save(path)
    if mapping:
        (folder / "mapping.yaml").write_text(mapping, encoding="utf-8")
        options = (*options, "--mapping", str(folder / "mapping.yaml"))
    return ran(path, folder / "data", *options)


def ran(path, data, *options):
    try:
        main(["import", str(path), "-o", str(data), *options])
    except SystemExit as end:
        return end.code, data
    return 0, data


def rows(path, columns):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [" ".join(row[name] or "_" for name in columns.split()) for row in csv.DictReader(file)]


FEES = "name platform followers fee currency"
GOOD = {
    "a plain list": (one(HEAD, ["Lan", "TikTok", 1000, 5000000]), "candidates", FEES, ["Lan tiktok 1000 5000000 VND"]),
    "titles without accents": (
        one(["Ten KOL", "Nen tang", "So nguoi theo doi", "Bao gia VND"], ["Lan", "fb", "12K", "5tr"]),
        "candidates",
        FEES,
        ["Lan facebook 12000 5000000 VND"],
    ),
    "title rows above": (
        one(["BÁO GIÁ KOL TẾT"], ["Ngày lập: 01/02/2025"], [], HEAD, ["Lan", "TikTok", 1000, 5e6], merge=["A1:D1"]),
        "candidates",
        FEES,
        ["Lan tiktok 1000 5000000 VND"],
    ),
    "totals, blank rows and notes": (
        one(
            HEAD,
            ["Lan", "TikTok", 1000, 5e6],
            ["Cộng TikTok", None, 1000, 5e6],
            [],
            ["Mai", "Facebook", 10, 1e6],
            ["Tổng cộng", None, 1010, "6.000.000"],
            ["Total", None, None, "=SUM(D2:D5)"],
            ["* giá chưa gồm VAT"],
        ),
        "candidates",
        FEES,
        ["Lan tiktok 1000 5000000 VND", "Mai facebook 10 1000000 VND"],
    ),
    "a total with a label of its own and a platform": (
        one(
            ["STT", *HEAD], [1, "a", "fb", 1, 2000000], ["SUBTOTAL FB", None, "Facebook", 1, 2], [None, "Tổng:", "Facebook", 1, 2]
        ),
        "candidates",
        "name fee",
        ["a 2000000"],
    ),
    "a person whose name begins like a total": (
        one(HEAD, ["Tống Duy", "TikTok", 1, 2000000], ["Tổng Giám Đốc Review", "TikTok", 1, 2000000]),
        "candidates",
        "name",
        ["Tống Duy", "Tổng Giám Đốc Review"],
    ),
    "titles repeated on every page": (
        one(HEAD, ["Lan", "TikTok", 1, 2000000], HEAD, ["Mai", "TikTok", 1, 2000000]),
        "candidates",
        "name",
        ["Lan", "Mai"],
    ),
    "a platform merged over its rows": (
        one(HEAD, ["Lan", "TikTok", 1, 2000000], ["Mai", None, 1, 2000000], ["Tổng", None, 2, 4000000], merge=["B2:B4"]),
        "candidates",
        "name platform",
        ["Lan tiktok", "Mai tiktok"],
    ),
    "headings between the rows": (
        one(
            HEAD,
            ["NHÓM MEGA"],
            ["Lan", "TikTok", 1, 2000000],
            ["NHÓM NANO"],
            ["Mai", "TikTok", 1, 2000000],
            merge=["A2:D2", "A4:D4"],
        ),
        "candidates",
        "name",
        ["Lan", "Mai"],
    ),
    "two rows of titles": (
        one(
            ["Tên KOL", "Nền tảng", "Chi phí (triệu VND)", None],
            [None, None, "Báo giá", "Thuế"],
            ["Lan", "TikTok", 7.5, 1],
            merge=["A1:A2", "B1:B2", "C1:D1"],
        ),
        "candidates",
        "name platform fee currency",
        ["Lan tiktok 7500000 VND"],
    ),
    "a currency in the number format": (
        one(["Tên KOL", "Báo giá"], ["a", 5e6], ["b", 200], formats=[("B2", '#,##0 "₫"'), ("B3", "[$THB-409]#,##0")]),
        "candidates",
        "name fee currency",
        ["a 5000000 VND", "b 200 THB"],
    ),
    "a unit and a currency said above the table": (
        one(["Đơn vị tính: triệu đồng"], ["Tên KOL", "Báo giá"], ["a", 5], ["b", "500k"], ["c", "5-7"]),
        "candidates",
        "name fee currency",
        ["a 5000000 VND", "b 500000 VND", "c 6000000 VND"],
    ),
    "ranges": (
        one(
            ["Tên KOL", "Báo giá (VND)"],
            ["a", "5-7tr"],
            ["b", "từ 5 đến 7 triệu"],
            ["c", "500k – 1tr"],
            ["d", "5.000.000-7.000.000"],
        ),
        "candidates",
        "name fee",
        ["a 6000000", "b 6000000", "c 750000", "d 6000000"],
    ),
    "a currency column": (
        one(["Tên KOL", "Báo giá", "Tiền tệ"], ["a", 5e6, "đồng"], ["b", "¥300", "JPY"], ["c", 10.5, "usd"]),
        "candidates",
        "name fee currency",
        ["a 5000000 VND", "b 300 JPY", "c 10.5 USD"],
    ),
    "followers in thousands": (
        one(["Tên KOL", "Follower (nghìn)", "Báo giá (USD)"], ["a", 12.5, 312.125], ["b", "1,2 triệu", 400]),
        "candidates",
        "name followers fee",
        ["a 12500 312.1250", "b 1200000 400"],
    ),
    "dates of every kind": (
        one(
            POSTS,
            ["p1", "a", date(2025, 4, 3), "1.200"],
            ["p2", "a", "25/12/2025", "30"],
            ["p3", "a", "03/04/2025", 4],
            ["p4", "a", "2025-01-02", 4],
            ["p5", "a", datetime(2025, 4, 3, 14, 30), 5],
        ),
        "posts",
        "post_id published_at likes",
        ["p1 2025-04-03 1200", "p2 2025-12-25 30", "p3 2025-04-03 4", "p4 2025-01-02 4", "p5 2025-04-03T14:30:00 5"],
    ),
    "a sheet a platform, each with its own titles": (
        book(("TikTok", [["ID KOL", "Followers"], ["a", 5]]), ("Facebook", [["Mã KOL", "Số follower"], ["b", "6"]])),
        "creators",
        "creator_id platform followers",
        ["a tiktok 5", "b facebook 6"],
    ),
    "creators known by name on two platforms": (
        one(["Tên KOL", "Nền tảng", "Followers"], ["Lan", "TikTok", 1], ["Lan", "Facebook", 2], ["Mai", "FB", 3]),
        "creators",
        "creator_id",
        ["Lan @ tiktok", "Lan @ facebook", "Mai"],
    ),
    "bookings with likes and comments to add up": (
        one(
            ["Tên KOL", "Nền tảng", "Ngày chốt", "Chi phí (VND)", "Like", "Comment", "Lượt xem"],
            ["a", "fb", "2025-01-31", "2tr", 10, "5", 99],
        ),
        "bookings",
        "booking_id booked_at fee engagements reach",
        ["Sheet1-2 2025-01-31 2000000 15 99"],
    ),
    "campaigns": (
        one(["Mã chiến dịch", "Nhãn hàng", "Ngân sách (VND)", "Bắt đầu"], ["c1", "Sữa X", "1,5 tỷ", "2025-01-31"]),
        "campaigns",
        "campaign_id brand budget starts_on",
        ["c1 Sữa X 1500000000 2025-01-31"],
    ),
    "ids that look like numbers": (
        one(CREATORS, ["00123", "TikTok", "1234"], [456.0, "TikTok", "7"]),
        "creators",
        "creator_id followers",
        ["00123 1234", "456 7"],
    ),
    "a channel that is a platform": (
        one(["Tên KOL", "Kênh", "Báo giá (USD)"], ["a", "Tik Tok", 1], ["b", "YT", 2]),
        "candidates",
        "name platform",
        ["a tiktok", "b youtube"],
    ),
    "a title with a slip": (
        one(["Tên KOL", "Nền tảng", "Folowers", "Báo giá (VND)"], ["a", "fb", 10, 1000000]),
        "candidates",
        "followers",
        ["10"],
    ),
    "a hidden sheet and one without a table": (
        book(
            ("Data", [HEAD, ["a", "fb", 1, 2000000]]),
            ("Ẩn", [HEAD, ["z", "fb", 1, 2000000]]),
            ("Chú thích", [["xin chào"]]),
            hide=["Ẩn"],
        ),
        "candidates",
        "name",
        ["a"],
    ),
}
GOOD["money as text in many spellings"] = (
    one(
        ["Tên KOL", "Báo giá"],
        ["a", "5.000.000đ"],
        ["b", "1,200 USD"],
        ["c", "3 triệu VNĐ"],
        ["d", "3tr5 vnd"],
        ["e", "¥ 3,000 CNY"],
        ["f", "RM 200"],
        ["g", "Rp1.000.000"],
        ["h", "1,500 THB"],
        ["i", "₩50,000"],
        ["k", "JPY 9000"],
        ["l", "S$ 20.50"],
        ["m", "HK$300"],
    ),
    "candidates",
    "name fee currency",
    [
        "a 5000000 VND",
        "b 1200 USD",
        "c 3000000 VND",
        "d 3500000 VND",
        "e 3000 CNY",
        "f 200 MYR",
        "g 1000000 IDR",
        "h 1500 THB",
        "i 50000 KRW",
        "k 9000 JPY",
        "l 20.5 SGD",
        "m 300 HKD",
    ],
)
GOOD["a fee for a video, and for two, with and without VAT"] = (
    one(
        [*HEAD[:3], "Báo giá (VND)", "Số bài"],
        ["a", "fb", 1, "5tr/video", 1],
        ["b", "fb", 1, "10tr/2 post + VAT", None],
        ["c", "fb", 1, "8 triệu (chưa VAT 8%)", 3],
        ["d", "fb", 1, "7,5tr đã bao gồm VAT", 1],
    ),
    "candidates",
    "name fee currency posts",
    ["a 5000000 VND 1", "b 10000000 VND 2", "c 8000000 VND 3", "d 7500000 VND 1"],
)
GOOD["years of two figures beside one in full"] = (
    one(POSTS, ["p", "a", "31/12/25", 1], ["q", "a", "01/02/2026", 2]),
    "posts",
    "post_id published_at",
    ["p 2025-12-31", "q 2026-02-01"],
)


@pytest.mark.parametrize("case", GOOD)
def test_a_sheet_as_people_have_it_becomes_exactly_these_rows(tmp_path, case):
    made, table, columns, expected = GOOD[case]
    code, data = imported(tmp_path, made)
    assert code == 0
    assert rows(data / f"{table}.csv", columns) == expected
    assert check([data / f"{table}.csv"], CATALOGUE) == []


FEE = ["Tên KOL", "Báo giá"]
OPEN = {
    "a bare fee": (
        one(FEE, ["a", 5e6], ["b", "3.000.000"]),
        "column 'Báo giá' names no currency (2 rows, the first is row 2); "
        "in mapping.yaml, under candidates, write `constants: {currency: VND}`",
    ),
    "a day that may be a month": (
        one(POSTS, ["p", "a", "03/04/2025", 1]),
        "cell C2 is '03/04/2025', and nothing says whether day "
        "or month comes first (1 rows); in mapping.yaml, under posts, write `day_first: true`",
    ),
    "days and months in both orders": (
        one(POSTS, ["p", "a", "25/12/2025", 1], ["q", "a", "12/25/2025", 1], ["r", "a", "12/26/2025", 1]),
        "write `day_first: true` (or false)",
    ),
    "two fees": (
        one(["Tên KOL", "Đơn giá (VND)", "Thành tiền (VND)"], ["a", 1000000, 2000000]),
        "'Đơn giá (VND)' / 'Thành tiền (VND)' could both "
        "be 'fee'; in mapping.yaml, under candidates, write `ignore: [\"Thành tiền (VND)\"]`",
    ),
    "a mark that may be decimal": (
        one([*FEE[:1], "Giá (USD)"], ["a", "1.234"], ["b", "1,234"]),
        "cell B2 is '1.234', where the mark may be "
        "decimal or group thousands (2 rows); in mapping.yaml, under candidates, write `decimal_comma: true`",
    ),
    "yen or yuan": (
        one(FEE, ["a", "¥300"]),
        "'¥' in column 'Báo giá' (cell B2) may mean CNY / JPY; in mapping.yaml, under candidates, write "
        "`constants: {currency: CNY}`, or the one that it is, if all amounts are in it",
    ),
    "dollars of which country": (one(FEE, ["a", "$300"]), "'$' in column 'Báo giá' (cell B2) may mean USD / SGD / HKD"),
    "dollars among several": (
        one(FEE, ["a", "$300"], ["b", "S$ 20"]),
        "'$' in column 'Báo giá' (cell B2) may mean USD / SGD / HKD",
    ),
    "no platform anywhere": (one(CREATORS[::2], ["a", 1]), "creators need 'platform', and no column gives it"),
    "bookings that name nobody": (
        one(["Mã booking", "Ngày chốt", "Đơn hàng"], ["b", "2025-01-31", 2]),
        "bookings need 'creator_id', and no column gives it",
    ),
    "bookings beside campaigns that they do not name": (
        book(
            ("Chiến dịch", [["Mã chiến dịch", "Nhãn hàng", "Mục tiêu"], ["c", "X", "Bán hàng"]]),
            ("Booking", [["Tên KOL", "Ngày chốt", "Đơn hàng"], ["b", "2025-01-31", 2]]),
        ),
        "Booking: bookings need 'campaign_id', and no column gives it",
    ),
    "a bare date in bookings": (
        one(["Tên KOL", "Ngày", "Phí (VND)", "Đơn hàng"], ["a", "2025-01-31", 1000000, 2]),
        "'Ngày' does not say which day it is; in mapping.yaml, under bookings, write `columns: {\"Ngày\": booked_at}`",
    ),
    "two currencies in a row": (
        one(["Mã booking", "Ngày chốt", "Phí (VND)", "Doanh thu (USD)"], ["b", "2025-01-31", 1000000, 2]),
        "row 2 has 'Phí (VND)' in VND and 'Doanh thu (USD)' in USD",
    ),
    "a year of two figures that may stand first": (
        one(POSTS, ["p", "a", "26/11/25", 1]),
        "cell C2 is '26/11/25', and nothing says which figures are the year (1 rows); in mapping.yaml, under posts, write "
        "`day_first: true` if the year comes last",
    ),
    "a second table under the first": (
        one(HEAD, ["a", "fb", 1, 2000000], [], CREATORS, ["b", "fb", 1]),
        "row 4 starts a second table",
    ),
}


@pytest.mark.parametrize("case", OPEN)
def test_what_has_two_readings_is_asked_and_nothing_is_written_but_the_mapping(tmp_path, capsys, case):
    made, sentence = OPEN[case]
    code, data = imported(tmp_path, made)
    assert code == 2
    assert sentence in capsys.readouterr().err
    assert [path.name for path in data.iterdir()] == ["mapping.yaml"]


DECIDED = {
    "a bare fee": (
        "candidates: {constants: {currency: USD}}",
        "candidates",
        "name fee currency",
        ["a 5000000 USD", "b 3000000 USD"],
    ),
    "a day that may be a month": ("posts: {day_first: false}", "posts", "published_at", ["2025-03-04"]),
    "a year of two figures that may stand first": ("posts: {day_first: true}", "posts", "published_at", ["2025-11-26"]),
    "two fees": ("candidates: {ignore: ['Đơn giá (VND)']}", "candidates", "fee", ["2000000"]),
    "a mark that may be decimal": ("candidates: {decimal_comma: true}", "candidates", "fee", ["1234", "1.2340"]),
    "yen or yuan": ("candidates: {constants: {currency: JPY}}", "candidates", "fee currency", ["300 JPY"]),
    "no platform anywhere": ("creators: {constants: {platform: tiktok}}", "creators", "creator_id platform", ["a tiktok"]),
    "a bare date in bookings": ("bookings: {columns: {Ngày: booked_at}}", "bookings", "booked_at", ["2025-01-31"]),
}


@pytest.mark.parametrize("case", DECIDED)
def test_the_line_that_the_sentence_names_decides(tmp_path, case):
    mapping, table, columns, expected = DECIDED[case]
    code, data = imported(tmp_path, OPEN[case][0], mapping=mapping)
    assert code == 0
    assert rows(data / f"{table}.csv", columns) == expected


BLANKED = {
    "a fee that is no number": (
        one(HEAD, ["a", "fb", 1, "gọi em nhé"], ["b", "fb", 1, 2000000]),
        "sheet 'Sheet1', row 2, cell D2, column 'Báo giá (VND)': got 'gọi em nhé'; expected a number",
    ),
    "a range upside down": (
        one(HEAD, ["a", "fb", 1, "7-5tr"], ["b", "fb", 1, 2000000]),
        "cell D2, column 'Báo giá (VND)': '7-5tr': is a range that starts above its end",
    ),
    "a fee merged over rows": (
        one(HEAD, ["a", "fb", 1, 9000000], ["a", "TikTok", 1, None], ["b", "fb", 1, 2000000], merge=["D2:D3"]),
        "is merged over rows 2 to 3: each row's own, or shared?",
    ),
    "a formula never saved": (
        one(HEAD, ["a", "fb", 1, "=1+1"], ["b", "fb", 1, 2000000]),
        "cell D2, column 'Báo giá (VND)': holds a formula whose result was not saved",
    ),
    "a fee for two posts of a row that books three": (
        one([*HEAD, "Số bài"], ["a", "fb", 1, "50k/2 video", 3], ["b", "fb", 1, 2000000, 1]),
        "cell D2, column 'Báo giá (VND)': got '50k/2 video', the price of 2 (posts), but the row books 3",
    ),
    "a cell against its currency column": (
        one([*HEAD[:3], "Giá", "Tiền tệ"], ["a", "fb", 1, "5 USD", "VND"], ["b", "fb", 1, 2000000, "VND"]),
        "is in USD, but the row's currency says VND",
    ),
    "a fee that nobody could mean beside one that is right": (
        one(HEAD, ["a", "fb", 1, "5,5"], ["b", "fb", 1, 2000000]),
        "cell D2, column 'Báo giá (VND)': got '5,5'; nobody asks so little in VND",
    ),
}


@pytest.mark.parametrize("case", BLANKED)
def test_a_bad_fee_is_blank_and_told_and_its_candidate_stays(tmp_path, capsys, case):
    made, sentence = BLANKED[case]
    code, data = imported(tmp_path, made)
    told = capsys.readouterr().err
    assert code == 0
    assert sentence in told and "could not be used and" in told
    fees = rows(data / "candidates.csv", "name fee")
    assert {row.split()[1] for row in fees if row.startswith("a")} == {"_"} and fees[-1] == "b 2000000"
    assert rows(data / "rejects.csv", "kept")[0] == "True"


BAD = {
    "an unknown platform": (
        one(HEAD, ["a", "Zzz", 1, 2000000], ["b", "fb", 1, 2000000]),
        "column 'Nền tảng': got 'Zzz'; allowed: facebook",
    ),
    "a creator without a platform": (one(CREATORS, ["a", None, 1], ["b", "fb", 1]), "row 2, cell –, column 'Nền tảng': is blank"),
    "a creator twice": (
        one(CREATORS, ["b", "fb", 1], ["b", "fb", 1]),
        "row 3, cell –, column 'ID KOL': 'b' is in an earlier row",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_row_is_reported_by_its_cell_and_the_good_one_is_written(tmp_path, capsys, case):
    made, sentence = BAD[case]
    code, data = imported(tmp_path, made)
    assert code == 0
    assert sentence in capsys.readouterr().err
    table = next(path for path in data.glob("*.csv") if path.stem in ("candidates", "creators"))
    column = "name" if table.stem == "candidates" else "creator_id"
    assert rows(table, column) == ["b"]
    assert rows(data / "rejects.csv", "sheet row")[0].startswith("Sheet1 ")


def test_a_vietnamese_reader_is_told_every_reason_in_vietnamese(tmp_path, capsys):
    bad = [
        ["a", "fb", 1, "gọi em"],
        ["c", "fb", 1, "7-5tr"],
        ["d", "Facebok", 1, 2000000],
        ["e", "fb", -1, 2000000],
        ["f", "fb", 1, "=1+1"],
    ]
    code, data = imported(tmp_path, one(HEAD, *bad, [None, None, 1, 2000000], ["b", "fb", 1, 2000000]), "--lang", "vi")
    told = capsys.readouterr().err
    assert code == 0 and rows(data / "candidates.csv", "name") == ["a", "c", "e", "f", "b"]
    assert "4 ô không dùng được nên để trống, dòng vẫn được giữ" in told and "2 dòng bị để lại" in told
    assert "cột 'Báo giá (VND)' không dùng được: đang ghi 'gọi em'; cần một con số như 1234, 12.5K hoặc 3 triệu" in told
    assert "'7-5tr': khoảng này có mức đầu cao hơn mức cuối" in told
    assert "đang ghi 'Facebok'; chỉ nhận: Facebook, " in told and "có phải ý bạn là 'facebook'?" in told
    assert "đang ghi -1; Lượng khán giả phải nằm trong khoảng từ 0 đến" in told
    assert "ô chứa công thức chưa lưu kết quả" in told and "chưa rõ là ai và ở nền tảng nào" in told
    assert not any(word in told for word in ("got ", "expected", "allowed", " is ", "correct"))
    assert any("cần một con số" in problem for problem in rows(data / "rejects.csv", "problem"))


def test_each_distinct_word_is_recognised_once_however_long_the_list():
    asked = []
    cells = pd.DataFrame([["Tên KOL", "Nền tảng", "Định dạng"]] + [["Lan", "TikTok", "video"]] * 500, dtype=object)
    grid = Grid("x", cells.set_axis(range(1, 502), axis=0).set_axis(range(1, 4), axis=1), {}, {})
    layout = lay_out(grid, lambda title: asked.append(title) or {"Tên KOL": "name", "Nền tảng": "platform"}.get(title))
    assert layout.rows == tuple(range(2, 502)) and len(asked) == len(set(asked))


@pytest.mark.parametrize("case", ["a fee that is no number", "a creator twice"])
def test_strict_writes_nothing_where_a_row_is_bad(tmp_path, capsys, case):
    made, sentence = (BLANKED | BAD)[case]
    code, data = imported(tmp_path, made, "--strict")
    assert (code, data.exists()) == (2, False)
    assert sentence in capsys.readouterr().err


def test_rates_convert_and_a_missing_one_is_named(tmp_path, capsys):
    made = one(FEE, ["a", "2 USD"], ["b", "5tr VND"], ["c", "100 THB"])
    rates = tmp_path / "rates.yaml"
    rates.write_text("to: VND\nrates: {USD: 25500}\n")
    assert imported(tmp_path, made, "--rates", str(rates))[0] == 2
    assert "no rate for THB to VND; add `THB:` under `rates:`" in capsys.readouterr().err
    rates.write_text("to: VND\nrates: {USD: 25500, THB: 700}\n")
    code, data = imported(tmp_path, made, "--rates", str(rates))
    assert rows(data / "candidates.csv", "fee currency") == ["51000 VND", "5000000 VND", "70000 VND"]


def test_a_rate_that_is_no_rate_is_refused(tmp_path, capsys):
    (tmp_path / "rates.yaml").write_text("to: dong\nrates: {USD: -1}\n")
    assert imported(tmp_path, one(FEE, ["a", "2 USD"]), "--rates", str(tmp_path / "rates.yaml"))[0] == 2
    told = capsys.readouterr().err
    assert "a rate is a number above 0" in told and "got the currency 'dong'" in told


def test_what_a_sheet_says_of_vat_is_repeated_and_nothing_is_added(tmp_path, capsys):
    made = one(["Giá chưa gồm VAT"], HEAD, ["a", "fb", 1, "5tr + VAT"], ["b", "fb", 1, "6tr"], ["c", "fb", 1, "7tr (incl. VAT)"])
    code, data = imported(tmp_path, made, "--lang", "vi")
    told = capsys.readouterr().out
    assert (code, rows(data / "candidates.csv", "fee")) == (0, ["5000000", "6000000", "7000000"])
    assert "1 mức giá chưa gồm VAT (đầu tiên là ô D3: '5tr + VAT'); giữ nguyên như đã ghi, không cộng thêm VAT" in told
    assert "1 mức giá đã gồm VAT (đầu tiên là ô D5: '7tr (incl. VAT)')" in told
    assert "theo dòng 'Giá chưa gồm VAT'" in told


def test_all_doubts_come_at_once_in_vietnamese(tmp_path, capsys):
    made = book(("A", OPEN["two fees"][0].active.values), ("B", OPEN["a day that may be a month"][0].active.values))
    assert imported(tmp_path, made, "--lang", "vi")[0] == 2
    told = capsys.readouterr().err
    assert "Còn 2 điều cần bạn quyết định" in told
    assert "A: các cột" in told and "B: cột 'Ngày đăng': ô C2 ghi '03/04/2025'" in told


def test_the_mapping_in_the_folder_decides_the_next_time(tmp_path):
    made = OPEN["a bare fee"][0]
    code, data = imported(tmp_path, made)
    kept = yaml.safe_load((data / "mapping.yaml").read_text(encoding="utf-8"))
    kept["candidates"]["constants"] = {"currency": "VND"}
    (data / "mapping.yaml").write_text(yaml.safe_dump(kept, allow_unicode=True), encoding="utf-8")
    assert (code, imported(tmp_path, made)[0]) == (2, 0)
    assert rows(data / "candidates.csv", "currency") == ["VND", "VND"]


def test_a_range_is_said_aloud_and_listed(tmp_path, capsys):
    _, data = imported(tmp_path, one(HEAD, ["a", "fb", 1, "5-7tr"]))
    assert "D2: 5-7tr → 6000000" in capsys.readouterr().out
    assert rows(data / "midpoints.csv", "cell came read_as") == ["D2 5-7tr 6000000"]


def test_sheet_and_table_override_what_would_be_recognised(tmp_path):
    made = book(("x", [CREATORS, ["a", "fb", 1]]), ("y", [CREATORS, ["b", "fb", 1]]))
    code, data = imported(tmp_path, made, "--sheet", "y", "--table", "candidates")
    assert code == 0
    assert rows(data / "candidates.csv", "creator_id") == ["b"]
    assert not (data / "creators.csv").exists()


def test_an_unknown_sheet_or_a_file_without_titles_is_told(tmp_path, capsys):
    assert imported(tmp_path, one(HEAD, ["a"]), "--sheet", "Tháng 1")[0] == 2
    assert imported(tmp_path, one(["a", "b"], [1, 2]))[0] == 2
    told = capsys.readouterr().err
    assert "has no sheet 'Tháng 1'; its sheets: Sheet1" in told and "no sheet with a row of at least two known titles" in told


def test_a_csv_with_lines_above_its_titles_and_semicolons_is_read(tmp_path):
    path = tmp_path / "kol.csv"
    path.write_text(
        "Báo giá tháng 5;;\n;;\nTên KOL;Nền tảng;Báo giá (VND)\nLan;TikTok;1.500.000\nTổng;;1.500.000\n", encoding="utf-8-sig"
    )
    code, data = ran(path, tmp_path / "data")
    assert code == 0
    assert rows(data / "candidates.csv", "name fee") == ["Lan 1500000"]


def test_bookings_that_name_a_creator_nobody_listed_are_left_out(tmp_path, capsys):
    made = book(
        ("KOL", [CREATORS, ["a", "fb", 1]]),
        ("Booking", [["ID KOL", "Ngày chốt", "Đơn hàng"], ["a", "2025-01-31", 1], ["z", "2025-01-31", 1]]),
    )
    code, data = imported(tmp_path, made)
    assert code == 0
    assert rows(data / "bookings.csv", "creator_id orders") == ["a 1"]
    assert "sheet 'Booking', row 3" in capsys.readouterr().err
    assert check([data], CATALOGUE) == []


def test_dates_that_a_spreadsheet_may_have_swapped_are_pointed_at(tmp_path, capsys):
    assert imported(tmp_path, one(POSTS, ["p", "a", date(2025, 3, 4), 1], ["q", "a", "25/12/2025", 2]))[0] == 0
    assert "Check cell C2, read as 2025-03-04." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "platform"),
    [
        ("Line-up", None),
        ("LINE-UP KOL Q3", None),
        ("Line up", None),
        ("line items", None),
        ("LINE", "line"),
        ("KOL Line OA", "line"),
    ],
)
def test_a_sheet_called_line_up_is_no_sheet_of_line(name, platform):
    assert Titles(CATALOGUE, "candidates").mentioned(name) == platform

"""Files as people have them, rebuilt from shapes met in public lists and exports: what each says, or what it is asked."""

import csv
import shutil
from datetime import date

import pytest
import yaml

from builders import book_of
from predictor.cli.main import main
from predictor.wording.sentences import load_sentences

# Builders: a workbook of sheets, a CSV file, and the command run over either.


def workbook(path, sheets, formats=(), hidden_rows=(), hidden_columns=(), merged=()):
    made = book_of(sheets)
    first = made.worksheets[0]
    for cell, style in formats:
        first[cell].number_format = style
    for row in hidden_rows:
        first.row_dimensions[row].hidden = True
    for column in hidden_columns:
        first.column_dimensions[column].hidden = True
    for sheet, cells in merged:
        made[sheet].merge_cells(cells)
    made.save(path)
    return path


def table(path, *rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


class Ran:
    """What one import gave: its exit code, what it printed, and its tables."""

    def __init__(self, path, capsys, *options, mapping=None, again=False):
        self.data = path.parent / "data"
        if not again:
            shutil.rmtree(self.data, ignore_errors=True)
        if mapping is not None:
            given = path.parent / "given.yaml"
            given.write_text(mapping, encoding="utf-8")
            options = (*options, "--mapping", str(given))
        self.code = 0
        try:
            main(["import", str(path), "-o", str(self.data), *options])
        except SystemExit as end:
            self.code = end.code
        self.out, self.err = capsys.readouterr()

    def rows(self, columns, name="candidates"):
        with (self.data / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            return [" ".join(row[column] or "_" for column in columns.split()) for row in csv.DictReader(file)]

    @property
    def tables(self):
        return sorted(path.stem for path in self.data.glob("*.csv"))


@pytest.fixture
def read(tmp_path, capsys):
    """Import rows as a CSV file."""
    return lambda *rows, options=(), mapping=None, again=False: Ran(
        table(tmp_path / "list.csv", *rows), capsys, *options, mapping=mapping, again=again
    )


@pytest.fixture
def opened(tmp_path, capsys):
    """Import rows as a workbook of one sheet, or of several by name."""

    def run(*rows, sheets=None, options=(), mapping=None, again=False, **settings):
        made = workbook(tmp_path / "book.xlsx", sheets or {"Sheet1": rows}, **settings)
        return Ran(made, capsys, *options, mapping=mapping, again=again)

    return run


# Units: said in a title, above the table, by a number format, or proved by the rest of a column.

RATES = [
    ("Engagement Rate (%)", ["0.85", "0.6", "0.42"], ["0.0085", "0.006", "0.0042"]),
    ("ER%", ["3.2", "0.6", "1"], ["0.0320", "0.006", "0.01"]),
    ("Tỷ lệ tương tác (phần trăm)", ["0,85", "0,6", "4"], ["0.0085", "0.006", "0.04"]),
    ("ER trung bình (%)", ["3,2%", "0.5", "5"], ["0.0320", "0.0050", "0.05"]),
    ("Engagement Rate", ["0.85", "2.6", "4"], ["0.0085", "0.0260", "0.04"]),  # above 1: per cent
    ("Engagement Rate", ["0.031", "0.02", "0.045"], ["0.0310", "0.02", "0.0450"]),
    ("ER", ["2%", "3.5%", "1%"], ["0.02", "0.0350", "0.01"]),
]


@pytest.mark.parametrize(("title", "cells", "expected"), RATES)
def test_a_rate_is_per_cent_where_its_title_or_its_column_says_so(read, title, cells, expected):
    ran = read(["Name", "Platform", "Followers", title], *(["a", "TikTok", "1000", cell] for cell in cells),
               options=("--table", "candidates"))  # fmt: skip
    assert ran.code == 0
    assert [float(cell) for cell in ran.rows("engagement_rate")] == [float(cell) for cell in expected]


@pytest.mark.parametrize(
    ("cells", "counted"),
    [(["0.85", "0.6", "0.42"], ["0.0085", "0.006", "0.0042"]), (["0.03", "2.5", "3"], ["_", "0.025", "0.03"])],
)
def test_rates_that_may_be_shares_or_per_cent_are_asked_about_and_the_answer_counts(read, cells, counted):
    rows = [["Name", "Platform", "Followers", "Engagement Rate"], *(["a", "TikTok", "1000", cell] for cell in cells)]
    asked = read(*rows, options=("--table", "candidates"))
    assert asked.code == 2 and "a share or per cent?" in asked.err and 'units: {"Engagement Rate": 0.01}' in asked.err
    answered = read(*rows, options=("--table", "candidates"), mapping='candidates: {units: {"Engagement Rate": 0.01}}')
    assert answered.rows("engagement_rate") == counted


FOLLOWERS = [
    ("Followers (万)", "23.5", 235_000), ("粉丝（万）", "100", 1_000_000), ("粉丝数(万)", "1.2", 12_000), ("Followers (K)",
    "64.3", 64_300),
    ("Follower (nghìn)", "820,5", 820_500), ("Pengikut (rb)", "12,5", 12_500), ("Followers (juta)", "1,2", 1_200_000),
    ("Followers (in thousands)", "45", 45_000), ("Followers (millions)", "1.5", 1_500_000),
    ("フォロワー数（万人）", "3.5", 35_000),
    ("팔로워 (만)", "12", 120_000), ("ผู้ติดตาม (ล้าน)", "1.5", 1_500_000), ("Followers ('000)", "45", 45_000),
    ("Followers (người)", "4500", 4_500), ("Follower K", "12", 12_000), ("Followers (K)", "12.5M", 12_500_000),
]  # fmt: skip


@pytest.mark.parametrize(("title", "cell", "expected"), FOLLOWERS)
def test_a_unit_in_the_title_of_followers_counts(read, title, cell, expected):
    ran = read(["Name", "Platform", title, "Fee (RMB)"], ["A", "抖音", cell, "10000"], options=("--table", "candidates"))
    assert ran.code == 0
    assert ran.rows("followers fee currency") == [f"{expected} 10000 CNY"]


@pytest.mark.parametrize(
    ("title", "cell", "fee"),
    [("Báo giá (triệu VNĐ)", "5,5", 5_500_000), ("Phí (1.000đ)", "500", 500_000), ("Harga (juta rupiah)", "2,5", 2_500_000),
     ("Giá booking (Tr VNĐ)", "28-32", 30_000_000), ("报价（万元）", "1.5", 15_000), ("Fee (thousand USD)", "2", 2_000),
     ("Báo giá (ĐVT: nghìn đồng)", "800", 800_000), ("Phí - triệu VND", "7", 7_000_000)],
)  # fmt: skip
def test_a_unit_in_the_title_of_a_price_counts(read, title, cell, fee):
    ran = read(["Name", "Platform", "Followers", title], ["A", "TikTok", "1000", cell])
    assert (ran.code, ran.rows("fee")) == (0, [str(fee)])


@pytest.mark.parametrize(
    "line", ["Đơn vị: triệu VNĐ", "BẢNG GIÁ (đơn vị: triệu VNĐ, chưa VAT)", "Unit: million VND", "Giá KOL (triệu đồng)"]
)
def test_a_unit_in_a_line_above_the_table_counts(opened, line):
    ran = opened(
        [line], ["Tên KOL", "Nền tảng", "Followers", "Báo giá"], ["A", "TikTok", 1000, 5.5], ["B", "TikTok", 1000, "500k"]
    )
    assert (ran.code, ran.rows("followers fee currency")) == (0, ["1000 5500000 VND", "1000 500000 VND"])


def test_what_a_number_format_writes_behind_a_number_is_part_of_it(opened):
    ran = opened(
        ["Name", "Platform", "Followers", "Phí (VNĐ)", "ER"],
        ["A", "TikTok", 120, 5, 0.85], ["B", "TikTok", 85_000, 7_500_000, 0.0085], ["C", "TikTok", 1.2, 500_000, 0.03],
        formats=[("C2", '0.0"K"'), ("C3", '#,##0.0,"K"'), ("C4", '0.0"M"'), ("D2", '#,##0.0" tr"'), ("D3", '#,##0.0,,\\ "tr"'),
                 ("E2", '0.00"%"'), ("E3", "0.00%"), ("E4", "0.0%")],
    )  # fmt: skip
    assert ran.code == 0
    assert ran.rows("followers fee") == ["120000 5000000", "85000 7500000", "1200000 500000"]
    assert [float(cell) for cell in ran.rows("engagement_rate")] == [0.0085, 0.0085, 0.03]


def test_a_number_whose_format_says_its_unit_is_not_multiplied_by_the_title_too(opened):
    ran = opened(["Name", "Platform", "Followers (K)"], ["A", "TikTok", 120_000], ["B", "TikTok", 85],
                 formats=[("C2", '0.0,"K"')], options=("--table", "candidates"))  # fmt: skip
    assert ran.rows("followers") == ["120000", "85000"]


@pytest.mark.parametrize("title", ["Followers (2019)", "Followers (verified)", "Followers (x)"])
def test_a_qualifier_that_nobody_understands_is_asked_about(read, title):
    rows = [["Name", "Platform", title], ["A", "TikTok", "12"]]
    asked = read(*rows, options=("--table", "candidates"))
    assert asked.code == 2 and "is not understood" in asked.err and f'units: {{"{title}": 1}}' in asked.err
    again = read(*rows, options=("--table", "candidates"), again=True)  # by the mapping that was kept: still not decided
    assert again.code == 2
    decided = read(*rows, options=("--table", "candidates"), mapping=f'candidates: {{units: {{"{title}": 1000}}}}')
    assert (decided.code, decided.rows("followers")) == (0, ["12000"])


def test_a_price_that_nobody_could_mean_is_asked_about(read):
    rows = [
        ["Tên KOL", "Nền tảng", "Followers", "Báo giá (VNĐ)"],
        *(["A", "TikTok", "120000", fee] for fee in ("5,5", "3", "12")),
    ]
    asked = read(*rows, options=("--table", "candidates", "--lang", "vi"))
    assert asked.code == 2 and "ô D2 ghi '5,5'" in asked.err and "có phải nghìn hay triệu?" in asked.err
    answered = read(*rows, mapping='candidates: {units: {"Báo giá (VNĐ)": 1000000}}')
    assert (answered.code, answered.rows("fee")) == (0, ["5500000", "3000000", "12000000"])
    kept = read(*rows, mapping='candidates: {units: {"Báo giá (VNĐ)": 1}}')
    assert kept.rows("fee") == ["5.5", "3", "12"]


def test_full_amounts_under_a_title_in_millions_are_asked_about(read):
    ran = read(["Tên KOL", "Nền tảng", "Followers", "Báo giá (triệu VNĐ)"], ["A", "TikTok", "1000", "5000000"])
    assert ran.code == 2 and "counts in units of 1000000, but cell D2 is '5000000'" in ran.err


# Rows that are no data, and data that nobody sees.


@pytest.mark.parametrize(
    "label",
    ["Trung bình", "TỔNG CỘNG", "Average", "Mean", "Median", "Total", "合計", "平均", "Jumlah", "Rata-rata", "รวม", "Tổng cộng:",
     "Trung bình:", "합계", "TỔNG", "Grand Total", "Total (2 KOL)", "Bình quân", "Rata-rata per kreator", "Trung bình/KOL",
     "Average per creator", "Summe", "Gesamt", "Durchschnitt", "Total général", "Moyenne", "Promedio", "Média", "Итого",
     "Ortalama", "Sau VAT", "Trước thuế", "Incl. VAT"],
)  # fmt: skip
def test_a_row_of_totals_or_averages_is_no_candidate_in_any_language(read, label):
    ran = read(["STT", "Tên KOL", "Nền tảng", "Followers", "Phí (VNĐ)"], ["1", "A", "TikTok", "120000", "5000000"],
               ["2", "B", "Facebook", "80000", "3000000"], ["", label, "", "100000", "4000000"])  # fmt: skip
    assert (ran.code, ran.rows("name")) == (0, ["A", "B"])
    assert "Left out as totals, taxes or charges on all: rows 4" in ran.out


@pytest.mark.parametrize(
    "name", ["Mean Girls Review", "Tổng Tài Ăn Vặt", "Average Joe Eats", "Total Beauty VN", "Media Lan", "Soma Coffee"]
)
def test_a_creator_named_like_a_total_stays(read, name):
    ran = read(["Tên KOL", "Nền tảng", "Followers", "Phí (VNĐ)"], [name, "TikTok", "120000", "5000000"])
    assert (ran.code, ran.rows("name")) == (0, [name])


def test_headings_between_the_rows_are_no_candidates_and_are_offered(opened):
    rows = [
        ["STT", "Tên KOL", "Nền tảng", "Followers", "Phí (VNĐ)"], [None, "MEGA KOL"], [1, "A", "TikTok", 1_000_000, 50_000_000],
        [2, "B", "TikTok", 2_000_000, 60_000_000], ["II", "MICRO KOC"], [3, "C", "TikTok", 20_000, 5_000_000],
    ]  # fmt: skip
    ran = opened(*rows)
    assert (ran.code, ran.rows("name")) == (0, ["A", "B", "C"])
    assert "2 (MEGA KOL), 5 (II | MICRO KOC)" in ran.out and "say: MEGA KOL; MICRO KOC" in ran.out and "headings: tier" in ran.out
    used = opened(*rows, mapping="candidates: {headings: tier, values: {tier: {MEGA KOL: mega, MICRO KOC: micro}}}")
    assert used.rows("name tier") == ["A mega", "B mega", "C micro"]


def test_a_name_alone_in_its_row_stays_and_is_pointed_at(read):
    ran = read(
        ["Tên KOL", "Nền tảng", "Phí (VNĐ)"],
        ["A", "TikTok", "5tr"],
        ["Lan Anh", "", ""],
        ["NHÓM NANO", "", ""],
        ["B", "TikTok", "6tr"],
    )
    assert (ran.code, ran.rows("name")) == (0, ["A", "Lan Anh", "B"])
    assert "Nothing but a name in row 3 (Lan Anh)" in ran.out and "Left out as headings: rows 4 (NHÓM NANO)" in ran.out


def test_people_with_rates_that_only_candidates_have_are_candidates(read):
    ran = read(
        ["Username", "Full name", "Followers", "Engagement rate", "Avg. views", "Profile link"],
        ["amy", "Amy A", "12000", "0.0231", "4000", "https://www.instagram.com/amy"],
    )
    assert (ran.code, ran.rows("creator_id platform engagement_rate average_views")) == (0, ["amy instagram 0.0231 4000"])


def test_headings_that_mention_platforms_give_theirs_below_them_and_the_one_above_the_titles_its_own(opened):
    titles = ["Name", "Followers", "Rate (USD)"]
    ran = opened(
        ["IG CREATORS"], titles, ["Ivy", 45_000, 500], ["TIKTOK CREATORS"], titles, ["Kai", 3e5, 900], ["Lou", 88e3, 350]
    )
    assert (ran.code, ran.rows("name platform")) == (0, ["Ivy instagram", "Kai tiktok", "Lou tiktok"])
    assert "The sheet's own titles give the platform: instagram." in ran.out
    assert "The headings between the rows give the platform." in ran.out


def test_a_line_above_repeated_titles_is_a_heading_and_nobody(opened):
    titles = ["KOL", "Platform", "Followers", "Fee (USD)"]
    ran = opened(["Option A"], titles, ["Ann", "TikTok", 50_000, 400], ["Option B"], titles, ["Cy", "YouTube", 220_000, 2_000])
    assert (ran.code, ran.rows("name")) == (0, ["Ann", "Cy"])
    assert "Left out as headings: rows 4 (Option B)." in ran.out


def test_a_platform_in_a_heading_stands_behind_the_column_of_platforms(opened):
    ran = opened(["Name", "Platform", "Fee (USD)"], ["TIKTOK CREATORS"], ["A", "Instagram", 100], ["VIP"], ["B", "YouTube", 200])
    assert (ran.code, ran.rows("name platform")) == (0, ["A instagram", "B youtube"])


def test_headings_that_are_platforms_give_the_platform(opened):
    ran = opened(
        ["Tên KOL", "Followers", "Phí (VNĐ)"], ["TIKTOK"], ["A", 1000, 5e6], ["B", 2000, 6e6], ["FACEBOOK"], ["C", 20, 5e6]
    )
    assert (ran.code, ran.rows("name platform")) == (0, ["A tiktok", "B tiktok", "C facebook"])


def test_hidden_rows_and_columns_are_named_and_can_be_left_out(opened):
    rows = [["Name", "Platform", "Followers", "Fee (USD)"], ["A", "TikTok", 1000, 100], ["B (cancelled)", "TikTok", 2000, 200],
            ["C", "TikTok", 3000, 300]]  # fmt: skip
    ran = opened(*rows, hidden_rows=[3], hidden_columns=["C"])
    assert ran.code == 0 and "Hidden or crossed out in the file, and read too: row 3 (B (cancelled)" in ran.out
    assert "Hidden in the file, and read as any other: columns Followers" in ran.out
    left = opened(*rows, hidden_rows=[3], mapping="candidates: {hidden: false}")
    assert left.rows("name") == ["A", "C"] and "Left out because hidden or crossed out in the file" in left.out


def test_a_sheet_of_data_that_is_not_recognised_is_a_question_with_its_first_rows(opened):
    sheets = {
        "Data": [["Tên KOL", "Nền tảng", "Followers", "Phí (VNĐ)"], ["A", "TikTok", 1000, 5_000_000]],
        "Khác": [["xx", "yy", "zz"], ["P", "0900000001", "500K"], ["Q", "abc@example.com", "220K"]],
        "Điều khoản": [["Thanh toán 50% trước"]],
    }
    asked = opened(sheets=sheets)
    assert (
        asked.code == 2 and "Khác: no table was recognised, but 3 rows look like data: xx | yy | zz ‖ P | … | 500K" in asked.err
    )
    assert "0900000001" not in (asked.data / "mapping.yaml").read_text(encoding="utf-8")
    answered = opened(sheets=sheets, mapping="ignore_sheets: [Khác]")
    assert (answered.code, answered.rows("name")) == (0, ["A"])


@pytest.mark.parametrize(
    ("title", "cell", "meant"),
    [("Giá sản phẩm", "500000", "fee"), ("Phí sản xuất", "2000000", "fee"), ("Tổng theo dõi các kênh", "90K", "followers")],
)
def test_a_title_that_looks_like_something_wanted_and_is_not_used_is_a_question(read, title, cell, meant):
    ran = read(["Tên KOL", "Nền tảng", "Ghi chú", title], ["A", "TikTok", "hay", cell], options=("--table", "candidates"))
    assert ran.code == 2 and f"'{title}' looks like '{meant}' and is not used" in ran.err
    ignored = read(["Tên KOL", "Nền tảng", "Ghi chú", title], ["A", "TikTok", "hay", cell],
                   options=("--table", "candidates"), mapping=f'candidates: {{ignore: ["{title}"]}}')  # fmt: skip
    assert ignored.code == 0


UNPRICED = [
    "liên hệ",
    "Liên hệ",
    "nego",
    "free",
    "Free + sản phẩm",
    "hỗ trợ sản phẩm",
    "inbox",
    "TBD",
    "面议",
    "gửi sản phẩm",
    "thỏa thuận",
]


@pytest.mark.parametrize("words", UNPRICED)
def test_a_price_that_is_not_said_is_blank_and_told_and_the_candidate_stays(read, words):
    ran = read(["Tên KOL", "Nền tảng", "Followers", "Phí (VNĐ)"], ["A", "TikTok", "1000", words], ["B", "TikTok", "1000", "5tr"])
    assert (ran.code, ran.rows("name fee")) == (0, ["A _", "B 5000000"])
    assert f"1 cell names no price (cell D2: {words})" in ran.out


# Rate cards.


def test_prices_by_deliverable_are_a_row_each(read):
    ran = read(
        ["Tên KOL", "Nền tảng", "Followers", "Giá post (VNĐ)", "Giá video (VNĐ)", "Giá livestream (VNĐ)"],
        ["A", "TikTok", "120000", "5.000.000", "8.000.000", "20.000.000"], ["B", "Facebook", "80000", "3.000.000",
         "6.000.000", "không"],
    )  # fmt: skip
    assert ran.code == 0
    assert ran.rows("name format posts fee currency") == [
        "A image 1 5000000 VND", "A video 1 8000000 VND", "A live 1 20000000 VND", "B image 1 3000000 VND",
        "B video 1 6000000 VND",
    ]  # fmt: skip
    kept = yaml.safe_load((ran.data / "mapping.yaml").read_text(encoding="utf-8"))["candidates"]["prices"]
    assert kept["Giá video (VNĐ)"] == {"format": "video"}


@pytest.mark.parametrize(
    ("title", "format_", "posts"),
    [("Giá 3 video (tr VNĐ)", "video", 3), ("Cast live/giờ (tr VNĐ)", "live", 1), ("Giá story (1 frame) (tr VNĐ)", "story", 1),
     ("Combo 2 video + 1 story (tr VNĐ)", "2 video + 1 story", 3), ("Rate per reel (million VND)", "short", 1),
     ("Giá album (tr VNĐ)", "carousel", 1), ("Giá bài PR (tr VNĐ)", "article", 1), ("Giá post ảnh (tr VNĐ)", "image", 1),
     ("2 video (tr VNĐ)", "video", 2), ("1 reels + 2 story (tr VNĐ)", "1 reels + 2 story", 3),
     ("Harga Story (juta VND)", "story", 1),
     ("视频报价（百万 VND）", "video", 1), ("IG Story Price (million VND)", "story", 1)],
)  # fmt: skip
def test_a_title_says_what_its_price_is_for(read, title, format_, posts):
    ran = read(["Tên KOL", "Nền tảng", "Followers", "Giá quay clip quảng cáo dạng short (tr VNĐ)", title],
               ["A", "Instagram", "1000", "",
                "5"], mapping='candidates: {ignore: ["Giá quay clip quảng cáo dạng short (tr VNĐ)"]}')  # fmt: skip
    assert ran.code == 0, ran.err
    assert ran.rows("format posts fee") == [f"{format_} {posts} 5000000"]


def test_a_cell_of_formats_says_how_many(read):
    head = ["Tên KOL", "Nền tảng", "Follow", "Hạng mục", "Giá (VNĐ)"]
    ran = read(head, ["A", "TikTok", "1K", "2 video", "5tr"], ["B", "TikTok", "1K", "1 reels + 2 story", "9tr"],
               ["C", "TikTok", "1K", "Livestream", "9tr"])  # fmt: skip
    assert (ran.code, ran.rows("format posts")) == (0, ["video 2", "1 reels + 2 story 3", "live _"])


def test_two_prices_of_the_same_deliverable_are_asked_about_once(read):
    ran = read(
        ["达人昵称", "平台", "粉丝（万）", "1-20s视频报价（元）", "21-60s视频报价（元）"], ["A", "抖音", "12", "10000", "20000"]
    )
    assert ran.code == 2 and ran.err.count("\n- ") == 1
    assert "'1-20s视频报价（元）' / '21-60s视频报价（元）' could both be 'fee'" in ran.err


def test_a_price_a_piece_beside_a_total_is_settled_by_the_number_of_posts(read):
    rows = [
        ["Tên KOL", "Nền tảng", "Số bài", "Đơn giá (VNĐ)", "Thành tiền (VNĐ)"],
        ["A", "TikTok", "2", "5.000.000", "10.000.000"],
    ]
    ran = read(*rows)
    assert (ran.code, ran.rows("posts fee")) == (0, ["2 10000000"])
    assert "'Thành tiền (VNĐ)' is 'Đơn giá (VNĐ)' times the number of posts" in ran.out
    other = read(rows[0], ["A", "TikTok", "2", "5.000.000", "9.000.000"])
    assert other.code == 2 and "could both be 'fee'" in other.err


AGENCY = {
    "README": [["BẢNG GIÁ KOL Q4 - AGENCY"], ["Liên hệ: 09xx"], ["Giá chưa bao gồm VAT 8%"]],
    "TikTok": [
        ["BẢNG GIÁ TIKTOK (đơn vị: triệu VNĐ, chưa VAT)"], [],
        ["STT", "Link kênh", "Follower (K)", "ER trung bình (%)", "Giá video (tr)", "Giá post ảnh (tr)",
         "Combo 2 video + 1 story (tr)",
         "Lĩnh vực", "Ghi chú", "Usage right"],
        ["MACRO (500K - 1M)"], [1, "https://www.tiktok.com/@lan.beauty", "820,5", "3,2%", 35, 18, 75, "Beauty", "", "30 ngày"],
        [2, "https://www.tiktok.com/@meo", "612", "2,8%", "28-32", 15, "60", "Review"], ["MICRO (50K - 500K)"],
        [3, "https://www.tiktok.com/@hoa", "125", "5,1%", "8,5", 5, 18, "Làm đẹp"],
        [4, "tiktok.com/@be.bap", "88", "6,4%", "5-7tr", "liên hệ", "Liên hệ", "Mẹ & bé"],
        [5, "@quynh.dailyy", "64.3", "4,7%", 6, None, 14, "Lifestyle"], ["NANO (<50K)"],
        [6, "https://vt.tiktok.com/@thaovy", "12.5K", "8%", "1,5", "0.8", "3", "Làm đẹp"], [7, "@chau", "9.8K", "7,9%",
        "1", "0,5", "2,2"],
    ],
    "Facebook": [
        ["BẢNG GIÁ FACEBOOK"], [], ["STT", "Tên page", "Link", "Followers", "Giá bài post (VNĐ)", "Giá album",
         "Giá livestream 60'", "Note"],
        ["MACRO"], [1, "Chị Ba", "https://www.facebook.com/chiba", 1_250_000, "45.000.000", "55.000.000", "120.000.000", "MC"],
        [2, "Nhà Bé", "https://fb.com/nhabe", "780k", "30tr", "35tr", "liên hệ"], ["MICRO"],
        [3, "Góc Nhi", "fb.com/gocnhi", "56.000", "6tr", "8tr", "15-20tr"],
    ],
    "Instagram": [
        ["Họ tên", "Tài khoản IG", "Lượt theo dõi", "Tương tác TB", "Giá post", "Giá reels", "Giá story (1 frame)",
         "Phân loại"],
        ["Ngọc A", "@ngoc.a", "2,1M", "1.8%", "60 triệu", "80 triệu", "20 triệu", "Celeb"],
        ["Hà My", "@hamy", "45K", "4%", "4tr5", "6tr5", "1tr2", "Micro KOC"], ["Vân", "@van", "18,3K", "5,5%", "2tr",
         "3tr", "500k", "KOC"],
    ],
}  # fmt: skip
ANSWER = "candidates: {values: {kind: {Celeb: kol, Micro KOC: influencer, KOC: influencer}}}"


def test_an_agencys_rate_card_by_platform_keeps_every_creator_and_price(opened):
    asked = opened(sheets=AGENCY, options=("--lang", "vi"))
    assert asked.code == 2 and asked.err.count("\n- ") == 1
    assert "'Phân loại' ghi Celeb, Micro KOC, KOC: ở đây đó là loại nào: Influencer; KOL?" in asked.err
    ran = opened(sheets=AGENCY, mapping=ANSWER)
    assert ran.code == 0
    accounts = sorted(set(ran.rows("platform creator_id")))
    assert [sum(row.startswith(name) for row in accounts) for name in ("tiktok", "facebook", "instagram")] == [7, 3, 3]
    rows = ran.rows("creator_id followers format posts fee currency")
    assert "lan.beauty 820500 video 1 35000000 VND" in rows and "lan.beauty 820500 2 video + 1 story 3 75000000 VND" in rows
    assert "be.bap 88000 video 1 6000000 VND" in rows and "quynh.dailyy 64300 video 1 6000000 VND" in rows
    assert "thaovy 12500 image 1 800000 VND" in rows and "chiba 1250000 live 1 120000000 VND" in rows
    assert "@hamy 45000 short 1 6500000 VND" in rows and "@van 18300 story 1 500000 VND" in rows
    unpriced = [row for row in rows if row.endswith("_ _")]
    assert sorted(row.split()[0] for row in unpriced) == ["be.bap", "be.bap", "nhabe"]
    again = opened(sheets=AGENCY, again=True)  # by the mapping that was kept
    assert (again.code, again.rows("creator_id followers format posts fee currency")) == (0, rows)


def test_a_list_of_koc_with_links_prices_and_commission_is_read_and_no_phone_is_kept(read):
    ran = read(
        ["Tên KOC", "Link TikTok", "SĐT", "Follower", "View TB", "GMV tháng (tr)", "Loại sản phẩm", "Cast video (VNĐ)",
         "Cast live/giờ",
         "Hoa hồng", "Địa chỉ nhận mẫu", "Trạng thái"],
        ["Hồng", "https://www.tiktok.com/@hong.review", "0900000001", "12,5K", "8.200", "120", "Mỹ phẩm", "1,5tr",
         "800k", "15%", "Q.7", "gửi"],
        ["Cường ❤️", "https://www.tiktok.com/@cuong", "0900000002", "230k", "45K", "950", "Gia dụng", "12.000.000",
         "5tr/h", "10%", "HN", "chờ"],
        ["Ngọc", "https://www.tiktok.com/@ngoc", "0900000003", "5.6k", "3k", "", "Mỹ phẩm", "free + sản phẩm", "",
         "20%", "ĐN", "OK"],
        ["Linh", "https://www.tiktok.com/@linh", "0900000006", "340000", "60000", "1500", "Mẹ và bé", "$500", "", "8%",
         "HCM", "OK"],
        ["Hồng", "https://www.facebook.com/hong.review", "0900000001", "30K", "", "", "Mỹ phẩm", "1tr", "", "15%", "Q.7", "OK"],
        options=("--lang", "vi"),
    )  # fmt: skip
    assert ran.code == 0
    assert ran.rows("name platform followers average_views format fee currency commission") == [
        "Hồng tiktok 12500 8200 video 1500000 VND 0.15", "Hồng tiktok 12500 8200 live 800000 VND 0.15",
        "Cường ❤️ tiktok 230000 45000 video 12000000 VND 0.1", "Cường ❤️ tiktok 230000 45000 live 5000000 VND 0.1",
        "Ngọc tiktok 5600 3000 video _ _ 0.2", "Linh tiktok 340000 60000 video 500 USD 0.08",
        "Hồng facebook 30000 _ video 1000000 VND 0.15",
    ]  # fmt: skip
    assert set(ran.rows("name person_id")) >= {"Hồng Hồng", "Cường ❤️ _"}
    assert len(set(ran.rows("creator_id"))) == 5
    written = "".join(path.read_text(encoding="utf-8") for path in ran.data.iterdir())
    assert "09000" not in written and "Q.7" not in written


def test_sheets_by_platform_with_other_words_for_names_and_followers_are_read(opened):
    sheets = {
        "TikTok": [["BẢNG BÁO GIÁ KOL Q3 (VNĐ)"], [], ["STT", "Tên kênh", "Link", "Follow", "Giá 1 video",
        "Giá 3 video", "Ghi chú"],
                   [1, "A", "https://www.tiktok.com/@a", "1.2M", "15tr VND", "40tr"], [2, "B",
                   "https://www.tiktok.com/@b", "350K", "5tr VND", "13tr5"]],
        "Facebook": [["STT", "Tên page", "Link", "Like page", "Giá post"], [1, "P", "https://fb.com/p", "500K", "8.000.000"]],
    }  # fmt: skip
    ran = opened(sheets=sheets)
    assert ran.code == 0
    assert ran.rows("creator_id platform followers format posts fee currency") == [
        "a tiktok 1200000 video 1 15000000 VND", "a tiktok 1200000 video 3 40000000 VND", "b tiktok 350000 video 1 5000000 VND",
        "b tiktok 350000 video 3 13500000 VND", "p facebook 500000 image 1 8000000 VND",
    ]  # fmt: skip
    assert "Amounts without a currency are taken in VND" in ran.out


# Several accounts in a row, and tables that look like others.

ACCOUNTS = [["Tên KOL", "Facebook", "Followers FB", "TikTok", "Followers TikTok", "Phí (VNĐ)"],
            ["A", "fb.com/a", 100_000, "tiktok.com/@a", 250_000, 5_000_000], ["B", "fb.com/b", 80_000, "tiktok.com/@b",
             90_000, 3_000_000]]  # fmt: skip


def test_a_price_of_one_of_several_accounts_is_one_question(opened):
    asked = opened(*ACCOUNTS)
    assert asked.code == 2 and asked.err.count("\n- ") == 1
    assert "each row has several accounts (facebook, tiktok), and 'Phí (VNĐ)' does not say whose it is" in asked.err
    answered = opened(*ACCOUNTS, mapping='candidates: {ignore: ["Facebook", "Followers FB"]}')
    assert (answered.code, answered.rows("name platform followers fee")) == (
        0,
        ["A tiktok 250000 5000000", "B tiktok 90000 3000000"],
    )


def test_several_accounts_in_a_row_each_with_its_price_are_a_row_each(opened):
    ran = opened(
        ["Tên KOL", "Followers FB", "Giá post FB (VNĐ)", "Followers TikTok", "Giá video TikTok (VNĐ)"],
        ["A", 100_000, 5_000_000, 250_000, 8_000_000], ["B", None, None, 90_000, 3_000_000],
    )  # fmt: skip
    assert ran.code == 0
    assert ran.rows("creator_id person_id") == ["A @ facebook A", "A @ tiktok A", "B B"]
    assert ran.rows("name platform followers format fee") == [
        "A facebook 100000 image 5000000", "A tiktok 250000 video 8000000", "B tiktok 90000 video 3000000",
    ]  # fmt: skip


def test_people_with_followers_and_prices_are_candidates_whatever_one_column_is_called(opened):
    ran = opened(["Name", "City", "Niche", "Followers", "Engagement", "Avg_Cost", "Contact"],
                 ["Alpha", "Karachi", "food", 120_000, 4.5, 50_000, "x"], ["Beta", "Karachi", "clinic", 80_000, 5,
                  40_000, "y"])  # fmt: skip
    assert ran.code == 2 and "holds candidates (table candidates)" in ran.out
    assert "'Engagement' looks like 'engagement_rate'" in ran.err and "'Avg_Cost' names no currency" in ran.err


ORDERS = [["source", "campaign", "influencer_id", "user_id", "product", "date", "orders", "revenue"],
          ["S", "C1", "12", "u-1", "P7", "2025-05-26", "1", "1506.16"], ["S", "C1", "12", "u-2", "P7", "2025-05-26",
           "2", "1327.44"],
          ["S", "C2", "13", "u-3", "P2", "2025-05-27", "1", "900.00"]]  # fmt: skip


def test_orders_of_one_campaign_and_creator_are_added_up_when_asked_to(read):
    asked = read(*ORDERS)
    assert asked.code == 2 and "2 rows name a campaign and creator that other rows name too" in asked.err
    mapping = "bookings: {{columns: {{date: booked_at}}, constants: {{currency: USD}}, add_up: {}}}"
    added = read(*ORDERS, mapping=mapping.format("true"))
    assert added.rows("campaign_id creator_id booked_at orders revenue", "bookings") == [
        "C1 12 2025-05-26 3 2833.6",
        "C2 13 2025-05-27 1 900",
    ]
    apart = read(*ORDERS, mapping=mapping.format("false"))
    assert apart.rows("creator_id orders", "bookings") == ["12 1", "12 2", "13 1"]


def test_two_columns_that_can_be_the_day_are_a_question(read):
    ran = read(["Date", "Views", "Subscribers", "Video title", "Video publish time", "Video views"],
               ["2024-11-26", "171037", "6", "Alpha", "2020-07-27", "19529"])  # fmt: skip
    assert ran.code == 2 and "'Video publish time' / 'Date' could both be 'published_at'" in ran.err


def test_a_date_column_that_holds_no_dates_is_not_the_day(read):
    ran = read(["Post ID", "Account ID", "Publish time", "Date", "Views", "Likes"], ["1", "178", "09/15/2026 18:00",
     "Lifetime", "15,000", "410"],
               ["2", "178", "09/03/2026 06:08", "Lifetime", "160", "5"])  # fmt: skip
    assert ran.code == 0
    assert ran.rows("post_id published_at views likes", "posts") == [
        "1 2026-09-15T18:00:00 15000 410", "2 2026-09-03T06:08:00 160 5",
    ]  # fmt: skip


def test_the_total_of_an_export_of_videos_is_no_video(read):
    ran = read(["Content", "Video title", "Video publish time", "Views"], ["Total", "", "", "4000"], ["abc", "One",
     "2025-08-28", "3000"],
               mapping="posts: {columns: {Content: post_id}, constants: {creator_id: c1}}")  # fmt: skip
    assert (ran.code, ran.rows("post_id published_at views", "posts")) == (0, ["abc 2025-08-28 3000"])


# Mappings.


def test_what_a_mapping_names_counts_as_known_when_titles_are_looked_for(read):
    rows = [["nick", "image", "ig_fl"], ["alpha", "a.jpg", "173900"], ["beta", "b.jpg", "127100"]]
    assert read(*rows).code == 2
    ran = read(*rows, mapping="creators: {columns: {ig_fl: followers, nick: name}, constants: {platform: instagram}}")
    assert (ran.code, ran.rows("name followers platform", "creators")) == (0, ["alpha 173900 instagram", "beta 127100 instagram"])
    ignored = read(["nick", "q1", "q2", "q3"], ["alpha", "1", "2", "3"],
                   mapping="posts: {columns: {nick: creator_id}, sums: {engagements: [q1, q2]}, ignore: [q3]}")  # fmt: skip
    assert "posts need 'published_at'" in ignored.err


def test_units_of_a_mapping_count_for_every_reader(tmp_path, capsys):
    from builders import CATALOGUE
    from predictor.intake.contract import read_candidates
    from predictor.intake.mapping import load_mapping

    (tmp_path / "m.yaml").write_text("candidates: {units: {followers: 1000, engagement_rate: 0.01}}", encoding="utf-8")
    path = table(tmp_path / "c.csv", ["creator_id", "platform", "followers", "engagement_rate"], ["a", "tiktok", "12.5", "0.85"])
    frame = read_candidates(path, CATALOGUE, load_mapping(tmp_path / "m.yaml", CATALOGUE))
    assert list(frame[["followers", "engagement_rate"]].iloc[0]) == [12_500.0, 0.0085]


def test_a_draft_of_a_mapping_names_every_column_to_choose_from(read):
    ran = read(["Tên KOL", "Nền tảng", "Phí (VNĐ)", "Ghi chú"], ["A", "TikTok", "5000000", "x"], options=("--draft",))
    assert ran.code == 0 and ran.tables == []
    text = (ran.data / "mapping.yaml").read_text(encoding="utf-8")
    assert yaml.safe_load(text)["candidates"]["columns"]["Phí (VNĐ)"] == "fee"
    assert "#     … : followers  # Audience: Followers on a social platform" in text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("candidates: {units: {x: -1}}", "units: x: got -1"), ("ignore_sheets: 3", "ignore_sheets: got 3"),
     ("posts: {prices: {x: {format: video}}}", "prices: posts have no fee"), ("candidates: {headings: tire}",
     "headings: got 'tire'")],
)  # fmt: skip
def test_a_fault_in_the_new_keys_of_a_mapping_is_told(read, text, sentence):
    ran = read(["Tên KOL", "Nền tảng"], ["A", "TikTok"], mapping=text)
    assert ran.code == 2 and sentence in ran.err


# Posts without an id.


def test_posts_without_an_id_go_by_creator_and_time_in_import_and_in_a_folder(read, tmp_path):
    from builders import CATALOGUE
    from predictor.intake.contract import check, read_tables

    rows = [["creator_id", "published_at", "likes"], ["linh", "2026-05-02 19:30", "1840"], ["linh", "2026-05-09", "2210"]]
    ran = read(*rows, options=("--table", "posts"))
    ids = ["linh@2026-05-02T19:30:00", "linh@2026-05-09T00:00:00"]
    assert (ran.code, ran.rows("post_id", "posts")) == (0, ids)
    folder = tmp_path / "mine"
    folder.mkdir()
    table(folder / "posts.csv", *rows)
    assert check([folder], CATALOGUE) == []
    assert list(read_tables(folder, CATALOGUE).frames["posts"]["post_id"]) == ids


def test_posts_at_the_same_time_and_a_blank_id_keep_ids_of_their_own(tmp_path):
    from builders import CATALOGUE
    from predictor.intake.contract import read_tables

    path = tmp_path / "posts.csv"
    table(
        path,
        ["post_id", "creator_id", "published_at"],
        ["p1", "a", date(2026, 1, 1)],
        ["", "a", date(2026, 1, 1)],
        ["", "a", date(2026, 1, 1)],
    )
    ids = list(read_tables(tmp_path, CATALOGUE).frames["posts"]["post_id"])
    assert ids[0] == "p1" and len(set(ids)) == 3


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_whatever_an_import_asks_has_words_on_the_page_too(lang):
    sentences = load_sentences(lang)
    asked = {key.removeprefix("import_") for key in sentences if key.startswith("import_doubt_")}
    assert len(asked) > 15 and asked <= {key.removeprefix("page_") for key in sentences}


# Titles, platforms and formats in the languages of the region.

LISTS = {
    "th": (["ชื่อ", "ช่องทาง", "ผู้ติดตาม", "รูปแบบ", "ราคา (บาท)"], ["เมย์", "ติ๊กต็อก", "125,000", "วิดีโอ", "15,000"], "video 15000 THB"),
    "th, a name": (["ช่องทาง", "แพลตฟอร์ม", "ผู้ติดตาม", "รูปแบบ", "ราคา (บาท)"], ["เมย์", "TikTok", "125,000", "คลิป", "15,000"],
                   "video 15000 THB"),
    "zh": (["达人昵称", "平台", "粉丝数", "形式", "报价（元）"], ["小美", "抖音", "12.5万", "视频", "3万起"], "video 30000 CNY"),
    "zh-tw": (["網紅名稱", "平台", "追蹤數", "合作形式", "價格"], ["小美", "IG", "12.5萬", "限時動態", "NT$8,000"],
              "story 8000 TWD"),
    "id": (["Nama Kreator", "Kanal", "Pengikut", "Jenis Konten", "Tarif"], ["Sari", "TikTok", "125rb", "Video", "mulai Rp2jt"],
           "video 2000000 IDR"),
    "ja": (["名前", "媒体", "フォロワー数", "投稿形式", "料金（円）"], ["はな", "インスタ", "12.5万", "リール", "50万〜"],
           "short 500000 JPY"),
    "ko": (["이름", "채널", "팔로워수", "콘텐츠 형식", "원고료"],
           ["지민", "유튜브", "12.5만", "영상", "150만원부터"], "video 1500000 KRW"),
    "vi": (["Họ tên", "MXH", "Theo dõi", "Loại hình", "Thù lao (VNĐ)"],
           ["An", "Tik tok", "125k", "Video", "5tr"], "video 5000000 VND"),
    "en": (["Name", "Channel", "Followers", "Deliverables", "Rate"],
           ["A", "TikTok", "125k", "Video", "USD 500"], "video 500 USD"),
}  # fmt: skip


@pytest.mark.parametrize("language", LISTS)
def test_a_list_in_any_language_of_the_region_is_read_whole(read, language):
    titles, row, expected = LISTS[language]
    ran = read(titles, row)
    assert ran.code == 0 and "Not used" not in ran.out
    assert ran.rows("name followers format fee currency") == [f"{row[0] if 'name' not in language else 'เมย์'} 125000 {expected}"]
    assert ran.rows("platform")[0] in ("tiktok", "douyin", "instagram", "youtube")


@pytest.mark.parametrize(
    ("typed", "named"), [("B站", "Bilibili"), ("快手", "Kuaishou"), ("Twitch", "Twitch"), ("Threads", "Threads")]
)
def test_a_creator_on_a_platform_that_is_none_of_ours_is_refused_by_the_name_of_it(read, typed, named):
    ran = read(["Creator ID", "Platform", "Followers"], ["a", typed, "1000"], ["b", "TikTok", "1000"])
    assert ran.code == 0
    assert f"got '{typed}': {named} is no platform that is measured here" in ran.err + ran.out


@pytest.mark.parametrize(
    "typed", ["B站", "Threads", "Zalo", "Radio VOV", "VOV giao thông", "Podcast", "OOH", "Billboard", "Spotify", "라디오"]
)
def test_a_candidate_on_a_platform_that_is_none_of_ours_stays_as_another_and_is_told(read, typed):
    ran = read(["Name", "Platform", "Followers", "Price (USD)"], ["a", typed, "1000", "5"], ["b", "TikTok", "1000", "5"])
    assert ran.code == 0 and ran.rows("name platform fee") == ["a other 5", "b tiktok 5"]
    assert f"1 row is on a platform that nothing is measured on ('{typed}'); it stays in the list as 'other'" in ran.out


def test_a_list_in_which_no_column_is_a_name_asks_for_it(read):
    ran = read(["Ai", "Platform", "Followers", "Price (USD)"], ["An", "TikTok", "1000", "5"], ["Bo", "TikTok", "1000", "5"])
    assert ran.code == 2 and "'Ai' looks like 'name' and is not used" in ran.err


LOST = {  # the only column of prices, under a title that is not understood
    "a qualifier": ("Giá gốc", "5.000.000", "6.000.000"), "a kind of deal": ("PPL 단가", "300만원", "500만원~"),
    "a package": ("แพ็กเกจ 3 โพสต์", "15,000฿", "20,000฿"), "a dedicated one": ("Dedicated video, 60 s cut", "$5k", "$12k+"),
}  # fmt: skip


@pytest.mark.parametrize("case", LOST)
def test_prices_under_a_title_that_is_not_understood_are_asked_about_and_never_lost(read, case):
    title, first, second = LOST[case]
    rows = [["a", "YouTube", "1000", first], ["b", "YouTube", "1000", second]]
    ran = read(["Name", "Platform", "Followers", title], *rows, options=("--table", "candidates") if "package" in case else ())
    assert ran.code == 2 and f"'{title}' looks like 'fee' and is not used" in ran.err or "may mean USD" in ran.err


def test_prices_without_tax_in_japanese_are_read_and_told(read):
    ran = read(
        ["名前", "媒体", "フォロワー数", "単価（税抜）"],
        ["はな", "インスタ", "12.5万", "¥150,000"],
        options=("--set", "currency=JPY"),
    )
    assert ran.code == 0 and ran.rows("fee currency") == ["150000 JPY"] and "the amounts are without VAT" in ran.out

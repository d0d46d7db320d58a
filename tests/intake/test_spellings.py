"""One table in many spellings: whichever reader takes it gives the same values, or asks; it never reads other values."""

import csv
import io
import tempfile
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import CATALOGUE
from predictor.errors import RowsError
from predictor.intake.contract import read_candidates
from predictor.intake.mapping import Mapping, TableMapping
from predictor.intake.spreadsheets.workbook import import_file

pytestmark = pytest.mark.slow  # hundreds of spellings
COUNT = {
    "plain": str, "grouped by commas": lambda n: f"{n:,}", "grouped by dots": lambda n: f"{n:,}".replace(",", "."),
    "grouped by spaces": lambda n: f"{n:,}".replace(",", " "), "K": lambda n: f"{n / 1e3:g}K",
    "nghìn": lambda n: f"{n / 1e3:g} nghìn".replace(".", ","), "rb": lambda n: f"{n / 1e3:g} rb".replace(".", ","),
    "万": lambda n: f"{n / 1e4:g}万", "triệu": lambda n: f"{n / 1e6:,.6f} triệu",
    "jt": lambda n: f"{n / 1e6:f}jt".replace(".", ","),
    "lakh": lambda n: f"{n / 1e5:.5f} lakh", "만": lambda n: f"{n / 1e4:g}만", "zero width": lambda n: f"\u200b{n}\ufeff",
}  # fmt: skip
RATE = {
    "fraction": lambda r: f"{r:.4f}", "per cent": lambda r: f"{100 * r:.2f}%",
    "comma": lambda r: f"{100 * r:.2f} %".replace(".", ","),
}  # fmt: skip
DAY = {
    "iso": "%Y-%m-%d", "day first": "%d/%m/%Y", "month first": "%m/%d/%Y", "words": "%b %d, %Y", "words behind": "%d %B %Y",
    "vietnamese": "%d tháng %m, %Y", "chinese": "%Y年%m月%d日", "with a clock": "%Y-%m-%d 00:00+00", "compact": "%Y%m%d",
    "short": "%d-%b-%y",
}  # fmt: skip
COUNTRY = {"VN": ["VN", "vn", "Vietnam", "Việt Nam", "越南", "베트남"], "TH": ["TH", "Thailand", "Thái Lan", "ไทย", "泰国"]}
NICHE = {"beauty;fashion": ["beauty;fashion", "Beauty & Fashion", "beauty, fashion", "Beauty/Fashion", "beauty\nfashion"]}
TRUTH = ["creator_id", "platform", "followers", "engagement_rate", "booked_at", "country", "niche"]


@st.composite
def tables(draw):
    """Rows as they are meant, and the same rows as typed in one style a column."""
    count, rate = draw(st.sampled_from(sorted(COUNT))), draw(st.sampled_from(sorted(RATE)))
    day = DAY[draw(st.sampled_from(sorted(DAY)))]
    meant, typed = [], []
    for number in range(draw(st.integers(1, 5))):
        followers = draw(st.integers(1, 40_000)) * draw(st.sampled_from([1, 100, 1000]))
        share, moment = draw(st.integers(1, 9999)) / 1e4, draw(st.dates(date(2015, 1, 1), date(2026, 12, 31)))
        country, niche = draw(st.sampled_from(sorted(COUNTRY))), draw(st.sampled_from(sorted(NICHE)))
        meant.append([f"c{number}", "tiktok", float(followers), share, pd.Timestamp(moment), country, niche])
        typed.append(
            [f"c{number}", draw(st.sampled_from(["TikTok", "tik tok", "TIKTOK 🎵"])), COUNT[count](followers), RATE[rate](share),
             moment.strftime(day), draw(st.sampled_from(COUNTRY[country])), draw(st.sampled_from(NICHE[niche]))]
        )  # fmt: skip
    return pd.DataFrame(meant, columns=TRUTH), typed


@settings(max_examples=120)
@given(
    table=tables(), order=st.permutations(range(len(TRUTH))), mark=st.sampled_from(",;\t"),
    ends=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]), suffix=st.sampled_from([".csv", ".tsv", ".txt"]),
)  # fmt: skip
def test_a_table_in_any_spelling_is_read_as_meant_or_asked_about(table, order, mark, ends, encoding, suffix):
    meant, typed = table
    text = io.StringIO(newline="")
    rows = [[row[at] for at in order] for row in [TRUTH, *typed]]
    csv.writer(text, delimiter=mark, lineterminator=ends, quoting=csv.QUOTE_ALL).writerows(rows)
    named = Mapping(tables={"candidates": TableMapping(encoding=encoding)}) if encoding == "gb18030" else None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"list{suffix}"
        path.write_bytes(text.getvalue().encode(encoding, errors="ignore" if encoding == "gb18030" else "strict"))
        try:
            read = read_candidates(path, CATALOGUE, named)
        except RowsError as problem:
            assert all("which may mean" in one.problem or "put day and month" in one.problem for one in problem.faults), problem
            return
    pd.testing.assert_frame_equal(read[TRUTH], meant, check_dtype=False, rtol=1e-9)


TITLES = {  # how each column may be headed, and the unit that its numbers then count in
    "name": ["Tên", "Tên KOL", "Name", "昵称", "網紅名稱", "이름", "ชื่อ", "Nama Kreator"],
    "platform": ["Nền tảng", "Platform", "platform", "MXH", "ช่องทาง", "채널", "媒体", "Kanal"],
    "followers": ["Followers", "Lượt theo dõi", "followers", "Theo dõi", "追蹤數", "팔로워수", "ผู้ติดตาม"],
    "followers in thousands": ["Followers (K)", "Followers (nghìn)"],
    "engagement_rate": ["ER (%)", "Engagement rate (%)"],
    "fee": ["Giá (VND)", "Báo giá (VNĐ)", "CP trước VAT (đ)", "Giá đã gồm VAT 8% (VND)", "Giá"],
    "fee in thousands": ["Giá (VNĐ x1000)", "Giá (đvt: 1.000đ)", "Báo giá (000đ)"],
    "fee in millions": ["Báo giá (triệu đồng)", "Giá (tr VND)", "Giá (x1.000.000đ)", "Giá (triệu)"],
}
EXTRA = {
    "blank": lambda width: [""] * width,
    "total": lambda width: ["Tổng cộng", *["999"] * (width - 1)],
    "average": lambda width: ["Trung bình", *["1"] * (width - 1)],
    "heading": lambda width: ["NHÓM MEGA:", *[""] * (width - 1)],
    "titles": None,
}
FEE = {
    "plain": str, "dots": lambda n: f"{n:,}".replace(",", "."), "triệu": lambda n: f"{n / 1e6:g} triệu".replace(".", ","),
    "tr net": lambda n: f"{n // 10**6}tr net" if n % 10**6 == 0 else str(n), "đ": lambda n: f"{n:,}đ".replace(",", "."),
    "vat": lambda n: f"{n / 1e6:g}tr + VAT".replace(".", ","), "nghìn": lambda n: f"{n // 1000}k",
    "N": lambda n: f"{n // 1000}N", "per piece": lambda n: f"{n / 1e6:g}tr/buổi", "+ GST": lambda n: f"{n:,} VND excl. GST",
    "từ": lambda n: f"từ {n / 1e6:g}tr", "from": lambda n: f"from {n:,} VND",
    "起": lambda n: f"{n / 1e4:g}万起", "+": lambda n: f"{n / 1e6:g}tr+",
    "about": lambda n: f"~{n / 1e6:g}tr", "khoảng": lambda n: f"khoảng {n // 1000}k (nego)",
    "most": lambda n: f"tối đa {n / 1e6:g} triệu",
    "half": lambda n: f"{n // 10**6} củ rưỡi" if n % 10**6 and n > 10**6 else f"{n / 1e6:g} củ",
    "range": lambda n: f"từ {(n - 250_000) / 1e6:g} đến {(n + 250_000) / 1e6:g}tr",
}  # fmt: skip


def _typed(style, price):
    return (
        f"{price / {'thousands': 1e3, 'millions': 1e6}[style]:.10g}" if style in ("thousands", "millions") else FEE[style](price)
    )


@st.composite
def sheets(draw):
    """Creators as they are meant, and the sheet in which somebody keeps them, with rows that are none."""
    count, fee = (
        draw(st.sampled_from(["plain", "grouped by dots", "K", "thousands"])),
        draw(st.sampled_from([*sorted(FEE), "thousands", "millions"])),
    )
    heads = ["name", "platform", "followers in thousands" if count == "thousands" else "followers", "engagement_rate"]
    heads += [f"fee in {fee}" if fee in ("thousands", "millions") else "fee"]
    titles = [draw(st.sampled_from(TITLES[head])) for head in heads]
    meant, rows = [], []
    for number in range(draw(st.integers(2, 6))):
        followers, share = 100 * draw(st.integers(10, 90_000)), draw(st.integers(10, 2000)) / 1e4
        price, name = 500_000 * draw(st.integers(1, 200)), f"Người {'abcdef'[number]}"
        meant.append([name, "tiktok", float(followers), share, float(price)])
        people = f"{followers / 1e3:g}" if count == "thousands" else COUNT[count](followers)
        rows.append([name, "TikTok", people, f"{100 * share:.2f}", _typed(fee, price)])
    for kind in draw(st.lists(st.sampled_from(sorted(EXTRA)), max_size=3)):
        made = EXTRA[kind](len(titles)) if EXTRA[kind] else titles
        rows.insert(draw(st.integers(1, len(rows))), made)
    above = [["BÁO GIÁ KOL THÁNG 12", *[""] * (len(titles) - 1)], [""] * len(titles)] if draw(st.booleans()) else []
    return pd.DataFrame(meant, columns=["name", "platform", "followers", "engagement_rate", "fee"]), titles, rows, above


@settings(max_examples=60)
@given(
    sheet=sheets(), order=st.permutations(range(1, 5)), mark=st.sampled_from(",;\t"), ends=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)  # fmt: skip
def test_a_sheet_with_rows_that_are_none_is_read_as_meant_or_asked_about(sheet, order, mark, ends, encoding):
    meant, titles, rows, above = sheet
    places, text = [0, *order], io.StringIO(newline="")
    lines = [*above, *([row[at] for at in places] for row in [titles, *rows])]
    csv.writer(text, delimiter=mark, lineterminator=ends).writerows(lines)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        path.write_bytes(text.getvalue().encode(encoding))
        try:
            found = import_file(path, CATALOGUE, table="candidates")
        except RowsError as problem:
            raise AssertionError(text.getvalue()) from problem
    if found.doubts:
        return
    read = found.tables["candidates"]
    assert not found.rejects and {*read["currency"]} == {"VND"}, text.getvalue()
    pd.testing.assert_frame_equal(read[[*meant]].sort_values("name", ignore_index=True), meant, check_dtype=False, rtol=1e-9)

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

from builders import CATALOGUE, book_of
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
TOTALS = ["Tổng cộng", "Total", "Grand total", "Jumlah", "合计", "合計", "합계", "รวม", "Summe", "Total général", "Итого"]
MEANS = ["Trung bình", "Average", "Rata-rata", "平均", "평균", "ค่าเฉลี่ย", "Durchschnitt", "Moyenne", "Promedio", "Trung bình/KOL"]
EXTRA = {
    "blank": lambda width: [""] * width,
    **{f"total {word}": lambda width, word=word: [word, *["999"] * (width - 1)] for word in TOTALS},
    **{f"mean {word}": lambda width, word=word: [word, *["1"] * (width - 1)] for word in MEANS},
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


MIXED = ["dots", "triệu", "đ", "nghìn", "vat", "per piece", "+", "about", "$", "US$", "usd behind", "€"]
OTHER = {
    "$": (lambda n: f"${n // 1000:,}", "USD"), "US$": (lambda n: f"US$ {n // 1000}", "USD"),
    "usd behind": (lambda n: f"{n // 1000} USD", "USD"), "€": (lambda n: f"€{n // 1000:,}", "EUR"),
}  # fmt: skip
PARTS = {  # what else a column may hold, and what its rows say there
    "no title": ("", ["đã book", "chờ báo giá", "bận"]), "note": ("Ghi chú", ["ok", "bận tháng 12", "chưa có brief"]),
    "numbers": ("STT", ["1", "2", "3"]), "codes": ("ID", ["k-017", "k-018", "k-101"]), "phone": ("SĐT", ["0912 345 678"] * 3),
    "days": ("Cập nhật", ["12/11/2026", "13/11/2026", "14/11/2026"]), "rank": ("#", ["3", "1", "2"]),
}  # fmt: skip


@st.composite
def mixed_lists(draw):
    """A list in which each cell is typed in a style of its own, some prices in another currency; and what each row means."""
    meant, rows = [], []
    for number in range(draw(st.integers(2, 5))):
        count, style = draw(st.sampled_from(sorted(COUNT))), draw(st.sampled_from(MIXED))
        followers, price = 1000 * draw(st.integers(10, 9000)), 500_000 * draw(st.integers(4, 200))
        typed, code = (OTHER[style][0](price), OTHER[style][1]) if style in OTHER else (FEE[style](price), "VND")
        meant.append([f"Người {'abcdef'[number]}", float(followers), float(price if code == "VND" else price // 1000), code])
        rows.append([meant[-1][0], "TikTok", COUNT[count](followers), typed])
    return meant, rows


@settings(max_examples=60)
@given(
    mixed=mixed_lists(), order=st.permutations(range(4)), extra=st.sampled_from([None, *sorted(PARTS)]), last=st.booleans(),
    hidden=st.booleans(), written=st.sampled_from(["csv", "xlsx"]),
)  # fmt: skip
def test_cells_in_several_units_and_currencies_beside_other_columns_are_read_as_meant_or_asked_about(
    mixed, order, extra, last, hidden, written
):
    meant, rows = mixed
    lines = [[row[at] for at in order] for row in [["Tên KOL", "Nền tảng", "Followers", "Báo giá"], *rows]]
    if extra is not None:
        title, cells = PARTS[extra]
        lines = [
            [*line, cell] if last or not title else [cell, *line]
            for line, cell in zip(lines, [title, *(cells[at % len(cells)] for at in range(len(rows)))], strict=True)
        ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"list.{written}"
        if written == "csv":
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(lines)
        else:
            book = book_of({"KOL": lines})
            book.worksheets[0].row_dimensions[2].hidden = hidden
            book.save(path)
        found = import_file(path, CATALOGUE, table="candidates")
    notes = {note.key for one in found.sheets for note in one.notes}
    assert not (written == "xlsx" and hidden) or "import_hidden_rows" in notes
    assert extra not in ("no title", "note", "phone", "days") or notes & {"import_ignored", "import_untitled"} or found.doubts
    if found.doubts:
        return
    read = found.tables["candidates"].set_index("name")
    lost = {(one.row, one.column) for one in found.rejects}
    for place, (name, followers, price, code) in enumerate(meant, 2):
        assert (place, "Followers") in lost or read.loc[name, "followers"] == followers, lines
        assert (place, "Báo giá") in lost or (read.loc[name, "fee"], read.loc[name, "currency"]) == (price, code), lines

"""One table in many spellings: whichever reader takes it gives the same values, or asks; it never reads other values."""

import csv
import io
import tempfile
from datetime import date
from pathlib import Path

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import CATALOGUE
from predictor.errors import RowsError
from predictor.intake.contract import read_candidates
from predictor.intake.mapping import Mapping, TableMapping

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

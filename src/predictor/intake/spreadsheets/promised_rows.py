"""Reports with several rows a booking: what was promised (KPI, Plan), what came (Actual), and how far these are apart."""

from __future__ import annotations

import re
from dataclasses import replace

from predictor.intake.cells import as_text
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.title_words import ACHIEVED, COMMITTED, letters

CAME = re.compile(r"(?:the )?(?:final )?(?:results?|real)|ket qua|resultados?|ergebnis(?:se)?|hasil|结果|結果|完成|결과|ผลลัพธ์|ผล")
APART = re.compile(
    r"%|(?:%|ty le|ti le|rate of )? ?(?:variances?|gap|difference|diff\.?|delta|achievement|completion|chenh lech|hoan thanh|"
    r"(?:% ?|ty le )(?:dat|achieved|kpi)(?: kpi)?|selisih|达成率|達成率|完成率|差异|差異|달성률)"
)
MOST = 12  # different words of a column that tells what its rows are


def without_promises(layout: Layout) -> Layout:
    """A sheet without the rows that a column calls promises, or what results are above or below them, and without that column,
    where it calls others results; as it is where the column says anything else."""
    for column, title in layout.titles.items():
        said = as_text(layout.frame[title])
        different = said.dropna().unique()
        words = {word: _kind(word) for word in different} if len(different) <= MOST else {}
        if not {"promised", "came"} <= {*words.values()} or None in words.values():
            continue
        kinds = said.map(words)
        out = tuple(int(row) for row in kinds.index[kinds.isin(["promised", "apart"])])
        return replace(
            layout,
            titles={one: word for one, word in layout.titles.items() if one != column},
            parts={one: word for one, word in layout.parts.items() if one != column},
            rows=tuple(row for row in layout.rows if row not in {*out}),
            skipped={**layout.skipped, "promised": out},
        )
    return layout


def _kind(word: str) -> str | None:
    """Whether a cell calls its row `promised`, what `came`, or how far they are `apart`; None for anything else."""
    plain = letters(word).strip(" .:()")
    if APART.fullmatch(plain):
        return "apart"
    if _nothing_but(COMMITTED, word):
        return "promised"
    return "came" if CAME.fullmatch(plain) or _nothing_but(ACHIEVED, word) else None


def _nothing_but(words: re.Pattern[str], text: str) -> bool:
    """Whether a text is made of such words alone."""
    return words.search(text) is not None and not any(letter.isalnum() for letter in words.sub(" ", text))

"""Figures that are less than exact: from 600, ~400, khoảng 5tr, 3万起, up to 7tr, 10K+."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from predictor.intake.numbers import unified

Bound = Literal["from", "about", "up_to"]

# Words before and behind a figure, as `unified` writes them.
BEFORE: dict[Bound, str] = {
    "from": (
        r"(?:giá\s+)?(?:chỉ\s+)?(?:từ|tu)(?:\s+khoảng)?|(?:prices?\s+)?(?:start(?:s|ing)?\s+(?:from|at)|from)|min(?:imum|\.)?|"
        r"ab|at\s+least|more\s+than|over|above|(?:tối|toi)\s+(?:thiểu|thieu)|ít\s+nhất|trên|hơn|≥|>=?|"
        r"mulai(?:\s+dari)?|minimal|เริ่มต้น(?:ที่)?|เริ่ม(?:ที่)?|ตั้งแต่|최소|最低|不低于|超过|超過"
    ),
    "about": (
        r"~|≈|≃|±|\+/-|(?:vào\s+)?khoảng(?:\s+chừng)?|khoang|tầm(?:\s+khoảng)?|tam|chừng|cỡ|xấp\s+xỉ|gần|about|approx(?:imately|\.)?|around|"
        r"circa|ca?\.|est(?:imated|\.)?|大约|大約|大概|约|約|およそ|sekitar|kira-kira|kisaran|kurang\s+lebih|ประมาณ|ราวๆ?|약|대략"
    ),
    "up_to": (
        r"up\s+to|under|below|less\s+than|max(?:imum|\.)?|dưới|(?:tối|toi)\s+đa|không\s+quá|≤|<=?|maksimal|maks\.?|hingga|ไม่เกิน|"
        r"สูงสุด|최대|最高|不超过|不超過"
    ),
}
NEGOTIABLE = (
    r"nego(?:tiable)?|(?:có\s+thể\s+)?thương\s+lượng|có\s+thể\s+deal|deal\s+được|可议|可議|ต่อรองได้|협의\s*가능|bisa\s+nego"
)
BEHIND: dict[Bound, str] = {
    "from": (
        r"\+{1,3}|~|trở\s+lên|(?:&|and\s+)?\s*up(?:wards)?|and\s+(?:above|over)|or\s+more|"
        r"起步?|以上|から|より|부터|이상|ขึ้นไป|ke\s+atas"
    ),
    "about": rf"左右|上下|前後|前后|くらい|ぐらい|程度|정도|or\s+so|\(\s*(?:{NEGOTIABLE})\s*\)|[,-]?\s*(?:{NEGOTIABLE})",
    "up_to": r"trở\s+xuống|or\s+less|以内|以內|以下|未満|이하|ke\s+bawah",
}
FIGURE = r"(?P<figure>[^\W\d]{0,4}[^\w\s~]?\s*\d.*?)"  # with the code or sign of a currency before it
SHAPES = [(bound, re.compile(rf"(?:{words})\s*{FIGURE}")) for bound, words in BEFORE.items()]
SHAPES += [(bound, re.compile(rf"(?P<figure>.*\d.*?)\s*(?:{words})")) for bound, words in BEHIND.items()]
ENDS = re.compile(r"^(?:(?:từ|tu|from|mulai|dari)\s+)?(\D{0,4}\d.*?)\s*(?:\b(?:đến|tới|to|hingga|sampai)\b|ถึง)\s*(\D{0,3}\d.*)$")
ARROWS = "↑↓▲▼△▽⬆⬇↗↘🔺🔻"
CHANGE = rf"[(\[]\s*[{ARROWS}+\-–−]\s*[\d.,]+\s*(?:%|pp|pts?)?\s*[)\]]"  # (+2.3%)
MARK = re.compile(rf"[{ARROWS}]?\s*(?P<figure>\d[^{ARROWS}*()\[\]]*?)\s*(?:[{ARROWS}]\ufe0f?|\*{{1,3}}|[†‡]|{CHANGE})?")
LONGEST = 1_000  # characters of a cell that may be a figure or a range; the time that longer ones take grows with their square
TWO_ENDS = re.compile(r"\d\D{0,12}[-–—~]\D{0,6}\d")


def without_mark(text: str) -> str | None:
    """A figure without the arrow, the sign of a footnote or the change since before that stands beside it; None of any other.

    >>> without_mark("85.2K ↑"), without_mark("48,000*"), without_mark("240,000 (+2.3%)"), without_mark("9 (3 returned)")
    ('85.2K', '48,000', '240,000', None)
    """
    found = MARK.fullmatch(text.strip()) if len(text) <= LONGEST else None
    return None if found is None or found["figure"] == text.strip() else found["figure"]


@lru_cache(maxsize=4096)  # lists repeat their prices
def without_bound(text: str) -> tuple[str, Bound | None]:
    """A figure as text without the words that make it less than exact, and which kind these are; a range with a dash.

    >>> without_bound("khoảng 5tr"), without_bound("3万起"), without_bound("from 5tr to 7tr")
    (('5tr', 'about'), ('3万', 'from'), ('5tr-7tr', None))
    """
    if len(text) > LONGEST:
        return text, None
    small = unified(text)
    if re.match(r"\D*\d", small) and (ends := ENDS.match(small)):
        return f"{ends[1].strip()}-{ends[2]}", None
    for bound, shape in SHAPES:
        found = shape.fullmatch(small)
        if found and not (bound != "about" and TWO_ENDS.search(small)):
            figure, second = without_bound(found["figure"].strip())
            if second and "about" in (bound, second):  # khoảng 5tr (nego), từ 5tr (nego)
                return figure, second if bound == "about" else bound
            return found["figure"].strip(), bound
    return text, None

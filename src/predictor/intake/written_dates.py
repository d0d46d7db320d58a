"""Dates in words and clocks of twelve hours, written as read_dates takes them: 2025-08-28 15:05+07:00."""

from __future__ import annotations

import re
from functools import cache

from predictor.intake.numbers import unified

MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "january jan januari", "february feb februari", "march mar maret", "april apr", "may mei", "june jun juni",
            "july jul juli", "august aug agustus agu ags", "september sep sept", "october oct oktober okt", "november nov nop",
            "december dec desember des",
        ),
        1,
    )
    for word in words.split()
}  # fmt: skip
MONTH = rf"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))}|(?:tháng|thg|th)\.?\s*\d{{1,2}})\.?"
DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|º)?"
YEAR = r"(?P<year>\d{4})"
BETWEEN = r"[\s\-./,]*"
REST = r"(?P<rest>\D.*)?$"
SHAPES = tuple(
    re.compile(shape + REST)
    for shape in (
        rf"^{DAY}{BETWEEN}(?:of\s+)?{MONTH}{BETWEEN}{YEAR}",
        rf"^{DAY}([-/\s]){MONTH}\2(?P<year>\d{{2}})",  # 27-Jul-20, as spreadsheets write days by themselves
        rf"^{MONTH}\s*{DAY}(?:\s*,\s*|\s+){YEAR}",
        rf"^{YEAR}{BETWEEN}{MONTH}{BETWEEN}{DAY}",
        r"^(?P<year>\d{4})\s*[年년]\s*(?P<month>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日일号號]?",
        r"^(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})",
    )
)
FOREIGN = ("de", "es", "pt", "fr", "it", "nl", "th", "ms", "tr", "pl")  # languages whose months Babel names
ERAS = {"令和": 2018, "平成": 1988, "民國": 1911, "民国": 1911}  # the year before the first of each
ERA = re.compile(rf"^({'|'.join(ERAS)})\s*(元|\d{{1,3}})\s*年")
FIGURES = re.compile(r"^(?P<date>\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4})(?P<rest>\D.*)?$")
WEEKDAY = re.compile(
    r"^(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?|thứ\s+\w+|t[2-7]|chủ nhật|cn)\s*[,.]?\s+|^ngày\s+"
)
OF_WEEK = re.compile(  # behind a day: (土), (Sat), 土曜日, 토요일, 星期六
    r"\s*(?:[(（]\s*(?:[月火水木金土日][・/]?祝?|[월화수목금토일]|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?|t[2-7]|cn|"
    r"thứ \w+|chủ nhật|(?:周|週|星期)?[一二三四五六日天])\s*[)）]|[(（]?(?:[月火水木金土日]曜日?|[월화수목금토일]요일|"
    r"(?:星期|周|週|礼拜)[一二三四五六日天])[)）]?)",
    re.IGNORECASE,
)
HALVES = {"上午": "am", "午前": "am", "오전": "am", "凌晨": "am", "下午": "pm", "午後": "pm", "오후": "pm", "晚上": "pm"}
HALF_FIRST = re.compile(rf"({'|'.join(HALVES)})\s*(\d{{1,2}}(?::\d{{2}}){{0,2}})")  # 오후 7:30
SPOKEN = re.compile(  # 19时30分00秒, 19시 30분, 19.30 น.
    r"(?<!\d)(\d{1,2})\s*[时時点點시]\s*(?:(\d{1,2})\s*[分분]\s*)?(?:(\d{1,2})\s*[秒초])?|(?<![\d.])(\d{1,2})[.:](\d{2})\s*น\.?"
)
CLOCK = re.compile(
    r"^[\s,;.T-]*(?:at|lúc|vào)?\s*(?P<hour>\d{1,2})(?::(?P<minute>\d{2})(?::(?P<second>\d{2}(?:\.\d+)?))?)?\s*"
    r"(?P<half>[ap]\.?m\.?|sa|ch)?\s*(?P<zone>z|utc|gmt|(?:utc|gmt)?\s*[+-]\d{1,2}(?::?\d{2})?)?$",
    re.IGNORECASE,
)
CLOCK_FIRST = re.compile(r"^(?P<clock>\d{1,2}:\d{2}(?::\d{2})?(?:\s*[ap]\.?m\.?)?)[\s,;-]+(?P<date>\D*\d.*\d)$", re.IGNORECASE)


def in_figures(text: str) -> str:
    """A date that is written in words or other figures, or whose clock counts twelve hours, in figures; other text as it is.

    >>> in_figures("Aug 28, 2025 at 3:05 PM"), in_figures("28 tháng 8, 2025"), in_figures("14:30 03/04/2025")
    ('2025-08-28 15:05', '2025-08-28', '03/04/2025 14:30')
    >>> in_figures("2026年5月2日(土) 19時30分"), in_figures("2026. 5. 2. 오후 7:30")
    ('2026-05-02 19:30', '2026.5.2 19:30')
    >>> in_figures("２０２５／０８／２８"), in_figures("٢٠٢٥-٠٨-٢٨")
    ('2025/08/28', '2025-08-28')
    """
    text = text if text.isascii() else unified(text)
    spaced = ERA.sub(_western, re.sub(r"\s+", " ", text.strip().lower())).replace(" năm ", " ")
    spaced = spaced if spaced.isascii() and "(" not in spaced else _clock_in_figures(OF_WEEK.sub(" ", spaced)).strip()
    words = WEEKDAY.sub("", re.sub(r"(?<=\d)\. (?=\d)", ".", spaced))  # 2026. 5. 2.
    if (turned := CLOCK_FIRST.match(words)) is not None:
        words = f"{WEEKDAY.sub('', turned['date'])} {turned['clock']}"
    if (found := _in_words(words) or _in_words(_in_english(words))) is not None:
        year = found["year"] if len(found["year"]) == 4 else f"20{found['year']}"
        return _with_clock(f"{year}-{_month(found['month']):02d}-{int(found['day']):02d}", found["rest"], text)
    figures = FIGURES.match(words)
    return text if figures is None else _with_clock(figures["date"], figures["rest"], text)


def _clock_in_figures(text: str) -> str:
    """A text with the clock that is spelt out in it in figures, and the half of the day behind these: 오후 7시 30분, 7:30 pm."""

    def figures(found: re.Match[str]) -> str:
        hour, minute, second, thai_hour, thai_minute = found.groups()
        return f" {hour or thai_hour}:{minute or thai_minute or '00':0>2}" + (f":{second:0>2}" if second else "")

    return HALF_FIRST.sub(lambda found: f" {found[2]} {HALVES[found[1]]}", SPOKEN.sub(figures, text))


def _in_words(words: str) -> re.Match[str] | None:
    return next((found for shape in SHAPES if (found := shape.match(words)) is not None), None)


def _western(era: re.Match[str]) -> str:
    return f"{ERAS[era[1]] + (1 if era[2] == '元' else int(era[2]))}年"


@cache
def _foreign_months() -> tuple[re.Pattern[str], dict[str, str]]:
    """The names of months in other languages, with the English ones."""
    from babel import Locale

    english = {number: word for word, number in reversed(MONTHS.items())}
    named = {
        name.lower().strip("."): english[number]
        for language in FOREIGN
        for use in ("format", "stand-alone")
        for width in ("abbreviated", "wide")
        for number, name in Locale(language).months[use][width].items()
    }
    named = {name: word for name, word in named.items() if name not in MONTHS and not name.isdigit()}
    every = "|".join(re.escape(name) for name in sorted(named, key=len, reverse=True))
    return re.compile(rf"(?<![^\W\d_])(?:de |d')?({every})(?![^\W\d_])\.?(?: del? )?"), named


def _in_english(words: str) -> str:
    if re.search(r"[^\W\d_]{2}|\w\.\w\.", words) is None:
        return words
    pattern, named = _foreign_months()
    return pattern.sub(lambda found: f"{named[found[1]]} ", words)


ANY_MONTH = MONTH.replace("?P<month>", "?:")
YEARLESS = re.compile(
    rf"(?:ngày\s+)?(?:{ANY_MONTH}\s*\d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}(?:st|nd|rd|th)?{BETWEEN}(?:of\s+)?{ANY_MONTH}|"
    r"\d{1,2}[/.]\d{1,2}|\d{1,2}\s*[月월]\s*\d{1,2}\s*[日일号號]?)"
)


def without_year(text: str) -> bool:
    """Whether a text is a day and a month alone: Oct 3, 3 tháng 10, 10月3日(土), 3/10."""
    return YEARLESS.fullmatch(OF_WEEK.sub("", text).strip().lower()) is not None


def with_year(text: str, year: int) -> str:
    """A day and month with this year, in the shape they are written in.

    >>> with_year("Oct 3", 2026), with_year("3 tháng 10", 2026), with_year("10月3日", 2026), with_year("3/10", 2026)
    ('Oct 3 2026', '3 tháng 10 2026', '2026年10月3日', '3/10/2026')
    """
    day = OF_WEEK.sub("", text).strip()
    if re.search("[月월]", day):
        return f"{year}{'년' if '월' in day else '年'}{day}"
    return f"{day}{day[found.start()] if (found := re.search('[/.](?=[0-9]+$)', day)) and day[0].isdigit() else ' '}{year}"


def _month(word: str) -> int:
    return MONTHS.get(word) or int(re.sub(r"\D", "", word))


def _with_clock(date: str, rest: str | None, text: str) -> str:
    """The date with the time of day behind it, or the text as it came where that is none."""
    if not rest or not rest.strip(" ,.;"):
        return date
    found = CLOCK.match(rest)
    if found is None or not (found["minute"] or found["half"]):
        return text
    hour, half = int(found["hour"]), (found["half"] or "").replace(".", "").lower()
    if half and not 1 <= hour <= 12:
        return text
    hour = hour % 12 + 12 * (half in ("pm", "ch")) if half else hour
    second = f":{found['second']}" if found["second"] else ""
    return f"{date} {hour:02d}:{found['minute'] or '00'}{second}{_zone(found['zone'] or '')}"


def _zone(zone: str) -> str:
    offset = re.search(r"([+-])(\d{1,2}):?(\d{2})?$", zone)
    if offset is None:
        return "Z" if zone else ""
    return f"{offset[1]}{offset[2]:0>2}:{offset[3] or '00'}"

"""What lines above and below a table say that its numbers count in: its amounts, its followers, or neither."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from predictor.intake.currency_words import SORTED, currency_of, plain
from predictor.intake.numbers import NOUGHTS, UNIT, WIDE, unit_in_words
from predictor.intake.spreadsheets.remarks import NO_AMOUNT, OF_ELSE, PRICES, STATED, UNIT_OF, states_money, states_unit
from predictor.intake.spreadsheets.title_words import PER_THOUSAND, letters
from predictor.intake.spreadsheets.titles import stated_unit
from predictor.intake.units import unit_alone

CLAUSE = re.compile(r"[;。；|\n()（）\[\]【】]|[.,，、](?=\s|$)|\s/\s")
AND = re.compile(r"\s+(?:and|và|dan|while|còn|および)\s+", re.IGNORECASE)
LINK = r"(?:(?<![^\W\d_])(?:in|en|em|dalam|bằng|theo|là|are|is)\s+|[:：=×]\s*|เป็น(?:หลัก)?\s*|หลัก\s*|以|为|為)"
LINKED = re.compile(
    rf"{LINK}(?:units? of\s+|hàng\s+)?(?:{NOUGHTS}|(?<![^\W_])(?:{UNIT})(?![^\W\d_])|{WIDE})|(?=[x×])(?:{NOUGHTS})"
)
SHORT = "|".join(word for word in UNIT.split("|") if len(word) < 3 and word[0] < "\u0e00")  # also initials and parts of names
INITIALS = re.compile(  # K Beauty, Củ Chi, Triệu Vy: before another word, which is no currency, letters are no unit
    rf"(?<![^\W_])(?:{SHORT})(?![^\W_])(?!\s*(?:$|[()\[\]（）/]*(?:{SORTED})(?!\w)|[)\],;|/。；，、）】]|\.(?!\w)|[-–—]\s|(?:and|và|dan)(?!\w)))|"
    r"(?-i:(?<!\w)Triệu (?!Việt|VN|[Đđ₫])[^\W\d_a-z])",
    re.IGNORECASE,
)
REGION = ("mn", "mi", "ti", "ty", "b", "w", "n", "cr")  # in brackets behind a price: Báo giá KOL (MN)
PEOPLE = {  # the columns of ours that a line may be about, besides the amounts
    "followers": re.compile(
        r"\b(?:followers?|subscribers?|(?:luot |nguoi )?theo doi|pengikut)\b|"
        r"粉丝|粉絲|[万萬千]人(?!民)|ผู้ติดตาม|フォロワー|팔로워|구독자"
    ),
    "average_views": re.compile(r"\b(?:views?|luot xem|penonton)\b|播放|观看|觀看|ยอดวิว|再生|조회"),
}
ELSEWHERE = re.compile(
    rf"{OF_ELSE.pattern}|(?<!\w)(?:boost\w*|ads?|media|bonus\w*|thưởng|quảng cáo|iklan|bằng chữ|in words|terbilang)(?!\w)|"
    r"大写|大寫|奖金|獎金"
)
UNKNOWN = re.compile(  # prices in ratusan rupiah, in hundred thousand VND: a word for a number that is not in `UNITS`
    rf"(?:{PRICES}).*{LINK}(?P<words>(?:(?:puluh|ratus)(?:an)?|trăm|chục|mươi|tens?|dozens?|cent(?:aines|enas)|hundreds?(?=\s+(?:of\s+)?(?:{UNIT})\s))"
    rf"(?:\s+(?:of\s+)?(?:{UNIT}))?)\s+(?:of\s+)?(?:{SORTED})(?!\w)"
)


@dataclass(frozen=True)
class StatedUnit:
    """A unit that a line states, whether it is of the amounts, of which columns of people, and the line.

    `perhaps` are columns of people that stand beside the unit of an amount: prices and followers in thousand VND.
    """

    size: float
    money: bool
    people: tuple[str, ...]
    line: str
    perhaps: tuple[str, ...] = ()

    @property
    def unnamed(self) -> bool:
        """Whether the line does not say what it is about."""
        return not self.money and not self.people


def stated_units(lines: Iterable[str]) -> list[StatedUnit]:
    """The units that lines about a table state, each by the part of its line that speaks of it.

    >>> [(one.size, one.money, one.people) for one in stated_units(["Fees in THB. Followers in thousands (K)."])]
    [(1000.0, False, ('followers',))]
    >>> [(one.size, one.money, one.people) for one in stated_units(["ĐVT: triệu đồng", "Boosting budget is in thousands"])]
    [(1000000.0, True, ())]
    """
    return [one for line in lines for one in _of_line(line)]


def unclear_unit(line: str) -> str | None:
    """The words of a line that speak of amounts, and of what these count in, and are not understood."""
    found = (UNKNOWN.search(plain(clause)) for clause in _clauses(line))
    return next((one["words"] for one in found if one is not None), None)


def _of_line(line: str) -> list[StatedUnit]:
    said = INITIALS.sub(" ", unicodedata.normalize("NFC", line))
    clauses, found, before = _clauses(said), list[StatedUnit](), ""
    for clause in clauses:
        about = f"{before} {clause}" if unit_alone(clause) is not None else clause  # Followers (K)
        found += [one for one in [_of_clause(clause, about, line)] if one is not None]
        before = clause
    if found or not states_unit(said) or unclear_unit(said):
        return [*dict.fromkeys(found)]
    if any(_people(one) or ELSEWHERE.search(plain(one)) for one in clauses):
        return []
    size = stated_unit(said)
    return [] if size is None or size <= 1 else [StatedUnit(size, currency_of(said) is not None, (), line)]


def _clauses(line: str) -> list[str]:
    """The parts of a line that speak each of something; what is before an 'and' without a unit or a currency goes on."""
    parts: list[str] = []
    for clause in CLAUSE.split(line):
        before = ""
        for part in AND.split(clause):
            before = f"{before} {part}".strip()
            if stated_unit(part) is not None or currency_of(part):
                parts.append(before)
                before = ""
        parts += [before] if before else []
    return [part.strip() for part in parts if part.strip()]


def _of_clause(clause: str, about: str, line: str) -> StatedUnit | None:
    """The unit that a part of a line states, of what `about` is about."""
    words, speaks = plain(clause), plain(about)
    size = stated_unit(clause) or unit_in_words(words)
    if size is None or size <= 1 or UNKNOWN.search(words) or re.search(PER_THOUSAND, letters(clause)):
        return None
    people, currency, priced = _people(about), currency_of(clause), re.search(PRICES, speaks) is not None
    if not _says(clause, words, bool(people or priced)) or re.search(r"\d", NO_AMOUNT.sub(" ", words)):
        return None
    if ELSEWHERE.search(speaks) and (currency or not people):
        return None
    return StatedUnit(size, True, (), line, people) if currency else StatedUnit(size, priced, people, line)


def _says(clause: str, words: str, about_ours: bool) -> bool:
    """Whether a part of a line says a unit: as one (ĐVT: K), or `about_ours`, prices or people, for which it counts."""
    if STATED.search(clause):
        return True
    if unit_alone(clause) is not None:  # behind what is before it: Giá (triệu đồng)
        about_ours = about_ours or currency_of(clause) is not None
        return about_ours and words.strip() not in REGION and re.search(r"[^\W\d_]|'", clause) is not None
    return (about_ours or states_money(clause)) and (LINKED.search(words) or UNIT_OF.search(words)) is not None


def _people(text: str) -> tuple[str, ...]:
    return tuple(name for name, words in PEOPLE.items() if words.search(letters(text)))

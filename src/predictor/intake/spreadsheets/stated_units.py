"""What lines above and below a table say that its numbers count in: its amounts, its followers, or neither."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from predictor.intake.currency_words import SORTED, currency_of, plain
from predictor.intake.numbers import NOUGHTS, UNIT, WIDE, unit_in_words
from predictor.intake.spreadsheets.remarks import NO_AMOUNT, OF_ELSE, PRICES, STATED, UNIT_OF, states_unit
from predictor.intake.spreadsheets.titles import PER_THOUSAND, letters, stated_unit
from predictor.intake.units import unit_alone

CLAUSE = re.compile(r"[;。；|\n()（）\[\]【】]|[.,，、](?=\s|$)|\s/\s")
AND = re.compile(r"\s+(?:and|và|dan|while|còn|および)\s+", re.IGNORECASE)
LINK = r"(?:(?<![^\W\d_])(?:in|en|em|dalam|bằng|theo|là|are|is|x)\s*|[:：=×]\s*|เป็น(?:หลัก)?\s*|หลัก\s*|以)"
LINKED = re.compile(rf"{LINK}(?:units? of\s+|hàng\s+)?(?:{NOUGHTS}|(?<![^\W_])(?:{UNIT})(?![^\W\d_])|{WIDE})")
PEOPLE = {  # the columns of ours that a line may be about, besides the amounts
    "followers": re.compile(
        r"\b(?:follow\w*|subs\w*|fans?|audiences?|nguoi|theo doi|pengikut|people|persons?)\b|"
        r"粉|人(?!民)|ผู้ติดตาม|คน|フォロワー|팔로워|구독자"
    ),
    "average_views": re.compile(r"\b(?:views?|reach|luot|penonton)\b|播放|观看|觀看|ยอดวิว|再生|조회"),
}
ELSEWHERE = re.compile(
    rf"{OF_ELSE.pattern}|(?<!\w)(?:boost\w*|ads?|media|quảng cáo|iklan|bằng chữ|in words|terbilang)(?!\w)|大写|大寫"
)
FILLING = r"(?:the|full|whole|total|net|gross|local|vietnamese|vietnam|us|american|thai|indonesian|of|hàng|tiền|đơn vị|mata uang)"
UNKNOWN = re.compile(  # prices in hundreds of rupiah: a word before the currency that is no unit
    rf"(?:{PRICES}).*{LINK}(?P<words>(?!{FILLING}(?!\w))[^\W\d_]{{3,}}(?:\s+(?:of\s+)?[^\W\d_]+)?)\s+(?:of\s+)?(?:{SORTED})\s*\.?$"
)


@dataclass(frozen=True)
class StatedUnit:
    """A unit that a line states, whether it is of the amounts, of which columns of people, and the line."""

    size: float
    money: bool
    people: tuple[str, ...]
    line: str

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
    found = [UNKNOWN.search(plain(clause)) for clause in _clauses(line)]
    words = next((one["words"] for one in found if one is not None), None)
    return words if words is not None and stated_unit(f"({words.split()[0]})") is None else None


def _of_line(line: str) -> list[StatedUnit]:
    clauses, found, before = _clauses(line), list[StatedUnit](), ""
    for clause in clauses:
        about = f"{before} {clause}" if unit_alone(clause) is not None else clause  # Followers (K)
        found += [one for one in [_of_clause(clause, about, line)] if one is not None]
        before = clause
    if found or not states_unit(line) or any(_people(one) or ELSEWHERE.search(plain(one)) for one in clauses):
        return [*dict.fromkeys(found)]
    size = stated_unit(line)
    return [] if size is None or size <= 1 else [StatedUnit(size, currency_of(line) is not None, (), line)]


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
    words = plain(clause)
    size = stated_unit(clause) or unit_in_words(words)
    if size is None or size <= 1 or unclear_unit_in(words) or re.search(PER_THOUSAND, letters(clause)):
        return None
    says = (
        STATED.search(clause)
        or UNIT_OF.search(words)
        or LINKED.search(words)
        or (unit_alone(clause) is not None and re.search(r"[^\W\d_]|'", clause))
    )
    if not says or re.search(r"\d", NO_AMOUNT.sub(" ", words)):
        return None
    people = _people(about)
    money = re.search(PRICES, plain(about)) is not None or currency_of(clause) is not None
    if ELSEWHERE.search(plain(about)) and not people:
        return None
    return StatedUnit(size, money, people, line)


def _people(text: str) -> tuple[str, ...]:
    return tuple(name for name, words in PEOPLE.items() if words.search(letters(text)))


def unclear_unit_in(words: str) -> bool:
    """Whether something before a unit makes it another one: hundreds of thousand."""
    found = UNKNOWN.search(words)
    return found is not None and stated_unit(f"({found['words'].split()[0]})") is None

"""What planners read: every sentence in English and Vietnamese, and numbers, money and dates in the language's form."""

from __future__ import annotations

import math
from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml

from predictor.compare import Comparison, Duel, Group, Range

LANGUAGES = ("en", "vi")
WITHOUT_DECIMALS = ("VND", "JPY", "KRW", "IDR")
Sentence = str | dict[str, str]


@lru_cache
def sentences(lang: str) -> dict[str, Sentence]:
    """Every sentence of a language by its key; one with a plural has the forms `one` and `other`."""
    if lang not in LANGUAGES:
        raise ValueError(f"got the language '{lang}'; allowed: {', '.join(LANGUAGES)}.")
    content: dict[str, Sentence] = yaml.safe_load((Path(__file__).parent / "wording" / f"{lang}.yaml").read_text("utf-8"))
    return content


def say(lang: str, key: str, **values: object) -> str:
    """The sentence `key` with its values; numbers are written in the language's form.

    >>> say("vi", "creators_count", count=1200)
    '1.200 ứng viên'
    """
    sentence = sentences(lang)[key]
    if isinstance(sentence, dict):
        sentence = sentence.get("one" if values.get("count") == 1 else "other", sentence["other"])
    return sentence.format(**{name: number(lang, v) if isinstance(v, int | float) else v for name, v in values.items()})


def number(lang: str, value: float | None, decimals: int = 1) -> str:
    """A number with at most `decimals` decimals, and a dash for a missing one.

    >>> number("en", 1234.5), number("vi", 1234.5)
    ('1,234.5', '1.234,5')
    """
    if value is None or not math.isfinite(value):
        return say(lang, "nothing")
    digits = f"{value:,.{decimals}f}"
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    marks = {",": say(lang, "thousands"), ".": say(lang, "decimal")}
    return "".join(marks.get(character, character) for character in ("0" if digits == "-0" else digits))


def compact(lang: str, value: float | None) -> str:
    """A number in three significant digits.

    >>> compact("en", 12345), compact("vi", 1_234_000)
    ('12.3K', '1,23 triệu')
    """
    if value is None or not math.isfinite(value):
        return number(lang, value)
    rounded = float(f"{value:.3g}")
    for size, unit in ((1e9, "unit_billion"), (1e6, "unit_million"), (1e3, "unit_thousand")):
        if abs(rounded) >= size:
            return number(lang, rounded / size, 2) + say(lang, unit)
    return number(lang, rounded, 0 if rounded == 0 else max(0, 2 - math.floor(math.log10(abs(rounded)))))


def percent(lang: str, share: float | None, decimals: int = 0) -> str:
    """A share of one as a percentage."""
    return number(lang, share if share is None else 100 * share, decimals) + ("" if share is None else "%")


def chance(lang: str, share: float) -> str:
    """A chance as a percentage; a simulation never makes anything certain or impossible."""
    if share > 0.99:
        return say(lang, "more_than", share=percent(lang, 0.99))
    return say(lang, "less_than", share=percent(lang, 0.01)) if share < 0.01 else percent(lang, share)


def money(lang: str, value: float | None, currency: str | None, short: bool = False) -> str:
    """An amount; `short` writes it in three significant digits.

    >>> money("vi", 1_200_000, "VND"), money("vi", 1_200_000, "VND", short=True), money("en", 1200, "USD")
    ('1.200.000 ₫', '1,2 triệu ₫', 'USD 1,200')
    """
    if value is None or not math.isfinite(value):
        return number(lang, value)
    whole = currency in WITHOUT_DECIMALS
    value = round(value) if whole else value
    amount = compact(lang, value) if short else number(lang, value, 0 if whole else 2)
    return f"{amount} ₫" if currency == "VND" else f"{currency} {amount}" if currency else amount


def day(lang: str, value: date) -> str:
    """A date: dd/mm/yyyy in Vietnamese, yyyy-mm-dd in English."""
    return f"{value:%d/%m/%Y}" if lang == "vi" else f"{value:%Y-%m-%d}"


def interval(lang: str, low: float, high: float | None, currency: str | None = None) -> str:
    """From where to where, the currency and a unit that is a word written once; `high` is None without an upper bound.

    >>> interval("vi", 77_600, 224_000, "VND"), interval("en", 1010, 9390), interval("en", 900, 1500, "USD")
    ('77,6 – 224 nghìn ₫', '1.01K – 9.39K', 'USD 900 – 1.5K')
    """
    if high is None:
        return f"≥ {money(lang, low, currency, short=True)}"
    lowest = money(lang, low, currency, short=True).removesuffix(" ₫")
    highest = money(lang, high, currency, short=True).removeprefix(f"{currency} ")
    units = [unit for size in ("thousand", "million", "billion") if (unit := say(lang, f"unit_{size}")).startswith((" ", "\xa0"))]
    shared = next((unit for unit in units if lowest.endswith(unit) and highest.removesuffix(" ₫").endswith(unit)), "")
    return f"{lowest.removesuffix(shared)} – {highest}"


def noun(lang: str, label: dict[str, str]) -> str:
    """A label as it stands inside a sentence."""
    return label[lang][:1].lower() + label[lang][1:]


def heading(words: str) -> str:
    """Words as they stand at the start of a line."""
    return words[:1].upper() + words[1:]


def group_name(lang: str, group: Group) -> str:
    """What a group is called."""
    if not group.name:
        return say(lang, "not_stated")
    key = f"kind_{group.name}"
    return say(lang, key) if group.by == "kind" and key in sentences(lang) else group.label[lang]


def verdicts(comparison: Comparison, lang: str) -> list[str]:
    """The answer: for the same money and per creator, the ones that could be given first."""
    sides = [("money", comparison.per_money), ("each", comparison.per_creator)]
    if comparison.per_creator.why_not == "few":  # then there are too few with a quote as well
        return [_verdict(*sides[1], comparison, lang)]
    sides.sort(key=lambda side: side[1].chance is None)
    return [_verdict(what, duel, comparison, lang) for what, duel in sides]


def _verdict(what: str, duel: Duel, comparison: Comparison, lang: str) -> str:
    if duel.chance is None:
        currencies = ", ".join(comparison.currencies)
        key = f"no_verdict_{what}_{duel.why_not}"
        return say(lang, key, influencers=duel.influencers, kols=duel.kols, currencies=currencies)
    share = 1 - duel.chance if duel.verdict == "kols" else duel.chance
    return say(lang, f"verdict_{what}_{duel.verdict}", outcome=noun(lang, comparison.outcome), chance=chance(lang, share))


def caveats(comparison: Comparison, lang: str) -> list[str]:
    """What a reader must know before trusting the answer."""
    outside = sum(group.creators for group in comparison.by("kind") if group.name not in ("influencer", "kol"))
    counted = {
        "unseen": comparison.unseen,
        "assumed": comparison.assumed,
        "quote": comparison.without_quote,
        "forecast": comparison.without_forecast,
        "repeated": comparison.repeated,
        "kind": outside,
    }
    said = [say(lang, f"caveat_{key}", count=n, all=comparison.creators) for key, n in counted.items() if n]
    return [*said, say(lang, "caveat_stand_for"), say(lang, "caveat_independent")]


def in_words(comparison: Comparison, lang: str) -> str:
    """The comparison as plain text for a terminal."""
    goal = say(lang, f"goal_{comparison.goal}")
    parts = [[say(lang, "invented")]] if comparison.invented else []
    parts.append([say(lang, "goal_line", goal=goal, outcome=noun(lang, comparison.outcome))])
    parts.append(verdicts(comparison, lang))
    parts.append(_table(comparison, lang))
    parts.append([say(lang, "caveats"), *(f"- {caveat}" for caveat in caveats(comparison, lang))])
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _table(comparison: Comparison, lang: str) -> list[str]:
    head = ["", say(lang, "candidates"), say(lang, "mean_each", outcome=comparison.outcome[lang]), say(lang, "spend")]
    head += [say(lang, "cost_80", cost=heading(comparison.cost_per[lang])), say(lang, "unseen")]
    rows = [head, *(_line(group, comparison, lang) for group in comparison.by("kind"))]
    for by in ("tier", "platform"):
        rows += [[""] * len(head), [say(lang, f"by_{by}"), *[""] * (len(head) - 1)]]
        rows += [_line(group, comparison, lang, "  ") for group in comparison.by(by)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    aligned = [[row[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:], strict=True))] for row in rows]
    return ["   ".join(row).rstrip() for row in aligned]


def _line(group: Group, comparison: Comparison, lang: str, indent: str = "") -> list[str]:
    return [
        indent + group_name(lang, group),
        number(lang, group.creators),
        _with_interval(lang, group.mean),
        money(lang, group.spend, comparison.currency, short=True),
        _with_interval(lang, group.cost, comparison.currency),
        number(lang, group.unseen),
    ]


def _with_interval(lang: str, found: Range | None, currency: str | None = None) -> str:
    if found is None:
        return say(lang, "nothing")
    value = money(lang, found.value, currency, short=True)
    return f"{value} ({interval(lang, found.low, found.high, currency)})"

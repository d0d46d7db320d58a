"""What planners read: every sentence in English and Vietnamese, and numbers, money and dates in the language's form."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    import pandas as pd

PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # that of libyaml is several times as fast
LANGUAGES = ("en", "vi")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WITHOUT_DECIMALS = ("VND", "JPY", "KRW", "IDR")
Sentence = str | dict[str, str]


@dataclass(frozen=True)
class Said:
    """A sentence that can be said in either language: its key in `wording/` and its values.

    A value may be such a sentence itself, a label that has the words `en` and `vi`, or a tuple of these.
    """

    key: str
    values: dict[str, Any] = field(default_factory=dict)


@lru_cache
def load_sentences(lang: str) -> dict[str, Sentence]:
    """Every sentence of a language by its key; one with a plural has the forms `one` and `other`."""
    if lang not in LANGUAGES:
        raise ValueError(f"got the language '{lang}'; allowed: {', '.join(LANGUAGES)}.")
    content: dict[str, Sentence] = yaml.load((files("predictor.wording") / f"{lang}.yaml").read_text("utf-8"), PARSER)
    return content


def say(lang: str, key: str, **values: object) -> str:
    """The sentence `key` with its values; numbers are written in the language's form.

    >>> say("vi", "creators_count", count=1200)
    '1.200 ứng viên'
    """
    sentence = load_sentences(lang)[key]
    if isinstance(sentence, dict):
        sentence = sentence.get("one" if values.get("count") == 1 else "other", sentence["other"])
    if "{" not in sentence:
        return sentence
    return sentence.format(**{name: number(lang, v) if isinstance(v, int | float) else v for name, v in values.items()})


def worded(lang: str, said: Any) -> Any:
    """A sentence or a label in the words of a language, several of them as a list; anything else as it is.

    >>> worded("en", Said("cell_interests", {"came": "?"})).startswith("got '?'; allowed: names")
    True
    """
    if isinstance(said, Said):
        return say(lang, said.key, **{name: worded(lang, value) for name, value in said.values.items()})
    if isinstance(said, tuple):
        return "; ".join(worded(lang, one) for one in said)
    return getattr(said, lang, said)


def number(lang: str, value: float | None, decimals: int = 1) -> str:
    """A number with at most `decimals` decimals, and a dash for a missing one.

    >>> number("en", 1234.5), number("vi", 1234.5)
    ('1,234.5', '1.234,5')
    """
    if value is None or not math.isfinite(value):
        return say(lang, "nothing")
    digits = f"{value:,.{decimals}f}"
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return ("0" if digits == "-0" else digits).translate(_marks(lang))


@lru_cache
def _marks(lang: str) -> dict[int, str]:
    """What the language writes in place of the marks inside a number."""
    return str.maketrans({",": say(lang, "thousands"), ".": say(lang, "decimal")})


def compact(lang: str, value: float | None) -> str:
    """A count in three significant digits, from ten on without decimals of its unit.

    >>> compact("en", 12345), compact("vi", 1_234_000), compact("en", 12.3), compact("en", 1.23)
    ('12.3K', '1,23 triệu', '12', '1.2')
    """
    if value is not None and math.isfinite(value) and 1 <= abs(value) < 1000:
        return number(lang, value, 0 if abs(value) >= 10 else 1)
    return _three_digits(lang, value)


def _three_digits(lang: str, value: float | None) -> str:
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
    """A chance as a percentage, rounded to the less sure side; a simulation never makes anything certain or impossible.

    >>> chance("en", 0.796), chance("en", 0.204), chance("en", 0.999)
    ('79%', '21%', 'over 99%')
    """
    if share > 0.99:
        return say(lang, "more_than", share=percent(lang, 0.99))
    if share < 0.01:
        return say(lang, "less_than", share=percent(lang, 0.01))
    return percent(lang, (math.floor(100 * share + 1e-6) if share >= 0.5 else math.ceil(100 * share - 1e-6)) / 100)


def money(lang: str, value: float | None, currency: str | None, short: bool = False) -> str:
    """An amount; `short` writes it in three significant digits.

    >>> money("vi", 1_200_000, "VND"), money("vi", 1_200_000, "VND", short=True), money("en", 1200, "USD")
    ('1.200.000 ₫', '1,2 triệu ₫', 'USD 1,200')
    """
    if value is None or not math.isfinite(value):
        return number(lang, value)
    whole = currency in WITHOUT_DECIMALS
    value = round(value) if whole else value
    shortened = compact if currency is None else _three_digits
    amount = shortened(lang, value) if short else number(lang, value, 0 if whole else 2)
    return f"{amount} ₫" if currency == "VND" else f"{currency} {amount}" if currency else amount


def day(lang: str, value: date) -> str:
    """A date: dd/mm/yyyy in Vietnamese, yyyy-mm-dd in English."""
    return f"{value:%d/%m/%Y}" if lang == "vi" else f"{value:%Y-%m-%d}"


def month(lang: str, value: date) -> str:
    """The month of a date: 07/2025 in Vietnamese, Jul 2025 in English."""
    return f"{value:%m/%Y}" if lang == "vi" else f"{MONTHS[value.month - 1]} {value.year}"


def interval(lang: str, low: float, high: float | None, currency: str | None = None) -> str:
    """From where to where, each end with its own unit, the currency once; `high` is None without an upper bound.

    Beside a unit that is a word, a bare lower end could be read in that unit too: then the upper end is written in digits.

    >>> interval("vi", 77_600, 224_000, "VND"), interval("vi", 177, 5160), interval("en", 900, 1500, "USD")
    ('77,6 nghìn – 224 nghìn ₫', '177 – 5.160', 'USD 900 – 1.5K')
    """
    if high is None:
        return f"≥ {money(lang, low, currency, short=True)}"
    lowest = money(lang, low, currency, short=True).removesuffix(" ₫")
    highest = money(lang, high, currency, short=True)
    if _in_words(lang, highest) and not _in_words(lang, lowest):
        highest = money(lang, float(f"{high:.3g}"), currency)
    return f"{lowest} – {highest.removeprefix(f'{currency} ')}"


def _in_words(lang: str, amount: str) -> bool:
    """Whether an amount ends with a unit that is a word of its own."""
    units = (say(lang, f"unit_{size}") for size in ("thousand", "million", "billion"))
    return amount.removesuffix(" ₫").endswith(tuple(unit for unit in units if unit.startswith((" ", "\xa0"))))


def noun(words: str) -> str:
    """A label as it stands inside a sentence; one that begins with an abbreviation, such as KOL, stays as it is."""
    return words if words[:2].isupper() else words[:1].lower() + words[1:]


def heading(words: str) -> str:
    """Words as they stand at the start of a line."""
    return words[:1].upper() + words[1:]


def who(row: Mapping[Any, Any] | pd.Series) -> str:
    """A booking's creator by name, else by id, else by line."""
    import pandas as pd  # whoever has a row has loaded it

    named = [str(row[column]) for column in ("name", "creator_id") if column in row and pd.notna(row[column]) and row[column]]
    return named[0] if named else str(row["line"])


def table(rows: list[list[str]]) -> list[str]:
    """Rows of cells as aligned lines, the first column to the left."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ([row[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:], strict=True))] for row in rows)
    return ["   ".join(line).rstrip() for line in lines]

"""A column of somebody's table, read by its definition: what people type becomes values, or is refused with a reason."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray, ExtensionDtype

from predictor.definitions.loader import LISTS
from predictor.definitions.remembered import remembered
from predictor.definitions.schema import NUMERIC, Entry, Words
from predictor.intake.busy_days import read_busy_days
from predictor.intake.cells import FLAG, Refused, as_names, as_text, match_whole, text_cells, texts_of, without_emoji
from predictor.intake.codes import CODES, UNKNOWN, nearest_name, rather_language
from predictor.intake.dates import read_dates
from predictor.intake.ids import read_ids
from predictor.intake.numbers import number_cells
from predictor.intake.other_platforms import other_platform
from predictor.tables.frames import TEXT, Array, array_of, texts_at
from predictor.wording.matching import closest, compound, fold, subjects
from predictor.wording.sentences import Said

# What a creator's audience is interested in, as planners paste it: `beauty:40%; food:25%`, `beauty:0.4;food` or plain names.

SHARE = re.compile(r"^(?P<name>.*?)\s*[:=：]\s*(?P<number>[^:=：%]*?)\s*%?$")


def read_interests(column: pd.Series) -> tuple[pd.Series, list[Refused]]:
    """Interests in one form, `name:share;name` with shares from 0 to 1, and the cells that cannot be read so.

    A cell with a figure above 1 is read as percents throughout.
    """
    text = as_text(column)
    read = {cell: _tidy(cell) for cell in text.dropna().unique()}
    wrong = np.flatnonzero(text.notna() & text.map(lambda cell: cell in read and read[cell] is None))

    def says(cell: int) -> Said:
        return Said("cell_interests", {"came": str(text.iloc[cell])})

    return text.map(read).astype("str"), [Refused(wrong, says)] if len(wrong) else []


def interest_weights(text: object) -> dict[str, float]:
    """Each interest with its share over the largest one; 1 where no share is given.

    >>> interest_weights("beauty:0.5;food:0.25;travel")
    {'beauty': 1.0, 'food': 0.5, 'travel': 1.0}
    """
    shares = _shares(text) if isinstance(text, str) else None
    largest = max((share for share in (shares or {}).values() if share is not None), default=0.0) or 1.0
    return {name: 1.0 if share is None else share / largest for name, share in (shares or {}).items()}


def _tidy(text: str) -> str | None:
    shares = _shares(unicodedata.normalize("NFC", text.lower()))
    if not shares:
        return None
    return ";".join(name if share is None else f"{name}:{share:g}" for name, share in shares.items())


def _shares(text: str) -> dict[str, float | None] | None:
    """Shares by interest; None where a part is no name, or a figure is no share."""
    parts = [part.strip() for part in re.split(r"[;|；\n]", text) if part.strip()]
    matches = [SHARE.match(part) for part in parts]
    figures = [_number(match["number"]) if match else None for match in matches]
    whole = 100.0 if "%" in text or any(figure is not None and figure > 1.0 for figure in figures) else 1.0
    names = [match["name"].strip() if match else part for part, match in zip(parts, matches, strict=True)]
    found = {name: None if figure is None else figure / whole for name, figure in zip(names, figures, strict=True)}
    usable = all(name and (share is None or 0.0 <= share <= 1.0) for name, share in found.items())
    return found if found and usable else None


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return math.nan


NOT_AVAILABLE = "NA"  # as R writes what is missing; elsewhere it is Namibia, or a name
HINTED = 500  # different wrong words of a column for which the nearest right one is looked for
YES = (
    "true", "yes", "y", "1", "1.0", "x", "v", "✓", "co", "dung", "あり", "有", "はい", "是", "예", "네", "ya", "iya", "ใช่", "oui",
    "sim", "si",
)  # fmt: skip
DISCLOSED = {  # what a column of sponsored posts says; PR is a gift to some and an advertisement to others
    word: paid
    for paid, words in {
        True: "paid partnership;paid;sponsored;ad;ads;paid ad;paid collaboration;quảng cáo;tài trợ;được tài trợ;trả phí;"
        "hợp tác trả phí;有償;広告;广告;광고;โฆษณา;iklan;bezahlt",
        False: "organic;unpaid;not sponsored;non-sponsored;không quảng cáo;không tài trợ;tự nhiên;organik;unbezahlt;orgánico;"
        "orgânico",
    }.items()
    for word in words.split(";")
}
NO = (
    "false", "no", "n", "0", "0.0", "khong", "sai", "なし", "無", "无", "いいえ", "否", "不是", "아니오", "아니요", "tidak",
    "ไม่ใช่", "non", "não", "nein",
)  # fmt: skip
RINGS, CROSSES = (
    ("o", "○", "〇", "◯", "⭕"),
    ("x", "×", "✕", "✗", "❌"),
)  # yes and no where nothing else stands; an x alone is a tick


OWN_FORMS: dict[str, Callable[[pd.Series, bool | None], tuple[pd.Series, list[Refused]]]] = {  # texts of a form of their own
    "audience_interests": lambda column, _: read_interests(column),
    "busy": read_busy_days,
}


def read_column(
    column: pd.Series, name: str, entry: Entry, day_first: bool | None = None, decimal_comma: bool | None = None,
    settles: bool = True, serials: bool = False,
) -> tuple[pd.Series, list[Refused]]:  # fmt: skip
    """Read the column called `name` by its entry; `day_first` and `decimal_comma` settle what has two readings,
    or else the column does, if it is whole (`settles`); `serials` as in `read_dates`.

    Returns
    -------
    Values of the canonical type (missing where a cell was blank or refused), and the cells refused, by reason.
    """
    values, refused = read_cells(array_of(column), name, entry, day_first, decimal_comma, settles, serials)
    return pd.Series(values, column.index, name=column.name, copy=False), refused


def read_cells(
    cells: Array, name: str, entry: Entry, day_first: bool | None = None, decimal_comma: bool | None = None,
    settles: bool = True, serials: bool = False,
) -> tuple[Array, list[Refused]]:  # fmt: skip
    """The same without an index."""
    if entry.type in (*NUMERIC, "date", "flag"):
        cells = _available(cells)
    if entry.type in NUMERIC:
        return number_cells(cells, entry, decimal_comma, settles)
    if entry.type == "date":
        return _of_column(read_dates(pd.Series(cells), day_first, settles, serials))
    if entry.type == "flag":
        return _flags(cells, name)
    if entry.categories and not entry.open:
        return _categories(cells, name, entry)
    if name in OWN_FORMS:
        return _of_column(OWN_FORMS[name](pd.Series(cells), day_first))
    if name in CODES:
        return _codes(cells, *CODES[name])
    if entry.type == "id":
        return _without_errors(*read_ids(cells))
    if name in WHO:
        return _without_errors(as_names(pd.Series(cells)).array if name == "name" else text_cells(cells), [])
    return _words(cells, name, entry), []


def _of_column(read: tuple[pd.Series, list[Refused]]) -> tuple[Array, list[Refused]]:
    return array_of(read[0]), read[1]


def _available(cells: Array) -> Array:
    """The same without cells that say that there is nothing."""
    if cells.dtype == "str":
        said = pd.Series(cells).eq(NOT_AVAILABLE).fillna(False).to_numpy(dtype=bool)
    elif cells.dtype == object:
        said = np.array([type(cell) is str and cell == NOT_AVAILABLE for cell in cells], dtype=bool)
    else:
        return cells
    return array_of(pd.Series(cells).mask(said)) if said.any() else cells


WHO = ("name", "link")  # texts that say who somebody is, as ids do
ERROR = r"#[A-ZÀ-Þ0/]{2,}[!?]"  # what a formula shows that failed, in any language: #REF!, #NAME?, #BEZUG!


def _without_errors(text: ExtensionArray, refused: list[Refused]) -> tuple[Array, list[Refused]]:
    """Ids, names or links without the cells that hold the error of a formula, which are refused."""
    wrong = match_whole(text, ERROR)
    if not wrong.any():
        return text, refused
    says = Refused(np.flatnonzero(wrong), lambda cell: Said("cell_failed", {"came": str(text[cell])}))
    return pd.Series(text).mask(wrong).array, [*refused, says]


def may_refuse(name: str, entry: Entry) -> bool:
    """Whether `read_column` can refuse a cell; texts are taken as they come, but for those that say who somebody is."""
    return entry.type != "text" or name in OWN_FORMS or name in WHO


@remembered
def spellings(entry: Entry) -> dict[str, str]:
    """Every accepted spelling of a category, folded, with its name."""
    pairs = [(word, name) for name, w in entry.categories.items() for word in (w.en, w.vi, *w.also)]
    return {fold(word): name for word, name in [*pairs, *((name, name) for name in entry.categories)]}


def _words(cells: Array, name: str, entry: Entry) -> Array:
    if name in LISTS:
        return _each(cells, lambda text: _subjects(text, entry))
    if entry.several:
        known = spellings(entry)
        return _each(cells, lambda text: "; ".join(known.get(fold(one)) or one.strip() for one in text.split(";")))
    if entry.type == "category":
        known = spellings(entry)
        return _each(cells, lambda word: known.get(fold(word)) or unicodedata.normalize("NFC", word.lower()))
    return text_cells(cells)


def _subjects(text: str, entry: Entry) -> str | None:
    """The subjects that a text lists, each by the name of its niche where it is one: làm đẹp is beauty."""
    listed = subjects(unicodedata.normalize("NFC", text.lower()), entry.compounds)
    named = (entry.subjects.get(fold(one), entry.subjects.get(compound(one), one)) for one in listed)
    return ";".join(dict.fromkeys(named)) or None


def _codes(cells: Array, kind: str, code_of: Callable[[str], str | None]) -> tuple[Array, list[Refused]]:
    """Countries, languages or currencies as codes; a word for 'not known' is missing."""
    place, words = _distinct(cells)
    words = [None if word is None or fold(word) in UNKNOWN else word for word in words]
    found = [word and code_of(without_emoji(word)) for word in words]
    if kind == "country":  # vi in small letters is Vietnamese; the US Virgin Islands are VI
        found = [
            None if word and not word.isupper() and rather_language(word) else code
            for word, code in zip(words, found, strict=True)
        ]
    wrong = np.array([*(word is not None and code is None for word, code in zip(words, found, strict=True)), False])
    bad = np.flatnonzero(wrong[place])

    @cache  # the same wrong word may stand in every row
    def says(came: str) -> Said:
        if kind == "country" and (rather := rather_language(came)):
            return Said(
                "cell_language", {"came": came, "upper": came.upper(), "code": rather[0], "likely": rather[1], "meant": rather[2]}
            )
        near = nearest_name(kind, came)
        return Said(f"cell_no_{kind}", {"came": came, "hint": "" if near is None else Said("cell_near_code", {"code": near})})

    return _at(place, found, TEXT), [Refused(bad, lambda cell: says(str(words[place[cell]])))] if len(bad) else []


def _each(cells: Array, change: Callable[[str], str | None]) -> Array:
    """Apply `change` once to each distinct text."""
    place, words = _distinct(cells)
    return _at(place, [word and change(word) for word in words], TEXT)


def _distinct(cells: Array) -> tuple[np.ndarray, list[str | None]]:
    """Each cell's place among the distinct texts (-1 where it is missing), and these as `as_text` tells them."""
    if cells.dtype == "str":
        place, typed = pd.factorize(cells)
        return place, texts_of(typed)
    places: dict[str, int] = {}
    place = np.array([-1 if text is None else places.setdefault(text, len(places)) for text in texts_of(cells)], dtype=int)
    return place, list(places)


def _at(place: np.ndarray, values: list[Any], dtype: ExtensionDtype) -> ExtensionArray:
    """The value at each place, missing where that is -1."""
    return texts_at(place, values) if dtype is TEXT else pd.array([*values, None], dtype=dtype).take(place)


def _flags(cells: Array, name: str) -> tuple[Array, list[Refused]]:
    if pd.api.types.is_bool_dtype(cells.dtype):
        return pd.array(cells, dtype=FLAG), []
    meaning: dict[str, Any] = {**dict.fromkeys(map(fold, YES), True), **dict.fromkeys(map(fold, NO), False)}
    meaning |= {fold(word): paid for word, paid in DISCLOSED.items()} if name == "sponsored" else {}
    words = {fold(word) for word in _distinct(cells)[1] if word is not None}
    if words & {*map(fold, RINGS)} and words <= {*map(fold, (*RINGS, *CROSSES))}:
        meaning |= dict.fromkeys(map(fold, RINGS), True) | dict.fromkeys(map(fold, CROSSES), False)
    return _looked_up(cells, meaning, lambda came: Said("cell_flag", {"came": came}), FLAG)


PART_ALONE = re.compile(r"(?:reels?|stor(?:y|ies)|feed|live(?:stream)?|shop|fanpage|shorts|videos?)", re.IGNORECASE)  # of which?
TOGETHER = re.compile(r"\s*[/,;+&|、]\s*|\s+(?:and|và|dan)\s+")


def _categories(cells: Array, name: str, entry: Entry) -> tuple[Array, list[Refused]]:
    meaning = spellings(entry)

    @cache  # the same wrong word may stand in every row
    def says(came: str) -> Said:
        allowed = Words(en=", ".join(entry.categories), vi=", ".join(word.vi for word in entry.categories.values()))
        words = [*entry.categories, *(word.casefold() for w in entry.categories.values() for word in (w.en, w.vi, *w.also))]
        several = [meaning.get(fold(part)) for part in TOGETHER.split(came)]
        if len({*several}) > 1 and None not in several:  # which of them is meant nobody knows
            return Said("cell_several", {"came": came, "words": ", ".join(map(str, several))})
        if name == "platform" and (other := other_platform(without_emoji(came))):
            return Said("cell_other_platform_name", {"came": came, "named": other, "allowed": allowed})
        if name == "platform" and PART_ALONE.fullmatch(came.strip()):
            return Said("cell_part_alone", {"came": came, "allowed": allowed})
        near = closest(came.casefold(), words) if says.cache_info().currsize < HINTED else None
        hint = "." if near is None else Said("cell_near", {"word": near})
        return Said("cell_category", {"came": came, "allowed": allowed, "hint": hint})

    return _looked_up(cells, meaning, says, TEXT)


def _looked_up(
    cells: Array, meaning: dict[str, Any], says: Callable[[str], Said], dtype: ExtensionDtype
) -> tuple[Array, list[Refused]]:
    place, words = _distinct(cells)
    found = [None if word is None else meaning.get(fold(word), meaning.get(fold(without_emoji(word)))) for word in words]
    wrong = np.array([*(word is not None and known is None for word, known in zip(words, found, strict=True)), False])
    unknown = np.flatnonzero(wrong[place])
    refused = [Refused(unknown, lambda cell: says(str(words[place[cell]])))] if len(unknown) else []
    return _at(place, found, dtype), refused

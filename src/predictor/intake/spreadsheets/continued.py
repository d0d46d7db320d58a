"""Rows without a name, where it is written once for several of them: the creator above goes on, or another account of theirs."""

from __future__ import annotations

import re

import pandas as pd

from predictor.definitions.schema import Catalogue
from predictor.intake.cells import as_names, as_text
from predictor.intake.spreadsheets.layout import Layout
from predictor.wording.matching import fold
from predictor.wording.sentences import Said

NUMBERING = tuple(map(fold, ("stt", "no", "#", "tt", "số thứ tự", "id", "index", "序号", "nomor", "ลำดับ", "番号", "번호")))
WHO = ("creator_id", "name", "link")
ONE_ACCOUNT = ("creator_id", "link", "followers", "following", "average_views", "engagement_rate", "posts_total")


def with_creators_continued(given: pd.DataFrame, layout: Layout, catalogue: Catalogue) -> tuple[pd.DataFrame, list[Said]]:
    """The rows, those of a creator above with what is known of it, and which these are."""
    given, same = _same_account(given, layout, catalogue)
    given, others = _other_accounts(given, layout)
    return given, [*same, *others]


def _other_accounts(given: pd.DataFrame, layout: Layout) -> tuple[pd.DataFrame, list[Said]]:
    """The rows, those with an account of their own and no name with that of the person above, whom they are of too.

    So it is where each of these rows stands right under a name, on another platform than the rows of that person before it; one
    row alone may as well lack its name, unless the list numbers people and not it.
    """
    who = [name for name in ("creator_id", "link") if name in given]
    if not who or not {"name", "platform"} <= {*given} or not given.columns.is_unique:
        return given, []
    names, platforms = as_names(given["name"]), as_text(given["platform"]).map(fold, na_action="ignore")
    nameless = names.isna() & given[who].apply(as_text).notna().any(axis=1)
    numbers = [as_text(layout.frame[title]).reindex(given.index) for title in layout.titles.values() if fold(title) in NUMBERING]
    if not nameless.any() or any(one[nameless].notna().any() for one in numbers) or not (nameless.sum() > 1 or numbers):
        return given, []
    person, before, there = names.copy(), None, set[str]()
    for row in given.index:
        where = str(platforms[row])
        if not nameless[row]:
            before, there = row, {where}
        elif before is None or row != before + 1 or pd.isna(person[before]) or pd.isna(platforms[row]) or where in there:
            return given, []
        else:
            person[row], before = person[before], row
            there.add(where)
    several = person.where(person.isin(person[nameless]))
    rows = [str(row) for row in given.index[nameless]]
    shown = ", ".join(rows[:5]) + ("…" if len(rows) > 5 else "")
    named = given.assign(name=given["name"].where(~nameless, person))
    named = named if "person_id" in given else named.assign(person_id=several)
    return named, [Said("import_other_accounts", {"rows": shown, "count": len(rows)})]


def _same_account(given: pd.DataFrame, layout: Layout, catalogue: Catalogue) -> tuple[pd.DataFrame, list[Said]]:
    """The rows, those right under a creator's that name nobody filled with what is known of it, and which these are.

    A row that has a number of its own (STT), or other figures on the same platform, is somebody else's whose name is missing; one
    with the sum of those above is a total. On another platform it is another account of the creator, whose figures are its own.
    """
    places = {name: [*given.columns].index(name) for name in catalogue.columns("creators") if name in given}
    if not layout.grid.text_file or not {*WHO} & {*places}:
        return given, []
    text = pd.DataFrame(
        {name: as_names(given.iloc[:, at]) if name == "name" else as_text(given.iloc[:, at]) for name, at in places.items()},
        index=given.index,
    )
    numbers = [as_text(layout.frame[title]) for title in layout.titles.values() if fold(title) in NUMBERING]
    named = text[[name for name in WHO if name in text]].notna().any(axis=1)
    if named.all():
        return given, []
    numbered = pd.Series(False, given.index)
    for number in numbers:
        numbered |= number.reindex(given.index).notna()
    amounts = layout.frame.apply(lambda cells: pd.to_numeric(as_text(cells).map(_figures, na_action="ignore"), errors="coerce"))
    filled, rows, before = given.copy(), list[int](), None
    for at, row in enumerate(given.index):
        if not named[row]:
            own = text.loc[row].dropna()
            other = _account(own, text.loc[before]) if before == row - 1 and not numbered[row] else None
            if other is None or _adds_up(amounts, row):
                before = None
                continue
            for name in (name for name in places if name not in own and not (other and name in ONE_ACCOUNT)):
                filled.iat[at, places[name]] = filled.iat[at - 1, places[name]]
                text.at[row, name] = text.at[before, name]
            rows.append(int(row))
        before = row
    shown = ", ".join(map(str, rows[:5])) + ("…" if len(rows) > 5 else "")
    return (filled, [Said("import_continued", {"rows": shown, "count": len(rows)})]) if rows else (given, [])


def _account(own: pd.Series, before: pd.Series) -> bool | None:
    """Whether a row is of another account than that before it; None where it can be neither that nor the same."""
    if "platform" in own and fold(own["platform"]) != fold(str(before["platform"])):
        return True
    return None if any(own[name] != before[name] for name in ONE_ACCOUNT if name in own) else False


def _figures(cell: str) -> str:
    """The figures of a cell without what groups them and the words behind."""
    return re.sub(r"[^\d.]", "", re.sub(r"[.,](?=\d{3}(?!\d))", "", cell).replace(",", "."))


def _adds_up(amounts: pd.DataFrame, row: int) -> bool:
    """Whether a number of a row is the sum of several above it."""
    above = amounts.loc[: row - 1]
    several = above.gt(0).sum() > 1
    return bool((amounts.loc[row].sub(above.sum()).abs().le(1e-6 * above.sum()) & several).any())

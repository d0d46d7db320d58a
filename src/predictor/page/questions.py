"""What a planner must or may decide about a file, as questions with the answers to choose from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from predictor.definitions.phrases import Phrases
from predictor.definitions.schema import Catalogue
from predictor.intake.mapping import Deliverable, Mapping
from predictor.intake.spreadsheets.grids import Grid, address
from predictor.intake.spreadsheets.mil import mil_as
from predictor.intake.spreadsheets.row_kinds import text_of
from predictor.intake.spreadsheets.sheet import Intake
from predictor.intake.spreadsheets.titles import Titles
from predictor.intake.spreadsheets.which_table import table_of
from predictor.intake.spreadsheets.workbook import Imported
from predictor.page.answers import HOME, Change, price_in_words, unit_in_words
from predictor.wording.sentences import Said

CURRENCIES = ("VND", "USD", "SGD", "THB", "IDR", "MYR", "PHP", "CNY", "JPY", "KRW", "TWD", "HKD", "EUR")
UNITS = (1e3, 1e4, 1e6)
HEADINGS = ("tier", "kind", "niche", "platform")
Answers = dict[str, Change]


@dataclass(frozen=True)
class Question:
    """One thing that is open: what is asked, and what each answer changes in the mapping.

    The list waits for the answer, unless there is none to choose (then it is only shown) or `must` is false. `titles_of` names a
    sheet whose row of titles may be chosen instead.
    """

    text: str
    answers: Answers
    must: bool = True
    titles_of: str = ""

    @property
    def waits(self) -> bool:
        """Whether nothing of the file becomes candidates before this is answered."""
        return self.must and bool(self.answers)


def questions(found: Imported, given: Mapping, phrases: Phrases, later: Collection[str] = ()) -> list[Question]:
    """Everything that the file's owner must decide, once each; then what they may. What is filled in `later` is not asked."""
    first = [one for sheet in found.sheets for one in _other_table(sheet, found, given, phrases)]
    if first:
        return first
    asked = questions_of(((sheet, doubt) for sheet in found.sheets for doubt in sheet.doubts), found.open_sheets, phrases)
    asked += [] if "platform" in later else _nowhere(found, phrases)
    asked += [one for sheet in found.sheets for note in sheet.notes for one in _offers(note, phrases)]
    return [*{one.text: one for one in asked}.values()]


def questions_of(doubts: Iterable[tuple[Intake, Said]], sheets: Iterable[tuple[str, Said]], phrases: Phrases) -> list[Question]:
    """Doubts about sheets, and sheets of which nobody knows what they hold, each once as a question with its answers."""
    asked = [one for sheet, doubt in doubts for one in _questions(doubt, sheet, phrases)]
    asked += [_open_sheet(name, said, phrases) for name, said in sheets]
    return [*{one.text: one for one in asked}.values()]


def _other_table(one: Intake, found: Imported, given: Mapping, phrases: Phrases) -> list[Question]:
    """Whether a sheet that looks like posts or bookings really lists people who could be booked."""
    looks, own = table_of(one.layout, "", phrases.catalogue, Titles(phrases.catalogue)), given.of(HOME)
    if looks in (HOME, "creators") or any(one.layout.column(title) for title in (*own.columns, *own.prices)):
        return []
    sheet, key = one.layout.grid.name, "page_doubt_table" if one.mapping.columns else "page_doubt_table_who"
    answers: Answers = {phrases.say("page_table_yes"): {"columns": dict(one.mapping.columns)}}
    if not one.mapping.columns:
        answers = _missing(Doubt({"name": "name"}, one, phrases))
    answers |= {phrases.say("page_sheet_out"): {"ignore_sheets": [sheet]}} if len(found.sheets) > 1 else {}
    return [Question(phrases.say(key, sheet=sheet, table=phrases.say(f"import_table_{looks}")), answers)]


def _nowhere(found: Imported, phrases: Phrases) -> list[Question]:
    """Which platform all are on, where no column of the file says it, nor tells ids by which the history may know it."""
    said = {name for one in found.sheets for name in one.mapping.columns.values()}
    settling = ("import_doubt_accounts", "import_doubt_audiences", "import_doubt_links")  # these say the platform too
    asked = any(doubt.values.get("name") == "platform" or doubt.key in settling for _, doubt in found.doubts)
    if asked or not said or said & {"platform", "creator_id"} or any("platform" in one.frame for one in found.sheets):
        return []
    names = phrases.catalogue.entries["platform"].categories
    answers: Answers = {phrases.word("platform", name): {"constants": {"platform": name}} for name in names}
    answers |= {phrases.say("page_by_row"): {"by_row": ["platform"]}}
    return [Question(phrases.say("page_doubt_platform", sheet=found.sheets[0].layout.grid.name), answers)]


def _open_sheet(sheet: str, said: Said, phrases: Phrases) -> Question:
    text = f"{sheet}: {phrases.say(said.key.replace('import_', 'page_', 1), **said.values)}"
    answers: Answers = {phrases.say("page_sheet_out"): {"ignore_sheets": [sheet]}}
    if said.key == "import_doubt_sheet":
        return Question(text, answers, titles_of=sheet)
    if other := said.values.get("other"):
        answers = {phrases.say("page_sheet_out_named", sheet=one): {"ignore_sheets": [one]} for one in (sheet, str(other))}
    return Question(text, answers | {phrases.say("page_sheet_in"): {"read_sheets": [sheet]}})


@dataclass(frozen=True)
class Doubt:
    """What is in doubt about a sheet, for the function that knows its answers."""

    values: dict[str, Any]
    sheet: Intake
    phrases: Phrases


def _questions(said: Said, one: Intake, phrases: Phrases) -> list[Question]:
    """A doubt as questions: one, or one a word where words of theirs are asked about."""
    values, kind = said.values, said.key.removeprefix("import_doubt_")
    label = phrases.column(values["name"]) if values.get("name") in phrases.catalogue.entries else ""
    about = {**values, "sheet": one.layout.grid.name, "label": label}
    if kind == "kind":
        return [_kind(word, values["title"], phrases) for word in values["each"]]
    if kind == "missing" and values["name"] == "creator_id":
        return [Question(phrases.say("page_doubt_who", **about), _missing(Doubt(values | {"name": "name"}, one, phrases)))]
    doubt = Doubt(values, one, phrases)
    answers = ANSWERS[kind](doubt) if kind in ANSWERS else _left_out(values["title"], phrases) if "title" in values else {}
    return [Question(phrases.say(f"page_doubt_{kind}", **about), answers)]


def _kind(word: str, title: str, phrases: Phrases) -> Question:
    kinds = phrases.catalogue.entries["kind"].categories
    answers: Answers = {phrases.word("kind", ours): {"values": {"kind": {word: ours}}} for ours in kinds}
    asked = phrases.say("page_doubt_kind", title=title, word=word, kinds=", ".join(phrases.word("kind", one) for one in kinds))
    return Question(asked, answers | _left_out(title, phrases))


def _left_out(title: str, phrases: Phrases) -> Answers:
    return {phrases.say("page_column_out"): {"ignore": [title]}}


def _currency(doubt: Doubt) -> Answers:
    codes = doubt.values["meant"].split(" / ") if "meant" in doubt.values else CURRENCIES
    return {code: {"constants": {"currency": code}} for code in codes}


def _order(field: str, asked: str) -> Callable[[Doubt], Answers]:
    def answers(doubt: Doubt) -> Answers:
        return {doubt.phrases.say(f"page_{asked}_{word}"): {field: word == "yes"} for word in ("yes", "no")}

    return answers


def _year(doubt: Doubt) -> Answers:
    """This year or the last."""
    this = date.today().year
    return {str(year): {"year": year} for year in (this, this - 1)} | _left_out(doubt.values["title"], doubt.phrases)


def _both(doubt: Doubt) -> Answers:
    """Which of several columns it is."""
    titles, name = doubt.values["titles"].split("' / '"), doubt.values["name"]
    return {title: {"columns": {title: name}, "ignore": [one for one in titles if one != title]} for title in titles}


def _fees(doubt: Doubt) -> Answers:
    """Every price that says what it is for, or one of them alone; or what a price is for that does not say it."""
    titles, reader, phrases = doubt.values["titles"].split("' / '"), Titles(doubt.phrases.catalogue, HOME), doubt.phrases
    said = doubt.sheet.mapping.prices
    priced = {t: what.model_dump() for t in titles if (what := said.get(t) or reader.read(t).deliverable) and what.format}
    alone = _both(doubt) | {t: {"prices": {t: what}, "ignore": [*{*titles} - {t}]} for t, what in priced.items()}
    if {*priced} == {*titles}:
        return {" + ".join(titles): {"prices": priced}} | alone
    several: Answers = {" + ".join(priced): {"prices": priced, "ignore": [t for t in titles if t not in priced]}}
    each: Answers = {
        f"{title}: {words}": {"prices": priced | change["prices"]}
        for title in titles
        if title not in priced
        for words, change in _price_of(title, phrases).items()
    }
    return (several if len(priced) > 1 else {}) | alone | each


def _price_of(title: str, phrases: Phrases) -> Answers:
    """What a column may be the price of; a price that is of none of these stands by itself."""
    formats = phrases.catalogue.entries["format"].categories
    said = [what] if (what := Titles(phrases.catalogue, HOME).read(title).deliverable) else []
    each = [*said, *(Deliverable(format=name) for name in formats), Deliverable()]
    return {price_in_words(one.model_dump(), phrases): {"prices": {title: one.model_dump()}} for one in each}


def _beside(doubt: Doubt) -> Answers:
    """A price beside others, which stay; or the one that takes their place."""
    title, others = doubt.values["title"], doubt.values["others"]
    instead = doubt.phrases.say("page_price_instead", titles="', '".join(others))
    alone: Answers = {instead: {"columns": {title: "fee"}, "ignore": others}}
    return _price_of(title, doubt.phrases) | alone | _left_out(title, doubt.phrases)


def _audiences(doubt: Doubt) -> Answers:
    """What are perhaps the followers on several platforms, all at once."""
    each, out = doubt.values["each"], doubt.phrases.say("page_columns_out")
    return {doubt.phrases.column("followers"): {"columns": dict.fromkeys(each, "followers")}, out: {"ignore": each}}


def _months(doubt: Doubt) -> Answers:
    """That columns which are months are left out."""
    return {doubt.phrases.say("page_columns_out"): {"ignore": doubt.values["each"]}}


def _ages(doubt: Doubt) -> Answers:
    """Which of the counts at several ages is read; the last is the first answer."""
    each, name = doubt.values["each"], doubt.values["name"]
    out: Answers = {doubt.phrases.say("page_columns_out"): {"ignore": each}}
    return {title: {"columns": {title: name}} for title in reversed(each)} | out


def _counted(doubt: Doubt) -> Answers:
    """A price beside a number of posts: of all of a row, or of one."""
    title, form, phrases = doubt.values["title"], doubt.values["format"], doubt.phrases
    return {
        phrases.say("page_counted_all"): {"columns": {title: "fee"}, "constants": {"format": form}},
        phrases.say("page_counted_one"): {"prices": {title: {"format": form}}, "ignore": [doubt.values["counts"]]},
    }


def _mil(doubt: Doubt) -> Answers:
    """What the mil of all cells of a column is."""
    name, each, units = doubt.values["name"], doubt.values["each"], {"k": "thousand", "m": "million"}
    answers: Answers = {
        doubt.phrases.say(f"page_mil_{word}"): {"values": {name: {cell: mil_as(cell, unit) for cell in each}}}
        for unit, word in units.items()
    }
    return answers | _left_out(doubt.values["title"], doubt.phrases)


def _two_currencies(doubt: Doubt) -> Answers:
    first, other = doubt.values["first"], doubt.values["other"]
    return {title: {"ignore": [out]} for title, out in ((first, other), (other, first))}


def _missing(doubt: Doubt) -> Answers:
    taken = {*doubt.sheet.mapping.columns, *doubt.sheet.mapping.prices} - {*doubt.sheet.mapping.ignore}
    return {
        title: {"columns": {title: doubt.values["name"]}} for title in doubt.sheet.layout.titles.values() if title not in taken
    }


def _accounts(doubt: Doubt) -> Answers:
    named = doubt.values["accounts"]
    return {
        doubt.phrases.word("platform", platform): {"ignore": [t for other in named if other != platform for t in named[other]]}
        for platform in named
    }


def _links(doubt: Doubt) -> Answers:
    """The platform whose account the rows are about that link to several."""
    names = [doubt.values["first"], *doubt.values["others"].split(", ")]
    return {doubt.phrases.word("platform", name): {"constants": {"platform": name}} for name in names}


def _unused(doubt: Doubt) -> Answers:
    title, name = doubt.values["title"], doubt.values["name"]
    what: Deliverable | None = doubt.values["what"]
    is_it: Change = {"prices": {title: what.model_dump()}} if what else {"columns": {title: name}}
    words = price_in_words(what.model_dump(), doubt.phrases) if what else doubt.phrases.column(name)
    return {words: is_it} | _left_out(title, doubt.phrases)


def _unit(doubt: Doubt) -> Answers:
    """What the bare numbers of a column count in; a rate is a share or per cent."""
    title, name = doubt.values["title"], doubt.sheet.mapping.columns.get(doubt.values["title"], "fee")
    rate = doubt.phrases.catalogue.entries[name].type == "rate"
    said = float(str(doubt.values["unit"]).replace(",", "")) if "unit" in doubt.values else None
    units: tuple[float, ...] = (0.01, 1.0) if rate else (1.0, said) if said else (1.0, *UNITS)
    units = (1.0,) if said and doubt.sheet.mapping.units.get(title) == said else units  # which this question is about
    return {unit_in_words(unit, doubt.phrases): {"units": {title: unit}} for unit in units} | _left_out(title, doubt.phrases)


def _some_unit(doubt: Doubt) -> Answers:
    """That the large numbers stand as they are and the others count in the unit, or one unit for all."""
    values = doubt.values
    apart: Answers = {doubt.phrases.say("page_unit_some", unit=values["unit"]): {"values": {values["name"]: values["full"]}}}
    return apart | _unit(doubt)


def _posts(doubt: Doubt) -> Answers:
    """The least or the most posts of a range."""
    ends = (doubt.values["low"], doubt.values["high"])
    return {end: {"values": {"posts": {doubt.values["word"]: end}}} for end in ends} | _left_out(
        doubt.values["title"], doubt.phrases
    )


def _country(doubt: Doubt) -> Answers:
    """The country of the language that a code of two letters is, or the country whose code it is too."""
    values, word = doubt.values, doubt.values["word"]
    said = {values["likely"]: values["code"], values["meant"]: word.upper()}
    return {words: {"values": {values["name"]: {word: code}}} for words, code in said.items()}


ANSWERS: dict[str, Callable[[Doubt], Answers]] = {
    "currency": _currency, "sign": _currency, "two_currencies": _two_currencies, "dates": _order("day_first", "dates"),
    "short_year": _order("day_first", "dates"), "decimal": _order("decimal_comma", "decimal"), "both": _both, "missing": _missing,
    "accounts": _accounts, "links": _links, "unused": _unused, "qualifier": _unit, "percent": _unit, "unit": _unit,
    "some_unit": _some_unit,
    "kept_unit": _unit, "line_unit": _unit, "unnamed_unit": _unit,
    "price": _unit, "scale": _unit,
    "country": _country, "year": _year, "posts": _posts, "counted": _counted, "mil": _mil, "fees": _fees, "unused_fees": _fees,
    "beside": _beside, "audiences": _audiences, "months": _months, "ages": _ages,
}  # fmt: skip


def _offers(note: Said, phrases: Phrases) -> list[Question]:
    """What the file says beside its columns, and its owner may want to use or to leave out."""
    if note.key == "import_headings":
        answers: Answers = {phrases.column(name): {"headings": name} for name in HEADINGS}
    elif note.key == "import_hidden_rows":
        answers = {phrases.say("page_hidden_no"): {"hidden": False}}
    else:
        return []
    return [Question(phrases.say(f"page_offer_{note.key.removeprefix('import_')}", **note.values), answers, must=False)]


def no_titles_in(grid: Grid) -> Change:
    """The answer that a sheet has no row of titles: nothing of it is used until somebody says what each column is."""
    return {"untitled": grid.name, "ignore": [*under_letters(grid).cells.loc[0]]}


def under_letters(grid: Grid) -> Grid:
    """A sheet without titles under the letters of its columns, the same in every language; its rows keep their numbers."""
    letters = [address((1, column))[:-1] for column in grid.cells]
    titles = pd.DataFrame([letters], index=[0], columns=grid.cells.columns, dtype=object)
    return replace(grid, cells=pd.concat([titles, grid.cells]))


def titles_in(grid: Grid, row: int, catalogue: Catalogue) -> Change:
    """The answer that a row of a sheet holds its titles: what means nothing is left out until somebody says what it is."""
    titles = Titles(catalogue, HOME)
    said = dict.fromkeys(text_of(cell) for cell in grid.cells.loc[row].dropna())
    return {"ignore": [title for title in said if titles.name(title) is None]}

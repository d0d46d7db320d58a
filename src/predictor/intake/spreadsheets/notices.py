"""What is to know of a sheet besides its cells: hidden rows, headings, that no table is in it, columns that are missing."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from itertools import chain

import pandas as pd

from predictor.definitions.schema import Catalogue
from predictor.intake.cells import as_text, first_few, without_contacts
from predictor.intake.currency_words import currency_of, plain
from predictor.intake.mapping import Mapping, TableMapping
from predictor.intake.spreadsheets.continued import NUMBERING
from predictor.intake.spreadsheets.counted_rows import of_period
from predictor.intake.spreadsheets.grids import Grid, address
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.remarks import PRICES, about_amounts, states_unit
from predictor.intake.spreadsheets.sheet import Intake, required
from predictor.intake.spreadsheets.title_words import letters
from predictor.intake.spreadsheets.titles import Titles, deliverable_of
from predictor.intake.taxes import remarked_tax
from predictor.intake.values import spellings
from predictor.wording.matching import fold
from predictor.wording.sentences import Said

NUMBERED = re.compile(r"\s*(?:[A-Z]|[IVX]{1,5}|\d{1,2}|[一二三四五六七八九十])\s*[.)、:：]\s*[^\W\d_]")  # A. KOL, II) Micro


def with_first_heading(layout: Layout, catalogue: Catalogue) -> Layout:
    """A sheet whose headings between the rows are platforms, or numbered, with the one above its titles as the first of them."""
    known = spellings(catalogue.entries["platform"]) if "platform" in catalogue.entries else {}
    bare = [row for row in layout.rows if row not in layout.headings]
    every = [*layout.headings.values(), *layout.above[-1:]]
    platforms = all(fold(text) in known for text in every)
    numbered = all(NUMBERED.match(text) and not about_amounts(text) and not states_unit(text) for text in every)
    if not bare or not layout.headings or not layout.above or not (platforms or numbered):
        return layout
    headings = dict(sorted((layout.headings | dict.fromkeys(bare, layout.above[-1])).items()))
    return replace(layout, headings=headings, above=layout.above[:-1] if platforms else layout.above)


def platform_headings(layout: Layout, titles: Titles, above: str | None) -> bool:
    """Whether every heading between the rows names a platform, and what stands `above` the first of them is known."""
    whole = {*layout.headings} == {*layout.rows} or above is not None
    return bool(layout.headings) and whole and all(titles.platform_of(text) for text in layout.headings.values())


def currency_headings(layout: Layout) -> bool:
    """Whether every heading between the rows names a currency: THAILAND (THB)."""
    return bool(layout.headings) and {*layout.headings} == {*layout.rows} and all(map(currency_of, layout.headings.values()))


def offered_headings(layout: Layout, one: TableMapping, table: str) -> list[Said]:
    """What the headings between the rows say, offered as a column where nobody has asked for it."""
    if one.headings is not None or not layout.headings:
        return []
    words = "; ".join(dict.fromkeys(layout.headings.values()))
    if table == "bookings" and "campaign_id" not in one.columns.values() and not all(map(of_period, layout.headings.values())):
        return [Said("import_headings_campaign", {"words": words})]
    return [Said("import_headings", {"words": words, "table": table})] if table in ("candidates", "creators") else []


def unseen(layout: Layout, one: TableMapping, table: str) -> list[Said]:
    """Rows and columns that the spreadsheet hides, or crosses out."""
    suffix, encoding = layout.grid.plain_suffix, layout.grid.encoding
    said = [Said("import_plain_workbook", {"suffix": suffix})] if suffix else []
    said += [Said("import_encoding", {"encoding": encoding})] if encoding else []
    if layout.hidden:
        shown = ", ".join(f"{row} ({layout.text(row)[:40]})" for row in layout.hidden[:5]) + (
            "…" if len(layout.hidden) > 5 else ""
        )
        key = "import_hidden_rows" if one.hidden else "import_hidden_rows_out"
        said.append(Said(key, {"rows": shown, "count": len(layout.hidden), "table": table}))
    if table in ("candidates", "bookings") and one.orders is None:
        again = repeated(layout)
        said += of_rows("import_repeated", again.index[again])
    said += [Said("import_turned")] if layout.grid.turned else []
    said += [Said("import_clock", {"title": layout.clock})] if layout.clock else []
    said += [Said("import_linked", {"title": layout.linked_by})] if layout.linked_by else []
    if layout.name_parts:
        said.append(Said("import_full_names", dict(zip(("first", "second"), layout.name_parts, strict=True))))
    if same := layout.repeated:
        said.append(Said("import_same_as_above", {"cells": first_few(same, SHOWN_ROWS), "count": len(same)}))
    said += [Said("import_struck", {"cells": ", ".join(layout.struck)})] if layout.struck else []
    if noted := [f"{address(place)} ({masked(said)})" for place, said in sorted(layout.grid.comments.items())]:
        said.append(Said("import_comments", {"cells": first_few(noted, SHOWN_ROWS), "count": len(noted)}))
    said += _not_found(layout, one)
    columns = [layout.titles[column] for column in sorted(layout.grid.hidden_columns) if column in layout.titles]
    filled = layout.grid.own.loc[list(layout.rows)].notna().sum(axis=1)
    lonely = list(filled.index[filled == 1]) if len(layout.titles) > 2 else []
    if lonely and table in ("candidates", "creators"):
        shown = ", ".join(f"{row} ({layout.text(row)[:40]})" for row in lonely[:5])
        said.append(Said("import_only_name", {"rows": shown}))
    return [*said, Said("import_hidden_columns", {"titles": ", ".join(columns)})] if columns else said


def _not_found(layout: Layout, one: TableMapping) -> list[Said]:
    """That cells of the columns which are read hold what a formula shows that found nothing."""
    used = [layout.titles[layout.column(t)] for t in (*one.columns, *one.prices, *chain(*one.sums.values())) if layout.column(t)]
    lost = layout.frame[[*dict.fromkeys(used)]].isin(["#N/A"])
    if not (count := int(lost.to_numpy().sum())):
        return []
    row = int(lost.any(axis=1).idxmax())
    return [Said("import_not_found", {"count": count, "place": layout.address(row, str(lost.loc[row].idxmax()))})]


def unused(layout: Layout, titles: list[str], priced: bool) -> list[Said]:
    """What to know of columns that are not used: that amounts count in their units, or that only what they say of VAT is."""
    cells = {title: layout.grid.cells.loc[list(layout.rows), layout.column(title)].dropna() for title in titles}
    units = [title for title in titles if layout.says_units(title)]
    blank = [title for title in titles if title not in units and not layout.parts.get(layout.column(title), ())]
    rest = [title for title in titles if title not in {*units, *blank}]
    taxed = [t for t in rest if priced and any(remarked_tax(cell, t) for cell in as_text(cells[t]).dropna().unique())]
    ignored = [title for title in rest if title not in taxed]
    return [
        *(Said("import_units_beside", {"title": title}) for title in units),
        *(untitled(layout, title) for title in blank if len(cells[title])),
        *(Said("import_tax_remarks", {"title": title}) for title in taxed),
        *not_used(ignored),
    ]


def not_used(titles: Collection[str]) -> list[Said]:
    """The note that columns are not used; a comma in a title parts no two."""
    return [Said("import_ignored", {"titles": ", ".join(titles), "each": [*titles]})] if titles else []


def untitled(layout: Layout, title: str) -> Said:
    """That a column without a title is not used, with its first cell."""
    cells = layout.grid.cells.loc[list(layout.rows), layout.column(title)].dropna()
    place = layout.address(int(cells.index[0]), title)
    return Said("import_untitled", {"title": title, "place": place, "came": without_contacts(str(cells.iloc[0]))})


def repeated(layout: Layout) -> pd.Series:
    """Which rows say in every cell what a row above them says, whatever number they have in the list."""
    cells = layout.frame[[title for title in layout.frame if fold(title) not in NUMBERING]]
    return cells.astype(str).duplicated() & cells.notna().any(axis=1)


def of_rows(key: str, rows: pd.Index) -> list[Said]:
    """A note of some rows, which names the first of them; none of no rows."""
    shown = ", ".join(map(str, rows[:SHOWN])) + ("…" if len(rows) > SHOWN else "")
    return [Said(key, {"rows": shown, "count": len(rows)})] if len(rows) else []


def nowhere(one: Intake, titles: Titles) -> list[Said]:
    """That no row of a list of candidates says who it is, or on which platform; the example is what the file's name mentions."""
    if one.table != "candidates":
        return []
    somebody = one.frame.reindex(columns=["creator_id", "name", "link"]).notna().any(axis=None)
    said = [] if somebody or one.frame.empty else [Said("import_nobody")]
    if "platform" in one.frame and one.frame["platform"].notna().any():
        return said
    return [*said, Said("import_no_platform", {"platform": titles.mentioned(one.layout.grid.name) or "tiktok"})]


MANY = re.compile(  # 10 KOC nano, KOC x 15, Nhóm 3 bạn: how many people, of letters without accents
    r"(?<![\w.])(?:[2-9]|[1-9]\d{1,2}) ?(?:(?:ban|nhan vien|nano|micro|macro|mid|mega) ?)?"
    r"(?:kols?|kocs?|influencers|creators|reviewers|ctv|nguoi|ban)\b|(?:kols?|kocs?|influencers?|creators?) ?x ?[1-9]\d?\b|"
    r"(?:kols?|kocs?)\b.*\b(?:goi|combo|pack(?:age)?|paket) ?(?:[2-9]|[1-9]\d{1,2})$|"
    r"[2-9]\d? ?(?:位|名|人|명)"
)
COMBINED = re.compile(r"(?:combo|packages?|bundles?|goi|tron goi|paket)\b|套餐|打包|セット|패키지|แพ็กเกจ|แพคเกจ")


def packages(one: Intake) -> list[Said]:
    """Rows of candidates whose name says how many people it is (10 KOC), or is that of a package with nothing but a price."""
    if one.table != "candidates" or not {"name", "fee"} <= {*one.frame} or one.frame.index.has_duplicates:
        return []
    known = one.frame.reindex(columns=["platform", "followers", "link"]).notna().any(axis=1)
    names = one.frame["name"][one.frame["fee"].notna()].dropna()
    alone = names.index.isin(known.index[~known]) & known.any()
    several = [MANY.search(letters(name)) is not None for name in names]
    named = names[
        [one or (sole and COMBINED.match(letters(n)) is not None) for one, sole, n in zip(several, alone, names, strict=True)]
    ]
    if not len(named):
        return []
    values = {"count": len(named), "row": str(named.index[0]), "name": str(named.iloc[0])}
    return [Said("import_package", values)]


UNPOSTED = re.compile(  # what is made and not posted on the creator's account, of letters without accents
    r"\bugc\b|\b(?:no|not|without) (?:be )?(?:posted|posting|published)\b|\b(?:khong|ko) (?:dang|post)\b(?! ky)|"
    r"\braw (?:footage|files?|clips?)\b|\bcontent only\b|不发布|投稿なし"
)


def unposted(one: Intake) -> list[Said]:
    """What a list prices that is made and not posted, by its cells of formats or its titles of prices: it reaches nobody."""
    if one.table != "candidates" or "format" not in one.frame:
        return []
    titles = [title for title in one.mapping.prices if UNPOSTED.search(letters(title)) and one.layout.column(title)]
    columns = [one.layout.column(title) for title, name in one.mapping.columns.items() if name == "format"]
    cells = one.layout.grid.cells.loc[list(one.layout.rows), [column for column in columns if column]]
    rows = [cell for column in cells for cell in as_text(cells[column]).dropna() if UNPOSTED.search(letters(cell))]
    said = [*titles, *dict.fromkeys(rows)]
    return [Said("import_unposted", {"words": first_few(said, 3, "; ")})] if said else []


CLAUSES = re.compile(r"[,;()（）\n]|\.\s")
FOR = re.compile(r"\b(?:for|of|per|cho|goi|tron goi|package|bundle|combo|untuk|paket|por|para|fur|pour)\b")
REDUCED = re.compile(
    r"%|\b(?:giam|discount|off|tu \d|from \d|min(?:imum)?|toi thieu|or more|tro len|neu|if|when|khi|moi|max|toi da)\b"
)


def of_several_posts(one: Intake) -> list[Said]:
    """The line above or below a list that says that its prices are each for several posts: rates are for 3 posts each."""
    if one.table != "candidates" or "fee" not in one.frame:
        return []
    said = [
        line for line in one.layout.around if re.search(PRICES, plain(line)) and any(map(_several_posts, CLAUSES.split(line)))
    ]
    return [Said("import_line_posts", {"line": " ".join(said[0].split())})] if said else []


def _several_posts(clause: str) -> bool:
    """Whether a part of a line says for how many posts a price is, and not from how many on it is less."""
    words = letters(clause)
    found = FOR.search(words)
    what = deliverable_of(words) if found and re.search(r"\d", words) and not REDUCED.search(words) else None
    return what is not None and what.posts > 1


def uncounted(one: Intake, catalogue: Catalogue) -> list[Said]:
    """That no count of any post was read, so that the posts teach nothing."""
    counts = [n for n, entry in catalogue.columns("posts").items() if entry.known == "after_booking" and entry.type == "count"]
    if one.table != "posts" or one.frame.empty or one.frame.reindex(columns=counts).notna().any(axis=None):
        return []
    labels = tuple(catalogue.entries[name].label for name in ("likes", "comments", "views", "reach") if name in counts)
    return [Said("import_no_counts", {"columns": labels})]


def unmet(sheets: list[Intake], given: Mapping) -> list[Intake]:
    """Sheets, the first of each table with titles of a mapping that none of them has, for columns that nothing else fills."""
    noted, found = set[str](), []
    for one in sheets:
        own, there = given.of(one.table), [two.layout for two in sheets if two.table == one.table]
        words = {fold(word) for layout in there for part in layout.parts.values() for word in (*part, " ".join(part))}
        words |= {fold(title) for layout in there for title in (*layout.row_of_titles, *layout.titles.values(), layout.clock)}
        filled = {name for two in sheets if two.table == one.table for name in two.frame} | {"link"}
        wanted = [title for title, name in own.columns.items() if name not in filled]
        wanted += [title for title in own.prices if "fee" not in filled]
        left = [title for title in dict.fromkeys(wanted) if fold(title) not in words]
        said = [Said("import_unmet", {"titles": ", ".join(left)})] if left and one.table not in noted else []
        found.append(replace(one, notes=[*said, *one.notes]))
        noted.add(one.table)
    return found


def left_again(sheets: list[Intake], given: Mapping) -> list[Intake]:
    """Sheets, each with what to know of the columns that a mapping leaves out: it was told when the mapping was proposed."""
    noted, found = set[tuple[str, str]](), []
    for one in sheets:
        own, layout = given.of(one.table), one.layout
        every = given.tables.values()  # posts tell of creators
        named = (title for table in every for title in (*table.columns, *table.prices, *chain(*table.sums.values())))
        used = {fold(title) for title in named} | {*NUMBERING}
        titles = [layout.titles[layout.column(t)] for t in own.ignore if layout.column(t) and fold(t) not in used]
        titles = [title for title in titles if (layout.grid.name, title) not in noted]
        noted |= {(layout.grid.name, title) for title in titles}
        found.append(replace(one, notes=[*unused(layout, titles, "fee" in one.frame), *one.notes]))
    return found


DECLINED = re.compile(  # as `letters` writes what a status says
    r"(?:da |bi )?(?:tu choi|huy(?: bo| lich| job)?)|khong (?:nhan|tham gia|dong y)(?: job)?|rejected|declined|refused|"
    r"cancel(?:l?ed)?|withdrawn|dropped|turned down|ditolak|menolak|batal|(?:已)?(?:拒绝|拒絕|取消)|辞退|キャンセル|거절|취소|"
    r"storniert|abgesagt|abgelehnt|(?:cancelad|anulad|rechazad|recusad)[oa]s?|annulee?|refusee?|annullat[oa]|geannuleerd|"
    r"reject|khong (?:phu hop|dat|duoc (?:chon|duyet))|not (?:selected|approved|suitable|chosen)|unselected|[☐✗✘❌]|"
    r"(?:partially )?refunded|voided|(?:da )?hoan tien|已退款|返金|환불|"
    r"ปฏิเสธ|ยกเลิก"
)


OFF_SINCE = re.compile(
    r"(?:cancel(?:l?ed|l?ation)?|refund(?:ed)?|returned)(?: (?:at|on|date|amount))?|(?:ngay huy|so tien hoan|hoan tien)(?: .+)?"
)
NONE_OFF = {*map(fold, ("0", "0.0", "0.00", "no", "n", "false", "không", "-", "none", "n/a"))}


def _off(cell: str) -> bool:
    """Whether a status says that a row is off."""
    return DECLINED.fullmatch(letters(cell).strip(" .!")) is not None


def declined(layout: Layout, one: TableMapping) -> list[Said]:
    """Columns that are not used and say of some rows that they are off."""
    said, counted = [], _sold(layout, one)
    for title in (title for title in one.ignore if layout.column(title)):
        cells = as_text(layout.frame[layout.titles[layout.column(title)]]).dropna()
        cells = cells[cells.index.isin(counted)]
        says = OFF_SINCE.fullmatch(letters(title).strip(" .:")) is not None  # when, or how much
        off = cells[[_off(cell) or (says and fold(cell) not in NONE_OFF) for cell in cells]]
        rows = first_few((f"{row} ({cell})" for row, cell in off.items()), SHOWN_ROWS)
        said += [Said("import_declined", {"title": title, "rows": rows})] if len(off) else []
    return said


def _sold(layout: Layout, one: TableMapping) -> pd.Index:
    """The rows that are read; of orders those that are sold."""
    if one.orders is None or not layout.column(one.orders.state):
        return layout.frame.index
    states = as_text(layout.frame[layout.titles[layout.column(one.orders.state)]])
    sold = {fold(word) for word, state in one.orders.states.items() if state == "sold"}
    return states.index[states.map(lambda word: fold(word) in sold, na_action="ignore").eq(True)]


def unrecognised(grid: Grid) -> list[tuple[str, Said]]:
    """A sheet in which no table was recognised, where it has rows of data: what stands in its first rows."""
    filled = grid.own.notna().sum(axis=1)
    rows = [row for row in grid.own.index if filled[row] >= 3]
    if len(rows) < 2:
        return []
    shown = " ‖ ".join(" | ".join(map(masked, grid.own.loc[row].dropna())) for row in rows[:3])
    return [(grid.name, Said("import_doubt_sheet", {"count": len(rows), "sheet": grid.name, "rows": shown}))]


def said_elsewhere(grid: Grid) -> list[Said]:
    """What a sheet without a table says of the amounts of the others: their tax, or their currency."""
    cells = dict.fromkeys(cell for row in grid.own.itertuples(index=False) for cell in row if isinstance(cell, str))
    return [
        Said("import_elsewhere", {"sheet": grid.name, "words": without_contacts(cell)}) for cell in cells if about_amounts(cell)
    ]


def missing(one: Intake, tables: set[str], catalogue: Catalogue) -> list[Said]:
    """Columns without which no row can be used, among them those that tie a sheet to the other sheets."""
    needed = required(one.table, catalogue)
    if one.table in ("bookings", "candidates") and not {"creator_id", "platform"} & {*one.frame}:
        needed.append("creator_id")
    if one.table == "bookings" and "campaigns" in tables:
        needed.append("campaign_id")
    asked, titles = {doubt.values.get("name") for doubt in one.doubts}, Titles(catalogue)
    found = [name for name in needed if name not in one.frame and name not in asked]
    found = [name for name in found if (name, one.mapping.orders is None) not in (("booking_id", False), ("booked_at", False))]
    return [
        Said("import_doubt_whose", {"table": one.table})
        if name == "creator_id" and (one.table == "posts" or one.mapping.orders)
        else Said("import_doubt_missing", {"name": name, "table": one.table, "stated": _stated(name, titles, one)})
        for name in found
    ]


def _stated(name: str, titles: Titles, one: Intake) -> Said | str:
    """How to say of every row what no column gives, where it is the same for all: the platform."""
    likely = titles.mentioned(one.layout.grid.name) or "tiktok"
    return Said("or_same_in_every_row", {"name": name, "value": likely}) if name == "platform" else ""


SHOWN_ROWS = 5
SHOWN = 30  # characters of a cell


def masked(cell: object) -> str:
    """The beginning of a cell as shown to people, without what may be a phone number or an address of mail."""
    text = without_contacts(str(cell))
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"

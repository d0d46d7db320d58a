"""What is published, in words of any language: formats that say how many, and numbers that say of what."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd

from predictor.definitions.schema import Entry
from predictor.intake.cells import as_text
from predictor.intake.published import COUNTED
from predictor.intake.spreadsheets.columns import bare_numbers
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.marked_cells import marked
from predictor.intake.spreadsheets.title_words import PART, letters
from predictor.intake.spreadsheets.titles import Titles, counted_before, deliverable_of, nothing_but_deliverables
from predictor.intake.values import read_column
from predictor.intake.written_dates import MONTHS
from predictor.wording.sentences import Said

POSTS = {"tiktok": "video", "youtube": "video", "douyin": "video", "bilibili": "video", "blog": "article",
         "facebook": "image", "instagram": "image", "threads": "image"}  # fmt: skip


def posts_by_platform(frame: pd.DataFrame, entries: dict[str, Entry]) -> tuple[pd.DataFrame, list[Said]]:
    """A bare 'post' as what a post is on its platform, beside a video a picture; it stays where no platform is known."""
    if not {"format", "platform"} <= {*frame} or "format" not in entries:
        return frame, []
    filmed = frame["platform"].isin(frame["platform"][frame["format"].eq("video")])
    meant = frame["platform"].where(frame["format"].eq("post")).map(POSTS)
    meant = meant.mask(meant.eq("video") & filmed, "image")
    if not meant.notna().any():
        return frame, []
    pairs = [*dict.fromkeys(zip(meant.dropna(), frame["platform"][meant.notna()], strict=True))]
    words = ", ".join(f"{form} ({platform})" for form, platform in pairs)
    return frame.assign(format=meant.fillna(frame["format"]).astype("str")), [
        Said("import_post", {"words": words, "each": pairs})
    ]


def unmodelled(frame: pd.DataFrame, entries: dict[str, Entry]) -> list[Said]:
    """Formats that are none of the known ones: they stay as they are typed, and no model has seen them."""
    if "format" not in frame or "format" not in entries:
        return []
    others = [one for one in frame["format"].dropna().unique() if one not in entries["format"].categories]
    allowed = ", ".join(entries["format"].categories)
    return [Said("import_format", {"words": ", ".join(f"'{one}'" for one in others), "allowed": allowed})] if others else []


def counted_formats(formats: pd.Series, posts: pd.Series | None, entry: Entry) -> dict[str, pd.Series]:
    """Formats in a word of any language, or that say how many (`2 video`, `1 reels + 2 story`): the format, and the number."""
    words = {text: deliverable_of(letters(text)) for text in formats.dropna().unique() if PART.fullmatch(letters(text))}
    alone = {text: what.format for text, what in words.items() if what and text not in entry.categories and what.posts == 1}
    bare = {text: name for text, name in alone.items() if not re.search(r"\d", text)}
    spelt, _ = read_column(pd.Series(bare, dtype="str"), "format", entry)
    formats = formats.replace(spelt.to_dict())
    said = {text: deliverable_of(letters(text)) for text in formats.dropna().unique() if re.search(r"\d", text)}
    understood = {text: what for text, what in said.items() if what is not None}
    if not understood:
        return {"format": formats}
    count = formats.map({text: float(what.posts) for text, what in understood.items()}).astype(float)
    own = count if posts is None else posts.astype(float).fillna(count)
    agreed = count.notna() & ((own == count) | (count == 1))
    names, _ = read_column(formats.map({text: what.format for text, what in understood.items()}).astype("str"), "format", entry)
    return {"format": formats.mask(agreed, names), "posts": own}


def named_by_fees(cells: pd.Series, pieces: pd.Series, entry: Entry) -> pd.Series:
    """The formats that cells of fees name with the posts that they are for: 5tr/story, 12tr/2 clip; none of a bare post."""
    said = cells.reindex(pieces.index).where(pieces.notna())
    named = said.map(lambda cell: deliverable_of(letters(cell)), na_action="ignore")
    formats = named.map(lambda what: None if what is None or what.format == "post" else what.format, na_action="ignore")
    return read_column(formats.astype("str"), "format", entry)[0]


def of_another_format(formats: pd.Series | None, named: pd.Series) -> pd.Series:
    """The rows whose fee names another format than their column of formats, which stands."""
    return named.notna() & (named != (named if formats is None else formats.fillna(named)))


def with_formats(formats: pd.Series | None, named: pd.Series) -> dict[str, pd.Series]:
    """The formats of each row, a blank filled by the one that its fee names; nothing where no fee names any."""
    if not named.notna().any():
        return {}
    return {"format": named if formats is None else formats.fillna(named)}


def of_parts_of_platforms(
    layout: Layout, title: str, given: pd.DataFrame, values: dict[str, pd.Series], entries: dict[str, Entry], titles: Titles
) -> tuple[dict[str, pd.Series], list[Said]]:
    """The formats that a column of platforms names with them (IG Story, YouTube Shorts), where none does; none of a bare post."""
    if "format" in values or "format" not in entries or "platform" not in given or not given.columns.is_unique:
        return {}, []
    cells = given["platform"]
    parts = {cell: titles.without_platform(cell) for cell in as_text(cells).dropna().unique() if titles.mentioned(cell)}
    named = {cell: what.format for cell, part in parts.items() if part and (what := deliverable_of(letters(part))) is not None}
    said = as_text(cells).map({cell: name for cell, name in named.items() if name != "post"}).astype("str")
    formats, _ = read_column(said, "format", entries["format"])
    if not formats.notna().any():
        return {}, []
    return {"format": formats}, marked(layout, title, cells, {"import_format_of_platform": formats.notna()})


def saying_more(layout: Layout, title: str, titles: Titles) -> list[Said]:
    """The cells of formats that name something besides what is published, of which only that is read: 2 video + share link."""
    if title not in layout.frame:
        return []
    cells = layout.frame[title]
    worded = {cell: counted_before(letters(cell)) for cell in set(cells[cells.map(lambda cell: isinstance(cell, str))])}
    said = {cell: titles.without_platform(words) for cell, words in worded.items()}
    more = {cell for cell, words in said.items() if re.search(r"\d", words) and deliverable_of(letters(words))}
    more = {cell for cell in more if not nothing_but_deliverables(said[cell])}
    return marked(layout, title, cells, {"import_format_more": cells.isin(more)})


MOST_BOOKED = 100  # posts of one creator, in one booking
THOUSANDS = re.compile(r"\s*[\d.,]+\s*(?:k|nghìn|ngàn|rb|ribu|千|万|萬)\s*", re.IGNORECASE)


def of_the_profile(layout: Layout, title: str, cells: pd.Series, names: set[object], entries: dict[str, Entry]) -> bool:
    """Whether posts are those of the profile, not those to be booked: beside accounts followed, or too many for a booking."""
    if "posts_total" in names or "posts_total" not in entries:
        return False
    many = (bare_numbers(layout, title, cells) > MOST_BOOKED).any() or as_text(cells).str.fullmatch(THOUSANDS).any()
    return "following" in names or bool(many)


TIMES = re.compile(rf"(\d{{1,3}}) ?x? ?(?:{letters(COUNTED)})|x ?(\d{{1,2}})|(\d{{1,2}}) ?x")


def with_numbers_of_posts(given: pd.DataFrame, layout: Layout, title: str) -> tuple[pd.DataFrame, list[Said]]:
    """The cells with numbers of posts without the words behind them (2 bài, 01 video), which are the formats where none is."""
    if "posts" not in given:
        return given, []
    place = [*given.columns].index("posts")
    cells = given.iloc[:, place]
    read = {cell: _in_words(letters(cell)) for cell in set(cells[cells.map(lambda cell: isinstance(cell, str))])}
    found = [read.get(cell) if isinstance(cell, str) else None for cell in cells]
    there = pd.Series([one is not None for one in found], index=given.index)
    if not there.any():
        return given, []
    numbers = [cell if one is None else one[0] for cell, one in zip(cells, found, strict=True)]
    numbered = given.copy()
    numbered.isetitem(place, pd.Series(numbers, index=given.index, dtype=object))
    formats = pd.Series([None if one is None or one[1] == "post" else one[1] for one in found], index=given.index, dtype=object)
    if "format" not in given and formats.notna().any():
        numbered["format"] = formats
    return numbered, marked(layout, title, cells, {"import_posts_words": there})


def _in_words(words: str) -> tuple[int, str] | None:
    """How many, and of what, a cell of posts says."""
    part, times = PART.fullmatch(words), TIMES.fullmatch(words)
    if part and part["count"] and (what := deliverable_of(words)):
        return what.posts, str(what.format)
    return (int(times[1] or times[2] or times[3]), "post") if times else None


TO = r" ?(?:-|–|—|~|/|to|den|toi|hoac|or|sampai|至|到|から|부터) ?"
RANGE = re.compile(rf"(\d{{1,2}}){TO}(\d{{1,2}})(?: ?(?:{letters(COUNTED)}|{PART.pattern}))?")
NUMBER = rf"(?:\d{{1,2}}|{'|'.join(sorted(MONTHS, key=len, reverse=True))})"
DAY = re.compile(rf"(?:\d{{4}}[-/])?({NUMBER})[-/ ](?:thg ?)?({NUMBER})(?:[-/]\d{{4}})?(?: 00:00:00)?")


def without_ranges_of_posts(given: pd.DataFrame, layout: Layout, title: str, table: str) -> tuple[pd.DataFrame, list[Said]]:
    """The rows, ranges of posts (2-3, or the day that a spreadsheet made of it) blank; each of them is a question."""
    if "posts" not in given:
        return given, []
    place = [*given.columns].index("posts")
    ends = given.iloc[:, place].map(_range_of_posts, na_action="ignore")
    doubts: dict[str, Said] = {}
    for row, pair in ends.dropna().items():
        cell = given.at[row, "posts"]
        came = f"{cell:%Y-%m-%d}" if isinstance(cell, date) else str(cell).strip()
        where, (low, high) = layout.address(int(row), title), pair
        values = {"title": title, "place": where, "came": came, "word": str(cell).strip(), "low": low, "high": high}
        doubts.setdefault(came, Said("import_doubt_posts", values | {"table": table}))
    if not doubts:
        return given, []
    open_ones = given.copy()
    open_ones.isetitem(place, given.iloc[:, place].astype(object).where(ends.isna(), None))
    return open_ones, [*doubts.values()]


def _range_of_posts(cell: object) -> tuple[str, str] | None:
    """The least and the most posts that a cell says; None where it says one number, or nothing of the kind."""
    if isinstance(cell, date):
        ends = [cell.day, cell.month]
    elif not isinstance(cell, str):
        return None
    elif found := RANGE.fullmatch(letters(cell)):
        ends = [int(found[1]), int(found[2])]
    elif found := DAY.fullmatch(letters(cell)):
        ends = [MONTHS.get(word) or int(word) for word in found.groups()]
    else:
        return None
    low, high = sorted(ends)
    return (str(low), str(high)) if low < high else None

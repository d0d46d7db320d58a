"""What the title of a column says: which column of ours it is, of which platform, for which deliverable, and in what unit.

A word of a title that is not understood is kept, so that it can be asked about: `Followers (万)` and `Followers (2019)` are not
the same column.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cached_property

from predictor.definitions.schema import Catalogue
from predictor.intake.accounts import MENTIONED
from predictor.intake.currency_words import WORD, currency_of, plain, without_currency
from predictor.intake.mapping import Deliverable, Mapping
from predictor.intake.numbers import NOUGHTS, unit_in_words
from predictor.intake.published import PUBLISHED, SEVERAL
from predictor.intake.reader import accepted_titles
from predictor.intake.spreadsheets.form_titles import without_question
from predictor.intake.spreadsheets.title_words import (
    ACHIEVED,
    AGREED,
    AVERAGE,
    BEHIND,
    COMMITTED,
    DATED,
    ENGAGED,
    FLUFF,
    FOR_EACH,
    HOURLY,
    IN_BRACKETS,
    LEAST,
    LOOKS,
    MEASURED,
    NO_PRICE,
    OF_COLUMN,
    OF_ITS_OWN,
    OF_PLATFORM,
    PART,
    PEOPLE,
    PER_THOUSAND,
    PERCENTS,
    PERHAPS_UNIT,
    PRICE,
    QUALIFIER,
    QUANTITY,
    RATE,
    REDUCING,
    SET,
    UNIT,
    UNIT_PRICE,
    WINDOW,
    letters,
)
from predictor.intake.taxes import TAX_RATE, without_tax
from predictor.intake.units import PERCENT
from predictor.intake.values import spellings
from predictor.wording.matching import fold


@dataclass(frozen=True)
class Title:
    """What one title says.

    `name` is a column of ours (`link` among them) or None; `likes` the column that an unknown title looks like; `unit` what its
    bare numbers count in, None where nothing says so; `unread` the words of a qualifier that nobody understood.
    """

    name: str | None = None
    platform: str | None = None
    deliverable: Deliverable | None = None
    unit: float | None = None
    unread: str = ""
    like: str | None = None


class Titles:
    """Reads titles in the words of a catalogue, of all tables or of one, and of what a mapping names."""

    def __init__(self, catalogue: Catalogue, table: str | None = None, given: Mapping | None = None) -> None:
        entries = catalogue.entries if table is None else catalogue.columns(table)
        self.entries, self.accepted = catalogue.entries, accepted_titles(entries)
        self._platforms = spellings(catalogue.entries["platform"]) if "platform" in catalogue.entries else {}
        self._given = _named(given, table)
        self._read: dict[str, Title] = {}

    def read(self, title: str) -> Title:
        """What a title says."""
        if title not in self._read:
            untaxed = without_tax(without_question(" ".join(OF_COLUMN.sub("", title).split())))
            read = (self._result(untaxed) or self._title(untaxed)) if untaxed else Title(like="fee")
            self._read[title] = self._unnamed(read, untaxed) if read.name is None and read.deliverable is None else read
        return self._read[title]

    def _unnamed(self, read: Title, title: str) -> Title:
        """A title that means nothing yet, with the unit that it says all the same, and the words that are not understood."""
        by_thousand = re.search(PER_THOUSAND, letters(title))
        if by_thousand:
            return replace(read, unread=by_thousand[0].strip())
        unread = self._unread(" ".join(QUALIFIER.findall(title)))
        return replace(read, unit=_unit(title), unread=unread if PERHAPS_UNIT.search(unread) else "")

    def _result(self, title: str) -> Title | None:
        """A result that is called one (View thực tế), or what was promised of it (KPI view), which means nothing here."""
        promised = COMMITTED.search(title) is not None
        rest = " ".join((COMMITTED if promised else ACHIEVED).sub(" ", title).split()).strip("()[]{}（）【】 :/|–—-")
        if fold(title) in self.accepted or not rest or rest == title:
            return None
        read = self.read(re.sub(r"[(\[（【]\s*[)\]）】]", " ", rest))
        if read.name is None or self.entries[read.name].known != "after_booking":
            return None
        return Title(platform=read.platform) if promised else read

    def name(self, title: str) -> str | None:
        """The column that a title means, or that a mapping gives it."""
        return self._given.get(fold(title)) or self.read(title).name

    def mentioned(self, text: str) -> str | None:
        """The one platform that a text mentions."""
        said = ENGAGED.sub(" ", unicodedata.normalize("NFC", text))
        found = {self._platforms[fold(word)] for word in self._mentions.findall(said)}
        return found.pop() if len(found) == 1 else None

    def platform_of(self, text: str) -> str | None:
        """The platform that a text is the name of, or the one that it mentions."""
        return self._platforms.get(fold(text)) or self.mentioned(text)

    def without_platform(self, text: str) -> str:
        """A text without the platforms that it mentions."""
        return " ".join(self._mentions.sub(" ", text).split())

    @cached_property
    def _mentions(self) -> re.Pattern[str]:
        words = [name for name in MENTIONED if fold(name) in self._platforms]
        ends = {word: "" if not word.isascii() else "(?![a-zA-Z])" for word in words}  # 小红书ID
        joined = "|".join(re.escape(word) + ends[word] for word in sorted(words, key=len, reverse=True))
        no_platform = r"line[\s-]*(?:ups?|items?)"  # a line-up of creators is none on LINE
        return re.compile(rf"(?<![^\W\d_])(?!{no_platform}(?![a-zA-Z]))(?:{joined})", re.IGNORECASE)

    def _title(self, title: str) -> Title:
        if fold(title) in self.accepted:
            known = self.accepted[fold(title)]  # of a fanpage the name, or the id of a Nick TikTok
            of_who = known in ("name", "creator_id")
            return self._qualified(Title(known, self.mentioned(title) if of_who else None), "%" if "%" in title else "")
        spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", title)
        numbering = fold(title) == "tt"  # of the rows of a list, where it stands alone
        platform = None if numbering else self.mentioned(spaced)
        if re.search(PRICE, letters(title)) and re.search(PER_THOUSAND, letters(title)):
            return Title(like="fee", platform=platform)
        qualifier = " ".join(QUALIFIER.findall(title))
        bare = QUALIFIER.sub("", title)
        forms = [bare, without_currency(bare), without_currency(title), UNIT.sub(" ", plain(without_currency(bare)))]
        forms += [self._mentions.sub(" ", form) for form in (spaced, QUALIFIER.sub("", spaced))]
        name = next((self.accepted[fold(form)] for form in forms if fold(form) in self.accepted), None)
        alone = fold(self._mentions.sub(" ", bare)) == "" if platform else False
        if name is None and alone and self.accepted.get(fold(qualifier.strip("()[]（） "))) in ("followers", "link"):
            return Title(self.accepted[fold(qualifier.strip("()[]（） "))], platform)  # FB (follow)
        if name is None and platform and fold(self._mentions.sub(" ", bare)) in ("id", "uid", "acc"):
            name = "creator_id" if "creator_id" in self.accepted.values() else None
        if name is None:
            words = letters(self._mentions.sub(" ", bare))
            typical = re.sub(WINDOW, " ", words)
            others = [self.accepted.get(fold(one)) for one in (typical, re.sub(AVERAGE, " ", typical))]
            name = next((other for other in others if other in ("engagement_rate", "average_views")), None)
            paid = self.accepted.get(fold(re.sub(AVERAGE, " ", words))) == "fee" and not re.search(NO_PRICE, words)
            name = name or ("fee" if paid else None)
        if name is None and "posts" in self.accepted.values() and QUANTITY.fullmatch(letters(bare).strip(" .:")):
            name = "posts"
        if name == "fee" and of_time(letters(title)):
            return Title(like="fee", platform=platform)  # a price of time, not of what is booked
        if name is not None:
            rest = qualifier or (title if currency_of(title) or UNIT.search(plain(title)) else "")
            found = self._qualified(Title(name, platform), rest)
            if found.unit is None and found.name in self.entries and self.entries[found.name].type in MEASURED:
                found = replace(found, unit=_noughts(bare))  # Fee x100 (USD)
            return found if qualifier else replace(found, unread="")  # without one the rest of the title was understood
        return self._price(title, spaced, platform) or self._twice(title) or Title(platform=platform, like=_like(title))

    def _twice(self, title: str) -> Title | None:
        """A title in two languages, each of which means the same: KOL Name/ Tên, Followers Người theo dõi."""
        halves = [title.split(mark, 1) for mark in "/|" if mark in title]
        words = title.split()
        halves += [[" ".join(words[:at]), " ".join(words[at:])] for at in range(1, len(words))]
        for pair in halves:
            read = [self.read(half.strip()) for half in pair if half.strip()]
            if len(read) == 2 and read[0].name is not None and read[0].name == read[1].name:
                return next((one for one in reversed(read) if one.unit is not None or one.unread), read[0])
        return None

    def _price(self, title: str, spaced: str, platform: str | None) -> Title | None:
        """A price in words: `Giá livestream (tr)`, `Rate per reel`, `Combo 2 video + 1 story`."""
        if "fee" not in self.accepted.values():
            return None
        words = counted_before(SET.sub(r"\2 \1", self._mentions.sub(" ", letters(without_currency(spaced)))))
        priced, deliverable = re.search(PRICE, words), deliverable_of(words)
        if platform and (times := OF_ITS_OWN.fullmatch(words.strip())):
            return Title(None, platform, Deliverable(format="post", posts=int(times[1])), like="fee")
        if of_time(letters(title)):
            return Title(like="fee", platform=platform)
        if re.search(REDUCING, words):
            return None
        if re.search(NO_PRICE, words):
            return Title(like="fee", platform=platform) if priced else None
        rated = re.search(RATE, words) and (deliverable is not None or currency_of(title) is not None)
        if priced is None and not rated:
            alone = deliverable is not None and not _leftover(words)
            return Title(None, platform, deliverable, _unit(title), like="fee") if alone else None
        if _leftover(words):
            return Title(like="fee", platform=platform)
        return Title("fee", platform, deliverable, _unit(title))

    def _qualified(self, title: Title, qualifier: str) -> Title:
        """The title with the unit that its qualifier says, and the words of it that say nothing known."""
        entry = self.entries.get(title.name or "")
        if entry is None or entry.type not in MEASURED or not qualifier:
            return title
        deliverable = deliverable_of(letters(qualifier)) if title.name == "fee" else None
        return replace(title, unit=_unit(qualifier), unread=self._unread(qualifier), deliverable=deliverable)

    def _unread(self, qualifier: str) -> str:
        """The words of a qualifier that are no unit, currency, tax, platform, deliverable or time."""
        words = UNIT.sub(" ", plain(self._mentions.sub(" ", without_currency(qualifier))))
        words = re.sub(PEOPLE, " ", PART.sub(" ", re.sub(f"{FLUFF}|{AVERAGE}|{PRICE}", " ", DATED.sub(" ", letters(words)))))
        return " ".join(qualifier.split()).strip("()[]（）【】 :*-–—/") if re.search(r"[^\W_]", words) else ""


def deliverable_of(words: str) -> Deliverable | None:
    """What is published for a price: its format as a cell would say it, and how many; a combination keeps its parts.

    >>> deliverable_of("gia 3 video"), deliverable_of("combo 2 video + 1 story")
    (Deliverable(format='video', posts=3), Deliverable(format='2 video + 1 story', posts=3))
    """
    words = counted_before(words)
    found = [(int(match["count"] or 1), match["count"], _format(match)) for match in PART.finditer(words)]
    if not found:
        return None
    if len({name for *_, name in found}) == 1 and len(found) == 1:
        return Deliverable(format=found[0][2], posts=found[0][0])
    listed = all(count for _, count, _ in found) and re.search(r"/|\bor\b|\bhoac\b", words) is None
    if not listed and not re.search(r"\+|&|\band\b|\bva\b|combo|package|bundle", words):
        return None
    return Deliverable(format=" + ".join(f"{n} {name}" for n, _, name in found), posts=sum(n for n, *_ in found))


def counted_before(words: str) -> str:
    """What is published with its number before it, and a number of a platform as one of posts there.

    >>> counted_before("reels x 2"), counted_before("1x tiktok + 2 story")
    ('2 reels', '1 post + 2 story')
    """

    def before(found: re.Match[str]) -> str:
        return f"{int(found['each'] or 1) * int(found['pieces'] or found['times'] or found['after'])} {found['what']}"

    return BEHIND.sub(before, OF_PLATFORM.sub(r"\1 post", re.sub(SEVERAL, r"\2 \1", IN_BRACKETS.sub(r"\2\3 \1", words))))


def of_time(words: str) -> bool:
    """Whether a title, as `letters` writes it, names a price of time and not of what is booked; a live is quoted by the hour.

    >>> of_time("gia video / thang"), of_time("cast live/gio"), of_time("gia video")
    (True, False, False)
    """
    found = HOURLY.search(words)
    return found is not None and not (re.search(r"\blive", words) and re.search(r"\b(?:hours?|hrs?|h|gio|hourly)\b", found[0]))


def nothing_but_deliverables(text: str) -> bool:
    """Whether a text says what is published, and nothing else.

    >>> nothing_but_deliverables("2 video + 1 story"), nothing_but_deliverables("video về mỹ phẩm")
    (True, False)
    """
    words = counted_before(letters(text))
    return deliverable_of(words) is not None and re.search(PRICE, words) is None and not _leftover(words)


def _format(match: re.Match[str]) -> str:
    return next(name for place, (name, _) in enumerate(PUBLISHED) if match[f"d{place}"])


def stated_unit(text: str) -> float | None:
    """The unit that a line above a table states: 1e6 for 'Đơn vị: triệu VNĐ'."""
    return _unit(text)


def least_of(title: str) -> bool:
    """Whether a title of prices says that they are the least there are: `Price from (USD)`, `Giá tối thiểu`."""
    return re.search(LEAST, letters(title)) is not None


def price_of_one(title: str) -> bool:
    """Whether a title of prices says that they are of one post each: `Đơn giá`, `Unit cost`, `Giá/bài`."""
    words = letters(title)
    return re.search(UNIT_PRICE, words) is not None or FOR_EACH.search(words) is not None


def _unit(text: str) -> float | None:
    """The unit that a title or a qualifier says: in brackets, else anywhere in it."""
    text = TAX_RATE.sub(" ", text)
    if PERCENTS.search(plain(text)):
        return PERCENT
    parts = [*QUALIFIER.findall(text), text]
    return next((unit for part in parts if (unit := unit_in_words(without_currency(part))) is not None), None)


def _noughts(text: str) -> float | None:
    """The unit that noughts in a text say: Fee x100."""
    found = re.search(NOUGHTS, plain(text))
    return None if found is None else unit_in_words(found[0])


def _leftover(words: str) -> bool:
    rest = PART.sub(" ", re.sub(f"{PRICE}|{RATE}|{AVERAGE}", " ", words))
    rest = UNIT.sub(" ", re.sub(FLUFF, " ", rest))
    return re.search(r"[^\W\d_]", WORD.sub(" ", rest)) is not None


def _like(title: str) -> str | None:
    words = letters(title)
    if re.search(f"{PRICE}|{AGREED}", words) and not re.search(f"{NO_PRICE}|{REDUCING}", words):
        return "fee"
    return next((name for name, known in LOOKS.items() if re.search(known, words)), None)


def _named(given: Mapping | None, table: str | None) -> dict[str, str]:
    """Every title that a mapping names, folded, with the column that it becomes; what it ignores means nothing but is known."""
    if given is None:
        return {}
    named: dict[str, str] = {}
    for one in (given.of(table),) if table is not None else given.tables.values():
        named |= {fold(title): f"ignored:{fold(title)}" for title in one.ignore}
        named |= {fold(part): f"{name}:{fold(part)}" for name, parts in one.sums.items() for part in parts}
        named |= {fold(title): f"fee:{fold(title)}" for title in one.prices}
        named |= {fold(title): name for title, name in one.columns.items()}
    return named

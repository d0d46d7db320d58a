"""Which of our tables a sheet is, by what its titles mean."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

from predictor.definitions.schema import Catalogue
from predictor.intake.accounts import post_of
from predictor.intake.aliases import NEW, OLD
from predictor.intake.aliases import TABLE as ALIASES
from predictor.intake.cells import as_text
from predictor.intake.currency_words import currency_of
from predictor.intake.dates import read_dates
from predictor.intake.reader import accepted_titles
from predictor.intake.spreadsheets.cell_meanings import BARE_RATE, DATES, PRICED, are_whole_days, spoken_prices
from predictor.intake.spreadsheets.counted_rows import are_months, first_days, month_starts
from predictor.intake.spreadsheets.flat_posts import MOSTLY, rows_of_days
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.title_words import AVERAGE, NO_PRICE, PRICE, letters
from predictor.intake.spreadsheets.titles import Title, Titles, deliverable_of
from predictor.wording.matching import fold

CANDIDATES = (
    "ứng viên",
    "candidate",
    "đề xuất",
    "proposal",
    "shortlist",
    "báo giá",
    "quotation",
    "plan",
    "rate card",
    "bảng giá",
)
ORDERS = {*map(fold, ("order id", "order no", "order number", "id đơn hàng", "mã đơn hàng", "mã đơn", "ID Pemesanan", "订单号"))}


GOODS = re.compile(  # in titles of orders, as `letters` writes them: what was sold, and who bought it
    r"\b(?:products?|skus?|san pham|buyers?|nguoi mua|khach hang|customers?|payments?|thanh toan|phan loai hang)\b|商品|买家|買家"
)


def of_buyers(layout: Layout) -> bool:
    """Whether the rows are orders of goods, whose prices and numbers are those of what buyers took."""
    titles = layout.titles.values()
    return any(fold(title) in ORDERS for title in titles) and any(GOODS.search(letters(title)) for title in titles)


SOLD = re.compile(
    r"\b(?:(?:items?|units?|products?) sold|skus?(?: orders?)?|san pham da ban)\b|成交件数|销量"
)  # as `letters` writes it


def price_of_sold(layout: Layout, title: str) -> bool:
    """Whether a title is of the average price of what was sold, where others count that."""
    return re.search(AVERAGE, letters(title)) is not None and any(map(SOLD.search, map(letters, layout.titles.values())))


def table_of(layout: Layout, file: str, catalogue: Catalogue, titles: Titles, others: Iterable[tuple[Layout, str]] = ()) -> str:
    """Which table a sheet is, by what its titles mean; that of an earlier sheet of its file (`others`) with the same titles."""
    same = [table for one, table in others if one.row_of_titles == layout.row_of_titles]
    if same:
        return same[0]
    aliases = accepted_titles(catalogue.columns(ALIASES))
    if {OLD, NEW} <= {aliases.get(fold(title)) for title in layout.titles.values()}:
        return ALIASES
    read = [titles.read(words[-1]) for words in layout.parts.values() if words] + [*map(titles.read, layout.titles.values())]
    names = {titles.name(title) for title in layout.titles.values()} | {one.name for one in read} - {None}
    who = {"creator_id", "name", "link"}
    outcomes = {n for n, e in catalogue.entries.items() if e.unit and e.denominator}
    if names & {"campaign_id", "brand"} and not names & {*who, "followers"} and names & {
        "budget", "goal", "starts_on", "ends_on", "brief",
    }:  # fmt: skip
        return "campaigns"
    made = [one for one in read if one.deliverable and one.name is None]  # 'Video', 'Story (tr)': prices where several are
    asked = any(_looks_priced(layout, column, title, titles.read(title)) for column, title in layout.titles.items())
    asked = asked or (bool(made) and any(currency_of(text) and re.search(PRICE, letters(text)) for text in layout.around))
    priced = "fee" in names or asked or len({one.deliverable for one in made}) > 1 or any((one.unit or 0) > 1 for one in made)
    dated = names & {"booked_at", "booking_id", "published_at", "post_id", "caption", "orders", "counted_at"}
    planned = dated == {"published_at"} and "fee" in names  # the day a post is planned for
    titled_profile = dated == {"caption"} and "followers" in names and priced
    if (planned or titled_profile) and not names & outcomes:
        dated = set()
    if any(fold(title) in ORDERS for title in layout.titles.values()):
        return "bookings"
    titled = " ".join((layout.grid.name, file, *layout.above)).casefold()
    proposed = any(fold(word) in fold(titled) for word in CANDIDATES)
    if not priced and not proposed and (dated_rows := rows_of_days(layout, titles)) is not None:
        return dated_rows
    results = names & outcomes
    people = names & who and (names & {"followers", "link", "average_views"} or priced) and not dated
    came = bool(people) and not proposed and _of_results(layout, results)
    if came or not people:
        if names & {"booked_at", "booking_id"} or names & {"orders", "revenue"} or ((results or came) and "fee" in names):
            return "bookings"
        described = dated == {"caption"} and (priced or proposed)  # what is offered, as a quotation says it
        if (names & {"post_id", "published_at", "caption"} and not described) or results or came:
            return "posts"
    stated = [e for name in names if (e := catalogue.entries.get(str(name))) and e.known == "before_booking"]
    only = any(entry.carried_by("candidates") and not entry.carried_by("creators") for entry in stated)
    alone = {*map(titles.name, layout.titles.values())} == {"link"}  # accounts and nothing about them: whoever may be booked
    deliverable = priced or only or alone
    return "candidates" if deliverable or proposed else "creators"


RESULT = re.compile(  # words of what came of a post, as `letters` writes them
    r"\b(?:reach|impressions?|engagements?|interactions?|clicks?|orders?|revenue|plays|views|likes|comments?|shares?|saves|"
    r"luot xem|tuong tac|tiep can|don hang|doanh thu|penjualan|omset|reichweite|interaktionen|klicks|bestellungen|umsatz|vues|"
    r"commandes)\b|曝光|互动|触达|リーチ|再生"
)
TYPICAL = re.compile(r"\b(?:avg|average|aver|tb|trung binh|median|typical|per|rate|ty le|last|recent|er)\b|平均|均|평균|率")
NEITHER = re.compile(  # titles of days on which nothing was published
    r"\b(?:updated?|cap nhat|checked|crawl(?:ed)?|scraped?|as of|last|gan nhat|join(?:ed)?|since|birth|born|dob|ngay sinh|"
    r"sinh nhat|available|deadline|valid|expir\w+|quot(?:e|ed|ation)|bao gia|start(?! time)|end|from|to)\b"
)
SEEN = re.compile(r"\b(?:reach|impressions?|engagements?|clicks?|orders?|revenue|gmv)\b")  # of what came of posts alone
REACTIONS = {"views", "likes", "comments", "shares", "saves"}
FEWEST = 2  # results of which a sheet speaks


def _of_results(layout: Layout, outcomes: set[str | None]) -> bool:
    """Whether rows of people tell what came of posts of theirs: several results, beside days that are past or links to posts."""
    titles = [(title, letters(title)) for title in layout.titles.values()]
    spoken = [title for title, words in titles if RESULT.search(words) and not TYPICAL.search(words)]
    if len(outcomes) < FEWEST and len(spoken) < FEWEST:
        return False
    seen = any(SEEN.search(letters(title)) for title in spoken)
    reactions = outcomes <= REACTIONS and not seen  # which profiles have too, as counted on a day
    for title, words in titles:
        cells = first_days(layout.frame[title].dropna())[0]
        said = as_text(cells).dropna()
        if len(said) and said.map(lambda cell: post_of(cell) is not None).mean() >= MOSTLY:
            return True
        counted = NEITHER.search(words) is not None or (reactions and fold(title) in DATES)
        if not counted and are_whole_days(cells):
            days = read_dates(cells)[0].fillna(read_dates(cells, day_first=True)[0])
            if days.notna().any() and bool(days.max() <= pd.Timestamp.now(tz=days.dt.tz)):
                return True
        elif not counted and are_months(title, cells) and month_starts(cells)[0].max() <= f"{pd.Timestamp.now():%Y-%m-%d}":
            return True
    return False


def _looks_priced(layout: Layout, column: int, title: str, read: Title) -> bool:
    """Whether a title that is not understood speaks of a price, or of what is published and its cells are prices."""
    words = letters(title)
    speaks = re.search(NO_PRICE, words) is None
    published, in_money = speaks and deliverable_of(words) is not None, speaks and currency_of(title) is not None
    if read.name is not None:
        return False
    said = as_text(layout.grid.cells.loc[list(layout.rows), column]).dropna()
    if BARE_RATE.fullmatch(words):  # of money or of engagement: either belongs to a list of candidates
        spoken = said.str.contains(PRICED) | said.map(currency_of).notna() | said.str.contains("%|％")
        return bool(len(said) and spoken.mean() >= 0.5)
    if not (read.like == "fee" or published or in_money):
        return read.like is None and spoken_prices(said, title)
    wanted = PRICED if published and not in_money and not re.search(PRICE, words) else r"\d"
    return bool(len(said) and said.str.contains(wanted).mean() >= 0.5)

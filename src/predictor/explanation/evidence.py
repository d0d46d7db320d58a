"""Evidence behind each forecast: similar past bookings, and what is out of or at the edge of the training support."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from predictor.asof.events import ASSUMED_AUDIENCE
from predictor.definitions.phrases import Phrases
from predictor.definitions.schema import Catalogue, Recipe
from predictor.forecasting.design_matrix import RARE, has_history
from predictor.forecasting.support import NUMBERS, SERIOUS, TEXTS, TrainingSupport, out_of_support, own_rate, value_of
from predictor.intake.codes import UPPER
from predictor.tables.frames import History, main_value
from predictor.wording.sentences import heading

# Past bookings similar to a candidate: how many are similar, and which are nearest.
#
# Distance follows Gower (1971, "A general coefficient of similarity and some of its properties", Biometrics 27): each aspect
# says how unlike two bookings are, from 0 to 1, and the aspects are added up. Texts are equal or not; a number counts by its
# difference over the middle 99 % of what was seen, audience and the creator's own rate on a log scale. An aspect missing from
# the row is left out; one missing from a past booking counts half, so that sparse records are not near everything.
# What happened on another platform is no evidence: there, the same audience and the same rate mean something else.

SHOWN = 3
FACTOR = 3.0  # audiences of similar bookings differ by no more than this
ALIKE = {
    "photo": "image", "carousel": "image", "album": "image",
    "reel": "video", "reels": "video", "short": "video", "shorts": "video",
}  # fmt: skip
CELLS = 200_000  # distances held at a time: they fit a processor's cache
FAINTEST = 1e-6  # a rate of zero keeps a logarithm

Codes = tuple[np.ndarray, np.ndarray]  # of the rows and of the past, in the same code; −1 or NaN where missing


def neighbours(support: TrainingSupport, rows: pd.DataFrame, recipe: Recipe) -> tuple[np.ndarray, np.ndarray]:
    """How many past bookings are similar to each row, and which are nearest.

    Similar: the same platform and kind of format (pictures, videos, any other by itself), and an audience within a factor of
    three (the same tier where an audience is missing). What the row does not say of its format or audience is not compared.
    Only what was known before the row's `at`, where it has one, counts, and never the row itself (by `row_id`).

    Nearest: of the bookings on the same platform (of all, where the row has none), those least unlike it in
    tier, niche, format, audience, niche alignment, posting frequency and the creator's own rate.

    Returns
    -------
    Counts, one a row; positions in `support.past`, rows × 3, nearest first and −1 where there is none; of equally near ones the
    newest comes first.
    """
    similar, nearest = np.zeros(len(rows), dtype=int), np.full((len(rows), SHOWN), -1)
    if not len(support.past):
        return similar, nearest
    texts = {column: _codes(rows, support.past, column) for column in (*TEXTS, "row_id")}
    texts["group"] = _codes(_grouped(rows), _grouped(support.past), "format")
    numbers = {column: _numbers(rows, support.past, column, recipe) for column in (*NUMBERS, own_rate(recipe))}
    scales = {column: _scale(support, column, recipe) for column in numbers if column in support.spans}
    moments = rows["at"].to_numpy(dtype="datetime64[ns]") if "at" in rows else None
    known_on = support.past["known_on"].to_numpy(dtype="datetime64[ns]")
    for chunk in _chunks(len(rows), len(support.past)):
        open_to = _differ(texts["row_id"], chunk)
        if moments is not None:
            open_to &= (known_on < moments[chunk, None]) | np.isnat(moments[chunk, None])
        similar[chunk] = (_alike(texts, numbers["followers"], chunk) & open_to).sum(axis=1)
        near = open_to & (~_differ(texts["platform"], chunk) | (texts["platform"][0][chunk, None] < 0))
        nearest[chunk] = _nearest(np.where(near, _distance(texts, numbers, scales, chunk), np.inf))
    return similar, nearest


def _chunks(rows: int, past: int) -> Iterator[slice]:
    step = max(1, CELLS // past)
    return (slice(start, start + step) for start in range(0, rows, step))


def _column(frame: pd.DataFrame, column: str) -> pd.Series:
    return frame[column] if column in frame else pd.Series(np.nan, index=frame.index)


def _grouped(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"format": main_value(_column(frame, "format")).replace(ALIKE)})


def _codes(rows: pd.DataFrame, past: pd.DataFrame, column: str) -> Codes:
    """Texts as whole numbers; ids keep their letters, and −1 is missing."""
    both = [_column(frame, column).astype("str") for frame in (rows, past)]
    joined = pd.concat(both if column == "row_id" else [main_value(one) for one in both])
    codes = pd.factorize(joined)[0].astype(np.int32)
    return codes[: len(rows)], codes[len(rows) :]


def _on_scale(values: pd.Series | float, column: str, recipe: Recipe) -> np.ndarray:
    numbers = np.asarray(values, dtype=float)
    if column == "followers":
        return np.log(np.maximum(numbers, 1.0))
    return np.log(np.maximum(numbers, FAINTEST)) if column == own_rate(recipe) else numbers


def _numbers(rows: pd.DataFrame, past: pd.DataFrame, column: str, recipe: Recipe) -> Codes:
    mine, theirs = (_on_scale(_column(frame, column), column, recipe).astype(np.float32) for frame in (rows, past))
    return mine, theirs


def _scale(support: TrainingSupport, column: str, recipe: Recipe) -> float:
    low, high = (float(_on_scale(end, column, recipe)) for end in (support.spans[column].low, support.spans[column].high))
    return max(high - low, FAINTEST)


def _differ(codes: Codes, chunk: slice) -> np.ndarray:
    mine, theirs = codes[0][chunk, None], codes[1][None, :]
    return (mine != theirs) | (mine < 0)


def _distance(texts: dict[str, Codes], numbers: dict[str, Codes], scales: dict[str, float], chunk: slice) -> np.ndarray:
    total = np.zeros((len(texts["platform"][0][chunk]), len(texts["platform"][1])), dtype=np.float32)
    for column in ("tier", "niche", "format"):
        mine, theirs = texts[column][0][chunk, None], texts[column][1][None, :]
        total += np.where(theirs < 0, np.float32(0.5), (mine != theirs).astype(np.float32)) * (mine >= 0)
    for column, scale in scales.items():
        mine, theirs = numbers[column][0][chunk, None], numbers[column][1][None, :]
        apart = np.minimum(np.abs(mine - theirs) / np.float32(scale), np.float32(1.0))
        total += np.where(np.isnan(mine), np.float32(0.0), np.where(np.isnan(theirs), np.float32(0.5), apart))
    return total


def _alike(texts: dict[str, Codes], followers: Codes, chunk: slice) -> np.ndarray:
    (mine, theirs), tier = ((side[0][chunk, None], side[1][None, :]) for side in (followers, texts["tier"]))
    near = np.abs(mine - theirs) <= np.log(FACTOR)
    unknown = np.isnan(mine) & (tier[0] < 0)
    size = np.where(np.isnan(mine) | np.isnan(theirs), ~_differ(texts["tier"], chunk), near) | unknown
    form = ~_differ(texts["group"], chunk) | (texts["group"][0][chunk, None] < 0)
    return size & form & ~_differ(texts["platform"], chunk)


def _nearest(distance: np.ndarray) -> np.ndarray:
    """Positions of the smallest, one after the other; the first of equals, which is the newest."""
    found = np.full((len(distance), SHOWN), -1)
    every = np.arange(len(distance))
    for place in range(SHOWN):
        best = distance.argmin(axis=1)
        found[:, place] = np.where(np.isfinite(distance[every, best]), best, -1)
        distance[every, best] = np.inf
    return found


FEW_CREATORS = 3  # a value shown by fewer creators (or by fewer than RARE rows) was rarely seen
FEW_SIMILAR = 5  # with fewer similar bookings and nothing of the creator's own, there is little evidence
BEYOND = 0.1  # how far past the extremes, as a part of the middle 99 %, a number still counts as seen
NAMED = 3  # values and numbers named in a sentence, the most serious first


def evidence(support: TrainingSupport, rows: pd.DataFrame, recipe: Recipe, catalogue: Catalogue) -> pd.DataFrame:
    """What the forecast of each row rests on. A missing value is never unseen.

    Returns
    -------
    Index of `rows`; `own_posts` (0 where none are known), `own_record` (whether there is a record of the creator's own),
    `similar` (number of similar past bookings, see `neighbours`), `nearest` (up to three nearest, as a list of `row_id`,
    `creator_id`, `day`, `actual`), `past` (whether these are of `booking` or, where there are hardly any, of `post`), `never` and
    `rarely` (value by column: shown by no training row; by fewer than 20 rows or 3 creators), `out_of_range` (by column: the
    value and the extreme of what was seen), `of_few` (for a creator without a record: from how many creators the forecast was
    learned where that is few, else 0), `sizeless` (neither a record nor a follower count), `of_any_size` (the same where nobody's
    was known), `outside` (the baseline stands alone, see `support.out_of_support`), `thin` (low evidence: nothing of the
    creator's own and fewer than 5 similar bookings, or a value or number never seen).
    """
    similar, nearest = neighbours(support, rows, recipe)
    never, rarely = _values(support, rows, catalogue)
    found = pd.DataFrame(
        {
            "own_posts": _own_posts(rows),
            "own_record": has_history(rows, recipe),
            "similar": similar,
            "nearest": _objects(_as_lists(support.past, nearest), rows),
            "past": "booking" if (support.past["source"] == "booking").all() else "post",
            "never": _objects(never, rows),
            "rarely": _objects(rarely, rows),
            "out_of_range": _objects(_out_of_range(support, rows), rows),
        },
        index=rows.index,
    )
    found["of_few"] = np.where(_nothing_own(found) & support.few_creators, support.creators, 0)
    unsized = ~(pd.to_numeric(_column(rows, "followers"), errors="coerce") > 0) & ~found["own_record"]
    found["sizeless"], found["of_any_size"] = unsized & support.knows_audiences, unsized & (not support.knows_audiences)
    found["outside"] = out_of_support(support, rows)
    return found.assign(thin=_low_evidence(found) | found["never"].astype(bool) | found["out_of_range"].astype(bool))


def basis(found: pd.DataFrame, phrases: Phrases, history: History | None = None, currency: str | None = None) -> pd.Series:
    """One or two sentences a row: the evidence behind its forecast, and the nearest past bookings with what they brought.

    These are named by the creator's name and the brand as the `history` has them (else by the creator's id), and the month;
    amounts of money are in their `currency`.
    """
    names, brands = _known_as(found, history or History())
    return pd.Series(
        [_basis(row, phrases, names, brands, currency) for row in found.itertuples()], index=found.index, dtype="str"
    )


def _known_as(found: pd.DataFrame, history: History) -> tuple[dict[str, str], dict[str, str]]:
    """Names by creator, and brands by booking, of the nearest past bookings that are shown."""
    bookings = [one for nearest in found["nearest"] for one in nearest]
    names = _words_of(history.get("creators"), "creator_id", "name", {str(one["creator_id"]) for one in bookings})
    campaigns = _words_of(history.get("bookings"), "booking_id", "campaign_id", {str(one["row_id"]) for one in bookings})
    brands = _words_of(history.get("campaigns"), "campaign_id", "brand", {*campaigns.values()})
    return names, {booking: brands[campaign] for booking, campaign in campaigns.items() if campaign in brands}


def _words_of(frame: pd.DataFrame | None, key: str, column: str, wanted: set[str]) -> dict[str, str]:
    if frame is None or not {key, column} <= {*frame}:
        return {}
    rows = frame.loc[frame[key].isin(wanted) & frame[column].notna(), [key, column]].astype("str")
    return dict(zip(rows[key], rows[column], strict=True))


def caveats(found: pd.DataFrame, phrases: Phrases) -> pd.Series:
    """Short sentences a row: what was never or rarely seen, and what little there is; empty where nothing is in doubt."""
    rows = zip(found.itertuples(), _low_evidence(found), strict=True)
    sentences = [_caveats(row, low_evidence, phrases) for row, low_evidence in rows]
    return pd.Series(sentences, index=found.index, dtype="str")


def _objects(values: Sequence[object], rows: pd.DataFrame) -> pd.Series:
    return pd.Series(values, index=rows.index, dtype=object)


def _own_posts(rows: pd.DataFrame) -> np.ndarray:
    posts = rows["posts_seen"].astype(float) if "posts_seen" in rows else pd.Series(0.0, index=rows.index)
    return posts.fillna(0.0).astype(int).to_numpy()


def _nothing_own(found: pd.DataFrame) -> pd.Series:
    return (found["own_posts"] == 0) & ~found["own_record"]


def _low_evidence(found: pd.DataFrame) -> pd.Series:
    return _nothing_own(found) & (found["similar"] < FEW_SIMILAR)


def _as_lists(past: pd.DataFrame, nearest: np.ndarray) -> list[list[dict[str, Any]]]:
    about = (
        past[["row_id", "creator_id"]].assign(day=past["at"].dt.strftime("%Y-%m-%d"), actual=past["actual"]).to_dict("records")
    )
    return [[about[place] for place in places if place >= 0] for places in nearest.tolist()]


def _values(
    support: TrainingSupport, rows: pd.DataFrame, catalogue: Catalogue
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """By row, the values that no training row showed, and those that few did; a column never recorded says nothing."""
    never: list[dict[str, str]] = [{} for _ in range(len(rows))]
    rarely: list[dict[str, str]] = [{} for _ in range(len(rows))]
    columns = [column for column in (*SERIOUS, *support.values) if column in support.values and column in rows]
    for column in dict.fromkeys(columns):
        entry, counts = catalogue.entries[column], support.values[column]
        values = value_of(rows[column], entry)
        few = {value: n < RARE or creators < FEW_CREATORS for value, (n, creators) in counts.items()}
        for value in values.dropna().unique():
            if few.get(value, True):
                lists = rarely if value in few else never
                for place in np.flatnonzero(values == value):
                    lists[place][column] = value
    return never, rarely


def _out_of_range(support: TrainingSupport, rows: pd.DataFrame) -> list[dict[str, tuple[float, float]]]:
    beyond: list[dict[str, tuple[float, float]]] = [{} for _ in range(len(rows))]
    for column in ("followers", *(name for name in support.spans if name != "followers")):
        if column in rows and column in support.spans:
            span, values = support.spans[column], pd.to_numeric(rows[column]).astype(float).to_numpy()
            room = BEYOND * (span.high - span.low)
            for place in np.flatnonzero((values > span.highest + room) | (values < span.lowest - room)):
                beyond[place][column] = float(values[place]), span.highest if values[place] > span.highest else span.lowest
    return beyond


def _basis(row: Any, phrases: Phrases, names: dict[str, str], brands: dict[str, str], currency: str | None) -> str:
    similar = _similar(row, phrases)
    if row.own_posts:
        sentence = phrases.say("evidence_rests_on", own=phrases.say("evidence_own_posts", count=row.own_posts), similar=similar)
    elif row.own_record:
        sentence = phrases.say("evidence_rests_on", own=phrases.say("evidence_own_record"), similar=similar)
    else:
        sentence = phrases.say("evidence_rests_on_others", similar=similar)
    if not row.nearest:
        return sentence
    brought = [_brought(one, phrases, names, brands, currency) for one in row.nearest]
    nearest = "evidence_nearest" if row.similar else "evidence_nearest_unlike"
    return f"{sentence} {phrases.say(nearest, bookings='; '.join(brought))}"


def _similar(row: Any, phrases: Phrases) -> str:
    return phrases.say(f"evidence_similar_{row.past}", count=row.similar)


def _brought(one: dict[str, Any], phrases: Phrases, names: dict[str, str], brands: dict[str, str], currency: str | None) -> str:
    creator, brand = str(one["creator_id"]), brands.get(str(one["row_id"]))
    about = (names.get(creator, creator), brand, phrases.month(pd.Timestamp(one["day"])))
    return phrases.say(
        "evidence_brought", booking=" · ".join(filter(None, about)), amount=phrases.amount(one["actual"], currency)
    )


def _caveats(row: Any, low_evidence: bool, phrases: Phrases) -> str:
    sentences = []
    if row.never:
        sentences.append(phrases.say("evidence_never", values=_named(row.never, phrases)))
    if row.rarely:
        sentences.append(phrases.say("evidence_rarely", values=_named(row.rarely, phrases)))
    for column, (value, bound) in list(row.out_of_range.items())[:NAMED]:
        label, show = phrases.catalogue.entries[column].label.by_language(), _number(column, phrases)
        key = "evidence_above" if value > bound else "evidence_below"
        sentences.append(phrases.say(key, column=heading(phrases.label(label)), value=show(value), bound=show(bound)))
    if row.sizeless:
        sentences.append(phrases.say("evidence_sizeless", stand_in=ASSUMED_AUDIENCE))
    if row.of_any_size:
        sentences.append(phrases.say("evidence_of_any_size"))
    if row.of_few:
        sentences.append(phrases.say("evidence_few_creators", count=row.of_few))
    if low_evidence:
        sentences.append(phrases.say("evidence_little", similar=_similar(row, phrases)))
    return " ".join(sentences)


def _named(values: dict[str, str], phrases: Phrases) -> str:
    words = [_value(column, value, phrases) for column, value in list(values.items())[:NAMED]]
    rest = len(values) - NAMED
    return ", ".join(words) + (phrases.say("evidence_more", count=rest) if rest > 0 else "")


def _value(column: str, value: str, phrases: Phrases) -> str:
    entry = phrases.catalogue.entries[column]
    label = phrases.noun(entry.label)
    if entry.type == "flag":
        return phrases.say("evidence_flag", column=label, value=phrases.say("evidence_yes" if value == "true" else "evidence_no"))
    called = phrases.word(column, value)
    value = value.upper() if called == value and column in UPPER else called
    return phrases.say("evidence_value", column=label, value=value)


def _number(column: str, phrases: Phrases) -> Callable[[float], str]:
    if phrases.catalogue.entries[column].type == "rate":
        return lambda value: phrases.percent(value, 1)
    return lambda value: phrases.compact(value)

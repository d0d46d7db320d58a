"""A history on a cluster: a creator's rows travel to the executor that scores this creator's candidates, never to the driver.

Every row of candidates and history is put into a bucket by the handle that it names, so that all that can be known of a candidate
lies in the candidate's own bucket. There the tables are checked and the records read as on one machine, some buckets at a time.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyspark import TaskContext
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as sql

from predictor.asof.day import remarks_of_span
from predictor.batch.readers import gathered, plain_frame
from predictor.batch.stream import ScoringOptions
from predictor.bundle import Bundle
from predictor.definitions.schema import Catalogue
from predictor.errors import Fault, RowsError
from predictor.intake.accounts import handle_of
from predictor.intake.aliases import NEW, OLD
from predictor.intake.aliases import TABLE as ALIASES
from predictor.intake.cells import as_text
from predictor.intake.contract import checked_history
from predictor.intake.mapping import Mapping as TitleMapping
from predictor.intake.mapping import rename
from predictor.intake.reader import titles_of
from predictor.tables.frames import History
from predictor.wording.sentences import Said

SLOTS = 1 << 24  # hashes of handles, of which the driver holds a bit each
BUCKET = 100_000  # rows of posts and candidates in a bucket, about
GROUP = 250_000  # rows of whole buckets that are scored together
LISTED = "candidates"
WHOLE = "campaigns"  # the one table that is about no creator: all of it goes to every executor
POST = "id of the post"  # by which counts over time and posts are joined
AUTHOR = "author of the post"  # the column that counts over time get from the table of posts
ON_PLATFORM = re.compile(r" @ [^@]*$")  # behind a handle that one account has on several platforms
PACKS = "bucket int, name string, task int, part int, rows binary"

Raw = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class SparkHistory:
    """The tables of a history as Spark has them, as raw as files but those `read` already; `invented` as in `about.yaml`."""

    tables: Mapping[str, DataFrame]
    invented: bool = False
    read: frozenset[str] = frozenset()

    def mapping(self, theirs: TitleMapping) -> TitleMapping:
        """How the tables that are raw are read."""
        return theirs.model_copy(update={"tables": {name: one for name, one in theirs.tables.items() if name not in self.read}})


def remarks_on_spark(history: SparkHistory, on: pd.Timestamp, catalogue: Catalogue, mapping: TitleMapping) -> list[Said]:
    """What to know of the day asked, as `asof.day.remarks_of_day` has it."""
    posts = history.tables.get("posts")
    title = (
        None
        if posts is None
        else titles_of(list(posts.columns), "posts", catalogue, history.mapping(mapping)).get("published_at")
    )
    if posts is None or title is None:
        return []
    moments = sql.expr(f"try_cast(`{title}` AS TIMESTAMP_NTZ)")
    first, last = posts.agg(sql.min(moments), sql.max(moments)).first() or (None, None)
    return [] if first is None else remarks_of_span(pd.Timestamp(first), pd.Timestamp(last), on)


def without_elsewhere(bundle: Bundle) -> Bundle:
    """A bundle that reads nothing of a person's other accounts: they, and what is usual of accounts, lie in other buckets."""
    entries = bundle.catalogue.entries
    left = {name: one.model_copy(update={"computed": None}) for name, one in entries.items() if name in _elsewhere(bundle)}
    return replace(bundle, catalogue=bundle.catalogue.model_copy(update={"entries": entries | left}))


def left_out_on_spark(history: SparkHistory, bundle: Bundle, mapping: TitleMapping) -> list[Said]:
    """What the answers of one machine have besides: the other accounts of persons, where the history names persons."""
    creators = history.tables.get("creators")
    titles = [] if creators is None else titles_of(list(creators.columns), "creators", bundle.catalogue, history.mapping(mapping))
    names = _elsewhere(bundle)
    return [Said("spark_elsewhere", {"names": ", ".join(names)})] if names and "person_id" in titles else []


def _elsewhere(bundle: Bundle) -> list[str]:
    return [name for name, entry in bundle.catalogue.entries.items() if entry.of_others]


@dataclass(frozen=True)
class Lot:
    """The rows of one table that tasks put into buckets, and where these rows name a creator.

    `titles` are the columns that do, the best first, read by the mapping of the table `by`; handles that were renamed are
    `joined` under one. Of the history only rows of a slot that is `asked` (a bit each) are taken.
    """

    name: str
    titles: tuple[str, ...]
    by: str
    mapping: TitleMapping
    joined: dict[str, str]
    buckets: int = 1
    asked: np.ndarray | None = None

    def slots(self, rows: pa.RecordBatch) -> np.ndarray:
        """The slot of each row, -1 where it names nobody."""
        named = pd.Series(None, index=range(rows.num_rows), dtype="str")
        for title in self.titles:
            column = plain_frame(pa.table({title: rows.column(title)}))
            named = named.fillna(ids(column, self.by, self.mapping))
        place, names = pd.factorize(named)
        return np.array([*(slot(name, self.joined) for name in names), -1], dtype=np.int64)[place]


@lru_cache(maxsize=1 << 20)
def handle_key(text: str) -> str:
    """The handle by which ids are compared, without the platform that may follow it.

    >>> handle_key("@Linh.Review"), handle_key("https://www.tiktok.com/@linh.review"), handle_key("linh @ tiktok")
    ('linh.review', 'linh.review', 'linh')
    """
    return handle_of(ON_PLATFORM.sub("", text)).handle or ""


def slot(text: str, joined: Mapping[str, str]) -> int:
    """The slot of an id."""
    key = handle_key(text)
    return zlib.crc32(joined.get(key, key).encode()) % SLOTS


def joined_handles(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Of handles that were renamed, old and new, the one that stands for all that are the same account's.

    >>> joined_handles([("a", "b"), ("x", "y"), ("b", "c")])
    {'a': 'c', 'x': 'y', 'b': 'c'}
    """
    found: dict[str, str] = {}

    def last(key: str) -> str:
        while key in found:
            key = found[key]
        return key

    for old, new in pairs:
        first, then = last(handle_key(old)), last(handle_key(new))
        if first != then:
            found[first] = then
    return {key: last(key) for key in found}


@dataclass(frozen=True)
class Shared:
    """What every bucket needs besides its own rows: raw tables without a row, rows of all, and whether posts were selected."""

    empty: Raw
    everywhere: Raw
    mapping: TitleMapping
    invented: bool
    selected: bool


def beside_their_history(rows: DataFrame, asked: ScoringOptions, history: SparkHistory) -> tuple[DataFrame, Shared]:
    """Candidates and the rows of their creators as packs, a bucket in one partition, for `buckets_of`.

    Two jobs come first: one reads who is asked about, so that nobody else's rows travel, and one counts the posts.

    Raises
    ------
    RowsError
        Where the history has a table that there is not, one that does not say who its rows are about, or posts of which only all
        together tell which were selected.
    """
    frames, catalogue, mapping = dict(history.tables), asked.bundle.catalogue, history.mapping(asked.mapping)
    empty = {name: plain_frame(frame.limit(0).toArrow()) for name, frame in frames.items()}
    everywhere = {WHOLE: plain_frame(frames.pop(WHOLE).toArrow())} if WHOLE in frames else {}
    titles = {name: titles_of(list(frame.columns), name, catalogue, mapping) for name, frame in frames.items()}
    who = titles_of(list(rows.columns), LISTED, catalogue, asked.mapping)
    joined = {}
    if (renamed := frames.get(ALIASES)) is not None:
        both = plain_frame(renamed.select(titles[ALIASES][OLD], titles[ALIASES][NEW]).dropna().toArrow()).astype("str")
        joined = joined_handles(both.itertuples(index=False, name=None))
    if "post_snapshots" in frames:
        frames["post_snapshots"] = _with_authors(frames["post_snapshots"], frames.get("posts"), titles, mapping)
    lots = {name: Lot(name, *_named_by(name, titles), mapping, joined) for name in frames}
    listed = Lot(LISTED, tuple(who[one] for one in ("creator_id", "name") if one in who), LISTED, asked.mapping, joined)
    slots, candidates = _asked(rows, listed)
    posts, selected = _posts(frames, titles, asked)
    if asked.why is not None:
        everywhere |= _evidence(frames, lots, asked)
    buckets = 1 + (candidates + posts) // BUCKET
    packs = rows.mapInArrow(partial(put_into_buckets, lot=replace(listed, buckets=buckets)), PACKS)
    for name, frame in frames.items():
        lot = replace(lots[name], buckets=buckets, asked=slots)
        packs = packs.unionAll(frame.mapInArrow(partial(put_into_buckets, lot=lot), PACKS))
    in_order = packs.repartition("bucket").sortWithinPartitions("bucket", "name", "task", "part")
    return in_order, Shared(empty, everywhere, mapping, history.invented, selected)


def _with_authors(
    counts: DataFrame, posts: DataFrame | None, titles: dict[str, dict[str, str]], mapping: TitleMapping
) -> DataFrame:
    """Counts over time with the creator of their post."""
    needed = {"post_snapshots": ("post_id",), "posts": ("post_id", "creator_id")}
    for table, columns in needed.items():
        for column in columns:
            if column not in titles.get(table, {}):
                raise RowsError([Fault.of(table, Said("spark_no_author", {"name": column}))])
    assert posts is not None
    own, (its, who) = titles["post_snapshots"]["post_id"], (titles["posts"][column] for column in needed["posts"])
    theirs = posts.select(its, who).dropna()
    theirs = theirs.select(_as_id(its, "posts", mapping).alias(POST), _as_id(who, "posts", mapping).alias(AUTHOR))
    return counts.dropna(subset=[own]).withColumn(POST, _as_id(own, "post_snapshots", mapping)).join(theirs, POST).drop(POST)


def _as_id(title: str, table: str, mapping: TitleMapping) -> Column:
    """A column of ids as text, read as on one machine."""

    def as_id(cells: pd.Series) -> pd.Series:
        return ids(cells.to_frame(title), table, mapping)

    return sql.pandas_udf(as_id, "string")(sql.col(f"`{title}`"))


def ids(column: pd.DataFrame, table: str, mapping: TitleMapping) -> pd.Series:
    """The ids in the one column of a table, as text and missing where there is none."""
    return as_text(rename(column, table, mapping).iloc[:, 0])


def _named_by(name: str, titles: dict[str, dict[str, str]]) -> tuple[tuple[str, ...], str]:
    """The column that names a row's creator, and the table by whose mapping it is read."""
    if name == "post_snapshots":
        return (AUTHOR,), "posts"
    column = NEW if name == ALIASES else "creator_id"
    if column not in titles[name]:
        raise RowsError([Fault.of(name, Said("spark_no_author", {"name": column}))])
    return (titles[name][column],), name


def _asked(rows: DataFrame, listed: Lot) -> tuple[np.ndarray, int]:
    """A bit for every slot that some candidate is in, and how many candidates there are."""

    def counted(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in gathered(batches):
            slots, counts = np.unique(listed.slots(batch), return_counts=True)
            yield pa.RecordBatch.from_arrays([pa.array(slots), pa.array(counts)], ["slot", "rows"])

    found = rows.mapInArrow(counted, "slot long, rows long").groupBy("slot").agg(sql.sum("rows").alias("rows")).toArrow()
    slots, bits = found["slot"].to_numpy(), np.zeros(SLOTS, dtype=bool)
    bits[slots[slots >= 0]] = True
    return np.packbits(bits), int(found["rows"].to_numpy().sum())


def _posts(frames: Mapping[str, DataFrame], titles: dict[str, dict[str, str]], asked: ScoringOptions) -> tuple[int, bool]:
    """How many posts there are and whether any is said to be selected; refused where only all posts together could tell which."""
    if "posts" not in frames:
        return 0, False
    column = titles["posts"].get("selected")
    flagged = sql.count(sql.col(f"`{column}`")) if column else sql.lit(0)
    posts, marked = frames["posts"].agg(sql.count("*"), flagged).first() or (0, 0)
    if asked.bundle.growth.gaps and not marked:
        raise RowsError([Fault.of("posts", Said("spark_selected"))])
    return int(posts), bool(marked)


def _evidence(frames: Mapping[str, DataFrame], lots: Mapping[str, Lot], asked: ScoringOptions) -> Raw:
    """Rows of the creators whose past bookings forecasts name: their names and brands are told with every forecast."""
    named = {str(one) for model in asked.bundle.models.values() for one in model.support.past["creator_id"].dropna()}
    found = {}
    for name in ("creators", "bookings"):
        if name in frames:
            bits = np.zeros(SLOTS, dtype=bool)
            bits[[slot(one, lots[name].joined) for one in named]] = True
            lot = replace(lots[name], asked=np.packbits(bits))
            taken = frames[name].mapInArrow(partial(_kept, lot=lot), frames[name].schema)
            found[name] = plain_frame(taken.toArrow())
    return found


def _kept(batches: Iterable[pa.RecordBatch], lot: Lot) -> Iterator[pa.RecordBatch]:
    for rows in batches:
        yield rows.take(pa.array(_taken(lot, lot.slots(rows))))


def _taken(lot: Lot, slots: np.ndarray) -> np.ndarray:
    """The places of the rows that are asked about; all where nothing says who is."""
    if lot.asked is None:
        return np.arange(len(slots))
    return np.flatnonzero((slots >= 0) & (lot.asked[slots >> 3] >> (7 - (slots & 7)) & 1).astype(bool))


def put_into_buckets(batches: Iterable[pa.RecordBatch], lot: Lot) -> Iterator[pa.RecordBatch]:
    """What a task does with rows of a table: packs of them by bucket, in their order; who names nobody goes anywhere."""
    context = TaskContext.get()
    task = context.partitionId() if context is not None else 0
    for part, rows in enumerate(gathered(batches)):
        slots = lot.slots(rows)
        kept = _taken(lot, slots)
        buckets = np.where(slots < 0, np.arange(len(slots)), slots)[kept] % lot.buckets
        order = np.argsort(buckets, kind="stable")
        ends = np.flatnonzero(np.diff(buckets[order], append=-1)) + 1
        if len(ends):
            theirs = rows.take(pa.array(kept[order]))
            packs = [_packed(theirs.slice(start, end - start)) for start, end in zip([0, *ends[:-1]], ends, strict=True)]
            columns: list[Any] = [
                buckets[order][ends - 1],
                [lot.name] * len(packs),
                [task] * len(packs),
                [part] * len(packs),
                packs,
            ]
            kinds = (pa.int32(), pa.string(), pa.int32(), pa.int32(), pa.binary())
            arrays = [pa.array(one, kind) for one, kind in zip(columns, kinds, strict=True)]
            yield pa.RecordBatch.from_arrays(arrays, [one.split()[0] for one in PACKS.split(", ")])


def _packed(rows: pa.RecordBatch) -> bytes:
    own = rows.select([name for name in rows.schema.names if name != AUTHOR])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, own.schema) as out:
        out.write_batch(own)
    return sink.getvalue().to_pybytes()


def buckets_of(batches: Iterable[pa.RecordBatch]) -> Iterator[dict[str, pa.Table]]:
    """Whole buckets out of a partition's packs, so many that their rows are worth a pass; by table the rows of each."""
    tables: dict[str, list[pa.RecordBatch]] = {}
    rows, last = 0, None
    for batch in batches:
        for bucket, name, pack in zip(*(batch.column(at).to_pylist() for at in (0, 1, 4)), strict=True):
            if bucket != last and rows >= GROUP:
                yield _whole(tables)
                tables, rows = {}, 0
            taken = pa.ipc.open_stream(pack).read_next_batch()
            tables.setdefault(name, []).append(taken)
            rows, last = rows + taken.num_rows, bucket
    yield _whole(tables)


def _whole(tables: dict[str, list[pa.RecordBatch]]) -> dict[str, pa.Table]:
    return {name: pa.Table.from_batches(parts) for name, parts in tables.items()}


def own_history(found: Mapping[str, pa.Table], shared: Shared, asked: ScoringOptions) -> History:
    """The history of a bucket, checked as files are.

    Raises
    ------
    RowsError
        With every fault of the bucket's rows.
    """
    frames = {name: _raw(name, found.get(name), shared) for name in shared.empty}
    tables = checked_history(History(frames, shared.invented), asked.bundle.catalogue, shared.mapping, part=True)
    if not shared.selected:
        return tables
    posts = tables.frames["posts"]
    return replace(tables, frames=tables.frames | {"posts": posts.assign(selected=posts["selected"].fillna(False))})


def _raw(name: str, rows: pa.Table | None, shared: Shared) -> pd.DataFrame:
    """A bucket's rows of a table and those that every bucket has, none of these twice."""
    own = shared.empty[name] if rows is None else plain_frame(rows)
    if name not in shared.everywhere:
        return own
    both = pd.concat([own, shared.everywhere[name]], ignore_index=True) if len(own) else shared.everywhere[name]
    return both[~both.duplicated() | (np.arange(len(both)) < len(own))]

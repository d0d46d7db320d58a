"""Somebody's files as checked tables: canonical names and types, or every fault of every file at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from predictor.definitions.closed_lists import TABLES
from predictor.definitions.schema import Catalogue
from predictor.definitions.strict_yaml import read_yaml
from predictor.errors import DefinitionError, Fault, RowsError
from predictor.intake.aliases import alias_faults, under_current_ids
from predictor.intake.budgets import read_budget
from predictor.intake.disclosure import with_disclosures
from predictor.intake.mapping import Mapping, rename
from predictor.intake.reader import LARGE, Given, accepted_titles, check_table, read_columns, read_table, read_theirs
from predictor.intake.row_checks import SHOWN, across, half_assumed, in_the_future, no_prices, nobody, wrong_order, wrong_orders
from predictor.tables.files import READS
from predictor.tables.frames import Columns, History, Rows, as_frame
from predictor.wording.matching import fold
from predictor.wording.sentences import Said

Reader = Callable[[Path, str, Catalogue, Mapping, list[Fault]], pd.DataFrame]
HISTORY = tuple(table for table in TABLES if table != "candidates")
DERIVED = ["sponsored_source"]  # columns that reading itself adds
FLAT = ("platform", "booked_at")  # what a flat file of bookings must have, besides an outcome


def read_tables(source: Path, catalogue: Catalogue, mapping: Mapping | None = None) -> History:
    """Read a history: a folder of tables, or one flat file of bookings that carries the creators' attributes itself.

    Raises
    ------
    RowsError
        With every fault of every file.
    """
    faults: list[Fault] = []
    mapping = mapping or Mapping()
    if source.is_dir():
        invented = is_invented(source, faults)
        frames = _folder(source, catalogue, mapping, faults, invented)
    else:
        raw, invented = read_theirs(source, catalogue, mapping), False
        frames = {"bookings": _flat(raw, source.name, catalogue, mapping, faults)}
        faults += across(frames, {"bookings": source.name})
    _raise_any(faults)
    return _history(frames, catalogue, invented)


def history_files(folder: Path, mapping: Mapping, faults: list[Fault], folders: bool = False) -> dict[str, Path]:
    """The file of each table of a DATA folder; with `folders` a table may be a folder of Parquet, as Spark writes it."""
    files: dict[str, Path] = {}
    for table in HISTORY:
        stem = mapping.of(table).file or table
        found = [folder / f"{stem}{suffix}" for suffix in READS if (folder / f"{stem}{suffix}").is_file()]
        parts = [one for one in (folder / stem,) if _holds(one, (".parquet",))]
        parts += [one for one in (folder / f"{stem}.parquet",) if one.is_dir()]
        if len(found + parts) > 1:
            names = ", ".join(one.name for one in found + parts)
            faults.append(Fault.of(folder.name, Said("two_files", {"files": names, "name": table})))
        elif parts and not folders:
            faults.append(Fault.of(folder.name, Said("table_in_parts", {"name": parts[0].name})))
        elif not found + parts and _holds(folder / stem, READS):
            faults.append(Fault.of(folder.name, Said("table_in_other_parts", {"name": stem})))
        if found or (parts and folders):
            files[table] = [*found, *parts][0]
    if not files:
        faults.append(Fault.of(str(folder), Said("no_tables", {"tables": ", ".join(HISTORY), "suffixes": ", ".join(READS)})))
    return files


def _holds(folder: Path, suffixes: tuple[str, ...]) -> bool:
    """Whether this is a folder with files of these kinds."""
    return any(one.suffix.lower() in suffixes for one in folder.rglob("*"))


def _numbers(raw: pd.DataFrame) -> pd.RangeIndex:
    """The rows' numbers as people see them."""
    return pd.RangeIndex(2, len(raw) + 2)


def frame_of(source: Any, catalogue: Catalogue, mapping: Mapping | None = None) -> pd.DataFrame:
    """A table as it was given: a path, a pandas frame, or whatever speaks Arrow (Polars, DuckDB relations, Arrow tables)."""
    if isinstance(source, Path | str):
        return read_theirs(Path(source), catalogue, mapping or Mapping())
    return as_frame(source)


def checked_history(tables: History, catalogue: Catalogue, mapping: Mapping | None = None, part: bool = False) -> History:
    """A history whose frames have been read by the contract, as files are; one that `read_tables` made comes back as it is.

    Where frames hold a `part` of the rows, no column settles what its cells leave open.

    Raises
    ------
    RowsError
        With every fault of every table; the first row of a frame is row 2, as below the titles of a file.
    """
    if tables.checked:
        return tables
    mapping = mapping or Mapping()
    faults = [
        Fault(name, f"is no table of a history; allowed: {', '.join(HISTORY)}.") for name in tables.frames if name not in HISTORY
    ]
    raw = {name: frame.drop(columns=DERIVED, errors="ignore") for name, frame in tables.frames.items() if name in HISTORY}
    if set(raw) == {"bookings"} and "platform" in raw["bookings"]:
        frames = {"bookings": _flat(raw["bookings"], "bookings", catalogue, mapping, faults, part)}
        faults += across(frames, {"bookings": "bookings"})
    else:
        read: dict[str, pd.DataFrame] = {
            str(name): read_table(frame, name, name, catalogue, mapping, faults, rows=_numbers(frame) if part else None)
            for name, frame in raw.items()
        }
        frames = _together(read, {name: name for name in read}, faults, tables.invented)
    _raise_any(faults)
    return _history(frames, catalogue, tables.invented)


def _history(frames: dict[str, pd.DataFrame], catalogue: Catalogue, invented: bool) -> History:
    if "posts" in frames and "caption" in frames["posts"]:
        frames["posts"] = with_disclosures(frames["posts"], catalogue.disclosures)
    return History({table: frame.reset_index(drop=True) for table, frame in frames.items()}, invented, checked=True)


def read_candidates(path: Path, catalogue: Catalogue, mapping: Mapping | None = None) -> pd.DataFrame:
    """Read a candidate list; whatever is known only after booking is refused, for a forecast that saw it would be worthless."""
    return candidates_from(read_theirs(path, catalogue, mapping or Mapping()), path.name, catalogue, mapping)


def candidates_from(raw: pd.DataFrame, file: str, catalogue: Catalogue, mapping: Mapping | None = None) -> pd.DataFrame:
    """A candidate list that is at hand as it was typed; see `read_candidates`."""
    faults: list[Fault] = []
    frame = _candidates(raw, file, catalogue, mapping or Mapping(), faults)
    _raise_any(faults)
    return frame.reset_index(drop=True)


def candidate_faults(rows: Rows, file: str, catalogue: Catalogue, shown: int | None = SHOWN) -> list[Fault]:
    """What is wrong between the columns of candidates, their index being the row numbers that people see."""
    rows = Columns.of(rows)
    between = wrong_orders(rows, file, shown)
    return nobody(rows, file, shown) + no_prices(rows, file, shown) + between + half_assumed(rows, file, catalogue)


def good_candidates(given: Given, file: str, catalogue: Catalogue, mapping: Mapping | None = None) -> tuple[Columns, list[Fault]]:
    """The candidates that can be used, and every fault of the others.

    Raises
    ------
    RowsError
        Where the columns themselves are at fault.
    """
    faults: list[Fault] = []
    found = read_columns(given, "candidates", file, catalogue, mapping or Mapping(), faults, shown=None, settles=False)
    faults += candidate_faults(found, file, catalogue, shown=None)
    _raise_any([fault for fault in faults if fault.row is None])
    faults.sort(key=lambda fault: fault.row or 0)
    good = np.flatnonzero(~found.index.isin([fault.row for fault in faults])) if faults else None
    return (found if good is None else found.take(good)), faults


def read_brief(path: Path, catalogue: Catalogue) -> dict[str, Any]:
    """Read a campaign's brief (YAML): the columns of `campaigns`, with money and dates typed as in any table."""
    return brief_from(_yaml(path, as_text=True), path.name, catalogue)


def brief_from(content: Any, file: str, catalogue: Catalogue) -> dict[str, Any]:
    """A campaign's brief that is at hand as it was typed; see `read_brief`."""
    columns = catalogue.columns("campaigns")
    if not isinstance(content, dict) or not content:
        came = "" if content is None else str(content)
        raise RowsError([Fault.of(file, Said("brief_no_lines", {"came": came, "allowed": ", ".join(columns)}))])
    titles, typed = accepted_titles(columns), {str(key): value for key, value in content.items()}
    budgets = [key for key, value in typed.items() if titles.get(fold(key)) == "budget" and value is not None]
    amounts = {key: typed.pop(key) for key in budgets}
    raw = pd.DataFrame({key: pd.Series([value], dtype=object) for key, value in typed.items()}, index=[0])
    faults: list[Fault] = []
    frame = read_table(raw, "campaigns", file, catalogue, Mapping(), faults, required=())
    faults += wrong_order(frame, file, "starts_on", "ends_on", Said("order_campaign"))
    found = {str(name): one.iloc[0] for name, one in frame.astype(object).items() if len(one) and one.notna().all()}
    stated = {str(name): found.get(name) for name in ("budget", "currency")}
    for key, amount in amounts.items():
        stated["budget"], stated["currency"] = read_budget(amount, stated["currency"], f"{file}: {key}", catalogue, faults)
    _raise_any([replace(fault, row=None) for fault in faults])
    return found | {name: value for name, value in stated.items() if value is not None}


def check(paths: Iterable[Path], catalogue: Catalogue, mapping: Mapping | None = None, large: int = LARGE) -> list[Fault]:
    """Every fault of DATA folders, table files, candidate lists and briefs; tables of `large` bytes a column at a time."""
    faults: list[Fault] = []
    for path in paths:
        try:
            if path.is_dir():
                invented = is_invented(path, faults)
                _folder(path, catalogue, mapping or Mapping(), faults, invented, partial(check_table, large=large))
            elif path.suffix.lower() in (".yaml", ".yml"):
                read_brief(path, catalogue)
            else:
                _check_file(path, catalogue, mapping or Mapping(), faults, large)
        except RowsError as problem:
            faults += problem.faults
    return faults


def _whole(path: Path, table: str, catalogue: Catalogue, mapping: Mapping, faults: list[Fault]) -> pd.DataFrame:
    return read_table(read_theirs(path, catalogue, mapping), table, path.name, catalogue, mapping, faults)


def _folder(
    folder: Path, catalogue: Catalogue, mapping: Mapping, faults: list[Fault], invented: bool, read: Reader = _whole
) -> dict[str, pd.DataFrame]:
    frames: dict[str, pd.DataFrame] = {}
    files = history_files(folder, mapping, faults)
    for table, path in files.items():
        try:
            frames[table] = read(path, table, catalogue, mapping, faults)
        except RowsError as problem:
            faults += problem.faults
    return _together(frames, {table: path.name for table, path in files.items()}, faults, invented)


def _together(
    frames: dict[str, pd.DataFrame], names: dict[str, str], faults: list[Fault], invented: bool
) -> dict[str, pd.DataFrame]:
    """Tables that have been read one by one, with what is wrong between them, under the ids that creators have today, and ids
    where rows have none."""
    faults += alias_faults(frames, names)
    frames = under_current_ids(frames)
    faults += across(frames, names)
    if not invented:
        faults += in_the_future(frames, names)
    if "bookings" in frames:
        faults += nobody(frames["bookings"], names["bookings"])
        frames["bookings"] = _with_ids(frames["bookings"])
    if "posts" in frames and {"creator_id", "published_at"} <= {*frames["posts"]}:
        frames["posts"] = with_post_ids(frames["posts"])
    return frames


def _flat(
    raw: pd.DataFrame, file: str, catalogue: Catalogue, mapping: Mapping, faults: list[Fault], part: bool = False
) -> pd.DataFrame:
    frame = read_table(raw, "bookings", file, catalogue, mapping, faults, required=FLAT, rows=_numbers(raw) if part else None)
    outcomes = _outcomes(catalogue)
    if not set(outcomes) & {*frame}:
        faults.append(Fault.of(file, Said("no_outcome", {"outcomes": ", ".join(outcomes)})))
    return _with_ids(frame)


def _with_ids(bookings: pd.DataFrame) -> pd.DataFrame:
    """Bookings that name no booking or account are each their own."""
    own = pd.Series(bookings.index.astype(str), index=bookings.index, dtype="str")
    for name in ("booking_id", "creator_id"):
        bookings[name] = bookings[name].fillna(own) if name in bookings else own
        own = bookings[name]
    if "campaign_id" not in bookings:
        bookings["campaign_id"] = pd.Series(None, index=bookings.index, dtype="str")
    return bookings


def with_post_ids(posts: pd.DataFrame) -> pd.DataFrame:
    """Posts with an id each; one that has none goes by its creator and time, the same in every export that holds the post.

    >>> days = pd.to_datetime(["2026-05-02 19:30", "2026-05-09 00:00"])
    >>> list(with_post_ids(pd.DataFrame({"creator_id": "linh", "published_at": days}))["post_id"])
    ['linh@2026-05-02T19:30:00', 'linh@2026-05-09T00:00:00']
    """
    if "post_id" in posts and posts["post_id"].notna().all():
        return posts
    times = posts["published_at"].map(lambda time: time.isoformat(), na_action="ignore").astype("str")
    own = posts["creator_id"].astype("str").str.cat(times, sep="@")
    again = own.groupby(own).cumcount()
    own = own.where(again == 0, own + "#" + (again + 1).astype(str))
    given = posts["post_id"].astype("str").fillna(own) if "post_id" in posts else own
    return posts.assign(post_id=given)


def _outcomes(catalogue: Catalogue) -> list[str]:
    columns = catalogue.columns("bookings").items()
    return [name for name, entry in columns if entry.known == "after_booking" and entry.type in ("count", "money")]


def _candidates(raw: pd.DataFrame, file: str, catalogue: Catalogue, mapping: Mapping, faults: list[Fault]) -> pd.DataFrame:
    frame = read_table(raw, "candidates", file, catalogue, mapping, faults)
    faults += candidate_faults(frame, file, catalogue)
    return frame


def _check_file(path: Path, catalogue: Catalogue, mapping: Mapping, faults: list[Fault], large: int) -> None:
    """A file's name tells its table; otherwise outcomes tell bookings from candidates."""
    named = next((table for table in TABLES if path.stem == (mapping.of(table).file or table)), None)
    if named not in (None, "bookings", "candidates"):
        alone: dict[str, pd.DataFrame] = {named: check_table(path, named, catalogue, mapping, faults, large)}
        faults += alias_faults(alone, {str(named): path.name}) + across(alone, {str(named): path.name})
        return
    raw = read_theirs(path, catalogue, mapping)
    table = named or "bookings"
    titles = {accepted_titles(catalogue.columns(table)).get(fold(title)) for title in rename(raw, table, mapping).columns}
    if table == "bookings" and (set(_outcomes(catalogue)) & titles if named is None else "platform" in titles):
        faults += across({"bookings": _flat(raw, path.name, catalogue, mapping, faults)}, {"bookings": path.name})
    elif named == "bookings":
        faults += across({table: read_table(raw, table, path.name, catalogue, mapping, faults)}, {table: path.name})
    else:
        _candidates(raw, path.name, catalogue, mapping, faults)


def is_invented(folder: Path, faults: list[Fault]) -> bool:
    """Whether a DATA folder says that what it holds is invented."""
    about = folder / "about.yaml"
    content = _yaml(about) if about.is_file() else {}
    said = content.get("invented", False) if isinstance(content, dict) else content
    if not isinstance(said, bool):
        faults.append(Fault(about.name, f"got {said!r}; expected `invented: true` or `invented: false`; correct it."))
    return said is True


def _yaml(path: Path, as_text: bool = False) -> Any:
    try:
        return read_yaml(path, as_text=as_text)
    except DefinitionError as problem:  # a person's file, reported like the tables beside it
        raise RowsError(problem.given(path.name)) from None


def _raise_any(faults: list[Fault]) -> None:
    if faults:
        raise RowsError(faults)

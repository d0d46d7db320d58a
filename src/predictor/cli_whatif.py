"""The command `predictor whatif`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pandas as pd

from predictor.cli_lineup import shocks_behind
from predictor.cli_options import (
    PathArgument,
    as_json_text,
    lang_option,
    mapping_of,
    mapping_option,
    project_option,
    read_history,
    seed_option,
)
from predictor.tables import Fault, RowsError


@click.command()
@click.argument("candidates", type=PathArgument)
@click.option("--goal", type=click.Choice(["awareness", "engagement", "traffic", "sales"]), required=True, help="What counts.")
@click.option("--set", "changes", multiple=True, metavar="COLUMN=VALUE", help="What changes, such as fee=50tr or posts=2.")
@click.option("--row", "rows", multiple=True, type=click.IntRange(2), help="Row of the file that changes (default: all).")
@click.option("--swap-for", metavar="TIER", help="Instead: the one --row against the best of this tier for its fee.")
@click.option("--number", type=click.IntRange(1), help="How many come in a swap (default: as many as the fee buys).")
@click.option("--campaign", type=PathArgument, help="YAML with the brief: brand, niche, goal, country, dates, budget.")
@click.option("--history", type=PathArgument, help="DATA folder to read the creators' records from.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Day the forecast is made (default: today).")
@click.option("--model", type=PathArgument, help="Folder of a bundle to use instead of the champion.")
@lang_option
@seed_option
@project_option
@mapping_option
@click.option("--json", "as_json", is_flag=True, help="Print machine-readable JSON instead of text.")
def whatif(
    candidates: Path, goal: str, changes: tuple[str, ...], rows: tuple[int, ...], swap_for: str | None, number: int | None,
    campaign: Path | None, history: Path | None, on: Any, model: Path | None, lang: str, seed: int, project: Path | None,
    mapping: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """What if a booking's fee, format, number of posts, day or ad density changed, or one KOL gave way to many small ones?"""
    from predictor.bundle import load_bundle
    from predictor.contract import candidates_from, read_brief
    from predictor.overlap_file import load_assumption
    from predictor.registry import load_champion, store_folder
    from predictor.score import score
    from predictor.tables import read_frame
    from predictor.whatif import swap, what_if
    from predictor.whatif_words import as_data, in_words

    if bool(changes) == (swap_for is not None) or (swap_for is not None and len(rows) != 1):
        raise RowsError([Fault("whatif", "say what changes: --set fee=50tr (with --row 3), or one --row with --swap-for micro.")])
    bundle = load_bundle(model) if model is not None else load_champion(store_folder(project))
    meant = mapping_of(mapping, bundle.catalogue)
    raw = read_frame(candidates)
    before = candidates_from(raw, candidates.name, bundle.catalogue, meant)
    brief = read_brief(campaign, bundle.catalogue) if campaign is not None else {}
    asked: dict[str, Any] = {
        "brief": brief, "history": read_history(history, bundle.catalogue, mapping) if history is not None else None,
        "on": pd.Timestamp(on) if on is not None else None,
    }  # fmt: skip
    tied = {"shocks": shocks_behind(bundle, goal), "assumption": load_assumption(project), "seed": seed}
    if swap_for is not None:
        found = swap(score(before, bundle, **asked), goal, bundle.catalogue, rows[0], swap_for, number, **tied)
    else:
        after = candidates_from(_with(raw, changes, rows), candidates.name, bundle.catalogue, meant)
        which = [row - 2 for row in rows] or list(range(len(before)))
        found = what_if(before.iloc[which], after.iloc[which], bundle, goal, lang=lang, **asked, **tied)
    click.echo(as_json_text(as_data(found)) if as_json else in_words(found, bundle.catalogue, lang))


def _with(raw: pd.DataFrame, changes: tuple[str, ...], rows: tuple[int, ...]) -> pd.DataFrame:
    """The file as it would read with the values typed in place of its own."""
    beyond = [row for row in rows if row > len(raw) + 1]
    wrong = [change for change in changes if "=" not in change]
    faults = [Fault("--row", f"got {row}; the file's rows are 2 to {len(raw) + 1}.") for row in beyond]
    faults += [Fault("--set", f"got '{change}'; write a column and a value, such as fee=50tr.") for change in wrong]
    if faults:
        raise RowsError(faults)
    changed = raw.astype(object)
    for change in changes:
        column, _, value = change.partition("=")
        if column not in changed:
            changed[column] = None
        changed.loc[[row - 2 for row in rows] if rows else changed.index, column] = value or None
    return changed

"""Measure every promise and print it beside what was asked: `make judge`."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import click
import pandas as pd

from acceptance import invented, real
from acceptance.ages import ages
from acceptance.alignment import alignment
from acceptance.cold_start import cold_start
from acceptance.decisions import decisions
from acceptance.disclosure import disclosure
from acceptance.measure import Bar
from acceptance.newcomers import newcomers
from acceptance.persons import persons
from acceptance.prices import prices
from acceptance.rosters import rosters
from acceptance.totals import totals

ON_FILES = ("indonesia", "cold_start", "ads", "rosters", "newcomers", "ages")  # measured on public data that has to be there
BARS: dict[str, Callable[..., list[Bar]]] = {
    "indonesia": real.indonesia, "cold_start": cold_start, "ads": real.ads, "agencies": invented.agencies,
    "funnel": invented.funnel,
    "no_harm": invented.no_harm, "kols": invented.kols, "alignment": alignment, "disclosure": disclosure, "prices": prices,
    "totals": totals, "decisions": decisions, "rosters": rosters, "newcomers": newcomers,
    "ages": ages, "persons": persons,
}  # fmt: skip
QUICK_WORLDS = {"funnel": 8, "decisions": 3, "persons": 1}  # invented agencies for a first look
SAYS = {True: "holds", False: "DOES NOT HOLD", None: ""}


def main() -> None:
    """Run the bars asked for, telling progress on standard error."""
    asked = argparse.ArgumentParser(prog="make judge", description=__doc__)
    asked.add_argument(
        "--data", type=Path, default=Path(__file__).parents[3] / "shared" / "data", help="folder of the public data sets"
    )
    asked.add_argument("--only", nargs="*", choices=BARS, help="some of the bars")
    asked.add_argument("--quick", action="store_true", help="funnel, decisions, persons: few invented agencies, for a first look")
    asked.add_argument("--worlds", type=int, help="funnel, decisions, persons: how many invented agencies, whatever is usual")
    options = asked.parse_args()
    for name in options.only or BARS:
        began = time.perf_counter()
        if name in ON_FILES and not options.data.is_dir():
            click.echo(f"{name}: left out, because {options.data} is not there; name it with --data.", err=True)
            continue
        worlds = options.worlds or (QUICK_WORLDS.get(name) if options.quick else None)
        settings = {"worlds": worlds} if worlds and name in QUICK_WORLDS else {}
        found = BARS[name](options.data) if name in ON_FILES else BARS[name](**settings)
        click.echo(f"{name}: measured in {time.perf_counter() - began:.0f} s", err=True)
        rows = [(one.what, one.measured, one.asked, SAYS[one.holds]) for one in found]
        table = pd.DataFrame(rows, columns=["what", "measured", "asked", ""])
        click.echo(table.to_string(index=False, justify="left") + "\n")


if __name__ == "__main__":
    main()

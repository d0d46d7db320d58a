"""The command `predictor page`: the planner's page, on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from predictor.cli_options import PathArgument, project_option
from predictor.tables import Fault, RowsError


@click.command("page")
@click.option("--history", type=PathArgument, help="DATA folder to read the creators' records from.")
@click.option("--model", type=PathArgument, help="Folder of a bundle to use instead of the champion.")
@click.option("--work", type=PathArgument, help="Folder that keeps saved plans (default: .predictor in the project).")
@click.option("--port", type=click.IntRange(1, 65535), default=8080, show_default=True, help="Port to listen on.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; any other needs --password.")
@click.option("--password", envvar="PREDICTOR_PASSWORD", help="Ask for it (user: planner); also read from PREDICTOR_PASSWORD.")
@click.option("--show/--no-show", default=True, show_default=True, help="Open the page in the browser.")
@project_option
def page_(
    history: Path | None, model: Path | None, work: Path | None, port: int, host: str, password: str | None, show: bool,
    project: Path | None,
) -> None:  # fmt: skip
    """Open the planner's page: brief, candidates, comparison, line-up, files to send."""
    from predictor.page import LOOPBACK, run

    if host not in LOOPBACK and not password:
        problem = "listens beyond this machine; give a --password as well, or leave --host out."
        raise RowsError([Fault("--host", f"got '{host}', which {problem}")])
    run(project, history, model, host, port, password, show, work=work)

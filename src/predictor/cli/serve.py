"""The command `predictor serve`: the champion over HTTP, asked as MLflow's servers are, on this machine."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from predictor.cli.options import PathArgument, bundle_to_score, project_option, read_history
from predictor.errors import Fault, RowsError

TYPED = "typed"  # what --password stands for without a value


def _password(_context: click.Context, _option: click.Parameter, given: str | None) -> str | None:
    """The password typed here, or the environment's; one in the command would be seen in the list of processes."""
    if given is None:
        return os.environ.get("PREDICTOR_PASSWORD") or None
    if given is not TYPED:
        problem = (
            "takes no value: other users of this machine see it in the list of processes. Leave the value out and type it when "
            "asked, or set PREDICTOR_PASSWORD."
        )
        raise RowsError([Fault("--password", problem)])
    return str(click.prompt("Password for the user planner", hide_input=True, err=True))


password_option = click.option(
    "--password", is_flag=False, flag_value=TYPED, callback=_password, metavar="",
    help="Ask for a password (user: planner): typed when this starts, or taken from PREDICTOR_PASSWORD.",
)  # fmt: skip

# The command `predictor page`: the planner's page, on this machine.


@click.command("page")
@click.option("--history", type=PathArgument, help="DATA folder to read the creators' records from.")
@click.option("--model", type=PathArgument, help="Folder of a bundle to use instead of the champion.")
@click.option("--work", type=PathArgument, help="Folder that keeps saved plans (default: .predictor in the project).")
@click.option("--port", type=click.IntRange(1, 65535), default=8080, show_default=True, help="Port to listen on.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; any other needs --password.")
@password_option
@click.option("--show/--no-show", default=True, show_default=True, help="Open the page in the browser.")
@project_option
def page_(
    history: Path | None, model: Path | None, work: Path | None, port: int, host: str, password: str | None, show: bool,
    project: Path | None,
) -> None:  # fmt: skip
    """Open the planner's page: brief, candidates, comparison, line-up, files to send."""
    from predictor.page.app import LOOPBACK, run

    if host not in LOOPBACK and not password:
        problem = "listens beyond this machine; give a --password as well, or leave --host out."
        raise RowsError([Fault("--host", f"got '{host}', which {problem}")])
    address = f"http://{_as_written(host)}:{port}"
    run(
        project,
        history,
        model,
        host,
        port,
        password,
        show,
        work,
        lambda: click.echo(f"The page is at {address}"),
    )


@click.command()
@click.option("--model", type=PathArgument, help="Folder of a bundle to use instead of the champion.")
@click.option("--history", type=PathArgument, help="DATA folder to read the creators' records from; read once, at the start.")
@click.option("--port", type=click.IntRange(0, 65535), default=5001, show_default=True, help="Port to listen on; 0 takes any.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; any other needs --password.")
@password_option
@project_option
def serve(model: Path | None, history: Path | None, port: int, host: str, password: str | None, project: Path | None) -> None:
    """Score over HTTP: JSON records or CSV in, the columns of `predictor score` out."""
    from predictor.serving.access import NAMES
    from predictor.serving.server import listen, run

    if host not in NAMES and not password:
        problem = "listens beyond this machine; give a --password as well, or leave --host out."
        raise RowsError([Fault("--host", f"got '{host}', which {problem}")])
    with listen(host, port) as listening:
        bundle = bundle_to_score(model, project)
        tables = read_history(history, bundle.catalogue, None) if history is not None else None
        taken = listening.getsockname()[1]
        address = f"http://{_as_written(host)}:{taken}"
        click.echo(f"The model ({bundle.provenance.version_label}) answers at {address}; Ctrl-C ends it. Try:")
        click.echo(example(address, "planner" if password else None, next(iter(bundle.provenance.platforms.values()))[0]))
        if bundle.invented or (tables is not None and tables.invented):
            click.echo("INVENTED DATA: these figures come from a simulated agency.")
        try:
            run(bundle, listening, host, password, tables)
        except KeyboardInterrupt:
            click.echo("The server has ended; requests under way were answered first.")


def _as_written(host: str) -> str:
    """A host as addresses hold it."""
    return f"[{host}]" if ":" in host else host


def example(address: str, user: str | None, platform: str) -> str:
    """A command for the shell that asks for one forecast."""
    asked = {"dataframe_records": [{"platform": platform, "followers": 52_000}], "params": {"why": "en"}}
    known = f" --user {user}" if user else ""
    return f"curl{known} {address}/invocations -H 'Content-Type: application/json' -d '{json.dumps(asked)}'"

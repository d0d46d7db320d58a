"""Does bad luck leave anything broken? `make soak`, or `python -m soak [SECONDS] [--seed N]` here.

For some minutes real commands are killed at random moments, started two at once, and left without room on the disk. After each
the rules of docs/operations.md are looked at: what has a final name is whole, no process lives on, and the same command works
when it is started again. What broke a rule is printed as BROKEN with its place, and the figures at the end.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import url2pathname

import openpyxl
import pandas as pd

from builders import copy_definitions
from predictor.bundle import load_bundle
from predictor.planning.store import Store
from predictor.registry.runs import store_folder
from predictor.registry.tracking_store import FILE

CODE = "from predictor.cli.main import main; main()"
PATIENCE = 300  # seconds that any command may take
LINGER = 5  # seconds within which whatever a killed command started has ended
SAVE = """
import sys; from pathlib import Path; from predictor.planning.store import Conflict, Store
store, number = Store(Path(sys.argv[1])), 0
work = store.save("work", "soak", {"rows": ["x" * 1000] * 200, "number": 0})
while number < 400:
    number += 1
    work = store.save("work", "soak", {"rows": ["x" * 1000] * 200, "number": number}, id=work.id, version=work.version)
"""


@dataclass
class Soak:
    """A folder with a project, an agency and lists; what was done so far, and what was found broken."""

    folder: Path
    rng: random.Random
    done: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    def count(self, what: str, problems: list[str]) -> None:
        """Note that something was tried, and what it broke."""
        self.done[what] += 1
        self.broken += [f"{what}: {problem}" for problem in problems]
        for problem in problems:
            print(f"BROKEN  {what}: {problem}", flush=True)  # noqa: T201


@dataclass(frozen=True)
class Command:
    """A command of the program (or, of the page's store, a script), where it writes, and what must hold of that."""

    name: str
    arguments: Callable[[Path], list[object]]
    check: Callable[[Path], list[str]]

    def start(self, place: Path, room: int | None = None) -> subprocess.Popen[str]:
        """Start it in a process group of its own; with `room` no file grows beyond so many bytes, as on a full disk."""
        code, *arguments = self.arguments(place)
        return subprocess.Popen(
            [sys.executable, "-c", str(code), *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True,
            preexec_fn=None if room is None else lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),  # noqa: PLW1509
        )  # fmt: skip


def commands(soak: Soak) -> list[Command]:
    """What is killed, doubled and left without room; each writes below a place of its own."""
    folder, model = soak.folder, soak.folder / "model"
    scored, imported = (_bytes(folder / "reference" / name) for name in ("scored", "imported"))

    def train(place: Path) -> list[object]:
        return [CODE, "train", folder / "bookings.csv", "--project", _project(place), "--jobs", 2]

    def score(place: Path) -> list[object]:
        streamed = ("--stream-from", 1, "--workers", 2)
        return [CODE, "score", folder / "list.csv", "--model", model, "--on", "2026-07-01", *streamed, "-o", place / "scored.csv"]

    def plan(place: Path) -> list[object]:
        given = (folder / "reference" / "scored" / "scored.csv", "--goal", "engagement", "--budget", "90tr")
        return [CODE, "lineup", *given, "-o", place / "plan.xlsx"]

    def import_(place: Path) -> list[object]:
        return [CODE, "import", folder / "world" / "quotes.xlsx", "-o", place / "imported"]

    return [
        Command("train", train, _store_is_whole),
        Command("score", score, lambda place: _as_reference(place, scored)),
        Command("import", import_, lambda place: _as_reference(place / "imported", imported)),
        Command("lineup", plan, lambda place: [] if not (place / "plan.xlsx").exists() else _readable(place / "plan.xlsx")),
        Command("save of the page", lambda place: [SAVE, place / "work.db"], _plans_are_whole),
    ]


def killed(soak: Soak, command: Command, took: float) -> None:
    """Kill a command at a random moment, look, and run it again in the same place."""
    with _place(soak) as place:
        process = command.start(place)
        try:
            process.wait(soak.rng.uniform(0.0, took))
            moment = "after its end"
        except subprocess.TimeoutExpired:
            moment = "killed"
            process.kill()
            process.wait()
        problems = [*command.check(place), *_living(process.pid)]
        process.stdout.close() if process.stdout else None
        again = command.start(place)
        problems += [*_ended(again, {0}), *command.check(place)]
        soak.done["hidden files left by a kill"] += len([*place.rglob(".*")])
        soak.count(f"{command.name} {moment}", problems)


def without_room(soak: Soak, command: Command) -> None:
    """Run a command where no file can grow beyond a few bytes or some thousand, look, and run it again with room."""
    with _place(soak) as place:
        room = soak.rng.choice([0, 100, 4096, 20_000, 100_000])
        problems = [*_ended(command.start(place, room), {0, 2}), *command.check(place)]
        problems += [*_ended(command.start(place), {0}), *command.check(place)]
        soak.count(f"{command.name} without room", problems)


def together(soak: Soak, first: Command, second: Command) -> None:
    """Start two commands at once in one place: each does its work, or says why not in a sentence."""
    with _place(soak) as place:
        both = [first.start(place), second.start(place)]
        problems = [problem for process in both for problem in _ended(process, {0, 2})]
        problems += [*first.check(place), *_ended(first.start(place), {0})]
        soak.count(f"{first.name} beside {second.name}", problems)


def promoted_beside(soak: Soak, train: Command) -> None:
    """Promote while another training runs on the same store: it does, or says what gates were missed."""
    with _place(soak) as place:
        problems = _ended(train.start(place), {0})
        asked = (CODE, "promote", "--project", place / "project", "--version", 1)
        promote = Command("promote", lambda _: [*asked], _store_is_whole)
        training = train.start(place)
        while training.poll() is None:
            problems += _ended(promote.start(place), {0, 1, 2})
        problems += [*_ended(training, {0}), *_store_is_whole(place)]
        soak.count("promote beside train", problems)


def served_twice(soak: Soak) -> None:
    """Two `serve` of one model, each on its port: both answer and end with Ctrl-C; on one port the second says so."""
    with _place(soak) as place:
        ports = [_free_port(), _free_port()]
        asked = (CODE, "serve", "--model", soak.folder / "model", "--port")
        serve = [Command("serve", lambda _, port=port: [*asked, port], lambda _: []) for port in ports]
        running = [one.start(place) for one in serve]
        problems = [f"serve on port {port} does not answer" for port in ports if not _answers(port)]
        problems += _ended(serve[0].start(place), {2})
        for process in running:
            process.send_signal(signal.SIGINT)
        problems += [problem for process in running for problem in _ended(process, {0, 130})]
        soak.count("two serve", problems)


def _store_is_whole(place: Path) -> list[str]:
    """Whether MLflow's store opens, and every registered version in it has a bundle that can be read."""
    file = store_folder(place / "project") / FILE
    if not file.exists():
        return []
    try:
        with closing(sqlite3.connect(file)) as store:
            problems = [f"mlflow.db: {word}" for (word,) in store.execute("PRAGMA integrity_check") if word != "ok"]
            found = store.execute("SELECT version, storage_location FROM model_versions").fetchall()
    except sqlite3.Error as problem:
        return [f"mlflow.db: {problem}"]
    for version, uri in found:
        for bundle in [*Path(url2pathname(uri.removeprefix("file://"))).rglob("bundle.json")] or [Path("no bundle")]:
            try:
                load_bundle(bundle.parent)
            except Exception as problem:
                problems.append(f"version {version}: {problem}")
    return problems


def _plans_are_whole(place: Path) -> list[str]:
    if not (place / "work.db").exists():
        return []
    try:
        return [f"a plan without rows: {one.id}" for one in Store(place / "work.db").listed() if not one.version]
    except Exception as problem:
        return [f"work.db: {problem}"]


def _as_reference(folder: Path, reference: dict[str, bytes]) -> list[str]:
    """Whether every file with a final name holds what it does when nothing goes wrong."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    visible = [file for file in files if not any(part[0] == "." for part in file.relative_to(folder).parts)]
    return [f"{file.name} is not whole" for file in visible if file.read_bytes() != reference.get(file.name)]


def _readable(path: Path) -> list[str]:
    try:
        openpyxl.load_workbook(path)
    except Exception as problem:
        return [f"{path.name}: {problem}"]
    return []


def _ended(process: subprocess.Popen[str], codes: set[int]) -> list[str]:
    """What is wrong with how a command ended: without end, with a traceback, or by another code."""
    try:
        out, _ = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return [f"no end within {PATIENCE} s"]
    if process.returncode not in codes or "Traceback" in out:
        return [f"code {process.returncode}: {out.strip()[-600:]}"]
    return []


def _living(group: int) -> list[str]:
    """Processes of a group that live on."""
    until = time.monotonic() + LINGER
    while alive := [name for name in os.listdir("/proc") if name.isdigit() and _in_group(int(name), group)]:
        if time.monotonic() > until:
            os.killpg(group, signal.SIGKILL)
            return [f"{len(alive)} processes live on"]
        time.sleep(0.1)
    return []


def _in_group(process: int, group: int) -> bool:
    try:
        state, _, of_group = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[:3]
    except OSError:
        return False
    return int(of_group) == group and state != "Z"


class _place:
    """A folder for one trial, removed after it."""

    def __init__(self, soak: Soak) -> None:
        self.folder = Path(tempfile.mkdtemp(dir=soak.folder))

    def __enter__(self) -> Path:
        return self.folder

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def _bytes(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _answers(port: int) -> bool:
    until = time.monotonic() + 90
    while time.monotonic() < until:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.3)
    return False


def _project(place: Path) -> Path:
    """The shipped definitions with few trees, in a folder of their own."""
    folder = place / "project"
    if not folder.exists():
        aside = place / f"project{os.getpid()}"
        copy_definitions(aside, trees=10).rename(folder)
    return folder


def prepared(folder: Path, seed: int) -> Soak:
    """An invented agency, a model, lists, and what commands write when nothing goes wrong."""

    def run(*arguments: object) -> None:
        subprocess.run([sys.executable, "-c", CODE, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)

    run("simulate", "-o", folder / "world", "--seed", 4, "--creators", 60, "--months", 8)
    rows = pd.read_csv(folder / "world" / "bookings.csv")[["creator_id", "booked_at", "format", "engagements"]].dropna().head(80)
    creators = pd.read_csv(folder / "world" / "creators.csv")[["creator_id", "platform", "followers"]]
    rows.merge(creators, on="creator_id").assign(engagement_rate=0.2).to_csv(folder / "bookings.csv", index=False)
    candidates = pd.read_csv(folder / "world" / "candidates.csv")
    many = pd.concat([candidates] * 40, ignore_index=True)
    many.assign(creator_id=[f"n{row}" for row in range(len(many))]).to_csv(folder / "list.csv", index=False)
    run("train", folder / "bookings.csv", "--project", _project(folder), "--jobs", 2)
    found = next((store_folder(folder / "project") / "artifacts").rglob("bundle.json"))
    shutil.copytree(found.parent, folder / "model")
    soak = Soak(folder, random.Random(seed))
    for command in commands(soak)[1:3]:
        place = folder / "reference" / {"score": "scored", "import": "imported"}[command.name]
        place.mkdir(parents=True)
        for problem in _ended(command.start(place), {0}):
            raise SystemExit(f"{command.name} does not work: {problem}")
    return soak


def trials(soak: Soak, took: dict[str, float]) -> Iterator[None]:
    """One trial after another, without end: each kind in turn."""
    found = commands(soak)
    train = found[0]
    while True:
        for command in found:
            for _ in range(1 if command is train else 4):
                killed(soak, command, took[command.name])
                yield
            without_room(soak, command)
            yield
            together(soak, command, command)
            yield
        promoted_beside(soak, train)
        yield
        served_twice(soak)
        yield


def main() -> None:
    """Soak for the seconds asked; exit code 1 where anything broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seconds", type=float, nargs="?", default=600.0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="soak") as folder:
        soak, took = prepared(Path(folder), asked.seed), {}
        for command in commands(soak):
            with _place(soak) as place:
                began = time.monotonic()
                soak.count(f"{command.name} alone", [*_ended(command.start(place), {0}), *command.check(place)])
                took[command.name] = time.monotonic() - began
        print("seconds alone:", ", ".join(f"{name} {seconds:.1f}" for name, seconds in took.items()), flush=True)  # noqa: T201
        until = time.monotonic() + asked.seconds
        for _ in trials(soak, took):
            if time.monotonic() > until:
                break
    for what, times in sorted(soak.done.items()):
        print(f"{times:5}  {what}")  # noqa: T201
    kills = sum(times for what, times in soak.done.items() if what.endswith(" killed"))
    print(f"{kills} kills, {sum(soak.done.values())} trials, {len(soak.broken)} broken")  # noqa: T201
    sys.exit(bool(soak.broken))


if __name__ == "__main__":
    main()

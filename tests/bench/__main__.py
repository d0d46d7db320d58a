"""Every benchmark, one after another, into docs/benchmarks.md: cd tests && python -m bench [PART ...]; `make bench` runs all.

A part that is named is measured anew and its section replaced; the others stay as they are. Every part is a command of its own in
a process of its own, which prints medians of interleaved runs; the load of the machine stands beside them. Nothing here passes or
fails.
"""

import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from datetime import date
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from bench.streaming import trained

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
PARTS = {  # what a part is given: the model trained on the spot, and the invented data that it learned from
    "start": ["DATA", "MODEL"],
    "fast": ["MODEL"],
    "streaming": ["MODEL"],
    "spark": ["MODEL"],
    "spark_history": ["MODEL"],
    "serving": ["MODEL"],
    "page": ["DATA", "MODEL"],
    "choose": [],
    "risk": [],
    "training": [],
    "history": [],
}
PACKAGES = ("lightgbm", "numba", "numpy", "pandas", "pyarrow", "duckdb", "scikit-learn", "mlflow", "nicegui")
HEAD = """# How fast, how large

Written by `make bench`, on invented data; run it for your own machine's figures. Where several ways are compared they ran in
turn, and a figure is the median of its runs. A section says on which day and machine it was measured.
"""


def machine():
    """This machine in one line: what a figure depends on, and nothing that names it."""
    model = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text()) if Path("/proc/cpuinfo").exists() else None
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{os.cpu_count()} cores ({model[1] if model else platform.machine()}), {memory:.0f} GiB, {platform.system()}; "
        f"Python {platform.python_version()}, {packages}"
    )


def measured(name, given):
    """One part's section: what it prints, or that it ended badly."""
    module = import_module(f"bench.{name}")
    command = [sys.executable, "-m", f"bench.{name}", *(str(given[word]) for word in PARTS[name])]
    begun, load = time.perf_counter(), os.getloadavg()[0]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        lines = []
        for line in running.stdout:
            print(line, end="", flush=True)
            lines.append(line.rstrip())
    if running.returncode:
        lines.append(f"(ended with exit code {running.returncode})")
    title = module.__doc__.splitlines()[0].split(": ")[0].rstrip(".")
    busy = f"load {load:.1f} when it began, {os.getloadavg()[0]:.1f} when it ended"
    took = f"{date.today():%Y-%m-%d}, {machine()}; {busy}; {time.perf_counter() - begun:.0f} s."
    return "\n".join([f"## {title}", "", f"<!-- {name} -->", took, "", "```text", *lines, "```", ""])


def sections(page):
    """The sections of the page as it is, by part."""
    found = re.split(r"(?m)^(?=## )", page)[1:]
    return {re.search(r"<!-- (\w+) -->", section)[1]: section for section in found}


def main(words):
    kept = sections(PAGE.read_text(encoding="utf-8")) if PAGE.exists() else {}
    unknown = [word for word in words if word not in PARTS]
    if unknown:
        raise SystemExit(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    with tempfile.TemporaryDirectory() as name:
        given = {"MODEL": trained(Path(name)), "DATA": Path(name) / "world"}
        for part in words or PARTS:
            print(f"\n{part}", flush=True)
            kept[part] = measured(part, given)
            told = [kept[part].rstrip() + "\n" for part in PARTS if part in kept]
            PAGE.write_text("\n".join([HEAD, *told]), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

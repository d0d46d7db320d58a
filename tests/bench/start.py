"""How soon a command answers, beside Python that imports Click and YAML: cd tests && python -m bench.start DATA MODEL.

Processor time, not time on the clock, of whole processes that run in turn, on one thread each; their modules are compiled once,
in the first round, as an installation has them.
"""

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

import pandas as pd

RUNS = 7
ROWS = 60
COMMAND = "import sys; from predictor.cli.main import main; main(sys.argv[1:])"
LIBRARIES = "import pandas, pyarrow, duckdb, scipy.special"


def seconds(compiled, *words):
    """Processor time of a process of Python, user and system, whose compiled modules are kept in a folder."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    alone = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(compiled)}
    subprocess.run([sys.executable, "-c", *map(str, words)], check=True, env=alone, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(data, model):
    with tempfile.TemporaryDirectory() as scratch:
        few, scored = Path(scratch) / "candidates.csv", Path(scratch) / "scored.csv"
        pd.read_csv(data / "candidates.csv", dtype=str).head(ROWS).to_csv(few, index=False)
        score = ("score", few, "--history", data, "--on", "2026-07-01", "-o", scored, "--model", model)
        ways = {
            'python -c "import click, yaml"': ["import click, yaml"],
            'python -c "import predictor"': ["import predictor"],
            "predictor --help": [COMMAND, "--help"],
            "predictor score --help": [COMMAND, "score", "--help"],
            f'python -c "{LIBRARIES}"': [LIBRARIES],
            f"predictor score, {ROWS} rows with a history": [COMMAND, *score],
            "predictor compare, those rows": [COMMAND, "compare", scored, "--goal", "engagement", "--model", model],
        }
        runs = [[seconds(Path(scratch) / "compiled", *words) for words in ways.values()] for _ in range(RUNS)]
        for way, taken in zip(ways, zip(*runs, strict=True), strict=True):
            print(f"{way}: {median(taken):.2f} s of processor time ({min(taken):.2f} to {max(taken):.2f})", flush=True)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))

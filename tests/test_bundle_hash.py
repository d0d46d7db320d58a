import os
import subprocess
import sys
from pathlib import Path

import pytest

from bundle_hash import bundle_hash
from predictor.bundle import load_bundle, save_bundle

SMALL = ["--creators", "14", "--targets", "engagement", "reach", "--trees", "5"]


def test_a_bundle_read_and_written_again_has_the_same_hash(saved_bundle, tmp_path):
    assert bundle_hash(save_bundle(load_bundle(saved_bundle), tmp_path / "again")) == bundle_hash(saved_bundle)


@pytest.mark.slow
def test_neither_the_order_of_sets_nor_the_number_of_processes_changes_what_is_learned():
    here = Path(__file__).parent
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "bundle_hash", *SMALL, "--jobs", jobs], cwd=here, env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for seed, jobs in (("1", "1"), ("2", "2"))
    ]  # fmt: skip
    (one, faults), (two, _) = (each.communicate(timeout=300) for each in running)
    assert len(one.strip()) == 64 and one == two, faults

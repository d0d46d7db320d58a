"""Whoever waits for a training reads how much longer it takes."""

import re

import pytest

from predictor.definitions.loader import load_catalogue
from predictor.intake.contract import read_tables
from predictor.training.train import judge, time_left


@pytest.mark.parametrize(
    ("seconds", "said"), [(3.0, "10 s"), (44.0, "40 s"), (89.0, "90 s"), (95.0, "2 min"), (3600.0, "60 min")]
)
def test_the_time_left_is_said_in_seconds_and_then_in_minutes(seconds, said):
    assert time_left(seconds) == f", about {said} left"


@pytest.mark.slow
def test_every_line_but_the_last_says_the_time_left(world, project):
    lines, catalogue = [], load_catalogue(project)
    judge(read_tables(world, catalogue), catalogue, targets=["orders", "revenue"], jobs=1, progress=lines.append)
    steps = [line for line in lines if line.startswith("[")]
    assert [line.split("]")[0] for line in steps] == [f"[{number}/6" for number in range(1, 7)]
    assert all(re.search(r"\(\d+ labels, \d+ s\), about \d+ (s|min) left$", line) for line in steps[:-1])
    assert steps[-1].endswith("s)")

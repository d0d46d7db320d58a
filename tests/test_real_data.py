"""What real data says: one set of public Instagram posts, read in place and never copied."""

import numpy as np
import pytest

from builders import CATALOGUE, DATA, REAL
from predictor.intake.contract import read_tables
from predictor.intake.mapping import load_mapping
from predictor.training.train import judge

INDONESIA = REAL / "instagram_indonesia_2020"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not INDONESIA.is_dir(), reason="the real data set is not beside this checkout"),
]


@pytest.fixture(scope="module")
def judged():
    mapping = load_mapping(DATA / "mappings" / "instagram_indonesia_2020.yaml", CATALOGUE)
    return judge(read_tables(INDONESIA, CATALOGUE, mapping), CATALOGUE, jobs=1)


def test_newest_posts_are_forecast_better_than_by_any_simple_rule(judged):
    rows = judged.predictions[judged.predictions["split"] == "time"]
    errors = {
        name: np.abs(np.log1p(rows["actual"]) - np.log1p(rows[name])).mean()
        for name in (
            "p50",
            "followers_x_rate",
            "tier_benchmark",
            "last_10_average",
            "weighted_record",
            "weighted_record_same_format",
        )
    }
    assert errors["p50"] <= 0.605
    assert errors["p50"] == min(errors.values())


def test_the_80_percent_interval_holds_about_80_percent_of_newest_posts(judged):
    rows = judged.predictions[judged.predictions["split"] == "time"]
    assert 0.75 <= rows["actual"].between(rows["p10"], rows["p90"]).mean() <= 0.85


def test_never_seen_creators_are_clearly_harder_and_nothing_is_too_good(judged):
    scores = judged.scores.set_index("split")
    assert scores.loc["new_creators", "error"] > scores.loc["time", "error"]
    assert scores["r2_log"].max() < 0.9


def test_targets_without_outcomes_are_skipped_with_their_reason(judged):
    assert judged.skipped["reach"].startswith("0 rows have a recorded 'reach'")
    assert set(judged.skipped) == {"reach", "clicks", "orders", "revenue"}

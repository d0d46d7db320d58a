import math

import pandas as pd
import pytest

from predictor.evaluation.backtest import by_group


@pytest.fixture(scope="module")
def grouped(training):
    rows = training.backtest.predictions
    newest = rows[(rows["target"] == "engagement") & (rows["split"] == "time")].reset_index(drop=True)
    return newest, by_group(newest, training.bundle.catalogue.recipes["engagement"])


def test_groups_have_enough_rows_and_add_up(grouped):
    newest, groups = grouped
    assert (groups["rows"] >= 20).all()
    assert groups.loc[groups["by"] == "kind", "rows"].sum() == len(newest)
    assert set(groups["by"]) >= {"record", "platform", "tier", "kind", "niche", "format", "source"}


def test_a_group_is_judged_by_its_own_rows(grouped):
    newest, groups = grouped
    video = newest[newest["format"] == "video"]
    row = groups[(groups["by"] == "format") & (groups["group"] == "video")].squeeze()
    assert row["coverage"] == pytest.approx(video["actual"].between(video["p10"], video["p90"]).mean())
    assert row["creators"] == video["creator_id"].nunique()


def test_too_small_groups_are_left_out(grouped, training):
    newest, _ = grouped
    assert by_group(newest.head(10), training.bundle.catalogue.recipes["engagement"]).empty


def test_figures_of_a_group_are_what_a_count_by_hand_says(catalogue):
    recipe = catalogue.recipes["engagement"]
    rows = pd.DataFrame(
        {"actual": [99.0] * 15 + [199.0] * 5, "p10": 49.0, "p50": 99.0, "p90": 149.0, "expected": [90.0, 110.0] * 10}
    )
    rows = rows.assign(**{rule: 199.0 for rule in recipe.rules}, crps=0.5, inside=1.0, creator_id="a", platform="tiktok")
    row = by_group(rows, recipe).set_index("by").loc["platform"]
    assert (row["rows"], row["creators"], row["coverage"], row["coverage_fixed_band"]) == (20, 1, 0.75, 0.75)
    assert row["error"] == pytest.approx(math.log(2) / 4) and row["best_rule_error"] == pytest.approx(math.log(2) * 3 / 4)
    assert row["width"] == pytest.approx(3.0) and row["total"] == pytest.approx(2000 / 2480) and row["crps"] == 0.5

import pandas as pd
import pytest

from builders import phrases
from predictor.errors import RowsError
from predictor.intake.contract import read_candidates
from predictor.planning.lineup import lineup
from predictor.planning.rules import LineupConstraints
from predictor.reporting.lineup_words import caveats
from predictor.scoring.fallback import assumed_forecast
from predictor.scoring.score import score
from predictor.scoring.scored_list import read_scored
from predictor.tables.files import write_frame

PAPER = {"name": "Báo Hư Cấu", "platform": "kakao", "kind": "kol", "format": "article", "fee": 20e6, "currency": "VND"}
OWN = {"assumed_reach_low": 200_000.0, "assumed_reach_high": 800_000.0}


def test_where_no_model_exists_the_own_assumption_enters_with_its_range(bundle):
    unknown = pd.DataFrame([PAPER | OWN, PAPER]).assign(platform="toutiao")
    assert "toutiao" not in bundle.provenance.platforms["reach"]
    found = score(unknown, bundle, on=pd.Timestamp("2026-07-01"), why="en")
    assert found.loc[0, ["reach_p10", "reach_p50", "reach_p90"]].tolist() == pytest.approx([200_000, 400_000, 800_000])
    assert found["reach_assumed"].tolist() == [True, False] and pd.isna(found["reach_expected"][1])
    assert found["reach_note"][0].endswith("your own assumption (likely range 200K to 800K).")


def test_where_a_model_exists_it_answers_instead_of_the_assumption(bundle):
    known = pd.DataFrame([PAPER | OWN | {"platform": "tiktok", "format": "video", "followers": 50_000.0}])
    found = score(known, bundle, on=pd.Timestamp("2026-07-01"))
    assert "reach_assumed" not in found and found["reach_p50"][0] < 200_000


def test_a_total_says_how_much_of_it_is_assumed(bundle, catalogue, tmp_path):
    rows = pd.DataFrame(
        [PAPER | OWN | {"platform": "toutiao"}, PAPER | {"platform": "tiktok", "format": "video", "followers": 5e4}]
    )
    write_frame(score(rows, bundle, on=pd.Timestamp("2026-07-01")), tmp_path / "scored.csv")
    found = lineup(read_scored(tmp_path / "scored.csv", catalogue), "awareness", LineupConstraints(budget=60e6), catalogue)
    assert found.proposed.assumed > 0.8
    said = " ".join(caveats(found, phrases("en")))
    assert "of the reach expected of “Influencers and KOLs” is your own assumption" in said


def test_the_mean_of_an_assumption_lies_above_its_middle(catalogue):
    forecasts = assumed_forecast(pd.DataFrame([OWN]), catalogue.recipes["reach"])
    assert forecasts["expected"][0] == pytest.approx(400_000 * 1.158, rel=0.01)


def test_every_half_assumption_of_a_file_is_told_with_its_row(catalogue, tmp_path):
    rows = [PAPER | {"assumed_reach_low": low, "assumed_reach_high": high} for low, high in ((5, None), (9, 3), (0, 4), (1, 2))]
    pd.DataFrame(rows).to_csv(tmp_path / "list.csv", index=False)
    with pytest.raises(RowsError) as refused:
        read_candidates(tmp_path / "list.csv", catalogue)
    assert [fault.row for fault in refused.value.faults] == [2, 3, 4]
    assert "got 9, 3; an assumption needs both ends, the lower one first and above 0." in str(refused.value)

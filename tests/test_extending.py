"""A data scientist adds a feature, or a target, by changing one file, and finds it everywhere."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest

from predictor.definitions.dictionary import features_page, models_page
from predictor.definitions.loader import load_catalogue
from predictor.forecasting.predict import forecast
from predictor.intake.contract import check, read_candidates, read_tables
from predictor.scoring.score import score
from predictor.tables.files import write_frame
from predictor.training.train import train

pytestmark = pytest.mark.slow  # each trains with definitions of its own
FEATURE = """
  has_manager:
    label: {en: "Has a manager", vi: "Có quản lý"}
    meaning: {en: "An agency answers for the creator.", vi: "Có công ty đại diện."}
    type: flag
    known: before_booking
    tables: [creators, bookings, candidates]
"""
TARGET = """
label: {en: Shares, vi: Lượt chia sẻ}
goal: awareness
outcome: shares
exposure: [followers, posts]
objective: tweedie
features: [creator, booking, activity, match]
known_by: [engagement_rate, reach_rate]
rules:
  followers_x_rate: {benchmark: [platform]}
  tier_benchmark: {benchmark: [platform, tier], shrink: 10, otherwise: followers_x_rate}
parameters: {trees: 40, learning_rate: 0.1, leaves: 7, smallest_leaf: 20}
minimum_labels: 150
cost_per: {units: 1, en: cost per share, vi: chi phí mỗi lượt chia sẻ}
gates: {gain: [-0.5, 1.0], coverage: [0.5, 1.0]}
"""


@pytest.fixture(scope="module")
def extended(project, tmp_path_factory):
    """A project with one feature and one target more: one file changed for each."""
    folder = shutil.copytree(project, tmp_path_factory.mktemp("extended") / "project")
    creator = folder / "features" / "creator.yaml"
    creator.write_text(creator.read_text(encoding="utf-8") + FEATURE, encoding="utf-8")
    (folder / "models" / "shares.yaml").write_text(TARGET, encoding="utf-8")
    for name in ("clicks", "orders", "reach", "revenue"):  # two targets are enough here
        (folder / "models" / f"{name}.yaml").unlink()
    return load_catalogue(folder)


@pytest.fixture(scope="module")
def data(short_world, tmp_path_factory):
    """The invented agency, where creators with a manager bring four times the engagement from now on."""
    folder = shutil.copytree(short_world, tmp_path_factory.mktemp("data") / "world")
    creators = pd.read_csv(folder / "creators.csv", dtype=str)
    managed = np.arange(len(creators)) % 2 == 0
    write_frame(creators.assign(has_manager=np.where(managed, "yes", "no")), folder / "creators.csv")
    posts = pd.read_parquet(folder / "posts.parquet")
    lifted = posts["creator_id"].isin(creators["creator_id"][managed]).to_numpy()
    for count in ("likes", "comments", "shares", "saves"):
        posts[count] = (posts[count].astype(float) * np.where(lifted, 4.0, 1.0)).round()
    write_frame(posts, folder / "posts.parquet")
    return folder


@pytest.fixture(scope="module")
def trained(data, extended):
    return train(read_tables(data, extended), extended, jobs=1)


def test_the_checks_know_the_new_column(data, extended, tmp_path):
    (tmp_path / "list.csv").write_text("platform,Có quản lý\ntiktok,maybe\n", encoding="utf-8")
    faults = [str(fault) for fault in check([tmp_path / "list.csv"], extended)]
    assert len(faults) == 1
    assert faults[0].startswith("list.csv, row 2, column 'Có quản lý': got 'maybe'; allowed: yes, no")
    assert check([data], extended) == []


def test_the_model_sees_and_uses_the_new_column(trained):
    model = trained.bundle.models["engagement"]
    assert "has_manager" in model.design.columns
    gain = dict(zip(model.design.columns, model.cold_start.booster.lightgbm.feature_importance("gain"), strict=True))
    assert gain["has_manager"] > 0


def test_the_dictionary_tells_the_new_column_and_target(extended):
    assert "| `has_manager` | **Has a manager.** An agency answers for the creator." in features_page(extended)
    assert "## `shares` · Shares · Lượt chia sẻ" in models_page(extended)


def test_the_scores_move_with_the_new_column_and_carry_the_new_target(trained, extended, tmp_path):
    (tmp_path / "list.csv").write_text("platform,followers,has_manager\ntiktok,50000,có\ntiktok,50000,không\n", encoding="utf-8")
    told = score(read_candidates(tmp_path / "list.csv", extended), trained.bundle, on=pd.Timestamp("2026-07-01"))
    assert told["engagement_p50"][0] > 1.3 * told["engagement_p50"][1]
    assert (told["shares_p90"] >= told["shares_p10"]).all()


def test_a_new_target_is_judged_like_the_others(trained):
    judged = trained.backtest.scores
    assert set(judged.loc[judged["target"] == "shares", "split"]) >= {"time", "new_creators"}
    assert "error_reference_log_linear" in judged  # which its recipe does not list
    assert json.dumps(trained.bundle.provenance.scores)


def test_an_attribute_table_alone_trains_a_model(extended, tmp_path):
    luck = np.random.default_rng(1)
    size = 1200
    flat = pd.DataFrame(
        {
            "Nền tảng": luck.choice(["TikTok", "Instagram"], size),
            "Người theo dõi": np.round(np.exp(luck.normal(10, 1, size))),
            "booked_at": pd.Timestamp("2025-01-01") + pd.to_timedelta(np.sort(luck.integers(0, 300, size)), unit="D"),
            "ad_density": luck.uniform(0, 0.6, size),
            "niche_alignment": luck.uniform(0, 1, size),
        }
    )
    flat["engagements"] = np.round(flat["Người theo dõi"] * 0.05 * np.exp(-3 * flat["ad_density"] + luck.normal(0, 0.3, size)))
    write_frame(flat, tmp_path / "flat.csv")
    training = train(read_tables(tmp_path / "flat.csv", extended), extended, jobs=1)
    rows = pd.DataFrame({"platform": "tiktok", "followers": 2e4, "ad_density": [0.05, 0.55], "posts": 1.0})
    told = forecast(training.bundle.models["engagement"], rows)["p50"]
    assert told[0] > 2 * told[1]
    assert set(training.backtest.skipped) == {"shares"}

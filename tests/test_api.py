"""Python's door: tables at hand in, a model out, and what it answers."""

import os

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import predictor as pr
from builders import DAY
from predictor.bundle import save_bundle

pytestmark = pytest.mark.slow

ON = "2026-07-01"


@pytest.fixture(scope="module")
def model(bundle, tables):
    return pr.Model(bundle, tables)


@pytest.fixture(scope="module")
def few(candidates):
    return candidates.head(12)


def test_a_model_says_what_it_is_in_three_lines(model):
    first, second, third = repr(model).splitlines()
    assert first == "Model not registered: clicks, engagement, orders, reach, revenue"
    assert second.startswith("learned from ") and "10,025 posts until 2026-06-29" in second and second.endswith("(invented data)")
    assert third.startswith("newest results: 80 % intervals held, gain over the best baseline: clicks ")


def test_several_levels_give_an_interval_each_and_the_wider_holds_the_narrower(model, few):
    out = model.forecast(few, on=ON, levels=[0.5, 0.8, 0.95])
    assert (out["engagement_low_95"] <= out["engagement_low_50"]).all()
    assert (out["engagement_high_50"] <= out["engagement_high_95"]).all()
    pd.testing.assert_series_equal(out["reach_low_80"], out["reach_p10"], check_names=False)
    alone = model.forecast(few, on=DAY, levels=0.95)
    pd.testing.assert_series_equal(alone["orders_high"], out["orders_high_95"], check_names=False)
    with pytest.raises(pr.RowsError, match=r"level: got 95; give a probability above 0 and below 1, such as 0\.9\."):
        model.forecast(few, on=ON, levels=[0.5, 95])


def test_a_distribution_answers_quantiles_in_the_order_of_the_candidates(model, few):
    out, drawn = model.forecast(few, on=ON), model.distribution(few, "reach", on=ON)
    both = drawn.quantile([0.1, 0.9])
    assert both.shape == (12, 2)
    np.testing.assert_array_equal(both, out[["reach_p10", "reach_p90"]])
    np.testing.assert_array_equal(drawn.mean(), out["reach_expected"])
    with pytest.raises(
        pr.RowsError, match="got 'reech'; this model forecasts clicks, engagement, orders, reach, revenue; did you mean 'reach'?"
    ):
        model.distribution(few, "reech")


@pytest.mark.parametrize("target", ["engagement", "orders"])
def test_contributions_add_up_to_the_log_of_the_forecast(model, few, target):
    found = model.contributions(few, target, on=ON)
    assert list(found.index) == list(range(12)) and set(model.bundle.models[target].design.columns) <= set(found)
    expected = model.forecast(few, on=ON)[f"{target}_expected"]
    np.testing.assert_allclose(np.exp(found.drop(columns="baseline_name").sum(axis=1)), expected)


def test_a_platform_that_was_never_seen_has_neither_a_distribution_nor_contributions(model, few):
    elsewhere = few.drop(columns=["creator_id", "format"], errors="ignore").assign(platform="press")
    assert np.isnan(model.distribution(elsewhere, "engagement", on=ON).quantile(0.5)).all()
    assert model.contributions(elsewhere, "engagement", on=ON).empty


def test_tables_of_any_kind_give_the_same_history(tables, world, tmp_path):
    posts, creators = pd.read_parquet(world / "posts.parquet"), pd.read_csv(world / "creators.csv")
    posts.to_csv(tmp_path / "posts.csv", index=False)
    plain = pr.history(posts=posts, creators=creators)
    typed = posts.convert_dtypes().assign(
        published_at=pd.to_datetime(posts["published_at"]).dt.tz_localize("UTC"),
        format=posts["format"].astype("category"), likes=posts["likes"].astype("Int64"),
    )  # fmt: skip
    arrow = pa.Table.from_pandas(creators, preserve_index=False)
    relation = duckdb.sql(f"from read_csv('{tmp_path / 'posts.csv'}')")
    for other in (pr.history(posts=typed, creators=arrow), pr.history(posts=relation, creators=str(world / "creators.csv"))):
        for name in ("posts", "creators"):
            pd.testing.assert_frame_equal(other.get(name), plain.get(name), check_dtype=False)
    assert repr(plain) == f"History: {len(creators):,} creators, {len(posts):,} posts"
    assert pr.history(world).invented and repr(pr.history(world)).endswith("(invented data)")


def test_a_history_without_tables_or_of_something_else_is_refused_with_what_is_allowed():
    with pytest.raises(pr.RowsError, match="give either the path of a folder or tables; allowed: creators, creator_snapshots"):
        pr.history()
    with pytest.raises(pr.RowsError, match="got list; give a pandas frame, a table that speaks Arrow, or the path of a file"):
        pr.history(posts=[1, 2])


def test_a_target_that_is_not_there_is_refused_before_anything_is_learned(tables, catalogue):
    with pytest.raises(pr.RowsError, match="targets: got sales; models/ holds clicks, engagement, orders, reach, revenue"):
        pr.train(tables, catalogue, targets=["sales"])


def test_some_targets_are_learned_as_among_all_of_them(model, few, tables, catalogue):
    training = pr.train(tables, catalogue, targets=["orders"], jobs=1)  # orders are learned per reach to expect
    assert [*training.bundle.models] == ["orders"] and set(training.backtest.scores["target"]) == {"orders"}
    alone, among_all = (one.forecast(few, on=ON)["orders_p50"] for one in (training.model, model))
    pd.testing.assert_series_equal(alone, among_all)


def test_a_saved_model_is_read_from_its_folder_and_asked_as_the_one_in_memory(model, few, tables, tmp_path):
    saved = pr.load_champion(save_bundle(model.bundle, tmp_path / "bundle"), history=tables)
    pd.testing.assert_frame_equal(saved.forecast(few, on=ON), model.forecast(few, on=ON))


@pytest.mark.parametrize("day", ["2026-13-01", "yesterday", "2206-01-01", "01/07/2026"])
def test_a_day_that_is_none_is_refused_with_an_example(model, few, day):
    with pytest.raises(pr.RowsError, match=f"the day asked: got {day}; give a day from 1990 to 2099, such as 2026-07-01"):
        model.forecast(few, on=day)


def test_no_champion_is_a_sentence_wherever_one_stands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "MLFLOW_TRACKING_URI" not in os.environ
    with pytest.raises(pr.RowsError, match="there is no champion yet: run `predictor train DATA`"):
        pr.load_champion()

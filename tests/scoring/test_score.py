from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from predictor.asof.examples import candidate_rows
from predictor.errors import RowsError
from predictor.explanation.contributions import contributions
from predictor.scoring.score import reason_columns, score
from predictor.scoring.scored_list import read_scored
from predictor.tables.files import write_frame

DAY = pd.Timestamp("2026-07-01")


@pytest.fixture(scope="module")
def scored(candidates, bundle, brief, tables):
    return score(candidates, bundle, brief=brief, history=tables, on=DAY)


def test_every_candidate_gets_every_target_in_order(scored, candidates):
    assert scored["creator_id"].tolist() == candidates["creator_id"].tolist()
    for target in ("reach", "engagement", "clicks", "orders"):
        assert {f"{target}_{f}" for f in ("expected", "p10", "p50", "p90", "rule", "cost")} <= set(scored)
        assert scored[f"{target}_expected"].notna().all()


def test_a_known_creator_is_told_from_one_who_is_not(scored, tables):
    known = scored["creator_id"].isin(tables.get("posts")["creator_id"])
    unknown = ~known & scored["engagement_rate"].isna()
    assert known.any() and scored.loc[known, "known_creator"].all()
    assert unknown.any() and not scored.loc[unknown, "known_creator"].any()


def test_cost_is_the_fee_per_unit_of_the_expected_outcome(scored):
    np.testing.assert_allclose(scored["reach_cost"], scored["fee"] / scored["reach_expected"] * 1000)
    np.testing.assert_allclose(scored["orders_cost"], scored["fee"] / scored["orders_expected"])


def test_no_quote_no_cost(candidates, bundle):
    scored = score(candidates.drop(columns=["fee"]), bundle, on=DAY)
    assert not any(column.endswith("_cost") for column in scored)


def test_a_higher_quote_changes_no_forecast(candidates, bundle, brief, tables, scored):
    dearer = score(candidates.assign(fee=candidates["fee"] * 3), bundle, brief=brief, history=tables, on=DAY)
    pd.testing.assert_series_equal(dearer["reach_expected"], scored["reach_expected"])


def test_a_platform_that_the_data_never_showed_gets_a_sentence_instead_of_a_number(bundle):
    scored = score(pd.DataFrame({"platform": ["kakao"], "followers": [5e4]}), bundle, on=DAY)
    assert scored["engagement_expected"].isna().all()
    assert scored["engagement_note"][0] == (
        "the training data has no engagements for platform kakao, and no published rate stands in for it"
    )


def test_a_creator_of_unknown_platform_gets_a_sentence_that_says_what_to_give(bundle):
    scored = score(pd.DataFrame({"creator_id": ["somebody"]}), bundle, on=DAY)
    assert scored["reach_note"][0] == "the platform is not known; give it, or the history that knows this creator"


def test_attributes_alone_are_enough(bundle):
    scored = score(pd.DataFrame({"platform": ["tiktok", "instagram"], "tier": ["nano", "mega"]}), bundle, on=DAY)
    assert scored[["reach_p10", "reach_p50", "reach_p90"]].notna().all(axis=None)


def test_the_reasons_stand_beside_each_forecast_when_asked_for(candidates, bundle, tables, scored):
    explained = score(candidates, bundle, history=tables, on=DAY, why="vi")
    assert explained["reach_why"].str.contains(" → ").all()
    assert not any(column.endswith("_why") for column in scored)


def test_the_reasons_that_are_asked_for_are_the_same_without_the_others(candidates, bundle, tables):
    everything = score(candidates, bundle, history=tables, on=DAY, why="vi")
    some = score(candidates, bundle, history=tables, on=DAY, why="vi", reasons=reason_columns(["reach"], ("basis", "doubts")))
    left_out = {*reason_columns(bundle.models)} - {"reach_basis", "reach_doubts"}
    assert {*everything} - {*some} == left_out & {*everything} and "engagement_why" in left_out
    pd.testing.assert_frame_equal(some, everything[[*some]], check_exact=True)


def test_figures_from_invented_data_say_so(scored):
    assert scored["invented_data"].all()


@pytest.mark.parametrize("suffix", ["csv", "parquet", "xlsx"])
def test_a_scored_file_reads_back_with_its_numbers(scored, catalogue, tmp_path, suffix):
    write_frame(scored, tmp_path / f"scored.{suffix}")
    back = read_scored(tmp_path / f"scored.{suffix}", catalogue)
    np.testing.assert_allclose(back["orders_expected"], scored["orders_expected"])
    assert back["known_creator"].tolist() == scored["known_creator"].tolist()
    assert back["kind"].tolist() == scored["kind"].tolist()


def test_a_model_that_learned_nobodys_followers_multiplies_by_none_and_says_so(candidates, bundle, tables):
    def unsized(model):
        past = model.support.past.assign(followers=np.nan)
        return replace(model, support=replace(model.support, past=past))

    learned = replace(bundle, models={name: unsized(model) for name, model in bundle.models.items()})
    with_followers = candidates.assign(followers=np.where(candidates.index % 2, 40_000.0, 3_000_000.0))
    asked = {"history": tables, "on": pd.Timestamp("2026-06-01"), "why": "en"}
    ours, blank = score(with_followers, learned, **asked), score(candidates.drop(columns="followers"), learned, **asked)
    forecasts = [column for column in ours if column.endswith(("_p10", "_p50", "_p90", "_expected"))]
    pd.testing.assert_frame_equal(ours[forecasts], blank[forecasts])
    assert ours["followers"].tolist() == with_followers["followers"].tolist()
    assert set(ours["tier"]) == {"micro", "mega"}
    said = ours["engagement_doubts"].str.contains("this forecast is the same whatever the audience")
    assert said.equals(~ours["known_creator"] & ours["engagement_p50"].notna()) and said.any()


def test_a_file_without_forecasts_is_refused(world, catalogue):
    with pytest.raises(RowsError, match="has no forecasts in it; score the candidates first"):
        read_scored(world / "candidates.csv", catalogue)


def test_a_platform_known_only_from_publications_gets_their_rates_and_a_note(bundle):
    without = replace(bundle, provenance=replace(bundle.provenance, platforms={name: ["tiktok"] for name in bundle.models}))
    scored = score(pd.DataFrame({"platform": ["instagram"], "tier": ["micro"], "followers": [3e4]}), without, on=DAY)
    assert 50 < scored["engagement_p10"][0] < scored["engagement_p50"][0] < scored["engagement_p90"][0] < 30_000
    assert scored["engagement_note"][0].startswith(
        "The history has no data from Instagram. These figures follow what others have"
    )
    assert scored["orders_expected"].isna().all()


@pytest.mark.slow
def test_outside_its_experience_the_rule_stands_alone_with_a_wider_interval(candidates, bundle, tables):
    rows = candidates.head(40).assign(format="hologram")
    usual, out_of_support = (score(one, bundle, history=tables, on=DAY, why="en") for one in (candidates.head(40), rows))
    width = [
        np.median(np.log((scored["engagement_p90"] + 1) / (scored["engagement_p10"] + 1))) for scored in (usual, out_of_support)
    ]
    assert width[1] > 1.2 * width[0]
    assert out_of_support["engagement_doubts"].str.contains("Never seen in past results: format hologram").all()
    factors = contributions(bundle.models["engagement"], candidate_rows(rows, {}, DAY, tables, bundle.catalogue))
    assert np.allclose(factors.drop(columns=["rule", "start", "cause_average"]), 1.0)


def test_the_chance_of_a_goal_stands_beside_the_forecast_when_asked_for(candidates, bundle, tables):
    scored = score(candidates, bundle, history=tables, on=DAY, at_least={"engagement": 1000, "orders": 1})
    chance = scored["engagement_chance"].dropna()
    assert chance.between(0, 1).all() and scored["orders_chance"].between(0, 1).any() and "reach_chance" not in scored
    likely, hardly = chance[scored["engagement_p50"] > 1000], chance[scored["engagement_p90"] < 1000]
    assert len(likely) and len(hardly) and likely.min() >= 0.49 and hardly.max() <= 0.11


def test_a_goal_for_what_is_not_forecast_is_refused(candidates, bundle):
    with pytest.raises(RowsError, match="at_least: got 'order'; this model forecasts .*; did you mean 'orders'"):
        score(candidates, bundle, on=DAY, at_least={"order": 5})


@pytest.mark.parametrize(("lang", "words"), [("en", "Rests on"), ("vi", "Dựa trên")])
def test_each_forecast_says_what_it_rests_on(candidates, bundle, tables, lang, words):
    scored = score(candidates, bundle, history=tables, on=DAY, why=lang)
    known = scored["known_creator"] & scored["engagement_expected"].notna()
    assert known.any() and scored.loc[known, "engagement_basis"].str.startswith(words).all()


@pytest.mark.parametrize(
    ("lang", "doubt"),
    [
        ("en", "Never seen in past results: format hologram."),
        ("vi", "Chưa từng có trong các kết quả trước đây: định dạng hologram."),
    ],
)
def test_what_is_in_doubt_of_a_forecast_is_said_and_nothing_where_nothing_is(candidates, bundle, tables, lang, doubt):
    two = candidates.iloc[[0, 0]].reset_index(drop=True).assign(format=[candidates["format"][0], "hologram"])
    scored = score(two, bundle, history=tables, on=DAY, why=lang)
    assert scored["engagement_doubts"].tolist() == ["", doubt]

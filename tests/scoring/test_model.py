"""The functions of the package read frames as files are read."""

import numpy as np
import pandas as pd
import pytest

import predictor
from predictor.errors import RowsError
from predictor.scoring.score import score as score_checked
from predictor.tables.frames import History

DAY = pd.Timestamp("2026-07-01")
ONE = {"platform": "instagram", "kind": "influencer", "niche": "beauty", "followers": 50_000, "engagement_rate": 0.021,
       "format": "video", "posts": 1}  # fmt: skip


def faults(problem) -> list[str]:
    return [f"{fault.row} {fault.column}: {fault.problem}" for fault in problem.value.faults]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"engagement_rate": 2.1}, "2 engagement_rate: got 2.1; a rate above 1 needs a percent sign: write 2.1% or 0.021."),
        ({"likes": 5}, "None likes: 'likes' is known only after booking, so a candidate cannot have it"),
        ({"followers": -5}, "2 followers: got -5; Audience lies between 0 and 2000000000"),
        ({"platform": "Instagramm"}, "2 platform: got 'Instagramm'; allowed: "),
        ({"country": "ZZ"}, "2 country: got 'ZZ'; expected a country by its two letters or its name"),
        ({"currency": "DOGE"}, "2 currency: got 'DOGE'; expected a currency by its three letters"),
        ({"creator_id": "1.78414E+16"}, "2 creator_id: got '1.78414E+16', an id that a spreadsheet shortened"),
    ],
)
def test_a_raw_frame_with_a_fault_is_refused_as_a_file_is(bundle, wrong, says):
    with pytest.raises(RowsError) as problem:
        predictor.score(pd.DataFrame([ONE | wrong]), bundle, on=DAY)
    assert any(one.startswith(says) for one in faults(problem))


def test_spellings_are_read_as_in_a_file_and_give_the_same_forecast(bundle):
    typed = {"Nền tảng": "Instagram", "kind": "Influencer", "niche": "Beauty", "Followers": "50K", "engagement_rate": "2,1%",
             "format": "Video", "posts": "1"}  # fmt: skip
    told = predictor.score(pd.DataFrame([typed]), bundle, on=DAY)
    pd.testing.assert_frame_equal(told, predictor.score(pd.DataFrame([ONE]), bundle, on=DAY))
    assert told["engagement_expected"].notna().all()


def test_a_checked_frame_gives_what_the_fast_path_gives(bundle, candidates, brief, tables):
    told = predictor.score(candidates, bundle, brief=brief, history=tables, on=DAY)
    pd.testing.assert_frame_equal(told, score_checked(candidates, bundle, brief=brief, history=tables, on=DAY))


def test_a_creator_of_the_history_is_known_under_any_spelling_of_the_id(bundle, candidates, tables):
    one = candidates[candidates["creator_id"].isin(tables.get("posts")["creator_id"])].head(1)
    spelled = pd.concat([one, one.assign(creator_id="@" + one["creator_id"].str.upper())], ignore_index=True)
    with pytest.warns(UserWarning, match="1 candidate is a creator of the history under another spelling: @"):
        told = predictor.score(spelled, bundle, history=tables, on=DAY)
    assert told["known_creator"].all() and told["creator_id"].nunique() == 1
    assert told["engagement_expected"].nunique() == 1


def test_a_history_put_together_by_hand_is_checked_where_it_is_used(catalogue, tables):
    posts = tables.get("posts")
    wrong = History({**tables.frames, "posts": posts.assign(likes=np.where(posts.index == 3, -5.0, posts["likes"]))})
    with pytest.raises(RowsError) as problem:
        predictor.training_examples(wrong, catalogue)
    assert faults(problem)[0].startswith("5 likes: got -5")
    with pytest.raises(RowsError, match="is no table of a history; allowed: creators"):
        predictor.training_examples(History({"people": posts}), catalogue)


def test_a_history_that_was_read_is_not_read_again(catalogue, tables):
    assert tables.checked
    again = History({name: frame.drop(columns="sponsored_source", errors="ignore") for name, frame in tables.frames.items()})
    pd.testing.assert_frame_equal(predictor.training_examples(again, catalogue), predictor.training_examples(tables, catalogue))

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from builders import CATALOGUE
from predictor.asof.counts import learned_growth, one_a_day, remarks_on_counts, with_labels
from predictor.asof.examples import training_examples
from predictor.asof.features import features_as_of
from predictor.asof.growth import RUNGS, Curve, Growth, default_curve
from predictor.tables.frames import History
from predictor.wording.sentences import LANGUAGES, worded

START = pd.Timestamp("2026-01-01")
GROWTH = Growth({"reach": 28.0}, {"reach": {"youtube": Curve(*3 * ((0.5,) * RUNGS,))}})


def day(number):
    return START + pd.to_timedelta(number, unit="D")


def history(posts, kept=(), dated=True):
    """Posts of creators on YouTube as (creator, day published, day counted, views), and (post, day, views) counted over time."""
    frame = pd.DataFrame(posts, columns=["creator_id", "published_at", "counted_at", "views"])
    frame = frame.assign(**{name: day(frame[name]) for name in ("published_at", "counted_at")})
    frame = frame.assign(post_id=[f"p{place}" for place in range(len(frame))], format="video")
    frames = {"posts": frame if dated else frame.drop(columns="counted_at")}
    creators = frame["creator_id"].unique()
    frames["creators"] = pd.DataFrame({"creator_id": creators, "platform": "youtube", "followers": 1000.0})
    if len(kept):
        over_time = pd.DataFrame(kept, columns=["post_id", "counted_at", "views"])
        frames["post_snapshots"] = over_time.assign(counted_at=day(over_time["counted_at"]))
    return History(frames)


def labels(tables):
    return with_labels(tables.get("posts"), tables, CATALOGUE, GROWTH)


def reach_rate(tables, on, growth=GROWTH):
    asks = pd.DataFrame({"creator_id": ["a"], "at": [day(on)], "format": "video"})
    return features_as_of(asks, tables, CATALOGUE, growth=growth)["reach_rate"].iloc[0]


def said(tables, lang="en"):
    return [worded(lang, one) for one in remarks_on_counts(tables, CATALOGUE)]


def test_a_label_is_the_count_nearest_the_horizon_in_log_age_brought_there():
    found = labels(history([("a", 0, 112, 399.0)], [("p0", 8, 150.0), ("p0", 63, 299.0)]))
    assert found["reach"].tolist() == pytest.approx([300 * (28 / 63) ** 0.5 - 1])


def test_a_label_of_posts_since_counts_were_kept_is_known_when_its_count_was_taken():
    found = labels(history([("a", 0, 112, 399.0)], [("p0", 1, 50.0), ("p0", 28, 299.0)]))
    assert found["reach"].tolist() == pytest.approx([299.0])
    assert found["label_known_on"].tolist() == [day(28)]


def test_a_post_that_was_mature_before_counts_were_kept_is_not_lost_to_those_who_train_on_what_was_known():
    found = labels(history([("a", 0, 112, 399.0), ("b", 0, 112, 99.0)], [("p0", 105, 390.0)]))
    assert found["label_known_on"].tolist() == [day(7), day(7)]


def test_a_count_without_a_date_stands_as_it_is():
    tables = history([("a", 0, 0, 399.0), ("a", 40, 0, 9.0)], dated=False)
    assert labels(tables)["reach"].iloc[0] == 399.0
    assert np.isnan(labels(tables)["reach"].iloc[1])  # published on the day that the data ends


@pytest.mark.parametrize("counted", [28, 7])
def test_a_post_with_a_day_of_counting_and_no_count_is_in_no_record(counted):
    known = [("a", place, place + counted, 99.0) for place in (0, 2, 4)]
    without = [("a", place, place + counted, None) for place in (1, 3, 5, 6)]
    asks = pd.DataFrame({"creator_id": ["a"], "at": [day(60)], "format": "video"})
    answers = [features_as_of(asks, history(rows), CATALOGUE, growth=GROWTH).iloc[0] for rows in (known + without, known)]
    of_reach = ["reach_rate", "reach_rate_same_format", "reach_rate_last_10", "reach_posts_seen", "reach_posts_seen_same_format"]
    assert answers[0][of_reach].tolist() == pytest.approx(answers[1][of_reach].tolist())
    assert answers[0]["reach_posts_seen"] == 3.0 and answers[0]["reach_rate"] > 0.09
    assert answers[0]["posts_seen"] == 3.0 and np.isnan(answers[0]["engagement_rate"])  # as on TV, where nobody can like


def test_a_post_whose_likes_are_hidden_has_no_engagements_and_is_said():
    plain = history([("a", place, place + 28, 999.0) for place in range(4)])
    posts = plain.get("posts").assign(likes=[300.0, np.nan, 200.0, 100.0], comments=9.0)
    hidden, known = (replace(plain, frames=plain.frames | {"posts": rows}) for rows in (posts, posts[posts["likes"].notna()]))
    asks = pd.DataFrame({"creator_id": ["a"], "at": [day(60)], "format": "video"})
    rates = [features_as_of(asks, one, CATALOGUE, growth=GROWTH)["engagement_rate_last_10"].iloc[0] for one in (hidden, known)]
    assert rates[0] == pytest.approx(rates[1]) and rates[0] > 0.1
    engagements = training_examples(hidden, CATALOGUE)["engagements"]
    assert engagements.dropna().tolist() == pytest.approx([309.0, 209.0, 109.0])
    assert said(hidden)[0] == (
        "1 post has other counts but no likes, which may be hidden: its engagements are unknown, since a sum without likes would "
        "be far too low."
    )
    assert not any("hidden" in one for one in said(known))
    only_comments = replace(hidden, frames=hidden.frames | {"posts": posts.drop(columns="likes")})
    alone = training_examples(only_comments, CATALOGUE)["engagements"]  # nobody gave likes: that is what there is
    assert alone.tolist() == pytest.approx([9.0] * 4)


def test_a_record_entry_is_brought_to_the_horizon_forwards_and_back():
    assert reach_rate(history([("a", 0, 7, 99.0)]), 60) == pytest.approx(100 * 2 / 1000)
    assert reach_rate(history([("a", 0, 112, 399.0)]), 60) == pytest.approx(400 / 2 / 1000)
    assert reach_rate(history([("a", 0, 112, 399.0)], dated=False), 60) == pytest.approx(400 / 1000)


def test_a_post_since_counts_were_kept_goes_by_its_first_count_from_when_it_was_taken():
    tables = history([("a", 0, 200, 9999.0)], [("p0", 0, 5.0), ("p0", 7, 99.0), ("p0", 28, 300.0)])
    assert np.isnan(reach_rate(tables, 7))
    assert reach_rate(tables, 8) == reach_rate(tables, 100) == pytest.approx(100 * 2 / 1000)


def test_an_older_post_whose_first_count_is_late_keeps_its_place_in_the_record():
    posts = [("a", 0, 112, 399.0)]
    assert reach_rate(history(posts, [("p0", 100, 380.0)]), 60) == reach_rate(history(posts), 60)
    unsaid = history([("a", 0, 112, np.nan)], [("p0", 112, 399.0)])
    assert np.isnan(reach_rate(unsaid, 60)) and reach_rate(unsaid, 120) == pytest.approx(200 / 1000)


def test_one_creators_kept_counts_change_nothing_for_another():
    posts = [("a", 30, 58, 199.0), ("b", 0, 28, 50.0)]
    assert reach_rate(history(posts, [("p1", 7, 20.0)]), 60) == reach_rate(history(posts), 60) == pytest.approx(0.2)


def test_counts_kept_for_the_last_two_weeks_leave_what_was_mature_before_them_as_it_was():
    posts = [(who, first, first + 28, 100.0 + first) for who in "ab" for first in range(0, 100, 4)]
    kept = [(f"p{place}", 114 + week, 100.0 + at + week) for place, (_, at, *_) in enumerate(posts) for week in (0, 7)]
    with_kept, without = (
        training_examples(history(posts, some), CATALOGUE, growth=GROWTH).set_index("row_id") for some in (kept, ())
    )
    assert len(with_kept) == len(without) == len(posts)
    before = without.index[without["planned_on"] <= day(86)]
    columns = ["reach", "known_on", "reach_rate", "reach_rate_last_10"]
    pd.testing.assert_frame_equal(with_kept.loc[before, columns], without.loc[before, columns])


def test_growth_is_learned_only_from_counts_before_the_moment_asked():
    posts = [("a", 0, 30, 10.0)] * 3
    kept = [(f"p{place}", at, 10.0 * at) for place in range(3) for at in (5, 10, 20)]
    changed = [(post, at, views * (9 if at == 20 else 1)) for post, at, views in kept]
    first, second = (learned_growth(history(posts, some), CATALOGUE, until=day(20)) for some in (kept, changed))
    assert first == second != learned_growth(history(posts, kept), CATALOGUE)
    assert first.curve("reach", "youtube", "video") != default_curve("youtube")
    assert learned_growth(history(posts, kept), CATALOGUE, until=day(10)).curves == {}


def test_of_two_counts_on_one_day_the_later_stands():
    kept = pd.DataFrame({"post_id": ["p", "p", "q"], "counted_at": day([1.2, 1.9, 1.5]), "views": [1.0, 2.0, 3.0]})
    assert sorted(one_a_day(kept)["views"]) == [2.0, 3.0]


def test_counts_that_cannot_teach_are_said_in_a_sentence_each_and_the_rest_does():
    posts = [("a", 10, 40, 50.0), ("a", 10, 40, 50.0), ("a", 10, 40, 50.0)]
    kept = [("p0", 15, 100.0), ("p0", 20, 50.0), ("p1", 4, 7.0), ("p2", 15, 10.0), ("p2", 20.1, 11.0), ("p2", 20.4, 12.0)]
    tables = history(posts, kept)
    assert said(tables) == [
        "Counts of 1 post fall over time by more than a tenth: where they do, they teach nothing of how counts grow.",
        "1 count over time was taken before its post was published: it is left out; check published_at and counted_at.",
        "1 count over time was followed by a later one of the same post on the same day, which stands for both.",
        "The oldest count over time was taken 10 days after publication, and the horizon is 28 days: the growth between is the "
        "assumed one of the platform.",
    ]
    assert set(learned_growth(tables, CATALOGUE).curves["reach"]) == {"youtube", "youtube/video"}


def test_without_counts_over_time_the_assumed_curve_is_said_and_without_dates_that_counts_stand():
    assert said(history([("a", 0, 40, 5.0)])) == [
        "No counts over time are kept: every count is brought to the horizon by a curve that is assumed for its platform; counts "
        "of the same posts on several days (post_snapshots) would teach it."
    ]
    assert said(history([("a", 0, 40, 5.0)], dated=False)) == [
        "1 post does not say when it was counted: its counts stand as they are, whatever their age; a column counted_at would "
        "help."
    ]
    assert all(said(history([("a", 0, 40, 5.0)]), lang) for lang in LANGUAGES)

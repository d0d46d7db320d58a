from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from builders import CATALOGUE, run
from predictor.asof.counts import learned_growth
from predictor.asof.examples import candidate_rows, training_examples
from predictor.asof.growth import Growth, horizons
from predictor.asof.selection import find_selection, learned_gaps, remarks_on_selection, with_selected
from predictor.evaluation.backtest import first_judged
from predictor.forecasting.target_model import labelled
from predictor.intake.contract import checked_history
from predictor.tables.frames import History
from predictor.training.train import Asked
from predictor.wording.sentences import LANGUAGES, worded

pytestmark = pytest.mark.slow

END, NEWEST, TOP, YOUNG = pd.Timestamp("2026-06-30"), 20, 15, 7  # so many of the newest are too young for a label
PLAIN = Growth(horizons(CATALOGUE))


def history(creators=12, apart=6.0, times=4.0, newest=NEWEST, **columns):
    """Of each creator so many newest posts, one a day, and 15 older ones so many days apart that bring so many times as much."""
    rng, parts = np.random.default_rng(1), []
    for number in range(creators):
        complete = newest if isinstance(newest, int) else newest[number % len(newest)]
        days = np.concatenate([np.arange(complete), complete - 1 + apart * np.arange(1, TOP + 1)])
        level = np.where(np.arange(len(days)) < complete, 1.0, times) * 1000.0 * (number + 1)
        views = np.exp(np.log(level) + rng.normal(0.0, 0.2, len(days))).round()
        parts.append(
            pd.DataFrame({"creator_id": f"c{number:02}", "published_at": END - pd.to_timedelta(days, unit="D"), "views": views})
        )
    posts = pd.concat(parts, ignore_index=True).assign(format="video", **columns)
    posts["post_id"] = [f"p{place:03}" for place in range(len(posts))]
    who = pd.DataFrame({"creator_id": posts["creator_id"].unique(), "platform": "tiktok", "followers": 10_000.0})
    return checked_history(History({"creators": who, "posts": posts}), CATALOGUE)


def older_than(posts, day):
    return posts["published_at"] < day


def test_top_posts_collected_beside_the_newest_are_found_with_the_place_where_the_complete_stretch_ends():
    found = find_selection(history(), CATALOGUE, PLAIN)
    assert (found.creators, found.showing, found.newest, found.hand_picked) == (12, 12, NEWEST, True)
    assert set(found.since) == {END - pd.Timedelta(days=NEWEST - 1)}


def test_where_each_creator_has_another_number_of_newest_posts_each_has_a_place_of_its_own():
    found = find_selection(history(newest=(12, 20, 31, 44)), CATALOGUE, PLAIN)
    assert found.newest is None and found.hand_picked
    assert [found.since[f"c{number:02}"] for number in range(4)] == [END - pd.Timedelta(days=n - 1) for n in (12, 20, 31, 44)]


@pytest.mark.parametrize(("apart", "times"), [(1.0, 1.0), (1.0, 4.0), (6.0, 1.0), (6.0, 0.25)])
def test_a_history_in_which_density_and_level_do_not_change_together_is_complete(apart, times):
    tables = history(apart=apart, times=times)
    found, growth = find_selection(tables, CATALOGUE, PLAIN), learned_growth(tables, CATALOGUE)
    assert not found.showing and not found.hand_picked and not growth.gaps
    assert with_selected(tables, CATALOGUE, growth) is tables and not remarks_on_selection(tables, CATALOGUE, growth)


@pytest.mark.parametrize(("creators", "enough"), [(1, False), (2, False), (3, True)])
def test_one_or_two_creators_may_just_have_changed(creators, enough):
    found = find_selection(history(creators), CATALOGUE, PLAIN)
    assert found.showing == creators and found.hand_picked is enough


def test_no_count_of_a_post_published_after_the_moment_is_read():
    tables, until = history(), END - pd.Timedelta(days=8)
    posts = tables.frames["posts"]
    other = posts.assign(views=posts["views"].where(older_than(posts, until), 9e6))
    changed = replace(tables, frames=tables.frames | {"posts": other})
    was, now = (find_selection(one, CATALOGUE, PLAIN, until) for one in (tables, changed))
    assert was.newest == NEWEST and was.hand_picked
    assert (now.showing, now.newest) == (was.showing, was.newest)
    pd.testing.assert_series_equal(now.since, was.since)
    assert learned_gaps(changed, CATALOGUE, PLAIN, until) == learned_gaps(tables, CATALOGUE, PLAIN, until)
    assert learned_gaps(changed, CATALOGUE, PLAIN) != learned_gaps(tables, CATALOGUE, PLAIN)


def test_how_much_higher_selected_posts_lie_is_the_median_within_creators():
    gaps = learned_growth(history(times=4.0), CATALOGUE).gaps
    assert gaps["reach"] == pytest.approx(np.log(4.0), abs=0.1) and "clicks" not in gaps


def test_selected_posts_are_no_labels_and_stand_in_the_record_as_high_as_the_others():
    tables = history(times=4.0)
    growth = learned_growth(tables, CATALOGUE)
    examples = training_examples(tables, CATALOGUE)
    assert len(examples) == 12 * (NEWEST - YOUNG)
    asked = pd.DataFrame({"creator_id": tables.frames["creators"]["creator_id"], "platform": "tiktok", "format": "video"})
    day = END - pd.Timedelta(days=NEWEST - 2)  # when all that was known of a creator had been selected
    read = {
        name: candidate_rows(asked, {}, day, tables, CATALOGUE, growth=one) for name, one in (("raw", PLAIN), ("low", growth))
    }
    rates = {name: np.log(rows["reach_rate"]) - np.log(np.arange(1, 13) / 10) for name, rows in read.items()}
    assert rates["raw"].median() == pytest.approx(np.log(4.0), abs=0.15)
    assert rates["low"].median() == pytest.approx(0.0, abs=0.15)
    assert read["low"]["reach_rate"].notna().all()


def test_what_the_owner_says_is_selected_goes_before_what_is_found():
    tables = history(selected=False)
    assert not learned_growth(tables, CATALOGUE).gaps
    assert len(training_examples(tables, CATALOGUE)) == 12 * (NEWEST + TOP - YOUNG)
    one = history(creators=1)
    posts = one.frames["posts"]
    said = replace(one, frames=one.frames | {"posts": posts.assign(selected=pd.array(posts.index >= NEWEST, dtype="boolean"))})
    growth = learned_growth(said, CATALOGUE)
    assert growth.gaps["reach"] == pytest.approx(np.log(4.0), abs=0.3)
    assert len(training_examples(said, CATALOGUE)) == NEWEST - YOUNG
    [remark] = remarks_on_selection(said, CATALOGUE, growth)
    assert "15 of 35 posts are marked as selected" in worded("en", remark)


def test_posts_that_were_all_selected_stay_in_the_record_as_counted_and_that_is_said():
    tables = history(selected=True)
    growth = learned_growth(tables, CATALOGUE)
    [remark] = remarks_on_selection(tables, CATALOGUE, growth)
    assert not growth.gaps and "no creator has enough others" in worded("en", remark)


def test_the_post_of_a_booking_is_in_the_history_for_the_booking():
    tables = history()
    posts = tables.frames["posts"]
    bookings = pd.DataFrame({"booking_id": ["b"], "post_id": posts["post_id"].iloc[[-1]].to_numpy()})
    booked = replace(tables, frames=tables.frames | {"bookings": bookings})
    marked = with_selected(booked, CATALOGUE, learned_growth(booked, CATALOGUE)).frames["posts"]
    assert not marked["selected"].iloc[-1] and marked["selected"].sum() == 12 * TOP - 1


def test_the_split_in_time_learns_the_gap_from_posts_before_it_and_judges_what_all_that_is_known_leaves():
    tables = history(creators=30)
    growth = learned_growth(tables, CATALOGUE)
    examples, recipe = training_examples(tables, CATALOGUE, growth=growth), CATALOGUE.recipes["reach"]
    rows, first = (
        Asked(tables, CATALOGUE, 7.0, None, growth).known_before_judging(examples, recipe),
        first_judged(labelled(examples, recipe)),
    )
    assert set(rows["row_id"]) <= set(examples["row_id"])
    judged = labelled(examples, recipe).query("at >= @first").set_index("row_id")["reach"]
    pd.testing.assert_series_equal(rows[rows["at"] >= first].set_index("row_id")["reach"], judged)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_hand_picked_history_is_told_with_its_figures(lang):
    for newest, figures in ((NEWEST, ("12", "20", "180", "420")), ((12, 20, 31, 44), ("12", "180", "501"))):
        tables = history(newest=newest)
        [remark] = remarks_on_selection(tables, CATALOGUE, learned_growth(tables, CATALOGUE))
        said = worded(lang, remark)
        assert all(figure in said for figure in figures) and "selected" in said


def test_check_tells_that_a_history_looks_hand_picked(tmp_path, capsys):
    for name, frame in history().frames.items():
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    code, printed, _ = run(capsys, "check", tmp_path)
    assert not code and "no faults." in printed
    assert "looks hand-picked: of 12 of 12 creators, the posts before their 20 newest lie at least twice as far apart" in printed

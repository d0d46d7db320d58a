"""Worlds in which simple rules are hard to beat."""

import numpy as np
import pandas as pd
import pytest

from acceptance.scenarios import as_tables, world
from predictor.asof.examples import training_examples
from predictor.errors import RowsError
from predictor.intake.contract import read_tables
from predictor.simulation.agency import simulate, write_world

pytestmark = pytest.mark.slow  # each invents an agency


def usual_rates(tables, truth):
    """Per post: what was to be expected per follower, beside its creator's platform and tier."""
    creators = tables.get("creators")
    posts = tables.get("posts").merge(truth[["post_id", "expected_engagements", "expected_reach"]].dropna(), on="post_id")
    posts = posts.merge(creators, on="creator_id")
    posts = posts[~posts["platform"].isin(["tv", "press"])]
    tier = np.digitize(posts["followers"].astype(float), [10_000, 50_000, 500_000, 1_000_000])
    return posts.assign(
        tier=tier,
        engagement=posts["expected_engagements"] / posts["followers"].astype(float),
        reached=posts["expected_reach"] / posts["followers"].astype(float),
    )


def test_in_own_record_a_post_is_noise_around_its_creators_level(catalogue):
    rates = usual_rates(*world("own_record", 2, catalogue))
    for rate in ("engagement", "reached"):
        within = rates.groupby("creator_id")[rate].agg(lambda values: values.max() / values.min())
        assert within.max() == pytest.approx(1.0)
        assert np.log(rates.groupby("creator_id")[rate].first()).std() > 0.5


def test_in_tier_only_creators_of_one_platform_and_tier_are_alike(catalogue):
    rates = usual_rates(*world("tier_only", 2, catalogue))
    for rate in ("engagement", "reached"):
        cells = rates.groupby(["platform", "tier"])[rate]
        assert (cells.max() / cells.min()).max() == pytest.approx(1.0)
        tiers = rates[rates["platform"] == "instagram"].groupby("tier")[rate].first()
        assert tiers.is_monotonic_decreasing and tiers.iloc[0] > 1.5 * tiers.iloc[-1]


def test_tiny_is_sixty_bookings_with_outcomes_and_nothing_else_to_learn_from(catalogue):
    tables, truth = world("tiny", 2, catalogue)
    assert set(tables.frames) == {"creators", "campaigns", "bookings"}
    assert len(tables.get("bookings")) == 60 and tables.get("bookings")["reach"].notna().all()
    assert set(truth["booking_id"].dropna()) == set(tables.get("bookings")["booking_id"])
    assert len(training_examples(tables, catalogue)) == 60


@pytest.mark.parametrize("name", ["own_record", "tiny"])
def test_the_same_seed_gives_the_same_history_and_it_says_that_it_is_invented(name, catalogue):
    once, again, other = (world(name, seed, catalogue)[0] for seed in (3, 3, 4))
    pd.testing.assert_frame_equal(once.get("bookings"), again.get("bookings"))
    assert not once.get("bookings").equals(other.get("bookings"))
    assert once.invented


def test_tables_of_a_world_are_those_of_its_written_folder(catalogue, tmp_path):
    invented = simulate(3, creators=25, campaigns=6, months=4)
    write_world(invented, tmp_path)
    written, direct = read_tables(tmp_path, catalogue), as_tables(invented, catalogue)
    assert set(written.frames) == set(direct.frames)
    for name, frame in written.frames.items():
        pd.testing.assert_frame_equal(frame, direct.get(name))


def test_an_unknown_world_is_refused_with_the_nearest_one(catalogue):
    with pytest.raises(RowsError, match="there is no world 'tier'; allowed: own_record, tier_only, tiny"):
        world("tier", 1, catalogue)
    with pytest.raises(RowsError, match=r"did you mean 'own_record'\?$"):
        world("own_records", 1, catalogue)

import pandas as pd
import pytest

from builders import CATALOGUE
from predictor.asof.counts import learned_growth
from predictor.asof.examples import training_examples
from predictor.asof.growth import Growth, horizons
from predictor.evaluation.backtest import first_judged
from predictor.forecasting.target_model import labelled
from predictor.tables.frames import History
from predictor.training.train import Asked

START, RECIPE = pd.Timestamp("2026-01-01"), CATALOGUE.recipes["reach"]


@pytest.fixture
def tables():
    """Fifty posts, one a day, counted on days 60 and 70, which is after the first of the newest fifth was asked."""
    published = START + pd.to_timedelta(range(50), unit="D")
    posts = pd.DataFrame({"post_id": [f"p{place:02}" for place in range(50)], "creator_id": "a", "published_at": published})
    posts = posts.assign(format="video", views=1000.0, counted_at=START + pd.Timedelta(days=70))
    kept = [
        posts[["post_id"]].assign(views=views, counted_at=START + pd.Timedelta(days=on)) for on, views in ((60, 500.0), (70, 1e3))
    ]
    creators = pd.DataFrame({"creator_id": ["a"], "platform": "youtube", "followers": 1000.0})
    return History({"creators": creators, "posts": posts, "post_snapshots": pd.concat(kept, ignore_index=True)})


def test_what_is_learned_before_the_newest_fifth_knows_no_growth_seen_later_and_its_outcomes_do(tables):
    growth = learned_growth(tables, CATALOGUE)
    asked = Asked(tables, CATALOGUE, 7.0, None, growth)
    examples = training_examples(tables, CATALOGUE, growth=growth)
    assumed = labelled(training_examples(tables, CATALOGUE, growth=Growth(horizons(CATALOGUE))), RECIPE)
    rows, all_known = asked.known_before_judging(examples, RECIPE), labelled(examples, RECIPE)
    before = (rows["at"] < first_judged(all_known)).to_numpy()
    assert growth.curves and before.sum() == 40
    pd.testing.assert_series_equal(rows["reach"][before], assumed["reach"][before])
    pd.testing.assert_series_equal(rows["reach"][~before], all_known["reach"][~before])
    pd.testing.assert_series_equal(rows["reach_rate"], assumed["reach_rate"])
    assert (assumed["reach"] - all_known["reach"]).abs()[before].max() > 100.0


def test_without_counts_over_time_nothing_is_made_twice(tables):
    alone = History({name: frame for name, frame in tables.frames.items() if name != "post_snapshots"})
    growth = learned_growth(alone, CATALOGUE)
    examples = training_examples(alone, CATALOGUE, growth=growth)
    rows = Asked(alone, CATALOGUE, 7.0, None, growth).known_before_judging(examples, RECIPE)
    pd.testing.assert_frame_equal(rows, labelled(examples, RECIPE))

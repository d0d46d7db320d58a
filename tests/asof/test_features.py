import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from builders import CATALOGUE
from predictor.asof.events import ASSUMED_AUDIENCE
from predictor.asof.examples import training_examples
from predictor.asof.features import features_as_of
from predictor.asof.growth import RUNGS, Curve, Growth
from predictor.asof.joins import with_followers
from predictor.tables.frames import History

START = pd.Timestamp("2026-01-01")
COMPUTED = [name for name, entry in CATALOGUE.entries.items() if entry.computed]
FOLLOWERS = {"a": 1e3, "b": 5e4, "c": 200.0, "d": 7e5, "e": 1e4, "f": 3e6}  # several at once: asking costs by the question
PERSONS = dict(zip("abcdef", ["lan", "lan", "hoa", "hoa", "minh", "minh"], strict=True))

post = st.tuples(
    st.sampled_from("abcdef"), st.integers(0, 120), st.integers(0, 9000), st.booleans(), st.sampled_from(["image", "video"])
)
booking = st.tuples(st.sampled_from("abcdef"), st.integers(0, 120), st.integers(0, 50), st.sampled_from(["Lua", "Sen"]))


def posts_table(rows):
    frame = pd.DataFrame(rows, columns=["creator_id", "day", "engagements", "sponsored", "format"])
    frame["published_at"] = START + pd.to_timedelta(frame.pop("day") * 24.0, unit="h").astype("timedelta64[us]")
    frame["post_id"] = [f"p{i:03}" for i in range(len(frame))]
    return frame.astype({"engagements": float, "sponsored": "boolean"}).assign(reach=frame["engagements"] * 10.0)


def bookings_table(rows):
    frame = pd.DataFrame(rows, columns=["creator_id", "day", "orders", "brand"])
    frame["booked_at"] = START + pd.to_timedelta(frame.pop("day") * 24.0, unit="h").astype("timedelta64[us]")
    frame["booking_id"] = [f"b{i}" for i in range(len(frame))]
    return frame.astype({"orders": float})


def history(posts, bookings):
    creators = pd.DataFrame({"creator_id": [*FOLLOWERS], "platform": "instagram", "followers": [*FOLLOWERS.values()]})
    creators["person_id"] = [PERSONS[creator] for creator in FOLLOWERS]
    return History({"creators": creators, "posts": posts_table(posts), "bookings": bookings_table(bookings)})


def asked(day, whom="ab"):
    return pd.DataFrame(
        {
            "creator_id": [*whom],
            "person_id": [PERSONS[creator] for creator in whom],
            "at": START + pd.Timedelta(days=day),
            "format": "image",
            "brand": "Lua",
            "followers": [FOLLOWERS[creator] for creator in whom],
        }
    )


def posts_of_all(least):
    return st.lists(post, min_size=least, max_size=60)


@pytest.mark.slow
@settings(max_examples=10, phases=[Phase.explicit, Phase.generate])
@given(posts_of_all(12), st.lists(booking, min_size=6, max_size=24), st.integers(1, 120), st.lists(post, max_size=24))
def test_nothing_at_or_after_the_date_moves_a_feature(posts, bookings, day, later):
    kept_posts, kept_bookings = ([row for row in rows if row[1] < day] for rows in (posts, bookings))
    changed = [(c, d, 9999 - e, not s, "video") for c, d, e, s, _ in posts if d >= day]
    added = [(c, d + day, e, s, f) for c, d, e, s, f in later]
    booked = [(c, d, o + 7, "Lua") for c, d, o, _ in bookings if d >= day]
    before = features_as_of(asked(day, FOLLOWERS), history(kept_posts, kept_bookings), CATALOGUE)
    after = features_as_of(asked(day, FOLLOWERS), history(kept_posts + changed + added, kept_bookings + booked), CATALOGUE)
    pd.testing.assert_frame_equal(before[COMPUTED], after[COMPUTED], check_dtype=False)


@pytest.mark.slow
@settings(max_examples=10, phases=[Phase.explicit, Phase.generate])
@given(posts_of_all(12), st.integers(1, 120))
def test_features_equal_a_slow_and_obvious_reading(posts, day):
    features = features_as_of(asked(day, FOLLOWERS), history(posts, []), CATALOGUE).set_index("creator_id")
    for creator, followers in FOLLOWERS.items():
        events = sorted((d, i) for i, (c, d, *_) in enumerate(posts) if c == creator and d < day)
        seen = [posts[i] for d, i in events if d + 2 < day]
        logs = [np.log1p(row[2]) - np.log(followers) for row in seen]
        weights = [0.5 ** ((len(logs) - 1 - i) / 10) for i in range(len(logs))]
        window = [posts[i] for d, i in events if day - 90 <= d]
        assert features.loc[creator, "posts_seen"] == len(seen)
        check(features.loc[creator, "engagement_rate"], np.exp(np.average(logs, weights=weights)) if logs else None)
        check(features.loc[creator, "engagement_rate_last_10"], np.mean([r[2] / followers for r in seen[-10:]]) if seen else None)
        check(features.loc[creator, "engagement_spread"], np.std(logs[-20:], ddof=1) if len(logs) >= 3 else None)
        check(features.loc[creator, "ad_density"], np.mean([row[3] for row in window]) if window else None)
        check(features.loc[creator, "days_since_post"], day - events[-1][0] if events else None)


snapshot = st.tuples(st.sampled_from("abcdef"), st.integers(0, 120), st.integers(1, 10**6))
counts = st.lists(st.tuples(st.integers(0, 29), st.integers(1, 60), st.integers(0, 9000)), min_size=15, max_size=60)


def over_time(followers, counted):
    """Counts of followers, and of the first thirty posts' engagements, as tables of snapshots."""
    audience = pd.DataFrame(followers, columns=["creator_id", "day", "followers"]).drop_duplicates(["creator_id", "day"])
    audience["at"] = START + pd.to_timedelta(audience.pop("day").astype(float), unit="D")
    reads = pd.DataFrame(counted, columns=["place", "day", "engagements"]).drop_duplicates(["place", "day"])
    reads["counted_at"] = START + pd.to_timedelta(reads.pop("day").astype(float), unit="D")
    reads["post_id"] = reads.pop("place").map("p{:03}".format).astype("str")
    return {"creator_snapshots": audience.astype({"creator_id": "str"}), "post_snapshots": reads.astype({"engagements": float})}


@pytest.mark.slow
@settings(max_examples=10, phases=[Phase.explicit, Phase.generate])
@given(posts_of_all(30), st.lists(snapshot, min_size=6, max_size=36), counts, st.integers(1, 120))
def test_no_count_taken_at_or_after_the_date_moves_a_feature(posts, followers, counted, day):
    features = []
    for later in (0, 77):
        moved = [(who, when, count + later * (when >= day)) for who, when, count in followers]
        read = [(place, when, count + later * (when >= day)) for place, when, count in counted]
        kept = [one for one in read if later == 0 or one[1] < day or one[0] % 2]
        rest = [(c, d, e + later * (d >= day), s, f) for c, d, e, s, f in posts]
        tables = history(rest, [])
        features.append(
            features_as_of(
                asked(day, FOLLOWERS).drop(columns="followers"), History(tables.frames | over_time(moved, kept)), CATALOGUE
            )
        )
    columns = [name for name in COMPUTED if not CATALOGUE.entries[name].computed.of or name in features[0]]
    pd.testing.assert_frame_equal(features[0][[*columns, "followers"]], features[1][[*columns, "followers"]], check_dtype=False)


def test_followers_are_as_last_counted_before_the_date_and_say_where_they_come_from():
    tables = History(history([("a", 1, 5, True, "image")], []).frames | over_time([("a", 10, 70), ("a", 50, 90)], []))
    features = features_as_of(asked(50).assign(followers=np.nan), tables, CATALOGUE)
    assert features["followers"].tolist() == [70, 50_000]
    assert features["followers_from"].tolist() == ["snapshot", "static"]
    given_in_the_row = features_as_of(asked(50), tables, CATALOGUE)
    assert given_in_the_row["followers_from"].tolist() == ["given", "given"]


@pytest.mark.parametrize(
    ("counted", "given", "audience", "per"),
    [
        ([], 50_000.0, 50_000.0, 50_000.0),  # in the list of candidates alone
        ([("a", 40, 20_000)], np.nan, 20_000.0, 20_000.0),  # only since after the posts
        ([("a", 40, 20_000)], 50_000.0, 50_000.0, 20_000.0),  # has grown since
        ([], np.nan, np.nan, ASSUMED_AUDIENCE),  # nobody knows it: rates are then counts in disguise
    ],
)
def test_a_record_of_posts_whose_audience_nobody_counted_then_is_per_that_of_the_row(counted, given, audience, per):
    tables = history([("a", day, 400, False, "image") for day in range(1, 30, 3)], [])
    creators = tables.frames["creators"].drop(columns="followers")
    tables = History(tables.frames | {"creators": creators} | (over_time(counted, []) if counted else {}))
    found = features_as_of(asked(50, "a").assign(followers=given), tables, CATALOGUE).iloc[0]
    assert found["followers"] == pytest.approx(audience, nan_ok=True)
    assert found["engagement_rate"] * per == pytest.approx(401)


def power_law(slope):
    """A growth in which every count goes with the same power of its age."""
    return Growth({"engagements": 28.0}, {"engagements": {"instagram": Curve(*3 * ((slope,) * RUNGS,))}})


def test_a_posts_label_is_its_count_nearest_the_horizon_brought_there():
    tables = history([("a", 10, 500, True, "image"), ("a", 90, 5, True, "image")], [])
    frames = {"posts": tables.get("posts"), **over_time([], [(0, 12, 100), (0, 19, 300), (0, 40, 450)])}
    examples = training_examples(History(frames | {"creators": tables.get("creators")}), CATALOGUE, growth=power_law(0.1))
    assert examples["engagements"].tolist() == pytest.approx([451 * (28 / 30) ** 0.1 - 1])
    assert examples["known_on"].tolist() == [START + pd.Timedelta(days=40)]


def check(found, expected):
    assert (np.isnan(found) and expected is None) or found == pytest.approx(expected)


def test_a_window_ends_on_the_date_asked_not_on_the_last_post():
    silent = features_as_of(asked(200), history([("a", d, 5, True, "image") for d in range(10)], []), CATALOGUE)
    assert silent.loc[0, "posting_frequency"] == 0
    assert np.isnan(silent.loc[0, "ad_density"])


def test_a_given_value_wins_over_the_computed_one():
    rows = asked(50).assign(ad_density=[0.4, np.nan], tier=["macro", None])
    features = features_as_of(rows, history([("b", 1, 5, True, "image")], []), CATALOGUE)
    assert features["ad_density"].tolist() == [0.4, 1.0]
    assert features["tier"].tolist() == ["macro", "mid"]


def test_a_stranger_has_missing_counts_and_a_known_creator_has_zero():
    rows = asked(50).assign(creator_id=["a", "stranger"])
    features = features_as_of(rows, history([("b", 1, 5, True, "image")], [("b", 1, 1, "Lua")]), CATALOGUE)
    assert features["posts_seen"].tolist()[0] == 0
    assert np.isnan(features["posts_seen"].tolist()[1])


def test_past_work_counts_earlier_bookings_by_the_same_brand_only():
    booked = [("a", 1, 1, "Lua"), ("a", 2, 1, "Sen"), ("a", 3, 1, "Lua"), ("a", 50, 1, "Lua")]
    features = features_as_of(asked(50), history([("a", 1, 5, True, "image")], booked), CATALOGUE)
    assert features["past_work_for_brand"].tolist() == [2, 0]


def test_without_a_table_of_posts_earlier_bookings_make_the_record_once_settled():
    tables = history([("a", 1, 5, True, "image")], [("a", 0, 40, "Lua"), ("a", 40, 900, "Lua")])
    bookings = tables.get("bookings").assign(engagements=[500.0, 9000.0])
    alone = History({"creators": tables.get("creators"), "bookings": bookings})
    features = features_as_of(asked(60), alone, CATALOGUE)
    assert features["posts_seen"].tolist() == [1, 0]
    assert features["engagement_rate"][0] == pytest.approx(0.501)
    assert features["posting_frequency"].isna().all()


def test_niche_alignment_is_the_share_of_the_briefs_niches_that_match():
    rows = asked(50).assign(niche=["beauty;food", None], brand_niche="Food;travel")
    features = features_as_of(rows, History(), CATALOGUE)
    assert features["niche_alignment"].tolist()[0] == 0.5
    assert np.isnan(features["niche_alignment"].tolist()[1])


def test_a_post_is_asked_before_it_was_published_and_told_only_once_mature():
    tables = history([("a", 10, 5, True, "image"), ("a", 118, 5, True, "image"), ("a", 120, 5, True, "image")], [])
    examples = training_examples(History({k: v for k, v in tables.frames.items() if k != "bookings"}), CATALOGUE, lead_days=7)
    assert examples["row_id"].tolist() == ["p000"]
    assert examples["at"].tolist() == [START + pd.Timedelta(days=3)]


def test_a_booked_post_is_told_once_as_the_booking_with_the_posts_counts():
    tables = history([("a", 10, 5, True, "image"), ("b", 100, 5, True, "image")], [("a", 2, 3, "Lua")])
    tables.frames["bookings"]["post_id"] = "p000"
    examples = training_examples(tables, CATALOGUE)
    assert examples["row_id"].tolist() == ["b0"]
    assert examples.loc[0, ["engagements", "orders"]].tolist() == [5, 3]


def test_row_order_does_not_matter():
    tables = history([("a", d % 40, d * 10, d % 3 == 0, "image") for d in range(60)], [])
    shuffled = History({**tables.frames, "posts": tables.frames["posts"].sample(frac=1, random_state=3)})
    pd.testing.assert_frame_equal(features_as_of(asked(50), tables, CATALOGUE), features_as_of(asked(50), shuffled, CATALOGUE))


def test_of_tables_read_from_files_without_rows_nobody_has_followers():
    schema = pa.schema([("creator_id", pa.string()), ("at", pa.timestamp("us")), ("followers", pa.float64())])
    snapshots, asked = (schema.empty_table().to_pandas()[names] for names in (schema.names, schema.names[:2]))
    found = with_followers(asked, History({"creator_snapshots": snapshots}), asked["at"])
    assert found.columns.tolist() == ["creator_id", "at", "followers", "followers_from"] and found.empty

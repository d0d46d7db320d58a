"""The engine beside a slow and obvious reading: for each question, a loop over the posts known by then."""

from statistics import mean, median, stdev

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from predictor.asof.engines import duckdb_engine
from predictor.asof.events import ASSUMED_AUDIENCE
from predictor.asof.growth import RUNGS, Curve, Growth, horizons
from predictor.asof.records import read_records
from predictor.definitions.loader import load_catalogue


def with_more_features(shipped):
    """The shipped definitions and, of posts, features of kinds that none of them needs."""
    like = shipped.entries["engagement_rate_highest"]
    settings = {
        "median_rate": {"function": "median", "last": None, "window_days": 60.0},
        "pooled_rate": {"function": "pooled", "last": 5},
    }
    more = {
        name: like.model_copy(update={"computed": like.computed.model_copy(update=changes)}) for name, changes in settings.items()
    }
    return shipped.model_copy(update={"entries": shipped.entries | more})


CATALOGUE = with_more_features(load_catalogue())
WANTED = {n: e.computed for n, e in CATALOGUE.entries.items() if e.computed and e.computed.from_history}
FROM_POSTS = {name: one for name, one in WANTED.items() if one.table == "posts"}
GROWTH = Growth(
    horizons(CATALOGUE), {"engagements": {"youtube/video": Curve(*3 * ((0.3,) * RUNGS,))}}, {"engagements": 0.7, "reach": 1.2}
)
START = pd.Timestamp("2026-01-01")
HOUR = 1 / 24
FOLLOWERS = {"a": 1000.0, "b": 0.0, "c": 50_000.0}

count = st.one_of(st.none(), st.integers(0, 9000))
post = st.tuples(
    st.sampled_from("abc"), st.integers(0, 24 * 100), count, count, count, st.sampled_from([True, False, None]),
    st.sampled_from(["image", "video", None]),
)  # fmt: skip
ask = st.tuples(st.sampled_from("abcd"), st.integers(0, 24 * 130), st.sampled_from(["image", "video", None]))


def posts_table(rows):
    frame = pd.DataFrame(rows, columns=["creator_id", "hour", "likes", "comments", "views", "sponsored", "format"])
    frame["published_at"] = (START + pd.to_timedelta(frame.pop("hour").astype(float), unit="h")).astype("datetime64[us]")
    frame["post_id"] = [f"p{i:03}" for i in range(len(frame))]
    counts = dict.fromkeys(["likes", "comments", "views"], float)
    return frame.astype(counts | {"sponsored": "boolean", "format": "str", "creator_id": "str"})


def asks_table(rows):
    frame = pd.DataFrame(rows, columns=["creator_id", "hour", "format"])
    frame["at"] = START + pd.to_timedelta(frame.pop("hour").astype(float), unit="h")
    return frame.assign(listed=frame["creator_id"] != "d").astype({"format": "str"})


def creators_table():
    return pd.DataFrame({"creator_id": list(FOLLOWERS), "followers": list(FOLLOWERS.values()), "platform": "youtube"})


def obvious(posts, creator, hour, wanted_format, one):
    """One feature by its definition, with nothing but loops."""
    if one.function == "sponsored_ratio":
        paid, free = (
            obvious(posts, creator, hour, wanted_format, one.model_copy(update={"function": "level", "only": only}))
            for only in ("sponsored", "organic")
        )
        return None if paid is None or free is None else paid / free
    if one.within and wanted_format is None:
        return None
    delay = 0 if one.of in (None, "sponsored") else 48
    audience = FOLLOWERS.get(creator) or ASSUMED_AUDIENCE
    rows = []
    for place, (who, when, likes, comments, views, sponsored, kind) in enumerate(posts):
        engagements = None if likes is None else likes + (comments or 0)  # comments alone are not all engagements
        values = {"likes": likes, "comments": comments, "views": views, "reach": views, "engagements": engagements}
        values["sponsored"] = None if sponsored is None else float(sponsored)
        skip = who != creator or when + delay >= hour or (one.within and kind != wanted_format)
        skip = skip or (one.only == "sponsored" and sponsored is not True) or (one.only == "organic" and sponsored is not False)
        if skip or any(values[name] is None for name in (one.of, one.over) if name):
            continue
        rows.append((when + delay, place, values.get(one.of, 1.0), values.get(one.over)))
    rows.sort()
    if not rows and one.else_of:
        return obvious(posts, creator, hour, wanted_format, one.model_copy(update={"of": one.else_of, "else_of": None}))
    if not rows:
        return 0.0 if one.function == "count" and creator != "d" else None
    counts = [row[2] for row in rows]
    logs = [np.log1p(value) - np.log(audience) for value in counts]
    last, window = slice(-(one.last or 1), None), [r for r in rows if one.window_days and hour - 24 * one.window_days <= r[0]]

    def level(half_life):
        return np.average(logs, weights=[0.5 ** ((len(logs) - 1 - i) / half_life) for i in range(len(logs))])

    match one.function:
        case "count":
            return len(rows)
        case "per_week":
            return len(window) / min(max((hour - rows[0][0]) * HOUR, 7), one.window_days) * 7
        case "share":
            return mean(r[2] for r in window) if window else None
        case "days_since":
            return (hour - rows[-1][0]) * HOUR
        case "level":
            return np.exp(level(one.half_life))
        case "trend":
            return np.exp(level(one.half_life) - level(one.against))
        case "average":
            return mean(counts[last]) / audience
        case "pooled":
            return sum(counts[last]) / (audience * len(counts[last]))
        case "highest":
            return np.exp(max(logs[last]))
        case "lowest":
            return np.exp(min(logs[last]))
        case "median":
            rates = [np.log1p(row[2]) - np.log(audience) for row in window]
            return np.exp(median(rates)) if rates else None
        case "spread":
            return stdev(logs[last]) if len(logs[last]) >= 3 else None
        case "ratio":
            below = sum(r[3] for r in rows[last])
            return sum(counts[last]) / below if below else None
    raise NotImplementedError(one.function)


@pytest.mark.slow
@settings(max_examples=60, phases=[Phase.explicit, Phase.generate])
@given(st.lists(post, min_size=1, max_size=40), st.lists(ask, min_size=1, max_size=6))
def test_every_feature_of_posts_equals_a_slow_and_obvious_reading(posts, asks):
    records = read_records(asks_table(asks), {"posts": posts_table(posts), "creators": creators_table()}, CATALOGUE)
    for row, (creator, hour, wanted_format) in enumerate(asks):
        for name, one in FROM_POSTS.items():
            expected, found = obvious(posts, creator, hour, wanted_format, one), records[name].iloc[row]
            assert (expected is None and np.isnan(found)) or found == pytest.approx(expected, rel=1e-9, abs=1e-9), name


@pytest.mark.parametrize("length", [2999, 3000, 3001, 6500])
def test_a_record_of_thousands_of_posts_keeps_its_weights(length):
    rows = [("a", i, 10 + i % 7 * 100, 0, None, None, "image") for i in range(length)]
    records = read_records(asks_table([("a", length + 100, "image")]), {"posts": posts_table(rows)}, CATALOGUE)
    for name in ("engagement_rate", "engagement_rate_long", "engagement_trend"):
        logs = np.log1p([row[2] for row in rows]) - np.log(ASSUMED_AUDIENCE)
        level = {h: np.average(logs, weights=0.5 ** (np.arange(length)[::-1] / h)) for h in (3, 10, 30)}
        one = WANTED[name]
        expected = level[one.half_life] - (level[one.against] if one.against else 0)
        assert records.loc[0, name] == pytest.approx(np.exp(expected), rel=1e-9)


def agency(size=3000):
    """Posts, counts over time, snapshots of followers, bookings and questions of one small agency."""
    rng = np.random.default_rng(5)
    hours = rng.integers(0, 24 * 100, size)
    rows = zip(
        rng.choice(list("abc"), size), hours, rng.integers(0, 900, size), rng.integers(0, 90, size), rng.integers(0, 9000, size),
        rng.random(size) < 0.2, rng.choice(["image", "video"], size), strict=True,
    )  # fmt: skip
    posts = posts_table(list(rows))
    posts["counted_at"] = (posts["published_at"] + pd.to_timedelta(rng.integers(1, 90, size), unit="D")).where(hours % 3 > 0)
    posts["selected"] = pd.array(np.where(hours % 5 == 0, None, hours % 2 == 0), dtype="boolean")
    counted = pd.DataFrame({"post_id": posts["post_id"], "likes": 7.0})
    counted["counted_at"] = posts["published_at"] + pd.to_timedelta(rng.integers(1, 9, size), unit="D")
    at = START + pd.to_timedelta(np.arange(0, 120, 10), unit="D")
    snapshots = pd.concat([pd.DataFrame({"creator_id": who, "at": at, "followers": np.arange(12) * 100.0 + 50}) for who in "ab"])
    booked = pd.DataFrame({"creator_id": list("aabbc"), "brand": list("xyxyx"), "brand_niche": "food", "id": list("12345")})
    booked["happened_at"] = booked["seen_at"] = START + pd.to_timedelta([1, 20, 30, 40, 50], unit="D")
    asks = asks_table([(who, hour, "video") for who in "abcd" for hour in range(24, 24 * 120, 37)])
    sources = {"posts": posts, "post_snapshots": counted[::2], "creator_snapshots": snapshots, "creators": creators_table()}
    booked = booked.assign(exposure=10.0, orders=3.0, clicks=[5.0, None, 0.0, 7.0, 1.0])
    return asks.assign(brand="x", brand_niche="food"), sources | {"bookings": booked}


def test_the_answer_is_the_same_to_the_last_digit_on_one_thread_and_on_two():
    asks, sources = agency()
    with duckdb_engine(threads=1) as one, duckdb_engine(threads=2) as two:
        answers = [read_records(asks, sources, CATALOGUE, engine=engine, growth=GROWTH) for engine in (one, two)]
    pd.testing.assert_frame_equal(*answers, check_exact=True)


def test_posts_are_read_in_place_from_a_file_or_a_folder_of_files(tmp_path):
    asks, sources = agency()
    posts = sources["posts"]
    posts.to_parquet(tmp_path / "posts.parquet")
    posts.to_csv(tmp_path / "posts.csv", index=False)
    (tmp_path / "parts").mkdir()
    for place, part in enumerate(np.array_split(np.arange(len(posts)), 3)):
        posts.iloc[part].to_parquet(tmp_path / "parts" / f"{place}.parquet")
    expected = read_records(asks, sources, CATALOGUE)
    for name in ("posts.parquet", "posts.csv", "parts"):
        records = read_records(asks, sources | {"posts": tmp_path / name}, CATALOGUE)
        pd.testing.assert_frame_equal(records, expected)


def test_the_count_of_a_selected_post_is_lowered_and_any_other_stands():
    rows = [("a", 24 * day, 399, 0, None, None, "image") for day in (1, 2, 3)] + [("a", 24 * 4, None, None, 9, None, "image")]
    posts = posts_table(rows).assign(selected=pd.array([False, None, True, True], dtype="boolean"))
    growth = Growth({}, {}, {"engagements": np.log(4.0)})
    asks, sources = asks_table([("a", 24 * day, "image") for day in (5, 30)]), {"posts": posts, "creators": creators_table()}
    records = read_records(asks, sources, CATALOGUE, growth=growth)
    assert records["engagement_rate_lowest"].tolist() == pytest.approx([0.4, 0.1])
    assert records["engagement_rate_highest"].tolist() == pytest.approx([0.4, 0.4])
    assert records["posts_seen"].tolist() == [2, 3]  # a selected post without a count has none


def test_times_with_a_zone_are_read_as_the_moment_they_name():
    asks, sources = agency()
    posts = sources["posts"]
    away = posts.assign(published_at=posts["published_at"].dt.tz_localize("UTC").dt.tz_convert("Asia/Ho_Chi_Minh"))
    pd.testing.assert_frame_equal(
        read_records(asks, sources | {"posts": away}, CATALOGUE), read_records(asks, sources, CATALOGUE)
    )


def test_counts_over_time_are_used_as_they_stood_and_young_ones_not_at_all():
    posts = posts_table([("a", 24, 500, 0, None, None, "image"), ("a", 24, 500, 0, None, None, "image")])
    counted = pd.DataFrame({"post_id": ["p000", "p000", "p000", "p001"], "likes": [1.0, 40.0, 300.0, 2.0]})
    counted["counted_at"] = START + pd.to_timedelta([1, 4, 9, 2], unit="D")
    sources = {"posts": posts, "post_snapshots": counted, "creators": creators_table()}
    records = read_records(asks_table([("a", 24 * day, "image") for day in (3, 5, 30)]), sources, CATALOGUE)
    assert records["posts_seen"].tolist() == [0, 1, 1]
    assert records["engagement_rate"].tolist()[1:] == pytest.approx([41 / 1000] * 2)


def test_posts_from_before_anybody_kept_counts_over_time_go_by_their_final_ones():
    posts = posts_table([("a", 0, 499, 0, None, None, "image"), ("a", 24 * 9, 500, 0, None, None, "image")])
    counted = pd.DataFrame({"post_id": ["p000", "p001"], "likes": [7.0, 99.0], "counted_at": START + pd.Timedelta(days=8)})
    sources = {"posts": posts, "post_snapshots": counted, "creators": creators_table()}
    records = read_records(asks_table([("a", 24 * 30, "image")]), sources, CATALOGUE)
    assert records["posts_seen"].tolist() == [1]
    assert records["engagement_rate"].tolist() == pytest.approx([500 / 1000])


def test_rates_are_per_follower_as_counted_before_the_post():
    posts = posts_table([("a", 24 * 5, 99, 0, None, None, "image"), ("a", 24 * 15, 99, 0, None, None, "image")])
    snapshots = pd.DataFrame({"creator_id": "a", "at": START + pd.to_timedelta([0, 10], unit="D"), "followers": [100.0, 400.0]})
    sources = {"posts": posts, "creator_snapshots": snapshots, "creators": creators_table()}
    records = read_records(asks_table([("a", 24 * day, "image") for day in (9, 30)]), sources, CATALOGUE)
    assert records["engagement_rate_highest"].tolist() == pytest.approx([1.0, 1.0])
    assert records["engagement_rate_lowest"].tolist() == pytest.approx([1.0, 0.25])


def test_growth_and_the_largest_jump_of_an_audience_come_from_its_counts():
    days, followers = [0, 30, 60, 100], [999.0, 1099.0, 3299.0, 3299.0]
    snapshots = pd.DataFrame({"creator_id": "a", "at": START + pd.to_timedelta(days, unit="D"), "followers": followers})
    records = read_records(asks_table([("a", 24 * 110, None)]), {"creator_snapshots": snapshots}, CATALOGUE)
    assert records.loc[0, "follower_growth"] == pytest.approx(3299 / 999)
    assert records.loc[0, "follower_jump"] == pytest.approx(3300 / 1100)


def test_bookings_by_the_brand_and_by_its_rivals_are_counted_in_their_90_days():
    asks, sources = agency()
    asked = asks.drop_duplicates("creator_id").assign(at=START + pd.Timedelta(days=105)).reset_index(drop=True)
    records = read_records(asked, {"bookings": sources["bookings"]}, CATALOGUE)
    assert records["booked_by_brand_90"].tolist()[:3] == [0, 1, 1]
    assert records["booked_by_rivals_90"].tolist()[:3] == [1, 1, 0]
    assert records[["booked_by_brand_90", "booked_by_rivals_90"]].iloc[3].isna().all()


def test_a_pooled_rate_is_all_clicks_over_all_audience_once_they_are_in_and_bookings_without_a_count_are_left_out():
    booked = pd.DataFrame({"creator_id": "a", "id": list("1234"), "clicks": [50.0, 0.0, None, 900.0]})
    booked["exposure"] = [100.0, 900.0, 5000.0, 1000.0]
    booked["happened_at"] = START + pd.to_timedelta([1, 2, 3, 4], unit="D")
    booked["seen_at"] = START + pd.to_timedelta([10, 20, 20, 40], unit="D")
    asks = asks_table([("a", 24 * day, "image") for day in (5, 15, 30)])
    records = read_records(asks, {"bookings": booked, "creators": creators_table()}, CATALOGUE)
    assert np.isnan(records["past_click_rate"][0])
    assert records["past_click_rate"].tolist()[1:] == pytest.approx([0.5, 0.05])

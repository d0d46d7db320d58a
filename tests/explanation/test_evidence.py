import json
import time

import numpy as np
import pandas as pd
import pytest

from builders import CATALOGUE, phrases
from predictor.asof.examples import training_examples
from predictor.explanation.evidence import basis, caveats, evidence
from predictor.forecasting.support import NEWEST, from_json, to_json, training_support
from predictor.forecasting.target_model import labelled
from predictor.tables.frames import History
from predictor.wording.sentences import LANGUAGES

pytestmark = pytest.mark.slow

RECIPE = CATALOGUE.recipes["engagement"]
DAY = pd.Timestamp("2026-01-01")


@pytest.fixture(scope="module")
def history(tables):
    return training_examples(tables, CATALOGUE)


def examples(rows=60, **columns):
    """Bookings a day apart, the last of them settled on the last day of 2025, of 20 creators on two platforms."""
    place = np.arange(rows)
    at = DAY - pd.to_timedelta(rows - place + 45, unit="D")
    frame = pd.DataFrame(
        {
            "row_id": [f"b{i:04d}" for i in place],
            "creator_id": [f"c{i % 20:02d}" for i in place],
            "source": "booking",
            "at": at,
            "known_on": at + pd.Timedelta(days=45, hours=6),
            "platform": np.where(place % 2, "tiktok", "instagram"),
            "tier": "micro",
            "kind": "influencer",
            "niche": "beauty",
            "format": "video",
            "followers": 10_000.0 + 100 * place,
            "niche_alignment": 1.0,
            "posting_frequency": 3.0,
            "engagement_rate": 0.02,
            "posts_seen": 30.0,
            "sponsored": pd.array([True] * rows, dtype="boolean"),
            "engagements": 100.0 + place,
        }
    )
    return frame.assign(**columns)


def asked(**columns):
    """One candidate like everybody in the examples, of whom there are posts."""
    row = {"platform": "tiktok", "tier": "micro", "format": "video", "niche": "beauty", "followers": 11_000.0, "posts_seen": 30.0}
    return pd.DataFrame([row | columns])


def evidence_of(rows, taught=None):
    seen = training_support(examples() if taught is None else taught, RECIPE, CATALOGUE)
    return evidence(seen, rows, RECIPE, CATALOGUE)


def test_an_ordinary_candidate_rests_on_posts_and_similar_bookings_and_raises_no_doubt():
    found = evidence_of(asked(followers=11_500.0))
    assert found["own_posts"].tolist() == [30] and found["similar"].tolist() == [30] and not found["thin"].any()
    assert caveats(found, phrases("en")).tolist() == [""]
    assert basis(found, phrases("en"))[0] == (
        "Rests on 30 of the creator's own posts and 30 similar past bookings. Nearest: c15 · Oct 2025: 115; "
        "c17 · Oct 2025: 117; c13 · Oct 2025: 113."
    )


def test_past_bookings_are_told_by_the_name_the_brand_and_the_month_of_the_history():
    history = History({
        "creators": pd.DataFrame({"creator_id": ["c15", "c17"], "name": ["Lan", None]}),
        "bookings": pd.DataFrame({"booking_id": ["b0015"], "campaign_id": ["k1"]}),
        "campaigns": pd.DataFrame({"campaign_id": ["k1"], "brand": ["Hoa"]}),
    })  # fmt: skip
    said = basis(evidence_of(asked(followers=11_500.0)), phrases("vi"), history)[0]
    assert "Gần giống nhất: Lan · Hoa · 10/2025: 115; c17 · 10/2025: 117;" in said


def test_only_the_same_platform_format_and_size_is_similar():
    apart = [asked(platform="instagram", format="story"), asked(followers=100_000.0), asked(format="short"), asked(format=None)]
    assert evidence_of(pd.concat(apart, ignore_index=True))["similar"].tolist() == [0, 0, 30, 30]


def test_where_no_booking_is_similar_the_nearest_are_not_called_alike():
    assert "and 0 similar past bookings. The least unlike: c" in basis(evidence_of(asked(followers=100_000.0)), phrases("en"))[0]


def test_without_an_audience_the_tier_says_who_is_similar():
    rows = pd.concat([asked(followers=np.nan), asked(followers=np.nan, tier="mega")], ignore_index=True)
    assert evidence_of(rows)["similar"].tolist() == [30, 0]


def test_a_never_seen_platform_is_named_first_has_no_neighbours_and_lies_outside():
    found = evidence_of(asked(platform="line", niche="pets; beauty", kind="kol"))
    assert found["outside"].all() and found["thin"].all()
    assert found["similar"].tolist() == [0] and found["nearest"].tolist() == [[]]
    assert caveats(found, phrases("en"))[0] == "Never seen in past results: platform LINE, kind KOL, niche Pets."
    assert (
        caveats(found, phrases("vi"))[0]
        == "Chưa từng có trong các kết quả trước đây: nền tảng LINE, loại KOL, lĩnh vực Thú cưng."
    )


def test_a_never_seen_niche_is_doubted_but_keeps_the_correction():
    found = evidence_of(asked(niche="pets"))
    assert found["thin"].all() and not found["outside"].any()


def test_a_value_of_few_rows_or_few_creators_is_rarely_seen():
    few_rows = evidence_of(asked(tier="macro"), examples(tier=["macro"] * 19 + ["micro"] * 41))
    few_creators = evidence_of(
        asked(niche="pets"), examples(niche=["pets" if i % 20 < 2 else "beauty" for i in range(600)], rows=600)
    )
    assert few_rows["rarely"].tolist() == [{"tier": "macro"}] and few_creators["rarely"].tolist() == [{"niche": "pets"}]
    assert caveats(few_creators, phrases("en"))[0] == "Rarely seen: niche Pets."
    assert not few_rows["outside"].any() and not few_rows["thin"].any()


def test_values_are_compared_as_the_model_reads_them():
    assert evidence_of(asked(niche="Beauty ; pets", platform=" TikTok"))["never"].tolist() == [{}]


def test_missing_is_never_unseen():
    found = evidence_of(pd.DataFrame({"platform": ["tiktok", None], "niche": [None, "beauty"], "followers": [np.nan, 11_000.0]}))
    assert found["never"].tolist() == found["rarely"].tolist() == found["out_of_range"].tolist() == [{}, {}]


def test_a_column_that_training_never_recorded_says_nothing():
    assert evidence_of(asked(kind="kol"), examples(kind=None))["never"].tolist() == [{}]


def test_an_audience_above_everything_seen_is_told_with_the_largest():
    found = evidence_of(asked(followers=25e6, tier=None))
    assert found["thin"].all()
    assert caveats(found, phrases("en"))[0] == "Audience 25M is above everything seen (15.9K)."
    assert caveats(found, phrases("vi"))[0] == "Lượng khán giả 25 triệu cao hơn mọi giá trị từng thấy (15,9 nghìn)."


def test_a_paid_post_is_doubted_where_training_had_none():
    found = evidence_of(asked(sponsored=True), examples(sponsored=pd.array([False] * 60, dtype="boolean")))
    assert caveats(found, phrases("en"))[0] == "Never seen in past results: sponsored: yes."


def test_more_posts_than_ever_seen_are_no_reason_for_doubt():
    assert evidence_of(asked(posts_seen=900.0))["out_of_range"].tolist() == [{}]


def test_nothing_of_ones_own_and_hardly_anything_similar_is_thin_and_said():
    found = evidence_of(
        asked(posts_seen=np.nan, followers=45_000.0, format=None), examples(followers=[45_000.0] * 4 + [10_000.0] * 56)
    )
    assert found["similar"].tolist() == [2] and found["thin"].all()
    assert caveats(found, phrases("en"))[0] == (
        "Learned from 20 creators only: for others take it as rough. "
        "Little to go by: nothing of the creator's own and 2 similar past bookings."
    )
    assert not evidence_of(asked(posts_seen=np.nan))["thin"].any()


def test_what_was_learned_from_many_creators_does_not_say_from_how_many():
    taught = examples(creator_id=[f"c{i % 25:02d}" for i in range(60)])
    assert caveats(evidence_of(asked(posts_seen=np.nan), taught), phrases("en")).tolist() == [""]


def test_a_record_given_in_the_list_counts_as_the_creators_own():
    taught = examples(followers=[90_000.0] + [10_000.0] * 59)
    found = evidence_of(asked(posts_seen=np.nan, engagement_rate=0.02, followers=90_000.0), taught)
    assert found["similar"].tolist() == [0] and not found["thin"].any()
    assert basis(found, phrases("en"))[0].startswith("Rests on the creator's own record as given in the list and ")


def test_nothing_settled_on_or_after_the_day_asked_is_shown():
    taught = examples()
    row = asked(at=taught["known_on"].iloc[31])  # b0031 is settled at that hour
    found = evidence_of(row, taught)
    assert found["similar"].tolist() == [15]
    assert max(one["row_id"] for one in found["nearest"][0]) <= "b0029"


def test_a_row_is_never_its_own_neighbour():
    taught = examples()
    found = evidence_of(taught.drop(columns="at"), taught)
    assert found["nearest"].map(len).min() > 0
    assert all(row not in [one["row_id"] for one in near] for row, near in zip(taught["row_id"], found["nearest"], strict=True))
    assert found["similar"].tolist() == [29] * 60


def test_what_came_of_the_row_asked_changes_nothing():
    taught = examples()
    pd.testing.assert_frame_equal(evidence_of(taught, taught), evidence_of(taught.assign(engagements=0.0, reach=9e9), taught))


def test_of_equally_near_bookings_the_newest_come_first_in_any_order_of_rows():
    taught = examples(followers=10_000.0)
    shuffled = taught.sample(frac=1, random_state=1)
    for rows in (taught, shuffled):
        assert [one["row_id"] for one in evidence_of(asked(), rows)["nearest"][0]] == ["b0059", "b0057", "b0055"]


def test_a_booking_that_says_little_is_not_near():
    taught = examples(niche=["beauty"] * 40 + [None] * 20)
    assert max(one["row_id"] for one in evidence_of(asked(followers=15_000.0), taught)["nearest"][0]) == "b0039"


def test_with_few_bookings_the_newest_post_of_each_creator_stands_in():
    taught = examples(source=["booking"] * 20 + ["post"] * 40)
    seen = training_support(taught, RECIPE, CATALOGUE)
    assert sorted(seen.past["row_id"]) == [f"b{i:04d}" for i in range(40, 60)]
    assert "10 similar past posts" in basis(evidence_of(asked(), taught), phrases("en"))[0]


def test_at_most_the_newest_5000_bookings_are_kept():
    seen = training_support(examples(rows=NEWEST + 100), RECIPE, CATALOGUE)
    assert len(seen.past) == NEWEST and seen.past["row_id"].min() == "b0100"


def test_an_experience_comes_back_from_json_as_it_was(history):
    recipe = CATALOGUE.recipes["orders"]
    seen = training_support(labelled(history, recipe), recipe, CATALOGUE)
    back = from_json(json.loads(json.dumps(to_json(seen), allow_nan=False)))
    pd.testing.assert_frame_equal(evidence(back, history, recipe, CATALOGUE), evidence(seen, history, recipe, CATALOGUE))
    assert (back.labels, back.creators, back.values, back.spans) == (seen.labels, seen.creators, seen.values, seen.spans)


def test_counts_tell_rows_and_creators():
    seen = training_support(examples(), RECIPE, CATALOGUE)
    assert seen.values["platform"] == {"instagram": (30, 10), "tiktok": (30, 10)}
    assert (seen.labels, seen.creators) == (60, 20)
    assert seen.spans["followers"].lowest == 10_000 and seen.spans["followers"].highest == 15_900


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_candidate_of_a_whole_list_gets_its_sentences(history, candidates, lang):
    found = evidence(training_support(labelled(history, RECIPE), RECIPE, CATALOGUE), candidates, RECIPE, CATALOGUE)
    starts = {"en": ("Rests on", "There is nothing"), "vi": ("Dựa trên", "Chưa có")}[lang]
    assert basis(found, phrases(lang)).str.startswith(starts).all()
    assert (caveats(found, phrases(lang)) != "").tolist() == (found["thin"] | found["rarely"].astype(bool)).tolist()


def test_an_empty_list_is_answered_with_an_empty_one():
    found = evidence_of(asked().head(0))
    assert len(found) == len(basis(found, phrases("en"))) == len(caveats(found, phrases("en"))) == 0


def test_ten_thousand_rows_against_five_thousand_bookings_take_seconds():
    seen, rows = training_support(examples(rows=NEWEST), RECIPE, CATALOGUE), examples(rows=10_000)
    begun = time.perf_counter()
    evidence(seen, rows, RECIPE, CATALOGUE)
    assert time.perf_counter() - begun < 20

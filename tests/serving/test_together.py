"""Requests that are answered together get to the bit what each gets alone, and what `score` tells."""

import json

import pandas as pd
import pytest

from predictor.intake.contract import candidates_from
from predictor.scoring.score import score
from predictor.serving.request import answers, asked, records
from predictor.serving.server import Sent, replies

DAY = "2026-06-01"
ROWS = [
    {"platform": "tiktok", "followers": 52_000, "niche": "beauty", "fee": 3_000_000, "currency": "VND"},
    {"platform": "instagram", "followers": "9,5k", "niche": "food; travel", "fee": "2tr", "currency": "đồng"},
    {"platform": "youtube", "followers": 1_200_000, "niche": None, "fee": None, "currency": None},
    {"platform": "xiaohongshu", "followers": 800, "niche": "beauty", "fee": 90, "currency": "USD"},
    {"platform": "tiktok", "followers": None, "niche": "never heard of", "fee": 500_000, "currency": "VND"},
]
RECORDED = [{"platform": "tiktok", "followers": 40_000, "engagement_rate": rate, "posts": 2} for rate in (0.05, 0.002)]
ASSUMED = [{"platform": "newspaper", "assumed_reach_low": 1_000, "assumed_reach_high": 9_000}]


def frames():
    """Requests of one row and of several, with the same columns and with others."""
    return [
        pd.DataFrame(rows, dtype=object) for rows in (*([one] for one in ROWS), ROWS, RECORDED, ASSUMED, [{"platform": "tiktok"}])
    ]


@pytest.mark.parametrize(
    "params", [{}, {"why": "vi"}, {"why": "en", "level": 0.9, "at_least": "orders=5,reach=20k"}, {"goal": "sales"}]
)
def test_together_alone_and_from_score_every_bit_is_the_same(bundle, params):
    read = [asked(one, bundle, {"on": DAY, **params}, None) for one in frames()]
    together = answers(read, bundle)
    assert together == [answers([one], bundle)[0] for one in read]
    assert together == [records(score(one.rows, bundle, **one.options)) for one in read]
    shared = [one.shared(bundle.catalogue) for one in read]
    assert len({*shared[:6]}) == 1 and (shared[0] is None) == ("goal" in params) and shared[7] is None


def test_with_a_history_too(bundle, tables):
    known = tables.get("creators")["creator_id"].head(4).tolist()
    read = [asked(pd.DataFrame({"creator_id": [one]}), bundle, {"on": DAY, "why": "vi"}, tables) for one in known]
    together = answers(read, bundle, tables)
    assert together == [answers([one], bundle, tables)[0] for one in read]
    local = score(candidates_from(pd.DataFrame({"creator_id": known}), "x", bundle.catalogue), bundle, history=tables,
                  on=pd.Timestamp(DAY), why="vi")  # fmt: skip
    assert [row for one in together for row in one] == records(local)


def body(rows, **params):
    return Sent(json.dumps({"dataframe_records": rows, "params": {"on": DAY, **params}}).encode(), "application/json", "")


def test_what_is_wrong_in_one_request_is_told_to_it_alone(bundle):
    bad = [
        body([ROWS[0], {**ROWS[1], "followers": "-5"}]), Sent(b"{", "application/json", ""), body(ROWS, why="fr"),
        body([ROWS[0]], at_least="sale=3"), body([{"name": "x"}]),
    ]  # fmt: skip
    good = [body([one]) for one in ROWS]
    mixed = [one for pair in zip(good, bad, strict=True) for one in pair]
    told = replies(mixed, bundle, None)
    assert [status for status, _ in told] == [200, 400] * 5
    assert told == [replies([one], bundle, None)[0] for one in mixed]
    assert "row 2, column 'followers': got -5" in told[1][1].decode() and "this model forecasts" in told[7][1].decode()


def test_a_table_that_cannot_be_answered_costs_the_others_nothing(bundle):
    read = [asked(one, bundle, {"on": DAY}, None) for one in frames()[:3]]
    read[1].rows["followers"] = "many"  # a fault of this program's own: what was checked is no number
    first, broken, third = answers(read, bundle)
    assert isinstance(broken, Exception)
    assert [first, third] == [answers([one], bundle)[0] for one in (read[0], read[2])]

"""Requests that are answered together get to the bit what each gets alone, and what `score` tells."""

import asyncio
import json
import time
from dataclasses import replace

import pandas as pd
import pytest

from builders import finish
from predictor.errors import Fault
from predictor.intake.contract import candidates_from
from predictor.scoring.score import score
from predictor.serving import server
from predictor.serving.access import LEFT
from predictor.serving.request import answers, asked, records, refusal, rows_of_body
from predictor.serving.server import Sent, application, replies
from predictor.tables.frames import Columns, text_array

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


def sent():
    """Requests of one row and of several, with the same columns and with others."""
    several = (*([one] for one in ROWS), ROWS, RECORDED, ASSUMED, [{"platform": "tiktok"}])
    return [rows_of_body({"dataframe_records": rows}) for rows in several]


@pytest.mark.parametrize(
    "params", [{}, {"why": "vi"}, {"why": "en", "level": 0.9, "at_least": "orders=5,reach=20k"}, {"goal": "sales"}]
)
def test_together_alone_and_from_score_every_bit_is_the_same(bundle, params):
    read = [asked(one, bundle, {"on": DAY, **params}, None) for one in sent()]
    together = answers(read, bundle)
    assert together == [answers([one], bundle)[0] for one in read]
    assert together == [records(score(one.rows, bundle, **one.options)) for one in read]
    shared = [one.shared(bundle.catalogue) for one in read]
    assert len({*shared[:6]}) == 1 and (shared[0] is None) == ("goal" in params) and shared[7] is None


def test_with_a_history_too(bundle, tables):
    known = tables.get("creators")["creator_id"].head(4).tolist()
    requests = [rows_of_body({"dataframe_records": [{"creator_id": one}]}) for one in known]
    read = [asked(one, bundle, {"on": DAY, "why": "vi"}, tables) for one in requests]
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
    read = [asked(one, bundle, {"on": DAY}, None) for one in sent()[:3]]
    wrong = read[1].rows.arrays() | {
        "followers": text_array(["many"])
    }  # a fault of this program's own: what was checked is no number
    read[1] = replace(read[1], rows=Columns(wrong, read[1].rows.index))
    first, broken, third = answers(read, bundle)
    assert isinstance(broken, Exception)
    assert [first, third] == [answers([one], bundle)[0] for one in (read[0], read[2])]


HALF = "\ud83d"  # what a program leaves of an emoji that it cuts


@pytest.mark.parametrize(
    "content",
    [
        {"dataframe_records": [ROWS[0]], HALF: 1},
        *({"dataframe_records": [ROWS[0] | {name: f"a{HALF}"}]} for name in ("platform", "currency", "name", "followers", HALF)),
        *({"dataframe_records": [ROWS[0]], "params": {name: f"a{HALF}"}} for name in ("goal", "at_least", "brief", "why", HALF)),
        {"dataframe_records": [ROWS[0]], "params": {"brief": {"goal": HALF}}},
        {"dataframe_records": [ROWS[0]], "params": {"brief": json.dumps({"goal": HALF})}},
    ],
)
def test_half_a_character_is_refused_and_the_others_are_answered(bundle, content):
    several = [body([ROWS[0]]), Sent(json.dumps(content).encode(), "application/json", ""), body([ROWS[1]])]
    told = replies(several, bundle, None)
    assert [status for status, _ in told] == [200, 400, 200]
    assert r"half a character (\ud83d), as where an emoji was cut; write it whole" in json.loads(told[1][1])["message"]
    assert [told[0], told[2]] == [replies([one], bundle, None)[0] for one in (several[0], several[2])]


def test_whole_characters_are_answered_however_json_writes_them(bundle):
    rows = [{**ROWS[0], "name": "Hoa \U0001f33a", "bio": r"C:\ud83d"}]
    content = {"dataframe_records": rows, "params": {"on": DAY}}
    written = [json.dumps(content, ensure_ascii=escaped).encode() for escaped in (True, False)]
    sent = [Sent(one, "application/json", "") for one in written]
    first, second = replies(sent, bundle, None)
    assert first == second and first[0] == 200


def test_a_refusal_that_quotes_half_a_character_can_be_sent():
    told = refusal("INVALID_PARAMETER_VALUE", [Fault("request", f"got 'Hoa \U0001f33a{HALF}'.")])
    assert json.loads(told.encode())["faults"][0]["problem"] == f"got 'Hoa \U0001f33a{HALF}'."


SCOPE = {
    "type": "http", "path": "/invocations", "method": "POST", "query_string": b"", "client": ("127.0.0.1", 9),
    "headers": [(b"host", b"localhost"), (b"content-type", b"application/json")],
}  # fmt: skip


async def post(app, content, scope=SCOPE, **more):
    """Status and body of the answer to a request, whose body may be followed by another message."""
    messages = iter([{"type": "http.request", "body": content, "more_body": bool(more)}, more])
    told = []

    async def receive():
        return next(messages)

    async def send(message):
        told.append(message)

    await app(scope, receive, send)
    return told[0]["status"], told[1]["body"]


def many(count):
    return body([{"platform": "tiktok", "followers": 1_000 + n, "name": "x" * 40} for n in range(count)]).body


def test_one_row_does_not_wait_for_all_the_long_requests_that_came_before_it(bundle):
    async def ask():
        app, ended = application(bundle), []

        async def one(content):
            ended.append((len(content), *await post(app, content)))

        await asyncio.gather(*(one(many(count)) for count in (*[4_000] * 6, 1)))
        return ended

    ended = finish(ask())
    assert {status for _, status, _ in ended} == {200}
    assert min(range(len(ended)), key=lambda place: ended[place][0]) <= 2


def test_a_long_request_is_answered_while_short_ones_keep_coming(bundle):
    async def ask():
        app, after = application(bundle), 0

        async def short():
            nonlocal after
            while not long.done() and after < 100:
                after += (await post(app, many(1)))[0] == 200

        first = asyncio.create_task(post(app, many(1)))
        await asyncio.sleep(0.002)  # what comes now waits, and one of the two that ask again and again always will
        long = asyncio.create_task(post(app, many(4_000)))
        one = asyncio.create_task(short())
        await first
        await asyncio.sleep(0.002)
        await asyncio.gather(one, short())
        return after, (await long)[0]

    after, status = finish(ask())
    assert after < 100 and status == 200


def test_who_waited_for_others_is_told_that_the_server_is_busy_and_what_nobody_awaits_is_not_computed(bundle, monkeypatch):
    async def ask():
        app, content = application(bundle), many(4_000)
        began = time.monotonic()
        await post(app, content)
        alone = time.monotonic() - began
        monkeypatch.setattr(server, "PATIENCE", 0.02)
        told = await asyncio.gather(*(post(app, content) for _ in range(12)), post(app, many(1)))
        monkeypatch.undo()
        began = time.monotonic()
        last = await post(app, many(1))
        return alone, told, time.monotonic() - began, last

    alone, told, waited, last = finish(ask())
    assert [status for status, _ in told[:12]] == [504] + [503] * 11 and last[0] == 200
    assert "took too long; send fewer rows" in told[0][1].decode()
    assert "request: the server is busy; send it again later." in told[1][1].decode()
    assert waited < 6 * alone


def test_an_upload_that_breaks_off_is_not_answered(bundle):
    scope = SCOPE | {"headers": [SCOPE["headers"][0], (b"content-type", b"text/csv")]}
    rows = b"platform,followers\ntiktok,5000\n"
    assert finish(post(application(bundle), rows, scope, type="http.disconnect")) == (LEFT, b"")
    whole = finish(post(application(bundle), rows, scope, type="http.request", body=b"tiktok,6000\n"))
    assert whole[0] == 200 and len(json.loads(whole[1])["predictions"]) == 2

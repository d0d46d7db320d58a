"""Bodies, connections and uploads of people who mean no good, or whose program is broken: refused, while others are answered."""

import json
import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from bad_inputs.apart import apart
from bad_inputs.files import READ, SPREADSHEETS, TEXTS
from builders import phrases
from predictor.errors import RowsError
from predictor.serving.request import answer, read_body
from predictor.serving.server import Sent, replies

pytestmark = pytest.mark.slow

ROW = '{"platform": "tiktok", "followers": 5000}'
JSON, CSV = "application/json", "text/csv"


def records(row: str, params: str = "{}") -> str:
    return f'{{"dataframe_records": [{row}], "params": {params}}}'


BODIES = {
    "12,000 different keys": (records(json.dumps({"platform": "tiktok"} | {f"key{n}": n for n in range(12_000)})), JSON),
    "12,000 keys over rows": (records(",".join(f'{{"platform": "tiktok", "key{n}": 1}}' for n in range(12_000))), JSON),
    "12,000 titles": (json.dumps({"dataframe_split": {"columns": [f"c{n}" for n in range(12_000)], "data": []}}), JSON),
    "12,000 columns of CSV": (",".join(f"c{n}" for n in range(12_000)) + "\n1\n", CSV),
    "900 unknown keys": (records(json.dumps({"platform": "tiktok"} | {f"folowers{n}": n for n in range(900)})), JSON),
    "deep lists": ('{"dataframe_records": ' + "[" * 200_000 + "]" * 200_000 + "}", JSON),
    "deep objects": ('{"a":' * 100_000 + "1" + "}" * 100_000, JSON),
    "a deep cell": (records('{"platform": ' + "[" * 500 + "]" * 500 + "}"), JSON),
    "a deep parameter": (records(ROW, '{"brief": ' + "[" * 500 + "]" * 500 + "}"), JSON),
    "NaN": (records('{"platform": "tiktok", "followers": NaN}'), JSON),
    "Infinity": (records('{"platform": "tiktok", "followers": Infinity}'), JSON),
    "a level of NaN": (records(ROW, '{"level": NaN}'), JSON),
    "a number of 400 digits": (records('{"platform": "tiktok", "followers": ' + "9" * 400 + "}"), JSON),
    "a number of 100,000 digits": (records('{"platform": "tiktok", "followers": ' + "9" * 100_000 + "}"), JSON),
    "text of 400 digits": (records('{"platform": "tiktok", "followers": "' + "9" * 400 + '"}'), JSON),
    "1e999": (records('{"platform": "tiktok", "followers": 1e999}'), JSON),
    "half a character": (records('{"platform": "tiktok", "bio": "a\\ud83d"}'), JSON),
    "half a character as a key": (records('{"platform": "tiktok", "\\ud83d": 1}'), JSON),
    "half a character twice as a key": (records('{"platform": "tiktok", "\\ud83d": 1, "\\ud83d": 1}'), JSON),
    "half a character in a brief": (records(ROW, r'{"brief": "{\"goal\": \"\\ud83d\"}"}'), JSON),
    "the same key twice": (records('{"platform": "tiktok", "followers": 5, "followers": 7}'), JSON),
    "rows twice": ('{"dataframe_records": [], "dataframe_records": [%s]}' % ROW, JSON),
    "a goal that is a list": (records(ROW, '{"goal": ["sales"]}'), JSON),
    "a goal that is an object": (records(ROW, '{"goal": {"sales": 1}}'), JSON),
    "a language that is a list": (records(ROW, '{"why": ["en"]}'), JSON),
    "counts that are a list": (records(ROW, '{"at_least": ["orders=5"]}'), JSON),
    "a count of 400 digits": (records(ROW, '{"at_least": "orders=%s"}' % ("9" * 400)), JSON),
    "a count with a power": (records(ROW, '{"at_least": "orders=5²"}'), JSON),
    "a level of text": (records(ROW, '{"level": "high"}'), JSON),
    "a level that is true": (records(ROW, '{"level": true}'), JSON),
    "a day that is not there": (records(ROW, '{"on": "2026-02-30"}'), JSON),
    "the day 0001": (records(ROW, '{"on": "0001-01-01"}'), JSON),
    "the day 9999": (records(ROW, '{"on": "9999-12-31"}'), JSON),
    "a brief that is text": (records(ROW, '{"brief": "sales"}'), JSON),
    "a brief of 5²": (records(ROW, '{"brief": {"budget": "5²"}}'), JSON),
    "a brief of another time": (records(ROW, '{"brief": {"starts_on": "2206-07-01"}}'), JSON),
    "a brief with a key twice": (records(ROW, json.dumps({"brief": '{"goal": "sales", "goal": "reach"}'})), JSON),
    "parameters that are a list": (records(ROW, "[1]"), JSON),
    "an unknown parameter": (records(ROW, '{"goals": "sales"}'), JSON),
    "rows that are text": ('{"dataframe_records": "all"}', JSON),
    "rows that are numbers": ('{"dataframe_records": [1, 2]}', JSON),
    "no rows": ('{"dataframe_records": []}', JSON),
    "a blank row": (records("{}"), JSON),
    "blank signs": (records('{"platform": "-", "followers": "n/a"}'), JSON),
    "a power": (records('{"platform": "tiktok", "followers": "5²"}'), JSON),
    "a number in a circle": (records('{"platform": "tiktok", "followers": "①"}'), JSON),
    "an unknown country": (records('{"platform": "tiktok", "country": "Atlantis"}'), JSON),
    "both forms": ('{"dataframe_records": [], "dataframe_split": {}}', JSON),
    "neither form": ("{}", JSON),
    "a number": ("7", JSON),
    "nothing": ("", JSON),
    "nothing as CSV": ("", CSV),
    "only titles": ("platform\n", CSV),
    "an open quote": ('platform,name\ntiktok,"a\n', CSV),
    "a longer row": ("platform\ntiktok,5,6\n", CSV),
    "another type": (ROW, "text/html"),
    "no type": (ROW, ""),
}  # fmt: skip


@pytest.fixture(scope="module")
def trained_bundle(model):
    from predictor.bundle import load_bundle

    return load_bundle(model)


@pytest.mark.parametrize("name", BODIES)
def test_a_broken_body_is_refused_in_a_second(trained_bundle, name):
    import pandas as pd

    body, kind = BODIES[name]

    def ask():
        try:
            sent = read_body(body.encode(), kind)
            rows = sent.get("dataframe_records")
            split = sent.get("dataframe_split")
            frame = pd.DataFrame(rows, dtype=object) if split is None else pd.DataFrame(split["data"], columns=split["columns"])
            answer(frame, trained_bundle, sent["params"])
        except RowsError as problem:
            sys.exit(f"refused: {problem}")

    ended = apart(ask)
    assert ended.code == 1 and "Traceback" not in ended.err and ended.seconds < 5, ended


@pytest.mark.parametrize("name", ["goal", "brief", "why", "at_least", "level", "on"])
@pytest.mark.parametrize("blank", ["-", "n/a", " ", "", None])
def test_a_parameter_that_says_nothing_is_left_out_or_refused(trained_bundle, name, blank):
    sent = Sent(records(ROW, json.dumps({name: blank})).encode(), JSON, "")
    ((status, said),) = replies([sent], trained_bundle, None)
    if blank in ("", None) or name == "goal":
        assert status == 200
    else:
        assert status == 400 and name.replace("_", "-") in said.decode().replace("_", "-")


UPLOADS = {
    **{n: c for n, c in SPREADSHEETS.items() if n.endswith(".xlsx")},
    **{n: c for n, c in TEXTS.items() if n.endswith(".csv")},
}


def upload(name, content):
    from predictor.page.upload import Refused, read_upload

    def read():
        try:
            read_upload(name, content, phrases())
        except Refused as problem:
            sys.exit(f"refused: {problem}")

    return apart(read)


@pytest.mark.parametrize("name", UPLOADS)
def test_a_broken_upload_is_refused_or_asked_about(name):
    ended = upload(name, UPLOADS[name])
    assert ended.code in (0, 1) and "Traceback" not in ended.err, ended


@pytest.mark.parametrize("name", [name for name in READ if name.endswith(".xlsx")])
def test_an_upload_that_claims_too_much_is_read_by_what_is_filled(name):
    ended = upload(name, READ[name])
    assert ended.code == 0, ended


@pytest.fixture(scope="module")
def server(model):
    command = [sys.executable, "-u", "-c", "from predictor.cli.main import main; main()"]
    environment = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    process = subprocess.Popen(
        [*command, "serve", "--model", str(model), "--port", "0"], env=environment, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    port = int(process.stdout.readline().split("http://127.0.0.1:")[1].split(";")[0])
    yield process, port
    process.kill()
    process.wait()


def post(port: int, body: bytes, length: int | None = None) -> socket.socket:
    """A connection with a request, or its beginning."""
    sent = socket.create_connection(("127.0.0.1", port), timeout=30)
    head = f"POST /invocations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {length or len(body)}\r\n"
    sent.sendall(head.encode() + b"Connection: close\r\n\r\n" + body)
    return sent


def status_of(connection: socket.socket) -> int:
    return int(connection.recv(4096).split()[1])


def test_slow_half_open_and_endless_callers_keep_nobody_waiting_and_ctrl_c_ends_at_once(server):
    process, port = server
    assert status_of(post(port, records(ROW).encode())) == 200
    slow = [post(port, b'{"dataframe', length=10_000) for _ in range(100)]
    silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(100)]
    for name in ("12,000 different keys", "deep lists", "a number of 100,000 digits"):
        assert status_of(post(port, BODIES[name][0].encode())) == 400
    began = time.monotonic()
    assert status_of(post(port, records(ROW).encode())) == 200
    assert time.monotonic() - began < 5
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 0 and "The server has ended" in out and "Traceback" not in err
    assert len(slow) + len(silent) == 200

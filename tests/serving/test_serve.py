"""The served model: one real server answers what `score` does, and refuses in sentences without showing what it was sent."""

import json
import os
import shlex
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import pytest

from predictor.cli.main import main
from predictor.errors import RowsError
from predictor.intake.contract import candidates_from, read_candidates
from predictor.scoring.score import score
from predictor.serving.request import answer, read_body
from predictor.serving.server import listen

DAY = "2026-06-01"
SECRET = "Bí Mật Của Khách"


def serving(saved_bundle, *options):
    """A server of its own with what it printed when it began."""
    code = "from predictor.cli.main import main; main()"
    command = [sys.executable, "-u", "-c", code, "serve", "--model", str(saved_bundle), "--port", "0", *options]
    environment = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    printed = [server.stdout.readline() for _ in range(2)]
    yield server, printed
    server.kill()
    server.wait()


@pytest.fixture(scope="module")
def started(saved_bundle):
    yield from serving(saved_bundle)


@pytest.fixture(scope="module")
def address(started):
    return address_of(started[1])


def address_of(printed):
    return next(word for word in shlex.split(printed[1]) if word.endswith("/invocations"))


@pytest.mark.slow
def test_with_a_history_creators_are_known_under_any_spelling_of_their_id_as_score_knows_them(
    saved_bundle, world, tables, bundle
):
    known = tables.get("creators")["creator_id"].head(3).tolist()
    records = [{"creator_id": known[0]}, {"creator_id": f"@{known[1].upper()}"}, {"creator_id": "nobody", "platform": "tiktok"}]
    servers = serving(saved_bundle, "--history", str(world))
    _, printed = next(servers)
    try:
        status, told = ask(address_of(printed), {"dataframe_records": records, "params": {"on": DAY}})
    finally:
        next(servers, None)
    assert status == 200 and [row["known_creator"] for row in told["predictions"]] == [True, True, False]
    raw = pd.DataFrame({"creator_id": [*known[:2], "nobody"], "platform": [None, None, "tiktok"]})
    local = score(candidates_from(raw, "x.csv", bundle.catalogue), bundle, history=tables, on=pd.Timestamp(DAY))
    assert [row["engagement_expected"] for row in told["predictions"]] == pytest.approx(
        local["engagement_expected"].tolist(), rel=1e-12
    )


def ask(address, body, kind="application/json", **headers):
    data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    request = urllib.request.Request(address, data, {"Content-Type": kind, **headers})
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            return reply.status, json.loads(reply.read(), parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def same(told, expected):
    """Equal to a local result, cell by cell, as JSON carries it."""
    local = json.loads(expected.astype(object).where(expected.notna(), None).to_json(orient="records", double_precision=15))
    assert [list(row) for row in told] == [list(row) for row in local]
    pd.testing.assert_frame_equal(pd.DataFrame(told), pd.DataFrame(local), check_dtype=False, rtol=1e-12)


@pytest.mark.slow
def test_records_get_what_score_tells(address, world, bundle):
    raw = pd.read_csv(world / "candidates.csv", dtype=str).assign(platform="tiktok").head(20)
    records = json.loads(raw.to_json(orient="records"))
    status, told = ask(address, {"dataframe_records": records, "params": {"on": DAY}})
    assert status == 200
    same(told["predictions"], score(candidates_from(raw, "x.csv", bundle.catalogue), bundle, on=pd.Timestamp(DAY)))


@pytest.mark.slow
def test_clients_that_ask_at_once_get_what_each_gets_alone(address):
    rows = [{"platform": "tiktok", "followers": 1_000 * (n + 1), "fee": 10**6, "currency": "VND"} for n in range(24)]
    bodies = [
        {"dataframe_records": [row if n % 6 else {**row, "followers": "-5"}], "params": {"on": DAY}} for n, row in enumerate(rows)
    ]
    alone = [ask(address, body) for body in bodies]
    with ThreadPoolExecutor(12) as clients:
        at_once = list(clients.map(lambda body: ask(address, body), bodies))
    assert at_once == alone and [status for status, _ in alone] == [400 if n % 6 == 0 else 200 for n in range(24)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "method", "status", "told"),
    [
        ("ping", "GET", 200, "\n"),
        ("health", "GET", 200, "\n"),
        ("version", "GET", 200, version("mlflow")),
        ("invocations", "GET", 405, "this address is asked another way"),
        ("ping", "POST", 405, "this address is asked another way"),
    ],
)
def test_each_address_is_asked_in_its_own_way(address, path, method, status, told):
    asked = urllib.request.Request(address.replace("invocations", path), method=method)
    try:
        with urllib.request.urlopen(asked, timeout=10) as reply:
            assert (reply.status, reply.read().decode()) == (status, told)
    except urllib.error.HTTPError as refused:
        assert refused.code == status and told in json.loads(refused.read())["message"]


@pytest.mark.slow
def test_csv_gets_what_score_tells_of_the_same_file(address, bundle, tmp_path):
    text = "creator_id;platform;country;followers\n007;tiktok;NA;52k\n;instagram;VN;9000\n"
    file = tmp_path / "list.csv"
    file.write_text(text, encoding="utf-8")
    status, told = ask(f"{address}?why=vi&on={DAY}", text, "text/csv; charset=utf-8")
    assert status == 200 and told["predictions"][0]["creator_id"] == "007" and told["predictions"][0]["country"] == "NA"
    same(told["predictions"], score(read_candidates(file, bundle.catalogue), bundle, on=pd.Timestamp(DAY), why="vi"))


@pytest.mark.slow
def test_parameters_choose_as_the_options_of_score_do(address, bundle):
    row = {"platform": "tiktok", "followers": 52000, "fee": 3000000, "currency": "VND"}
    params = {"goal": "sales", "at_least": "orders=5", "level": 0.9, "on": DAY, "brief": {"budget": "500tr", "currency": "VND"}}
    status, told = ask(address, {"dataframe_records": [row], "params": params})
    brief = {"goal": "sales", "budget": 5e8, "currency": "VND"}
    rows = candidates_from(pd.DataFrame([row]), "x", bundle.catalogue)
    assert status == 200 and {"orders_chance", "orders_low", "orders_high", "break_even"} <= {*told["predictions"][0]}
    same(
        told["predictions"],
        score(rows, bundle, brief=brief, on=pd.Timestamp(DAY), at_least={"orders": 5}, level=0.9),
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rows", "params", "sentence"),
    [
        ([{"platform": "tiktok"}, {"platform": "tiktok", "followers": "-5"}], {}, "request, row 2, column 'followers': "),
        ([{"platform": "tiktok", "followers": int("9" * 400)}], {}, "request, row 1, column 'followers': "),
        ([{"platform": "tiktok"}], {"on": "9999-12-31"}, "got 9999-12-31; give a day from 1990 to 2099"),
        ([{"followers": 5000}], {}, "request: has neither a column creator_id nor platform"),
        ([{"platform": "tiktok", "followrs": 5}], {}, "request, column 'followrs': unknown column"),
        ([{"platform": "tiktok", "reach": 5}], {}, "is known only after booking"),
        ([{"platform": "tiktok", "niche": ["beauty"]}], {}, "row 1, column 'niche': holds a list or an object"),
        ([{"platform": "tiktok"}], {"wy": "en"}, "unknown parameter 'wy'; allowed: why, goal"),
        ([{"platform": "tiktok"}], {"why": "fr"}, "parameter 'why': got 'fr'; allowed: en, vi."),
        ([{"platform": "tiktok"}], {"at_least": "sale=3"}, "got 'sale'; this model forecasts"),
        ([], {}, "got 0 rows; send 1 to 50,000"),
        ("text", {}, "dataframe_records must be a list of objects"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence_without_the_rows(address, rows, params, sentence):
    sent = [{**row, "name": SECRET} for row in rows] if isinstance(rows, list) else rows
    status, told = ask(address, {"dataframe_records": sent, "params": params})
    assert status == 400 and sentence in json.loads(told)["message"]
    assert "Traceback" not in told and "stack_trace" not in told and SECRET not in json.loads(told)["message"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "kind", "status", "sentence"),
    [
        (f"{{{SECRET}", "application/json", 400, "request: is not JSON"),
        (
            {"dataframe_split": {"columns": ["platform"], "data": [[SECRET, 1]]}},
            "application/json",
            400,
            "a list of rows as long",
        ),
        ({"dataframe_split": {"columns": [["platform"]], "data": [[SECRET]]}}, "application/json", 400, "a list of titles"),
        ("[" * 100_000, "application/json", 400, "request: is not JSON"),
        (f"platform,name\n{SECRET},b,c\n", "text/csv", 400, "request, row 1: has 3 cells where the titles are 2"),
        ("platform", "text/html", 400, "content type 'text/html'; allowed: application/json, text/csv."),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_and_not_shown(address, body, kind, status, sentence):
    got, told = ask(address, body, kind)
    assert got == status and sentence in json.loads(told)["message"]
    assert "Traceback" not in told and SECRET not in json.loads(told)["message"]


@pytest.mark.slow
def test_only_this_machine_is_answered_and_only_at_the_four_addresses(address):
    with urllib.request.urlopen(address.replace("invocations", "ping"), timeout=10) as reply:
        assert reply.status == 200
    status, told = ask(address, {}, Host="elsewhere.example")
    assert (status, json.loads(told)["faults"][0]["problem"]) == (421, "This page answers to this machine only.")
    assert ask(address.replace("invocations", "docs"), {})[0] == 404
    sockets = Path("/proc/net/tcp").read_text().splitlines()[1:] if Path("/proc/net/tcp").exists() else []
    here = f":{int(address.split(':')[2].split('/')[0]):04X}"
    listening = [line.split()[1] for line in sockets if line.split()[3] == "0A"]
    assert [at for at in listening if at.endswith(here)] in ([], [f"0100007F{here}"])


@pytest.mark.slow
def test_the_command_that_it_shows_works_and_ctrl_c_ends_it_in_a_sentence(started, address):
    server, printed = started
    words = shlex.split(printed[1])
    status, told = ask(words[1], words[words.index("-d") + 1])
    assert printed[0].startswith("The model (not registered) answers at http://127.0.0.1:")
    assert status == 200 and told["predictions"][0]["reach_why"]
    server.send_signal(signal.SIGINT)
    out, err = server.communicate(timeout=30)
    assert "The server has ended" in out and err == "" and server.returncode == 0


def test_a_port_in_use_is_told():
    with listen("127.0.0.1", 0) as taken, pytest.raises(RowsError, match="cannot listen at 127.0.0.1 port .* choose another"):
        listen("127.0.0.1", taken.getsockname()[1])


def test_beyond_this_machine_it_asks_for_a_password(capsys):
    with pytest.raises(SystemExit):
        main(["serve", "--host", "0.0.0.0"])
    assert "--host: got '0.0.0.0', which listens beyond this machine; give a --password" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["serve", "page"])
def test_a_password_in_the_command_itself_is_refused_because_others_can_read_it(command, capsys):
    with pytest.raises(SystemExit):
        main([command, "--password", "secret"])
    said = capsys.readouterr().err
    assert "--password: takes no value" in said and "PREDICTOR_PASSWORD" in said and "secret" not in said


def test_faults_of_rows_and_parameters_are_told_together(bundle):
    raw = pd.DataFrame({"platform": ["tiktok", None], "followers": [1, None]})
    with pytest.raises(RowsError) as refused:
        answer(raw, bundle, {"level": 90, "on": "yesterday"})
    text = str(refused.value)
    assert "parameter 'level': got '90'" in text and "parameter 'on': got 'yesterday'" in text and "row 2: is blank" in text


def test_an_unknown_key_of_the_body_is_refused():
    with pytest.raises(RowsError, match="unknown key 'parms'; allowed: .*params"):
        read_body(b'{"dataframe_records": [], "parms": {}}', "application/json")


TABLE = "name,platform,followers\nLê Thị Hoa,tiktok,12000\n"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (TABLE.encode(), "text/csv"),
        (TABLE.encode("utf-16"), "text/csv"),
        (TABLE.encode("utf-8-sig"), "text/csv; charset=utf-8"),
        ("name,platform,followers\nLê Thi\u0323 Hoa,tiktok,12000\n".encode("cp1258"), "text/csv; charset=windows-1258"),
        ("name,platform,followers\n李华,xiaohongshu,12000\n".encode("gb18030"), 'text/csv; charset="GBK"'),
        ("name,platform,followers\n김하나,instagram,12000\n".encode("cp949"), "text/csv; charset=euc-kr; header=present"),
    ],
)
def test_csv_is_read_in_the_encoding_that_its_first_bytes_or_the_content_type_name(body, kind):
    sent = read_body(body, kind)["dataframe_split"]
    assert sent["columns"] == ["name", "platform", "followers"]
    assert sent["data"][0] in (
        ["Lê Thị Hoa", "tiktok", "12000"],
        ["李华", "xiaohongshu", "12000"],
        ["김하나", "instagram", "12000"],
    )


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("text/csv", "is not UTF-8 text; send it as UTF-8. As gbk it reads: .*李华.* send it as 'text/csv; charset=gbk'"),
        ("text/csv; charset=utf-8", "is not UTF-8 text; send it as UTF-8"),
        ("text/csv; charset=klingon", "charset 'klingon' is not known; send the text as UTF-8"),
        ("text/csv; charset=zlib", "charset 'zlib' is not known; send the text as UTF-8"),
        ("text/csv; charset=ascii", "is not ascii text"),
    ],
)
def test_csv_in_an_encoding_that_nothing_names_is_refused_with_the_one_that_fits(kind, said):
    body = ("name,platform,followers\n" + "".join(f"李华{n}的美食日记,xiaohongshu,12000\n" for n in range(20))).encode("gb18030")
    with pytest.raises(RowsError, match=said):
        read_body(body, kind)

import base64
import io
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from threading import Event, Lock

import pandas as pd
import pytest
from openpyxl import Workbook
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request

from builders import CATALOGUE, DATA, book_of, finish, phrases, scored
from predictor.asof.growth import RUNGS, Curve, Growth
from predictor.bundle import load_bundle
from predictor.errors import Fault, RowsError
from predictor.page.amounts import Allowed, read_money, read_number
from predictor.page.app import translations
from predictor.page.brief import read_day
from predictor.page.elements import in_page_words
from predictor.page.export import _figures, _forecasts
from predictor.page.results import _compared
from predictor.page.session import Made, PageSession, alone, answering, chosen
from predictor.page.typed_cells import mended
from predictor.page.upload import LARGEST, Refused, read_upload
from predictor.page.work import PlanDraft, Resources, ResultCache, from_content, scored_for, take, to_content, understood
from predictor.planning.comparison import compare
from predictor.planning.joint_outcomes import load_assumption
from predictor.planning.lineup import lineup
from predictor.planning.rules import LineupConstraints
from predictor.planning.store import Store
from predictor.reporting.plan_workbook import write_plan
from predictor.serving.access import AccessGuard, language_of

KEY = base64.b64encode("planner:cà phê".encode()).decode()
QUOTES = "Tên,Nền tảng,Loại,Followers,Báo giá (VND)\nLan,TikTok,KOL,120k,15tr\nMinh,Myspace,influencer,abc,5tr\n"


def request(**headers):
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": pairs})


def packed(**parts):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return content.getvalue()


def sheet(*rows):
    book, content = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("headers", "lang"),
    [
        ({}, "vi"),
        ({"accept_language": "fr-FR,en;q=0.8,vi;q=0.5"}, "en"),
        ({"accept_language": "vi-VN,en;q=0.8"}, "vi"),
        ({"accept_language": "vi-VN", "cookie": "predictor_language=en"}, "en"),
        ({"accept_language": "ja", "cookie": "predictor_language=<b>"}, "vi"),
    ],
)
def test_the_language_chosen_before_goes_before_the_browsers_and_vietnamese_is_the_default(headers, lang):
    assert language_of(request(**headers)) == lang


@pytest.mark.parametrize(
    ("headers", "password", "status"),
    [
        ({"host": "127.0.0.1:8080"}, None, 200),
        ({"host": "127.0.0.1:8080", "origin": "http://127.0.0.1:8080"}, None, 200),
        ({"host": "evil.example:8080"}, None, 421),
        ({"host": "127.0.0.1:8080", "origin": "http://evil.example"}, None, 403),
        ({"host": "127.0.0.1:8080"}, "cà phê", 401),
        ({"host": "127.0.0.1:8080", "authorization": f"Basic {KEY}"}, "cà phê", 200),
        ({"host": "127.0.0.1:8080", "authorization": "Basic %%%"}, "cà phê", 401),
    ],
)  # fmt: skip
def test_the_door_opens_only_for_this_address_and_the_password(headers, password, status):
    told = []

    async def inside(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message):
        told.append(message)

    scope = {"type": "http", "headers": [(k.encode(), v.encode()) for k, v in headers.items()]}
    finish(AccessGuard(inside, password, loopback=True)(scope, None, send))
    assert told[0]["status"] == status


def test_after_ten_wrong_passwords_from_one_address_not_even_the_right_one_is_looked_at_for_a_minute(monkeypatch):
    told = []

    async def inside(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message):
        if message["type"] == "http.response.start":
            told.append(message["status"])

    guard = AccessGuard(inside, "cà phê", loopback=True)

    def knock(authorization=None, address="10.0.0.7"):
        headers = {"host": "127.0.0.1:8080"} | ({"authorization": f"Basic {authorization}"} if authorization else {})
        scope = {"type": "http", "client": (address, 1), "headers": [(k.encode(), v.encode()) for k, v in headers.items()]}
        finish(guard(scope, None, send))
        return told[-1]

    wrong = base64.b64encode(b"planner:guess").decode()
    assert [knock() for _ in range(20)] == [401] * 20  # a browser that has not asked yet is no guess
    assert [knock(wrong) for _ in range(11)] == [401] * 10 + [429]
    assert knock(KEY) == 429
    assert knock(KEY, address="10.0.0.8") == 200
    later = time.monotonic() + 61
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert knock(KEY) == 200


def test_whoever_leaves_before_the_answer_leaves_no_error_behind():
    told = []

    async def inside(scope, receive, send):
        while (await receive())["type"] != "http.disconnect":
            pass

    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        told.append(message)

    async def passed(request, call_next):
        return await call_next(request)

    guard = AccessGuard(inside, None, loopback=True)
    around = BaseHTTPMiddleware(BaseHTTPMiddleware(guard, passed), passed)  # as NiceGUI's own stand around the guard
    finish(around({"type": "http", "method": "GET", "headers": [(b"host", b"127.0.0.1:8080")]}, receive, send))
    assert told[0]["status"] == 499


def test_a_socket_from_another_site_is_closed():
    told = []

    async def send(message):
        told.append(message)

    scope = {"type": "websocket", "headers": [(b"host", b"127.0.0.1:8080"), (b"origin", b"http://evil.example")]}
    finish(AccessGuard(None, None, loopback=True)(scope, None, send))
    assert told == [{"type": "websocket.close", "code": 1008}]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.xlsm", b"PK", "macros (.xlsm)"),
        ("a.xlsx", packed(**{"xl/vbaProject.bin": b"x"}), "macros"),
        ("a.xlsx", packed(**{"xl/sheet.xml": b"0" * (201 * 2**20)}), "unpacks into far more"),
        ("a.xlsx", b"PK\x03\x04junk", "cannot be read as .xlsx"),
        ("a.csv", b" " * (LARGEST + 1), "at most 20 MB"),
        ("a.csv", b"", "is empty"),
        ("a.pdf", b"%PDF", "ending in .pdf"),
        ("a.csv", b"hello\nworld\n", "at least two known titles"),
        ("a.csv", "名字,平台\n小红,tiktok".encode("gbk"), "UTF-8"),
        ("a.xlsx", sheet(["Tên", "Nền tảng", *[f"c{at}" for at in range(200)]], ["A", *"b" * 201]), "more than 100 columns"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_unsafe_file_is_refused_with_a_sentence(name, content, says, catalogue):
    with pytest.raises(Refused, match=says.replace("(", r"\(").replace(")", r"\)")):
        read_upload(name, content, phrases("en", catalogue))


def test_a_formula_and_html_in_a_sheet_stay_text(catalogue):
    rows = (
        ["Tên", "Nền tảng", "Báo giá (VND)"],
        ["<b>Lan</b>", "tiktok", '=HYPERLINK("http://x","5tr")'],
        ["Hà", "tiktok", "5tr"],
    )
    typed = read_upload("q.xlsx", sheet(*rows), phrases("vi", catalogue)).typed
    assert list(typed["name"]) == ["<b>Lan</b>", "Hà"]
    assert list(typed["fee"].replace("", "none")) == ["none", "5000000"]


def test_rows_with_a_cell_that_cannot_be_read_are_kept_as_typed_and_left_out_until_mended(catalogue):
    work = PlanDraft("vi")
    take(work, read_upload("q.csv", QUOTES.encode(), phrases("vi", catalogue)).typed, catalogue)
    assert list(work.candidates["name"]) == ["Lan"]
    assert [(fault.row, fault.column) for fault in work.faults] == [(3, "platform"), (3, "followers")]
    take(work, work.typed.assign(platform="tiktok", followers=["120k", "9000"]), catalogue)
    assert list(work.candidates["followers"]) == [120_000, 9_000] and not work.faults


def test_a_currency_typed_beside_an_amount_goes_to_its_own_column_and_never_over_another(catalogue):
    typed, words = pd.DataFrame({"name": ["A", "B"], "currency": ["VND", ""]}, dtype="str"), phrases("vi", catalogue)
    both = mended(typed, [0, 1], "fee", "4.500.000đ", "VND", words)
    assert both[["fee", "currency"]].values.tolist() == [["4500000", "VND"], ["4500000", "VND"]]
    other = mended(typed, [0], "fee", "500 USD", "VND", words)
    assert other.loc[0].tolist() == ["A", "VND", "500 USD"] and [
        f.row for f in understood(other, catalogue)[1] if f.column == "fee"
    ]


def test_a_price_that_nobody_could_mean_waits_to_be_mended(catalogue):
    typed = pd.DataFrame({"name": ["A", "B"], "platform": "tiktok", "fee": ["4.5", "4,5tr"], "currency": "VND"}, dtype="str")
    good, faults = understood(typed, catalogue)
    assert good["fee"].fillna(0).tolist() == [0, 4_500_000] and [(fault.row, fault.column) for fault in faults] == [(2, "fee")]


def test_every_bad_row_is_left_out_however_many_there_are(catalogue):
    typed = pd.DataFrame({"name": "A", "platform": ["nowhere"] * 50 + ["tiktok"], "followers": ["5"] * 50 + ["x"]}, dtype="str")
    good, faults = understood(typed, catalogue)
    assert list(good.index) == [50] and good["followers"].isna().all()
    assert {*range(2, 53)} <= {fault.row for fault in faults}


def test_an_answer_settles_what_the_file_left_open(catalogue):
    content = "Tên,Nền tảng,Báo giá\nLan,tiktok,5000000\n".encode()
    asked = read_upload("q.csv", content, phrases("vi", catalogue))
    assert len(asked.open) == 1 and "Đó là loại tiền nào?" in asked.open[0].text and asked.waits
    settled = read_upload("q.csv", content, phrases("vi", catalogue), [asked.open[0].answers["VND"]])
    assert not settled.open and list(settled.typed["currency"]) == ["VND"]


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("Tên,Nền tảng,Ngày đăng dự kiến\nA,tiktok,03/04/2026\n", 2),
        ("Tên,Nền tảng,Followers\nA,tiktok,1.234\n", 2),
        ("Tên,Nền tảng,Giá A (VND),Giá (VND)\nA,tiktok,5tr,6tr\n", None),
        ("Tên,Ghi chú,Followers\nA,x,500\n", None),
    ],
)
def test_every_question_has_its_words_in_both_languages(rows, words, lang, catalogue):
    for question in read_upload("q.csv", rows.encode(), phrases(lang, catalogue)).open:
        assert question.text and "{" not in question.text
        assert words is None or len(question.answers) == words


@pytest.mark.parametrize(
    ("typed", "lang", "day"),
    [
        ("21/07/2026", "vi", "2026-07-21"),
        ("2026-07-21", "en", "2026-07-21"), ("2026-07-21", "vi", "2026-07-21"), ("31/02/2026", "vi", "None"),
    ],
)  # fmt: skip
def test_a_day_is_read_as_the_language_writes_it(typed, lang, day):
    assert str(read_day(typed, lang)) == day


@pytest.mark.parametrize(
    ("typed", "amount"), [("500tr", 500e6), ("1,5 tỷ", 1.5e9), ("150.000.000 ₫", 150e6), ("0", None), ("nhiều", None)]
)
def test_a_budget_is_read_as_people_type_it(typed, amount, catalogue):
    found = read_money(typed, "VND", phrases("vi"))
    assert (found.value, found.problem is None) == (amount, amount is not None)


@pytest.mark.parametrize(
    ("typed", "chosen", "amount", "named"),
    [
        ("10000 USD", "VND", None, "USD"), ("10.000 đồng", "USD", None, "VND"), ("$500", "VND", None, None),
        ("$500", "USD", 500, None), ("10.000 đ", "VND", 10_000, None), ("€500", None, 500, None),
    ],
)  # fmt: skip
def test_a_budget_in_another_currency_than_the_chosen_one_is_no_amount_of_that_one(typed, chosen, amount, named):
    found = read_money(typed, chosen, phrases("vi"))
    assert (found.value, found.named) == (amount, named)
    assert amount is not None or found.problem.startswith(f"“{typed}” ghi loại tiền khác {chosen}")


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("300", "300 ₫ không mua được gì; hãy viết đủ số 0"), ("500tr/tháng", "“500tr/tháng” là tiền theo thời gian"),
        ("500tr/video", "Chưa phải là số tiền"),
    ],
)  # fmt: skip
def test_a_budget_that_nobody_could_mean_is_refused_in_a_sentence(typed, problem):
    found = read_money(typed, "VND", phrases("vi"))
    assert found.value is None and found.problem.startswith(problem)


def test_a_unit_that_is_said_of_one_currency_alone_names_it():
    found = read_money("300tr", "USD", phrases("vi"))
    assert (found.value, found.named) == (None, "VND") and "loại tiền khác USD" in found.problem


@pytest.mark.parametrize(
    ("typed", "lang", "number"),
    [
        ("80.000", "vi", 80_000), ("80000", "vi", 80_000), ("80 nghìn", "vi", 80_000), ("80k", "vi", 80_000),
        ("80.500", "vi", 80_500), ("80,000", "en", 80_000), ("0", "vi", 0), ("", "vi", None),
    ],
)  # fmt: skip
def test_a_number_is_read_as_people_type_it(typed, lang, number):
    assert read_number(typed, Allowed(), phrases(lang)) == (number, None, None)


@pytest.mark.parametrize(
    ("typed", "allowed", "problem"),
    [
        ("1,5", Allowed(), "“1,5” không phải số nguyên"), ("nhiều", Allowed(), "“nhiều” chưa phải là con số"),
        ("80k USD", Allowed(), "“80k USD” chưa phải là con số"), ("0", Allowed(1), "Ở đây không nhận 0; cần số từ 1 trở lên."),
        ("0%", Allowed(1, 100, percent=True), "Ở đây không nhận 0%; cần số từ 1 đến 100."), ("-5", Allowed(), "“-5”"),
        ("9" * 80, Allowed(), "“999"),
    ],
)  # fmt: skip
def test_a_number_that_cannot_be_used_is_refused_in_a_sentence(typed, allowed, problem):
    found = read_number(typed, allowed, phrases("vi"))
    assert found.value is None and found.problem.startswith(problem)


@pytest.mark.parametrize(
    ("codes", "typed", "usual", "fee", "code"),
    [
        (["", "VND"], "60tr", "USD", "60tr", "VND"), (["", "USD"], "900", "VND", "900", "USD"),
        (["", ""], "900", "USD", "900", "USD"),
        (["", "SGD"], "$900", "VND", "900", "SGD"), (["", "USD"], "60tr", "USD", "60tr", "VND"),
        (["USD", "USD"], "60tr", "VND", "60tr", "USD"), (["", ""], "900", "", "900", ""),
    ],
)  # fmt: skip
def test_a_fee_typed_without_a_currency_takes_that_of_its_row_its_list_or_the_brief(codes, typed, usual, fee, code, catalogue):
    rows = pd.DataFrame({"name": ["A", "B"], "platform": "tiktok", "fee": "", "currency": codes}, dtype="str")
    assert mended(rows, [0], "fee", typed, usual, phrases("vi", catalogue)).loc[0, ["fee", "currency"]].tolist() == [fee, code]


def test_a_fee_of_no_currency_or_of_another_than_its_row_says_waits_to_be_mended(catalogue):
    rows = pd.DataFrame(
        {"name": ["A", "B", "C"], "platform": "tiktok", "fee": ["900", "60tr", "60tr"], "currency": ["", "USD", "VND"]},
        dtype="str",
    )
    good, faults = understood(rows, catalogue)
    assert good["fee"].fillna(0).tolist() == [0, 0, 60e6]
    assert [(fault.row, fault.column, fault.said and fault.said.key) for fault in faults] == [
        (2, "fee", "page_no_currency"), (3, "fee", None)
    ]  # fmt: skip


def test_work_comes_back_from_json_as_it_was(catalogue):
    work = PlanDraft("vi", brief={"goal": "sales", "budget": 5e8, "starts_on": pd.Timestamp("2026-07-21")})
    take(work, read_upload("q.csv", QUOTES.encode(), phrases("vi", catalogue)).typed, catalogue, "q.csv")
    again = from_content(to_content(work), phrases("vi", catalogue))
    pd.testing.assert_frame_equal(again.typed, work.typed)
    pd.testing.assert_frame_equal(again.candidates, work.candidates)
    assert (again.brief, again.source) == (work.brief, "q.csv")


def test_the_same_list_and_brief_are_scored_once(bundle, tables, candidates, brief, catalogue):
    work, kept, found = (
        PlanDraft("en", brief=brief, candidates=candidates.head(3)),
        ResultCache(2),
        Resources(bundle, tables, load_assumption(None)),
    )
    on = pd.Timestamp("2026-07-01")
    first = scored_for(work.inputs(on), found, kept)
    assert scored_for(work.inputs(on), found, kept) is first
    work.brief = brief | {"goal": "sales"}
    assert scored_for(work.inputs(on), found, kept) is not first


def test_who_asks_while_a_result_is_made_waits_for_it_and_a_failure_is_not_kept():
    kept, begun, go_on, made = ResultCache(2), Event(), Event(), []

    def slow():
        made.append("forecasts")
        begun.set()
        assert go_on.wait(30)
        return made

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(kept.once, "list", slow)
        assert begun.wait(30)
        second = threads.submit(kept.once, "list", slow)
        go_on.set()
        assert first.result() is second.result() is made and made == ["forecasts"]
    with pytest.raises(RowsError, match="no candidate"):
        kept.once("other", lambda: (_ for _ in ()).throw(RowsError([Fault("list", "no candidate.")])))
    assert kept.once("other", lambda: ["again"]) == ["again"]


@pytest.mark.parametrize("change", ["fee", "budget", "language", "day"])
def test_inputs_stay_as_they_were_while_the_work_goes_on_and_tell_that_it_did(catalogue, change):
    work, day = PlanDraft("vi", brief={"goal": "sales", "budget": 5e8}), pd.Timestamp("2026-07-21")
    take(work, read_upload("q.csv", QUOTES.encode(), phrases("vi", catalogue)).typed, catalogue)
    before = work.inputs(day)
    key = before.key
    if change == "fee":
        take(work, work.typed.assign(fee="7tr"), catalogue)
    elif change == "budget":
        work.brief["budget"] = 1e8
    elif change == "language":
        work.lang = "en"
    after = work.inputs(day + pd.Timedelta(days=1 if change == "day" else 0))
    assert not after.same(before) and after.key != key
    assert before.brief["budget"] == 5e8 and list(before.rows["fee"]) == [15e6]


def test_other_rules_are_another_line_up_of_the_same_forecasts(catalogue, bundle):
    work, found = PlanDraft("vi", brief={"goal": "sales"}), Resources(bundle, None, load_assumption(None))
    take(work, read_upload("q.csv", QUOTES.encode(), phrases("vi", catalogue)).typed, catalogue)
    before = work.inputs()
    work.rules = LineupConstraints(budget=1e8)
    after = work.inputs()
    assert after.key == before.key and after.plan_key(found) != before.plan_key(found)
    assert before.plan_key(found, work.rules) == after.plan_key(found) and not after.same(before)


def test_a_line_up_belongs_to_what_was_counted_as_it_was_asked_though_the_plan_counts_something_else_meanwhile(
    catalogue, bundle, tmp_path
):
    work, found = PlanDraft("vi", brief={"goal": "sales", "budget": 1e8}), Resources(bundle, None, load_assumption(None))
    take(work, read_upload("q.csv", QUOTES.encode(), phrases("vi", catalogue)).typed, catalogue)
    session = PageSession(work, found, Store(tmp_path / "p.db"), Made(), Lock())
    first, *others = found.outcomes("sales")
    work.rules = LineupConstraints(outcome=others[0])
    asked = work.inputs()
    work.rules = LineupConstraints(outcome=first)
    now = work.inputs()
    assert chosen(session, asked).target != chosen(session, now).target == answering(session, now).target
    assert chosen(session, asked) is session.made.plans.get(asked.plan_key(session.serving(asked)))
    assert session.made.plans.get(alone(session, now, LineupConstraints(budget=7e7, outcome=first))) is None


def test_the_files_of_forecasts_and_of_bookings_hold_every_reason_of_every_outcome(catalogue, bundle, tmp_path):
    work, found = PlanDraft("vi", brief={"goal": "sales", "budget": 1e8}), Resources(bundle, None, load_assumption(None))
    take(work, read_upload("q.csv", QUOTES.encode(), phrases("vi", catalogue)).typed, catalogue)
    session = PageSession(work, found, Store(tmp_path / "p.db"), Made(), Lock())
    forecasts, bookings = (pd.read_csv(io.BytesIO(write(session, work.inputs()))) for write in (_forecasts, _figures))
    reasons = {f"{target}_{part}" for target in bundle.models for part in ("why", "basis", "doubts")} | {"fee_why"}
    assert reasons <= {*forecasts} and [*bookings][: len([*forecasts])] == [*forecasts]
    own = forecasts.loc[bookings["line"] - 2, [*reasons]].reset_index(drop=True)
    pd.testing.assert_frame_equal(bookings[[*reasons]], own)


def test_the_notice_of_a_lost_connection_is_in_vietnamese():
    said = translations["vi"]
    assert (said["connection_lost"], said["trying_to_reconnect"]) == ("Mất kết nối.", "Đang kết nối lại…")
    assert {*said} == {*translations["en-GB"]}


@pytest.mark.parametrize(
    ("lang", "lines", "titles", "days", "first", "course", "title"),
    [
        (
            "vi", ["Số liệu tính đến 15/07/2026"], ["Tên KOL", "Ngày air", "Ghi chú", "Lượt tương tác"], ["12/07/2026", "ok"],
            "Số liệu mới đo sau khi đăng 3 ngày, còn dự báo là cho 28 ngày.", "theo đà tăng trong dữ liệu mà mô hình đã học",
            "Dự kiến khi đủ 28 ngày",
        ),
        (
            "en", [], ["Name", "Post date", "As of", "Engagements"], [datetime(2026, 7, 12), "15/07/2026"],
            "Counted after 3 days; forecasts are for 28 days.", "as counts grew in the model's history",
            "On course for, at 28 days",
        ),
    ],
)  # fmt: skip
def test_early_results_dropped_on_the_page_are_said_first_and_judged_by_the_growth_that_its_model_learned(
    tmp_path, lang, lines, titles, days, first, course, title
):
    with zipfile.ZipFile(DATA / "bundles" / "format10.zip") as packed:
        packed.extractall(tmp_path)
    curve = Curve((0.3,) * RUNGS, (0.3,) * RUNGS, (0.05,) * RUNGS)
    growth = Growth(curves={"engagements": {"instagram": curve, "tiktok": curve}})
    bundle = replace(load_bundle(next(tmp_path.rglob("bundle.json")).parent), catalogue=CATALOGUE, growth=growth)
    found = lineup(scored(name=[f"Bạn {n}" for n in range(40)]), "engagement", LineupConstraints(budget=50e6), CATALOGUE)
    write_plan(found, phrases(lang), tmp_path / "plan.xlsx")
    rows = [*([line] for line in lines), titles, *([name, *days, 380] for name in found.proposed.rows["name"])]
    book_of({"KQ": rows}).save(tmp_path / "kq.xlsx")
    plan, results = ((name, (tmp_path / name).read_bytes()) for name in ("plan.xlsx", "kq.xlsx"))
    outcome = _compared(plan, results, Resources(bundle, None, load_assumption(None)), phrases(lang))
    assert outcome.sentences[0] == first and course in outcome.sentences[1] and title in outcome.rows[0]
    count = len(found.proposed.rows)
    assert any(one.startswith((f"{count}/{count} số đo sớm", f"{count} of {count} early counts")) for one in outcome.sentences)
    at = outcome.rows[0].index(title)  # 380 lie below the range, what they become lies in it
    assert outcome.rows[1][at - 1] == "380" and outcome.rows[1][at].startswith("74")
    assert {row[at + 1] for row in outcome.rows[1:-1]} == {phrases(lang).say("evidence_yes")}


@pytest.mark.parametrize(
    ("platform", "lang", "sentence"),
    [
        (None, "vi", "Chưa ai có dự báo vì không dòng nào cho biết nền tảng. Hãy điền nền tảng ở bước 2."),
        (None, "en", "Nobody has a forecast, for no row says its platform. Fill it in in step 2."),
        ("tiktok", "vi", "Chưa ai trong danh sách có dự báo: hãy xem lại nền tảng của từng người ở bước 2."),
    ],
)
def test_why_nobody_has_a_forecast_is_said_in_words_of_the_page(platform, lang, sentence):
    bare = scored()[["creator_id", "kind", "fee", "currency"]].assign(platform=platform)
    with pytest.raises(RowsError) as refused:
        compare(bare, "engagement", CATALOGUE)
    assert in_page_words(refused.value, phrases(lang)) == sentence

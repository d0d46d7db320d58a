"""What a planner answers about a file, as the mapping that the command reads, and the rows that come of it."""

import io
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from builders import book_of, phrases
from predictor.intake.mapping import load_mapping
from predictor.intake.spreadsheets.imported import write_mapping
from predictor.intake.spreadsheets.workbook import import_file
from predictor.page.answers import in_words, mapping_of
from predictor.page.columns import OUT, as_role, roles, their_columns
from predictor.page.mending import ELSEWHERE, left_out
from predictor.page.questions import no_titles_in, titles_in
from predictor.page.reading import Reading, from_files, read, to_files
from predictor.page.upload import Encoded, Refused, read_upload
from predictor.page.work import understood
from predictor.planning.store import Store
from predictor.wording.sentences import load_sentences

pytestmark = pytest.mark.slow

THIS = f"{date.today():%Y}"
HEAD = "Tên,Nền tảng,Followers,"


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "plans.db")


def book(**sheets):
    content = io.BytesIO()
    book_of(sheets).save(content)
    return content.getvalue()


def answered_all(content, choose, catalogue, name="q.csv", lang="en"):
    """The rows of a file once every question is answered as `choose` says, a word of the answer for a word of the question."""
    changes, words = [], phrases(lang, catalogue)
    for _ in range(12):
        sheet = read_upload(name, content, words, changes)
        waiting = [question for question in sheet.open if question.waits]
        if not waiting:
            return sheet, changes
        question = waiting[0]
        wanted = next(answer for part, answer in choose.items() if part in question.text)
        changes.append(next(change for text, change in question.answers.items() if wanted in text))
    raise AssertionError([question.text for question in waiting])


@pytest.mark.parametrize(
    ("rows", "choose", "column", "values"),
    [
        (HEAD + "ER\nA,tiktok,5000,0.5\nB,tiktok,900,0.4\n", {"per cent": "per cent"}, "engagement_rate", ["0.005", "0.004"]),
        (HEAD + "ER\nA,tiktok,5000,0.5\nB,tiktok,900,0.4\n", {"per cent": "as they are"}, "engagement_rate", ["0.5", "0.4"]),
        (HEAD + 'Báo giá (VND)\nA,tiktok,50,"5,5"\nB,tiktok,9,3\n', {"so little": "1,000,000"}, "fee", ["5500000", "3000000"]),
        (HEAD + "Báo giá\nA,tiktok,5000,500\nB,tiktok,900,300\n", {"no currency": "USD"}, "currency", ["USD", "USD"]),
        (HEAD + "planned_on\nA,tiktok,50,Oct 3\nB,tiktok,9,5 tháng 10\n", {"have no year": THIS},
         "planned_on", [f"{THIS}-10-03", f"{THIS}-10-05"]),
        (HEAD + "Giá video (VND),Qty\nA,tiktok,50,5tr,2\n", {"of all posts": "of all"}, "posts", ["2"]),
        (HEAD + "Giá video (VND),Qty\nA,tiktok,50,5tr,2\n", {"of all posts": "of one"}, "posts", ["1"]),
        (HEAD + "Fee (VND)\nA,tiktok,12 mil,5tr\nB,tiktok,1.2 mil,5tr\n", {"“mil”": "a thousand"}, "followers",
         ["12000", "1200"]),
        (HEAD + "Fee (VND)\nA,tiktok,12 mil,5tr\nB,tiktok,1.2 mil,5tr\n", {"“mil”": "a million"}, "followers",
         ["12000000", "1200000"]),
        (HEAD + "Loại\nA,tiktok,50,KOC\nB,tiktok,9,Celeb\n", {"“KOC”": "Infl", "“Celeb”": "KOL"}, "kind", ["influencer", "kol"]),
        (HEAD + "Phân loại\nA,tiktok,5000,KOC\nB,tiktok,900,KOC\n", {"“KOC”": "Leave this"}, "kind", None),
        (HEAD + "Giá A (VND),Giá (VND)\nA,tiktok,5000,5tr,6tr\n", {"each a price": "Giá A (VND)"}, "fee", ["5000000"]),
        (HEAD + "Giá khác (VND),Giá video (VND)\nA,tiktok,50,5tr,6tr\n", {"one more price": "of Live"}, "fee",
         ["5000000", "6000000"]),
        (HEAD + "Giá khác (VND),Giá video (VND)\nA,tiktok,50,5tr,6tr\n", {"one more price": "Fee"}, "format", ["", "video"]),
        (HEAD + "Giá (VND),Giá sau CK (VND)\nA,tiktok,50,6tr,5tr\n", {"one more price": "in place of 'Giá (VND)'"},
         "fee", ["5000000"]),
        ("Tên,FB,TikTok,IG,Giá (VND)\nA,120k,1m5,,5tr\nB,,340k,22k,9tr\n",
         {"on each platform": "Audience", "several accounts": "TikTok"}, "followers", ["1500000", "340000"]),
        ("Tên,FB,TikTok,Giá (VND)\nA,120k,1m5,5tr\n", {"on each platform": "Leave these", "which platform": "TikTok"}, "platform",
         ["tiktok"]),
        ("Tên,Giá (VND)\nA,5tr\nB,6tr\n", {"which platform": "YouTube"}, "platform", ["youtube", "youtube"]),
        ("Tên,Giá (VND)\nA,5tr\nB,6tr\n", {"which platform": "Each another"}, "platform", None),
        (HEAD + "Giá tích hợp (VND),Giá dedicated (VND)\nA,tiktok,50,5tr,6tr\n", {"tích hợp": "Video", "dedicated": "Video"},
         "fee", ["5000000", "6000000"]),
        ("Tên,Followers FB,Followers TikTok,Phí (VNĐ)\nA,1000,2000,5tr\n", {"several accounts": "TikTok"}, "followers", ["2000"]),
        ("Ai,Nền tảng,Followers\nA,tiktok,5000\n", {"looks like Name": "Leave this"}, "platform", ["tiktok"]),
        ("Ai,Followers,Niche\nA,5000,beauty\n", {"holds the name": "Ai", "which platform": "TikTok"}, "name", ["A"]),
    ],
    ids=["per cent", "share", "millions", "currency", "year", "price of all", "price of one", "thousand", "million", "kinds",
         "column out", "one of two", "price of", "price of nothing known",
         "price in place of another", "followers by platform", "no followers", "platform of all", "platforms by row",
         "two prices of", "account", "name left out", "who"],
)  # fmt: skip
def test_answers_by_a_click_give_the_rows_that_the_command_reads_with_the_same_mapping(
    rows, choose, column, values, catalogue, tmp_path
):
    sheet, changes = answered_all(rows.encode(), choose, catalogue)
    assert (list(sheet.typed[column]) == values) if values is not None else column not in sheet.typed
    (tmp_path / "q.csv").write_text(rows, "utf-8")
    given = mapping_of(changes)
    found = import_file(tmp_path / "q.csv", catalogue, given, table="candidates")
    assert not found.doubts
    write_mapping(found, tmp_path / "mapping.yaml", [], "en")
    again = import_file(tmp_path / "q.csv", catalogue, load_mapping(tmp_path / "mapping.yaml", catalogue))
    assert again.tables["candidates"].equals(found.tables["candidates"])
    assert all(in_words(change, phrases(lang, catalogue)) for change in changes for lang in ("en", "vi"))


def test_the_row_of_titles_of_a_refused_file_is_chosen_and_each_column_is_said(catalogue):
    words = phrases("vi", catalogue)
    content = "Bảng giá tháng 9,,\nAi,Ở đâu,Bao nhiêu\nLan,TikTok,5tr VND\n".encode()
    with pytest.raises(Refused, match="không dòng nào có ít nhất hai tiêu đề") as refused:
        read_upload("q.csv", content, words)
    changes = [titles_in(refused.value.grids[0], 2, catalogue), as_role("Ai", "name"), as_role("Ở đâu", "platform")]
    changes.append(as_role("Bao nhiêu", "price 1 video"))
    sheet = read_upload("q.csv", content, words, changes)
    assert sheet.typed[["name", "platform", "fee", "format"]].values.tolist() == [["Lan", "tiktok", "5000000", "video"]]
    assert not sheet.waits


def test_every_column_is_shown_with_what_it_is_read_as_and_may_be_said_to_be_another(catalogue):
    content = "Tên,Nền tảng,Follows,Ghi chú\nA,TikTok,12k,hay trễ\nB,tiktok,9k,\n".encode()
    words = phrases("en", catalogue)
    shown = their_columns(read_upload("q.csv", content, words).found.sheets[0])
    assert [(one.title, one.role, one.first) for one in shown] == [
        ("Tên", "name", ("A", "B")),
        ("Nền tảng", "platform", ("TikTok → tiktok", "tiktok")),
        ("Follows", "followers", ("12k → 12000", "9k → 9000")),
        ("Ghi chú", OUT, ("hay trễ",)),
    ]
    assert {*(one.role for one in shown)} <= {*roles(words)}
    again = read_upload("q.csv", content, words, [as_role("Follows", "average_views"), as_role("Ghi chú", "bio")])
    assert list(again.typed["average_views"]) == ["12000", "9000"] and list(again.typed["bio"]) == ["hay trễ", ""]
    assert "followers" not in again.typed
    taken_back = mapping_of([as_role("Ghi chú", "bio"), as_role("Ghi chú", OUT)]).of("candidates")
    assert (taken_back.columns, taken_back.ignore) == ({}, ("Ghi chú",))


def test_a_column_chosen_as_the_fee_beside_a_price_that_was_read_is_asked_about_and_nothing_is_lost(catalogue):
    content = "KOC,Nền tảng,Phí khác (đ),Phí video (đ)\nNa,tiktok,1.500.000,500.000\n".encode()
    words, changes = phrases("vi", catalogue), [as_role("Phí khác (đ)", "fee")]
    (question,) = read_upload("q.csv", content, words, changes).open
    assert "“Phí video (đ)” có vẻ là một mức giá nữa (500.000)" in question.text
    changes.append(question.answers["Giá Video"])
    (question,) = read_upload("q.csv", content, words, changes).open
    assert "'Phí khác (đ)' / 'Phí video (đ)' đều là giá" in question.text
    changes.append(question.answers["Phí khác (đ): Giá Livestream"])
    sheet = read_upload("q.csv", content, words, changes)
    assert sheet.open == [] and sheet.typed[["fee", "format"]].values.tolist() == [["1500000", "live"], ["500000", "video"]]


def test_a_row_stays_without_a_cell_that_is_not_understood_as_in_the_command_and_that_is_said(catalogue, tmp_path):
    content = HEAD + 'Giá\nA,TikTok,10k,"Video: 10tr\nLive: 18tr"\nB,TikTok,nhiều,5tr\nC,Tic toe,5k,6tr\n'
    sheet = read_upload("q.csv", content.encode(), phrases("vi", catalogue))
    listed, faults = understood(sheet.typed, catalogue)
    assert list(sheet.typed["followers"]) == ["10000", "nhiều", "5000"]  # as it came, to be mended in place
    assert listed["fee"].fillna(0).tolist() == [0, 5e6] and listed["followers"].fillna(0).tolist() == [10000, 0]
    assert [(fault.row, fault.column) for fault in faults] == [(2, "fee"), (3, "followers"), (4, "platform")]
    said = " ".join(left_out(sheet.found.sheets[0], phrases("vi", catalogue), False))
    assert "Ô C3 ('nhiều', Followers) để trống, dòng vẫn được giữ" in said and "Ô D2" in said
    (tmp_path / "q.csv").write_text(content, "utf-8")
    rows = import_file(tmp_path / "q.csv", catalogue, table="candidates").tables["candidates"]
    assert list(rows["name"]) == ["A", "B"] and rows["fee"].isna().tolist() == [True, False]


@pytest.mark.parametrize("suffix", [".csv", ".txt"])
@pytest.mark.parametrize("above", ["", "Danh sách KOC\n\n", "Link kênh\n"])
def test_a_list_of_nothing_but_links_is_one_of_candidates(catalogue, suffix, above, tmp_path):
    links = "https://www.tiktok.com/@linh\nhttps://www.instagram.com/emma/\nhttps://youtube.com/@woossi\n"
    sheet = read_upload(f"q{suffix}", (above + links).encode(), phrases("vi", catalogue))
    assert sheet.open == []
    who = [["linh", "tiktok"], ["emma", "instagram"], ["woossi", "youtube"]]
    assert sheet.typed[["creator_id", "platform"]].values.tolist() == who
    (tmp_path / f"q{suffix}").write_text(above + links, "utf-8")
    found = import_file(tmp_path / f"q{suffix}", catalogue)
    assert found.tables["candidates"][["creator_id", "platform"]].values.tolist() == who


def test_a_list_of_one_column_without_titles_is_read_once_the_column_is_said_to_be_something(store, catalogue):
    words = phrases("vi", catalogue)
    first = read(Reading("q.txt", b"Lan\nMinh\nHoa\n", None), words, store)
    bare = read(first.answered(no_titles_in(first.grids[0])), words, store)
    named = read(bare.answered(as_role("A", "name")), words, store)
    done = read(named.answered(named.sheet.open[0].answers["TikTok"]), words, store)
    assert done.sheet.typed[["name", "platform"]].values.tolist() == [["Lan", "tiktok"], ["Minh", "tiktok"], ["Hoa", "tiktok"]]


def test_rows_that_repeat_another_are_told_by_their_number(catalogue):
    lines = ["STT,Tên,Nền tảng,Giá (VND)", "1,A,tiktok,5tr", "2,A,tiktok,5tr", "3,A,tiktok,6tr", "4,A,tiktok,5tr"]
    (one,) = read_upload("q.csv", "\n".join(lines).encode(), phrases("vi", catalogue)).found.sheets
    assert any("Dòng 3, 5 giống hệt một dòng ở trên" in said for said in left_out(one, phrases("vi", catalogue), False))
    (one,) = read_upload("q.csv", "\n".join(lines[:2] + lines[3:4]).encode(), phrases("vi", catalogue)).found.sheets
    assert not any(note.key == "import_repeated" for note in one.notes)


def test_sheets_without_a_table_and_lists_of_posts_are_questions(catalogue):
    rate = [["Tên", "Nền tảng", "Followers"], ["A", "tiktok", 5000], ["B", "tiktok", 900]]
    odd = [["x", "y", "z"], ["a", 1, 2], ["b", 3, 4]]
    posts = [["post_id", "creator_id", "published_at", "likes"], ["p1", "A", "2026-01-02", 5], ["p2", "A", "2026-01-03", 6]]
    content = book(Rates=rate, Odd=odd)
    sheet, changes = answered_all(content, {"No table was recognised": "Leave this sheet"}, catalogue, "a.xlsx")
    assert changes == [{"ignore_sheets": ["Odd"]}] and list(sheet.typed["name"]) == ["A", "B"]
    sheet, changes = answered_all(book(Rates=rate, Done=posts), {"looks like posts": "Leave this sheet"}, catalogue, "a.xlsx")
    assert len(sheet.typed) == 2 and changes == [{"ignore_sheets": ["Done"]}]
    assert any("looks like posts" in one.text for one in read_upload("a.xlsx", book(Done=posts), phrases("en", catalogue)).open)


def test_headings_and_hidden_rows_are_offered_and_no_list_waits_for_them(catalogue):
    rows = "Tên,Nền tảng,Followers,Phí (VND)\nMICRO KOC,,,\nA,tiktok,5000,5tr\nNANO KOC,,,\nB,tiktok,900,1tr\n".encode()
    sheet = read_upload("q.csv", rows, phrases("en", catalogue))
    assert [(one.waits, [*one.answers]) for one in sheet.open] == [(False, ["Tier", "Kind", "Niche", "Platform"])]


def test_answers_are_remembered_for_the_next_file_of_the_same_titles_and_for_no_other(store, catalogue):
    words = phrases("en", catalogue)
    first = read(Reading("a.csv", (HEAD + "Loại\nA,tiktok,5000,KOC\n").encode(), None), words, store)
    assert first.waits and not first.recalled
    settled = read(first.answered(first.sheet.open[0].answers["Influencer"]), words, store)
    assert not settled.waits and list(settled.sheet.typed["kind"]) == ["influencer"]
    again = read(Reading("tháng 10.csv", (HEAD + "Loại\nC,tiktok,70,KOC\n").encode(), None), words, store)
    assert again.recalled and not again.waits and list(again.sheet.typed["kind"]) == ["influencer"]
    assert [in_words(change, words) for change in again.changes] == ["“KOC” is Influencer"]
    other = read(Reading("b.csv", (HEAD + "Loại,Giá\nC,tiktok,70,KOC,5tr VND\n").encode(), None), words, store)
    assert other.waits and not other.recalled
    taken_back = read(again.without(again.changes[0]), words, store)
    assert taken_back.waits and store.remembered() == []


def test_a_file_that_waits_comes_back_with_its_answers_and_the_one_left_open_before_it(store, catalogue):
    words, before = phrases("en", catalogue), pd.DataFrame({"name": ["Lan"]})
    left = read(Reading("a.csv", (HEAD + "Giá\nA,tiktok,50,5\n").encode(), None), words, store)
    file = Reading("b.csv", (HEAD + "Loại\nA,tiktok,5000,KOC\nB,tiktok,9,Celeb\n").encode(), before, earlier=left)
    half = read(file.answered({"values": {"kind": {"KOC": "kol"}}}), words, store)
    back = from_files(to_files(half), before)
    assert back.unread and back.waits and back.before is before and back.changes == half.changes
    again = read(back, words, store)
    assert [one.text for one in again.sheet.open] == [one.text for one in half.sheet.open] and again.earlier.name == "a.csv"
    whole = read(again.answered({"values": {"kind": {"Celeb": "kol"}}}), words, store)
    kept = to_files(whole)
    assert not whole.waits and [one.name for one in kept] == ["a.csv"] and from_files([], before) is None


def test_a_file_that_became_the_list_comes_back_with_what_it_replaced_and_whether_the_list_was_mended_since(store, catalogue):
    words, before = phrases("en", catalogue), pd.DataFrame({"name": ["Lan"]}, dtype="str")
    content = (HEAD + "Loại\nA,tiktok,5000,KOC\n").encode()
    done = read(Reading("b.csv", content, before, changes=({"values": {"kind": {"KOC": "kol"}}},)), words, store)
    put = done.sheet.typed
    kept = to_files(replace(done, put=put, adds=True, edited=before))
    for typed in (put.copy(), put.assign(name="B")):
        back = from_files(kept, typed)
        assert back.settled and back.unread and not back.waits and back.before.equals(before) and back.edited.equals(before)
        assert (back.put is typed) == typed.equals(put) and back.put.equals(put)
        again = read(back, words, store)
        assert [*again.sheet.typed["kind"]] == ["kol"] and again.changes == done.changes and not again.recalled


def test_rows_without_titles_are_read_once_each_column_is_said_to_be_something(store, catalogue):
    words, text = phrases("vi", catalogue), "Lan\tTikTok\t1,2tr\t5tr\nMinh\tFacebook\t85,5k\t3tr\n"
    first = read(Reading("dán.tsv", text.encode(), None, adds=True, pasted=True), words, store)
    bare = read(first.answered(no_titles_in(first.grids[0])), words, store)
    said = [in_words(change, words) for change in bare.changes]
    assert said == ["không có dòng tiêu đề"] and [one.title for one in their_columns(bare.sheet.found.sheets[0])][0] == "A"
    for letter, role in (("A", "name"), ("B", "platform"), ("C", "followers"), ("D", "fee")):
        bare = read(bare.answered(as_role(letter, role)), words, store)
    done = read(bare.answered({"constants": {"currency": "VND"}}), words, store)
    typed = done.sheet.typed[["name", "platform", "followers", "fee"]]
    assert not done.waits and typed.values.tolist() == [
        ["Lan", "tiktok", "1200000", "5000000"], ["Minh", "facebook", "85500", "3000000"],
    ]  # fmt: skip


def test_an_encoding_is_asked_for_with_the_first_rows_and_remembered(store, catalogue):
    words = phrases("en", catalogue)
    text = "Name,Platform,Followers\n小红书达人甲,抖音,5000\n美妆博主小王,抖音,9000\n".encode("gbk")
    first = read(Reading("a.csv", text, None), words, store)
    assert isinstance(first.refused, Encoded) and first.refused.likely == "gbk" and "小红书达人甲" in str(first.refused)
    right = read(first.answered({"encoding": "gbk"}), words, store)
    assert list(right.sheet.typed["followers"]) == ["5000", "9000"]
    assert read(Reading("b.csv", text, None), words, store).recalled


def test_an_encoding_that_the_titles_prove_is_told_and_not_asked_for(store, catalogue):
    words, text = phrases("en", catalogue), "名字,平台,粉丝\n小红书达人甲,抖音,5000\n".encode("gbk")
    first = read(Reading("a.csv", text, None), words, store)
    assert first.refused is None and list(first.sheet.typed["followers"]) == ["5000"]
    assert any(note.key == "import_encoding" for note in first.sheet.found.sheets[0].notes)


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".txt", ".jsonl", ".json"])
def test_the_page_takes_what_the_command_takes(suffix, catalogue):
    marks = {".csv": ",", ".tsv": "\t", ".txt": ";"}
    if suffix in marks:
        text = "\n".join(marks[suffix].join(row) for row in (("Tên", "Nền tảng", "Followers"), ("Lan", "tiktok", "500")))
    else:
        row = '{"Tên": "Lan", "Nền tảng": "tiktok", "Followers": 500}'
        text = row if suffix == ".jsonl" else f"[{row}]"
    typed = read_upload(f"a{suffix}", text.encode(), phrases("en", catalogue)).typed
    assert typed[["name", "platform", "followers"]].values.tolist() == [["Lan", "tiktok", "500"]]


def test_a_file_longer_than_is_read_here_is_refused_before_it_is_parsed(catalogue):
    rows = [["Tên", "Nền tảng"], *(["A", "tiktok"] for _ in range(25_200))]
    text = "\n".join(",".join(row) for row in rows).encode()
    for name, content in (("a.xlsx", book(A=rows)), ("a.csv", text)):
        with pytest.raises(Refused, match=r"more than 25,000 rows of candidates, and this page reads no more. Split the file"):
            read_upload(name, content, phrases("en", catalogue))


def test_rows_with_more_cells_than_titles_are_refused_in_the_language_of_the_page(catalogue):
    with pytest.raises(Refused, match="Dòng 2: có 4 ô trong khi chỉ có 3 tiêu đề"):
        read_upload("a.csv", (HEAD[:-1] + "\nA,tiktok,5,000\n").encode(), phrases("vi", catalogue))


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_whatever_the_command_may_ask_has_words_on_the_page_that_name_no_file_of_settings(lang):
    sentences = load_sentences(lang)
    asked = {key.removeprefix("import_doubt_") for key in sentences if key.startswith("import_doubt_")}
    told = {f"page_doubt_{kind}" for kind in asked} | {key for key in sentences if key.startswith("page_")}
    assert told <= {*sentences}
    assert [key for key in told if "mapping" in str(sentences[key])] == []
    notes = {key.removeprefix("import_") for key, words in sentences.items() if key.startswith("import_") and "`" in str(words)}
    asked_or_shown = {name.removeprefix("import_") for name in ELSEWHERE} | {name for name in notes if name.startswith("doubt_")}
    command = {"mapping_head", "draft_table"}  # comments of the file that it writes
    assert {f"page_note_{name}" for name in notes - asked_or_shown - command} <= {*sentences}

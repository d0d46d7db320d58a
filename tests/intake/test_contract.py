import openpyxl
import pandas as pd
import pytest

from builders import CATALOGUE
from predictor.errors import RowsError
from predictor.intake.contract import (
    candidates_from,
    check,
    checked_history,
    history_files,
    read_brief,
    read_candidates,
    read_tables,
)
from predictor.intake.mapping import Mapping
from predictor.tables.files import read_frame, without_formula, write_frame, write_text
from predictor.tables.frames import History

HISTORY = {
    "creators": "creator_id,platform,followers\nc1,tiktok,12K\nc2,instagram,5000\n",
    "posts": "post_id,creator_id,published_at,counted_at,likes\np1,c1,2025-02-10,2025-02-20,10\n",
    "campaigns": "campaign_id,brand,starts_on,ends_on,budget\nk1,Sun,2025-02-01,2025-03-01,500tr\n",
    "bookings": "booking_id,campaign_id,creator_id,booked_at,post_id,reach\nb1,k1,c1,2025-02-01,p1,900\n",
}


def history(folder, **changed):
    for table, text in {**HISTORY, **changed}.items():
        (folder / f"{table}.csv").write_text(text, encoding="utf-8")
    return folder


def problems(run, *args):
    with pytest.raises(RowsError) as problem:
        run(*args, CATALOGUE)
    return str(problem.value).splitlines()


def file(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_sound_folder_is_read_with_canonical_types(tmp_path):
    (history(tmp_path) / "about.yaml").write_text("invented: true\n")
    (tmp_path / "candidates.csv").write_text("nonsense")
    tables = read_tables(tmp_path, CATALOGUE)
    assert tables.invented
    assert tables.frames["creators"]["followers"].tolist() == [12000, 5000]
    assert tables.frames["bookings"].dtypes.astype(str).to_dict() == {
        "booking_id": "str", "campaign_id": "str", "creator_id": "str", "booked_at": "datetime64[us]",
        "post_id": "str", "reach": "float64",
    }  # fmt: skip


def test_bookings_of_posts_that_are_not_there_are_read(tmp_path):
    posts = HISTORY["posts"].replace("p1", "p7")
    assert read_tables(history(tmp_path, posts=posts), CATALOGUE).frames["bookings"]["post_id"].tolist() == ["p1"]


def parts(folder):
    folder.mkdir()
    write_frame(pd.DataFrame({"post_id": ["p1"]}), folder / "part-0.parquet")


@pytest.mark.parametrize("name", ["posts.parquet", "posts"])
def test_a_table_in_a_folder_of_files_is_refused_and_not_passed_over(tmp_path, name):
    (history(tmp_path) / "posts.csv").unlink()
    parts(tmp_path / name)
    assert f"'{name}' is a folder, which only --engine spark reads as a table" in problems(read_tables, tmp_path)[0]


def test_a_folder_of_parquet_beside_a_file_of_the_same_table_is_refused(tmp_path):
    parts(history(tmp_path) / "posts")
    assert "holds posts.csv, posts; keep one file for posts." in problems(read_tables, tmp_path)[0]


@pytest.mark.parametrize("folders", [False, True])
def test_a_folder_of_other_files_is_no_table_beside_its_file_and_in_its_place_is_refused(tmp_path, folders):
    (history(tmp_path) / "posts").mkdir()
    (tmp_path / "posts" / "a.jpg").write_bytes(b"picture")
    (tmp_path / "posts" / "notes.txt").write_text("of May")
    faults = []
    assert history_files(tmp_path, Mapping(), faults, folders)["posts"].name == "posts.csv" and not faults
    (tmp_path / "posts.csv").rename(tmp_path / "posts" / "part-0.csv")
    assert "posts" not in history_files(tmp_path, Mapping(), faults, folders)
    assert [fault.problem for fault in faults] == [
        "'posts' is a folder of other files than Parquet, which is not read as a table; give one file, posts.csv for example."
    ]


def test_a_part_of_a_table_settles_no_day_that_can_be_read_in_two_ways():
    posts = pd.DataFrame({"post_id": ["p1", "p2"], "creator_id": "c1", "published_at": ["03/04/2025", "25/04/2025"]})
    whole = checked_history(History({"posts": posts}), CATALOGUE).frames["posts"]
    assert whole["published_at"].dt.month.tolist() == [4, 4]
    with pytest.raises(RowsError, match="03/04/2025"):
        checked_history(History({"posts": posts}), CATALOGUE, part=True)


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".xlsx"])
def test_the_three_kinds_of_file_say_the_same(tmp_path, suffix):
    frame = pd.DataFrame({
        "creator_id": ["1", "2"], "platform": ["tiktok", "Facebook"], "followers": [10, 20], "verified": [True, False]
    })  # fmt: skip
    write_frame(frame, tmp_path / f"creators{suffix}")
    read = read_tables(tmp_path, CATALOGUE).frames["creators"]
    assert read.to_dict("list") == {
        "creator_id": ["1", "2"], "platform": ["tiktok", "facebook"], "followers": [10, 20], "verified": [True, False]
    }  # fmt: skip


@pytest.mark.parametrize(
    ("table", "text", "problem"),
    [
        ("creators", "creator_id,platform,folowers\nc1,tiktok,5\n",
         "creators.csv, column 'folowers': unknown column; did you mean 'followers'? Otherwise rename or remove it, or list it "
         "under `ignore:` in a mapping."),
        ("creators", "creator_id,followers\nc1,5\n",
         "creators.csv: column 'platform' is missing; creators needs creator_id, platform; add it, or name theirs in a mapping."),
        ("creators", "creator_id,platform,followers,Người theo dõi\nc1,x,5,5\n",
         "creators.csv, column 'Người theo dõi': means 'followers', as the column 'followers' does; keep one: rename or remove "
         "it, or list it under `ignore:` in a mapping."),
        ("creators", "creator_id,platform\nc1,x\n\nc1,x\n",
         "creators.csv, row 4, column 'creator_id': got 'c1', which row 2 has already; each row needs its own: change it or "
         "remove the row."),
        ("creators", "creator_id,platform\nc1,x\n,x\n",
         "creators.csv, row 3, column 'creator_id': is blank; every row needs its creator_id; fill it in."),
        ("posts", "post_id,creator_id,published_at\np1,c9,2025-02-10\n",
         "posts.csv, row 2, column 'creator_id': got 'c9', which creators.csv does not have; correct it, or add it there."),
        ("posts", "post_id,creator_id,published_at,counted_at\np1,c1,2025-02-10,2025-02-09\n",
         "posts.csv, row 2, column 'counted_at': got 2025-02-09, before published_at 2025-02-10; counts cannot be read before "
         "the post is published: correct one of the two."),
        ("posts", "post_id,creator_id,published_at\np1,c1,2025-01-31\n",
         "bookings.csv, row 2, column 'post_id': got 2025-01-31, before booked_at 2025-02-01; the booking's post cannot be "
         "published before the booking is agreed: correct one of the two."),
        ("bookings", "booking_id,campaign_id,creator_id,booked_at\nb1,k9,c1,2025-02-01\n",
         "bookings.csv, row 2, column 'campaign_id': got 'k9', which campaigns.csv does not have; correct it, or add it there."),
        ("bookings", "booking_id,campaign_id,creator_id,booked_at\nb1,k1,c9,2025-02-01\n",
         "bookings.csv, row 2, column 'creator_id': got 'c9', which creators.csv does not have; correct it, or add it there."),
        ("bookings", "booking_id,campaign_id,creator_id,booked_at,reach\nb1,k1,c1,2025-02-01,-1\n",
         "bookings.csv, row 2, column 'reach': got -1; Reach lies between 0 and 10000000000; correct it or leave it blank."),
        ("bookings", "booking_id,campaign_id,creator_id,booked_at,likes\nb1,k1,c1,2025-02-01,1\n",
         "bookings.csv, column 'likes': 'likes' is a column of posts, post_snapshots, not of bookings; rename or remove "
         "it, or list it under `ignore:` in a mapping."),
        ("campaigns", "campaign_id,starts_on,ends_on\nk1,2025-02-01,2025-01-01\n",
         "campaigns.csv, row 2, column 'ends_on': got 2025-01-01, before starts_on 2025-02-01; the campaign ends before it "
         "starts: correct one of the two."),
    ],
)  # fmt: skip
def test_one_fault_in_a_history_is_told_once_and_exactly(tmp_path, table, text, problem):
    assert problems(read_tables, history(tmp_path, **{table: text})) == [problem]


def test_a_post_published_or_counted_on_a_day_still_to_come_is_refused_unless_all_is_invented(tmp_path):
    today = pd.Timestamp.now().date()
    later = today + pd.Timedelta(days=40)
    posts = f"post_id,creator_id,published_at,counted_at\np1,c1,2025-02-10,{later}\n"
    assert problems(read_tables, history(tmp_path, posts=posts)) == [
        f"posts.csv, row 2, column 'counted_at': got {later}, and today is {today}: what has not been published or counted yet "
        "teaches nothing; correct the date."
    ]
    frames = {"posts": pd.read_csv(tmp_path / "posts.csv"), "creators": pd.read_csv(tmp_path / "creators.csv")}
    assert checked_history(History(frames, invented=True), CATALOGUE).checked


def test_faults_of_all_files_come_at_once(tmp_path):
    broken = history(tmp_path, creators="creator_id,platform\nc1,myspace\n", posts="", campaigns="campaign_id,goal\nk1,fame\n")
    files = {line.split(",")[0].split(":")[0] for line in problems(read_tables, broken)}
    assert files == {"creators.csv", "posts.csv", "campaigns.csv"}


def test_many_faults_of_one_kind_are_counted_instead_of_listed(tmp_path):
    text = "creator_id,platform\n" + "".join(f"c{n},myspace\n" for n in range(1030))
    lines = problems(read_tables, history(tmp_path, creators=text))
    assert len(lines) == 21
    assert lines[-1] == "creators.csv, column 'platform': … and 1,010 more like this."


def test_a_post_counted_on_its_own_day_is_in_order(tmp_path):
    posts = "post_id,creator_id,published_at,counted_at\np1,c1,2025-02-10 14:00,2025-02-10\n"
    assert read_tables(history(tmp_path, posts=posts), CATALOGUE).frames["posts"].shape == (1, 4)


def test_two_files_for_one_table_are_refused(tmp_path):
    write_frame(pd.DataFrame({"creator_id": ["a"], "platform": ["x"]}), history(tmp_path) / "creators.parquet")
    assert "holds creators.csv, creators.parquet; keep one file for creators." in problems(read_tables, tmp_path)[0]


def test_a_folder_without_tables_says_what_it_expected(tmp_path):
    assert "holds no table; expected one of creators, creator_snapshots, posts" in problems(read_tables, tmp_path)[0]


def test_creators_counted_twice_at_one_time_are_refused_but_not_at_two(tmp_path):
    text = "creator_id,at,followers\nc1,2025-01-01,5\nc1,2025-01-02,6\nc1,2025-01-01,7\n"
    (line,) = problems(read_tables, history(tmp_path, creator_snapshots=text))
    assert "row 4" in line and "which row 2 has already" in line


def test_a_flat_file_is_bookings_with_ids_of_their_own(tmp_path):
    flat = file(tmp_path, "results.csv", "Nền tảng;Ngày chốt;Số follower;Tương tác\nTikTok;25/12/2025;12,5K;1.234\n")
    bookings = read_tables(flat, CATALOGUE).frames["bookings"]
    assert bookings[["platform", "followers", "engagements", "booking_id", "creator_id"]].values.tolist() == [
        ["tiktok", 12500, 1234, "2", "2"]
    ]
    assert bookings["booked_at"].tolist() == [pd.Timestamp("2025-12-25")]


def test_a_flat_file_without_outcome_or_date_is_refused(tmp_path):
    lines = problems(read_tables, file(tmp_path, "results.csv", "platform,followers\ntiktok,5\n"))
    assert lines == [
        "results.csv: column 'booked_at' is missing; bookings needs platform, booked_at; add it, or name theirs in a mapping.",
        "results.csv: has no outcome to learn from; add at least one of reach, engagements, clicks, orders, revenue.",
    ]


def test_candidates_are_read_by_vietnamese_titles(tmp_path):
    text = 'Tên KOL,Mạng xã hội,Số follower,ER,Báo giá\nLan,FB,"12,5K","3,5%",5tr\n'
    rows = read_candidates(file(tmp_path, "kol.csv", text), CATALOGUE)
    assert rows.to_dict("records") == [
        {"name": "Lan", "platform": "facebook", "followers": 12500, "engagement_rate": 0.035, "fee": 5e6}
    ]


@pytest.mark.parametrize("column", [n for n, e in CATALOGUE.entries.items() if e.known == "after_booking"])
def test_a_candidate_may_carry_nothing_known_after_booking(tmp_path, column):
    (line,) = problems(read_candidates, file(tmp_path, "c.csv", f"platform,{column}\ntiktok,5\n"))
    assert line == (
        f"c.csv, column '{column}': '{column}' is known only after booking, so a candidate cannot have it and no forecast may "
        "use it; rename or remove it, or list it under `ignore:` in a mapping."
    )


def test_a_candidate_without_account_and_platform_is_refused(tmp_path):
    lines = problems(read_candidates, file(tmp_path, "c.csv", "name,platform\nA,x\nB,\n"))
    assert lines == ["c.csv, row 3: says neither who it is nor on which platform; fill in the id (creator_id) or the platform."]
    assert "has neither a column creator_id nor platform" in problems(read_candidates, file(tmp_path, "c.csv", "name\nA\n"))[0]


def test_a_brief_is_typed_like_a_campaign(tmp_path):
    text = "Nhãn hàng: Sun\nniche: [Beauty, Food]\ngoal: nhận biết\nstarts_on: 2025-04-03\nbudget: 500tr\ncurrency: vnd\n"
    brief = read_brief(file(tmp_path, "brief.yaml", text), CATALOGUE)
    assert brief == {
        "brand": "Sun", "niche": "beauty;food", "goal": "awareness", "starts_on": pd.Timestamp("2025-04-03"),
        "budget": 5e8, "currency": "VND",
    }  # fmt: skip
    assert type(brief["budget"]) is float


@pytest.mark.parametrize(
    ("text", "brief"),
    [
        ("budget: 500.000.000đ", {"budget": 5e8, "currency": "VND"}),
        ("Ngân sách: 20,000 USD", {"budget": 2e4, "currency": "USD"}),
        ("budget: 500.000\ncurrency: VND", {"budget": 5e5, "currency": "VND"}),
        ("budget: $20k\ncurrency: USD\ncountry: NO", {"budget": 2e4, "currency": "USD", "country": "NO"}),
    ],
)
def test_a_briefs_amount_may_name_its_currency(tmp_path, text, brief):
    assert read_brief(file(tmp_path, "brief.yaml", text), CATALOGUE) == brief


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("bugdet: 5\n", "brief.yaml, column 'bugdet': unknown column; did you mean 'budget'?"),
        ("goal: fame\n", "brief.yaml, column 'goal': got 'fame'; allowed: awareness, engagement, traffic, sales."),
        ("starts_on: 2025-04-03\nends_on: 2025-04-01\n", "brief.yaml, column 'ends_on': got 2025-04-01, before starts_on"),
        ("[]", "brief.yaml: got '[]'; expected lines such as `budget: 500tr`"),
        ("budget: nhiều", "brief.yaml: budget: got 'nhiều'; expected an amount such as 500tr, 500.000.000đ or 20,000 USD"),
        ("budget: 5-7tr", "brief.yaml: budget: got '5-7tr'; expected one amount above 0"),
        ("budget: 20.000 USD\ncurrency: VND", "brief.yaml: budget: got '20.000 USD', but the currency is VND; name one of them."),
        ("budget: $20k", "brief.yaml: budget: got '$20k', where '$' may mean USD, SGD, HKD"),
        ("a: [", "brief.yaml: not readable as YAML"),
    ],
)
def test_a_faulty_brief_is_refused_like_a_row(tmp_path, text, problem):
    assert problems(read_brief, file(tmp_path, "brief.yaml", text))[0].startswith(problem)


def test_check_reports_folders_tables_lists_and_briefs_together(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    history(folder, creators="creator_id,platform\nc1,myspace\n")
    paths = [
        folder,
        file(tmp_path, "posts.csv", "post_id\np1\n"),
        file(tmp_path, "flat.csv", "platform,reach\nx,5\n"),
        file(tmp_path, "list.csv", "name\nA\n"),
        file(tmp_path, "brief.yaml", "goal: fame\n"),
        tmp_path / "none.csv",
    ]
    faults = check(paths, CATALOGUE)
    assert [fault.file for fault in faults] == [
        "creators.csv", "posts.csv", "posts.csv", "flat.csv", "list.csv", "brief.yaml", "none.csv"
    ]  # fmt: skip


def test_check_finds_nothing_in_sound_files(tmp_path):
    assert check([history(tmp_path), *(tmp_path / f"{table}.csv" for table in HISTORY)], CATALOGUE) == []


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.xlsx", b"junk", "a.xlsx: cannot be read as xlsx"),
        ("a.parquet", b"junk", "a.parquet: cannot be read as parquet"),
        (
            "a.csv",
            b"t\xean\nL\xea\n",
            "a.csv, row 1: is not UTF-8 text. As windows-1252 it reads: tên / Lê. If that is right, write "
            "`encoding: windows-1252` for "
            "this table in a mapping; if not, save it as 'CSV UTF-8', or as .xlsx.",
        ),
        ("a.csv", b"", "a.csv: is empty; it needs a row of column titles and rows below it."),
        ("a.csv", b"a,b\n", "a.csv: has no rows; it needs a row of column titles and rows below it."),
        (
            "a.csv",
            b"a,b\n1,2,3\n",
            "a.csv, row 2: has 3 cells where the titles are 2; put quotes around a cell that holds the mark",
        ),
        ("a.csv", b"a,,b\n1,2,3\n", "a.csv: row 1 gives no title to column 2; the first row must name every column."),
        (
            "a.doc",
            b"a",
            "a.doc: ends in '.doc'; allowed: .csv, .tsv, .txt, .json, .jsonl, .ndjson, .parquet, .xlsx, .xls, .xlsb, .ods; "
            "save it as one of these.",
        ),
        ("a.json", b"[1]", "a.json: holds no table; expected a list of objects, one a row"),
        ("a.json", b"[{", "a.json, row 1: is not JSON"),
        ("a.jsonl", b'{"a": [1]}', "a.jsonl, row 2, column 'a': holds a list or an object; write plain text"),
        ("a.ods", b"junk", "a.ods: cannot be read as ods"),
        ("a.csv", b'a,b\n1,"2\n3,4\n', 'a.csv, row 2: opens a quote (") that is never closed'),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_what_to_do(tmp_path, name, content, problem):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(RowsError) as told:
        read_frame(tmp_path / name)
    assert str(told.value).startswith(problem)


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path):
    with pytest.raises(RowsError, match="none.csv: there is no such file in"):
        read_frame(tmp_path / "none.csv")
    with pytest.raises(RowsError, match="is a folder; name one file"):
        read_frame(tmp_path)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_csv_separators_are_told_by_the_titles(tmp_path, mark):
    assert read_frame(file(tmp_path, "a.csv", f"a{mark}b\n1{mark}x y\n")).to_dict("list") == {"a": ["1"], "b": ["x y"]}


def test_an_empty_sheet_has_no_rows(tmp_path):
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    with pytest.raises(RowsError, match="is empty"):
        read_frame(tmp_path / "a.xlsx")


def test_text_in_a_written_sheet_is_never_a_formula(tmp_path):
    cells = ["=1+1", "+x", "-x", "@x", "Tên\x01"]
    write_frame(pd.DataFrame({"text": cells}), tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert [(row[0].value, row[0].data_type, row[0].quotePrefix) for row in sheet.iter_rows(min_row=2)] == [
        (text, "s", text != "Tên") for text in ["=1+1", "+x", "-x", "@x", "Tên"]
    ]


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n"])
def test_a_cell_that_only_people_read_and_a_spreadsheet_would_run_gets_a_sign_in_front(first):
    assert without_formula(f"{first}1+1") == f"'{first}1+1"


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    write_text("old", tmp_path / "a.parquet")
    with pytest.raises(Exception, match="."):
        write_frame(pd.DataFrame({"mixed": [1, "a", object()]}), tmp_path / "a.parquet")
    assert [path.name for path in tmp_path.iterdir()] == ["a.parquet"]
    assert (tmp_path / "a.parquet").read_text() == "old"


def test_a_place_that_cannot_be_written_is_told_beforehand(tmp_path):
    with pytest.raises(RowsError, match="there is no folder .*; make it first"):
        write_frame(pd.DataFrame({"a": [1]}), tmp_path / "none" / "a.csv")
    with pytest.raises(RowsError, match="ends in '.txt'; allowed: .csv, .parquet, .xlsx"):
        write_frame(pd.DataFrame({"a": [1]}), tmp_path / "a.txt")


def test_written_csv_opens_with_vietnamese_in_excel(tmp_path):
    write_frame(pd.DataFrame({"tên": ["Lê"]}), tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert read_frame(tmp_path / "a.csv").to_dict("list") == {"tên": ["Lê"]}


@pytest.mark.parametrize(("fee", "code"), [(5.5, "VND"), (900, "IDR"), (50, "KRW"), (5, "JPY")])
def test_a_fee_that_nobody_asks_in_its_currency_is_refused_as_the_import_asks_about_it(fee, code):
    rows = pd.DataFrame({"platform": ["tiktok"] * 3, "fee": [fee, 0, None], "currency": [code] * 3})
    with pytest.raises(RowsError) as caught:
        candidates_from(rows, "list.csv", CATALOGUE)
    (fault,) = caught.value.faults
    assert str(fault).startswith(f"list.csv, row 2, column 'fee': got '{fee:g}'; nobody asks so little in {code}")

"""Titles of one sheet that a mapping names for one column, and one account in several spellings: nothing vanishes."""

import pandas as pd
import pytest

from builders import CATALOGUE, book_of
from predictor.errors import RowsError
from predictor.intake.mapping import Mapping, load_mapping
from predictor.intake.spreadsheets.imported import write_mapping
from predictor.intake.spreadsheets.workbook import import_file
from predictor.wording.sentences import say


def mapping(**candidates):
    return Mapping.model_validate({"tables": {"candidates": candidates}})


@pytest.fixture
def read(tmp_path):
    """What the import makes of the lines of a text table, with the mapping of candidates given."""

    def reading(*lines, **candidates):
        path = tmp_path / "list.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        given = mapping(**candidates) if candidates else None
        found = import_file(path, CATALOGUE, given)
        return found, found.tables.get("candidates", pd.DataFrame())

    return reading


def asked(found):
    return [doubt.key for _, doubt in found.doubts]


def test_deliverables_that_a_mapping_calls_fee_are_prices_and_every_one_becomes_a_row(read):
    fees = {"Reel": "fee", "Post": "fee", "Story": "fee"}
    found, rows = read("Name,Platform,Reel,Post,Story", "Linh,instagram,35tr,20tr,8tr", columns=fees)
    assert asked(found) == []
    assert dict(zip(rows["format"], rows["fee"], strict=True)) == {"short": 35e6, "image": 20e6, "story": 8e6}
    assert {*found.mapping.of("candidates").prices} == {*fees}


@pytest.mark.parametrize(
    ("titles", "name"),
    [
        ({"Reel": "fee", "Reels": "fee"}, "fee"),
        ({"Reel": "fee", "Rights": "fee"}, "fee"),
        ({"Name": "niche", "Stage": "niche"}, "niche"),
    ],
)
def test_two_titles_that_a_mapping_calls_one_column_are_a_question_that_names_both(read, titles, name):
    found, _ = read("Name,Stage,Platform,Reel,Reels,Rights", "Linh,Lili,tiktok,3tr,4tr,5tr", columns=titles)
    several = ("import_doubt_both", "import_doubt_fees")
    clashes = {doubt.values["name"]: doubt.values["titles"] for _, doubt in found.doubts if doubt.key in several}
    assert clashes[name] == "' / '".join(titles)


def test_ignoring_one_of_two_titles_for_one_column_answers_the_question(read):
    names = {"Name": "name", "Stage": "name"}
    found, rows = read("Name,Stage,Platform,Fee", "Linh,Lili,tiktok,6tr", columns=names, ignore=["Name"])
    assert asked(found) == [] and rows["name"].tolist() == ["Lili"]


def test_a_fee_that_a_mapping_names_beside_prices_is_a_question(read):
    found, _ = read(
        "Name,Platform,Reel,Rights", "Linh,tiktok,3tr,4tr", columns={"Rights": "fee"}, prices={"Reel": {"format": "reels"}}
    )
    (clash,) = [doubt for _, doubt in found.doubts if doubt.key == "import_doubt_fees"]
    assert clash.values["titles"] == "Rights' / 'Reel"
    assert '`prices: {"Rights": {format: video}}`' in say("en", clash.key, **clash.values, mapping="mapping.yaml")


def test_what_a_mapping_says_a_price_is_for_stands_before_that_it_is_a_fee(read):
    found, rows = read(
        "Name,Platform,Reel,Rights", "Linh,tiktok,3tr,4tr", columns={"Rights": "fee"}, prices={"Rights": {"format": "story"}}
    )
    assert asked(found) == [] and sorted(zip(rows["format"], rows["fee"], strict=True)) == [("short", 3e6), ("story", 4e6)]


@pytest.mark.parametrize(("fee", "other"), [("Phí khác", "Phí video"), ("Phí video", "Phí khác"), ("Phí khác", "Video")])
def test_a_fee_that_a_mapping_names_throws_no_other_price_away_unasked(read, fee, other):
    found, _ = read(f"KOC,Platform,{fee} (đ),{other} (đ)", "Na,tiktok,1.500.000,500.000", columns={f"{fee} (đ)": "fee"})
    ((_, doubt),) = found.doubts
    assert doubt.key == "import_doubt_beside" and doubt.values["title"] == f"{other} (đ)"


def test_what_a_price_is_for_leaves_the_prices_beside_it_as_they_were_read(read):
    head, row = "KOC,Platform,Phí khác (đ),Phí video (đ)", "Na,tiktok,1.500.000,500.000"
    found, _ = read(head, row)
    ((_, doubt),) = found.doubts
    assert '`prices: {"Phí khác (đ)": {format: video}}`' in say("en", doubt.key, **doubt.values, mapping="mapping.yaml")
    found, rows = read(head, row, prices={"Phí khác (đ)": {"format": "livestream"}})
    assert asked(found) == [] and sorted(zip(rows["format"], rows["fee"], strict=True)) == [("live", 1.5e6), ("video", 5e5)]
    found, rows = read(head, row, prices={"Phí khác (đ)": {}})
    assert asked(found) == [] and sorted(rows["fee"]) == [5e5, 1.5e6]


def test_the_same_price_with_tax_beside_a_fee_that_a_mapping_names_is_no_question(read):
    head = "KOC,Platform,Giá (chưa VAT),Giá (đã gồm VAT)"
    found, rows = read(head, "Na,tiktok,10.000.000đ,10.800.000đ", columns={"Giá (chưa VAT)": "fee"})
    assert asked(found) == [] and list(rows["fee"]) == [1e7]


@pytest.mark.parametrize("title", ["Phí slot live", "Giá live slot", "Phí phiên live", "Giá slot livestream", "Live slot"])
def test_a_slot_or_session_of_live_is_a_livestream(read, title):
    found, rows = read(f"KOC,Platform,{title} (đ),Phí video (đ)", "Na,tiktok,1.500.000,500.000")
    assert asked(found) == [] and dict(zip(rows["format"], rows["fee"], strict=True)) == {"live": 1.5e6, "video": 5e5}


def test_an_answer_about_one_sheet_holds_beside_a_sheet_without_its_columns_and_is_kept(tmp_path):
    book, own = tmp_path / "rates.xlsx", tmp_path / "mapping.yaml"
    lists = {
        "TikTok": [["Tên", "Followers", "Giá video (VNĐ)"], ["Hà", 125000, 7500000]],
        "YouTube": [
            ["Kênh", "Subscribers", "Giá tích hợp (VNĐ)", "Giá dedicated (VNĐ)"],
            ["Woossi", 1900000, 90000000, 160000000],
        ],
    }
    book_of(lists).save(book)
    dedicated, within = "Giá dedicated (VNĐ)", "Giá tích hợp (VNĐ)"
    given = {"columns": {dedicated: "fee", within: "fee"}}
    assert asked(import_file(book, CATALOGUE, mapping(**given))) == ["import_doubt_fees"]
    found = import_file(book, CATALOGUE, mapping(**given, ignore=[dedicated]))
    for _ in range(2):
        assert asked(found) == [] and list(found.tables["candidates"]["fee"]) == [7.5e6, 9e7]
        write_mapping(found, own, [], "en")
        assert load_mapping(own, CATALOGUE).of("candidates").ignore == (dedicated,)
        found = import_file(book, CATALOGUE, load_mapping(own, CATALOGUE))
    both = {title: {"format": "video"} for title in (dedicated, within)}
    found = import_file(book, CATALOGUE, mapping(**given, prices=both))
    assert asked(found) == [] and sorted(found.tables["candidates"]["fee"]) == [7.5e6, 9e7, 16e7]


def test_bare_numbers_of_deliverables_under_a_line_of_prices_in_a_currency_are_prices(read):
    found, rows = read("Rate card (VND million),,,", "Name,Platform,Reel,Story", "Linh,instagram,35,8", "Khoa,instagram,9,3")
    assert asked(found) == []
    assert rows["fee"].tolist() == [35e6, 8e6, 9e6, 3e6]


def test_bare_numbers_of_deliverables_beside_a_fee_stay_numbers_of_posts(read):
    _, rows = read("Rate card (VND million),,,", "Name,Platform,Reel,Story,Fee", "Linh,instagram,3,8,20", "Khoa,instagram,9,3,30")
    assert rows["fee"].tolist() == [20e6, 30e6]


def test_channels_and_newspapers_are_tv_and_press_and_a_channel_column_of_them_is_the_platform(read):
    found, rows = read(
        "Tên,Kênh,Bài đăng,Cát-xê", "Hòa,Báo Tuổi Trẻ,1 ảnh,30tr", "Nam,VTV1,3 video,80tr", "Tuấn,HTV7,1 video,65tr"
    )
    assert asked(found) == []
    assert rows["platform"].tolist() == ["press", "tv", "tv"] and rows["fee"].tolist() == [30e6, 80e6, 65e6]
    assert rows["posts"].tolist() == [1, 3, 1] and rows["format"].tolist() == ["image", "video", "video"]


def test_the_number_of_posts_is_read_by_its_abbreviated_title(read):
    _, rows = read("Name,Platform,Format,No. of posts,Fee", "Linh,tiktok,video,2,6tr")
    assert rows["posts"].tolist() == [2]


def test_one_account_in_several_spellings_on_one_platform_is_one_creator_and_that_is_told(read):
    found, rows = read(
        "platform,handle,format,fee",
        "tiktok,@linh,video,5tr", "tiktok,@Linh,video,5tr", "tiktok,https://www.tiktok.com/@linh?lang=vi,video,4tr",
        "tiktok,C017,video,5tr", "tiktok,c017,video,5tr",
    )  # fmt: skip
    assert rows["creator_id"].tolist() == ["linh", "linh", "linh", "C017", "c017"]
    (told,) = [note for one in found.sheets for note in one.notes if note.key == "import_one_account"]
    assert told.values["accounts"] == "@linh / @Linh / https://www.tiktok.com/@linh?lang=vi → linh"


def test_a_handle_in_several_spellings_on_two_platforms_stays_two_accounts(read):
    _, rows = read(
        "platform,handle,format,fee",
        "tiktok,@linh,video,5tr", "tiktok,@Linh,video,5tr", "instagram,@linh,image,4tr", "instagram,@LINH,image,4tr",
    )  # fmt: skip
    assert rows["creator_id"].tolist() == ["linh @ tiktok", "linh @ tiktok", "linh @ instagram", "linh @ instagram"]


def told(found, key):
    return [note.values for one in found.sheets for note in one.notes if note.key == key]


def test_the_last_column_without_a_title_is_read_past_and_named(read):
    found, rows = read("Tên,Nền tảng,Giá (VND),", "Linh,tiktok,5000000,đã book", "Mai,tiktok,3000000", "Hoa,tiktok,4000000,")
    assert asked(found) == [] and rows["fee"].tolist() == [5e6, 3e6, 4e6]
    assert told(found, "import_untitled") == [{"title": "[D:D]", "place": "D2", "came": "đã book"}]


@pytest.mark.parametrize(
    "lines",
    [
        ("Tên,Nền tảng,Followers,Giá (VND),", "Linh,tiktok,120,000,5000000"),  # a comma within a number
        ("Tên,Nền tảng,Followers,Giá (VND)", "Linh,tiktok,120000,5000000,đã book"),  # no title, and no place for one
    ],
)
def test_figures_under_no_title_and_more_cells_than_titles_are_refused(read, lines):
    with pytest.raises(RowsError, match=r"row 2: has 5 cells where the titles are 4; .* or give every column a title"):
        read(*lines)


PRICES = "Tên,Nền tảng,Giá (VND),Price (USD)"


def test_of_prices_in_two_currencies_those_in_the_stated_one_are_the_fee_and_that_is_told(read):
    found, rows = read(PRICES, "Linh,tiktok,5000000,200", "Mai,tiktok,3000000,120", constants={"currency": "USD"})
    assert asked(found) == [] and rows["fee"].tolist() == [200, 120] and {*rows["currency"]} == {"USD"}
    assert told(found, "import_other_currency") == [{"title": "Giá (VND)", "other": "Price (USD)", "code": "USD"}]


def test_prices_in_two_currencies_of_which_each_row_has_one_are_all_read(read):
    found, rows = read(PRICES, "Linh,tiktok,5000000,", "Mai,tiktok,-,120", "Hoa,tiktok,,")
    assert asked(found) == [] and told(found, "import_by_currency")
    assert rows["fee"].fillna(0).tolist() == [5e6, 120, 0] and rows["currency"].fillna("").tolist() == ["VND", "USD", ""]


def test_prices_in_two_currencies_are_asked_about_where_rows_have_both_though_the_last_file_had_none_such(read):
    lines = (PRICES, "Linh,tiktok,5000000,200", "Mai,tiktok,3000000,")
    assert asked(read(*lines)[0]) == ["import_doubt_fees"]
    found, _ = read(*lines, prices={"Giá (VND)": {}, "Price (USD)": {}})
    assert asked(found) == ["import_doubt_fees"]


@pytest.mark.parametrize("title", ["Giá/bài (VND)", "Price per video (VND)", "Giá mỗi video (VND)", "Đơn giá video (VND)"])
def test_a_price_of_one_post_beside_their_number_is_multiplied_and_told(read, title):
    found, rows = read(f"Tên,Nền tảng,Qty,{title}", "Linh,tiktok,2,5000000", "Mai,tiktok,3,1tr")
    assert asked(found) == [] and rows["posts"].tolist() == [2, 3] and rows["fee"].tolist() == [10e6, 3e6]
    assert {*rows["format"]} == {"video"} and told(found, "import_unit_price")


def test_a_price_of_a_deliverable_beside_a_number_of_posts_is_asked_about_and_both_answers_count(read):
    lines = ("Tên,Nền tảng,Số lượng,Giá video (VND)", "Linh,tiktok,2,5000000", "Mai,tiktok,1,3000000")
    assert asked(read(*lines)[0]) == ["import_doubt_counted"]
    found, rows = read(*lines, columns={"Giá video (VND)": "fee"}, constants={"format": "video"})
    assert asked(found) == [] and rows["posts"].tolist() == [2, 1] and rows["fee"].tolist() == [5e6, 3e6]
    found, rows = read(*lines, prices={"Giá video (VND)": {"format": "video"}}, ignore=["Số lượng"])
    assert asked(found) == [] and rows["posts"].tolist() == [1, 1] and rows["fee"].tolist() == [5e6, 3e6]


def test_codes_under_a_title_that_elsewhere_numbers_the_rows_are_the_ids(read):
    found, rows = read("ID,Tên,Nền tảng,Giá (VND)", "c0007,Linh,tiktok,5tr", "c0003,Mai,tiktok,3tr")
    assert rows["creator_id"].tolist() == ["c0007", "c0003"] and told(found, "import_read_as")
    found, rows = read("ID,Tên,Nền tảng,Giá (VND)", "2,Linh,tiktok,5tr", "1,Mai,tiktok,3tr")
    assert rows["creator_id"].tolist() == ["Linh", "Mai"]


def test_what_numbers_the_rows_by_its_title_and_not_by_its_cells_is_named_as_unread(read):
    found, rows = read("STT,Tên,Nền tảng,Giá (VND)", "đã book,Linh,tiktok,5tr", "chờ,Mai,tiktok,3tr")
    assert rows["creator_id"].tolist() == ["Linh", "Mai"] and told(found, "import_ignored")[0]["titles"] == "STT"
    found, rows = read("ID,Tên,Nền tảng,Giá (VND)", "001203004567,Linh,tiktok,5tr", "001203004568,Mai,tiktok,3tr")
    assert rows["creator_id"].tolist() == ["Linh", "Mai"] and told(found, "import_ignored")[0]["titles"] == "ID"

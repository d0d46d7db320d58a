"""Titles of one sheet that a mapping names for one column, and one account in several spellings: nothing vanishes."""

import pandas as pd
import pytest

from builders import CATALOGUE
from predictor.errors import RowsError
from predictor.intake.mapping import Mapping
from predictor.intake.spreadsheets.workbook import import_file


@pytest.fixture
def read(tmp_path):
    """What the import makes of the lines of a text table, with the mapping of candidates given."""

    def reading(*lines, **candidates):
        path = tmp_path / "list.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        given = Mapping.model_validate({"tables": {"candidates": candidates}}) if candidates else None
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
    clashes = {doubt.values["name"]: doubt.values["titles"] for _, doubt in found.doubts if doubt.key == "import_doubt_both"}
    assert clashes[name] == "' / '".join(titles)


def test_ignoring_one_of_two_titles_for_one_column_answers_the_question(read):
    names = {"Name": "name", "Stage": "name"}
    found, rows = read("Name,Stage,Platform,Fee", "Linh,Lili,tiktok,6tr", columns=names, ignore=["Name"])
    assert asked(found) == [] and rows["name"].tolist() == ["Lili"]


def test_a_fee_that_a_mapping_names_beside_prices_is_a_question(read):
    found, _ = read(
        "Name,Platform,Reel,Rights", "Linh,tiktok,3tr,4tr", columns={"Rights": "fee"}, prices={"Reel": {"format": "reels"}}
    )
    (clash,) = [doubt for _, doubt in found.doubts if doubt.key == "import_doubt_both"]
    assert clash.values["titles"] == "Rights' / 'Reel"


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
    assert told(found, "import_untitled") == [{"title": "[D]", "place": "D2", "came": "đã book"}]


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
    assert asked(read(*lines)[0]) == ["import_doubt_both"]
    found, _ = read(*lines, prices={"Giá (VND)": {}, "Price (USD)": {}})
    assert asked(found) == ["import_doubt_both"]


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
    assert rows["creator_id"].tolist() == ["Linh", "Mai"] and told(found, "import_ignored") == [{"titles": "STT"}]
    found, rows = read("ID,Tên,Nền tảng,Giá (VND)", "001203004567,Linh,tiktok,5tr", "001203004568,Mai,tiktok,3tr")
    assert rows["creator_id"].tolist() == ["Linh", "Mai"] and told(found, "import_ignored") == [{"titles": "ID"}]

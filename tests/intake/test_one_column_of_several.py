"""Titles of one sheet that a mapping names for one column, and one account in several spellings: nothing vanishes."""

import pandas as pd
import pytest

from builders import CATALOGUE
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

"""Rate cards as agencies write them: titles on two rows, ranges of posts, combinations, prices of one post, charges."""

from datetime import date

import pandas as pd
import pytest

from builders import CATALOGUE, book_of
from predictor.intake.mapping import Mapping, TableMapping
from predictor.intake.spreadsheets.workbook import import_file

HEAD = "Tên,Nền tảng,Followers"


@pytest.fixture
def read(tmp_path):
    """The rows and the questions, the notes and the refusals that a table gives: lines of text, or rows of a workbook."""

    def reading(*lines, encoding="utf-8", mapping=None):
        if isinstance(lines[0], str):
            path = tmp_path / "list.csv"
            path.write_bytes("\n".join(lines).encode(encoding))
        else:
            path = tmp_path / "list.xlsx"
            book_of({"Sheet1": lines}).save(path)
        found = import_file(path, CATALOGUE, Mapping(tables={"candidates": TableMapping(**mapping)}) if mapping else None)
        notes = [note for one in found.sheets for note in one.notes]
        return found.tables.get("candidates", pd.DataFrame()), [doubt for _, doubt in found.doubts], notes, found.rejects

    return reading


def keys(said):
    return [one.key for one in said]


@pytest.mark.parametrize(
    ("titles", "below"),
    [
        ("Tên,Nền tảng,Followers,Giá,", ",,,Trước VAT,Sau VAT"),
        ("Tên,Nền tảng,Followers,Price (VND),", ",,,excl. VAT,incl. VAT"),
        (",,,Giá,", "Tên,Nền tảng,Followers,Trước VAT,Sau VAT"),
    ],
)
@pytest.mark.parametrize("made", ["text", "workbook"])
def test_a_price_over_columns_without_and_with_vat_says_the_tax_of_each(read, titles, below, made):
    lines = [titles, below, "A,tiktok,5000,5tr,5tr4", "B,tiktok,900,10tr,10tr8"]
    rows, asked, told, refused = read(
        *(lines if made == "text" else [[cell or None for cell in row.split(",")] for row in lines])
    )
    assert (list(rows["fee"]), list(rows["fee_terms"]), asked, refused) == ([5e6, 10e6], ["without_vat"] * 2, [], [])
    assert "import_with_tax" in keys(told)


@pytest.mark.parametrize(
    ("titles", "below"),
    [
        ("Tên,Nền tảng,Followers,Giá (triệu VNĐ),,Ghi chú", ",,,Video,Story,"),
        (",,,Giá (triệu VNĐ),,", "Tên,Nền tảng,Followers,Video,Story,Ghi chú"),
    ],
)
def test_a_price_over_what_is_published_is_a_price_for_each(read, titles, below):
    rows, asked, told, _ = read(titles, below, "A,tiktok,5000,5,2,bận", "B,tiktok,900,10,3,ok")
    assert (list(rows["fee"]), list(rows["format"]), asked) == ([5e6, 2e6, 10e6, 3e6], ["video", "story"] * 2, [])
    assert [note.values["titles"] for note in told if note.key == "import_ignored"] == ["Ghi chú"]


def test_rows_under_a_title_beside_a_blank_one_are_no_titles(read):
    rows, asked, _, _ = read(["Tên", "Nền tảng", "Giá (VNĐ)", None], ["A", "tiktok", "5tr", "bận"], ["B", "tiktok", "3tr", None])
    assert (list(rows["fee"]), asked) == ([5e6, 3e6], [])


@pytest.mark.parametrize(
    "cell", ["2-3", "2 - 3 bài", "2 đến 3 bài", "2~3 video", "02-Mar", "Mar-02", "2/3/2026", "2026-03-02", date(2026, 3, 2)]
)
def test_a_range_of_posts_or_the_day_a_spreadsheet_made_of_it_is_asked_once_and_answered(read, cell):
    lines = [HEAD.split(",") + ["Số bài", "Phí (VND)"], ["A", "tiktok", 5000, cell, "5tr"], ["B", "tiktok", 900, 1, "3tr"]]
    rows, asked, _, refused = read(*lines)
    assert keys(asked) == ["import_doubt_posts"] and refused == []
    assert (asked[0].values["low"], asked[0].values["high"], asked[0].values["place"]) == ("2", "3", "D2")
    rows, asked, _, _ = read(*lines, mapping={"values": {"posts": {asked[0].values["word"]: "3"}}})
    assert (list(rows["posts"]), asked) == ([3, 1], [])


def test_the_answer_for_a_range_of_posts_changes_no_other_number(read):
    lines = [f"{HEAD},Số bài", "A,tiktok,5000,2-3", "B,tiktok,900,23"]
    rows, _, _, _ = read(*lines, mapping={"values": {"posts": {"2-3": "2"}}})
    assert list(rows["posts"]) == [2, 23]


@pytest.mark.parametrize(
    ("title", "cells", "fees"),
    [
        ("Phí (VND)", ["5tr/bài", "6tr"], [10e6, 6e6]), ("Price (USD)", ["$500 per post", "$900"], [1000, 900]),
        ("Price (USD)", ["300-400/post", "$900"], [700, 900]), ("Đơn giá (VND)", ["5tr", "3tr"], [10e6, 9e6]),
        ("Unit cost (VND mil)", ["5", "3"], [10e6, 9e6]), ("单价(元)", ["500", "300"], [1000, 900]),
        ("Đơn giá (VND)", ["5tr", "9tr/3 bài"], [10e6, 9e6]),
    ],
)  # fmt: skip
def test_a_price_of_one_post_is_multiplied_by_the_posts_of_its_row_and_told(read, title, cells, fees):
    rows, asked, told, refused = read(f"{HEAD},Số bài,{title}", f"A,tiktok,5000,2,{cells[0]}", f"B,tiktok,900,3,{cells[1]}")
    assert (list(rows["fee"]), asked, refused) == (fees, [], [])
    assert {"import_each_post", "import_unit_price"} & {*keys(told)}


def test_a_price_of_one_beside_a_column_for_two_is_for_both(read):
    rows, _, told, refused = read(f"{HEAD},Giá 2 video,Giá story", "A,tiktok,5000,5tr/video,2tr", "B,tiktok,900,9tr,1tr")
    assert (list(rows["fee"]), list(rows["posts"]), refused) == ([10e6, 2e6, 9e6, 1e6], [2, 1, 2, 1], [])
    assert "import_each_post" in keys(told)


@pytest.mark.parametrize(("format", "fee"), [("1 video + 2 story", "5tr/video"), ("2 story", "6tr/3 story")])
def test_a_price_of_some_of_what_is_booked_is_blank_and_told(read, format, fee):
    rows, _, _, refused = read(f"{HEAD},Hạng mục,Phí (VND)", f"A,tiktok,5000,{format},{fee}", "B,tiktok,900,1 video,3tr")
    assert list(rows["fee"].isna()) == [True, False] and keys(one.problem for one in refused) == ["cell_per_posts"]


def test_a_price_of_one_unit_beside_a_format_that_counts_stays_as_it_is(read):
    rows, _, _, _ = read(f"{HEAD},Hạng mục,Đơn giá (VND)", "A,tiktok,5000,2 video,10tr", "B,tiktok,900,1 video,3tr")
    assert list(rows["fee"]) == [10e6, 3e6]


@pytest.mark.parametrize("title", ["Fee (VND mil)", "Fee (mil VND)", "Cost VND mil", "Phí (mil đồng)"])
def test_mil_beside_dong_is_a_million(read, title):
    rows, asked, _, _ = read(f"{HEAD},{title}", "A,tiktok,5000,15", "B,tiktok,900,10.5")
    assert (list(rows["fee"]), asked) == ([15e6, 10.5e6], [])


def test_mil_of_reais_is_a_thousand(read):
    rows, asked, _, _ = read(f"{HEAD},Fee", "A,tiktok,5000,R$ 15 mil", "B,tiktok,900,2 mil reais")
    assert (list(rows["fee"]), list(rows["currency"]), asked) == ([15e3, 2e3], ["BRL", "BRL"], [])


def test_a_unit_that_is_not_understood_is_one_question(read):
    _, asked, _, _ = read(f"{HEAD},Fee (mil),Currency", "A,tiktok,5000,15,VND", "B,tiktok,900,10.5,VND")
    assert keys(asked) == ["import_doubt_qualifier"]


def test_a_line_with_the_unit_of_money_makes_bare_numbers_under_deliverables_prices(read):
    rows, asked, _, _ = read(["Unit: VND mil"], [*HEAD.split(","), "Video", "Story"], ["A", "tiktok", 5000, 15, 5])
    assert (list(rows["fee"]), list(rows["format"]), asked) == ([15e6, 5e6], ["video", "story"], [])


@pytest.mark.parametrize("title", ["Agency fee (15%)", "Agency fee", "Phí quản lý (VND)", "Phí dịch vụ", "Service fee", "服务费"])
@pytest.mark.parametrize("total", ["Total", "Total cost (VND)", "Tổng chi phí (VND)"])
def test_a_charge_beside_the_fee_is_told_and_neither_it_nor_the_total_with_it_is_the_fee(read, title, total):
    rows, asked, told, _ = read(
        f"{HEAD},Phí (VND),{title},{total}", "A,tiktok,5000,20000000,3000000,23000000", "B,tiktok,900,10000000,1500000,11500000"
    )
    assert (list(rows["fee"]), asked) == ([20e6, 10e6], [])
    assert [note.values["title"] for note in told if note.key == "import_charge"] == [title]


def test_a_charge_alone_is_asked_about(read):
    _, asked, _, _ = read(f"{HEAD},Agency fee (VND)", "A,tiktok,5000,20000000", "B,tiktok,900,10000000")
    assert keys(asked) == ["import_doubt_unused"]


@pytest.mark.parametrize("word", ["平均值", "均值", "Trung bình", "Average", "Rata-rata", "ค่าเฉลี่ย", "평균", "平均"])
def test_an_average_under_the_names_is_nobody(read, word):
    rows, _, _, _ = read(f"{HEAD},Fee (USD)", "A,tiktok,5000,500", "B,tiktok,900,300", f"{word},,2950,400")
    assert list(rows["name"]) == ["A", "B"]


@pytest.mark.parametrize("title", ["Combo", "Gói", "Quyền lợi", "Package", "Scope of work"])
@pytest.mark.parametrize("cell", ["1 video + 2 story", "1 video, 2 story", "1 video\n2 story", "1x video & 2x story"])
def test_several_things_in_one_cell_with_one_price_are_one_booking_of_all_of_them(read, title, cell):
    lines = [[*HEAD.split(","), title, "Giá (VND)"], ["A", "tiktok", 5000, cell, "15tr"], ["B", "tiktok", 900, "VIP", "9tr"]]
    rows, asked, told, _ = read(*lines)
    assert (list(rows["format"]), asked) == (["1 video + 2 story", "vip"], []) and rows["posts"].tolist()[0] == 3
    assert list(rows["fee"]) == [15e6, 9e6] and "import_format" in keys(told)


def test_one_of_two_things_is_no_booking_of_both(read):
    rows, _, _, _ = read(f"{HEAD},Hạng mục,Giá (VND)", "A,tiktok,5000,1 video / 1 story,15tr", "B,tiktok,900,1 video,9tr")
    assert list(rows["format"]) == ["1 video / 1 story", "video"]


def test_what_a_cell_names_besides_what_is_published_is_told(read):
    rows, _, told, _ = read(f"{HEAD},Quyền lợi,Giá (VND)", "A,tiktok,5000,1 video,15tr", "B,tiktok,900,2 video + share link,9tr")
    assert list(rows["posts"]) == [1, 2]
    assert [note.values["came"] for note in told if note.key == "import_format_more"] == ["2 video + share link"]


def test_prices_with_what_they_are_for_under_a_title_in_money_are_asked_about(read):
    _, asked, _, _ = read(f"{HEAD},Combo (VND)", "A,tiktok,5000,15tr (1 video + 2 story)", "B,tiktok,900,2 video: 9tr")
    assert keys(asked) == ["import_doubt_unused"]


@pytest.mark.parametrize(
    ("cell", "fee", "terms"),
    [
        ("incl. VAT 21tr", 21e6, "with_vat"), ("chưa VAT: 5tr", 5e6, "without_vat"),
        ("(excl. VAT) 5.000.000đ", 5e6, "without_vat"), ("รวม VAT 21400 THB", 21400, "with_vat"),
    ],
)  # fmt: skip
def test_what_is_said_of_vat_before_an_amount_is_read(read, cell, fee, terms):
    rows, _, _, refused = read(f"{HEAD},Phí", f"A,tiktok,5000,{cell}")
    assert (rows["fee"].item(), rows["fee_terms"].item(), refused) == (fee, terms, [])


@pytest.mark.parametrize("cell", ["VAT 8%: 5tr", "+ VAT 5tr"])
def test_a_tax_that_is_not_said_to_be_in_an_amount_or_not_is_no_price(read, cell):
    rows, _, _, refused = read(f"{HEAD},Phí (VND)", f"A,tiktok,5000,{cell}", "B,tiktok,900,9tr")
    assert list(rows["fee"].isna()) == [True, False] and [one.cell for one in refused] == ["D2"]


def test_of_rates_in_per_cent_one_that_may_be_a_share_is_blank_and_told(read):
    rows, asked, _, refused = read(f"{HEAD},ER", "A,tiktok,5000,3.5%", "B,tiktok,900,0.035", 'C,tiktok,900,"3,5"')
    assert (rows["engagement_rate"].fillna(0).tolist(), asked) == ([0.035, 0, 0.035], [])
    assert keys(one.problem for one in refused) == ["cell_share_or_percent"] and refused[0].kept


@pytest.mark.parametrize("row", ["Phi quan ly 10%", "Phí quản lý 10%", "Phi dich vu", "Agency fee (15%)"])
def test_a_row_of_a_charge_on_all_above_is_nobody_with_or_without_accents(read, row):
    rows, _, _, _ = read(f"{HEAD},Phi (VND)", "A,tiktok,5000,5tr", "B,tiktok,900,3tr", f"{row},,,800000")
    assert list(rows["name"]) == ["A", "B"]


@pytest.mark.parametrize("title", ["IG Story (set of 3)", "IG Story set (3)", "Story set of 3"])
def test_a_set_of_stories_is_as_many(read, title):
    rows, _, _, _ = read(f"Name,Handle,Followers,IG Reel (USD),{title} (USD)", "Mei,@mei,45k,1800,900")
    assert list(rows["posts"]) == [1, 3]


@pytest.mark.parametrize(("cell", "posts"), [("影片3支", 3), ("限時動態2則", 2), ("릴스 1건 + 스토리 2건", 3)])
def test_a_number_behind_what_is_published_counts_it(read, cell, posts):
    rows, _, _, _ = read(f"{HEAD},形式,Fee (USD)", f"A,tiktok,5000,{cell},500", "B,tiktok,900,video,300")
    assert rows["posts"].tolist()[0] == posts


def test_lists_in_german_and_portuguese_are_read(read):
    rows, asked, _, refused = read(
        "Influencer;Plattform;Follower;Preis (EUR)", "Anna;Instagram;1,2 Mio.;1.500,00 €", "Ben;TikTok;89 Tsd.;VB"
    )
    assert (list(rows["followers"]), rows["fee"].fillna(0).tolist(), asked, refused) == ([1.2e6, 89e3], [1500, 0], [], [])
    rows, asked, _, _ = read(
        "Nome;Rede social;Seguidores;Preço (R$)", "Ana;Instagram;120.000;12.000,00", "Bia;TikTok;85.300;9.500,00"
    )
    assert (list(rows["fee"]), list(rows["currency"]), asked) == ([12000, 9500], ["BRL", "BRL"], [])

"""Columns whose cells say what they hold, words around numbers and platforms, rows that go on, encodings that titles prove."""

import pandas as pd
import pytest

from builders import CATALOGUE
from predictor.errors import RowsError
from predictor.intake.encodings import proven_encoding
from predictor.intake.mapping import Mapping
from predictor.intake.spreadsheets.titles import Titles
from predictor.intake.spreadsheets.workbook import import_file

HEAD = "Tên,Nền tảng,Followers"


@pytest.fixture
def read(tmp_path):
    """The rows and the keys of the questions, the notes and the refusals that a text table gives."""

    def reading(*lines, encoding="utf-8"):
        path = tmp_path / "list.csv"
        path.write_bytes("\n".join(lines).encode(encoding))
        found = import_file(path, CATALOGUE)
        asked, told = [doubt.key for _, doubt in found.doubts], [note.key for one in found.sheets for note in one.notes]
        return found.tables.get("candidates", pd.DataFrame()), asked, told, [one.problem.key for one in found.rejects]

    return reading


@pytest.mark.parametrize(
    ("title", "cells", "name", "values"),
    [
        ("Nhóm", ["KOL", "Influencer"], "kind", ["kol", "influencer"]), ("Nhóm", ["Micro", "Nano"], "tier", ["micro", "nano"]),
        ("Nội dung booking", ["1 video TikTok", "2 video"], "format", ["video", "video"]),
        ("Booking", ["1 video", "1 story"], "format", ["video", "story"]),
        ("Combo", ["3 video", "2 ảnh"], "format", ["video", "image"]),
    ],
)  # fmt: skip
def test_a_column_is_what_all_its_cells_say_and_that_is_told(read, title, cells, name, values):
    rows, asked, told, _ = read(
        f"{HEAD},{title},Giá (VND)", *(f"{n},tiktok,5000,{cell},5tr" for n, cell in zip("AB", cells, strict=True))
    )
    assert (list(rows[name]), asked) == (values, []) and "import_read_as" in told and list(rows["fee"]) == [5e6, 5e6]


def test_how_many_are_published_is_read_with_what(read):
    rows, _, _, _ = read(f"{HEAD},Nội dung booking,Giá (VND)", "A,tiktok,5000,1 video TikTok,5tr", "B,tiktok,900,2 video,3tr")
    assert list(rows["posts"]) == [1, 2]


def test_koc_in_a_group_is_a_question_of_kind(read):
    _, asked, _, _ = read(f"{HEAD},Nhóm,Giá (VND)", "A,tiktok,5000,KOC,5tr", "B,tiktok,900,KOL,3tr")
    assert asked == ["import_doubt_kind"]


@pytest.mark.parametrize(
    ("title", "cells"),
    [("Nhóm", ["KOL", "Nhóm Hà Nội"]), ("Booking (VND)", ["5tr", "3tr"]), ("Ghi chú", ["1 video rất hay", "ok"])],
)
def test_cells_that_say_other_things_make_nothing_of_a_column(read, title, cells):
    rows, _, _, _ = read(f"{HEAD},{title}", *(f"{n},tiktok,5000,{cell}" for n, cell in zip("AB", cells, strict=True)))
    assert not {"kind", "tier", "format"} & {*rows}


def test_prices_under_combo_are_asked_about(read):
    _, asked, _, _ = read(f"{HEAD},Giá video (VND),Combo", "A,tiktok,5000,5tr,12tr (3 video)", "B,tiktok,900,3tr,7tr")
    assert asked == ["import_doubt_beside"]


def test_handles_under_id_are_accounts_and_numbers_are_none(read):
    rows, asked, told, _ = read("ID,Nền tảng,Followers,Giá (VND)", "@lan.x,tiktok,5000,5tr", "@minh,tiktok,900,3tr")
    assert (list(rows["creator_id"]), asked) == (["lan.x", "minh"], []) and "import_read_as" in told
    rows, _, _, _ = read("ID,Tên,Nền tảng,Followers,Giá (VND)", "1,Lan,tiktok,5000,5tr", "2,Minh,tiktok,900,3tr")
    assert list(rows["creator_id"]) == ["Lan", "Minh"]


def test_handles_under_id_beside_links_are_told_as_not_used(read):
    rows, asked, told, _ = read("ID,Link,Followers,Giá (VND)", "@lan.x,https://www.tiktok.com/@lan,5000,5tr")
    assert (list(rows["creator_id"]), asked) == (["lan"], []) and "import_ignored" in told


def test_a_part_of_a_platform_is_the_platform_and_another_platform_is_one_sentence(read):
    rows, _, told, wrong = read(
        f"{HEAD},Giá (VND)", "A,Tiktok Shop,5000,5tr", "B,YouTube Shorts,900,3tr", "C,B站,900,3tr", "D,Shopee Live,9,1tr"
    )
    assert list(rows["platform"]) == ["tiktok", "youtube", "other", "other"] and wrong == []
    assert {"import_part_of_platform", "import_other_platform"} <= {*told}


def test_numbers_of_posts_in_words_are_read_with_their_format(read):
    rows, asked, told, wrong = read(
        f"{HEAD},Số bài,Giá (VND)", "A,tiktok,5,2 bài,5tr", "B,tiktok,9,01 video,3tr", "C,tiktok,9,3,1tr"
    )
    assert list(rows["posts"]) == [2, 1, 3] and rows["format"].fillna("-").tolist() == ["-", "video", "-"]
    assert "import_posts_words" in told and not asked and not wrong
    rows, _, _, _ = read(f"{HEAD},Hình thức,Số bài,Giá (VND)", "A,tiktok,5,video,2 lần,5tr", "B,tiktok,5,story,01 video,5tr")
    assert list(rows["posts"]) == [2, 1] and list(rows["format"]) == ["video", "story"]


def test_a_price_of_a_session_is_that_of_one_and_an_hours_is_not_read(read):
    rows, _, told, wrong = read(f"{HEAD},Giá (VND)", "A,tiktok,5,8tr/buổi", "B,tiktok,9,3tr/phiên live", "C,tiktok,9,2tr/giờ")
    assert rows["fee"].fillna(0).tolist() == [8e6, 3e6, 0] and "import_per_post" in told and wrong == ["cell_per_time"]


@pytest.mark.parametrize(
    ("cells", "asked"),
    [
        (["3.5%", "0.2", "0.03"], True), (["3.5%", "0.03", "0.04"], True),
        (["3.5%", "4.1", "0.9"], False), (["3.5%", "4%"], False), (["0.035", "0.041"], False), (["3.5%", "0.0081"], False),
    ],
)  # fmt: skip
def test_a_sign_of_per_cent_in_some_cells_settles_no_bare_share(read, cells, asked):
    _, doubts, _, _ = read(
        f"{HEAD},ER,Giá (VND)", *(f"{name},tiktok,5000,{cell},5tr" for name, cell in zip("ABC", cells, strict=False))
    )
    assert doubts == ["import_doubt_percent"] * asked


def test_rows_that_merged_cells_leave_without_a_name_go_on_with_the_creator_above(read):
    rows, asked, told, wrong = read(
        "STT,Tên,Nền tảng,Followers,Hình thức,Giá (VND)", "1,Lan,tiktok,5000,video,5tr", ",,,,story,1tr",
        "2,Minh,tiktok,900,video,3tr",
        ",,instagram,1200,story,1tr", ",,,,reels,2tr", "3,Hoa,tiktok,800,video,3tr", "4,,,700,video,2tr",
    )  # fmt: skip
    assert rows["name"].tolist() == ["Lan", "Lan", "Minh", "Minh", "Minh", "Hoa"] and not asked
    assert rows["platform"].tolist() == ["tiktok", "tiktok", "tiktok", "instagram", "instagram", "tiktok"]
    assert rows["followers"].tolist() == [5000, 5000, 900, 1200, 1200, 800] and rows["fee"].tolist() == [
        5e6,
        1e6,
        3e6,
        1e6,
        2e6,
        3e6,
    ]
    assert "import_continued" in told and wrong == ["row_nobody"]


def test_a_row_with_other_figures_on_the_same_platform_is_not_the_creators_above(read):
    rows, _, told, _ = read(f"{HEAD},Giá (VND)", "Lan,tiktok,5000,5tr", ",tiktok,9000,1tr", ",,,2tr", "Minh,tiktok,900,3tr")
    assert "import_continued" not in told and "Lan" not in rows["name"].iloc[1:].tolist()


def test_a_total_without_a_word_is_not_the_creators_above(read):
    lines = [f"{HEAD},Số bài,Giá (VND)", "Lan,tiktok,5000,1,5tr", "Minh,tiktok,900,2,3tr", ",,,3,8tr"]
    rows, _, told, wrong = read(*lines)
    assert list(rows["name"]) == ["Lan", "Minh"] and "import_continued" not in told and wrong == ["row_nobody"]


def test_a_post_or_an_order_without_its_creator_is_not_the_one_aboves(tmp_path):
    path = tmp_path / "posts.csv"
    path.write_text("creator_id,post_id,published_at,likes\nlan,p1,2026-01-02,5\n,p2,2026-01-03,6\n", encoding="utf-8")
    assert list(import_file(path, CATALOGUE).tables["posts"]["creator_id"]) == ["lan"]


LISTS = {
    "gbk": "序号,账号名称,平台,粉丝量(万),报价(元)\n1,阿一,小红书,35.6,8000\n",
    "shift_jis": "アカウント名,SNS,フォロワー,単価(万円)\nゆい,インスタグラム,32000,8\n",
    "euc_kr": "채널명,채널,구독자수,광고비(만원)\n가람,유튜브,45만,250\n",
    "big5": "名稱,平台,粉絲數,報價(TWD)\n阿一,臉書,35600,8000\n",
    "cp874": "ชื่อ,ช่องทาง,ผู้ติดตาม,ราคา (บาท)\nก,ไอจี,5000,20000\n",
}


@pytest.mark.parametrize("encoding", LISTS)
def test_an_encoding_that_several_titles_prove_is_read_and_told(read, encoding):
    lines = LISTS[encoding].splitlines()
    rows, asked, told, wrong = read(*lines, encoding=encoding)
    assert len(rows) == 1 and not asked and not wrong and "import_encoding" in told
    plain = read(*lines)[0]
    pd.testing.assert_frame_equal(rows, plain)


@pytest.mark.parametrize("text", ["name,platform,followers\n阿一,tiktok,5000\n", "名字,platform,xx\n阿一,tiktok,5000\n"])
def test_an_encoding_that_no_titles_prove_stays_a_question(read, text, tmp_path):
    with pytest.raises(RowsError, match=r"is not UTF-8 text\. As gbk it reads|is not UTF-8 text"):
        read(*text.splitlines(), encoding="gbk")
    assert proven_encoding(tmp_path / "list.csv", Titles(CATALOGUE).name) is None


@pytest.mark.parametrize(
    ("title", "name", "value"),
    [
        ("ER trung bình 30 ngày (%)", "engagement_rate", 0.034), ("ER% 30 ngày gần nhất", "engagement_rate", 0.034),
        ("Tỷ lệ tương tác TB (%)", "engagement_rate", 0.034), ("Engagement rate 30d (%)", "engagement_rate", 0.034),
        ("View trung bình 30 ngày (K)", "average_views", 3400), ("Lượt xem TB 10 video gần nhất (K)", "average_views", 3400),
        ("Avg views/video (K)", "average_views", 3400), ("Avg. views last 10 videos (K)", "average_views", 3400),
    ],
)  # fmt: skip
def test_a_figure_over_some_days_or_posts_is_read_and_in_its_unit(tmp_path, title, name, value):
    path = tmp_path / "list.csv"
    path.write_text(f"Tên,Nền tảng,{title}\nLan,TikTok,3.4\nMai,TikTok,5.1\n", encoding="utf-8")
    found = import_file(path, CATALOGUE, table="candidates")
    assert not found.doubts and found.tables["candidates"][name].iloc[0] == pytest.approx(value)


def test_people_counted_in_parts_are_asked_about_with_the_whole_numbers_beside_them(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text('Tên,Nền tảng,Followers\nLan,TikTok,"12,5"\nMai,TikTok,"120,0"\nHoa,TikTok,"1,2M"\n', encoding="utf-8")
    (doubt,) = [doubt for _, doubt in import_file(path, CATALOGUE, table="candidates").doubts]
    assert doubt.key == "import_doubt_scale" and doubt.values["came"] == "12,5"
    given = Mapping.model_validate({"tables": {"candidates": {"units": {"Followers": 1000}}}})
    found = import_file(path, CATALOGUE, given, table="candidates")
    assert not found.doubts and found.tables["candidates"]["followers"].tolist() == [12_500, 120_000, 1_200_000]
    path.write_text("Tên,Nền tảng,View TB\nLan,TikTok,12345.67\nMai,TikTok,980\n", encoding="utf-8")  # a mean of a program
    assert not import_file(path, CATALOGUE, table="candidates").doubts


def test_names_in_a_list_of_posts_are_the_ids_where_no_other_column_is(tmp_path):
    path = tmp_path / "posts.csv"
    path.write_text("Post ID,Creator,Published,Views\n1,@a,2026-09-01,900\n2,@b,2026-09-02,80\n", encoding="utf-8")
    found = import_file(path, CATALOGUE)
    assert not found.doubts and found.tables["posts"]["creator_id"].tolist() == ["@a", "@b"]

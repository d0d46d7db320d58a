"""What people write around a fee, and words of a sheet that mean another thing on each platform or in each column."""

import openpyxl
import pandas as pd
import pytest

from builders import CATALOGUE, run
from predictor.errors import RowsError
from predictor.intake.contract import read_candidates
from predictor.intake.fee_terms import Terms, terms_of
from predictor.intake.mapping import Deliverable
from predictor.intake.spreadsheets.titles import Titles

HEAD = "Tên,Nền tảng,Followers"


def imported(tmp_path, capsys, *lines, options=("--set", "currency=VND")):
    path = tmp_path / "list.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    code, out, err = run(capsys, "import", path, "-o", tmp_path / "data", "--table", "candidates", *options)
    written = tmp_path / "data" / "candidates.csv"
    return code, out + err, pd.read_csv(written) if written.is_file() else None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("5tr net", Terms("5tr", None, "net")), ("gross: 6tr", Terms("6tr", None, "gross")),
        ("5tr (gross)", Terms("5tr", None, "gross")),
        ("10tr (2 post + 1 story)", Terms("10tr", 3)), ("10tr (3 video, 1 story) net", Terms("10tr", 4, "net")),
        ("Combo 3 video 12tr", Terms("12tr", 3)), ("3 video + 1 story: 12.000.000", Terms("12.000.000", 4)),
        ("2 x 3tr", Terms("6tr", 2)), ("2x 3,5tr", Terms("7tr", 2)), ("150 w/o VAT", Terms("150", None, "out")),
        ("5tr/tháng", Terms("5tr/tháng")), ("3 video", Terms("3 video")), ("5tr2", Terms("5tr2")), ("4tr x 2", Terms("4tr x 2")),
        ("$500 per post", Terms("$500", 1)), ("USD 500 each", Terms("usd 500", 1)), ("£250 per IG story", Terms("£250", 1)),
        ("Rp500rb - Rp2jt per post", Terms("rp500rb - rp2jt", 1)), ("3tr/clip TikTok 60s", Terms("3tr", 1)),
        ("NT$ 8,000/篇", Terms("nt$ 8,000", 1)), ("8万円/投稿", Terms("8万円", 1)), ("건당 50만원", Terms("50만원", 1)),
        ("15,000 บาท/โพสต์", Terms("15,000 บาท", 1)), ("mỗi video 5tr", Terms("5tr", 1)), ("21 video", Terms("21 video")),
        ("Rp 5.000.000,-", Terms("rp 5.000.000")), ("5tr + sp", Terms("5tr", beside="on_top")),
        ("$300 + free product", Terms("$300", beside="on_top")), ("5tr + 10% hoa hồng", Terms("5tr", beside="on_top")),
        ("5tr (tùy nội dung)", Terms("5tr", beside="remark")), ("5 triệu/job", Terms("5 triệu", beside="remark")),
        ("5tr (VAT)", Terms("5tr (VAT)")), ("500 (nghìn)", Terms("500 (nghìn)")), ("5tr (gói 2)", Terms("5tr (gói 2)")),
        ("CPM $20", Terms("CPM $20")), ("10% hoa hồng", Terms("10% hoa hồng")), ("5tr + 2 story", Terms("5tr + 2 story")),
    ],
)  # fmt: skip
def test_a_fee_tells_its_amount_its_posts_and_its_tax(typed, meant):
    assert terms_of(typed) == meant


def test_combinations_and_prices_for_each_book_as_many_posts_and_are_told(tmp_path, capsys):
    rows = ["A,TikTok,12000,10tr (2 post + 1 story)", "B,TikTok,12000,Combo 3 video 12tr", "C,TikTok,12000,2 x 3tr"]
    code, said, found = imported(tmp_path, capsys, f"{HEAD},Báo giá", *rows)
    assert code == 0 and list(found["fee"]) == [10e6, 12e6, 6e6] and list(found["posts"]) == [3, 3, 2]
    assert "3 fees say what they are for" in said


def test_goods_on_top_and_remarks_keep_the_price_and_are_told(tmp_path, capsys):
    rows = ["A,TikTok,12000,5tr + sp", "B,TikTok,12000,6tr + 10% hoa hồng", "C,TikTok,12000,7tr (tùy nội dung)"]
    code, said, found = imported(tmp_path, capsys, f"{HEAD},Báo giá", *rows, "D,TikTok,12000,Barter (chỉ sản phẩm)")
    assert code == 0 and list(found["fee"][:3]) == [5e6, 6e6, 7e6]
    assert "2 fees have goods or a commission on top (the first in cell D2: '5tr + sp')" in said
    assert "1 fee has a remark behind it that is not used (cell D4: '7tr (tùy nội dung)')" in said
    assert "Barter (chỉ sản phẩm)" in said


def test_what_a_quote_says_of_its_fee_goes_with_the_row_in_words_of_the_catalogue(tmp_path, capsys):
    code, _, table = imported(
        tmp_path, capsys, HEAD + ",Giá video,Giá story (chưa VAT)",
        "Lan,TikTok,120k,5tr + VAT,1tr", "Minh,TikTok,80k,5-7tr,từ 2tr",
        "Hoa,YouTube,90k,5tr + sp,1tr (gồm VAT)", "Tú,YouTube,90k,5tr (tùy nội dung),3tr net", "An,YouTube,90k,5tr,liên hệ",
    )  # fmt: skip
    assert code == 0 and table is not None
    said = table.set_index(["name", "format"])["fee_terms"].fillna("").to_dict()
    assert said == {
        ("Lan", "video"): "without_vat", ("Lan", "story"): "without_vat", ("Minh", "video"): "midpoint",
        ("Minh", "story"): "without_vat; at_least", ("Hoa", "video"): "on_top", ("Hoa", "story"): "with_vat",
        ("Tú", "video"): "5tr (tùy nội dung)", ("Tú", "story"): "net; without_vat", ("An", "video"): "", ("An", "story"): "",
    }  # fmt: skip
    read = read_candidates(tmp_path / "data" / "candidates.csv", CATALOGUE)
    assert read["fee_terms"].fillna("").tolist() == [*said.values()]


def test_a_column_of_remarks_on_the_price_is_kept_beside_what_the_fee_says_itself(tmp_path, capsys):
    _, _, table = imported(
        tmp_path, capsys, HEAD + ",Báo giá,Ghi chú giá", "Lan,TikTok,120k,5tr + VAT,Đã gồm hậu kỳ", "Minh,TikTok,80k,5tr,chưa VAT"
    )
    assert table["fee_terms"].tolist() == ["Đã gồm hậu kỳ; without_vat", "without_vat"]


def test_a_comma_before_a_unit_of_ten_thousands_groups_thousands(tmp_path, capsys):
    rows = ['A,TikTok,12000,"2,000만원+"', 'B,TikTok,12000,"1,200만원"']
    code, _, found = imported(tmp_path, capsys, f"{HEAD},Fee", *rows, options=())
    assert code == 0 and list(found["fee"]) == [2e7, 1.2e7] and set(found["currency"]) == {"KRW"}


def test_net_and_gross_stand_as_written_and_are_told(tmp_path, capsys):
    code, said, found = imported(tmp_path, capsys, f"{HEAD},Báo giá", "A,TikTok,12000,5tr net", "B,TikTok,12000,6tr gross")
    assert code == 0 and list(found["fee"]) == [5e6, 6e6]
    assert "1 amount is net of income tax (cell D2: '5tr net')" in said and "1 amount is gross, with income tax" in said


def test_a_range_that_begins_in_thousands_and_ends_in_millions_is_one(tmp_path, capsys):
    code, said, found = imported(tmp_path, capsys, f"{HEAD},Báo giá", "A,TikTok,12000,500-1tr", "B,TikTok,12000,5-7tr")
    assert code == 0 and list(found["fee"]) == [750_000, 6e6] and "500-1tr → 750000" in said


def test_a_title_without_vat_in_english_is_told_and_no_question(tmp_path, capsys):
    code, said, found = imported(tmp_path, capsys, f"{HEAD},Fee (USD w/o VAT)", "A,TikTok,12000,150", options=())
    assert (
        code == 0 and list(found["fee"]) == [150] and list(found["currency"]) == ["USD"] and "the amounts are without VAT" in said
    )


def test_a_post_is_what_a_post_is_on_its_platform_and_a_mixed_combination_is_named(tmp_path, capsys):
    titles = f"{HEAD},Giá post,Combo 2 video + 1 story"
    code, said, found = imported(tmp_path, capsys, titles, "A,TikTok,12000,5tr,9tr", "B,Instagram,12000,6tr,9tr")
    assert code == 0 and list(found["format"]) == ["video", "2 video + 1 story", "image", "2 video + 1 story"]
    assert "'post' is read as video (tiktok), image (instagram)" in said
    assert "Formats that no model knows stay as typed: '2 video + 1 story'" in said


def test_a_language_in_a_column_of_countries_is_one_question_and_its_answer_is_remembered(tmp_path, capsys):
    lines = [f"{HEAD},Quốc gia", "A,TikTok,12000,vi", "B,TikTok,12000,vi"]
    code, said, found = imported(tmp_path, capsys, *lines)
    assert code == 2 and found is None
    assert said.count("says vi: a language? As a country that is U.S. Virgin Islands") == 1
    mapping = tmp_path / "answer.yaml"
    mapping.write_text("candidates: {values: {country: {vi: VN}}}", encoding="utf-8")
    code, said, found = imported(tmp_path, capsys, *lines, options=("--mapping", mapping))
    assert code == 0 and list(found["country"]) == ["VN", "VN"]


def test_a_clean_table_may_say_vi_in_capitals_only(tmp_path):
    path = tmp_path / "candidates.csv"
    path.write_text("creator_id,platform,country\na,tiktok,VI\n")
    assert list(read_candidates(path, CATALOGUE)["country"]) == ["VI"]
    path.write_text("creator_id,platform,country\na,tiktok,vi\n")
    with pytest.raises(RowsError) as problem:
        read_candidates(path, CATALOGUE)
    assert "got 'vi', which is rather a language; write VN for Vietnam, or VI in capitals" in str(problem.value)


def test_taxes_charges_and_discounts_under_a_rate_card_are_no_creators_and_are_told(tmp_path, capsys):
    people = ["Linh,https://www.tiktok.com/@linhmeo,1200000,35000000", "Na Discount,https://www.tiktok.com/@bena,95600,8000000"]
    charges = [
        "Agency fee 10%,,,4300000",
        "Phí quản lý (10%),,,4300000",
        "VAT (8%),,,3784000",
        "Thuế GTGT,,,3784000",
        "Discount,,,-1",
    ]
    code, said, found = imported(tmp_path, capsys, "Name,Link,Followers,Fee (VND)", *people, *charges, options=())
    assert code == 0 and list(found["creator_id"]) == ["linhmeo", "bena"]
    left = "rows 4 (Agency fee 10%), 5 (Phí quản lý (10%)), 6 (VAT (8%)), 7 (Thuế GTGT), 8 (Discount)."
    assert f"Left out as totals, taxes or charges on all: {left}" in said


def test_a_price_for_another_platform_than_the_rows_is_blank_and_told(tmp_path, capsys):
    head = "Name,Handle,Platform,Followers,TikTok video price (USD),Instagram reel price (USD)"
    code, said, found = imported(
        tmp_path, capsys, head, "Anna,@anna,TikTok,1250000,3500,1200", "Joe,@joe,Instagram,90000,,900", options=()
    )
    assert code == 0 and found[["platform", "format", "fee"]].to_numpy().tolist() == [
        ["tiktok", "video", 3500], ["instagram", "short", 900],
    ]  # fmt: skip
    assert (
        "cell F2, column 'Instagram reel price (USD)': got '1200', a price for instagram, in the row of an account on tik" in said
    )


def test_a_rate_in_a_currency_is_a_price_and_a_set_of_stories_is_as_many(tmp_path, capsys):
    code, _, found = imported(
        tmp_path, capsys, "Name,Handle,Platform,Followers,Rate (USD)", "An,@an,Instagram,1250000,350", options=()
    )
    assert code == 0 and list(found["fee"]) == [350] and list(found["currency"]) == ["USD"]
    assert Titles(CATALOGUE).read("Story set (3)").deliverable == Deliverable(format="story", posts=3)


def test_a_link_to_a_post_or_a_share_names_nobody(tmp_path, capsys):
    links = ["https://vt.tiktok.com/ZSabc12/", "https://youtu.be/dQw4w9WgXcQ", "https://www.tiktok.com/@linhmeo"]
    rows = [f"{name},{link},45000,5000000" for name, link in zip(("Linh", "Bo", "Mi"), links, strict=True)]
    code, _, found = imported(tmp_path, capsys, "Name,Link,Followers,Fee (VND)", *rows, options=())
    assert code == 0 and list(found["creator_id"]) == ["Linh", "Bo", "linhmeo"]


def test_a_unit_in_a_line_above_counts_though_the_line_tells_the_tax_as_well(tmp_path, capsys):
    code, _, found = imported(
        tmp_path, capsys, "Đơn vị: triệu đồng (chưa VAT 8%),,,", "Name,Link,Followers,Fee", "Na,https://www.tiktok.com/@na,95600,35",
        options=(),
    )  # fmt: skip
    assert code == 0 and list(found["fee"]) == [35e6] and list(found["currency"]) == ["VND"]


@pytest.mark.parametrize(
    ("typed", "meant", "told"),
    [
        ("từ 5tr", 5e6, "from"), ("from 5tr", 5e6, "from"), ("5tr+", 5e6, "from"), ("3万起", 3e4, "from"),
        ("5万円から", 5e4, "from"),
        ("5tr trở lên", 5e6, "from"), ("mulai dari 5jt", 5e6, "from"), ("เริ่มต้น 50000", 5e4, "from"), ("5만원부터", 5e4, "from"),
        ("từ 5tr/video + VAT", 5e6, "from"), ("~5tr", 5e6, "about"), ("khoảng 5tr", 5e6, "about"), ("approx. 5tr", 5e6, "about"),
        ("3万左右", 3e4, "about"), ("5tr (nego)", 5e6, "about"), ("~5-7tr", 6e6, "about"), ("up to 5tr", 5e6, "at most"),
        ("dưới 5tr", 5e6, "at most"), ("từ 5 đến 7tr", 6e6, None), ("from 5tr to 7tr", 6e6, None), ("2 củ rưỡi", 2.5e6, None),
        ("1 triệu rưỡi - 2 triệu", 1.75e6, None), ("nửa triệu", 5e5, None),
    ],
)  # fmt: skip
def test_a_fee_that_is_less_than_exact_is_read_and_told(tmp_path, capsys, typed, meant, told):
    rows = [f"A,TikTok,12000,{typed}", "B,TikTok,12000,6tr"]
    code, said, found = imported(tmp_path, capsys, f"{HEAD},Báo giá", *rows, options=("--set", "currency=IDR"))
    if code == 2:  # đồng beside rupiah
        code, said, found = imported(tmp_path, capsys, f"{HEAD},Báo giá", *rows)
    assert code == 0 and found["fee"][0] == meant
    assert [word for word in ("from", "about", "at most") if f"say '{word}'" in said or f"says '{word}'" in said] == [
        told
    ] * bool(told)
    assert told is None or f"(cell D2: '{typed}')" in said


FREE_OR_LATER = (
    "miễn phí", "Không tính phí", "free of charge", "FOC", "no charge", "unpaid", "免费", "无偿", "置换", "無料", "무료", "협찬",
    "ฟรี", "ไม่คิดค่าใช้จ่าย", "gratis", "tanpa biaya", "POA", "price on request", "on request", "theo brief",
    "chưa có giá", "面议", "협의", "n.a.",
)  # fmt: skip


def test_free_and_not_yet_known_are_blank_and_said_first_in_every_language(tmp_path, capsys):
    rows = [f"K{number},TikTok,12000,{word}" for number, word in enumerate(FREE_OR_LATER)]
    code, said, found = imported(tmp_path, capsys, f"{HEAD},Báo giá", *rows, "Z,TikTok,12000,6tr")
    assert code == 0 and len(found) == len(rows) + 1 and found["fee"].notna().sum() == 1 and "could not be used" not in said
    assert f"{len(rows)} cells name no price (miễn phí, Không tính phí" in said
    assert said.index("name no price") < said.index("In your file")


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("30tr (VAT)", "does not say whether VAT is in it"), ("5tr 8% VAT", "does not say whether VAT is in it"),
        ("4tr x 2", "the price of each or of all"), ("4tr x 2 video", "the price of each or of all"),
    ],
)  # fmt: skip
def test_a_fee_with_two_readings_is_blank_and_asked_about_by_its_cell(tmp_path, capsys, typed, problem):
    code, said, found = imported(tmp_path, capsys, f"{HEAD},Báo giá", f"A,TikTok,12000,{typed}", "B,TikTok,12000,6tr")
    assert code == 0 and list(found["fee"].isna()) == [True, False] and "posts" not in found
    assert f"got '{typed}'" in said and problem in said


def test_a_fee_of_nothing_stands_and_is_told_and_a_title_may_say_that_prices_are_the_least(tmp_path, capsys):
    code, said, found = imported(
        tmp_path, capsys, f"{HEAD},Giá từ", "A,TikTok,12000,0 đồng", "B,TikTok,12000,0đ", "C,TikTok,12000,6tr"
    )
    assert code == 0 and list(found["fee"]) == [0, 0, 6e6]
    assert "2 fees are 0 (the first in cell D2: '0 đồng')" in said and "'Giá từ' gives the least that is asked" in said


def test_people_counted_less_than_exactly_are_read_and_told(tmp_path, capsys):
    rows = ["A,TikTok,10K+,~3%", "B,TikTok,hơn 1 triệu,3.5%", "C,TikTok,khoảng 20k,2%"]
    code, said, found = imported(tmp_path, capsys, f"{HEAD},ER", *rows, options=())
    assert (
        code == 0
        and list(found["followers"]) == [10_000, 1_000_000, 20_000]
        and list(found["engagement_rate"]) == [0.03, 0.035, 0.02]
    )
    assert "'Followers': 2 cells say 'from' or 'at least' (the first is C2: '10K+')" in said


def test_a_range_and_a_cell_that_is_no_number_are_quoted_as_typed_whatever_unit_their_column_counts_in(tmp_path, capsys):
    mapping = tmp_path / "given.yaml"
    mapping.write_text('candidates: {units: {"Báo giá": 1000000, Followers: 1000}}', encoding="utf-8")
    rows = ["A,TikTok,12.5.3,5-7", "B,TikTok,20,6", "C,TikTok,30,từ 5 đến 7"]
    options = ("--set", "currency=VND", "--mapping", mapping)
    code, said, found = imported(tmp_path, capsys, f"{HEAD},Báo giá", *rows, options=options)
    assert code == 0 and list(found["fee"]) == [6e6, 6e6, 6e6]
    assert list(pd.read_csv(tmp_path / "data" / "midpoints.csv")["came"]) == ["5-7", "từ 5 đến 7"]
    assert "got '12.5.3'" in said


def test_counts_in_a_column_of_rates_are_blank_and_told_and_no_cell_is_read_as_per_cent(tmp_path, capsys):
    rows = ["A,TikTok,12000,1.200,5tr", "B,TikTok,52000,15.600,6tr", "C,TikTok,22000,950,7tr", "D,TikTok,22000,3%,7tr"]
    code, said, found = imported(tmp_path, capsys, f"{HEAD},Tỷ lệ tương tác,Báo giá", *rows)
    assert code == 0 and list(found["engagement_rate"].fillna(-1)) == [-1, -1, -1, 0.03] and len(found) == 4
    assert "got '15.600' in a column in which some figures are above 100: these are counts" in said


def test_a_bare_price_far_below_its_column_is_a_question(tmp_path, capsys):
    code, said, _ = imported(tmp_path, capsys, f"{HEAD},Báo giá", "A,TikTok,12000,5tr", "B,TikTok,12000,3500")
    assert code == 2 and "3500" in said and "Báo giá" in said


def test_posts_of_a_profile_are_not_posts_to_book(tmp_path, capsys):
    rows = ["ann_x,TikTok,12000,300,1200", "bob_x,TikTok,15000,80,88"]
    code, said, found = imported(tmp_path, capsys, "Account,Platform,Followers,Following,Posts", *rows)
    assert code == 0 and list(found["posts_total"]) == [1200, 88] and "posts" not in found
    assert "'Posts' is read as the posts of the whole profile" in said


def test_a_price_in_a_title_of_a_language_that_is_not_read_is_a_question(tmp_path, capsys):
    code, said, _ = imported(tmp_path, capsys, f"{HEAD},Cena (EUR)", "A,TikTok,12000,350", options=())
    assert code == 2 and "'Cena (EUR)' looks like 'fee' and is not used" in said


def test_a_price_in_a_title_of_a_language_that_is_read_is_the_fee_in_its_currency(tmp_path, capsys):
    code, _, found = imported(tmp_path, capsys, f"{HEAD},Preis (EUR)", "A,TikTok,12000,350", options=())
    assert code == 0 and list(found["fee"]) == [350] and list(found["currency"]) == ["EUR"]


def test_thousands_grouped_by_either_mark_are_thousands_in_a_column_of_counts(tmp_path, capsys):
    rows = ["A,TikTok,10.000,5tr", 'B,TikTok,"10,000",6tr', 'C,TikTok,"1,500",7tr', "D,TikTok,8500人,7tr"]
    code, _, found = imported(tmp_path, capsys, f"{HEAD},Báo giá", *rows)
    assert code == 0 and list(found["followers"]) == [10_000, 10_000, 1_500, 8_500]


def test_prices_under_one_title_merged_over_them_are_each_read_for_what_they_are(tmp_path, capsys):
    book = openpyxl.Workbook()
    for row in (
        ["Tên", "Nền tảng", "Followers", "Giá", None, None], [None, None, None, "Video", "Livestream", "Story"],
        ["Ca", "TikTok", 120_000, 5_000_000, 12_000_000, 800_000], ["Cb", "TikTok", 90_000, "15tr", "liên hệ", None],
    ):  # fmt: skip
        book.active.append(row)
    book.active.merge_cells("D1:F1")
    book.save(tmp_path / "list.xlsx")
    options = ("--table", "candidates", "--set", "currency=VND")
    code, out, _ = run(capsys, "import", tmp_path / "list.xlsx", "-o", tmp_path / "data", *options)
    found = pd.read_csv(tmp_path / "data" / "candidates.csv")
    assert code == 0 and "'Giá Video' → 1 × video; 'Giá Livestream' → 1 × livestream" in out
    prices = {(row["name"], row["format"]): row["fee"] for _, row in found.dropna(subset=["fee"]).iterrows()}
    assert prices == {("Ca", "video"): 5e6, ("Ca", "live"): 12e6, ("Ca", "story"): 8e5, ("Cb", "video"): 15e6}


@pytest.mark.parametrize(
    ("title", "cells"),
    [
        ("Ghi chú", ("giá đã gồm VAT 8%", "", "đã gồm thuế")), ("VAT", ("đã gồm", "", "included")),
        ("Remarks", ("VAT included", "", "Bận tháng 12, đã bao gồm VAT")),
    ],
)  # fmt: skip
def test_what_a_remark_says_of_tax_in_its_row_stands_above_what_the_sheet_says(tmp_path, capsys, title, cells):
    rows = [f'{name},tiktok,1000,5tr,"{cell}"' for name, cell in zip("abc", cells, strict=True)]
    code, said, read = imported(tmp_path, capsys, "Báo giá chưa gồm VAT,,,,", f"{HEAD},Giá,{title}", *rows)
    assert code == 0 and read["fee_terms"].tolist() == ["with_vat", "without_vat", "with_vat"]
    assert "2 amounts include VAT (the first in cell D3: '5tr')" in said


def test_another_price_with_its_own_tax_says_nothing_of_the_others_in_its_row(tmp_path, capsys):
    code, _, read = imported(tmp_path, capsys, f"{HEAD},Giá video,Giá live", "a,tiktok,1000,5tr,8tr + VAT")
    assert code == 0 and read.set_index("format")["fee_terms"].fillna("").to_dict() == {"video": "", "live": "without_vat"}

"""Names that hold a handle or a platform: what each is read as, and which stay as they are."""

import pytest
from test_field_cases import Ran, table

from builders import CATALOGUE
from predictor.intake.spreadsheets.named_handles import Named, named
from predictor.intake.spreadsheets.titles import Titles


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Minh Tú (@minhtu.travel - TikTok)", Named("Minh Tú", "minhtu.travel", "tiktok")),
        ("Hương Giang (IG: @huonggiang.idol)", Named("Hương Giang", "huonggiang.idol", "instagram")),
        ("Hương Giang (IG: huonggiang.idol)", Named("Hương Giang", "huonggiang.idol", "instagram")),
        ("Khoa [YouTube]", Named("Khoa", None, "youtube")), ("Lan （@lan）", Named("Lan", "lan", None)),
        ("Lan @lan.eats", Named("Lan", "lan.eats", None)), ("Lan Anh | @lan_anh", Named("Lan Anh", "lan_anh", None)),
        ("Lan (mẹ bỉm)", None), ("Lan (TikTok, mẹ bỉm)", None), ("Lan (Hà Nội)", None), ("@lan", None), ("Lan", None),
    ],
)  # fmt: skip
def test_what_a_name_with_brackets_is(text, read):
    assert named(text, Titles(CATALOGUE, "candidates")) == read


def test_handles_and_platforms_in_names_are_ids_and_platforms_and_that_is_told(tmp_path, capsys):
    rows = [["Tên KOL", "Followers", "Giá video (VND)"], ["Minh (@minh.t - TikTok)", "120K", "45tr++"], ["Lan", "50K", "5tr"]]
    ran = Ran(table(tmp_path / "list.csv", *rows), capsys)
    assert ran.rows("name creator_id platform fee fee_terms") == ["Minh minh.t tiktok 45000000 at_least", "Lan Lan _ 5000000 _"]
    assert "1 name holds the handle or the platform too ('Minh (@minh.t - TikTok)')" in ran.out


def test_a_name_stays_where_the_row_says_another_platform_or_id(tmp_path, capsys):
    rows = [["Name", "Handle", "Platform", "Price (VND)"], ["Minh (IG: @minh)", "minh", "TikTok", "5tr"],
            ["Lan (@lan2)", "c0001", "TikTok", "5tr"], ["Hà (@ha)", "@ha", "TikTok", "6tr"]]  # fmt: skip
    ran = Ran(table(tmp_path / "list.csv", *rows), capsys)
    assert ran.rows("name") == ["Minh (IG: @minh)", "Lan (@lan2)", "Hà"] and ran.rows("platform") == ["tiktok"] * 3

"""`850 mil`: a thousand in Spanish and Portuguese, a million elsewhere; what nothing decides is asked."""

import pytest

from builders import CATALOGUE
from predictor.intake.mapping import Mapping
from predictor.intake.spreadsheets.workbook import import_file


@pytest.fixture
def read(tmp_path):
    def reading(*lines, **candidates):
        path = tmp_path / "list.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        found = import_file(path, CATALOGUE, Mapping.model_validate({"tables": {"candidates": candidates}}), table="candidates")
        return [doubt.key for _, doubt in found.doubts], found.tables["candidates"]

    return reading


def test_mil_is_a_thousand_where_the_titles_are_portuguese_or_spanish(read):
    asked, rows = read("Nome,Plataforma,Seguidores,Preço (BRL)", 'Ana,tiktok,850 mil,"1,5 mil"', 'Bia,tiktok,"1,2 mi",800')
    assert asked == [] and rows["followers"].tolist() == [850_000, 1_200_000] and rows["fee"].tolist() == [1500, 800]
    asked, rows = read("Name,Plataforma,Seguidores,Tarifa (MXN)", "Ana,tiktok,45mil,8 mil")
    assert asked == [] and rows["followers"].tolist() == [45_000] and rows["fee"].tolist() == [8000]


def test_mil_is_a_million_under_a_title_in_dong(read):
    asked, rows = read("Tên,Nền tảng,Giá (VND)", "Ana,tiktok,15 mil", "Bia,tiktok,2.5mil")
    assert asked == [] and rows["fee"].tolist() == [15e6, 2.5e6]


def test_mil_that_nothing_decides_is_asked_about_and_each_answer_is_of_its_own_cell(read):
    lines = ("Name,Platform,Followers", "Ana,tiktok,12 mil", "Bia,tiktok,1.2 mil", "Chi,tiktok,12K")
    asked, rows = read(*lines)
    assert asked == ["import_doubt_mil"] and rows["followers"].fillna(0).tolist() == [0, 0, 12_000]
    asked, rows = read(*lines, values={"followers": {"12 mil": "12k", "1.2 MIL": "1.2m"}})
    assert asked == [] and rows["followers"].tolist() == [12_000, 1_200_000, 12_000]


@pytest.mark.parametrize(
    ("cell", "people"),
    [("850 mila", 850_000), ("12 тыс.", 12_000), ("1,2 млн", 1_200_000), ("45 tys.", 45_000), ("1,5 mln", 1_500_000),
     ("2 millones", 2_000_000), ("1,2 milhões", 1_200_000)],
)  # fmt: skip
def test_thousands_and_millions_in_the_languages_of_europe_are_read(read, cell, people):
    asked, rows = read("Name,Platform,Followers", f'Ana,tiktok,"{cell}"')
    assert asked == [] and rows["followers"].tolist() == [people]

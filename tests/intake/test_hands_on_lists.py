"""Lists, rate cards and exports as planners have them, each once read as another thing, dropped, or asked about for nothing."""

import openpyxl
import pytest
from test_field_cases import Ran, table


@pytest.fixture
def read(tmp_path, capsys):
    """Import rows as a CSV file, in whose name nothing is said."""
    return lambda *rows, options=(), mapping=None: Ran(table(tmp_path / "list.csv", *rows), capsys, *options, mapping=mapping)


@pytest.fixture
def read_book(tmp_path, capsys):
    """Import rows as a workbook; `change` does to its sheet what a person does."""

    def reading(*rows, change=lambda sheet: None, mapping=None):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        change(book.active)
        book.save(tmp_path / "list.xlsx")
        return Ran(tmp_path / "list.xlsx", capsys, mapping=mapping)

    return reading


@pytest.mark.parametrize("title", ["email", "Email", "Contact"])
def test_an_address_of_mail_is_no_profile_whatever_its_host(read, title):
    ran = read(["name", title, "followers", "instagram_handle"], ["A", "a@x.com", 500, "a_ig"], ["B", "b.c@x.com", 900, "b_ig"])
    assert ran.code == 0 and ran.rows("creator_id platform", "creators") == ["a_ig instagram", "b_ig instagram"]


def test_a_phone_number_in_a_link_to_call_is_no_id(read):
    rows = ["Name", "Platform", "Link", "Price (VND)"], ["A", "TikTok", "https://zalo.me/0912345678", "5tr"]
    ran = read(*rows, ["B", "TikTok", "https://zalo.me/0987654321", "6tr"])
    assert ran.code == 0 and ran.rows("creator_id platform") == ["A tiktok", "B tiktok"]


TITLES = ["KOL", "Link", "Followers", "Price (VND)"]


@pytest.mark.parametrize("shown", ["Link", "Xem kênh", "Click here", "🔗"])
def test_a_link_behind_a_word_is_the_profile_that_it_leads_to(read_book, shown):
    def change(sheet):
        sheet["B2"].hyperlink = "https://www.tiktok.com/@linh.lan?lang=vi"
        sheet["B3"].value = f'=HYPERLINK("https://www.instagram.com/minh.an/","{shown}")'
        sheet["B2"].value = shown

    ran = read_book(TITLES, ["Linh", shown, 5000, 5_000_000], ["Minh", shown, 900, 6_000_000], change=change)
    assert ran.code == 0 and ran.rows("name creator_id platform")[0] == "Linh linh.lan tiktok"
    assert ran.rows("name creator_id platform")[1:] == ["Minh minh.an instagram"]


def test_names_that_lead_to_profiles_keep_their_words_and_give_the_link(read_book):
    def change(sheet):
        sheet["A2"].hyperlink, sheet["A3"].hyperlink = "https://www.tiktok.com/@linh.lan", "https://www.tiktok.com/@minh"
        sheet["A2"].value, sheet["A3"].value = "Linh", "Minh"

    rows = ["KOL", "Followers", "Price (VND)"], ["Linh", 5000, 5_000_000], ["Minh", 900, 6_000_000]
    ran = read_book(*rows, change=change)
    assert ran.code == 0 and ran.rows("name creator_id platform") == ["Linh linh.lan tiktok", "Minh minh tiktok"]
    assert "The cells of 'KOL' lead to profiles" in ran.out


def test_a_word_in_place_of_a_link_is_nobodys_id(read):
    ran = read([*TITLES, "Platform"], ["Linh", "Link", "5000", "5tr", "TikTok"], ["Minh", "Xem", "900", "6tr", "TikTok"])
    assert ran.code == 0 and ran.rows("creator_id") == ["Linh", "Minh"]


@pytest.mark.parametrize("code", ["MXN", "CLP", "ARS", "NZD"])
def test_a_dollar_sign_under_the_code_of_a_currency_that_writes_it_is_no_question(read, code):
    ran = read(["Name", "Platform", f"Price ({code})"], ["A", "TikTok", "$18,500"], ["B", "TikTok", "$55,000"])
    assert ran.code == 0 and ran.rows("fee currency") == [f"18500 {code}", f"55000 {code}"]


def test_the_currency_that_is_stated_answers_what_a_dollar_sign_means(read):
    rows = ["Name", "Platform", "Price"], ["A", "TikTok", "$18,500"]
    ran = read(*rows, mapping="candidates: {constants: {currency: MXN}}")
    assert ran.code == 0 and ran.rows("fee currency") == ["18500 MXN"]

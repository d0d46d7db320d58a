"""What lines and titles in Portuguese, Spanish, French, Italian and German say of all amounts, and prices nobody could mean."""

import openpyxl
import pytest
from test_field_cases import Ran, table

WHO = ["Nome", "Link"]
LINKS = ["https://www.tiktok.com/@bia", "https://www.tiktok.com/@caio"]


@pytest.fixture
def read_under(tmp_path, capsys):
    """Import two people with their prices under a line that stands above the titles."""

    def reading(line, *prices, title="Valor", mapping=None):
        rows = [[line], [*WHO, title], *(["Ana", link, price] for link, price in zip(LINKS, prices, strict=True))]
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(tmp_path / "list.xlsx")
        return Ran(tmp_path / "list.xlsx", capsys, mapping=mapping)

    return reading


@pytest.fixture
def read(tmp_path, capsys):
    return lambda *rows, mapping=None: Ran(table(tmp_path / "list.csv", *rows), capsys, mapping=mapping)


@pytest.mark.parametrize(
    ("line", "code"),
    [("Orçamento de influenciadores (valores em R$ mil)", "BRL"), ("Tabela (valores em milhares de reais)", "BRL"),
     ("Cotización de influencers (precios en miles de pesos MXN)", "MXN"), ("Tarifas en miles de pesos mexicanos", "MXN"),
     ("Precios en miles de euros", "EUR"), ("Prix en milliers d'euros", "EUR"), ("Prezzi in migliaia di euro", "EUR"),
     ("Preise in Tausend EUR", "EUR")],
)  # fmt: skip
def test_a_line_in_another_language_says_that_amounts_count_in_thousands_and_in_which_currency(read_under, line, code):
    ran = read_under(line, 18, 35.5)
    assert ran.code == 0 and ran.rows("fee currency") == [f"18000 {code}", f"35500 {code}"]


@pytest.mark.parametrize(
    "line",
    ["Precios 2026 (miles de seguidores)", "Campaña de Miles Davis", "Verba total: 20 mil reais", "Meta em milhares de views"],
)
def test_a_line_that_speaks_of_something_else_changes_no_price(read_under, line):
    ran = read_under(line, 1800, 3500, title="Valor (BRL)")
    assert ran.code == 0 and ran.rows("fee currency") == ["1800 BRL", "3500 BRL"]


def test_a_title_in_spanish_says_unit_currency_and_what_is_published(read):
    ran = read(
        ["Nombre", "Link", "Seguidores (miles)", "Tarifa reel (miles MXN)"],
        ["Ana", LINKS[0], 210, 12],
        ["Luis", LINKS[1], 98, 6.5],
    )
    assert ran.code == 0
    assert ran.rows("followers fee currency format") == ["210000 12000 MXN short", "98000 6500 MXN short"]


def test_pesos_of_no_country_are_asked_about(read_under):
    ran = read_under("Precios en pesos", 12_000, 6_500)
    assert ran.code == 2 and "'pesos'" in ran.err and "MXN / COP / ARS / CLP / PHP" in ran.err


@pytest.mark.parametrize(
    ("code", "prices"), [("BRL", (3.5, 1.2)), ("MXN", (12, 6.5)), ("THB", (15, 30)), ("USD", (1.2, 3.5)), ("PHP", (25, 8))]
)
def test_prices_so_low_that_nobody_asks_them_are_asked_about_in_every_currency(read_under, code, prices):
    ran = read_under("", *prices, title=f"Fee ({code})")
    assert ran.code == 2 and f"nobody asks so little in {code}: thousands (nghìn), or millions" in ran.err
    ran = read_under("", *prices, title=f"Fee ({code})", mapping=f'candidates: {{units: {{"Fee ({code})": 1000}}}}')
    assert ran.code == 0 and ran.rows("fee") == [f"{price * 1000:g}" for price in prices]


@pytest.mark.parametrize(("code", "prices"), [("BRL", (35, 80)), ("MXN", (300, 150)), ("USD", (5, 12)), ("EUR", (50.5, 8.5))])
def test_low_prices_that_somebody_may_ask_are_no_question(read_under, code, prices):
    ran = read_under("", *prices, title=f"Fee ({code})")
    assert ran.code == 0 and ran.rows("fee currency") == [f"{price:g} {code}" for price in prices]


def test_what_sells_for_little_is_no_doubtful_price(read):
    head = ["booking_id", "creator_id", "platform", "booked_at", "Revenue (USD)"]
    ran = read(head, ["b1", "a", "tiktok", "2026-03-01", 0.5], ["b2", "b", "tiktok", "2026-03-02", 3.5])
    assert "nobody asks so little" not in ran.err + ran.out


@pytest.mark.parametrize(
    ("line", "terms"),
    [("Tabela de preços – valores em reais (R$), sem impostos", "without_vat"), ("Tarifas en MXN, más IVA", "without_vat"),
     ("Precios en EUR, IVA no incluido", "without_vat"), ("Precios en EUR, IVA incluido", "with_vat"),
     ("Prezzi in EUR, IVA esclusa", "without_vat"), ("BÁO GIÁ KOC (VNĐ) - giá net, chưa gồm thuế TNCN 10%", "net"),
     ("All prices in USD, rates are gross", "gross")],
)  # fmt: skip
def test_a_line_says_the_terms_of_all_fees_as_a_cell_does(read_under, line, terms):
    ran = read_under(line, 150_000, 350_000)
    assert ran.code == 0 and ran.rows("fee_terms") == [terms, terms]


def test_a_title_says_that_its_fees_are_net_and_a_cell_says_otherwise_of_its_own(read):
    ran = read(["KOL", "Link", "Giá net (VNĐ)"], ["A", LINKS[0], "9000000"], ["B", LINKS[1], "18tr gross"])
    assert ran.code == 0 and ran.rows("fee fee_terms") == ["9000000 net", "18000000 gross"]
    assert "by 'Giá net (VNĐ)' the amounts are net of income tax" in ran.out


@pytest.mark.parametrize("line", ["Net budget: 500,000,000 VND", "Gross followers by region", "Net Media Agency"])
def test_net_of_something_else_is_no_term_of_a_fee(read_under, line):
    ran = read_under(line, 1_500_000, 3_500_000, title="Giá (VND)")
    assert ran.code == 0 and "fee_terms" not in (ran.data / "candidates.csv").read_text(encoding="utf-8-sig").splitlines()[0]

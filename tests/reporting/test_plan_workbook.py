from datetime import date

import openpyxl
import pytest
from click.testing import CliRunner

from builders import CATALOGUE, phrases, scored
from predictor.cli.plan import lineup as command
from predictor.errors import DefinitionError, RowsError
from predictor.planning.lineup import lineup
from predictor.planning.rules import Between, LineupConstraints
from predictor.planning.rules_file import rules_from
from predictor.reporting.lineup_words import answer, in_words, rules_in_words
from predictor.reporting.plan_workbook import write_plan

pytestmark = pytest.mark.slow

RULES = LineupConstraints(budget=50e6, at_least=12_000, starts_on=date(2026, 7, 1), ends_on=date(2026, 7, 31))


def written(folder, lang="en", rules=RULES, **columns):
    found = lineup(scored(better=2.0, posts=2, **columns), "engagement", rules, CATALOGUE)
    write_plan(found, phrases(lang), folder / "plan.xlsx", today=date(2026, 6, 1))
    return openpyxl.load_workbook(folder / "plan.xlsx").worksheets


def cells(sheet):
    return [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]


@pytest.mark.parametrize("danger", ["=HYPERLINK(1)", "+1+1", "-2+3", "@SUM(A1)", "=cmd|'/c calc'!A1"])
def test_a_name_can_never_become_a_formula(tmp_path, danger):
    for sheet in written(tmp_path, name=danger, creator_id=danger, format=danger)[:2]:
        found = [cell for cell in cells(sheet) if cell.value == danger]
        assert found and all(cell.data_type == "s" and cell.quotePrefix for cell in found)


def test_totals_are_live_sums_over_all_bookings(tmp_path):
    to_sign = written(tmp_path)[0]
    total = next(row for row in to_sign.iter_rows() if row[0].value == "Total")
    first, last = total[0].row - 10, total[0].row - 1
    formulas = [total[column].value for column in (5, 8, 9)]
    assert formulas == [f"=SUM({letter}{first}:{letter}{last})" for letter in "FIJ"]
    assert all(total[column].data_type == "f" for column in (5, 8, 9))
    assert sum(to_sign.cell(row, 9).value for row in range(first, last + 1)) == 50e6


def test_what_a_quote_says_of_its_fee_stands_in_its_row_and_below_the_total(tmp_path):
    said = ["without_vat; lo kịch bản"] + [None] * 39
    to_sign = written(tmp_path, "vi", RULES.model_copy(update={"must_have": ("c0",)}), fee_terms=said)[0]
    head = next(row for row in to_sign.iter_rows() if row[0].value == "KOL / influencer")
    assert head[12].value == "Điều kiện giá"
    assert "Chưa gồm VAT; lo kịch bản" in [to_sign.cell(head[0].row + down, 13).value for down in range(1, 11)]
    below = [row[0].value for row in to_sign.iter_rows(min_row=head[0].row + 11)]
    assert any(str(line).startswith("Phí chưa gồm VAT: 1/10 booking (5 triệu ₫: c0); VAT phải trả thêm") for line in below)
    assert to_sign.max_column == 13 and written(tmp_path, "vi")[0].max_column == 12


@pytest.mark.parametrize(("lang", "form"), [("en", "yyyy-mm-dd"), ("vi", "dd/mm/yyyy")])
def test_money_and_dates_have_the_form_of_the_language(tmp_path, lang, form):
    formats = {cell.number_format for cell in cells(written(tmp_path, lang)[0])}
    assert {form, '#,##0\\ "₫"'} <= formats


@pytest.mark.parametrize(("lang", "said"), [("en", "INVENTED DATA"), ("vi", "DỮ LIỆU GIẢ LẬP")])
def test_invented_data_is_said_on_every_sheet_and_only_then(tmp_path, lang, said):
    assert all(any(said in str(c.value) for c in cells(sheet)) for sheet in written(tmp_path, lang, invented_data=True))
    assert not any(said in str(c.value) for sheet in written(tmp_path, lang) for c in cells(sheet))


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "“Influencers only”: no such line-up. These cannot be kept together: influencers only; at least 2 with kind KOL."),
        ("vi", "Không thể cùng lúc đáp ứng: chỉ influencer; ít nhất 2 booking thuộc loại KOL. Phải nới ít nhất một"),
    ],
)
def test_rules_in_conflict_are_told_in_words(tmp_path, lang, said):
    rules = RULES.model_copy(update={"kind": {"kol": Between(min=2)}})
    told = in_words(lineup(scored(), "engagement", rules, CATALOGUE), phrases(lang))
    assert said in told
    assert any(said in str(cell.value) for cell in cells(written(tmp_path, lang, rules)[1]))


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_of_a_draw_the_likelier_side_is_named_and_that_nothing_is_settled(lang):
    told = in_words(lineup(scored(), "engagement", RULES, CATALOGUE), phrases(lang))
    assert {"en": ", not settled.", "vi": "nghiêng về"}[lang] in told or {"en": "about even", "vi": "gần như ngang nhau"}[
        lang
    ] in told


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_every_rule_has_words(lang):
    body = {"budget": "5tr", "number": {"min": 1, "max": 2}, "must_have": ["c1"], "excluded": ["c2"], "avoid_flags": ["bia"]}
    body |= {"largest_share": 0.4, "most_bookings_90_days": 2, "starts_on": date(2026, 7, 1)}
    body |= {what: {name: {"min": 1}} for what, name in {"platform": "x", "tier": "mid", "kind": "kol", "country": "VN"}.items()}
    assert len(rules_in_words(rules_from(body, "r", CATALOGUE), "VND", phrases(lang))) == 14


def test_the_command_reads_rules_and_brief_and_writes_the_file(tmp_path):
    scored(better=2.0).to_csv(tmp_path / "scored.csv", index=False)
    (tmp_path / "rules.yaml").write_text("number: {max: 4}\n")
    (tmp_path / "brief.yaml").write_text("budget: 1tr\ncurrency: VND\nstarts_on: 2026-07-01\n")
    asked = [f"{tmp_path}/scored.csv", "--goal", "engagement", "--budget", "50tr", "--rules", f"{tmp_path}/rules.yaml"]
    asked += ["--campaign", f"{tmp_path}/brief.yaml", "--lang", "vi", "-o", f"{tmp_path}/PLAN.xlsx"]
    done = CliRunner().invoke(command, asked, catch_exceptions=False)
    assert done.exit_code == 0 and "ngân sách: 50.000.000 ₫" in done.output and (tmp_path / "PLAN.xlsx").is_file()


@pytest.mark.parametrize("typed", ["50.000.000đ", "50tr VND", "50000000 ₫"])
def test_a_budget_may_name_its_currency(tmp_path, typed):
    scored(better=2.0).to_csv(tmp_path / "scored.csv", index=False)
    asked = [f"{tmp_path}/scored.csv", "--goal", "engagement", "--budget", typed, "--lang", "vi"]
    done = CliRunner().invoke(command, asked, catch_exceptions=False)
    assert done.exit_code == 0 and "ngân sách: 50.000.000 ₫" in done.output


def test_a_budget_in_another_currency_than_the_briefs_is_refused(tmp_path):
    scored(better=2.0).to_csv(tmp_path / "scored.csv", index=False)
    (tmp_path / "brief.yaml").write_text("currency: VND\n")
    asked = [f"{tmp_path}/scored.csv", "--goal", "engagement", "--budget", "20000 USD", "--campaign", f"{tmp_path}/brief.yaml"]
    done = CliRunner().invoke(command, asked)
    assert isinstance(done.exception, DefinitionError) and "but the currency is VND; name one of them" in str(done.exception)


def test_the_command_refuses_another_suffix_before_any_work(tmp_path):
    done = CliRunner().invoke(command, ["nowhere.csv", "--goal", "sales", "-o", f"{tmp_path}/plan.pdf"])
    assert isinstance(done.exception, RowsError) and "allowed: .xlsx" in str(done.exception)


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_where_no_plan_keeps_the_rules_the_file_says_why(tmp_path, lang):
    sheets = written(tmp_path, lang, LineupConstraints(budget=50e6, number=Between(min=11)))
    assert sheets[0]["A1"].value.startswith({"en": "No line-up keeps all rules", "vi": "Không có phương án nào"}[lang])
    told = [str(cell.value) for cell in cells(sheets[1])]
    why = {"en": "a budget of 50,000,000 ₫; at least 11 bookings", "vi": "ngân sách 50.000.000 ₫; ít nhất 11 booking"}[lang]
    assert sum(why in one for one in told) == 3


@pytest.mark.parametrize(
    ("lang", "first"),
    [
        ("en", "With 50M ₫: influencers only; 10 bookings, about 20K engagements (1"),
        ("vi", "Với 50 triệu ₫: chỉ influencer; 10 booking, khoảng 20 nghìn lượt tương tác (1"),
    ],
)
def test_the_answer_comes_first_and_says_what_a_mix_is_really_made_of(lang, first):
    told = answer(lineup(scored(better=2.0), "engagement", RULES, CATALOGUE), phrases(lang))
    each = {"en": "cost per engagement 2,500 ₫", "vi": "chi phí mỗi tương tác 2.500 ₫"}[lang]
    assert told[0].startswith(first) and each in told[0]
    assert len(told) == 2 and told[1].startswith({"en": "KOLs alone: about 10K", "vi": "Chỉ KOL: khoảng 10 nghìn"}[lang])

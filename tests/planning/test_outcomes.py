"""A goal with several targets: one answers by default, another when it is asked for; and outcomes that are money."""

import json
from datetime import date

import numpy as np
import pandas as pd
import pytest
import yaml
from openpyxl import load_workbook

from builders import CATALOGUE, phrases, run, scored
from predictor.definitions.loader import catalogue_from
from predictor.errors import DefinitionError, RowsError
from predictor.planning.actuals import read_plan
from predictor.planning.comparison import compare
from predictor.planning.lineup import lineup
from predictor.planning.rules import LineupConstraints
from predictor.planning.rules_file import rules_from
from predictor.planning.versus import versus
from predictor.reporting.client_paper import client_page
from predictor.reporting.comparison_words import list_verdict
from predictor.reporting.lineup_words import in_words
from predictor.reporting.plan_workbook import write_plan
from predictor.reporting.plots import chart_files

pytestmark = pytest.mark.slow

BUDGET = 50e6


def sold(**columns):
    """Candidates with forecasts of orders, and of revenue in whole orders of 500,000."""
    rows = scored(**columns)
    figures = {name: rows[f"engagement_{name}"] / 100 for name in ("expected", "p10", "p50", "p90")}
    orders = {f"orders_{name}": values.round(2) for name, values in figures.items()}
    revenue = {f"revenue_{name}": (values * 500_000).round() for name, values in figures.items()}
    rows = rows.drop(columns=[name for name in rows if name.startswith("engagement_")])
    return rows.assign(**orders, **revenue, revenue_currency="VND", revenue_unit=500_000.0, **columns)


def planned(outcome=None, rows=None, **rules):
    given = LineupConstraints(budget=BUDGET, outcome=outcome, **rules)
    return lineup(sold() if rows is None else rows, "sales", given, CATALOGUE, other_budgets=False)


@pytest.fixture
def forecasts(world, saved_bundle, tmp_path, capsys):
    """The invented candidates with their forecasts, as `score` writes them."""
    asked = ("--history", world, "--on", "2026-07-01", "--model", saved_bundle, "-o", tmp_path / "scored.csv")
    assert run(capsys, "score", world / "candidates.csv", *asked)[0] == 0
    return tmp_path / "scored.csv"


def test_orders_answer_the_goal_unless_revenue_is_asked_for():
    assert planned().target == "orders" and planned("revenue").target == "revenue"
    assert planned("revenue").outcome == {"en": "Revenue (VND)", "vi": "Doanh thu (VND)"}


def test_an_outcome_that_the_list_has_no_forecast_of_is_refused_with_those_that_it_has():
    rows = sold().drop(columns=[f"revenue_{name}" for name in ("expected", "p10", "p50", "p90")])
    with pytest.raises(RowsError, match="rules: outcome: got 'revenue'; forecast here for the goal 'sales': orders"):
        planned("revenue", rows)
    with pytest.raises(
        RowsError, match="got 'revenu'; forecast here for the goal 'sales': orders, revenue; did you mean 'revenue'"
    ):
        planned("revenu")


@pytest.mark.parametrize(
    ("lang", "first", "last", "title", "no_profit"),
    [
        (
            "en",
            "brings back 1 (",
            ") times the fees; the chance that it covers them is ",
            "Chance that it covers the fees",
            "Revenue is no profit",
        ),
        (
            "vi",
            "thu về gấp 1 (",
            ") lần chi phí; khả năng thu đủ chi phí là ",
            "Khả năng thu đủ chi phí",
            "Doanh thu chưa phải lợi nhuận",
        ),
    ],
)
def test_a_plan_for_money_says_what_comes_back_for_the_fees_and_how_sure_it_is_to_cover_them(lang, first, last, title, no_profit):
    words = in_words(planned("revenue"), phrases(lang))
    assert first in words and last in words and title in words and no_profit in words
    of_orders = in_words(planned(rows=sold().drop(columns=["revenue_expected"])), phrases(lang))
    assert title not in of_orders and no_profit not in of_orders


def test_what_comes_back_is_the_money_over_the_fees_and_its_chance_that_of_the_draws():
    plan = planned("revenue").proposed
    back = plan.returns
    assert np.allclose([back.expected, back.low, back.high], np.array([plan.expected, plan.low, plan.high]) / plan.spend)
    assert back.chance == planned("revenue", at_least=plan.spend).proposed.reaches
    assert planned().proposed.returns is None
    assert planned("revenue", sold(fee=0.0)).proposed.returns is None


def test_what_comes_back_is_the_same_in_json_and_in_the_workbook(tmp_path):
    found = planned("revenue")
    write_plan(found, phrases("en"), tmp_path / "plan.xlsx")
    rows = [*load_workbook(tmp_path / "plan.xlsx")["Comparison"].iter_rows()]
    head = next(row for row in rows if row[1].value == "Bookings")
    cells = {title.value: cell for title, cell in zip(head, rows[rows.index(head) + 3], strict=True)}
    mix = found.to_dict()["plans"][2]
    assert cells["Chance that it covers the fees"].value == mix["returns"]["chance"]
    place = cells["Spend"].row
    assert [cells[f"Times the fees, {end}"].value for end in ("expected", "low", "high")] == [
        f'=IF(C{place}>0,{column}{place}/C{place},"")' for column in "DEF"
    ]
    assert cells["Revenue (VND) expected"].number_format == '#,##0\\ "₫"'


@pytest.mark.parametrize(
    ("lang", "answer", "goal", "risk"),
    [
        ("en", " ₫ revenue (", "Chance of 50,000,000 ₫ or more", "highest chance of 50,000,000 ₫ revenue or more"),
        ("vi", " ₫ doanh thu (", "Khả năng đạt từ 50.000.000 ₫", "dễ đạt từ 50.000.000 ₫ doanh thu trở lên nhất"),
    ],
)
def test_money_is_written_with_its_currency_and_counts_without(lang, answer, goal, risk):
    words = in_words(planned("revenue", at_least=50e6, risk="chance"), phrases(lang))
    assert answer in words and goal in words and risk in words
    assert "50 ₫" not in in_words(planned(at_least=50, risk="chance"), phrases(lang))


@pytest.mark.parametrize(
    ("lang", "cost", "more"),
    [
        ("en", "Fees per 100 ₫ of revenue", "100 ₫ more of it costs"),
        ("vi", "Chi phí cho mỗi 100 ₫ doanh thu", "Chi phí cho 100 ₫ doanh thu tăng thêm"),
    ],
)
def test_what_money_costs_is_said_per_amount_of_its_currency(lang, cost, more):
    given = LineupConstraints(budget=BUDGET, outcome="revenue")
    words = in_words(lineup(sold(), "sales", given, CATALOGUE), phrases(lang))
    assert cost in words and more in words


def test_the_paper_and_the_charts_count_what_the_plan_counts(tmp_path):
    rows = sold()
    found = planned("revenue", rows)
    page = client_page(found, rows, {}, phrases("en"), on=date(2026, 7, 1))
    beside = compare(rows, "sales", CATALOGUE, shocks=found.shocks, outcome="revenue")
    assert "more orders" not in page and list_verdict(beside, phrases("en")) in page
    for group in beside.by("kind"):
        assert phrases("en").compact(group.mean.value) in page
    of_orders = planned(rows=rows)
    pictures = [
        {file.name: file.read_bytes() for file in chart_files(one, rows, "sales", phrases("en"), tmp_path / one.target)}
        for one in (found, of_orders)
    ]
    assert pictures[0]["kinds.png"] != pictures[1]["kinds.png"]


def test_money_in_one_currency_is_not_weighed_against_fees_in_another():
    said = "the forecasts of revenue are in VND and the quotes in USD; one is weighed against the other only in one currency"
    for answer in (
        lambda rows: lineup(rows, "sales", LineupConstraints(budget=BUDGET, outcome="revenue"), CATALOGUE),
        lambda rows: compare(rows, "sales", CATALOGUE.answering("sales", "revenue")),
    ):
        with pytest.raises(RowsError, match=said):
            answer(sold(currency="USD"))
    assert planned(rows=sold(currency="USD")).target == "orders"


def test_draws_of_money_are_those_of_orders_times_what_one_brings():
    orders, revenue = planned().proposed, planned("revenue").proposed
    assert np.isclose(revenue.expected, orders.expected * 500_000, rtol=0.001)
    for end in ("low", "high"):
        assert np.isclose(getattr(revenue, end), getattr(orders, end) * 500_000, rtol=0.02), end


def test_plans_of_two_outcomes_of_one_goal_are_not_held_against_each_other():
    with pytest.raises(RowsError, match="one is for 'orders', the other for 'revenue'; compare plans of one outcome"):
        versus(planned(), planned("revenue"), CATALOGUE, None)


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_a_signed_plan_for_money_is_read_back_with_the_target_that_it_promised(lang, tmp_path):
    found = planned("revenue", sold(name=[f"Person {place}" for place in range(40)], format="video"))
    write_plan(found, phrases(lang), tmp_path / "plan.xlsx")
    rows, recipe, promise = read_plan(tmp_path / "plan.xlsx", None, CATALOGUE)
    assert recipe.name == "revenue" and np.isclose(promise.expected, found.proposed.expected)
    assert len(rows) == len(found.proposed.rows)


@pytest.mark.parametrize("line", [{"outcome": "revenue"}, {"Doanh thu": None, "chỉ số": "Doanh thu"}, {"what counts": "Revenue"}])
def test_a_rules_file_names_the_outcome_in_any_words(line):
    assert rules_from({key: value for key, value in line.items() if value}, "rules.yaml", CATALOGUE).outcome == "revenue"


@pytest.mark.parametrize("typed", ["500tr", "500 triệu đồng", "500.000.000đ", "VND 500,000,000", 500000000])
def test_a_rules_file_writes_the_money_to_reach_as_people_write_money(typed):
    read = rules_from({"outcome": "revenue", "at_least": typed}, "rules.yaml", CATALOGUE)
    assert read.at_least == 500e6


def test_money_to_reach_in_another_currency_than_the_budgets_is_refused():
    given = {"outcome": "revenue", "budget": "200tr VND", "at_least": "500 USD"}
    with pytest.raises(DefinitionError, match="rules.yaml: at_least: got '500 USD', but the currency is VND; name one of them."):
        rules_from(given, "rules.yaml", CATALOGUE)


def test_a_count_to_reach_is_still_no_amount_of_money():
    with pytest.raises(DefinitionError, match=r"rules.yaml: at_least: got '500 usd'.*with no currency sign"):
        rules_from({"outcome": "orders", "at_least": "500 USD"}, "rules.yaml", CATALOGUE)


def test_a_comparison_takes_the_outcome_by_its_name_or_its_label_in_any_language():
    for asked in ("revenue", "Revenue", "doanh thu"):
        assert compare(sold(), "sales", CATALOGUE, outcome=asked).target == "revenue", asked
    assert compare(sold(), "sales", CATALOGUE).target == "orders"
    with pytest.raises(RowsError, match="outcome: got 'profit'; forecast here for the goal 'sales': orders, revenue."):
        compare(sold(), "sales", CATALOGUE, outcome="profit")


def test_a_rules_file_with_an_outcome_that_nothing_forecasts_is_refused():
    with pytest.raises(DefinitionError, match=r"rules.yaml: outcome: .*'profit'.*clicks.*revenue"):
        rules_from({"outcome": "profit"}, "rules.yaml", CATALOGUE)


def test_a_goal_that_two_targets_answer_by_default_or_none_is_refused(project):
    features, models = (
        {file.stem: yaml.safe_load(file.read_text("utf-8")) for file in (project / folder).glob("*.yaml")}
        for folder in ("features", "models")
    )
    niches = features.pop("niches", None)
    features.pop("disclosures", None)
    for default, said in ((True, "each answers"), (False, "none answers")):
        changed = {name: body | ({"default": default} if body["goal"] == "sales" else {}) for name, body in models.items()}
        with pytest.raises(
            DefinitionError, match=f"models/orders.yaml and models/revenue.yaml: {said} the goal 'sales' by default"
        ):
            catalogue_from(features, changed, niches)


def test_line_up_comparison_and_what_if_take_the_outcome_that_is_named(forecasts, saved_bundle, world, capsys):
    lined = run(capsys, "lineup", forecasts, "--goal", "sales", "--outcome", "revenue", "--budget", "500tr", "--json")
    assert lined[0] == 0 and json.loads(lined[1])["target"] == "revenue"
    beside = run(capsys, "compare", forecasts, "--goal", "sales", "--outcome", "revenue", "--model", saved_bundle, "--json")
    assert beside[0] == 0 and json.loads(beside[1])["target"] == "revenue"
    changed = run(
        capsys, "whatif", world / "candidates.csv", "--goal", "sales", "--outcome", "revenue", "--row", "2", "--set", "posts=3",
        "--history", world, "--on", "2026-07-01", "--model", saved_bundle,
    )  # fmt: skip
    assert changed[0] == 0 and "revenue (VND)" in changed[1]
    for command in ("lineup", "compare"):
        code, _, err = run(capsys, command, forecasts, "--goal", "sales", "--outcome", "clicks")
        assert code == 2 and "--outcome: got 'clicks'; forecast here for the goal 'sales': orders, revenue." in err, command


@pytest.fixture
def signed(tmp_path):
    """A plan for revenue as it is handed out."""
    found = planned("revenue", sold(name=[f"Person {place}" for place in range(40)], format="video"))
    write_plan(found, phrases("vi"), tmp_path / "plan.xlsx")
    return tmp_path / "plan.xlsx", [str(name) for name in found.proposed.rows["name"]]


def results(folder, names, *amounts, fee=""):
    lines = "".join(f'{name},{fee},"{amount}"\n' for name, amount in zip(names, amounts, strict=False))
    (folder / "results.csv").write_text(f"Tên KOL,Chi phí,Doanh thu\n{lines}", encoding="utf-8")
    return folder / "results.csv"


def test_revenue_that_came_in_another_currency_is_refused_and_never_taken_for_dong(signed, tmp_path, capsys):
    plan, names = signed
    code, out, err = run(capsys, "afterwards", plan, results(tmp_path, names, "500 USD", "900 USD"))
    assert code == 2 and out == "" and "revenue is in USD and the plan's forecast in VND; give it in VND" in err
    code, out, err = run(capsys, "afterwards", plan, results(tmp_path, names, "500 USD", "900 USD", fee="5tr"), "--lang", "vi")
    assert code == 2 and out == "" and "'Chi phí' tính bằng VND còn 'Doanh thu' tính bằng USD" in err


@pytest.mark.parametrize("amounts", [("12,5tr", "1.250.000đ"), ("12500000", "1250000")])
def test_revenue_that_came_is_read_as_people_write_it_and_bare_amounts_are_in_the_plans_currency(
    signed, amounts, tmp_path, capsys
):
    plan, names = signed
    code, out, _ = run(capsys, "afterwards", plan, results(tmp_path, names, *amounts), "--json")
    came = {row["name"]: row["came"] for row in json.loads(out) if row["came"] is not None and row["name"]}
    assert code == 0 and came == {names[0]: 12_500_000, names[1]: 1_250_000}


def test_a_scored_list_is_held_against_the_outcome_that_is_named(forecasts, tmp_path, capsys):
    scored_list = pd.read_csv(forecasts)
    came = results(tmp_path, scored_list["name"].head(2), "12,5tr", "3tr")
    code, out, _ = run(capsys, "afterwards", forecasts, came, "--goal", "sales", "--outcome", "doanh thu")
    assert code == 0 and "15.5M revenue" in out and "orders" not in out
    code, _, err = run(capsys, "afterwards", forecasts, came, "--goal", "sales", "--outcome", "clicks")
    assert code == 2 and "--outcome: got 'clicks'; forecast here for the goal 'sales': orders, revenue." in err


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_results_in_the_plans_own_excel_are_those_of_people_without_an_id_too(lang, tmp_path, capsys):
    rows = sold(name=[f"Person {place}" for place in range(40)], format="video")
    found = planned("revenue", rows.assign(creator_id=rows["creator_id"].where(rows.index % 2 == 0)))
    write_plan(found, phrases(lang), tmp_path / "plan.xlsx")
    book = load_workbook(tmp_path / "plan.xlsx")
    sheet = book.worksheets[0]
    head = next(cell.row for cell in sheet["A"] if cell.value in ("Creator", "KOL / influencer"))
    column, booked = sheet.max_column + 1, found.proposed.rows
    for line, value in enumerate(["Came in", *[1_000_000] * len(booked)]):
        sheet.cell(head + line, column, value)
    book.save(tmp_path / "filled.xlsx")
    code, out, err = run(capsys, "afterwards", tmp_path / "plan.xlsx", tmp_path / "filled.xlsx", "--json")
    came = [row["came"] for row in json.loads(out) if not row["total"]]
    assert code == 0 and came == [1_000_000] * len(booked) and "line" not in err

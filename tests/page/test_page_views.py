import json
import re

import pandas as pd
import pytest

from builders import CATALOGUE, phrases, scored
from predictor.explanation.response_curves import own_curves
from predictor.page.board import LineupSession
from predictor.page.bookings import in_order, table_of
from predictor.page.charts import frontier, plans, scatter, waterfall
from predictor.page.comparison import bar, card_column, cards, columns, grid_rows, group_rows
from predictor.page.export import to_book
from predictor.page.lineup import left_in_words, plan_facts
from predictor.page.rules import values_of
from predictor.page.why import Asked, response, steps_of
from predictor.planning.comparison import compare
from predictor.planning.lineup import lineup, prepare_pool
from predictor.planning.ranking import ranked
from predictor.planning.rules import Between, LineupConstraints
from predictor.scoring.score import candidate_features, score

ON = pd.Timestamp("2026-07-01")
HOSTILE = '<img src=x onerror="alert(1)">'


def compared(lang="en", **changes):
    rows = scored(better=2.0).assign(creator_id=[f"c{n}" for n in range(40)], **changes)
    comparison = compare(rows, "engagement", CATALOGUE)
    return comparison, ranked(rows, comparison, CATALOGUE), lang


def asked(rows):
    """What a board asks for: the candidates with their draws, plans made before (none), and where changes, plans, drawings go."""
    return lambda: prepare_pool(rows, "engagement", CATALOGUE), lambda _: None, *[lambda *_: None] * 3


def test_the_table_sorts_by_numbers_and_shows_them_in_the_language():
    comparison, rows, _ = compared()
    found = grid_rows(rows, comparison, phrases("vi"))
    assert found[0]["fee"] == 5e6 and found[0]["fee_text"] == "5 triệu ₫" and found[0]["rank"] == 1
    assert {one["field"] for one in columns(comparison, phrases("vi"))} <= {*found[0]} and json.dumps(found)


def test_a_name_is_data_and_never_markup():
    comparison, rows, _ = compared(name=HOSTILE)
    found = grid_rows(rows, comparison, phrases("en"))
    assert found[0]["who"] == HOSTILE and "img" not in found[0]["bar"]
    chart = scatter(rows, comparison, phrases("en"))
    assert chart["tooltip"]["renderMode"] == "richText"


def test_bars_share_one_scale_and_stay_inside_it():
    starts = re.findall(r"left:([\d.]+)%", bar(100, 400, 900, 900.0))
    assert starts == ["33.3", "66.7"] and "width:66.7%" in bar(100, 400, 900, 900.0)
    assert bar(0, 0, 0, 0.0).count("left:0.0%") == 2


def test_kinds_differ_by_shape_as_well_as_by_colour_and_each_mark_names_its_line():
    comparison, rows, _ = compared()
    marks = {one["name"]: one for one in scatter(rows, comparison, phrases("en"))["series"] if one["type"] == "scatter"}
    assert {(one["symbol"], one["color"]) for one in marks.values()} == {("circle", "#1f6fb2"), ("diamond", "#c8501e")}
    assert sorted(mark["line"] for one in marks.values() for mark in one["data"]) == list(range(2, 42))


def test_outcomes_so_rare_that_quantiles_are_zero_are_drawn_too():
    comparison, rows, _ = compared()
    rows = rows.assign(expected=0.2, p10=0.0, p90=0.0)
    axis = scatter(rows, comparison, phrases("en"))["yAxis"]
    assert (axis["min"], axis["max"]) == (0.1, 1)


@pytest.mark.parametrize(("lang", "title"), [("en", "Influencers"), ("vi", "Influencer")])
def test_both_kinds_have_a_card_with_intervals(lang, title):
    comparison, _, _ = compared()
    found = cards(comparison, phrases(lang))
    assert [card["kind"] for card in found] == ["influencer", "kol"] and found[0]["title"] == title
    assert all(len(card["lines"]) == 2 and "–" in card["lines"][0]["interval"] for card in found)


def test_plans_and_frontier_are_drawn_from_the_line_up_with_its_budget_marked():
    found = lineup(scored(better=2.0), "engagement", LineupConstraints(budget=50e6, at_least=12_000), CATALOGUE)
    assert frontier(found, phrases("vi"))["series"][2]["markLine"]["data"] == [{"xAxis": 50e6}]
    assert plans(found, phrases("en"))["yAxis"]["data"] == ["Influencers and KOLs", "KOLs only", "Influencers only"]
    facts = dict(plan_facts(found.plans[2], found, phrases("en")))
    assert facts["Spend"] == "50,000,000 ₫" and facts["Chance of 12,000 or more"] == "97%"
    assert json.dumps(plans(found, phrases("en")))


def test_a_plan_says_what_its_forecasts_rest_on_and_why_money_is_left():
    rows = scored(3, 0).assign(known_creator=[True, True, False], posts_seen=[5, 0, 0], platform=["tiktok", "x", "x"])
    rules = LineupConstraints(budget=50e6)
    board = LineupSession(rows, "engagement", rules, phrases("vi"), *asked(rows))
    found = board.choose(rules)
    facts = dict(plan_facts(found.proposed, found, phrases("vi")))
    assert facts["Dự báo dựa vào"] == "1 có lịch sử · 1 theo media kit · 1 theo người tương tự" and "Chưa có dữ liệu" not in facts
    assert left_in_words(found.proposed, found, board) == "Còn tiền vì ai có báo giá cũng đã được đặt."
    capped = rules.model_copy(update={"number": Between(max=2)})
    assert left_in_words(board.choose(capped).proposed, board.choose(capped), board) == "Còn tiền vì điều kiện: tối đa 2 booking."


def test_rules_for_tiers_stand_from_small_to_large():
    rows = scored(0, 4).assign(tier=["mega", "nano", "", "micro"])
    board = LineupSession(rows, "engagement", LineupConstraints(budget=50e6), phrases("en"), *asked(rows))
    assert values_of(board, "tier") == ["nano", "micro", "mega"]


def test_only_a_booking_larger_than_the_smallest_tier_is_offered_smaller_ones():
    rows = scored(0, 4).assign(tier=["nano", "micro", "mega", ""], name=[*"ABCD"])
    found = lineup(rows, "engagement", LineupConstraints(budget=50e6), CATALOGUE)
    board = LineupSession(rows, "engagement", found.rules, phrases("en"), *asked(rows))
    told = table_of(found.proposed, found, board)
    offered = [name for name in "ABCD" if f"Replace with smaller creators: {name}" in told]
    assert offered == ["B", "C", "D"]


def test_what_is_surely_reached_is_said_without_a_fraction_and_less_than_one_in_words():
    comparison, rows, _ = compared()
    cells = [one["bar"] for one in grid_rows(rows.assign(safe=[0.269, 450.0, 4.4, 1.0] * 10), comparison, phrases("vi"))[:4]]
    assert "8/10 lần: &lt; 1" in cells[0] and "8/10 lần ≥ 450" in cells[1] and "0,269" not in cells[0]
    assert "8/10 lần ≥ 4<" in cells[2] and "8/10 lần ≥ 1<" in cells[3]


def test_a_narrow_window_gets_each_candidate_as_a_card_whose_text_is_never_markup(tab):
    (comparison, rows, _), page = compared(name=HOSTILE), tab("en", 400)
    record, getter = grid_rows(rows, comparison, phrases("en"))[0], card_column(comparison, phrases("en"))[":valueGetter"]
    page.set_content("<main></main>")
    page.evaluate(f"record => document.querySelector('main').innerHTML = ({getter})({{data: record}})", record)
    card = page.locator(".k-cell")
    assert card.locator("img").count() == 0 and HOSTILE in card.inner_text()
    assert "Cost per engagement" in card.inner_text() and "5M ₫" in card.inner_text()


def test_platforms_and_tiers_stand_in_a_table_the_one_that_brings_most_first():
    comparison, _, _ = compared(platform=["tiktok"] * 20 + ["instagram"] * 20)
    titles, *rows = group_rows("platform", comparison, phrases("en"))
    assert titles[:3] == ["Platform", "Bookings on the list", "Engagements per booking (likely range)"]
    assert [row[:2] for row in rows] == [["TikTok", "20"], ["Instagram", "20"]] and rows[0][2].startswith("2K (")


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_the_bookings_to_take_along_are_ten_columns_in_the_language_and_no_formula(lang):
    rows = scored().assign(name="=1+1", format="video", posts=2.0)
    found = lineup(rows, "engagement", LineupConstraints(budget=50e6), CATALOGUE)
    table = to_book(found, phrases(lang))
    assert len(table.columns) == 10 and len(table) == 10 and {*table.iloc[:, 0]} == {"'=1+1"}
    first = {"en": ["Creator", "Creator id", "Platform", "Format"], "vi": ["KOL / influencer", "Mã KOL", "Nền tảng", "Định dạng"]}
    quoted = to_book(
        lineup(rows.assign(fee_terms="without_vat"), "engagement", LineupConstraints(budget=50e6), CATALOGUE), phrases(lang)
    )
    assert {*quoted.iloc[:, 10]} == {{"en": "VAT not included", "vi": "Chưa gồm VAT"}[lang]}
    assert [*table.columns[:4]] == first[lang] and table.iloc[0, 3:].tolist() == ["Video", 2, 5_000_000, "VND", 1000, 400, 1800]


def test_bookings_are_one_table_whose_names_are_never_markup_and_whose_buttons_name_their_row():
    rows = scored(better=2.0).assign(creator_id=[f"c{n}" for n in range(40)], name=HOSTILE)
    rules = LineupConstraints(budget=50e6, must_have=("c3",))
    found = lineup(rows, "engagement", rules, CATALOGUE)
    board = LineupSession(rows, "engagement", rules, phrases("en"), *asked(rows))
    told = table_of(found.proposed, found, board)
    assert "<img" not in told and "&lt;img" in told and told.count("No longer keep</button>") == 1
    lines = re.findall(r'"page_leave" data-line="(\d+)"', told)
    assert sorted(lines) == sorted(str(line) for line in found.proposed.rows["line"])


def test_bookings_stand_in_the_order_asked_for():
    rows = pd.DataFrame({"line": [2, 3, 4], "expected": [5.0, 9.0, 9.0], "fee": [3.0, 1.0, 2.0], "posts_seen": [40, None, 9]})
    rows = rows.assign(unseen=[False, True, False], stated=False, assumed=False)
    orders = {order: [*in_order(rows, order)["line"]] for order in ("expected", "fee", "known")}
    assert orders == {"expected": [3, 4, 2], "fee": [2, 4, 3], "known": [2, 4, 3]}


def test_the_waterfall_goes_from_the_rule_to_the_forecast_without_a_gap(bundle, tables, world):
    candidates = pd.read_csv(world / "candidates.csv").head(1)
    steps = steps_of(Asked(candidates, bundle, {}, tables, "engagement", ON), phrases("en"))
    told = score(candidates, bundle, history=tables, on=ON)
    assert steps[-1][0] == "Forecast" and steps[-1][2] == pytest.approx(told["engagement_expected"][0])
    inner = steps[1:-1]
    assert [one[1] for one in inner] == pytest.approx([steps[0][2], *(one[2] for one in inner[:-1])])
    assert inner[-1][2] == pytest.approx(steps[-1][2], rel=0.006)
    assert len(waterfall(steps, "Engagements", phrases("en"))["yAxis"]["data"]) == len(steps)


def test_a_candidates_curves_pass_through_its_forecast_and_stay_within_what_was_learned(bundle, tables, world):
    candidates = pd.read_csv(world / "candidates.csv").head(1)
    model, rows = bundle.models["engagement"], pd.DataFrame(candidate_features(candidates, bundle, ON, {}, tables))
    curves = {curve.column: curve for curve in own_curves(model, rows, bundle.catalogue)}
    told = score(candidates, bundle, history=tables, on=ON)["engagement_expected"][0]
    assert {"followers", "posting_frequency"} <= {*curves} and curves["followers"].at[1] == pytest.approx(told)
    for column, curve in curves.items():
        span = model.support.spans[column]
        assert curve.points["value"].between(span.low, span.high).all()
        assert (curve.points["p10"] <= curve.points["p90"]).all()


def test_what_is_not_known_of_a_candidate_has_a_curve_but_no_mark(bundle, tables, world):
    candidates = pd.read_csv(world / "candidates.csv").head(1)
    rows = pd.DataFrame(candidate_features(candidates, bundle, ON, {}, tables)).assign(ad_density=None)
    (curve,) = own_curves(bundle.models["engagement"], rows, bundle.catalogue, ["ad_density"])
    chart = response(curve, bundle.catalogue.entries["ad_density"], "engagements", phrases("vi"))
    assert curve.at is None and chart["series"][-1]["data"] == [] and len(chart["series"][2]["data"]) == len(curve.points)
    assert json.dumps(chart)

from dataclasses import replace
from datetime import date

import pytest

from builders import phrases
from predictor.cli.main import main
from predictor.evaluation.findings import findings
from predictor.reporting.backtest_plots import bias, calibration_plot, outcome_unit, tenths
from predictor.reporting.backtest_report import fixed, headline, record, signed, write_record
from shared_model import alone

DAY = date(2026, 7, 1)


@pytest.fixture(scope="module")
def pages(training):
    """The page of every target in each language."""
    return {lang: record(training.backtest, phrases(lang, training.bundle.catalogue), DAY) for lang in ("en", "vi")}


@pytest.fixture(scope="module")
def page(pages):
    return pages["en"]


@pytest.fixture(scope="module")
def judged(training):
    """The back-test of one target alone, whose page is drawn in a fraction of the time."""
    return alone(training, "engagement").backtest


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lang", "title"), [("en", "Back-test: how good the forecasts were"), ("vi", "Kiểm chứng: dự báo tốt đến đâu")]
)
def test_one_file_with_plots_that_needs_nothing_else(pages, lang, title):
    html = pages[lang]
    assert title in html and html.count("<svg") >= 6
    for allowed in ("http://www.w3.org", "http://purl.org", "http://creativecommons"):
        html = html.replace(allowed, "")
    assert "http" not in html.replace("http-equiv", "") and "<script" not in html and "@import" not in html
    assert "default-src 'none'" in html.partition("<style")[0]


@pytest.mark.slow
def test_the_same_back_test_on_the_same_day_gives_the_same_bytes_in_the_file(training, page, tmp_path):
    write_record(training.backtest, phrases("en", training.bundle.catalogue), tmp_path / "record.html", DAY)
    assert (tmp_path / "record.html").read_bytes() == page.encode()


def test_invented_data_is_said_first_and_a_real_history_is_not_called_invented(training, page, judged):
    assert page.index("INVENTED DATA") < page.index("<h1>")
    real = replace(judged, provenance=replace(judged.provenance, invented_data=False))
    html = record(real, phrases("en", training.bundle.catalogue), DAY)
    assert "INVENTED" not in html and "A history with results until" in html


def test_every_rule_stands_beside_the_model_with_its_error(training, page):
    row = training.backtest.scores.iloc[0]
    assert f"{row['error']:.3f}" in page
    for rule in training.bundle.catalogue.recipes[row["target"]].rules:
        assert f"{row[f'error_{rule}']:.3f}" in page


@pytest.mark.slow
def test_a_model_that_beats_no_rule_is_called_what_it_is(training, judged):
    html = record(replace(judged, scores=judged.scores.assign(gain=0.001)), phrases("en", training.bundle.catalogue), DAY)
    assert "In none of the tests is the model clearly better" in html and "the rule of thumb is enough here" in html


def test_what_was_skipped_and_what_is_few_is_told(training, judged):
    without = replace(judged, scores=judged.scores.assign(rows=40), skipped={"orders": "12 rows"})
    html = record(without, phrases("en", training.bundle.catalogue), DAY)
    assert "Orders is not forecast at all: that takes at least 20 recorded results" in html
    assert "on only 40 results: take it as rough" in html


def test_a_target_that_could_not_be_judged_says_so(training):
    judged = replace(
        training.backtest, scores=training.backtest.scores.head(0), predictions=training.backtest.predictions.head(0)
    )
    html = record(judged, phrases("en", training.bundle.catalogue), DAY)
    assert "Reach: could not be judged" in html and "<svg" not in html and "None" not in html


def test_the_cheapest_half_stands_among_the_other_choices_and_the_reading_warns_of_it(training, page, judged):
    vietnamese = record(judged, phrases("vi", training.bundle.catalogue), DAY)
    assert "<td>the cheapest</td>" in page and "<td>phí thấp nhất</td>" in vietnamese
    assert "only where it beats both the benchmark per money and the cheapest" in page


@pytest.mark.parametrize("count", [1, 9])
def test_a_split_of_hardly_any_rows_is_drawn(training, count):
    rows = training.backtest.predictions.query("target == 'engagement' and split == 'time'").head(count)
    assert calibration_plot(rows, "engagement", "engagements").axes[0].get_title().startswith("time")
    assert len(tenths(rows)) == 1 and tenths(rows)["actual"].iloc[0] == pytest.approx(rows["actual"].mean())


def test_intervals_of_three_levels_the_bias_of_months_and_the_unit_are_on_the_page(pages, training):
    row = training.backtest.scores.query("target == 'reach' and split == 'time' and group == 'all'").iloc[0]
    three = " · ".join(f"{100 * row[f'holds_{level}']:.0f}" for level in (50, 80, 95)) + "%"
    for html in pages.values():
        assert three in html and f"{row['r2_rate_within_tier']:.2f}".replace(".", "") in html.replace(".", "").replace(",", "")
    assert pages["en"].count("All forecasts over all results, by month") == pages["vi"].count("theo tháng</h3>") * 2 > 0
    assert "Inside, creator by creator" in pages["en"] and "Kết quả rơi vào đâu trong dự báo" in pages["vi"]


def test_axes_name_what_is_counted_and_money_its_currency(training):
    found = {one.recipe.name: one for one in findings(training.backtest, training.bundle.catalogue)}
    for lang, money in (("en", "revenue, VND"), ("vi", "doanh thu, VND")):
        assert outcome_unit(found["revenue"], phrases(lang, training.bundle.catalogue)) == money
    assert outcome_unit(found["engagement"], phrases("en", training.bundle.catalogue)) == "engagements"


def test_months_of_few_results_draw_no_bias(training):
    (found,) = [one for one in findings(training.backtest, training.bundle.catalogue) if one.recipe.name == "engagement"]
    few = replace(found, sides=tuple(replace(side, rows=side.rows.head(5)) for side in found.sides))
    assert bias(few, phrases("en")) is None and bias(found, phrases("en")).startswith("<svg")


def test_nobody_is_told_that_few_campaigns_show_a_gain(training, judged):
    rows = judged.predictions
    few = rows[rows["campaign_id"].isna() | rows["campaign_id"].isin(rows["campaign_id"].dropna().unique()[:5])]
    html = record(replace(judged, predictions=few), phrases("en", training.bundle.catalogue), DAY)
    assert "too few campaigns to say" in html and "Instead of" not in html


def test_figures_of_a_column_have_the_same_decimals_and_gains_their_sign():
    assert (fixed(0.9, 3, phrases("vi")), fixed(float("nan"), 3, phrases("en"))) == ("0,900", "–")
    signs = [signed(0.0123, phrases("en")), signed(-0.0123, phrases("vi")), signed(-0.0001, phrases("en"))]
    assert signs == ["+1.2%", "−1,2%", "0%"]
    assert headline([], phrases("en")).startswith("In none of the tests")


def test_the_command_refuses_a_report_that_is_no_page_before_any_work(world, tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["judge", str(world), "--report", str(tmp_path / "record.pdf")])
    assert ended.value.code == 2
    assert capsys.readouterr().err == "record.pdf: ends in '.pdf'; allowed: .html; choose one of these.\n"

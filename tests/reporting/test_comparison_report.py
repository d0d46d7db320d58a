from datetime import date

import pytest

from builders import phrases, scored
from predictor.reporting.comparison_report import write_report

pytestmark = pytest.mark.slow

DAY = date(2026, 7, 1)


def page(tmp_path, rows, lang="en", **more):
    write_report(rows, "engagement", phrases(lang), tmp_path / "report.html", today=DAY, **more)
    return (tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(("lang", "title"), [("en", "Influencers or KOLs"), ("vi", "Influencer hay KOL")])
def test_one_file_with_plots_that_needs_nothing_else(tmp_path, lang, title):
    html = page(tmp_path, scored(), lang)
    assert title in html and html.count("<svg") >= 2
    assert "http" not in html.replace("http-equiv", "").replace("http://www.w3.org", "").replace("http://purl.org", "").replace(
        "http://creativecommons", ""
    )
    assert "default-src 'none'" in html.partition("<style")[0]


def test_names_from_a_spreadsheet_are_never_run(tmp_path):
    html = page(tmp_path, scored(name="<script>alert(1)</script>"), brief={"brand": "<img src=x>"})
    assert "<script>alert" not in html and "<img" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_invented_data_is_said_first(tmp_path):
    assert "INVENTED DATA" in page(tmp_path, scored(invented_data=True))
    assert "INVENTED DATA" not in page(tmp_path, scored())


def test_the_same_input_gives_the_same_bytes(tmp_path):
    assert page(tmp_path, scored()) == page(tmp_path, scored())


def test_the_back_test_is_told_in_words(tmp_path, bundle):
    html = page(tmp_path, scored(), judged=bundle.provenance.scores)
    assert "How good is this model" in html and "The newest results" in html
    assert "How good is this model" not in page(tmp_path, scored())


def test_without_quotes_outcomes_are_drawn_and_the_reason_is_given(tmp_path):
    html = page(tmp_path, scored(fee=None))
    assert "There are no quotes in one currency, so cost cannot be drawn." in html
    assert "Group by group: engagements" in html and "Quotes in total" not in html


def test_quotes_in_two_currencies_are_shown_and_never_added_up(tmp_path):
    html = page(tmp_path, scored(currency=["VND", "USD"] * 20))
    assert "the quotes are in USD, VND, and an exchange rate is never invented" in html
    assert "5M ₫" in html and "USD 5M" in html and "Quotes in total" not in html


def test_when_nothing_is_expected_there_is_no_cost_and_still_a_report(tmp_path):
    nothing = {f"engagement_{figure}": 0.0 for figure in ("expected", "p10", "p50", "p90")}
    html = page(tmp_path, scored(**nothing))
    assert "not settled" in html and "Group by group: engagements" in html


def test_a_long_list_is_cut_and_the_rest_counted(tmp_path):
    assert "70 more" in page(tmp_path, scored(influencers=80, kols=20))

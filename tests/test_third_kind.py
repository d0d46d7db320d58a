"""A project that defines a third kind of creators finds it compared and planned under its own name."""

import json

import numpy as np
import pandas as pd
import pytest

from builders import copy_definitions, phrases, run, scored
from predictor.definitions.loader import load_catalogue
from predictor.intake.contract import check
from predictor.page.charts import plans, scatter
from predictor.page.comparison import cards
from predictor.planning.comparison import compare
from predictor.planning.leftover import leftover
from predictor.planning.lineup import lineup, prepare_pool
from predictor.planning.ranking import ranked
from predictor.planning.rules import Between, LineupConstraints
from predictor.reporting import lineup_words
from predictor.reporting.comparison_report import write_report
from predictor.reporting.comparison_words import answer_first, in_words, list_verdict
from predictor.reporting.lineup_words import answer
from predictor.reporting.plots import chart_files

AMBASSADOR = "      ambassador: {en: Ambassador, vi: Đại sứ thương hiệu, also: [ambassadors, đại sứ]}\n"
RULES = LineupConstraints(budget=50e6)


@pytest.fixture(scope="module")
def definitions(tmp_path_factory):
    folder = copy_definitions(tmp_path_factory.mktemp("kinds"))
    creator = folder / "features" / "creator.yaml"
    kol = next(line for line in creator.read_text(encoding="utf-8").splitlines(keepends=True) if line.startswith("      kol: {"))
    creator.write_text(creator.read_text(encoding="utf-8").replace(kol, kol + AMBASSADOR), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def catalogue(definitions):
    return load_catalogue(definitions)


def listed(influencers=10, kols=10, ambassadors=10, better=3.0):
    """Candidates of equal fee, of whom an ambassador is expected to bring `better` times what anybody else brings."""
    rows = scored(influencers + ambassadors, kols)
    of_third = np.arange(len(rows)) < ambassadors
    figures = rows.filter(like="engagement_").mul(np.where(of_third, better, 1.0), axis=0)
    return rows.assign(**figures, kind=rows["kind"].where(~of_third, "ambassador"))


def planned(catalogue, **counts):
    return lineup(listed(**counts), "engagement", RULES, catalogue)


@pytest.mark.parametrize(
    ("lang", "sentences"),
    [
        ("en", ["those of kind ambassador are likely to bring more engagements than influencers: the chance is ",
                "those of kind ambassador are likely to bring more engagements than KOLs"]),
        ("vi", ["Với cùng số tiền, đại sứ thương hiệu nhiều khả năng mang về nhiều lượt tương tác hơn influencer",
                "đại sứ thương hiệu nhiều khả năng mang về nhiều lượt tương tác hơn KOL"]),
    ],
)  # fmt: skip
def test_each_pair_of_kinds_has_its_verdict(catalogue, lang, sentences):
    said = in_words(compare(listed(), "engagement", catalogue), phrases(lang, catalogue))
    for sentence in sentences:
        assert sentence in said
    assert "neither influencer nor KOL" not in said and "không ghi là influencer" not in said


def test_kinds_alike_are_close_and_without_quotes_are_compared_ignoring_cost(catalogue):
    said = in_words(compare(listed(better=1.0), "engagement", catalogue), phrases("en", catalogue))
    assert "For the same money, influencers beside those of kind ambassador: " in said
    rows = listed().assign(fee=np.nan)
    said = in_words(compare(rows, "engagement", catalogue), phrases("en", catalogue))
    assert "Ignoring cost, those of kind ambassador are likely to bring more engagements each than influencers" in said


@pytest.mark.parametrize(
    ("lang", "ahead", "missing"),
    [("en", "For the same money, those of kind ambassador are likely to bring more engagements than influencers",
      "Influencers and KOLs are not compared: that takes at least 2 of each; this file has 5 and 0."),
     ("vi", "Với cùng số tiền, đại sứ thương hiệu nhiều khả năng mang về nhiều lượt tương tác hơn influencer",
      "Không so sánh được influencer với KOL: cần ít nhất 2 người mỗi loại; tệp này có 5 và 0.")],
)  # fmt: skip
def test_without_kols_the_verdict_of_the_kinds_that_are_there_comes_first(catalogue, lang, ahead, missing):
    rows, words = listed(5, 0, 5), phrases(lang, catalogue)
    compared = compare(rows, "engagement", catalogue)
    (first,), why = answer_first(compared, None, words)
    assert first.startswith(ahead) and why[0] == missing
    found = lineup(rows, "engagement", RULES, catalogue)
    said, why = answer_first(compared, found, words)
    assert said[-1].startswith(ahead) and missing in why
    assert list_verdict(compared, words) == said[-1] != first  # and it says that it is the average of the list


def test_one_of_a_kind_is_not_compared_and_said_so(catalogue):
    found = compare(listed(ambassadors=1), "engagement", catalogue)
    assert found.others == ()
    assert "1 candidate is marked neither influencer nor KOL; the verdict does not count it." in in_words(
        found, phrases("en", catalogue)
    )


def test_influencers_and_kols_are_compared_as_if_the_third_kind_were_absent(catalogue):
    with_it, without = (compare(listed(ambassadors=n), "engagement", catalogue) for n in (10, 0))
    assert with_it.per_money.influencers == without.per_money.influencers == 10
    assert with_it.per_money.chance == pytest.approx(without.per_money.chance, abs=0.05)


def test_a_plan_of_the_third_kind_stands_beside_the_others_under_its_own_name(catalogue):
    found = planned(catalogue)
    plan = {one.name: one for one in found.plans}
    assert list(plan) == ["influencers", "kols", "ambassadors", "mix"]
    assert {*plan["ambassadors"].rows["kind"]} == {"ambassador"} and plan["ambassadors"].expected == pytest.approx(30_000)
    assert {*plan["mix"].rows["kind"]} == {"ambassador"} and found.proposed is plan["mix"]
    assert [(duel.one, duel.other) for duel in found.duels][-1] == ("mix", "ambassadors") and len(found.duels) == 6
    json.dumps(found.to_dict())


def test_a_mix_of_three_kinds_is_never_called_influencers_and_kols(catalogue):
    found = lineup(listed(4, 4, 4, 1.0), "engagement", LineupConstraints(budget=60e6), catalogue)
    assert {*found.proposed.rows["kind"]} == {"influencer", "kol", "ambassador"}
    assert "combine influencers, KOLs and those of kind ambassador; 12 bookings" in answer(found, phrases("en", catalogue))[0]
    assert "kết hợp influencer, KOL và đại sứ thương hiệu; 12 booking" in answer(found, phrases("vi", catalogue))[0]
    told = lineup_words.in_words(found, phrases("en", catalogue))
    assert "Influencers, KOLs and those of kind ambassador" in told and "Those of kind ambassador only" in told
    assert "Influencers and KOLs" not in told


@pytest.mark.parametrize(
    ("kinds", "en", "vi"),
    [(["ambassador"] * 3 + [""] * 3, "Those of kind ambassador and creators of no stated kind",
      "Đại sứ thương hiệu và người chưa phân loại"),
     (["influencer"] * 3 + ["ambassador"] * 3 + [""] * 3,
      "Influencers, those of kind ambassador and creators of no stated kind",
      "Influencer, đại sứ thương hiệu và người chưa phân loại"),
     (["influencer"] * 3 + [""] * 3, "Influencers and creators of no stated kind", "Influencer và người chưa phân loại"),
     (["ambassador"] * 5, "Those of kind ambassador", "Đại sứ thương hiệu")],
)  # fmt: skip
def test_a_mix_is_named_after_the_kinds_that_are_there(catalogue, kinds, en, vi):
    rows = scored(len(kinds), 0).assign(kind=kinds)
    found = lineup(rows, "engagement", LineupConstraints(budget=5e6 * len(kinds)), catalogue)
    assert len(found.proposed.rows) == len(kinds)
    assert [lineup_words.plan_name(found.plans[-1], phrases(lang, catalogue)) for lang in ("en", "vi")] == [en, vi]
    told = lineup_words.in_words(found, phrases("en", catalogue))
    assert "Influencers and KOLs" not in told and "whether they are influencers or KOLs" not in told


def test_a_mix_that_books_one_kind_of_several_or_nobody_is_named_after_those_of_the_list(catalogue):
    en = phrases("en", catalogue)
    found = lineup(listed(5, 0, 10), "engagement", RULES, catalogue)
    assert {*found.plans[-1].rows["kind"]} == {"ambassador"}
    assert lineup_words.plan_name(found.plans[-1], en) == "Influencers and those of kind ambassador"
    assert lineup_words.proposed_name(found.proposed, en) == "Those of kind ambassador only"
    none = lineup(listed(0, 0, 5), "engagement", LineupConstraints(budget=1.0, number=Between(min=2)), catalogue)
    assert not none.plans[-1].found and lineup_words.plan_name(none.plans[-1], en) == "Those of kind ambassador"
    assert lineup_words.plan_name(lineup(scored(5, 0), "engagement", RULES, catalogue).plans[-1], en) == "Influencers and KOLs"


def test_a_plan_of_the_third_kind_alone_says_so(catalogue):
    first, alone = answer(planned(catalogue), phrases("en", catalogue))
    assert "With 50M ₫: those of kind ambassador only; 10 bookings, about 30K engagements" in first
    assert "Influencers alone: about 10K" in alone and "KOLs alone: about 10K" in alone
    first, _ = answer(planned(catalogue), phrases("vi", catalogue))
    assert "chỉ đại sứ thương hiệu" in first


def test_nobody_with_a_quote_and_money_left_are_said_of_the_third_kind_too(catalogue):
    rows = listed(ambassadors=2)
    quoted = rows.assign(fee=rows["fee"].where(rows["kind"] != "ambassador"))
    found = lineup(quoted, "engagement", RULES, catalogue)
    why = [lineup_words.why_none(plan, found, phrases("en", catalogue)) for plan in found.plans if not plan.found]
    assert why == ["“Those of kind ambassador only”: no ambassador of the list has a quote in the budget's currency."]
    found = lineup(rows, "engagement", RULES, catalogue)
    assert leftover(found.plans[2], prepare_pool(rows, "engagement", catalogue), RULES).why == "nobody"


def test_rules_may_ask_for_the_third_kind(catalogue):
    rules = LineupConstraints(budget=50e6, kind={"ambassador": Between(min=4)})
    found = lineup(listed(better=0.5), "engagement", rules, catalogue)
    assert (found.proposed.rows["kind"] == "ambassador").sum() == 4
    said = lineup_words.rules_in_words(rules, "VND", phrases("vi", catalogue))
    assert any("ít nhất 4" in line and "Đại sứ thương hiệu" in line for line in said)


def test_a_list_without_the_third_kind_has_no_plan_of_it(catalogue):
    assert [plan.name for plan in planned(catalogue, ambassadors=0).plans] == ["influencers", "kols", "mix"]


def test_reports_charts_and_the_page_name_the_third_kind(catalogue, tmp_path):
    rows, en = listed(), phrases("en", catalogue)
    write_report(rows, "engagement", en, tmp_path / "report.html")
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<h3>Ambassador <span>10 candidates" in html and 'class="card ambassador"' in html
    compared, found = compare(rows, "engagement", catalogue), planned(catalogue)
    assert [card["title"] for card in cards(compared, en)] == ["Influencers", "KOLs", "Ambassador"]
    drawn = scatter(ranked(rows, compared, catalogue), compared, en)
    assert drawn["legend"]["data"] == ["Influencers", "KOLs", "Ambassador"]
    assert len({(one["symbol"], one["color"]) for one in drawn["series"] if one["type"] == "scatter"}) == 3
    assert plans(found, en)["yAxis"]["data"][1] == "Those of kind ambassador only"
    assert {path.name for path in chart_files(found, rows, "engagement", en, tmp_path)} >= {"plans.png", "kinds.png"}


def test_a_quote_sheet_in_words_of_the_third_kind_is_read_and_what_is_doubtful_asks_for_any_of_them(
    definitions, capsys, tmp_path
):
    sheet = "Tên,Nền tảng,Followers,Phân loại,Giá (VND)\nLan,tiktok,5000,Đại sứ,5tr\nMinh,tiktok,900,KOL,3tr\n"
    (tmp_path / "list.csv").write_text(sheet, encoding="utf-8")
    code, _, _ = run(capsys, "import", tmp_path / "list.csv", "-o", tmp_path / "quotes", "--project", definitions)
    read = pd.read_csv(tmp_path / "quotes" / "candidates.csv")
    assert code == 0 and read["kind"].tolist() == ["ambassador", "kol"]
    (tmp_path / "list.csv").write_text(sheet.replace("Đại sứ", "Celeb"), encoding="utf-8")
    _, out, err = run(capsys, "import", tmp_path / "list.csv", "-o", tmp_path / "asked", "--project", definitions)
    assert "which kind is that here: Influencer; KOL; Ambassador?" in out + err
    assert '`values: {kind: {"Celeb": influencer}}` (or kol, ambassador)' in out + err


def test_a_kind_that_is_not_defined_is_refused_with_those_that_are(catalogue, tmp_path):
    (tmp_path / "list.csv").write_text("platform,followers,kind\ntiktok,5000,mascot\n", encoding="utf-8")
    (fault,) = map(str, check([tmp_path / "list.csv"], catalogue))
    assert "column 'kind': got 'mascot'" in fault and "ambassador" in fault

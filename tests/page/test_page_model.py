import json
from dataclasses import replace

import pytest

from builders import phrases
from predictor.forecasting.provenance import provenance_from_json
from predictor.page.brief import unanswered
from predictor.page.charts import coverages, errors, totals
from predictor.page.model import facts, figures, groups_of, judged_on, limits, split_sentences, trust
from predictor.page.work import Resources
from predictor.planning.joint_outcomes import load_assumption

TEST = {
    "split": "time", "rows": 900, "best_rule": "weighted_record", "gain": 0.05, "error": 0.57, "best_rule_error": 0.6,
    "coverage_untied": 0.79, "total": 1.04, "error_weighted_record": 0.6, "error_tier_benchmark": 0.9,
    "error_past_orders": None,
}  # fmt: skip


def test_a_gain_is_told_beside_the_best_rule_and_so_is_the_promise_of_the_interval():
    (said,) = split_sentences([TEST], phrases("en"))
    assert "5% below that of the best rule of thumb (creator's own record)" in said and "79% of 900 results" in said


@pytest.mark.parametrize(("gain", "words"), [(0.001, "as good as"), (-0.03, "does better, by 3%")])
def test_a_model_that_is_no_better_than_a_rule_is_told_so(gain, words):
    assert words in split_sentences([TEST | {"gain": gain}], phrases("en"))[0]


def test_few_results_are_called_rough():
    assert split_sentences([TEST | {"rows": 60}], phrases("vi"))[0].endswith("chỉ nên xem là ước lượng thô.")
    assert "ước lượng thô" not in split_sentences([TEST], phrases("vi"))[0]


def test_errors_are_multiples_of_the_models_and_a_rule_without_figure_is_left_out():
    chart = errors([TEST], ["weighted_record", "tier_benchmark", "past_orders"], phrases("en"))
    assert chart["yAxis"]["data"] == ["Creator's own record", "Platform and tier benchmark"]
    assert [round(mark["value"][0], 2) for mark in chart["series"][0]["data"]] == [1.05, 1.58]


def test_tests_differ_by_shape_as_well_as_by_colour(bundle):
    judged = [(model.recipe, judged_on(bundle, name)) for name, model in bundle.models.items()]
    for chart in (coverages(judged, phrases("vi")), totals(judged, phrases("vi"))):
        looks = [(one["symbol"], one["color"]) for one in chart["series"]]
        assert len(looks) > 1 and len({shape for shape, _ in looks}) == len({colour for _, colour in looks}) == len(looks)
        assert chart["tooltip"]["renderMode"] == "richText" and json.dumps(chart)


@pytest.mark.parametrize(
    ("lang", "told"), [("vi", "không giữ đúng lời: đúng 6% ở tương tác"), ("en", "it held 6% for engagement")]
)
def test_a_range_that_does_not_hold_for_strangers_is_told_at_once_and_drawn_where_it_is(bundle, lang, told):
    good, bad = ({**TEST, "target": "engagement", "group": "all", "coverage_untied": share} for share in (0.82, 0.06))
    only = {"engagement": bundle.models["engagement"]}
    one = replace(bundle, models=only, provenance=replace(bundle.provenance, scores=[good, bad | {"split": "new_creators"}]))
    assert told in " ".join(trust(one, phrases(lang)))
    fine = replace(one, provenance=replace(one.provenance, scores=[good, {**good, "split": "new_creators"}]))
    assert "6%" not in " ".join(trust(fine, phrases(lang)))
    wide = bad | {"split": "new_creators", "coverage_untied": 0.95}  # more comes true than was promised: no reason for doubt
    assert "95%" not in " ".join(trust(replace(one, provenance=replace(one.provenance, scores=[good, wide])), phrases(lang)))
    alone = replace(one, provenance=replace(one.provenance, scores=[bad | {"split": "new_creators"}]))
    assert told in trust(alone, phrases(lang))[2]
    chart = coverages([(only["engagement"].recipe, judged_on(one, "engagement"))], phrases(lang))
    marks = [mark["value"][0] for series in chart["series"] for mark in series["data"]]
    assert sorted(marks) == [0.06, 0.82] and chart["xAxis"]["min"] <= 0.06


def test_the_table_says_what_the_sentences_say():
    (row,) = figures([TEST], phrases("vi"))
    assert row == ["Các kết quả mới nhất", "900", "Thành tích của chính người đó", "95%", "79%", "104%"]


def test_version_and_newest_result_are_named(bundle):
    told_of = dict(facts(replace(bundle, provenance=replace(bundle.provenance, version="creators 7")), phrases("en")))
    assert told_of["Model in use"] == "creators 7" and told_of["Newest result it knows"] == str(bundle.provenance.data_until)


def test_a_platform_without_a_result_and_a_target_not_forecast_are_named(bundle):
    provenance = replace(bundle.provenance, skipped={"orders": "too few"})
    said = limits(replace(bundle, provenance=provenance), phrases("en"))
    assert "platform: " in said[0] and "Kakao" in said[0] and "TikTok" not in said[0]
    assert any(one.startswith("Orders is not forecast at all") for one in said)


def test_groups_say_in_words_where_the_interval_keeps_its_word(bundle):
    told = {"target": "engagement", "by": "tier", "creators": 30, "rows": 900}
    inside = {"mid": 0.8, "nano": 0.6, "mega": 0.95}
    groups = [told | {"group": name, "coverage_untied": share} for name, share in inside.items()]
    groups.append(told | {"group": "macro", "coverage_untied": 0.8, "creators": 3})
    found = groups_of(replace(bundle, provenance=replace(bundle.provenance, groups=groups)), "engagement", "tier", phrases("en"))
    assert [row[0] for row in found] == ["Nano", "Mid", "Macro", "Mega"]
    assert [row[3].split(":")[0] for row in found] == [
        "too narrow",
        "keeps its word",
        "too few results or creators to say",
        "too wide",
    ]


def test_training_keeps_the_groups_and_an_older_bundle_does_without(bundle):
    assert groups_of(bundle, "engagement", "platform", phrases("vi"))
    older = provenance_from_json({name: value for name, value in bundle.provenance.to_json().items() if name != "groups"})
    assert groups_of(replace(bundle, provenance=older), "engagement", "platform", phrases("vi")) == []


def test_whether_to_trust_it_is_said_in_three_lines(bundle):
    newest = TEST | {"group": "all", "rows": 900}
    scores = [newest | {"target": "engagement"}, newest | {"target": "orders", "gain": -0.03, "rows": 60, "coverage_untied": 0.7}]
    said = trust(replace(bundle, provenance=replace(bundle.provenance, scores=scores)), phrases("en"))
    assert said == [
        "Closer than the best rule of thumb for engagement. Worse than a rule of thumb for orders.",
        "The likely range promises 8 in 10; on results it had not seen it held 79% for engagement, 70% for orders.",
        "Take as rough: clicks, orders, reach, revenue (few results or none to judge by).",
    ]
    all_well = [newest | {"target": name} for name in bundle.models]
    assert (
        "at least 200 results" in trust(replace(bundle, provenance=replace(bundle.provenance, scores=all_well)), phrases("en"))[2]
    )


def test_a_goal_that_cannot_be_answered_is_named_with_the_reason(bundle):
    only = {name: model for name, model in bundle.models.items() if name not in ("orders", "revenue", "clicks")}
    provenance = replace(bundle.provenance, skipped={"orders": "too few", "revenue": "too few"})
    found = Resources(replace(bundle, models=only, provenance=provenance), None, load_assumption(None))
    least = bundle.catalogue.recipes["orders"].fewest_labels
    assert unanswered(found, phrases("en")) == [
        "Traffic: the model in use counts nothing that answers it",
        f"Sales: your history has too few results; at least {least} are needed",
    ]

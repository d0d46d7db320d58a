import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from builders import phrases
from predictor.errors import RowsError
from predictor.explanation.response_curves import SIDES, response_curves
from predictor.forecasting.target_model import fit, labelled
from predictor.reporting.curve_plots import curve_plot

pytestmark = pytest.mark.slow

COLUMNS = ["followers", "posting_frequency", "ad_density", "niche_alignment"]


@pytest.fixture(scope="module")
def drawn(training, catalogue):
    """Curves of the shared world by column and side."""
    model = training.bundle.models["engagement"]
    curves = response_curves(model, training.examples, COLUMNS, catalogue, refits=4)
    return {(curve.column, curve.side): curve for curve in curves}


def response_curve(model, examples, column, catalogue, side="known", **settings):
    return response_curves(model, examples, [column], catalogue, sides=[side], **settings)[0]


def by_the_rule_alone(model, anchor):
    return replace(model, cold_start=replace(model.cold_start, baseline_name=anchor, residual_weight=0.0))


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("column", COLUMNS)
def test_a_curve_stays_in_the_range_of_the_data_and_has_one_for_the_average_row(drawn, training, column, side):
    curve = drawn[column, side]
    low, high = training.examples[column].agg(["min", "max"])
    assert low <= curve.points["value"].min() and curve.points["value"].max() <= high
    assert curve.points["value"].is_monotonic_increasing and len(curve.observed) > 100
    logs = np.interp(curve.observed, curve.points["value"], np.log(curve.points["times"]))
    assert logs.mean() == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("side", SIDES)
def test_a_larger_audience_brings_more_by_its_size_alone(drawn, side):
    curve = drawn["followers", side]
    assert curve.points["times"].corr(curve.points["value"], method="spearman") > 0.98
    assert 3 < curve.tenfold < 15


def test_the_tier_follows_an_audience_that_is_moved(bundle, training, catalogue):
    model = bundle.models["engagement"]
    tenfold = {}
    for rule in ("followers_x_rate", "tier_benchmark"):
        ruled = by_the_rule_alone(model, rule)
        tenfold[rule] = response_curve(ruled, training.examples, "followers", catalogue, side="stranger", refits=0).tenfold
    assert tenfold["followers_x_rate"] == pytest.approx(10, rel=0.05)
    assert tenfold["tier_benchmark"] < 9  # small tiers have the higher rates


def test_where_ad_density_hurts_the_curve_of_new_creators_does_not_rise_beyond_its_band(drawn):
    points = drawn["ad_density", "stranger"].points
    assert points["low"].iloc[-1] <= points["high"].iloc[0]


@pytest.mark.parametrize("side", SIDES)
def test_a_strong_effect_of_ad_density_is_found_in_its_direction(training, catalogue, side):
    recipe = catalogue.recipes["engagement"]
    rows = labelled(training.examples, recipe).tail(2500).reset_index(drop=True)
    hurt = rows.assign(engagements=np.round(rows["engagements"] * np.exp(-3 * rows["ad_density"].fillna(0.2))))
    curve = response_curve(fit(hurt, recipe, catalogue), hurt, "ad_density", catalogue, side=side, refits=4)
    first, last = curve.points.iloc[0], curve.points.iloc[-1]
    assert last["high"] < 1 < first["low"]
    assert last["times"] < 0.6 * first["times"]


def test_a_column_that_the_forecast_does_not_use_has_the_factor_one_exactly(bundle, training, catalogue):
    model = by_the_rule_alone(bundle.models["engagement"], "followers_x_rate")
    points = response_curve(model, training.examples, "ad_density", catalogue, side="stranger", refits=2).points
    assert (points[["times", "low", "high"]] == 1.0).all(axis=None)


def test_the_band_holds_the_curve_and_is_absent_without_refits(drawn, bundle, training, catalogue):
    points = drawn["posting_frequency", "stranger"].points
    assert (points["low"] <= points["times"]).all() and (points["times"] <= points["high"]).all()
    assert (points["high"] > points["low"]).any()
    bare = response_curve(
        bundle.models["engagement"], training.examples, "posting_frequency", catalogue, side="stranger", refits=0
    )
    assert list(bare.points) == ["value", "times"] and bare.level is None
    pd.testing.assert_series_equal(bare.points["times"], points["times"])


def test_the_same_seed_gives_the_same_curve_and_band_and_another_seed_another_band(bundle, training, catalogue):
    ask = {"side": "known", "refits": 2}
    model = bundle.models["orders"]
    one, again, other = (
        response_curve(model, training.examples, "niche_alignment", catalogue, seed=s, **ask).points for s in (1, 1, 2)
    )
    pd.testing.assert_frame_equal(one, again)
    assert not np.array_equal(one["high"], other["high"])


def test_a_wider_level_gives_a_wider_band(bundle, training, catalogue):
    model = bundle.models["orders"]
    narrow, wide = (
        response_curve(model, training.examples, "followers", catalogue, refits=2, level=v).points for v in (0.5, 0.9)
    )
    assert (wide["high"] >= narrow["high"]).all() and (wide["low"] < narrow["low"]).any()


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (
            {"column": "platform"},
            "curve of engagement: 'platform' is a category, which has no order to draw a curve along; allowed: ",
        ),
        ({"column": "ad_densty"}, "curve of engagement: the model does not see 'ad_densty'; allowed: "),
        ({"column": "ad_densty"}, "; did you mean 'ad_density'?"),
        ({"column": "fee"}, "the model does not see 'fee'; allowed: "),
        ({"side": "stanger"}, "got the side 'stanger'; allowed: known, stranger; did you mean 'stranger'?"),
    ],
)
def test_what_has_no_curve_is_refused_with_a_sentence(bundle, training, catalogue, asked, sentence):
    with pytest.raises(RowsError) as refused:
        response_curve(bundle.models["engagement"], training.examples, **{"column": "ad_density", **asked}, catalogue=catalogue)
    assert sentence in str(refused.value)


def test_too_few_rows_or_values_give_a_reason_instead_of_a_curve(bundle, training, catalogue):
    model, rows = bundle.models["engagement"], training.examples
    few = response_curve(model, rows.tail(90), "ad_density", catalogue, refits=0)
    same = response_curve(model, rows.assign(ad_density=0.2), "ad_density", catalogue, refits=0)
    record = response_curve(model, rows, "engagement_rate", catalogue, side="stranger", refits=0)  # a new creator has none
    assert (few.why_not, same.why_not, record.why_not) == ("few_rows", "few_values", "few_rows")
    assert few.points.empty and same.points.empty
    said = [text.get_text() for axes in curve_plot([few], phrases("en", catalogue)).axes for text in axes.texts]
    assert said == ["Too few results to draw a curve."]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["Ad density", "Association, not cause", r"×\d\.\d", "90% band", "Creators never seen"]),
        ("vi", ["Mật độ quảng cáo", "không phải nhân quả", r"×\d,\d", "dải 90%", "Người chưa từng có dữ liệu"]),
    ],
)
def test_the_plot_speaks_both_languages_and_nothing_is_cut_off(drawn, catalogue, lang, words):
    figure = curve_plot(list(drawn.values()), phrases(lang, catalogue))
    figure.draw_without_rendering()
    texts = [
        text for text in figure.findobj(lambda artist: hasattr(artist, "get_text")) if text.get_text() and text.get_visible()
    ]
    for word in words:
        assert any(re.search(word, text.get_text()) for text in texts), word
    outlines = [text.get_window_extent() for text in figure.texts + [axes.title for axes in figure.axes]]
    assert all(figure.bbox.x0 <= o.x0 and o.x1 <= figure.bbox.x1 and o.y1 <= figure.bbox.y1 for o in outlines)

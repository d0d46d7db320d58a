"""What being a KOL goes with, apart from size."""

import numpy as np
import pandas as pd
import pytest

from acceptance.planted_effects import Size, coverage_of_kol_effect, invented_posts
from builders import CATALOGUE, DATA, REAL, phrases
from predictor.asof.examples import training_examples
from predictor.evaluation.kol_effect import KolEffect, effect_in_words, kol_effect, sums_of_counts
from predictor.intake.contract import read_tables
from predictor.intake.mapping import load_mapping
from predictor.simulation.agency import simulate

pytestmark = pytest.mark.slow

INDONESIA = REAL / "instagram_indonesia_2020"


@pytest.fixture(scope="module")
def recipe(catalogue):
    return catalogue.recipes["engagement"]


@pytest.fixture(scope="module")
def posts():
    """Many creators, so that the answer is sharp, in a world where being a KOL goes with 0.7 times the engagements."""
    return invented_posts(simulate(7, creators=600, campaigns=10, months=4, change={"engagement": {"kol": 0.7}}))


@pytest.fixture(scope="module")
def found(posts, recipe):
    return kol_effect(posts, recipe)


def test_the_planted_factor_is_found_where_kols_are_larger_than_influencers(posts, found, recipe):
    rate = np.log1p(posts["engagements"]) - np.log(posts["followers"])
    by_kind = np.exp(rate.groupby(posts["kind"]).mean())
    assert by_kind["kol"] / by_kind["influencer"] < 0.65  # as it looks before size is taken out
    assert found.low <= 0.7 <= found.high and found.high < 1.0
    assert found.low < found.times < found.high < 2 * found.low


def test_a_higher_level_gives_a_wider_interval_around_the_same_estimate(posts, found, recipe):
    wider = kol_effect(posts, recipe, level=0.99)
    assert wider.times == found.times
    assert wider.low < found.low and wider.high > found.high


def test_the_same_seed_gives_the_same_answer_whatever_the_order_of_rows(posts, found, recipe):
    assert kol_effect(posts, recipe) == found
    shuffled = kol_effect(posts.sample(frac=1.0, random_state=3), recipe)
    assert shuffled.times == pytest.approx(found.times)
    assert np.log(shuffled.high / shuffled.low) == pytest.approx(np.log(found.high / found.low), rel=0.15)


def test_a_creator_with_all_posts_twice_tells_no_more_than_once(posts, found, recipe):
    twice = kol_effect(pd.concat([posts, posts]), recipe)
    assert twice.rows == 2 * found.rows and twice.kols == found.kols
    assert np.log(twice.high / twice.low) > 0.9 * np.log(found.high / found.low)


def test_a_platform_with_kols_alone_tells_nothing(posts, found, recipe):
    stars = posts[(posts["kind"] == "kol") & (posts["platform"] == "facebook")]
    on_tv = stars.assign(platform="tv", creator_id="tv " + stars["creator_id"], engagements=1e9)
    assert kol_effect(pd.concat([posts, on_tv]), recipe) == found


def test_a_niche_with_kols_alone_tells_nothing(posts, found, recipe):
    stars = posts[(posts["kind"] == "kol") & (posts["platform"] == "facebook")]
    actors = stars.assign(niche="acting", creator_id="actor " + stars["creator_id"], engagements=1e9)
    assert kol_effect(pd.concat([posts, actors]), recipe) == found


def test_creators_far_larger_than_anybody_of_the_other_kind_tell_nothing(posts, found, recipe):
    giants = posts[(posts["kind"] == "kol") & (posts["platform"] == "facebook")]
    giants = giants.assign(followers=10**9, creator_id="giant " + giants["creator_id"], engagements=1e9)
    effect = kol_effect(pd.concat([posts, giants]), recipe)
    assert effect.kols == found.kols
    assert effect.times == pytest.approx(found.times, rel=0.03)


def test_orders_with_many_zeros_are_compared_as_rates(catalogue):
    luck = np.random.default_rng(5)
    kind = pd.Series(np.where(np.arange(300) % 2, "kol", "influencer"))
    people = np.exp(luck.normal(10.0, 1.0, 300)).round()
    usual = 2e-5 * people * np.where(kind == "kol", 2.0, 1.0) * luck.gamma(2.0, 0.5, 300)
    rows = pd.DataFrame({"creator_id": np.arange(300).astype(str), "kind": kind, "platform": "tiktok", "followers": people})
    rows = rows.assign(posts=1.0, at=pd.Timestamp("2026-01-05"), orders=luck.poisson(usual))
    assert (rows["orders"] == 0).mean() > 0.3
    effect = kol_effect(rows, catalogue.recipes["orders"])
    assert effect.low <= 2.0 <= effect.high and effect.low > 1.2


def test_training_examples_can_be_asked_as_they_are(tables, catalogue):
    effect = kol_effect(training_examples(tables, catalogue), catalogue.recipes["engagement"])
    assert effect.why_not is None and effect.low < effect.times < effect.high


def test_too_few_of_a_kind_is_said_instead_of_a_factor(posts, recipe, catalogue):
    stars = posts.loc[(posts["kind"] == "kol") & posts["engagements"].notna(), "creator_id"].unique()[:5]
    effect = kol_effect(posts[(posts["kind"] == "influencer") | posts["creator_id"].isin(stars)], recipe)
    assert (effect.why_not, effect.times, effect.kols) == ("few", None, 5)
    assert "at least 8 influencers and 8 KOLs with a result (engagements); this history has" in effect_in_words(
        effect, phrases("en", catalogue)
    )
    assert "Quá ít dữ liệu" in effect_in_words(effect, phrases("vi", catalogue))


def test_kinds_that_never_meet_on_a_platform_are_not_compared(posts, recipe, catalogue):
    apart = posts[(posts["kind"] == "kol") == (posts["platform"] == "facebook")]
    effect = kol_effect(apart, recipe)
    assert (effect.why_not, effect.influencers, effect.kols) == ("overlap", 0, 0)
    said = effect_in_words(effect, phrases("en", catalogue))
    assert "on the same platforms, in the same niches and of about the same size" in said


@pytest.mark.parametrize("column", ["kind", "followers", "engagements"])
def test_without_what_a_comparison_needs_there_is_none(posts, recipe, column):
    assert kol_effect(posts.drop(columns=column), recipe).why_not == "few"


@pytest.mark.parametrize(
    ("lang", "times", "said"),
    [
        ("en", (0.85, 0.75, 0.97), "KOLs come out 15% lower in engagements than influencers (90%: 25% lower to 3% lower)"),
        ("en", (1.3, 1.1, 1.5), "KOLs come out 30% higher in engagements than influencers (90%: 10% higher to 50% higher)"),
        ("en", (0.9, 0.7, 1.2), "no clear difference in engagements: KOLs come out 10% lower (90%: 30% lower to 20% higher)"),
        ("vi", (0.85, 0.75, 0.97), "KOL mang về ít lượt tương tác hơn influencer 15% (khoảng 90%: từ ít hơn 25% đến ít hơn 3%)"),
    ],
)
def test_the_answer_names_its_interval_and_is_called_an_association(catalogue, lang, times, said):
    sentence = effect_in_words(KolEffect("engagement", 0.9, 40, 20, 900, *times), phrases(lang, catalogue))
    assert said in sentence
    assert {"en": "an association in this history, not an effect.", "vi": "không phải quan hệ nhân quả."}[lang] in sentence


def test_the_check_counts_worlds_whose_interval_holds_the_planted_factor(recipe):
    said = []
    coverage = coverage_of_kol_effect(recipe, planted=(1.3,), seeds=6, size=Size(140, 5, 4), jobs=1, progress=said.append)
    assert list(coverage.columns) == ["planted", "covered", "seeds", "median_estimate"]
    assert coverage["seeds"][0] == 6 and 3 <= coverage["covered"][0] <= 6
    assert 0.9 < coverage["median_estimate"][0] < 1.8
    assert said[-1] == "[6/6] planted 1.3"


def test_the_interval_holds_the_planted_factor_in_most_of_15_worlds(recipe):
    """The promise, 85 of 100 worlds, is measured by `make judge`."""
    coverage = coverage_of_kol_effect(recipe, seeds=15)
    assert len(coverage) and (coverage["covered"] >= 11).all() and (coverage["seeds"] == 15).all()
    np.testing.assert_allclose(coverage["median_estimate"], coverage["planted"], rtol=0.15)


@pytest.mark.skipif(not INDONESIA.is_dir(), reason="the real data set is not beside this checkout")
def test_celebrities_of_real_instagram_show_no_clear_difference():
    mapping = load_mapping(DATA / "mappings" / "instagram_indonesia_2020.yaml", CATALOGUE)
    examples = training_examples(read_tables(INDONESIA, CATALOGUE, mapping), CATALOGUE)
    effect = kol_effect(examples, CATALOGUE.recipes["engagement"])
    # Most are singers and actors: niches without a single influencer, which leave few to be compared.
    assert (effect.influencers, effect.kols) == (55, 90)
    assert 0.6 < effect.low < 0.85 < 1.0 < effect.times < 1.25 < 1.4 < effect.high < 1.9


def test_leaving_out_one_cluster_after_another_is_what_each_would_give_alone():
    rng = np.random.default_rng(5)
    seen, cluster = rng.normal(size=(90, 3)), np.arange(90) % 9
    counts = rng.poisson(np.exp(seen[:, 0])).astype(float)
    sums = sums_of_counts(seen, counts, np.ones(90), cluster, np.ones(3))
    alone = [sums.first(1.0 - np.eye(9)[[place]])[0][0] for place in range(9)]
    np.testing.assert_allclose(sums.without_each(), alone, rtol=1e-9)

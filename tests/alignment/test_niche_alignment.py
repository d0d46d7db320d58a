"""Niche alignment: the best source wins, likeness follows the taxonomy, and texts are those of the day asked."""

import json
from copy import deepcopy

import numpy as np
import pandas as pd
import pytest
import yaml

from acceptance.alignment import FLOORS, auc, labelled_pairs, scored_pairs
from predictor.alignment.niche_alignment import align, brief_texts, creator_texts, learn_texts
from predictor.alignment.taxonomy import taxonomy_of
from predictor.alignment.text_similarity import fit_texts, similarity, text_fit_from_json
from predictor.asof.examples import training_examples
from predictor.definitions.loader import NICHES, catalogue_from, load_catalogue, project_folder
from predictor.errors import DefinitionError
from predictor.intake.values import read_interests
from predictor.tables.frames import History
from predictor.wording.sentences import worded

pytestmark = pytest.mark.slow

TAXONOMY = taxonomy_of(load_catalogue().niches)
WORDS = {
    "skin": "retinol serum for dull sensitive skin",
    "food": "crispy chicken dinner recipe",
    "cars": "electric suv test drive",
}


@pytest.fixture(scope="module")
def fit():
    mine = pd.Series([f"my {ending} {words}" for words in WORDS.values() for ending in ("daily", "honest", "quick", "weekend")])
    asked = pd.Series([f"{start} {words}" for words in WORDS.values() for start in ("a new", "try our", "show the", "tell of")])
    return fit_texts(mine, asked)


def one(taxonomy=TAXONOMY, texts=None, tables=None, **row):
    found = align(pd.DataFrame([row]), taxonomy, texts, tables)
    return found["niche_alignment"].iloc[0], found["niche_alignment_source"].iloc[0]


def test_the_best_source_that_says_anything_wins(fit):
    row = {"niche_alignment": 0.3, "audience_interests": "cars:0.5;beauty:0.25", "niche": "makeup", "brand_niche": "beauty"}
    assert one(**row) == (0.3, "given")
    assert one(**row | {"niche_alignment": np.nan}) == (0.5, "audience")
    assert one(niche="makeup", brand_niche="beauty") == (pytest.approx(2 / 3), "taxonomy")
    value, source = one(
        texts=fit, niche="lifestyle", brand_niche="beauty", bio="my retinol serum", brief="a retinol serum for skin"
    )
    assert source == "texts" and value > 0.5


@pytest.mark.parametrize(
    ("mine", "asked", "expected"),
    [
        ("Chăm sóc da", "护肤", 1.0),
        ("skincare", "trang điểm", 0.5),
        ("baking", "food", 0.5),
        ("running", "FITNESS", 0.8),
        ("skincare", "cars", 0.0),
        ("skincare;food", "beauty;travel", 1 / 3),
        ("beauty;food", "Food;travel", 0.5),
        ("cat lovers", "Cat  Lovers", 1.0),
        ("cat lovers", "beauty", 0.0),
    ],
)
def test_subjects_are_alike_by_what_they_share(mine, asked, expected):
    assert one(niche=mine, brand_niche=asked) == (pytest.approx(expected), "taxonomy")


def test_where_nothing_tells_the_number_and_its_source_are_missing():
    for row in ({"niche": "beauty"}, {"niche": "lifestyle", "brand_niche": "beauty"}, {"niche": None, "brand_niche": None}):
        value, source = one(**row)
        assert np.isnan(value) and pd.isna(source)


def test_a_million_rows_cost_their_distinct_pairs_only():
    rows = pd.DataFrame({"niche": ["beauty", "food;travel", None], "brand_niche": ["skincare", "food", "cars"]})
    found = align(pd.concat([rows] * 100_000, ignore_index=True), TAXONOMY)
    assert found["niche_alignment"].head(2).tolist() == [pytest.approx(2 / 3), 1.0]
    assert found["niche_alignment_source"].isna().sum() == 100_000


def test_interests_are_read_with_or_without_shares_and_refused_when_they_are_no_shares():
    cells = ["Làm đẹp: 40% ; Food:12,5%", "beauty:0.4|travel", "beauty:40; food:20", "beauty:lots", "food:140%", None]
    read, refused = read_interests(pd.Series(cells))
    assert read.tolist()[:3] == ["làm đẹp:0.4;food:0.125", "beauty:0.4;travel", "beauty:0.4;food:0.2"]
    assert refused[0].cells.tolist() == [3, 4]
    assert worded("en", refused[0].says(3)).startswith(
        "got 'beauty:lots'; allowed: names separated by ';', each with a share from 0 to 100%"
    )


@pytest.fixture
def history():
    days = pd.to_datetime(["2025-01-05", "2025-01-01", "2025-01-03", "2025-01-02"])
    posts = pd.DataFrame({"creator_id": ["a", "a", "a", "b"], "published_at": days, "caption": ["late", "one", "two", "other"]})
    creators = pd.DataFrame({"creator_id": ["a", "b"], "bio": ["bio", None]})
    return History({"posts": posts.assign(hashtags=["#l", "#x", None, None]), "creators": creators})


def test_only_captions_before_the_day_asked_are_read_newest_first(history):
    days = pd.to_datetime(["2025-01-03", "2025-01-05", "2025-01-06", "2025-01-01", None])
    asks = pd.DataFrame({"creator_id": "a", "at": days})
    found = creator_texts(asks, history)
    assert found.str.split().str.join(" ").tolist() == ["bio one #x", "bio two one #x", "bio late #l two one #x", "bio", "bio"]
    assert creator_texts(asks, history, last=1).str.split().str.join(" ").tolist()[1] == "bio two"


def test_what_is_published_later_changes_nothing(history, fit):
    row = {"creator_id": "a", "at": pd.Timestamp("2025-01-05"), "brief": "a retinol serum"}
    posts = history.get("posts")
    changed = posts.assign(caption=posts["caption"].where(posts["published_at"] < row["at"], "retinol serum"))
    after = History({**history.frames, "posts": changed})
    assert one(texts=fit, tables=history, **row) == one(texts=fit, tables=after, **row)


def test_a_creator_of_unknown_words_has_no_text(history):
    asks = pd.DataFrame({"creator_id": ["stranger", None, "b"], "at": pd.Timestamp("2025-02-01")})
    assert creator_texts(asks, history).isna().tolist() == [True, True, False]
    assert brief_texts(asks).isna().all()


def test_alike_texts_fit_unrelated_ones_do_not_and_other_languages_say_nothing(fit):
    mine = pd.Series(["retinol serum for my skin", "crispy chicken dinner", "敏感肌的精华测评", "#123 @you"])
    found = similarity(mine, pd.Series(["a retinol serum for dull skin"] * 4), fit)
    assert found[0] > 0.8 and found[1] < 0.2
    assert np.isnan(found[2:]).all()


def test_texts_learned_from_a_history_tell_a_brief_it_never_saw(catalogue, tables):
    bookings = training_examples(tables, catalogue).query("source == 'booking'")
    texts = learn_texts(bookings.iloc[: len(bookings) // 2], tables)
    asked = bookings.iloc[len(bookings) // 2 :].drop(columns=["niche", "niche_alignment"])
    found = align(asked, TAXONOMY, texts, tables)
    same = bookings.loc[asked.index, "niche"].str.split(";").str[0] == asked["brand_niche"]
    assert set(found["niche_alignment_source"].dropna()) == {"texts"}
    assert found.loc[same, "niche_alignment"].median() > 0.5 > found.loc[~same, "niche_alignment"].median()


def test_a_text_fit_goes_through_json_unchanged_and_needs_enough_texts(fit):
    again = text_fit_from_json(json.loads(json.dumps(fit.to_json())))
    assert again == fit
    assert fit_texts(pd.Series(["one text"] * 50), pd.Series(["a brief"] * 50)) is None


@pytest.fixture(scope="module")
def scored():
    return scored_pairs(labelled_pairs(), TAXONOMY)


def test_labelled_pairs_are_many_and_in_three_languages(scored):
    assert len(scored) >= 60 and set(scored["language"]) == {"vi", "en", "zh", "cross"}
    assert scored.groupby("language")["fit"].agg(["min", "max"]).eq([0, 1]).all().all()


@pytest.mark.parametrize("source", ["taxonomy", "texts"])
def test_each_source_tells_what_fits_in_pairs_labelled_by_hand(scored, source):
    assert auc(scored, source, draws=20)[0] >= FLOORS[source]


def test_texts_that_do_not_fit_get_low_figures(scored):
    typical = scored.groupby("fit")["texts"].median()
    assert typical[0] <= 0.2 < typical[1]


BEAUTY = {"en": "Beauty", "vi": "Làm đẹp", "zh": "美妆"}
WRONG = {
    "niches.yaml: skin: parents: got 'beuty'; no niche has that name; did you mean 'beauty'?": {"skin": {"parents": ["beuty"]}},
    "niches.yaml: skin: is a part of itself through its parents": {"skin": {"parents": ["skin"]}},
    "niches.yaml: skin: the spelling 'lamdep' already belongs to beauty; keep it in one": {"skin": {"also": ["Lam dep"]}},
    "niches.yaml: skin: unknown key 'parent'; allowed: en, vi, zh, also, parents, vague; did you": {"skin": {"parent": "beauty"}},
    "niches.yaml: skin: zh: is missing.": {"skin": {"zh": None}},
}


@pytest.mark.parametrize(("problem", "change"), WRONG.items())
def test_niches_that_cannot_be_used_are_refused_with_the_reason(problem, change):
    folder = project_folder()
    features, models = (
        {file.stem: yaml.safe_load(file.read_text()) for file in (folder / kind).glob("*.yaml")}
        for kind in ("features", "models")
    )
    skin = {"en": "Skin", "vi": "Da", "zh": "皮肤", **deepcopy(change["skin"])}
    niches = {"beauty": BEAUTY, "skin": {key: value for key, value in skin.items() if value is not None}}
    with pytest.raises(DefinitionError) as refusal:
        catalogue_from(features, models, {"niches": niches})
    assert problem in str(refusal.value) and NICHES in str(refusal.value)

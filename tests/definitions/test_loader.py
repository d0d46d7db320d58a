from copy import deepcopy

import pytest
import yaml

from builders import copy_definitions
from predictor.definitions.loader import (
    catalogue_from,
    load_catalogue,
    niche_faults,
    niche_names,
    project_folder,
    wording_faults,
)
from predictor.definitions.schema import Disclosures, Niche, Wording
from predictor.errors import DefinitionError


@pytest.fixture(scope="module")
def raw():
    folder = project_folder()
    return {
        kind: {f.stem: yaml.safe_load(f.read_text()) for f in (folder / kind).glob("*.yaml")} for kind in ("features", "models")
    }


def load(raw, change):
    changed = deepcopy(raw)
    change(changed["features"], changed["models"])
    return catalogue_from(changed["features"], changed["models"])


def entry(**settings):
    words = {"en": "A", "vi": "A"}
    return {"label": words, "meaning": words, "type": "number", "known": "before_booking", **settings}


def test_shipped_definitions_load_and_never_change():
    catalogue = load_catalogue()
    assert set(catalogue.recipes) == {"reach", "engagement", "clicks", "orders", "revenue"}
    with pytest.raises(Exception, match="frozen"):
        catalogue.entries["followers"].type = "text"


def test_definitions_are_read_once_and_anew_after_any_file_of_them_was_written_or_came_and_went(tmp_path):
    project = copy_definitions(tmp_path)
    first = load_catalogue(project)
    assert load_catalogue(project) is first
    recipe, words = project / "models" / "orders.yaml", project / "features" / "words" / "disclosure.yaml"
    recipe.write_text(recipe.read_text("utf-8").replace("minimum_labels: 100", "minimum_labels: 101"), "utf-8")
    assert load_catalogue(project).recipes["orders"].minimum_labels == 101
    recipe.rename(tmp_path / "aside.yaml")
    assert "orders" not in load_catalogue(project).recipes
    words.unlink()
    assert load_catalogue(project).disclosures == Disclosures()
    (tmp_path / "aside.yaml").rename(recipe)
    recipe.write_text("goal: [", "utf-8")
    for _ in range(2):
        with pytest.raises(DefinitionError, match=r"models/orders\.yaml"):
            load_catalogue(project)


@pytest.mark.parametrize(
    ("kind", "name", "other"), [("models", "engagement.yaml", "features"), ("features", "post.yaml", "models")]
)
def test_a_definition_of_ones_own_without_the_other_folder_is_refused_and_does_not_count_for_nothing(
    tmp_path, monkeypatch, kind, name, other
):
    (tmp_path / "models" / "trained").mkdir(parents=True)
    (tmp_path / kind).mkdir(exist_ok=True)
    if kind == "features":
        (tmp_path / "models" / "trained").rmdir()
        (tmp_path / "models").rmdir()
    monkeypatch.chdir(tmp_path)
    assert project_folder() != tmp_path
    (tmp_path / kind / name).write_bytes((project_folder() / kind / name).read_bytes())
    with pytest.raises(
        DefinitionError, match=f"{kind}/{name}: counts only beside a folder {other}/, which is not here; copy both"
    ):
        load_catalogue()


def test_a_notebook_in_a_folder_below_has_the_definitions_of_its_project(tmp_path, monkeypatch):
    project = copy_definitions(tmp_path / "project")
    (project / "models" / "orders.yaml").unlink()
    below = project / "notebooks" / "of linh"
    below.mkdir(parents=True)
    (project / "notebooks" / "models").mkdir()  # other people's, without the other folder
    monkeypatch.chdir(below)
    assert project_folder() == project
    assert "orders" not in load_catalogue().recipes
    monkeypatch.chdir(tmp_path)
    assert "orders" in load_catalogue().recipes


def test_a_target_is_compared_with_a_benchmark_its_own_record_and_a_regression_whatever_its_recipe_lists(raw):
    def leave(*kept):
        def change(features, models):
            models["clicks"]["rules"] = {name: models["clicks"]["rules"][name] for name in kept}

        return load(raw, change).recipes["clicks"].rules

    assert list(leave("tier_benchmark")) == ["tier_benchmark", "reference_record", "reference_log_linear"]
    assert leave("tier_benchmark")["reference_record"].record == "past_click_rate"
    assert leave("tier_benchmark")["reference_record"].otherwise == "tier_benchmark"
    of_each = ["tier_benchmark", "log_linear_per_reach", "past_clicks"]
    assert list(leave(*of_each)) == of_each


def test_of_an_outcome_that_no_feature_reads_no_record_is_added(raw):
    def change(features, models):
        models["reach"] |= {"outcome": "saves", "rules": {"all": {"benchmark": []}}}

    assert list(load(raw, change).recipes["reach"].rules) == ["all", "reference_log_linear"]


def test_no_outcome_money_or_name_is_a_model_input():
    catalogue = load_catalogue()
    for recipe in catalogue.recipes.values():
        inputs = catalogue.inputs(recipe)
        assert inputs and not {"fee", "name", "creator_id", "likes", "reach", "clicks", "orders", "caption"} & set(inputs)


WRONG = {
    "models/engagement.yaml: features: 'likes' is known only after booking, so no forecast may use it: that would leak.": (
        lambda f, m: m["engagement"]["features"].append("likes")
    ),
    "models/engagement.yaml: features: 'fee' is of type money, which is never a model input.": (
        lambda f, m: m["engagement"]["features"].append("fee")
    ),
    "models/reach.yaml: features: got 'activty'; allowed: activity, authenticity, booking, creator, match, offer, "
    "outcomes, post, reach_record, results, or one column; did you mean 'activity'?": (
        lambda f, m: m["reach"]["features"].append("activty")
    ),
    "models/reach.yaml: unknown key 'objectve'; allowed: label, goal, outcome": lambda f, m: m["reach"].update(objectve="x"),
    "models/reach.yaml: lightgbm: unknown key 'lamda_l2'; allowed: feature_fraction,": (
        lambda f, m: m["reach"].update(lightgbm={"lamda_l2": 1.0})
    ),
    "models/reach.yaml: search: got 'extra_trees'; allowed: numeric settings (trees, learning_rate, leaves, smallest_leaf,": (
        lambda f, m: m["reach"].update(search={"extra_trees": [0, 1]})
    ),
    "models/reach.yaml: search: lambda_l2: got 5 to 0.1; give the lowest value, then a higher one, such as [0.1, 10].": (
        lambda f, m: m["reach"].update(search={"lambda_l2": [5, 0.1]})
    ),
    "models/reach.yaml: search: bagging_fraction: 1.5 is no value of it: should be less than or equal to 1.": (
        lambda f, m: m["reach"].update(search={"bagging_fraction": [0.5, 1.5]})
    ),
    "models/reach.yaml: search: leaves: 1 is no value of it: should be greater than or equal to 2.": (
        lambda f, m: m["reach"].update(search={"leaves": [1, 5]})
    ),
    "models/reach.yaml: search: trees: 1e+09 is no value of it: should be less than or equal to 10000.": (
        lambda f, m: m["reach"].update(search={"trees": [1, 1e9]})
    ),
    "models/reach.yaml: search: lambda_l2: got 0.01 to inf; give two numbers that are finite, such as [0.1, 10].": (
        lambda f, m: m["reach"].update(search={"lambda_l2": [0.01, float("inf")]})
    ),
    "models/reach.yaml: search: max_depth: got 3 to inf; give two numbers that are finite": (
        lambda f, m: m["reach"].update(search={"max_depth": [3, float("inf")]})
    ),
    "models/reach.yaml: search: max_depth: 3.5 is no value of it: should be a valid integer": (
        lambda f, m: m["reach"].update(search={"max_depth": [3.5, 9]})
    ),
    "models/reach.yaml: parameters → leaves: got 1; should be greater than or equal to 2": (
        lambda f, m: m["reach"]["parameters"].update(leaves=1)
    ),
    "models/reach.yaml: lightgbm → bagging_fraction: got 1.5;": lambda f, m: m["reach"].update(
        lightgbm={"bagging_fraction": 1.5}
    ),
    "models/orders.yaml: directions: 'platform' is a category and has no order; directions are for numbers.": (
        lambda f, m: m["orders"]["directions"].update(platform="raises")
    ),
    "models/reach.yaml: directions: got followers: raises with objective regression_l1; only tweedie, regression accept": (
        lambda f, m: m["reach"].update(directions={"followers": "raises"})
    ),
    "models/orders.yaml: goal: got 'sale'; allowed: awareness, engagement, traffic, sales; did you mean 'sales'?": (
        lambda f, m: m["orders"].update(goal="sale")
    ),
    "models/orders.yaml: outcome: got 'order'; allowed: reach,": lambda f, m: m["orders"].update(outcome="order"),
    "models/orders.yaml: rules: past_orders: otherwise: got 'x'; allowed: a rule above it": (
        lambda f, m: m["orders"]["rules"]["past_orders"].update(otherwise="x")
    ),
    "models/reach.yaml: rules: got none; begin with a `benchmark`, such as tier_benchmark": lambda f, m: m["reach"].update(
        rules={}
    ),
    "models/clicks.yaml: rules: past_clicks: record: 'past_order_rate' is a record of orders; the target is clicks: name a "
    "record of that.": lambda f, m: m["clicks"]["rules"]["past_clicks"].update(record="past_order_rate"),
    "models/reach.yaml: rules: mine: formula: got 'median_rates'; allowed: a function registered by `predictor.formula` "
    "(median_rate": lambda f, m: m["reach"]["rules"].update(
        mine={"formula": "median_rates", "of": ["reach_rate"], "otherwise": "tier_benchmark"}
    ),
    "models/reach.yaml: rules: mine: of: got []; `of` lists the features of a `formula`, at least one.": (
        lambda f, m: m["reach"]["rules"].update(mine={"formula": "median_rate", "otherwise": "tier_benchmark"})
    ),
    "models/reach.yaml: rules: mine: got 'likes'; allowed: a column known before booking": (
        lambda f, m: m["reach"]["rules"].update(mine={"formula": "median_rate", "of": ["likes"], "otherwise": "tier_benchmark"})
    ),
    "models/reach.yaml: rules: mine: needs `otherwise`, the rule for creators without a record.": (
        lambda f, m: m["reach"]["rules"].update(mine={"formula": "median_rate", "of": ["reach_rate"]})
    ),
    "models/reach.yaml: rules: mine: of: 'platform' is of type category; a formula reads numbers.": (
        lambda f, m: m["reach"]["rules"].update(
            mine={"formula": "median_rate", "of": ["platform"], "otherwise": "tier_benchmark"}
        )
    ),
    "models/reach.yaml: elsewhere: got 'reach_rate'; allowed: a feature computed by `elsewhere` (engagement_elsewhere,": (
        lambda f, m: m["reach"].update(elsewhere="reach_rate")
    ),
    "features/creator.yaml: age: type: got 'numbr'; allowed: id, text, date, category, flag, count, number, rate, money; "
    "did you mean 'number'?": lambda f, m: f["creator"]["entries"].update(age=entry(type="numbr")),
    "features/creator.yaml: age: label → en: got False; should be a valid string (put text such as no": (
        lambda f, m: f["creator"]["entries"].update(age=entry(label={"en": False, "vi": "A"}))
    ),
    "features/creator.yaml: age: range: got [5.0, 1.0]; the lowest comes first.": (
        lambda f, m: f["creator"]["entries"].update(age=entry(range=[5, 1]))
    ),
    "features/match.yaml: x: is computed from the past, so it is known before_booking; got after_booking.": (
        lambda f, m: f["match"]["entries"].update(x=entry(known="after_booking", computed={"function": "days_since"}))
    ),
    "models/reach.yaml: rules: mine: needs one of `benchmark` (a list of columns), `record`": lambda f, m: m["reach"][
        "rules"
    ].update(mine={"benchmark": ["platform"], "record": "reach_rate", "otherwise": "tier_benchmark"}),
    "models/reach.yaml: rules: mine: only a record may leave its choice open; got shrink: [0.5, 2.0].": (
        lambda f, m: m["reach"]["rules"].update(mine={"benchmark": ["platform"], "shrink": [0.5, 2]})
    ),
    "models/reach.yaml: exposure: got 'likes'; allowed: a column known before booking": (
        lambda f, m: m["reach"].update(exposure=["likes"])
    ),
    "models/reach.yaml: known_by: got 'reach_rat'; allowed: a column known before booking; did you mean 'reach_rate'?": (
        lambda f, m: m["reach"].update(known_by=["reach_rat"])
    ),
    "models/reach.yaml: without: got 'saves'; allowed: a column known": lambda f, m: m["reach"].update(without=["saves"]),
    "features/match.yaml: 'title' is missing.": lambda f, m: f["match"].pop("title"),
    "features/creator.yaml: mood: a category needs `categories`, or `open: true`": (
        lambda f, m: f["creator"]["entries"].update(mood=entry(type="category"))
    ),
    "features/match.yaml: x: computed: 'share' needs 'window_days'.": (
        lambda f, m: f["match"]["entries"].update(x=entry(computed={"function": "share", "of": "sponsored"}))
    ),
    "features/match.yaml: x: computed: 'days_since' does not use 'last'; it takes": (
        lambda f, m: f["match"]["entries"].update(x=entry(computed={"function": "days_since", "last": 3}))
    ),
    "features/match.yaml: niche_alignment: computed: unknown key 'embeddings'; allowed: function, table, of,": (
        lambda f, m: f["match"]["entries"]["niche_alignment"]["computed"].update(embeddings="wordllama")
    ),
    "features/match.yaml: x: names the column 'sponsred', which no file of features/ defines; did you mean 'sponsored'?": (
        lambda f, m: f["match"]["entries"].update(x=entry(computed={"function": "share", "of": "sponsred", "window_days": 9}))
    ),
    "features/match.yaml: followers: also defined in features/": lambda f, m: f["match"]["entries"].update(followers=entry()),
    "features/match.yaml: got the key 'entris'; allowed: title, entries; did you mean 'entries'?": (
        lambda f, m: f["match"].update(entris={})
    ),
}


@pytest.mark.parametrize("sentence", WRONG)
def test_a_wrong_definition_is_refused_with_its_sentence(raw, sentence):
    with pytest.raises(DefinitionError) as refused:
        load(raw, WRONG[sentence])
    assert sentence in str(refused.value)


def test_a_range_of_one_value_is_a_range(raw):
    catalogue = load(raw, lambda f, m: f["creator"]["entries"].update(age=entry(range=[5, 5])))
    assert catalogue.entries["age"].range == (5, 5)


def test_all_faults_are_told_at_once(raw):
    def break_twice(features, models):
        models["reach"]["objectve"] = "x"
        features["creator"]["entries"]["age"] = entry(type="numbr")

    with pytest.raises(DefinitionError) as refused:
        load(raw, break_twice)
    assert len(str(refused.value).splitlines()) == 2


def test_a_folder_without_definitions_is_refused(tmp_path):
    with pytest.raises(DefinitionError, match="no YAML files here; a project has features/ and models/"):
        load_catalogue(tmp_path)


def test_unreadable_yaml_names_the_file(tmp_path):
    for kind in ("features", "models"):
        (tmp_path / kind).mkdir()
        (tmp_path / kind / "a.yaml").write_text("a: [1\n")
    with pytest.raises(DefinitionError, match=r"models/a.yaml: not readable as YAML"):
        load_catalogue(tmp_path)


SAID_OF_WORDS = {
    "w: labels: 'ad' is there twice; keep one.": {"labels": ("ad", "ad")},
    "w: phrases: got 'a'; a word needs at least two letters: write it out, or remove it.": {"phrases": ("a",)},
    "w: hashtags: got '#ad'; write the tag without '#' and spaces.": {"hashtags": ("#ad",)},
    "w: tags_in_script: got 'an ad'; write the tag without '#' and spaces.": {"tags_in_script": ("an ad",)},
    "w: labels: got 'paid…ad'; a gap (…) stands between words of `phrases` or `unless`: remove it here.": {
        "labels": ("paid…ad",)
    },
    "w: phrases: got '… ad by'; a gap (…) stands between words": {"phrases": ("… ad by",)},
    "w: unless: got 'ad by…'; a gap (…) stands between words": {"unless": ("ad by…",)},
    "w: unless: 'ad by' would hide the same words listed above; remove one of the two.": {
        "phrases": ("ad by",), "unless": ("ad by",),
    },
}  # fmt: skip


@pytest.mark.parametrize("sentence", SAID_OF_WORDS)
def test_a_word_of_disclosure_that_finds_nothing_or_too_much_is_told(sentence):
    (fault,) = wording_faults("w", Wording(script="latin", **SAID_OF_WORDS[sentence]))
    assert fault.startswith(sentence)


def test_words_of_disclosure_of_two_letters_and_gaps_between_words_are_fine():
    fine = Wording(script="latin", phrases=("paid … by",), labels=("ad",), hashtags=("ad_by",), unless=("no … ad",))
    assert wording_faults("w", fine) == []


def niche(word, **more):
    return Niche(en=word, vi=word, zh=word, **more)


def test_parents_of_niches_that_lead_nowhere_or_in_a_circle_and_spellings_of_two_are_told():
    skin = niche("skin", parents=("beuty",))
    assert niche_faults({"skin": skin, "beauty": niche("beauty")}, "n") == [
        "n: skin: parents: got 'beuty'; no niche has that name; did you mean 'beauty'?; add it or correct it."
    ]
    circle = {"a1": niche("a1", parents=("b1",)), "b1": niche("b1", parents=("c1",)), "c1": niche("c1", parents=("b1",))}
    assert niche_faults(circle, "n") == [
        f"n: {name}: is a part of itself through its parents; remove one." for name in ("b1", "c1")
    ]
    twice = {"food": niche("food"), "dishes": niche("dishes", also=("Food",))}
    assert niche_faults(twice, "n") == ["n: dishes: the spelling 'food' already belongs to food; keep it in one of the two."]
    assert niche_faults({"food": niche("food"), "dishes": niche("dishes", parents=("food",))}, "n") == []
    assert niche_names({"food": niche("Food & Drink")})["food"] == "food"

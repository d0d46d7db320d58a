import ast
from pathlib import Path

import click
import pytest

import predictor
from predictor.cli.main import commands
from predictor.definitions.closed_lists import GOALS, KINDS
from predictor.definitions.loader import load_catalogue
from predictor.definitions.schema import CostPer, Words
from predictor.wording.sentences import LANGUAGES, load_sentences

CLOSED = {"goals": GOALS, "kinds": KINDS, "languages": LANGUAGES}
OWNERS = {"closed_lists.py": {"goals", "kinds"}, "sentences.py": {"languages"}}


def spelled(tree):
    """Each tuple, list, set or `Literal[...]` of texts alone, as the set of its texts."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple | ast.List | ast.Set) and all(isinstance(one, ast.Constant) for one in node.elts):
            yield node.lineno, {one.value for one in node.elts}


def test_no_other_module_spells_a_closed_list():
    modules = sorted(Path(predictor.__file__).parent.rglob("*.py"))
    found = {
        (module.name, name)
        for module in modules
        for _, texts in spelled(ast.parse(module.read_text(encoding="utf-8")))
        for name, closed in CLOSED.items()
        if texts == set(closed)
    }
    assert found == {(module, name) for module, names in OWNERS.items() for name in names}


@pytest.mark.parametrize(("column", "closed"), [("goal", GOALS), ("kind", KINDS)])
def test_the_dictionary_lists_the_same_values_in_the_same_order(column, closed):
    assert tuple(load_catalogue().entries[column].categories) == closed


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_has_its_sentences_and_its_field_in_a_definition(lang):
    assert set(load_sentences(lang)) == set(load_sentences("en"))
    assert lang in Words.model_fields and lang in CostPer.model_fields
    assert all(f"goal_{goal}" in load_sentences(lang) for goal in GOALS)
    assert all(f"kind_{kind}" in load_sentences(lang) for kind in KINDS)


def test_words_by_language_leave_out_other_spellings():
    assert Words(en="Reach", vi="Tiếp cận", also=("views",)).by_language() == {"en": "Reach", "vi": "Tiếp cận"}
    assert CostPer(units=1000, en="a", vi="b").by_language() == {"en": "a", "vi": "b"}


def options(command):
    yield from command.params
    for inner in getattr(command, "commands", {}).values():
        yield from options(inner)


@pytest.mark.parametrize(("name", "closed", "least"), [("goal", GOALS, 4), ("lang", LANGUAGES, 3), ("why", LANGUAGES, 1)])
def test_every_command_offers_the_same_choices(name, closed, least):
    choices = [
        option.type.choices for option in options(commands) if option.name == name and isinstance(option.type, click.Choice)
    ]
    assert len(choices) >= least
    assert all(tuple(offered) == closed for offered in choices)

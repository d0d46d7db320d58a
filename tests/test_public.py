"""Names that other people's programs and scripts use: whoever removes one breaks them."""

import pytest

import predictor
from predictor.cli.main import commands

NAMES = [
    "Backtest", "DefinitionError", "Distribution", "History", "Model", "NotPromoted", "RowsError", "TargetRegressor", "Training",
    "compare", "formula", "history", "in_words", "judge", "lineup", "load_catalogue", "load_champion", "promote", "score",
    "score_spark", "simulate", "splits", "start_project", "train", "training_examples", "tune", "write_plan",
]  # fmt: skip
COMMANDS = {
    "afterwards": "--campaign-id --goal --json --lang --mapping --output --project --since -o bookings plan",
    "check": "--mapping --project paths",
    "compare": "--campaign --goal --json --lang --model --project --report scored",
    "docs": "--check --project",
    "import": "--lang --mapping --output --project --rates --sheet --strict --table -o files",
    "judge": "--jobs --json --lang --lead-days --mapping --predictions --project --report --seed --targets data",
    "lineup": "--budget --campaign --charts --goal --json --lang --model --output --overlaps --paper --project --rules --seed -o "
    "scored",
    "page": "--history --host --model --password --port --project --show --work",
    "promote": "--project --version",
    "score": "--at-least --campaign --engine --history --json --mapping --model --on --output --project --resume --stream-from "
    "--strict --why --workers -o candidates",
    "serve": "--host --model --password --port --project",
    "simulate": "--creators --months --output --seed -o",
    "train": "--jobs --json --lead-days --mapping --project --seed --targets --tune data",
    "whatif": "--campaign --goal --history --json --lang --mapping --model --number --on --plan --project --row --seed --set "
    "--swap-for candidates",
}


def test_the_package_has_the_names_it_promises():
    assert sorted(predictor.__all__) == NAMES
    assert all(callable(getattr(predictor, name)) for name in NAMES if name != "score_spark")  # it waits for an extra


def test_another_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'predictor' has no attribute 'predict'"):
        predictor.predict  # noqa: B018


def test_the_command_line_has_the_commands_it_promises():
    assert sorted(commands.commands) == sorted(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_keeps_its_options(name):
    options = {word for one in commands.commands[name].params for word in one.opts}
    assert set(COMMANDS[name].split()) - options == set()

"""Each goal goes from a brief to a plan by command, counted in what its target forecasts."""

import json

import pytest
import yaml

from builders import run
from predictor.cli.main import commands

TARGETS = {"awareness": "reach", "engagement": "engagement", "traffic": "clicks", "sales": "orders"}


@pytest.fixture(scope="module")
def scored(world, short_world, saved_bundle, project, tmp_path_factory):
    """The invented agency's candidates, scored once by the command for its brief."""
    file = tmp_path_factory.mktemp("goals") / "scored.csv"
    given = ("--campaign", world / "brief.yaml", "--history", short_world, "--model", saved_bundle, "--project", project)
    commands([*map(str, ("score", world / "candidates.csv", *given, "--on", "2026-07-01", "-o", file))], standalone_mode=False)
    return file


@pytest.mark.parametrize("goal", TARGETS)
def test_a_brief_of_each_goal_becomes_a_comparison_and_a_plan(goal, scored, world, saved_bundle, project, tmp_path, capsys):
    wanted = yaml.safe_load((world / "brief.yaml").read_text(encoding="utf-8")) | {"goal": goal}
    (tmp_path / "brief.yaml").write_text(yaml.safe_dump(wanted, allow_unicode=True), encoding="utf-8")
    given = ("--campaign", tmp_path / "brief.yaml", "--model", saved_bundle, "--project", project, "--goal", goal)
    code, compared, said = run(capsys, "compare", scored, *given)
    assert code == 0 and "Influencers" in compared, said
    plan = tmp_path / "plan.xlsx"
    code, written, said = run(capsys, "lineup", scored, *given, "--budget", "200tr", "-o", plan, "--json")
    assert code == 0 and plan.exists(), said
    found = json.loads(written)
    proposed = next(one for one in found["plans"] if one["name"] == found["proposed"])
    assert found["target"] == TARGETS[goal] and proposed["bookings"] and 0 < proposed["spend"] <= 200e6
    assert 0 < proposed["low"] < proposed["expected"] < proposed["high"]

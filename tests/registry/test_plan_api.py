"""Planning in Python says what the commands say, with public names alone."""

import pandas as pd
import pytest

import predictor as pr
from builders import run
from predictor.scoring.model import Model

ASKED = {"budget": "60tr", "number": "at most 6", "kind": {"kol": "at least 1"}}


@pytest.fixture(scope="module")
def model(bundle):
    return Model(bundle)


@pytest.fixture(scope="module")
def out(model, world, tables):
    return model.with_history(tables).forecast(world / "candidates.csv", brief=world / "brief.yaml", on="2026-07-01")


@pytest.mark.parametrize("goal", ["engagement", "sales"])
def test_compare_and_lineup_say_what_the_commands_say(goal, model, out, saved_bundle, world, tmp_path, capsys):
    out.to_csv(tmp_path / "scored.csv", index=False)
    (tmp_path / "rules.yaml").write_text("budget: 60tr\nnumber: at most 6\nkind: {kol: at least 1}\n")
    same = ["--goal", goal, "--model", saved_bundle]
    code, said, _ = run(capsys, "lineup", tmp_path / "scored.csv", *same, "--rules", tmp_path / "rules.yaml")
    assert code == 0 and said.strip() == pr.in_words(pr.lineup(out, goal, model, ASKED), model).strip()
    code, said, _ = run(capsys, "compare", tmp_path / "scored.csv", *same)
    assert code == 0 and said.strip() == pr.in_words(pr.compare(out, goal, model), model).strip()


def test_rules_are_a_dictionary_or_a_file_and_the_brief_says_what_they_do_not(model, out, world, tmp_path):
    (tmp_path / "rules.yaml").write_text("number: {max: 3}\n")
    plan = pr.lineup(out, "engagement", model, tmp_path / "rules.yaml", brief=world / "brief.yaml", other_budgets=False)
    assert len(plan.proposed.rows) == 3 and plan.rules.starts_on is not None and not plan.frontier
    same = pr.lineup(out, "engagement", model, {"number": 3}, brief={"budget": plan.rules.budget, "currency": "VND"})
    assert same.rules.budget == plan.rules.budget and same.frontier


def test_what_is_wrong_with_the_rules_is_said_in_a_sentence(model, out):
    with pytest.raises(pr.DefinitionError, match="rules: unknown key 'budgt'.*did you mean 'budget'"):
        pr.lineup(out, "engagement", model, {"budgt": 1})
    with pytest.raises(pr.RowsError, match="rules: .*budget"):
        pr.lineup(out, "engagement", model)
    with pytest.raises(pr.RowsError, match="no forecast for the goal 'sale'"):
        pr.compare(out, "sale", model)
    with pytest.raises(ValueError, match="got the language 'fr'; allowed: en, vi"):
        pr.in_words(pr.compare(out, "engagement", model), model, "fr")


def test_a_plan_is_written_to_sign_and_told_briefly_in_vietnamese(model, out, tmp_path):
    plan = pr.lineup(out, "engagement", model, ASKED, other_budgets=False)
    sheet = pd.read_excel(pr.write_plan(plan, tmp_path / "plan.xlsx", model, "vi"), header=None)
    assert sheet.isin(plan.proposed.rows["name"].dropna().tolist()).to_numpy().any()
    brief, whole = (pr.in_words(plan, model, "vi", briefly=short) for short in (True, False))
    assert "influencer" in brief.lower() and len(brief) < len(whole) / 3


def test_a_project_of_ones_own_has_the_shipped_definitions_and_is_not_written_over(tmp_path):
    home = pr.start_project(tmp_path / "mine")
    assert pr.load_catalogue(home) == pr.load_catalogue() and not (home / "models" / "trained").exists()
    with pytest.raises(pr.RowsError, match="features: is there already; name a folder without features and models"):
        pr.start_project(home)
    assert (
        sorted(one.name for one in pr.simulate(tmp_path / "world", creators=12, campaigns=4, months=3).glob("*.csv"))[0]
        == "bookings.csv"
    )

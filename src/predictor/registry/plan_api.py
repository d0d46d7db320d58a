"""What Python code and notebooks call to plan: comparisons and line-ups of scored candidates, in words and as a file to sign."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from predictor.definitions.loader import shipped_definitions
from predictor.definitions.phrases import Phrases
from predictor.errors import Fault, RowsError
from predictor.evaluation.kol_effect import KolEffect, effect_in_words
from predictor.intake.contract import brief_from, read_brief
from predictor.planning.comparison import Comparison, asked_outcome, forecast_targets
from predictor.planning.comparison import compare as compare_kinds
from predictor.planning.joint_outcomes import load_assumption, read_overlaps
from predictor.planning.lineup import lineup as choose_lineup
from predictor.planning.plans import Lineup
from predictor.planning.rules import with_brief
from predictor.planning.rules_file import read_rules, rules_from
from predictor.reporting import comparison_words, lineup_words, plan_workbook
from predictor.scoring.model import Model
from predictor.simulation import agency


def compare(scored: pd.DataFrame, goal: str, model: Model, *, outcome: str | None = None, seed: int = 1) -> Comparison:
    """Compare the kinds, tiers and platforms of scored candidates, as `predictor compare` does.

    Parameters
    ----------
    scored
        What `model.forecast` gives, one row a candidate.
    goal
        What the campaign wants most: `awareness`, `engagement`, `traffic` or `sales`.
    model
        The model that forecast them; it knows how bookings of a campaign miss their forecasts together.
    outcome
        What of the goal is counted, where it has several outcomes, such as `revenue` for sales.
    seed
        Where the random numbers of the simulation start.

    Returns
    -------
    Among others `per_creator` and `per_money`, each with the `chance` (0 to 1) that influencers bring more than KOLs, or with
    `why_not`; `in_words` tells it in sentences.

    Raises
    ------
    RowsError
        Where the list holds no forecast for the goal, or none of the outcome.
    """
    counted = asked_outcome(model.catalogue, goal, outcome, forecast_targets(scored, model.catalogue))
    bundle = model.bundle.answering(goal, counted)
    return compare_kinds(scored, goal, bundle.catalogue, seed=seed, shocks=bundle.shocks(goal))


def lineup(
    scored: pd.DataFrame, goal: str, model: Model, rules: Mapping[str, Any] | Path | str | None = None, *,
    brief: Mapping[str, Any] | Path | str | None = None, overlaps: pd.DataFrame | None = None, project: Path | None = None,
    seed: int = 1, other_budgets: bool = True,
) -> Lineup:  # fmt: skip
    """Choose whom to book from scored candidates, as `predictor lineup` does: one line-up of each kind alone, one of all kinds.

    Parameters
    ----------
    scored, goal, model, seed
        As for `compare`; the candidates have fees.
    rules
        What the line-up has to keep to, as in a rules file, such as `{"budget": "200tr", "kind": {"kol": "at least 2"}}`, or the
        path of one.
    brief
        The campaign, or the path of its file: its budget, currency and dates count where the rules say none.
    overlaps
        Overlaps of two creators' audiences that are known: `creator_a`, `creator_b`, `overlap` (0 to 1, of the smaller audience).
    project
        The folder of `audience_overlap.yaml`, by default the project that you stand in, else the shipped assumption.
    other_budgets
        Whether to find out what more and less money would bring, which takes a few times as long as the plans.

    Returns
    -------
    `proposed` is the line-up to book (`rows`, `spend`, `expected`, `low`, `high`; None where there is none), `frontier` what
    other budgets bring; `in_words` tells it in sentences, `write_plan` writes it to sign.

    Raises
    ------
    RowsError
        Where there is no budget, no forecast for the goal, or a rule that the list cannot answer.
    DefinitionError
        With every fault of the rules.
    """
    known = model.catalogue
    asked = read_rules(Path(rules), known) if isinstance(rules, Path | str) else rules_from(dict(rules or {}), "rules", known)
    if brief is not None:
        read = read_brief(Path(brief), known) if isinstance(brief, Path | str) else brief_from(dict(brief), "brief", known)
        asked = with_brief(asked, read)
    shocks = model.bundle.answering(goal, asked.outcome).shocks(goal)
    return choose_lineup(
        scored, goal, asked, known, shocks=shocks, assumption=load_assumption(project), seed=seed, other_budgets=other_budgets,
        overlaps=None if overlaps is None else read_overlaps(overlaps, "overlaps"), beside=model.bundle.provenance.shocks,
    )  # fmt: skip


def in_words(found: Comparison | Lineup | KolEffect, model: Model, lang: str = "en", *, briefly: bool = False) -> str:
    """What was found in sentences, as the commands say it.

    Parameters
    ----------
    found
        What `compare` or `lineup` gave, or one of a back-test's `kinds`: how KOLs do beside influencers, all else equal.
    model
        The model behind it, which knows what columns are called.
    lang
        `en` or `vi`.
    briefly
        The answer alone, without tables and what to know of them.

    Raises
    ------
    ValueError
        Where there is no such language.
    """
    phrases = Phrases(lang, model.catalogue)
    if isinstance(found, KolEffect):
        return effect_in_words(found, phrases)
    words: Any = comparison_words if isinstance(found, Comparison) else lineup_words
    return "\n".join(words.verdicts(found, phrases)) if briefly else str(words.in_words(found, phrases))


def write_plan(plan: Lineup, path: Path | str, model: Model, lang: str = "en") -> Path:
    """Write a line-up as a workbook to sign, as `predictor lineup --output` does: `path` ends in `.xlsx`, whole or absent.

    Raises
    ------
    RowsError
        Where the file cannot be written there.
    """
    plan_workbook.write_plan(plan, Phrases(lang, model.catalogue), Path(path))
    return Path(path)


def simulate(folder: Path | str, *, seed: int = 1, creators: int = 400, campaigns: int = 260, months: int = 18) -> Path:
    """Write an invented agency into a folder, as `predictor simulate` does: a history, candidates, a brief and quotes.

    The tables say that they are invented, and so does every forecast that learned from them.
    """
    agency.write_world(agency.simulate(seed, creators, campaigns, months), Path(folder))
    return Path(folder)


def start_project(folder: Path | str) -> Path:
    """Copy the shipped definitions, `features` and `models`, into a folder of your own, to change or add to.

    Raises
    ------
    RowsError
        Where one of the two is there already.

    Examples
    --------
    >>> import tempfile, predictor as pr
    >>> sorted(made.name for made in pr.start_project(tempfile.mkdtemp()).iterdir())
    ['features', 'models']
    """
    home = Path(folder)
    for kind in (kinds := ("features", "models")):
        if (home / kind).exists():
            raise RowsError([Fault(str(home / kind), f"is there already; name a folder without {' and '.join(kinds)}.")])
    for kind in kinds:
        shutil.copytree(shipped_definitions() / kind, home / kind, ignore=shutil.ignore_patterns("trained"))
    return home

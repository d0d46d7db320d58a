"""What several test files build on: where things are, the shipped definitions, a scored list, a command that was run."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from openpyxl import Workbook

from predictor.bundle import Bundle
from predictor.cli.main import main
from predictor.definitions.loader import load_catalogue, project_folder
from predictor.definitions.phrases import Phrases
from predictor.definitions.schema import Catalogue, Rule
from predictor.registry.runs import tracking_uri

ROOT = Path(__file__).parents[1]  # the project
DATA = ROOT / "tests" / "data"
REAL = ROOT.parent / "shared" / "data"  # public data sets, beside the checkout or absent
CATALOGUE = load_catalogue()
LEARNING = {"scipy", "sklearn", "lightgbm", "mlflow", "matplotlib", "nicegui", "pyspark"}  # packages that only some commands need
DAY = pd.Timestamp("2026-07-01")  # after everything that the shared agency has recorded


def phrases(lang: str = "en", catalogue: Catalogue = CATALOGUE) -> Phrases:
    """The words of a language, for the shipped definitions unless others are given."""
    return Phrases(lang, catalogue)


def scored(influencers: int = 20, kols: int = 20, better: float = 1.0, **columns: Any) -> pd.DataFrame:
    """Candidates of equal fee; each influencer is expected to bring `better` times what a KOL brings."""
    size = influencers + kols
    expected = np.array([1000.0 * better] * influencers + [1000.0] * kols)
    frame = pd.DataFrame(
        {
            "creator_id": [f"c{i}" for i in range(size)],
            "kind": ["influencer"] * influencers + ["kol"] * kols,
            "platform": "instagram",
            "tier": "micro",
            "fee": 5_000_000.0,
            "currency": "VND",
            "engagement_expected": expected,
            "engagement_p10": expected * 0.4,
            "engagement_p50": expected * 0.9,
            "engagement_p90": expected * 1.8,
            "known_creator": True,
            "invented_data": False,
        }
    )
    return frame.assign(**columns)


def finish(coroutine: Any) -> Any:
    """Run it to its end, in a thread of its own: a browser that was started holds this one's event loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def own_rate(columns: pd.DataFrame) -> pd.Series:
    """A formula that another program may register: the first rate as it is."""
    return columns.iloc[:, 0]


def by_formula(bundle: Bundle, name: str) -> Bundle:
    """The same bundle, in which a formula gives each record of engagement that one column gave."""

    def rules(before: Mapping[str, Rule]) -> dict[str, Rule]:
        return {
            key: rule.model_copy(update={"record": None, "formula": name, "of": rule.records[:1]}) if rule.record else rule
            for key, rule in before.items()
        }

    model = bundle.models["engagement"]
    known = model.with_history
    known = replace(known, baselines=replace(known.baselines, rules=rules(known.baselines.rules)))
    recipes = bundle.catalogue.recipes
    recipe = recipes["engagement"].model_copy(update={"rules": rules(recipes["engagement"].rules)})
    catalogue = bundle.catalogue.model_copy(update={"recipes": dict(recipes) | {"engagement": recipe}})
    return replace(
        bundle,
        catalogue=catalogue,
        models=dict(bundle.models) | {"engagement": replace(model, recipe=recipe, with_history=known)},
    )


def run(capsys: Any, *arguments: object) -> tuple[Any, str, str]:
    """Exit code, standard output and standard error of one command."""
    code: Any = 0
    try:
        main([str(argument) for argument in arguments])
    except SystemExit as ended:
        code = ended.code
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def mlflow_client(store: Path) -> Any:
    """MLflow's own client on a project's store, for the tests that look at what was kept there."""
    import mlflow

    mlflow.set_tracking_uri(tracking_uri(store))
    os.environ.pop("MLFLOW_TRACKING_URI", None)  # MLflow sets it, and whoever sets it names the store of all that follow
    return mlflow.MlflowClient()


def loaded_by(*lines: str) -> set[str]:
    """The packages and modules that a fresh process has loaded after some lines of Python."""
    program = "\n".join(["import sys", *lines, "print('LOADED', *sys.modules)"])
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(ended.stdout.splitlines()[-1].split()[1:])


def command_lines(*arguments: object) -> tuple[str, ...]:
    """Lines of Python that run one command and go on."""
    given = [*map(str, arguments)]
    return ("from predictor.cli.main import main", "try:", f"    main({given})", "except SystemExit: pass")


def book_of(sheets: dict[str, Any]) -> Workbook:
    """A workbook of sheets by name, each a sequence of rows."""
    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return made


def copy_definitions(folder: Path, **parameters: Any) -> Path:
    """The shipped features and recipes in a folder of their own, every recipe trained with these parameters instead."""
    for kind in ("features", "models"):
        shutil.copytree(project_folder() / kind, folder / kind, ignore=shutil.ignore_patterns("trained"))
    for recipe in (folder / "models").glob("*.yaml") if parameters else ():
        body = yaml.safe_load(recipe.read_text())
        body["parameters"] |= parameters
        recipe.write_text(yaml.safe_dump(body, allow_unicode=True, sort_keys=False))
    return folder

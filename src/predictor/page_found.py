"""What the page stands on: a model, the history that it reads records from, and their words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from predictor.bundle import Bundle, load_bundle
from predictor.catalogue import Catalogue
from predictor.contract import read_tables
from predictor.joint import Shocks, shocks_from_json
from predictor.overlap_file import Assumption, load_assumption
from predictor.registry import load_champion, store_folder
from predictor.tables import Tables


@dataclass(frozen=True)
class Found:
    """A model with its definitions, a history, and how misses and audiences go together."""

    bundle: Bundle
    tables: Tables | None
    assumption: Assumption

    @property
    def catalogue(self) -> Catalogue:
        """The definitions that the model was trained with."""
        return self.bundle.catalogue

    @property
    def key(self) -> str:
        """Tells results of this model and history from those of others, as long as the page is served."""
        return f"{id(self.bundle)} {id(self.tables)} {id(self.assumption)}"

    @property
    def version(self) -> str:
        """The model's version, as forecasts carry it."""
        return str(self.bundle.about.get("version", "not registered"))

    @cached_property
    def creators(self) -> pd.DataFrame | None:
        """The history's creators by id."""
        creators = self.tables.get("creators") if self.tables is not None else None
        return None if creators is None else creators.drop_duplicates("creator_id").set_index("creator_id", drop=False)

    @property
    def invented(self) -> bool:
        """Whether anything here is invented."""
        return self.bundle.invented or bool(self.tables and self.tables.invented)

    def goals(self) -> list[str]:
        """The goals that some target forecasts, in the catalogue's order."""
        forecast = {model.recipe.goal for model in self.bundle.models.values()}
        return [goal for goal in self.catalogue.entries["goal"].categories if goal in forecast]

    def shocks(self, goal: str) -> Shocks | None:
        """How past bookings missed the forecasts of a goal together, where the model knows."""
        names = [name for name, model in self.bundle.models.items() if model.recipe.goal == goal]
        told = self.bundle.about.get("shocks", {}).get(names[0]) if names else None
        return shocks_from_json(told) if told is not None else None


def load_found(project: Path | None, data: Path | None, model: Path | None) -> Found:
    """Read the model (a folder, else the project's champion) and the history.

    Raises
    ------
    RowsError, DefinitionError
        Where there is no model or the history has faults.
    """
    bundle = load_bundle(model) if model is not None else load_champion(store_folder(project))
    tables = read_tables(data, bundle.catalogue) if data is not None else None
    return Found(bundle, tables, load_assumption(project))

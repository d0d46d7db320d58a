"""The bundle as an MLflow model: loaded from its folder, with a signature that comes from the catalogue."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pandas as pd

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")

import mlflow  # noqa: E402
from mlflow.models import ModelSignature  # noqa: E402
from mlflow.types.schema import ColSpec, Schema  # noqa: E402

from predictor.bundle import Bundle, load_bundle  # noqa: E402
from predictor.score import score  # noqa: E402

KINDS = {"count": "double", "number": "double", "rate": "double", "money": "double", "flag": "boolean", "date": "datetime"}


class Forecaster(mlflow.pyfunc.PythonModel):  # type: ignore[misc,name-defined]
    """Scores candidates that carry their own attributes; no history is at hand behind a server."""

    def load_context(self, context: Any) -> None:
        """Read the bundle that was logged with the model."""
        self.bundle = load_bundle(Path(context.artifacts["bundle"]))

    def predict(self, context: Any, model_input: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:  # noqa: ARG002
        """Forecast each row; same columns as `predictor score`."""
        return score(model_input, self.bundle)


def signature(bundle: Bundle) -> ModelSignature:
    """Columns that candidates may have; each may be missing."""
    columns = bundle.catalogue.columns("candidates").items()
    return ModelSignature(Schema([ColSpec(KINDS.get(e.type, "string"), name, required=False) for name, e in columns]))


mlflow.models.set_model(Forecaster())

"""The bundle as an MLflow model: loaded from its folder, with a signature that comes from the catalogue."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")  # before MLflow is imported

import mlflow  # noqa: E402
import pandas as pd  # noqa: E402
import yaml  # noqa: E402
from mlflow.models import ModelSignature  # noqa: E402
from mlflow.types.schema import AnyType, ColSpec, ParamSchema, ParamSpec, Schema  # noqa: E402

from predictor.bundle import Bundle, load_bundle  # noqa: E402
from predictor.errors import RowsError  # noqa: E402
from predictor.serving.mlflow_server import Refused, prepare_scoring_server  # noqa: E402
from predictor.serving.request import PARAMETERS, answer  # noqa: E402

REGISTERED = "registered_model_meta"  # the file in which MLflow notes the version that it loads from the registry


class Forecaster(mlflow.pyfunc.PythonModel):  # type: ignore[misc,name-defined]
    """Scores candidates that carry their own attributes; no history is at hand behind a server."""

    def load_context(self, context: Any) -> None:
        """Read the bundle that was logged with the model; it answers by the version that it is registered as."""
        folder = Path(context.artifacts["bundle"])
        bundle, version = load_bundle(folder), registered_version(folder.parents[1])
        self.bundle = bundle if version is None else replace(bundle, provenance=replace(bundle.provenance, version=version))
        prepare_scoring_server()

    def predict(self, context: Any, model_input: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:  # noqa: ARG002
        """Forecast each row; same columns as `predictor score`, parameters as in `predictor.serving.request.answer`."""
        try:
            return answer(model_input, self.bundle, params)
        except RowsError as problem:
            raise Refused(problem.faults) from None


def registered_version(model: Path) -> str | None:
    """Name and version of the model in a folder, if MLflow took it from the registry."""
    file = model / REGISTERED
    noted = yaml.safe_load(file.read_text(encoding="utf-8")) if file.is_file() else None
    if not isinstance(noted, dict) or not (noted.get("model_name") and noted.get("model_version")):
        return None
    return f"{noted['model_name']} {noted['model_version']}"


def signature(bundle: Bundle) -> ModelSignature:
    """Columns that candidates may have, parameters, and the columns that every answer has.

    Each column and parameter may be missing. A column takes whatever is sent, for the contract reads every cell: MLflow would
    refuse whole numbers where it was shown others, and the other way round.
    """
    columns = bundle.catalogue.columns("candidates")
    return ModelSignature(
        Schema([ColSpec(AnyType(), name, required=False) for name in columns]),
        Schema([ColSpec(_kind(values), str(name)) for name, values in _least(bundle).items()]),
        ParamSchema([ParamSpec(name, kind, None) for name, kind in PARAMETERS.items()]),
    )


def _least(bundle: Bundle) -> pd.DataFrame:
    """The answer to a candidate of whom nothing but the platform is known: what a candidate tells besides adds columns."""
    platforms = [platform for learned in bundle.provenance.platforms.values() for platform in learned]
    return answer(pd.DataFrame({"platform": platforms[:1] or ["tiktok"]}), bundle)


def _kind(values: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(values.dtype):
        return "boolean"
    if pd.api.types.is_integer_dtype(values.dtype):
        return "long"
    return "double" if pd.api.types.is_float_dtype(values.dtype) else "string"


mlflow.models.set_model(Forecaster())

"""The bundle as an MLflow model: loaded from its folder, with a signature that comes from the catalogue."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import mlflow  # noqa: E402
import pandas as pd
from mlflow.exceptions import MlflowException  # noqa: E402
from mlflow.models import ModelSignature  # noqa: E402
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE  # noqa: E402
from mlflow.types.schema import ColSpec, ParamSchema, ParamSpec, Schema  # noqa: E402

from predictor.bundle import Bundle, load_bundle  # noqa: E402
from predictor.errors import Fault, RowsError  # noqa: E402
from predictor.serving.request import PARAMETERS, answer  # noqa: E402

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")

KINDS = {"count": "double", "number": "double", "rate": "double", "money": "double", "flag": "boolean", "date": "datetime"}


class Refused(MlflowException):  # type: ignore[misc]
    """A request that cannot be answered, answered in sentences; MLflow, which puts the rows sent before them, is not let."""

    def __init__(self, faults: list[Fault]):
        super().__init__(str(RowsError(faults)), error_code=INVALID_PARAMETER_VALUE)
        self.faults = faults

    def serialize_as_json(self) -> str:
        """What a server replies: the sentences together, and each with its row and column."""
        return refusal(self.error_code, self.faults)


class Forecaster(mlflow.pyfunc.PythonModel):  # type: ignore[misc,name-defined]
    """Scores candidates that carry their own attributes; no history is at hand behind a server."""

    def load_context(self, context: Any) -> None:
        """Read the bundle that was logged with the model."""
        self.bundle = load_bundle(Path(context.artifacts["bundle"]))

    def predict(self, context: Any, model_input: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:  # noqa: ARG002
        """Forecast each row; same columns as `predictor score`, parameters as in `predictor.request.answer`."""
        try:
            return answer(model_input, self.bundle, params)
        except RowsError as problem:
            raise Refused(problem.faults) from None


def signature(bundle: Bundle) -> ModelSignature:
    """Columns that candidates may have, and parameters; each may be missing."""
    columns = bundle.catalogue.columns("candidates").items()
    inputs = Schema([ColSpec(KINDS.get(e.type, "string"), name, required=False) for name, e in columns])
    return ModelSignature(inputs, params=ParamSchema([ParamSpec(name, kind, None) for name, kind in PARAMETERS.items()]))


def refusal(code: str, faults: list[Fault]) -> str:
    """A reply in the form of MLflow's errors, as JSON."""
    details = [{"where": fault.file, "row": fault.row, "column": fault.column, "problem": fault.problem} for fault in faults]
    return json.dumps({"error_code": code, "message": str(RowsError(faults)), "faults": details}, ensure_ascii=False)


mlflow.models.set_model(Forecaster())

"""Refusals as MLflow passes them on, and CSV for its own scoring server (`mlflow models serve`)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import IO, Any

import pandas as pd
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE
from mlflow.types.schema import AnyType

from predictor.errors import Fault, RowsError
from predictor.serving.request import read_body, refusal


class Refused(MlflowException):  # type: ignore[misc]
    """A request that cannot be answered, answered in sentences; MLflow, which puts the rows sent before them, is not let."""

    def __init__(self, faults: list[Fault]):
        super().__init__(str(RowsError(faults)), error_code=INVALID_PARAMETER_VALUE)
        self.faults = faults

    def serialize_as_json(self) -> str:
        """What a server replies: the sentences together, and each with its row and column."""
        return refusal(self.error_code, self.faults)


def prepare_scoring_server() -> None:
    """Where MLflow's server loads the model, let CSV reach it as text.

    MLflow's server casts CSV by the signature and refuses all CSV where a column takes anything, as ours do. Models with other
    signatures are read as before, and where no server runs nothing is changed.
    """
    server: Any = sys.modules.get("mlflow.pyfunc.scoring_server")
    if server is not None and not isinstance(server.parse_csv_input, CsvReader):
        server.parse_csv_input = CsvReader(server.parse_csv_input)


class CsvReader:
    """Reads CSV for MLflow's server, every cell as text if a column of the signature takes anything, else as MLflow does."""

    def __init__(self, usual: Callable[..., pd.DataFrame]):
        self.usual = usual

    def __call__(self, csv_input: IO[str], schema: Any = None) -> pd.DataFrame:
        """The rows of `csv_input`."""
        if schema is None or not any(isinstance(kind, AnyType) for kind in schema.input_types()):
            return self.usual(csv_input=csv_input, schema=schema)
        try:
            sent = read_body(csv_input.read().encode(), "text/csv")["dataframe_split"]
        except RowsError as problem:
            raise Refused(problem.faults) from None
        return pd.DataFrame(sent["data"], columns=sent["columns"], dtype=object)

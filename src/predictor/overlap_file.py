"""What a person says of audiences that overlap: the assumption of a project, and overlaps that are known."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pandas as pd
from pydantic import Field

from predictor.catalogue import Closed, DefinitionError
from predictor.definitions import project_folder
from predictor.strict import parse, read_yaml
from predictor.tables import Fault, RowsError

FILE = "models/assumptions/overlap.yaml"
GIVEN = ("creator_a", "creator_b", "overlap")

Share = Annotated[float, Field(ge=0, le=1)]


class Assumption(Closed):
    """`models/assumptions/overlap.yaml`: how large the public of like creators is, and how much less unlike ones overlap."""

    public: Annotated[float, Field(gt=0)]
    other_niche: Share
    other_platform: Share
    other_country: Share
    same_person: Share
    further_post: Share


def load_assumption(project: Path | None = None) -> Assumption:
    """Read and check the assumption of a project.

    Raises
    ------
    DefinitionError
        With every fault of the file, one a line.
    """
    file, faults = project_folder(project) / FILE, list[str]()
    if not file.is_file():
        raise DefinitionError([f"{FILE}: is missing; copy the one that is shipped with predictor."])
    found = parse(Assumption, read_yaml(file, FILE), FILE, faults)
    if faults:
        raise DefinitionError(faults)
    return found


def read_overlaps(frame: pd.DataFrame, file: str) -> pd.DataFrame:
    """Known overlaps of two creators each, checked: `creator_a`, `creator_b`, `overlap` (0 to 1, part of the smaller audience).

    Raises
    ------
    RowsError
        With every fault of the table.
    """
    absent = [Fault(file, f"the column '{name}' is missing; it needs {', '.join(GIVEN)}.") for name in GIVEN if name not in frame]
    if absent:
        raise RowsError(absent)
    told = frame[list(GIVEN)].assign(overlap=pd.to_numeric(frame["overlap"], errors="coerce"), **{
        name: frame[name].astype("str").where(frame[name].notna(), "").str.strip() for name in GIVEN[:2]
    }).reset_index(drop=True)  # fmt: skip
    seen: set[frozenset[str]] = set()
    faults = []
    for number, row in enumerate(told.itertuples(index=False), start=2):
        pair, came = frozenset((row.creator_a, row.creator_b)), frame["overlap"].iloc[number - 2]
        if not 0 <= row.overlap <= 1:
            problem = f"got {came!r}; allowed: 0 to 1, the part of the smaller audience; write 25% as 0.25."
            faults.append(Fault(file, problem, number, "overlap"))
        if len(pair) < 2 or "" in pair:
            faults.append(
                Fault(file, f"got '{row.creator_a}' and '{row.creator_b}'; name two creators by their creator_id.", number)
            )
        elif pair in seen:
            faults.append(Fault(file, f"'{row.creator_a}' and '{row.creator_b}' are there twice; keep one row.", number))
        seen.add(pair)
    if faults:
        raise RowsError(faults)
    return told

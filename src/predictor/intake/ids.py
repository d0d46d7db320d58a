"""Ids as people's files hold them: text, without what cannot be seen, and never one that a spreadsheet has rounded."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from predictor.intake.cells import Refused, text_cells, texts_of
from predictor.tables.frames import Array, floats, text_array
from predictor.tables.workbooks import EXACT
from predictor.wording.sentences import Said

DOUBTFUL = r"^(?:\d(?:[.,]\d+)?[eE]\+\d{1,2}|\d{16,})$"
KEPT = 15  # figures that a spreadsheet keeps of a number; it writes noughts for the rest


def read_ids(cells: Array) -> tuple[ExtensionArray, list[Refused]]:
    """Ids as text, and the cells whose id has lost its last figures.

    1.78414E+16 is such a cell, and so is a float above 2⁵³. Ids of 16 figures and more that end in noughts behind the fifteenth
    are such cells where half of the long ids of the column do, and chance would hardly have it so.
    """
    if cells.dtype == "str":
        text = text_cells(cells)
        doubtful = np.flatnonzero(pd.Series(text).str.match(DOUBTFUL, na=False).to_numpy(bool))
    else:
        texts = texts_of(cells)
        doubtful = np.array([at for at, one in enumerate(texts) if one is not None and re.match(DOUBTFUL, one)], dtype=int)
        text = text_array(texts)
    said = text[doubtful].tolist() if len(doubtful) else []
    long = {word for word in said if word.isdecimal()}
    ending = {word for word in long if not word[KEPT:].strip("0")}
    if 2 * len(ending) < len(long) or sum(len(word) - KEPT for word in ending) < 2:  # each nought is one chance in ten
        ending = set()
    bad = doubtful[[word in ending or not word.isdecimal() for word in said]] if said else doubtful
    bad = np.union1d(bad, np.flatnonzero(_inexact(cells)))
    return text, [Refused(bad, lambda cell: Said("cell_rounded_id", {"came": str(text[cell])}))] if len(bad) else []


def _inexact(cells: Array) -> np.ndarray:
    if pd.api.types.is_float_dtype(cells.dtype):
        return np.asarray(np.abs(floats(cells)) >= EXACT)
    if cells.dtype != object:
        return np.zeros(len(cells), dtype=bool)
    return np.array([isinstance(cell, float | np.floating) and abs(float(cell)) >= EXACT for cell in cells], dtype=bool)

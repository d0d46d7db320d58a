"""Frames in and out: files, JSON, compact codes.

Function files that were logged with earlier models import the two names below from here.
"""

from predictor.errors import Fault, RowsError

__all__ = ["Fault", "RowsError"]

"""The names by which function files logged with earlier models import the reading of a request; see `serving.request`."""

from predictor.serving.request import PARAMETERS, answer

__all__ = ["PARAMETERS", "answer"]

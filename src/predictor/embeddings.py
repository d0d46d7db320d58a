"""Texts as vectors of a static embedding, read from files on this machine (extra `embeddings`): the mean of their tokens.

A model is a folder with one `.safetensors` file, a matrix of tokens by dimensions, and a tokenizer as JSON, the form in which
static embeddings are published. Where the package wordllama is installed (Miller 2024; 32,000 tokens by 256 numbers taken from a
large language model, which read mostly English) its files are found by that name. Nothing is fetched, nothing is unpickled.
"""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from predictor.tables import Fault, RowsError

WORDLLAMA = "wordllama"


@dataclass(frozen=True)
class Embedding:
    """Which model: `wordllama` or a folder, and a checksum of its vectors, by which another is told from it."""

    place: str
    checksum: str


def embedding_at(place: str) -> Embedding:
    """The model at a place.

    Raises
    ------
    RowsError
        Where there is none, or the extra is not installed.
    """
    return Embedding(place, _read(place)[2])


def vectors_of(texts: np.ndarray, model: Embedding) -> np.ndarray:
    """Unit vectors, one row a text; zeros for a text without any token.

    Raises
    ------
    RowsError
        Where the model is not at its place, or another one is.
    """
    matrix, tokenizer, checksum = _read(model.place)
    if checksum != model.checksum:
        raise _refusal(
            model.place, "holds another embedding than the one this model learned with; put that one back, or train again."
        )
    told = np.zeros((len(texts), matrix.shape[1]))
    for row, found in enumerate(tokenizer.encode_batch([str(text) for text in texts], add_special_tokens=False)):
        if found.ids:
            told[row] = matrix[found.ids].mean(axis=0)
    return told / np.maximum(np.linalg.norm(told, axis=1, keepdims=True), 1e-12)


@lru_cache(maxsize=2)
def _read(place: str) -> tuple[np.ndarray, Any, str]:
    if any(importlib.util.find_spec(name) is None for name in ("safetensors", "tokenizers")):
        raise _refusal(place, "needs an extra: pip install 'predictor[embeddings]'.")
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    vectors, words = _files(place)
    try:
        matrix = next(one for one in load_file(str(vectors)).values() if one.ndim == 2).astype(np.float64)
        tokenizer = Tokenizer.from_file(str(words))
    except Exception as problem:  # both libraries raise plain exceptions of their own
        raise _refusal(place, f"cannot be read ({' '.join(str(problem).split())}); get the model anew.") from None
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return matrix, tokenizer, hashlib.sha256(vectors.read_bytes()).hexdigest()[:16]


def _files(place: str) -> tuple[Path, Path]:
    """The vectors and the tokenizer."""
    if place == WORDLLAMA:
        found = importlib.util.find_spec(WORDLLAMA)
        if found is None or not found.submodule_search_locations:
            raise _refusal(place, "is not installed here: pip install wordllama, or name a folder with an embedding.")
        folder, words = Path(found.submodule_search_locations[0]), "tokenizers/*_config.json"
    else:
        folder, words = Path(place), "tokenizer.json"
    files = [sorted(folder.glob(one)) for one in ("**/*.safetensors", words)]
    if not all(len(several) == 1 for several in files):
        raise _refusal(place, "holds no embedding; name a folder with one .safetensors file and a tokenizer.json, or wordllama.")
    return files[0][0], files[1][0]


def _refusal(place: str, problem: str) -> RowsError:
    return RowsError([Fault(f"embeddings: {place}", problem)])

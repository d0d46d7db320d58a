"""`850 mil`: a thousand in Spanish and Portuguese, a million in short English, and in lists of đồng."""

from __future__ import annotations

import re

import pandas as pd

from predictor.intake.currency_words import currency_of, plain
from predictor.intake.mapping import TableMapping
from predictor.intake.spreadsheets.layout import Layout
from predictor.intake.spreadsheets.title_words import letters
from predictor.wording.sentences import Said

MIL = re.compile(r"(?<=\d)\s*mil(?![^\W\d_])\.?", re.IGNORECASE)
ROMANCE = re.compile(  # titles in Spanish and Portuguese, as `letters` writes them
    r"\b(?:seguidores|inscritos|suscriptores|nomes?|nombres?|prec(?:i?o)s?|plataformas?|tarifas?|visualiza\w+|curtidas|usuario|"
    r"pais|cidade|ciudad|perfil|cria\w+|crea(?:dor|cion)\w*|influenciador\w*|redes?|valor)\b"
)
THOUSAND = ("BRL", "MXN", "COP", "ARS", "CLP")


def mil_settled(
    layout: Layout, title: str, cells: pd.Series, name: str, table: str, one: TableMapping, code: str | None
) -> tuple[pd.Series, list[Said]]:
    """Cells whose `mil` is a thousand or a million, as the currency or the language of the titles says; else the question which.

    `code` is the currency that the cells' title names.
    """
    at = cells.map(lambda cell: isinstance(cell, str) and MIL.search(plain(cell)) is not None).astype(bool)
    if not at.any():
        return cells, []
    said = {*map(currency_of, layout.titles.values()), one.constants.get("currency")}
    thousand = code in THOUSAND or (code is None and (said & {*THOUSAND} or any(map(_romance, layout.titles.values()))))
    if thousand or code == "VND":
        return cells.mask(at, cells[at].map(lambda cell: MIL.sub("k" if thousand else "tr", cell))), []
    row, words = int(at.idxmax()), list(dict.fromkeys(cells[at]))
    values = {"title": title, "place": layout.address(row, title), "came": words[0], "each": words, "name": name}
    read = {"thousand": MIL.sub("k", words[0]), "million": MIL.sub("m", words[0]), "table": table}
    return cells.mask(at, None), [Said("import_doubt_mil", values | read)]


def mil_as(word: str, unit: str) -> str:
    """A cell with a unit in the place of its `mil`.

    >>> mil_as("850 mil", "k")
    '850k'
    """
    return MIL.sub(unit, word)


def _romance(title: str) -> bool:
    return ROMANCE.search(letters(title)) is not None

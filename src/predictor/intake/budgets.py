"""A budget as people type it into a brief, a rules file or an option: an amount, maybe with its currency."""

from __future__ import annotations

from typing import Any

import pandas as pd

from predictor.definitions.schema import Catalogue
from predictor.errors import Fault
from predictor.intake.currency_words import SHARED
from predictor.wording.sentences import Said

LONGEST = 60  # letters of an amount


def read_budget(
    typed: Any, currency: str | None, where: str, catalogue: Catalogue, faults: list[Fault]
) -> tuple[float | None, str | None]:
    """An amount above 0, and the currency that it names itself, else `currency`; what cannot be read is added to `faults`.

    >>> from predictor.definitions.loader import load_catalogue
    >>> read_budget("500.000.000đ", None, "brief", load_catalogue(), [])
    (500000000.0, 'VND')
    """
    from predictor.intake.money import read_amounts  # its words for fees and taxes take long to load, and few type a budget

    if len(str(typed)) > LONGEST:
        faults.append(Fault.of(where, Said("budget_no_amount", {"came": f"{str(typed)[:LONGEST]}…"})))
        return None, currency
    found = read_amounts(pd.Series([typed], dtype=object), catalogue.entries["budget"], currency=currency)
    amount, sign = float(found.values.iloc[0]), found.currency.iloc[0]
    if found.refused:
        problem = found.refused[0].says(0)
        lost = problem.key == "cell_no_number"
        faults.append(Fault.of(where, Said("budget_no_amount", {"came": str(typed)}) if lost else problem))
        return None, currency
    if found.ranges[0] or not amount > 0:
        faults.append(Fault.of(where, Said("budget_one_amount", {"came": str(typed)})))
        return None, currency
    meant = SHARED.get(sign, (sign,)) if isinstance(sign, str) else (currency,)
    if currency is not None and currency not in meant:
        faults.append(Fault.of(where, Said("budget_two_currencies", {"came": str(typed), "code": currency})))
    elif currency is None and len(meant) > 1:
        faults.append(Fault.of(where, Said("budget_open_sign", {"came": str(typed), "sign": sign, "codes": ", ".join(meant)})))
    return amount, currency or meant[0]

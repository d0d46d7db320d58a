"""What lines above and below a table say of all its amounts: their currency, their unit, whether VAT is in them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from predictor.intake.currency_words import CURRENCIES, SORTED, currency_of, plain
from predictor.intake.numbers import NOUGHTS, UNIT
from predictor.intake.taxes import Basis, basis_of, tax_of, without_tax

STATED = re.compile(  # a unit or a currency by its name: ĐVT: triệu đồng
    r"đvt|đơn vị|don vi|(?<![^\W\d_])units?(?![^\W\d_])|currency|tiền tệ|loại tiền|satuan|mata uang|"
    r"单位|單位|単位|通貨|货币|หน่วย|단위|통화|\bin (?:thousands|millions)\b|"
    r"^[^()]*[(（][^()]*(?:triệu|nghìn|ngàn|million|thousand|juta|ribu|万)[^()]*[)）]",
    re.IGNORECASE,
)
PRICES = (
    r"(?<![^\W\d_])(?:prices?|pricing|rates?|fees?|costs?|quot(?:es?|ations?)|amounts?|figures?|(?:báo |bảng )?giá|"
    r"(?:chi )?phí|số tiền|harga|biaya|tarif|valor(?:es)?|preços?|precios?|tarifas?|custos?|cost[eo]s?|importes?|prix|tarifs|"
    r"montants?|prezz[oi]|tariffe|importi|preise?|kosten|honorare?|beträge|prijzen|ceny)(?![^\W\d_])|报价|報價|价格|價格|金额|金額|価格|料金|単価|가격|단가|금액|ราคา"
)
IN = r"(?:in|en|em|bằng|theo|dalam|are|là)"
OF = r"(?:(?:of|de|di|do)\s+|d')?"  # thousands of VND, milhares de reais, milliers d'euros
CODE = "|".join(code.lower() for code in CURRENCIES) + "|vnđ"
ENDS = rf"(?=\s*(?:$|[(（)\]）】,;.|/–-]|(?:and|unless|only|và|per|cho|net|gross|{UNIT})(?!\w)))"
SPOKEN_OF = re.compile(  # prices in USD, giá tính bằng VND, (USD)
    rf"(?:{PRICES})(?:\s+[^\W\d]+){{0,3}}?\s*[:：–-]?\s*(?:{CODE}){ENDS}|"
    rf"(?:(?<!\w){IN}\s+|(?:{PRICES})\s*[:：]\s*|[(\[（【]\s*)(?:(?:{NOUGHTS}|{UNIT})\s*{OF})?"
    rf"(?:{SORTED})(?:\s+(?:{SORTED}))?(?:\s*'?000)?{ENDS}"
)
UNIT_OF = re.compile(  # nghìn đồng, 1.000đ; R$ mil
    rf"(?:{NOUGHTS}|(?<![^\W_])(?:{UNIT}))\s*{OF}(?:{SORTED})(?!\w)|"
    rf"(?<![^\W\d_]){IN}\s+(?:{SORTED})\s*(?:{NOUGHTS}|(?<![^\W_])(?:{UNIT})(?!\w))"
)
OF_ELSE = re.compile(
    r"(?<!\w)(?:budget|ngân\s*sách|doanh\s*(?:thu|số)|revenue|sales|gmv|anggaran|kpi)(?!\w)|预算|預算|予算|예산|งบ"
)
NO_AMOUNT = re.compile(
    rf"{NOUGHTS}|\d+(?:[.,]\d+)?\s*%|\d{{1,4}}[/.-]\d{{1,2}}(?:[/.-]\d{{1,4}})?|(?<!\d)(?:19|20)\d\d(?!\d)|tháng\s*\d+|q[1-4]"
)


def states_money(text: str) -> bool:
    """Whether a line says in which currency or unit all amounts are, and is no amount of something itself.

    >>> states_money("Prices in USD, VAT excluded"), states_money("Ngân sách (USD)"), states_money("Total fee: 500,000 VND")
    (True, False, False)
    """
    if STATED.search(text):
        return True
    words = plain(without_tax(text))
    said = SPOKEN_OF.search(words) is not None and OF_ELSE.search(words) is None
    return said and re.search(r"\d", NO_AMOUNT.sub(" ", words)) is None


def states_unit(text: str) -> bool:
    """Whether a line says in which unit all amounts are, rather than a number of something else.

    >>> states_unit("ĐVT: triệu đồng"), states_unit("Giá tính bằng nghìn đồng"), states_unit("Prices in VND (per 1000 views)")
    (True, True, False)
    """
    return STATED.search(text) is not None or (states_money(text) and UNIT_OF.search(plain(text)) is not None)


def stating_currency(lines: Iterable[str]) -> tuple[str, str] | None:
    """The first currency that lines about a table state, and the line."""
    return next(((code, text) for text in lines if states_money(text) and (code := currency_of(text))), None)


def stated_basis(line: str) -> Basis | None:
    """Whether a line about a table says that its prices are net or gross: the part of it that speaks of prices, without a figure.

    >>> stated_basis("BÁO GIÁ (VNĐ) - giá net, chưa gồm thuế TNCN 10%"), stated_basis("Net budget: 500tr"), stated_basis("Net")
    ('net', None, None)
    """
    parts = [part for part in re.split(r"[,;()（）\n]|\.\s", plain(line)) if re.search(PRICES, part)]
    said = (basis_of(part) for part in parts if not re.search(r"\d", NO_AMOUNT.sub(" ", part)))
    return next(filter(None, said), None)


def about_amounts(text: str) -> bool:
    """Whether a line speaks of the amounts of a table: of their tax, or of their currency."""
    return tax_of(text) is not None or (states_money(text) and currency_of(text) is not None)

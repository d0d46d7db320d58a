"""What people write about VAT: in a cell behind its amount, in the title of a column, in a line above or below a table."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

from predictor.intake.currency_words import currency_of, plain
from predictor.intake.numbers import UNIT

Tax = Literal["in", "out"]
Basis = Literal["net", "gross"]

PERCENT = r"(?:\d{1,2}(?:[.,]\d)?\s*%\s*)?"
# An income tax (thuế TNCN) is another's; the tax of a title such as VAT 8% is an amount of its own.
TAX = (
    r"(?:(?:thuế\s*)?(?:vat|gtgt)|thuế(?!\s*(?:tncn|tndn|thu\s+nhập|nhà\s+thầu|pit|fct))|gst|ppn|iva|impostos?|impuestos?|imposte|"
    r"mwst\.?|ust\.?|tva|(?:sales\s+)?tax(?:es)?|sst|ภาษี(?:มูลค่าเพิ่ม)?)(?![0-9a-zà-ỹđ])"
)
WITHOUT = (
    r"\+|plus|zzgl\.?|zuzüglich|ohne|exkl\.?|sem|sin|más|mais|senza|hors|w/o|without|net\s+of|exclusive\s+of|ex[.-]?|exclud(?:e|es|ed|ing)|excl\.?|before|"
    r"(?:do(?:es)?\s+not|don't|doesn't|not(?:\s+yet)?)\s+incl(?:ud(?:e|es|ed|ing)|usive\s+of|\.)?|"
    r"(?:chưa|không)(?:\s+có|\s+tính|(?:\s+bao)?\s+gồm)?|(?:chua|khong)(?:\s+(?:co|tinh|(?:bao\s+)?gom))?|trước|belum\s+(?:termasuk|incl(?:ude)?)|tidak\s+termasuk"
)
WITHIN = (
    r"có|đã(?:\s+có|\s+tính|(?:\s+bao)?\s+gồm)?|da\s+(?:co|tinh|(?:bao\s+)?gom)|(?:bao\s+)?gồm(?:\s+cả)?|sau|"
    r"inclusive\s+of|incl(?:ud(?:e|es|ed|ing)|\.)?|with|after|inkl\.?|inklusive|com|con|(?:sudah\s+|sdh\s+)?termasuk"
)
WITHOUT_BEHIND = (
    r"(?:is\s+|are\s+)?(?:excluded|exclusive|excl\.?|ex\.?|extra|not\s+(?:yet\s+)?included|on\s+top|no\s+inclu[ií]d[oa]s?|não\s+inclus[oa]s?|esclus[ae])|(?:chưa|không)\s+(?:bao\s+)?gồm|"
    r"tính\s+riêng|별도|belum\s+termasuk"
)
WITHIN_BEHIND = (
    r"(?:is\s+|are\s+)?(?:included|inclusive|incl\.?|inc\.?|inclu[ií]d[oa]s?|inclus[oae]s?|comprise)|(?:đã|có)\s+(?:bao\s+)?gồm|"
    r"포함|แล้ว"
)
ALONE = r"(?<![^\W\d_])"  # in scripts that part their words
IN_EUROS = r"(?:(?<=€)|(?<=€ )|(?<=eur )|(?<=euros ))"  # of which French prices say HT or TTC
OUT = (
    rf"(?:{ALONE}(?:{WITHOUT})|\+)\s*{PERCENT}{TAX}|(?:ยัง)?ไม่รวม\s*{TAX}|{ALONE}{TAX}\s*-?{PERCENT}(?:{WITHOUT_BEHIND})(?!\w)|"
    rf"{ALONE}netto(?![^\W\d_])|{IN_EUROS}ht(?![^\W\d_])|hors\s+taxes?(?![^\W\d_])|부가세\s*별도|税抜き?|税別|不含[税稅]|未[税稅]"
)
IN = (
    rf"{ALONE}(?:{WITHIN})\s*{PERCENT}{TAX}|รวม\s*{TAX}(?:\s*แล้ว)?|{ALONE}{TAX}\s*-?{PERCENT}(?:{WITHIN_BEHIND})(?!\w)|"
    rf"{ALONE}brutto(?![^\W\d_])|{IN_EUROS}ttc(?![^\W\d_])|toutes\s+taxes\s+comprises|부가세\s*포함|税込み?|(?<!不)含[税稅]"
)
SAYS = re.compile(rf"(?:(?P<without>{OUT})|{IN})\s*{PERCENT}")
TAXED = re.compile(rf"^(?P<amount>.*?\d.*?)\s*[,;(\[]?\s*{SAYS.pattern}[)\]]?\s*$")
TAXED_FIRST = re.compile(rf"^[(\[]?\s*(?!\+|plus){SAYS.pattern}\s*[)\]:,–-]*\s*(?P<amount>\D{{0,4}}\d.*)$")  # incl. VAT 21400
TAX_RATE = re.compile(rf"{TAX}\s*:?\s*\(?\d+(?:[.,]\d+)?\s*%|\d+(?:[.,]\d+)?\s*%\s*{TAX}", re.IGNORECASE)
EMPTY = re.compile(r"[(\[（【]\s*[,;/|-]*\s*[)\]）】]|[-–—|/,;]\s*$")
TITLED = re.compile(rf"\s*{TAX}\s*\W*$")
RATED = re.compile(  # under a title of VAT: +18%, plus 10%, incl. 8%
    rf"\s*[(\[]?\s*(?:(?P<without>{WITHOUT}|cộng(?:\s+thêm)?|thêm)|{WITHIN})\s*\d{{1,2}}(?:[.,]\d+)?\s*%\s*[)\]]?\s*"
)
AMOUNT = re.compile(rf"\d\s*(?:{UNIT})(?![^\W\d_])|\d{{4,}}|\d[.,]\d{{3}}")
OPEN_TAX = re.compile(rf"\d[^()]*[(\[,;]?\s*{PERCENT}{TAX}\s*{PERCENT}[)\]]?$")  # 30tr (VAT): with it, or without?


def tax_of(text: str) -> Tax | None:
    """Whether VAT is in the amounts that a title or a line speaks of; None where it does not say, or says both.

    >>> tax_of("Đơn vị: VND, chưa gồm VAT"), tax_of("Giá (đã gồm VAT)"), tax_of("VAT 8%"), tax_of("all prices excl. GST")
    ('out', 'in', None, 'out')
    """
    said: set[Tax] = {"out" if found["without"] else "in" for found in SAYS.finditer(plain(text))}
    return said.pop() if len(said) == 1 else None


BASIS = re.compile(r"(?<![^\W\d_])(?:nett?|gross)(?![^\W\d_])")


def basis_of(text: str) -> Basis | None:
    """Whether the amounts that a title or a line speaks of are net or gross of the income tax of whoever is paid.

    >>> basis_of("Giá net (VNĐ)"), basis_of("Gross rate"), basis_of("net of VAT"), basis_of("Net / Gross")
    ('net', 'gross', None, None)
    """
    said: set[Basis] = {"gross" if found == "gross" else "net" for found in BASIS.findall(SAYS.sub(" ", plain(text)))}
    return said.pop() if len(said) == 1 else None


@lru_cache(maxsize=4096)  # remarks repeat
def remarked_tax(cell: str, title: str) -> Tax | None:
    """What a remark without an amount says of VAT in the amounts of its row; under a title of VAT the title is its subject.

    >>> remarked_tax("giá đã gồm VAT 8%", "Ghi chú"), remarked_tax("chưa gồm", "VAT"), remarked_tax("5tr + VAT", "Giá live")
    ('in', 'out', None)
    >>> remarked_tax("+18%", "GST"), remarked_tax("18%", "GST"), remarked_tax("+18%", "Growth")
    ('out', None, None)
    """
    titled = TITLED.match(plain(title)) is not None
    if titled and (rated := RATED.fullmatch(plain(cell))):
        return "out" if rated["without"] else "in"
    about = f"{title} {cell}" if titled else cell
    rest, says = SAYS.subn(" ", plain(about))
    if not says:
        return None
    bare = re.search(r"\d", rest) and not re.search(r"[^\W\d_]", rest)
    return None if bare or AMOUNT.search(rest) or currency_of(rest) else tax_of(about)


def without_tax(text: str) -> str:
    """A title without what it says about VAT; any other text as it is.

    >>> without_tax("CP trước VAT"), without_tax("Price (USD, excl. VAT)"), without_tax("Giá video")
    ('CP', 'Price (USD)', 'Giá video')
    """
    if tax_of(text) is None:
        return text
    rest = re.sub(rf"\s*[,;]?\s*{SAYS.pattern}", " ", unicodedata.normalize("NFC", text), flags=re.IGNORECASE)
    return " ".join(EMPTY.sub(" ", rest).replace(" )", ")").split())

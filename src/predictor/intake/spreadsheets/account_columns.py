"""Columns of ids and handles under titles that are not known as such: without them known creators would be strangers."""

from __future__ import annotations

import re

import pandas as pd

from predictor.intake.accounts import HANDLE
from predictor.intake.cells import as_text
from predictor.intake.spreadsheets.cell_meanings import are_codes, at_handles
from predictor.intake.spreadsheets.continued import NUMBERING
from predictor.intake.spreadsheets.title_words import letters
from predictor.wording.matching import fold

ACCOUNT = re.compile(  # what titles of ids, handles and channels say, as `letters` writes them
    r"\b(?:u?id|acc|accounts?|handles?|nick|user ?names?|tai khoan|tk|ma|codes?|kenh|channels?|pages?|fanpages?|profiles?|"
    r"akun|kode)\b|账号|帳號|账户|号$|號$|계정|아이디|アカウント|บัญชี|ไอดี"
)
OF_ELSE = re.compile(  # whose ids are no creator's
    r"\b(?:thue|tax|san pham|products?|sku|hop dong|contracts?|don(?: hang)?|orders?|bookings?|chien dich|campaigns?|brands?|"
    r"nhan hang|giam gia|discounts?|vouchers?|promo|so tai khoan|stk|ngan hang|banks?|posts?|bai|videos?|clips?|contents?|"
    r"noi dung|vung|khu vuc|area|zip|postal|country|quoc gia|nuoc|nganh|niche|category|agency|cccd|cmnd)\b|编号|单号|货号"
)
CODE = re.compile(r"([A-Za-z]{1,6}[-_]?)\d{2,}")  # c0001, KOL-012

CODES = ("ma", "ma so", "ma hd", "ma hop dong", "code", "codes", "kode")
DEAL = re.compile(r"(?:hd|hđ|po|bk|booking|deal)[-_]?\d", re.IGNORECASE)


TITLED_DEAL = re.compile(  # titles of the numbers of bookings and contracts, as `letters` writes them
    r"(?:deal|booking|contract|collab(?:oration)?|agreement|placement|po|job) ?(?:id|no|nr|num(?:ber)?|code|ref(?:erence)?|#)|"
    r"(?:record|entry|row|submission|deliverable|task) ?id|"
    r"(?:ma|so) ?(?:hop dong|hd|booking|deal|job|po)|id (?:deal|booking|hop dong|kontrak)|(?:kode|no) (?:booking|kontrak)|"
    r"deal|合同编号|合同号"
)


def titled_deals(title: str) -> bool:
    """Whether a title is that of numbers of bookings or contracts.

    >>> titled_deals("Deal ID"), titled_deals("Mã hợp đồng"), titled_deals("Deal date")
    (True, True, False)
    """
    return TITLED_DEAL.fullmatch(letters(title).replace(".", "").strip(" :")) is not None


def named_account(title: str, said: pd.Series) -> bool:
    """Whether a title may be that of a creator's ids or handles, and its filled cells are such.

    >>> named_account("账号", pd.Series(["xiaomei88", "aqiang_1"])), named_account("Mã số thuế", pd.Series(["0312345678"]))
    (True, False)
    """
    words = letters(title)
    return ACCOUNT.search(words) is not None and OF_ELSE.search(words) is None and _one_word_each(said)


def perhaps_account(title: str, said: pd.Series) -> bool:
    """Whether a title that is not known is perhaps that of ids: by its words, or by codes of one kind (c0001, c0002)."""
    alike = len(said) > 1 and said.is_unique and said.str.fullmatch(CODE).all()
    return named_account(title, said) or bool(alike and said.str.extract(CODE)[0].nunique() == 1)


def id_of(title: str, said: pd.Series, names: list[pd.Series], table: str, taken: set[str]) -> str | None:
    """What handles and codes are under a title that elsewhere numbers the rows, and what is not `taken` already.

    Among posts codes that are each another are those of the posts. A number beside two names (`names` are their columns) is
    nobody's: it counts the rows of several lists.
    """
    if at_handles(said):
        name = "link"
    elif fold(title) != "id" or not are_ids(said) or any(_of_several(said, one) for one in names):
        return None
    else:
        name = "post_id" if table == "posts" and len(said) > 1 and said.is_unique else "creator_id"
    return None if ({"post_id"} if name == "post_id" else {"link", "creator_id"}) & taken else name


def _of_several(codes: pd.Series, names: pd.Series) -> bool:
    """Whether one code stands beside several names."""
    who = as_text(names).reindex(codes.index).map(fold, na_action="ignore")
    return bool((who.groupby(codes).nunique() > 1).any())


def are_ids(said: pd.Series) -> bool:
    """Whether filled cells under a bare `ID` are codes or handles of accounts, no numbers of rows or papers."""
    return are_codes(said) or (_one_word_each(said) and not bool(said.str.fullmatch(r"\d{9,12}").any()))


def of_deals(title: str, codes: pd.Series, who: list[pd.Series]) -> bool:
    """Whether codes under a bare `Mã` are of contracts or bookings (HD01), not of the accounts beside them.

    `who` are the columns that tell these, name and platform. Their letters say so, or at least half of the accounts that rows
    tell whole have several; two people of one name, of whom nothing says the platform, are no account.
    """
    if letters(title).strip(" .:#") not in CODES or not codes.is_unique or not codes.str.fullmatch(CODE).all():
        return False
    accounts = pd.concat([one.reindex(codes.index).map(fold) for one in who], axis=1)
    each = accounts[(accounts != "").all(axis=1)].value_counts()
    return bool(codes.str.match(DEAL).all()) or bool(len(each) and each.gt(1).mean() >= 0.5)


def perhaps_names(cells: dict[str, pd.Series]) -> str | None:
    """Of titles that mean nothing the first whose filled cells are words, each another: they may be names."""
    for title, said in cells.items():
        if fold(title) not in NUMBERING and len(said) > 1 and said.is_unique and not said.str.fullmatch(r"[\W\d_]*").any():
            return title
    return None


def _one_word_each(said: pd.Series) -> bool:
    """Whether filled cells are a word each, most of them another, and neither amounts nor numbers of rows."""
    words = len(said) > 0 and said.map(lambda cell: HANDLE.fullmatch(cell) is not None).all()
    figures = said.str.fullmatch(r"[\d.,]{1,8}(?:[kKmM]|tr)?").sum()
    return bool(words and figures <= len(said) / 2 and 2 * said.nunique() > len(said))

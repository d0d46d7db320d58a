"""Whether Chinese is written in traditional characters, where 元 may be Taiwan's or Hong Kong's dollar."""

from __future__ import annotations

import re
from collections.abc import Iterable

from predictor.intake.currency_words import plain

PAIRS = (  # a letter of each script that the other writes otherwise, of the words of these lists and of names
    "網网紅红報报價价萬万億亿絲丝數数專专頁页類类單单稅税費费幣币臺台灣湾頻频觀观內内貼贴動动態态讚赞總总傳传時时開开圖图"
    "帳账號号連连結结備备註注說说稱称發发場场個个國国語语視视覺觉製制業业務务優优約约實实際际購购買买體体驗验聯联絡络電电"
    "話话條条則则與与為为產产會会員员長长達达樂乐愛爱麗丽蘭兰劉刘陳陈張张黃黄吳吴楊杨廣广點点擊击評评論论轉转續续飾饰"
    "紹绍樣样見见檢检證证區区親亲遊游劃划館馆鐘钟聲声關关後后創创標标題题劇剧簡简繁繁"
)
TRADITIONAL = {one for one, other in zip(PAIRS[::2], PAIRS[1::2], strict=True) if one != other}
SIMPLIFIED = {other for one, other in zip(PAIRS[::2], PAIRS[1::2], strict=True) if one != other}
OF_CHINA = re.compile(r"人民|rmb|cny|cn¥|中国")


def traditional(texts: Iterable[object]) -> bool:
    """Whether texts are rather in traditional characters than in simplified ones.

    >>> traditional(["網紅名稱", "報價"]), traditional(["达人昵称", "报价(元)", "張"]), traditional(["Name"])
    (True, False, False)
    """
    letters = [letter for text in texts if isinstance(text, str) and not text.isascii() for letter in text]
    return sum(one in TRADITIONAL for one in letters) > sum(one in SIMPLIFIED for one in letters)


def yuan(code: str | None, text: object) -> str | None:
    """The currency that a text names, or 元 where it says no more than that.

    >>> yuan("CNY", "35,000元"), yuan("CNY", "3000元人民币"), yuan("USD", "500 USD")
    ('元', 'CNY', 'USD')
    """
    return "元" if code == "CNY" and isinstance(text, str) and "元" in text and not OF_CHINA.search(plain(text)) else code

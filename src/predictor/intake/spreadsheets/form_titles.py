"""Titles that are the questions of a form, as the words that a table would have."""

from __future__ import annotations

import re

ASKED = (  # in the order in which they are tried; what is left of each is its first group, then its second
    r"how\s+many\s+(.+?)\s+(?:do|does|did)\s+(?:you|your\s+\w+)\s+have(?:\s+(?:on|in|at)\s+(?:your\s+)?(.+?))?",
    r"(?:what(?:'s|\s+is|\s+are)|which\s+(?:is|are)|please\s+(?:enter|give|provide|share|write)|enter|share)\s+your\s+(.+?)",
)
POLITE = re.compile(  # words of a Vietnamese question that say nothing of what it asks for
    r"\b(?:(?:xin |vui lòng )(?:điền|nhập|cho biết|ghi)|của (?:bạn|anh/chị|anh chị|mình|em)|(?:bạn )?mong muốn|bạn|"
    r"hiện (?:tại|nay|có)|là (?:bao nhiêu|gì)|bao nhiêu|mức)(?!\w)",
    re.IGNORECASE,
)
TODAY = re.compile(r"\s+(?:hiện tại|hiện nay|hiện có|currently|right now)\s*$", re.IGNORECASE)
VIETNAMESE = re.compile(r"(?P<asked>.+?)(?P<rest>\s*[(\[（][^()]*[)\]）])?\s*\?(?P<behind>\s*[(\[（].*)?\s*")
SHAPES = [re.compile(rf"\s*{words}\s*[?:*.]+(?P<rest>\s*[(\[（].*)?\s*", re.IGNORECASE) for words in ASKED]


def without_question(title: str) -> str:
    """What a question of a form asks for; any other title as it is.

    >>> without_question("How many followers do you have on Instagram?"), without_question("What is your rate for 1 Reel? (USD)")
    ('Instagram followers', 'rate for 1 Reel (USD)')
    >>> without_question("Followers"), without_question("Số lượng follower hiện tại của bạn?")
    ('Followers', 'Số lượng follower')
    """
    for shape in SHAPES:
        if found := shape.fullmatch(title):
            words = [part for part in reversed(found.groups()[:-1]) if part]
            return " ".join([*words, *(found["rest"] or "").split()])
    if (found := VIETNAMESE.fullmatch(title)) and (asked := " ".join(POLITE.sub(" ", found["asked"]).split())):
        return " ".join([asked, *(found["rest"] or "").split(), *(found["behind"] or "").split()])
    return TODAY.sub("", title) or title

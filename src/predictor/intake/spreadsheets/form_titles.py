"""Titles that are the questions of a form, as the words that a table would have."""

from __future__ import annotations

import re

ASKED = (  # in the order in which they are tried; what is left of each is its first group, then its second
    r"how\s+many\s+(.+?)\s+(?:do|does|did)\s+(?:you|your\s+\w+)\s+have(?:\s+(?:on|in|at)\s+(?:your\s+)?(.+?))?",
    r"(?:what(?:'s|\s+is|\s+are)|which\s+(?:is|are)|please\s+(?:enter|give|provide|share|write)|enter|share)\s+your\s+(.+?)",
)
TODAY = re.compile(r"\s+(?:hiện tại|hiện nay|hiện có|currently|right now)(?:\s*\?)?\s*$|\s*\?\s*$", re.IGNORECASE)
SHAPES = [re.compile(rf"\s*{words}\s*[?:*.]+(?P<rest>\s*[(\[（].*)?\s*", re.IGNORECASE) for words in ASKED]


def without_question(title: str) -> str:
    """What a question of a form asks for; any other title as it is.

    >>> without_question("How many followers do you have on Instagram?"), without_question("What is your rate for 1 Reel? (USD)")
    ('Instagram followers', 'rate for 1 Reel (USD)')
    >>> without_question("Followers"), without_question("Số người theo dõi hiện tại?")
    ('Followers', 'Số người theo dõi')
    """
    for shape in SHAPES:
        if found := shape.fullmatch(title):
            words = [part for part in reversed(found.groups()[:-1]) if part]
            return " ".join([*words, *(found["rest"] or "").split()])
    return TODAY.sub("", title) or title

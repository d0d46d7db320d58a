"""How alike subjects are: the niches of `features/words/niches.yaml` with their spellings and what each is a part of.

The likeness of two niches is 2 × the depth of what they share over the sum of their depths (Wu and Palmer, Verb semantics and
lexical selection, ACL 1994); where a niche is part of several others, the way that makes the pair most alike counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile

import numpy as np

from predictor.definitions.loader import niche_names, niche_words
from predictor.definitions.remembered import remembered
from predictor.definitions.schema import Niche
from predictor.wording.matching import compound, fold, subjects


@dataclass(frozen=True)
class Taxonomy:
    """Niches by their folded spellings, the likeness of those that are alike at all, and words that name no subject."""

    names: Mapping[str, str]
    likeness: Mapping[tuple[str, str], float]
    vague: frozenset[str]
    compounds: frozenset[str] = frozenset()

    def read(self, text: object) -> tuple[str, ...]:
        """The subjects in a text such as `beauty;food`, without vague ones; a word of no niche stays, folded."""
        if not isinstance(text, str):
            return ()
        words = (fold(part) for part in subjects(text, self.compounds))
        named = (self.names.get(word, word) for word in words if word)
        return tuple(dict.fromkeys(name for name in named if name not in self.vague))

    def comparable(self, one: str, other: str) -> bool:
        """Whether anything is known of how alike two subjects are."""
        return one == other or ((one, one) in self.likeness and (other, other) in self.likeness)

    def alike(self, one: str, other: str) -> float:
        """Likeness of two subjects as `read` returns them, 0 to 1."""
        return 1.0 if one == other else self.likeness.get((one, other), 0.0)


@remembered
def taxonomy_of(niches: Mapping[str, Niche]) -> Taxonomy:
    """The taxonomy of a catalogue's niches; without any, subjects are alike only where they are the same word."""
    chains = {name: list(_chains(name, niches)) for name in niches}
    likeness = {(one, other): _likeness(chains[one], chains[other]) for one in niches for other in niches}
    return Taxonomy(
        niche_names(niches),
        {pair: value for pair, value in likeness.items() if value},
        frozenset(name for name, niche in niches.items() if niche.vague),
        frozenset(compound(word) for niche in niches.values() for word in niche_words(niche)),
    )


def subject_fit(creator_weights: Mapping[str, float], wanted: tuple[str, ...], taxonomy: Taxonomy) -> float:
    """How much of what a brief wants is among a creator's subjects: the mean, over those wanted, of the best weight × likeness.

    Returns
    -------
    0 to 1, or NaN where nothing of the one can be compared with anything of the other.
    """
    if not any(taxonomy.comparable(have, want) for have in creator_weights for want in wanted):
        return np.nan
    return float(
        np.mean([max(weight * taxonomy.alike(have, want) for have, weight in creator_weights.items()) for want in wanted])
    )


def _chains(name: str, niches: Mapping[str, Niche]) -> Iterator[tuple[str, ...]]:
    """Every way from the top down to a niche."""
    for parent in niches[name].parents:
        for chain in _chains(parent, niches):
            yield (*chain, name)
    if not niches[name].parents:
        yield (name,)


def _likeness(one: list[tuple[str, ...]], other: list[tuple[str, ...]]) -> float:
    def shared(a: tuple[str, ...], b: tuple[str, ...]) -> int:
        return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))

    return max(2 * shared(a, b) / (len(a) + len(b)) for a in one for b in other)

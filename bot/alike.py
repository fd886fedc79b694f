"""How alike two questions are, and which group of questions one belongs to.

Meaning alone (cosine of the encoder's vectors) takes 公寓能停车吗 and 公寓能住几年 for one matter;
the words they do not share, weighed by rarity, tell them apart, and say also that two questions
without a word in common are rarely the same. Both count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from bot.answering.understanding import understand
from knowledge.lexicon import SynonymFinder
from knowledge.retriever import Retriever

MEANING = 0.6
"""Share of the cosine in the likeness; the rest is shared words. Of 45 questions on 15 matters,
0.6 with SAME 0.5 made 20 groups, one of them of two matters; the cosine alone made 20 groups with
four mixed, or 26 with one."""
SAME = 0.5
"""Mean likeness to a group's questions from which a question joins it."""
COMPARED = 12
"""Newest questions of a group that a new one is compared with."""

Words = Mapping[str, tuple[frozenset[str], float]]
"""Each content word of a question -> its wordings (synonyms too) and its weight by rarity."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is compared.

    Attributes:
        vector: of its text, unit length.
    """

    text: str
    vector: NDArray[np.float32]
    words: Words


@dataclass(slots=True)
class Members:
    """A group while questions are placed.

    Attributes:
        id: 0 for a group that is not stored yet.
        newest: its newest questions, at most COMPARED.
    """

    id: int
    newest: list[Asked] = field(default_factory=list)


def words_of(
    text: str, retriever: Retriever, table: SynonymFinder, day: date
) -> dict[str, tuple[frozenset[str], float]]:
    """The content words of a question with what each weighs in these documents."""
    query = understand(text, day, table)[0].query
    shares = retriever.shares(query)
    return {
        c.word: (
            frozenset((c.word, *(a.terms[0] for a in c.alternatives if a.terms))),
            shares.get(c.word, 0.0),
        )
        for c in query.concepts
    }


def shared(one: Words, other: Words) -> float:
    """Share of two questions' weight that stands in both, 0..1. Pure.

    >>> parking = {"停车": (frozenset({"停车"}), 3.0), "公寓": (frozenset({"公寓"}), 1.0)}
    >>> rent = {"房租": (frozenset({"房租", "租金"}), 3.0), "公寓": (frozenset({"公寓"}), 1.0)}
    >>> shared(parking, rent), shared(parking, parking)
    (0.25, 1.0)
    """
    return (_held(one, other) + _held(other, one)) / 2


def _held(one: Words, other: Words) -> float:
    total = sum(weight for _, weight in one.values())
    if not total:
        return 0.0
    wordings = frozenset().union(*(w for w, _ in other.values()))
    return sum(weight for own, weight in one.values() if own & wordings) / total


def likeness(one: Asked, other: Asked) -> float:
    """How alike two questions are, about 0..1. Pure."""
    cosine = float(one.vector @ other.vector)
    return MEANING * cosine + (1 - MEANING) * shared(one.words, other.words)


def place(asked: Asked, groups: Sequence[Members]) -> Members | None:
    """The group that a question belongs to; None when it begins one. Pure."""
    best, found = SAME, None
    for group in groups:
        if any(asked.text == m.text for m in group.newest):
            return group
        nearest = float(np.mean([asked.vector @ m.vector for m in group.newest]))
        if MEANING * nearest + 1 - MEANING < best:
            continue  # even with all words shared
        mean = float(np.mean([likeness(asked, m) for m in group.newest]))
        if mean >= best:
            best, found = mean, group
    return found

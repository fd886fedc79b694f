"""How alike two questions are, and which group of questions one belongs to.

Meaning alone (cosine of the encoder's vectors) takes 公寓能停车吗 and 公寓能住几年 for one matter;
the words they do not share, weighed by rarity, tell them apart, and say also that two questions
without a word in common are rarely the same. Both count. Two questions that each name something
that the papers know and the other does not are held to be half as alike as they read:
人才公寓到期怎么续 and 生活补贴到期怎么续.
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
"""Share of the cosine in the likeness; the rest is shared words."""
APART = 0.5
"""What is left of the likeness of questions that name different things."""
SAME = 0.5
"""Mean likeness to a group's questions from which a question joins it. Of 45 questions on 15
matters these weights make 22 groups, of whose pairs 94 % are of one matter, and find 69 % of the
pairs of one matter; the cosine alone, from 0.5 on, makes 20 groups, four of them of several. Of 90
made questions that share half of their words with many others, 40 % (without APART 22 %)."""
COMPARED = 12
"""Newest questions of a group that a new one is compared with."""


@dataclass(frozen=True, slots=True)
class Word:
    """A content word of a question.

    Attributes:
        wordings: itself and its synonyms.
        weight: by rarity in these documents.
        is_known: the documents speak of it.
    """

    wordings: frozenset[str]
    weight: float
    is_known: bool = False


Words = Mapping[str, Word]
"""The content words of a question."""


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


def words_of(text: str, retriever: Retriever, table: SynonymFinder, day: date) -> dict[str, Word]:
    """The content words of a question with what each weighs in these documents."""
    query = understand(text, day, table)[0].query
    shares, known = retriever.shares(query), retriever.spoken_of([c.word for c in query.concepts])
    return {
        c.word: Word(
            frozenset((c.word, *(a.terms[0] for a in c.alternatives if a.terms))),
            shares.get(c.word, 0.0),
            c.word in known,
        )
        for c in query.concepts
    }


def shared(one: Words, other: Words) -> float:
    """Share of two questions' weight that stands in both, 0..1. Pure.

    >>> parking = {"停车": Word(frozenset({"停车"}), 3.0), "公寓": Word(frozenset({"公寓"}), 1.0)}
    >>> rent = {"房租": Word(frozenset({"房租"}), 3.0), "公寓": Word(frozenset({"公寓"}), 1.0)}
    >>> shared(parking, rent), shared(parking, parking)
    (0.25, 1.0)
    """
    return (_held(one, other) + _held(other, one)) / 2


def _held(one: Words, other: Words) -> float:
    total = sum(w.weight for w in one.values())
    if not total:
        return 0.0
    wordings = _wordings(other)
    return sum(w.weight for w in one.values() if w.wordings & wordings) / total


def _wordings(words: Words) -> frozenset[str]:
    return frozenset().union(*(w.wordings for w in words.values()))


def name_different_things(one: Words, other: Words) -> bool:
    """Does each question name something that the documents know and the other does not? Pure."""
    return all(
        any(
            len(word) > 1 and w.is_known and not w.wordings & _wordings(theirs)
            for word, w in ours.items()
        )
        for ours, theirs in ((one, other), (other, one))
    )


def likeness(one: Asked, other: Asked) -> float:
    """How alike two questions are, about 0..1. Pure."""
    cosine = float(one.vector @ other.vector)
    like = MEANING * cosine + (1 - MEANING) * shared(one.words, other.words)
    return like * APART if name_different_things(one.words, other.words) else like


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

"""How much of a question a passage holds. Pure.

What does not depend on the passage is worked out once a question (``weigh``); the rest is done
for every candidate and must be quick.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass

from knowledge.lexicon import is_part_of_another
from knowledge.query import Alternative, Concept
from knowledge.talent_classes import classes_named
from knowledge.weights import Weights

CHARACTER = 0.5
"""Least rarity of a character: one that stands everywhere says little, yet not nothing."""


@dataclass(frozen=True, slots=True)
class Fields:
    """A passage's terms, counted by where they stand, and its text in normal form.

    Attributes:
        above: title, headings and caption in normal form.
        terms: those of all three fields.
        norm: BM25's length norm.
        classes: talent classes that the passage is about.
        degrees: academic degrees that name its table row.
        recognises: it stands in a table that tells who is of a class.
        days: days (year, month, number) of an event.
        places: cities, counties and provinces that the passage names, without 市 or 省.
        purposes: what the benefits that it names are for: 购房; "" where their names say so.
    """

    text: str
    above: str
    body: Counter[str]
    heading: frozenset[str]
    title: frozenset[str]
    terms: frozenset[str]
    norm: float
    classes: frozenset[str]
    degrees: frozenset[str]
    recognises: bool
    days: tuple[tuple[int | None, int, int], ...]
    places: frozenset[str]
    purposes: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording of a concept, its terms weighed by rarity.

    Attributes:
        telling: the rarest term of a synonym, "" for the word as typed.
        row: a synonym some of whose terms are single characters (个税, 人才房), which a passage
            must hold as it stands; "" for any other wording.
        characters: the Chinese characters of the word, each with its share of their rarity.
    """

    terms: tuple[tuple[str, float], ...]
    names: frozenset[str]
    total: float
    weight: float
    telling: str
    row: str
    characters: tuple[tuple[str, float], ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Weighed:
    """One concept with its share of the question, rarity times importance."""

    word: str
    wordings: tuple[Wording, ...]
    firsts: frozenset[str]
    share: float
    is_class: bool
    carried: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a passage holds of a question.

    Attributes:
        held: share of the question's weight, 0..1; of a letter, of its weightiest concepts.
        beside_class: the same of what is no talent class; ``held`` where that is all there is.
        own: the same of what the question itself asks about beside a class, and nothing carried
            over; 1 where it names nothing: 那E类呢.
        point: the same of what a letter's question names; 0 where it names nothing.
        about: share that the document's title names.
        why: reasons, for staff.
    """

    held: float
    beside_class: float
    own: float
    point: float
    about: float
    why: tuple[str, ...]


def fields_norm(length: int, weights: Weights) -> float:
    """BM25's norm for a passage of so many words."""
    return weights.saturation * (1 - weights.length + weights.length * length / 60)


def brevity(concepts: int, weights: Weights) -> float:
    """1 for a short question, less for a letter, in which some characters are everywhere."""
    return min(1.0, weights.short / max(1, concepts))


def weigh(
    concepts: Sequence[Concept], idf: Callable[[str], float], unseen: float, weights: Weights
) -> list[Weighed]:
    """Concepts with what they count.

    Args:
        idf: rarity of a term.
        unseen: rarity of a term that occurs nowhere.
    """
    exponent = 1 - (1 - weights.rarity) * brevity(len(concepts), weights)
    found = []
    for concept in concepts:
        wordings = []
        rarest = math.inf
        for alternative in concept.alternatives:
            values = [idf(t) for t in alternative.terms]
            rarest = min(rarest, max(values, default=0.0))
            telling = ""
            if alternative.why:
                telling = max(zip(values, alternative.terms, strict=True), key=lambda v: v[0])[1]
            # a compound that no document writes in one piece is judged by its parts
            if len(values) > 1 and values[0] >= unseen:
                values[0] *= weights.unseen_compound
            word = alternative.terms[0]
            by_letters = len(word) > 1 and not is_part_of_another(word)
            characters = [c for c in word if "\u4e00" <= c <= "\u9fff"] if by_letters else []
            rarity = [max(CHARACTER, min(idf(c), unseen)) for c in characters]
            wordings.append(
                Wording(
                    tuple(zip(alternative.terms, values, strict=True)),
                    frozenset(alternative.terms),
                    sum(values),
                    alternative.weight,
                    telling,
                    _row(alternative),
                    tuple((c, v / sum(rarity)) for c, v in zip(characters, rarity, strict=True)),
                    alternative.why or f"词 {concept.word}",
                )
            )
        share = (rarest if rarest != math.inf else 0.0) ** exponent * concept.weight
        firsts = frozenset(a.terms[0] for a in concept.alternatives)
        is_class = bool(classes_named(concept.word))
        found.append(
            Weighed(concept.word, tuple(wordings), firsts, share, is_class, concept.carried)
        )
    return found


def cover(
    weighed: Sequence[Weighed], fields: Fields, weights: Weights, point: Set[str] = frozenset()
) -> Coverage:
    """How much of a question a passage holds.

    Args:
        point: words of what a letter's question names.
    """
    likeness = weights.characters * brevity(len(weighed), weights)
    got = about = beside = own = pointed = 0.0
    why = []
    for concept in weighed:
        value, reason = _held(concept, fields, likeness, weights)
        got += value * concept.share
        beside += 0.0 if concept.is_class else value * concept.share
        own += 0.0 if concept.is_class or concept.carried else value * concept.share
        pointed += value * concept.share if concept.word in point else 0.0
        if not concept.firsts.isdisjoint(fields.title):
            about += concept.share
        if value > 0.25 and reason:
            why.append(reason)
    shares = sorted((c.share for c in weighed), reverse=True)
    wanted = sum(shares)
    # a letter speaks of many things; holding the weightiest few of them is holding the point
    ceiling = min(wanted, sum(shares[: weights.points]))
    held = min(1.0, got / ceiling) if wanted else 0.0
    rest = sum(c.share for c in weighed if not c.is_class)
    asked = sum(c.share for c in weighed if not (c.is_class or c.carried))
    named = sum(c.share for c in weighed if c.word in point)
    return Coverage(
        held,
        min(1.0, beside / rest) if rest else held,
        min(1.0, own / asked) if asked else 1.0,
        min(1.0, pointed / named) if named else 0.0,
        about / wanted if wanted else 0.0,
        tuple(dict.fromkeys(why)),
    )


def _held(concept: Weighed, fields: Fields, likeness: float, weights: Weights) -> tuple[float, str]:
    """(how far a passage holds a concept in its best wording, 0..1; the reason)."""
    best, reason = 0.0, ""
    for wording in concept.wordings:
        if wording.row and wording.row not in fields.text and wording.row not in fields.above:
            continue
        held = 0.0
        if not wording.names.isdisjoint(fields.terms):
            for term, value in wording.terms:
                if term in fields.terms:
                    held += value * _presence(term, fields, weights)
        if not held and wording.characters:
            present = sum(share for c, share in wording.characters if c in fields.terms)
            held = wording.total * likeness * present**2
        value = wording.weight * (held / wording.total if wording.total else 0.0)
        # a synonym without its telling word is another thing
        if wording.telling and wording.telling not in fields.terms:
            value *= weights.half_synonym
        if value > best:
            best, reason = value, wording.reason
    return min(best, 1.0), reason


def _row(alternative: Alternative) -> str:
    # 人才 and 房 of 人才房 stand in every clause on housing
    loose = len(alternative.terms) > 1 and any(len(t) == 1 for t in alternative.terms)
    return alternative.written if loose else ""


def _presence(term: str, fields: Fields, weights: Weights) -> float:
    """BM25's saturated term frequency over the three fields; 1 for one at mean length."""
    frequency = fields.body[term] + (
        weights.heading * (term in fields.heading) + weights.title * (term in fields.title)
    )
    if not frequency:
        return 0.0
    return frequency * (1 + weights.saturation) / (frequency + fields.norm)

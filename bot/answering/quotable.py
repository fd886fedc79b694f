"""Whether a passage may be quoted as the answer, and which of those found is the first that may."""

from __future__ import annotations

import re

from bot.answering.excerpt import telling_sentences
from bot.answering.matters import decides, named
from bot.answering.order import FOR_LIMIT, in_front, led_by
from bot.answering.support import (
    context_of,
    is_preface,
    lacks_only_the_matter,
    lacks_only_the_number,
    supports,
    tells,
    without_aside,
)
from knowledge.documents import DocumentKind, Hit
from knowledge.lexicon import normal
from knowledge.query import Aspect, Concept, Measure, Query
from knowledge.recipients import own_degrees
from knowledge.retriever import Retriever
from knowledge.weights import HEADED

NEARLY = 0.75
"""Share of the first's score from which a passage that may be quoted stands in for one that may
not."""
HOLDS = 0.7
"""The same of its coverage."""
HEADED_SO = 0.5
"""Share of the first's coverage that suffices for a clause headed by what is asked for."""
OF_DEGREE = 0.4
"""The same for the row of the degree asked about, where its paper's clause says who may apply."""
MEANT = 0.3
"""Cosine that a passage must reach for a question that names no matter: 明天要不要带伞."""


class Quotable:
    """Tells passages that answer from those that only read alike."""

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever

    def supports(self, query: Query, hit: Hit) -> bool:
        """May a passage be quoted as the answer?"""
        if hit.source.kind is DocumentKind.SPEECH:
            near = telling_sentences(query, hit.passage.text, self._retriever.shares(query))
            if not any(tells(query, sentence) for sentence in near):
                return False
        if self._asks_unknown(query) or (_names_no_matter(query) and hit.dense < MEANT):
            return False
        hit = without_aside(query, hit, self._retriever.aside(query))
        foreign = self._retriever.foreign(query)
        if foreign and (said := named(query.said)):
            # 停车 is no unknown word where the clause says 车位
            own = normal(hit.passage.text)
            unknown = self._retriever.unknown(query)
            if all(any(w in s or s in w for s in said) for w in unknown) and decides(
                query.said, "", "", own
            ):
                foreign = 0.0
        return supports(query, hit, foreign)

    def first(self, query: Query, hits: list[Hit]) -> list[Hit]:
        """The hits, led by one that may be quoted where that is nearly as good as the first.

        The passage beside the one that says how much, until when or by whom is no answer.
        """
        hits = [h for h in hits if not is_preface(h)] or hits
        if not hits or self.supports(query, hits[0]):
            return hits
        first, foreign = hits[0], self._retriever.foreign(query)
        if lacks_only_the_matter(query, first, foreign):
            # the clause on the flats says nothing of parking: another one may
            subject = self._rarest(query, context_of(first))
            near = [
                h
                for h in hits[1:]
                if h.score >= FOR_LIMIT * first.score
                and (
                    subject is None
                    or subject.stands_in(context_of(h))
                    or h.coverage > first.coverage
                )
            ]
            lead = next((h for h in near if self.supports(query, h)), None)
            return hits if lead is None else led_by(lead, hits)
        # a speech speaks of it and does not tell: another passage of it may
        speaks_only = first.source.kind is DocumentKind.SPEECH and supports(query, first, foreign)
        if not (speaks_only or lacks_only_the_number(query, first, foreign)):
            return hits
        subject = self._rarest(query)
        if subject and not subject.stands_in(context_of(first)):
            subject = None
        # few clauses say in how many parts a thing is paid, or an age: the one that does is meant
        rare = query.measure in (Measure.INSTALMENTS, Measure.AGE, Measure.POINTS)

        def enough(hit: Hit) -> float:
            # the row of a class holds its name, and the paper's rule for every class does not
            same_paper = first.source.version_id == hit.source.version_id
            of_all = same_paper and bool(first.passage.cells) and not hit.passage.cells
            if same_paper and not first.passage.cells and query.degrees & own_degrees(hit.passage):
                return OF_DEGREE
            return HEADED_SO if rare or of_all or headed(query, hit) else HOLDS

        near = [
            h
            for h in hits[1:]
            if h.score >= (FOR_LIMIT if rare else NEARLY) * first.score
            and h.coverage >= enough(h) * first.coverage
            and (subject is None or subject.stands_in(context_of(h)))
        ]
        lead = next((h for h in near if self.supports(query, h)), None)
        return hits if lead is None else in_front(lead, hits)

    def _rarest(self, query: Query, within: str = "") -> Concept | None:
        """What a question asks about that fewest passages speak of: 产假 of 产假能休多少天.

        Args:
            within: a normal text that must hold it; "" for none.
        """
        shares = self._retriever.shares(query)
        own = [
            c
            for c in query.concepts
            if len(c.word) > 1 and not (c.carried or c.told or c.word in query.places)
            if not within or c.stands_in(within)
        ]
        return max(own, key=lambda c: shares.get(c.word, 0.0), default=None)

    def _asks_unknown(self, query: Query) -> bool:
        """Does a yes-or-no question end in a thing that no document speaks of: 收违约金吗?"""
        match = _AT_THE_END.search(query.text) if query.aspects[0] is Aspect.WHETHER else None
        return match is not None and any(
            w in match[1] for w in self._retriever.unknown(query) if len(w) > 1
        )


_AT_THE_END = re.compile(r"(?:[收交缴付扣赔])([\u4e00-\u9fff]{2,8}?)(?:吗|么|不|没|[?？])*$")


def _names_no_matter(query: Query) -> bool:
    """Does a message, which follows no other one, consist of words that name nothing by
    themselves?"""
    is_part = query.message != query.text
    leans = is_part or query.documents or query.classes or query.measure
    return not leans and bool(query.concepts) and all(c.weight < 1 for c in query.concepts)


def headed(query: Query, hit: Hit) -> bool:
    """Is a passage headed by what is asked for: 四、要带什么材料?"""
    above = " ".join((hit.passage.label, *hit.passage.path[-1:]))
    return bool(HEADED[query.aspects[0]].search(above))

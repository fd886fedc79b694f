"""Which of the passages that may be quoted comes first: the clause that decides before the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.answering.circumstances import fails_by
from bot.answering.classes import STATUS, names_the_asker, row_class
from bot.answering.concepts import concepts
from bot.answering.demands import demands, falls_short, held_against, in_band, limits
from bot.answering.disagreement import Disagreement, Ground, disagreement, is_overruled
from bot.answering.events import EVENT, FIRMS, of_firms
from bot.answering.letters import LETTER
from bot.answering.order import FOR_LIMIT, INSTEAD, MANY_SEEN, in_front, led_by, whole_text
from bot.answering.people import asks_by_oneself, keeps_to_employers
from bot.answering.quotable import Quotable
from bot.answering.ruling import denies
from bot.answering.timeliness import counts_from
from bot.answering.together import rules_on_two, wants_two
from bot.answering.understanding import Question
from bot.answering.verdict import speaks_of_all
from bot.answering.window import asks_whether_open, states_window
from knowledge.documents import DocumentKind, Hit
from knowledge.lexicon import SynonymFinder, normal
from knowledge.query import Aspect, Query
from knowledge.recipients import row_classes
from knowledge.regions import is_district, means_the_city
from knowledge.retriever import Retriever
from knowledge.speeches import counts_of_a_year
from knowledge.talent_classes import classes_named

RULE = 0.9
"""Share of the first's score from which a rule in words comes before the row of one class, where a
yes or no is wanted."""


NEARLY, CLOSE = 0.8, 0.85
"""Shares of the first's score and coverage from which a clause that rules on just what is asked (a
zone that is named, two things together) stands before one that does not."""


class Precedence:
    """Puts in front what decides a question for the person who asks it."""

    def __init__(self, retriever: Retriever, table: SynonymFinder, quotable: Quotable) -> None:
        self._retriever, self._table, self._supports = retriever, table, quotable.supports

    def basis_first(self, question: Question, hits: list[Hit]) -> list[Hit]:
        """A policy before the speech that reads better, the clause that decides before the rest.

        我毕业两年了还能领吗 is decided by 毕业3年以内, wherever the amounts are told.
        """
        first, query = hits[0], question.query
        background = first.source.kind is DocumentKind.SPEECH or (
            first.source.kind is DocumentKind.EVENT and not EVENT.search(query.text)
            and query.aspects[0] in (Aspect.WHETHER, Aspect.CATEGORY, Aspect.CONDITIONS)
        )  # fmt: skip
        if background and not counts_of_a_year(query.with_story):
            for hit in hits[1:4]:
                if hit.source.kind not in (DocumentKind.SPEECH, DocumentKind.EVENT) and (
                    hit.score >= INSTEAD * first.score and self._supports(query, hit)
                ):
                    return in_front(hit, hits)
        if FIRMS.search(query.text) and EVENT.search(query.text) and not of_firms(first):
            # what visitors of a fair need by its day is not what exhibitors need
            for hit in hits[1:]:
                if of_firms(hit) and self._supports(query, hit):
                    return in_front(hit, hits)
        close = [
            hit
            for hit in hits[1:4]
            if hit.score >= NEARLY * first.score and hit.coverage >= CLOSE * first.coverage
        ]
        if not (is_district(first.source) or means_the_city(query)):
            # who asks about a zone is told its rule where it has one
            for hit in close:
                there = is_district(hit.source) and self._retriever.names_place_of(
                    hit.source, query
                )
                if there and self._supports(query, hit):
                    return in_front(hit, hits)
        if query.aspects[0] is Aspect.WHETHER and wants_two(query.text):
            for hit in [] if rules_on_two(normal(first.passage.text)) else close:
                if rules_on_two(normal(hit.passage.text)) and self._supports(query, hit):
                    return in_front(hit, hits)
        if asks_whether_open(query.text):
            for hit in hits:
                near = hit.score >= INSTEAD * first.score and hit.source.kind in _RULES
                if near and states_window(hit.passage.text) and self._supports(query, hit):
                    return in_front(hit, hits)
        if query.aspects[0] in (Aspect.AMOUNT, Aspect.DURATION) and len(question.told) <= LETTER:
            likely = [h for h in hits if h.score >= INSTEAD * first.score]
            fitting = [h for h in likely if in_band(question.told, h.passage.text)]
            if fitting and self._supports(query, fitting[0]):
                return in_front(fitting[0], hits)
        named = {*row_classes(first.passage)[1], *classes_named(normal(first.passage.text))}
        if query.aspects[0] is Aspect.AMOUNT and query.classes and not named:
            # what each class gets stands in a row, and beside it what else is said of the thing
            own = [
                h
                for h in hits
                if query.classes & set(row_classes(h.passage)[1])
                # a zone pays otherwise than its city
                and len({h.source.region, first.source.region} - {""}) < 2
            ]
            if own and own[0].score >= INSTEAD * first.score and self._supports(query, own[0]):
                return in_front(own[0], hits)
        if hits is not (listing := self._naming(query, hits)):
            return listing
        of_others = row_class(first) and not names_the_asker(query, first.passage)
        if query.aspects[0] is Aspect.WHETHER and of_others and not query.classes:
            # what one class gets decides nothing for who names none
            rule = next((h for h in hits[1:] if not h.passage.cells), None)
            near = rule is not None and rule.score >= RULE * first.score
            if rule is not None and near and self._supports(query, rule):
                hits = in_front(rule, hits)
                first = rule
        if query.aspects[0] is Aspect.WHETHER and query.point:
            hits = self._by_what_is_told(question, hits)
        if query.aspects[0] is Aspect.WHETHER and len(question.told) <= LETTER:
            deciding = demanding(question.told, hits, query.classes)
            if not deciding:
                deciding = [
                    h
                    for h in hits
                    if h.score >= FOR_LIMIT * first.score
                    and _decides(question.told, h.passage.text)
                    and speaks_of_all(query, whole_text(h))
                ]
            if not deciding:
                told, least = question.told, INSTEAD * first.score
                likely = [h for h in hits if h.score >= least]
                deciding = [h for h in likely if fails_by(told, normal(h.passage.text))][:1]
            if len(deciding) == 1:
                return in_front(deciding[0], hits)
            if not deciding and (until := self._last_day(question, hits)):
                return in_front(until, hits)
        return hits

    def _last_day(self, question: Question, hits: list[Hit]) -> Hit | None:
        """The clause that says until when, for who fears to be late: 证下来八个月了还能报不; None
        where they tell of no time, or the first clause says so."""
        if not (_STILL_IN_TIME.search(question.query.text) and _ELAPSED.search(question.told)):
            return None
        near = [h for h in hits if h.score >= FOR_LIMIT * hits[0].score]
        until = next((h for h in near if _LAST_DAY.search(normal(h.passage.text))), None)
        if until is None or until is hits[0] or not self._supports(question.query, until):
            return None
        return until

    def _naming(self, query: Query, hits: list[Hit]) -> list[Hit]:
        """The hits, led by the clause that lists what is asked for by 哪些 or 什么: 哪些专业 by
        紧缺专业为数控技术、护理."""
        found = _WHICH.search(query.text)
        if found is None or query.measure:
            return hits
        lists = re.compile(rf"{found['what']}[^,。;:、]{{0,6}}(?:为|是|包括|有|含|指|:)[^。;:]+、")
        near = [h for h in hits if h.score >= FOR_LIMIT * hits[0].score]
        telling = [h for h in near if lists.search(normal(h.passage.text))]
        if not telling or telling[0] is hits[0] or not self._supports(query, telling[0]):
            return hits
        return in_front(telling[0], hits)

    def _by_what_is_told(self, question: Question, hits: list[Hit]) -> list[Hit]:
        """The hits, led by the one that a number of a letter misses, or else that demands most of
        its numbers."""
        near = [h for h in hits if h.score >= RULE * hits[0].score]
        told, asked = question.told, question.query.text
        counts = [
            (falls_short(told, asked, normal(t)), held_against(told, t))
            for t in (h.passage.text for h in near)
        ]
        best = max(range(len(near)), key=counts.__getitem__, default=0)
        if (
            not counts
            or counts[best] <= counts[0]
            or not self._supports(question.query, near[best])
        ):
            return hits
        return led_by(near[best], hits)

    def who_is_excepted(self, question: Question, hits: list[Hit], day: date) -> list[Hit]:
        """The hits, led by the clause that speaks of what somebody is, of the same paper or one of
        the hits, where they ask whether they may and the first clause does not: 公务员 of
        我是公务员能拿吗."""
        query, first = question.query, hits[0]
        if query.aspects[0] is not Aspect.WHETHER or len(question.told) > LETTER:
            return hits
        named = [w for w in STATUS.findall(question.told) if w not in normal(first.passage.text)]
        if not named:
            return self._not_by_oneself(question, hits, day)
        asked = "".join(named)
        likely = {h.passage_id for h in hits if h.score >= INSTEAD * first.score}
        lookup = replace(
            query, text=asked, embedded=asked, concepts=tuple(concepts(asked, self._table)),
            measure=None, period=None,
        )  # fmt: skip
        for hit in self._retriever.search(lookup, day):
            text = normal(hit.passage.text)
            # another paper's clause on 认定 shuts nobody out of 租房补贴
            near = hit.source.document_id == first.source.document_id or (
                hit.passage_id in likely and speaks_of_all(query, whole_text(hit))
            )
            names_it = any(w in text for w in named) or any(
                c.stands_in(text) for c in lookup.concepts
            )
            if near and names_it and denies(text):
                return led_by(hit, hits)
        return hits

    def _not_by_oneself(self, question: Question, hits: list[Hit], day: date) -> list[Hit]:
        """The hits, led by the clause of the same paper that keeps the matter to employers, where
        somebody asks whether they may by themselves: 个人不能直接申报."""
        query, first = question.query, hits[0]
        is_told = keeps_to_employers(normal(first.passage.text))
        if is_told or not asks_by_oneself(question.told):
            return hits
        lookup = replace(query, concepts=(*query.concepts, *concepts("个人", self._table)))
        for hit in self._retriever.search(lookup, day, limit=MANY_SEEN):
            text = normal(hit.passage.text)
            same_paper = hit.source.document_id == first.source.document_id
            on_it = any(c.weight >= 1 and c.stands_in(text) for c in query.concepts)
            if same_paper and on_it and keeps_to_employers(text):
                return led_by(hit, hits)
        return hits

    def beside_each_other(
        self, query: Query, hits: list[Hit], day: date
    ) -> tuple[list[Hit], Disagreement | None]:
        """The hits with two papers that disagree on the matter in front, and how they do; of two
        replies of one collection the later leads, where it overrules."""
        later = next((h for h in hits[1:4] if is_overruled(hits[0], h)), None)
        if later is not None and self._supports(query, later):
            hits = in_front(later, hits)
        if not hits[0].source.in_force(day):
            return hits, None
        sources = self._retriever.sources(day)
        lead = hits[0]
        rivals = [lead]
        rivals += [h for h in hits[1:] if h.source.in_force(day) and self._supports(query, h)]
        found: list[Disagreement] = []
        for _ in rivals:  # each turn leads to a more formal or newer paper
            others = [h for h in rivals if h is not lead]
            found = [d for h in others if (d := disagreement(query, lead, h, sources))]
            turned = [d.first for d in found if d.first is not lead]
            if not turned:
                break
            lead = turned[0]
        if not found:
            return hits, None
        told = min(found, key=lambda d: list(Ground).index(d.ground))
        # a further reply or guide that says otherwise would stand there unmarked
        hidden = [d.other for d in found if d.ground is Ground.FORMALITY]
        two = [told.first, told.other]
        return [*two, *(h for h in hits if h not in (*two, *hidden))], told


_STILL_IN_TIME = re.compile(
    r"还(?:能|可以)?(?:再)?[报申领办补](?!多少)|赶得?上|来得及|晚不晚|(?:算|会不会|是不是)过期"
)
_ELAPSED = re.compile(r"(?:\d+|[一二两三四五六七八九十]+|半)个?(?:月|年|天|号|日)")
_LAST_DAY = re.compile(
    r"(?:之?日起|后)[^,。;]{0,4}\d+个?(?:日|天|工作日|月|年)内[^。;]{0,16}(?:申|提出|提交|办|报)"
    r"|\d+[日号月]?(?:之?前|以后)[^,。;]{0,4}(?:提交|申[报请])|(?:逾期|过期)[^,。;]{0,8}不(?:再|予|补)|超过[^,。;]{0,8}(?:期限|时限)[^,。;]{0,4}不"
)
_WHICH = re.compile(
    r"(?:哪些|哪几[个种类样]|什么|啥)(?P<what>[\u4e00-\u9fff]{2,4}?)(?:可以|能|都?算)?[啊呀呢吗的]*[?？]?$"
)
_RULES = (DocumentKind.REGULATION, DocumentKind.NOTICE, DocumentKind.GUIDE)


def demanding(told: str, hits: Sequence[Hit], classes: frozenset[str]) -> list[Hit]:
    """The passages that demand a number of what the person gives one of; of further ones only
    those that name the class asked about."""
    near = [
        h
        for h in hits
        if h.score >= INSTEAD * hits[0].score
        or (
            h.score >= FOR_LIMIT * hits[0].score
            and classes & {*classes_named(normal(h.passage.text))}
        )
    ]
    return [h for h in near if demands(told, h.passage.text)]


def _decides(told: str, text: str) -> bool:
    """Does a clause say for how long, or from which day on, what a question gives a time of?"""
    return limits(told, text) or counts_from(told, text)

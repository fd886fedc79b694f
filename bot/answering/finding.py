"""Question -> the passages that answer it, best first, or why there are none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.answering.circumstances import fails_by
from bot.answering.classes import (
    INCOME,
    STATUS,
    Match,
    by_income_of,
    defined_classes,
    led_to,
    names_the_asker,
    needs_class,
    row_by_income,
    row_class,
    titles_in,
)
from bot.answering.concepts import concepts
from bot.answering.days import past_day
from bot.answering.demands import demands, falls_short, held_against, in_band, limits
from bot.answering.disagreement import Disagreement, Ground, disagreement, is_overruled
from bot.answering.elsewhere import unknown_level, unknown_place, withheld_place
from bot.answering.events import EVENT, FIRMS, asks_for_events, of_firms, within
from bot.answering.excerpt import telling_sentences
from bot.answering.letters import LETTER
from bot.answering.matters import decides, named
from bot.answering.naming import is_of_another_year, title_core
from bot.answering.result import Abstain, Reason
from bot.answering.ruling import denies
from bot.answering.support import (
    context_of,
    lacks_only_the_matter,
    lacks_only_the_number,
    supports,
    tells,
)
from bot.answering.timeliness import counts_from
from bot.answering.understanding import Question
from bot.answering.verdict import BY_ONESELF, NOT_BY_ONESELF, speaks_of_all
from bot.answering.window import asks_whether_open, states_window
from knowledge.clause_names import own_names
from knowledge.documents import ClauseKind, DocumentKind, Hit
from knowledge.lexicon import (
    SynonymFinder,
    normal,
)
from knowledge.query import Aspect, Concept, Measure, Query
from knowledge.retriever import Retriever
from knowledge.talent_classes import classes_named
from knowledge.weights import HEADED

INSTEAD = 0.7
"""Share of the first's score from which a passage that is better for its kind comes first."""
RULE = 0.9
"""The same for a rule in words before the row of one class, where a yes or no is wanted."""
FOR_LIMIT = 0.5
"""The same for the clause that says how long a benefit is granted, where that is asked."""
NEARLY = 0.75
"""Share of the first's score from which a passage that may be quoted stands in for one that may
not."""
HOLDS = 0.7
"""The same of its coverage."""
MEANT = 0.3
"""Cosine that a passage must reach for a question that names no matter: 明天要不要带伞."""
SHORTEST_TITLE = 5
"""Characters of a title by which a paper is named: 社会保险法."""
RUN_OUT = 0.85
"""Worth of a paper whose term has ended with nothing in its place against one in force: 东莞's
rules of 2015 are all that is known of 东莞, and say more on it than another city's of today."""
MANY_SEEN = 24
"""Passages looked through when events of some days are asked for, or whether one can apply now."""
HEADED_SO = 0.5
"""Share of the first's coverage that suffices for a clause headed by what is asked for."""


class Finder:
    """Finds what answers a question in the documents in force; knows nothing of how it is told."""

    def __init__(self, retriever: Retriever, table: SynonymFinder) -> None:
        self._retriever, self._table = retriever, table

    def find(self, question: Question, day: date, folded: str) -> list[Hit] | Abstain:
        """The ranked passages that answer a question, or why there are none."""
        query = question.query
        hits: list[Hit] = []
        if query.historic or self._is_lapsed_edition(query.edition, day):
            hits = self._supported_first(query, self._retriever.search(query, day, lapsed=True))
            if after := self._transition(query, hits, day):
                return after
        of_today = not hits or not self.supports(query, hits[0])
        if of_today:
            events = query.period is not None and EVENT.search(query.text)
            wide = events or asks_whether_open(query.text)
            hits = self._retriever.search(query, day, limit=MANY_SEEN if wide else 8)
            hits = self._of_class(query, hits, day, question.told)
        first = hits[0].passage.text if hits else ""
        known = self._retriever.places(day)
        if place := unknown_place(folded, query.text, known, normal(first)):
            return Abstain(Reason.OTHER_PLACE, place)
        if place := withheld_place(query.text, known, self._retriever.spoken_of):
            return Abstain(Reason.OTHER_PLACE, place.upper())
        if level := unknown_level(folded, known):
            return Abstain(Reason.OTHER_LEVEL, level)
        if of_today and needs_class(query, hits):
            return hits
        if hits and is_of_another_year(query.text, hits[0].source.title):
            return Abstain(Reason.NOT_YET_ANNOUNCED, near=tuple(hits[:3]))
        if query.period is not None and EVENT.search(query.text):
            texts = self._retriever.texts
            coming = [h for h in hits if within(query.period, h, texts(h.source.version_id))]
            if not coming:
                return Abstain(Reason.NOT_YET_ANNOUNCED, near=tuple(hits[:3]))
            if asks_for_events(query):
                return coming
            if not _SIGNING_UP.search(query.text):  # that is done on other days
                hits = [*coming, *(h for h in hits if h not in coming)]
        hits = self._of_named_thing(query, folded, self._of_named_paper(folded, hits, day))
        hits = self._supported_first(query, _of_no_other_name(query, hits))
        supported = bool(hits) and self.supports(query, hits[0])
        if (query.historic and not supported) or self._has_run_out(day):
            old = self._retriever.search(query, day, lapsed=True)
            if supported:
                least = hits[0].score / RUN_OUT
                old = [h for h in old if not h.source.has_successor]
                old = old if old and old[0].score >= least else []
            elif not query.historic:
                # what has been replaced is told when it is asked about only,
                # and what merely ran out where nothing in force comes as near
                least = hits[0].score if hits else 0.0
                old = [h for h in old if not h.source.has_successor and h.score > least]
            if old and self.supports(query, old[0]):
                return old
        if supported:
            hits = self._of_that_day(question, hits, day) or self._basis_first(question, hits)
            return self._who_is_excepted(question, hits, day)
        dated = query.period is not None and EVENT.search(query.text)
        reason = Reason.NOT_YET_ANNOUNCED if dated else Reason.NO_PASSAGE
        return Abstain(reason, near=tuple(hits[:3]))

    def _transition(self, query: Query, old: list[Hit], day: date) -> list[Hit]:
        """Where it is asked whether what an old rule gave goes on: the clause in force that says
        what becomes of it, 已核准的按原标准发完为止; else []."""
        if not _STILL.search(query.text):
            return []
        now = self._retriever.search(query, day, limit=MANY_SEEN)
        least = FOR_LIMIT * old[0].score if old else 0.0
        told = [h for h in now if _GOES_ON.search(h.passage.text) and h.score >= least]
        return _led_by(told[0], now) if told else []

    def _of_named_paper(self, folded: str, hits: list[Hit], day: date) -> list[Hit]:
        """The hits of the paper that a question names by its title, where there are any: what
        another one says beside it is not asked for."""
        named = {
            s.document_id
            for s in self._retriever.sources(day)
            if len(core := title_core(s.title)) >= SHORTEST_TITLE and core in folded
        }
        own = [h for h in hits if h.source.document_id in named]
        return own or hits

    def _of_named_thing(self, query: Query, folded: str, hits: list[Hit]) -> list[Hit]:
        """The hits, led by those that speak of what a question calls by the name that the papers
        give it in quotes: the fare of “春归计划” is not that of a fair."""
        if len(folded) > LETTER:
            return hits  # a letter names much that it does not ask about
        told = [_whole(h) for h in hits]
        named = {n for text in told for n in _NAME.findall(text) if n in folded}
        own = [
            h
            for h, text in zip(hits, told, strict=True)
            if h.score >= INSTEAD * hits[0].score
            and any(n in text for n in named)
            and self.supports(query, h)
        ]
        return [*own, *(h for h in hits if h not in own)]

    def _basis_first(self, question: Question, hits: list[Hit]) -> list[Hit]:
        """A policy before the speech that reads better, the clause that decides before the rest.

        我毕业两年了还能领吗 is decided by 毕业3年以内, wherever the amounts are told.
        """
        first, query = hits[0], question.query
        background = first.source.kind is DocumentKind.SPEECH or (
            first.source.kind is DocumentKind.EVENT and not EVENT.search(query.text)
            and query.aspects[0] in (Aspect.WHETHER, Aspect.CATEGORY, Aspect.CONDITIONS)
        )  # fmt: skip
        if background:
            for hit in hits[1:4]:
                if hit.source.kind not in (DocumentKind.SPEECH, DocumentKind.EVENT) and (
                    hit.score >= INSTEAD * first.score and self.supports(query, hit)
                ):
                    return _in_front(hit, hits)
        if FIRMS.search(query.text) and EVENT.search(query.text) and not of_firms(first):
            # what visitors of a fair need by its day is not what exhibitors need
            for hit in hits[1:]:
                if of_firms(hit) and self.supports(query, hit):
                    return _in_front(hit, hits)
        if asks_whether_open(query.text):
            for hit in hits:
                near = hit.score >= INSTEAD * first.score and hit.source.kind in _RULES
                if near and states_window(hit.passage.text) and self.supports(query, hit):
                    return _in_front(hit, hits)
        if query.aspects[0] in (Aspect.AMOUNT, Aspect.DURATION) and len(question.told) <= LETTER:
            likely = [h for h in hits if h.score >= INSTEAD * first.score]
            fitting = [h for h in likely if in_band(question.told, h.passage.text)]
            if fitting and self.supports(query, fitting[0]):
                return _in_front(fitting[0], hits)
        of_others = row_class(first) and not names_the_asker(query, first.passage)
        if query.aspects[0] is Aspect.WHETHER and of_others and not query.classes:
            # what one class gets decides nothing for who names none
            rule = next((h for h in hits[1:] if not h.passage.cells), None)
            near = rule is not None and rule.score >= RULE * first.score
            if rule is not None and near and self.supports(query, rule):
                hits = _in_front(rule, hits)
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
                    and speaks_of_all(query, _whole(h))
                ]
            if not deciding:
                told, least = question.told, INSTEAD * first.score
                likely = [h for h in hits if h.score >= least]
                deciding = [h for h in likely if fails_by(told, normal(h.passage.text))][:1]
            if len(deciding) == 1:
                return _in_front(deciding[0], hits)
        return hits

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
        if not counts or counts[best] <= counts[0] or not self.supports(question.query, near[best]):
            return hits
        return _led_by(near[best], hits)

    def _who_is_excepted(self, question: Question, hits: list[Hit], day: date) -> list[Hit]:
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
                hit.passage_id in likely and speaks_of_all(query, _whole(hit))
            )
            names_it = any(w in text for w in named) or any(
                c.stands_in(text) for c in lookup.concepts
            )
            if near and names_it and denies(text):
                return _led_by(hit, hits)
        return hits

    def _not_by_oneself(self, question: Question, hits: list[Hit], day: date) -> list[Hit]:
        """The hits, led by the clause of the same paper that keeps the matter to employers, where
        somebody asks whether they may by themselves: 个人不能直接申报."""
        query, first = question.query, hits[0]
        is_told = NOT_BY_ONESELF.search(normal(first.passage.text))
        if is_told or not BY_ONESELF.search(question.told):
            return hits
        lookup = replace(query, concepts=(*query.concepts, *concepts("个人", self._table)))
        for hit in self._retriever.search(lookup, day, limit=MANY_SEEN):
            text = normal(hit.passage.text)
            same_paper = hit.source.document_id == first.source.document_id
            on_it = any(c.weight >= 1 and c.stands_in(text) for c in query.concepts)
            if same_paper and on_it and NOT_BY_ONESELF.search(text):
                return _led_by(hit, hits)
        return hits

    def _of_that_day(self, question: Question, hits: list[Hit], day: date) -> list[Hit]:
        """The rule of a past day that an amount is asked of, beside what today's counts from.

        [] where none is asked of, or where the rule of that day is today's.
        """
        query = question.query
        follows = bool(query.documents) and query.aspects[0] is Aspect.ANY  # 那2023年呢
        asked = query.aspects[0] is Aspect.AMOUNT or follows
        then = past_day(question.told, day) if asked else None
        if then is None or hits[0].source.in_force(then):
            return []
        old = self._of_class(
            query, self._retriever.search(query, then), then, question.told
        )  # fmt: skip
        counted = [h for h in hits if counts_from(question.told, h.passage.text)]
        if not old or old[0].source.in_force(day) or not self.supports(query, old[0]):
            # no rule of that day is known: from when today's counts, and no amount of it
            return counted[:1]
        # of a class that nobody named, one row of today's says nothing
        today = counted or [h for h in hits if query.classes or not row_class(h)]
        return [old[0], *(replace(h, score=old[0].score) for h in today[:1])]

    def beside_each_other(
        self, query: Query, hits: list[Hit], day: date
    ) -> tuple[list[Hit], Disagreement | None]:
        """The hits with two papers that disagree on the matter in front, and how they do; of two
        replies of one collection the later leads, where it overrules."""
        later = next((h for h in hits[1:4] if is_overruled(hits[0], h)), None)
        if later is not None and self.supports(query, later):
            hits = _in_front(later, hits)
        if not hits[0].source.in_force(day):
            return hits, None
        sources = self._retriever.sources(day)
        lead = hits[0]
        rivals = [lead]
        rivals += [h for h in hits[1:] if h.source.in_force(day) and self.supports(query, h)]
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

    def _has_run_out(self, day: date) -> bool:
        """Is there a paper whose term has ended and that nothing has taken the place of?"""
        return any(
            s.lapsed_on is not None and s.lapsed_on <= day and not s.has_successor
            for s in self._retriever.sources(day)
        )

    def _is_lapsed_edition(self, year: int | None, day: date) -> bool:
        """2022年版 means a lapsed paper when papers of that year are, and none is in force."""
        meant = [
            s for s in self._retriever.sources(day) if year and str(year) in s.title + s.number
        ]
        return bool(meant) and not any(s.in_force(day) for s in meant)

    def supports(self, query: Query, hit: Hit) -> bool:
        """May a passage be quoted as the answer?"""
        if hit.source.kind is DocumentKind.SPEECH:
            near = telling_sentences(query, hit.passage.text, self._retriever.shares(query))
            if not any(tells(query, sentence) for sentence in near):
                return False
        if self._asks_unknown(query) or (_names_no_matter(query) and hit.dense < MEANT):
            return False
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

    def _supported_first(self, query: Query, hits: list[Hit]) -> list[Hit]:
        """The hits, led by one that may be quoted where that is nearly as good as the first.

        The passage beside the one that says how much, until when or by whom is no answer.
        """
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
            return hits if lead is None else _led_by(lead, hits)
        # a speech speaks of it and does not tell: another passage of it may
        speaks_only = first.source.kind is DocumentKind.SPEECH and supports(query, first, foreign)
        if not (speaks_only or lacks_only_the_number(query, first, foreign)):
            return hits
        subject = self._rarest(query)
        if subject and not subject.stands_in(context_of(first)):
            subject = None
        # few clauses say in how many parts a thing is paid: the one that does is meant
        rare = query.measure is Measure.INSTALMENTS
        near = [
            h
            for h in hits[1:]
            if h.score >= (FOR_LIMIT if rare else NEARLY) * first.score
            and h.coverage >= (HEADED_SO if rare or headed(query, h) else HOLDS) * first.coverage
            and (subject is None or subject.stands_in(context_of(h)))
        ]
        lead = next((h for h in near if self.supports(query, h)), None)
        return hits if lead is None else _in_front(lead, hits)

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

    def _of_class(self, query: Query, hits: list[Hit], day: date, told: str) -> list[Hit]:
        """Rows differ by talent class but the question names a degree or title: look it up.

        院士买房补多少 needs 院士 → A类 from the recognition clauses before the row is known.
        """
        rows = [h for h in hits if h.passage.kind is ClauseKind.ROW and row_class(h)]
        titles = titles_in(query)
        income = INCOME.search(told)
        if query.classes or not (titles or income):
            return hits
        if Aspect.CATEGORY in query.aspects:
            if not titles and (earning := row_by_income(told, hits)):
                return _led_by(earning, hits)
            # 技师 is not who the item on 高级技师 means, though it reads much like it
            fits = [led_to(titles, told, h)[1] for h in hits]
            best = max(range(len(hits)), key=lambda i: fits[i], default=0)
            if hits and fits[best] > fits[0]:
                return _in_front(hits[best], hits)
            return hits
        if not rows or any(names_the_asker(query, h.passage) for h in hits[:3]):
            return hits
        title = max(titles, key=lambda c: len(c.word)) if titles else None
        asked = f"{title.word if title else '年收入'}认定人才类别"
        lookup = Query(asked, asked, tuple(concepts(asked, self._table)), (Aspect.CATEGORY,))
        maybe: list[Hit] = []
        for hit in self._retriever.search(lookup, day, limit=6):
            classes, fit = led_to(titles, told, hit)
            if fit is Match.WHOLE:
                done = tuple(
                    replace(c, weight=c.weight * 0.2) if c is title else c for c in query.concepts
                )
                again = replace(query, classes=classes, concepts=done)
                found = self._retriever.search(again, day)[:7]
                found.sort(key=lambda h: needs_class(query, [h]))  # the amount before the class
                return [*found, hit]
            by_income = not titles and defined_classes(hit) and by_income_of(hit.passage.text)
            if fit is Match.MAYBE or by_income:
                maybe.append(hit)
        # an amount of a class that is not known yet is a wrong amount
        return maybe or hits


_AT_THE_END = re.compile(r"(?:[收交缴付扣赔])([\u4e00-\u9fff]{2,8}?)(?:吗|么|不|没|[?？])*$")
_SIGNING_UP = re.compile(r"报名|截止")
_STILL = re.compile(
    r"还(?:能|会|可以)?(?:接着|继续|照样)?(?:发|补|给|领|拿|算|作数|有效)|接着|继续"
)
_GOES_ON = re.compile(
    r"(?:按照?|执行|适用)原[\u4e00-\u9fff]{0,8}(?:标准|办法|规定|政策|条件)|按照?原标准"
)
_RULES = (DocumentKind.REGULATION, DocumentKind.NOTICE, DocumentKind.GUIDE)
_NAME = re.compile(r"[“\"]([\u4e00-\u9fff]{2,8})[”\"]")
"""What a paper has in quotes; 「…」 stands around the name of a row."""


_BENEFIT_NAME = re.compile(
    r".{2}(?:补贴|津贴|补助|奖励?|[礼金券卡证杯]|贷款?|公寓|驿站|计划|工程)$"
)
"""How a clause or a row is called that is of one benefit; 补贴标准 heads that of any."""


def _of_no_other_name(query: Query, hits: list[Hit]) -> list[Hit]:
    """The hits without those called by another name, where the question names one of them as the
    papers do: the papers for 青苗生活津贴 are none for 试驾期津贴."""
    asked = query.said or query.text
    called = [own_names(h.passage) for h in hits]
    meant = {n for names in called for n in names if n in asked and _BENEFIT_NAME.search(n)}
    if not meant:
        return hits
    called = [{n for n in names if _BENEFIT_NAME.search(n)} for names in called]
    return [
        h
        for h, names in zip(hits, called, strict=True)
        if not names or names & meant or any(n in normal(_whole(h)) for n in meant)
    ]


def _names_no_matter(query: Query) -> bool:
    """Does a message, which follows no other one, consist of words that name nothing by
    themselves?"""
    is_part = query.message != query.text
    leans = is_part or query.documents or query.classes or query.measure
    return not leans and bool(query.concepts) and all(c.weight < 1 for c in query.concepts)


def _in_front(hit: Hit, hits: list[Hit]) -> list[Hit]:
    """The hits with one of them in front."""
    return [hit, *(h for h in hits if h is not hit)]


def _led_by(hit: Hit, hits: list[Hit]) -> list[Hit]:
    """The hits with one in front, which counts as much as the first did."""
    lead = replace(hit, score=hits[0].score)
    return [lead, *(h for h in hits if h.passage_id != hit.passage_id)]


def headed(query: Query, hit: Hit) -> bool:
    """Is a passage headed by what is asked for: 四、要带什么材料?"""
    above = " ".join((hit.passage.label, *hit.passage.path[-1:]))
    return bool(HEADED[query.aspects[0]].search(above))


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


def _whole(hit: Hit) -> str:
    passage = hit.passage
    return " ".join((hit.source.title, *passage.path, passage.caption, passage.text))

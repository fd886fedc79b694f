"""Question -> the passages that answer it, best first, or why there are none."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from bot.answering.classes import (
    INCOME,
    Match,
    by_income_of,
    defined_classes,
    item_by_income,
    led_to,
    names_another,
    names_the_asker,
    needs_class,
    row_by_income,
    row_class,
    titles_in,
)
from bot.answering.concepts import concepts
from bot.answering.days import past_day
from bot.answering.elsewhere import unheard_place, unknown_level, unknown_place, withheld_place
from bot.answering.events import (
    EVENT,
    asks_for_events,
    enters_contest,
    is_called,
    is_later_stage,
    within,
)
from bot.answering.letters import LETTER
from bot.answering.naming import (
    is_of_another_round,
    is_of_another_year,
    is_of_next_round,
    title_core,
)
from bot.answering.order import FOR_LIMIT, INSTEAD, MANY_SEEN, in_front, led_by, whole_text
from bot.answering.points import with_points
from bot.answering.precedence import Precedence
from bot.answering.quotable import Quotable
from bot.answering.result import Abstain, Reason
from bot.answering.timeliness import counts_from
from bot.answering.understanding import Question
from bot.answering.window import asks_whether_open
from knowledge.clause_names import own_names
from knowledge.documents import ClauseKind, DocumentKind, Hit
from knowledge.lexicon import SynonymFinder, normal
from knowledge.query import Aspect, Query
from knowledge.retriever import Retriever
from knowledge.talent_classes import recognises, with_other_names

SHORTEST_TITLE = 5
"""Characters of a title by which a paper is named: 社会保险法."""
RUN_OUT = 0.85
"""Worth of a paper whose term has ended with nothing in its place against one in force: 东莞's
rules of 2015 are all that is known of 东莞, and say more on it than another city's of today."""


class Finder:
    """Finds what answers a question in the documents in force; knows nothing of how it is told."""

    def __init__(
        self, retriever: Retriever, table: SynonymFinder, quotable: Quotable,
        precedence: Precedence,
    ) -> None:  # fmt: skip
        self._retriever, self._table = retriever, table
        self._quotable, self._precedence = quotable, precedence

    def find(self, question: Question, day: date, folded: str) -> list[Hit] | Abstain:
        """The ranked passages that answer a question, or why there are none."""
        query = question.query
        hits: list[Hit] = []
        if query.historic or self._is_lapsed_edition(query.edition, day):
            hits = self._quotable.first(query, self._retriever.search(query, day, lapsed=True))
            if after := self._transition(query, hits, day):
                return after
        of_today = not hits or not self._quotable.supports(query, hits[0])
        if of_today:
            events = query.period is not None and EVENT.search(query.text)
            wide = events or asks_whether_open(query.text) or enters_contest(folded)
            hits = self._retriever.search(query, day, limit=MANY_SEEN if wide else 8)
            hits = self._of_class(query, hits, day, question.told)
        first = hits[0].passage.text if hits else ""
        known = self._retriever.places(day)
        one_city = bool(self._retriever.only_city())
        speaks_of = self._retriever.speaks_of
        if place := unknown_place(folded, query.text, known, normal(first), one_city, speaks_of):
            return Abstain(Reason.OTHER_PLACE, place)
        if place := withheld_place(query.text, known, self._retriever.spoken_of):
            return Abstain(Reason.OTHER_PLACE, place.upper())
        if place := unheard_place(query.text, speaks_of):
            return Abstain(Reason.OTHER_PLACE, place)
        if level := unknown_level(folded, known):
            return Abstain(Reason.OTHER_LEVEL, level)
        if of_today and needs_class(query, hits):
            return hits
        if of_today and (earning := self._by_income(question, day)):
            return led_by(earning, hits)
        if hits and is_of_another_year(query.text, hits[0].source.title):
            return Abstain(Reason.NOT_YET_ANNOUNCED, near=tuple(hits[:3]))
        notices = [h for h in hits[:3] if h.source.kind is DocumentKind.NOTICE]
        if notices and all(
            is_of_next_round(question.told, h.source.title, normal(h.passage.text), day)
            for h in notices
        ):
            return Abstain(Reason.NOT_YET_ANNOUNCED, near=tuple(hits[:3]))
        if hits and is_of_another_round(query.text, normal(whole_text(hits[0]))):
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
        hits = self._of_called_event(folded, self._of_named_paper(folded, hits, day), day)
        hits = self._of_named_thing(query, folded, hits)
        hits = self._quotable.first(query, _of_no_other_name(query, hits))
        supported = bool(hits) and self._quotable.supports(query, hits[0])
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
            if old and self._quotable.supports(query, old[0]):
                return old
        if supported:
            hits = self._of_told_age(question, hits)
            then = self._of_that_day(question, hits, day)
            hits = then or self._precedence.basis_first(question, hits)
            hits = self._precedence.who_is_excepted(question, hits, day)
            return with_points(question.query, hits, self._retriever)
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
        return led_by(told[0], now) if told else []

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

    def _of_called_event(self, folded: str, hits: list[Hit], day: date) -> list[Hit]:
        """The hits that tell of the event which a question calls by its name, where it does: the
        parking of one fair, or of a card, says nothing of another's."""
        if len(folded) > LETTER:
            return hits
        if enters_contest(folded):
            hits = [h for h in hits if not (h.passage.cells and is_later_stage(h.passage.text))]
        called = {
            name: happening.sources
            for happening in self._retriever.programme.events(day)
            if (name := is_called(happening.title, folded))
        }
        own = {s.document_id for sources in called.values() for s in sources}
        return [
            h
            for h in hits
            if not called
            or (h.source.document_id in own and not h.passage.cells)
            or any(name in f"{h.source.title} {whole_text(h)}" for name in called)
        ]

    def _of_named_thing(self, query: Query, folded: str, hits: list[Hit]) -> list[Hit]:
        """The hits, led by those that speak of what a question calls by the name that the papers
        give it in quotes: the fare of “春归计划” is not that of a fair."""
        if len(folded) > LETTER:
            return hits  # a letter names much that it does not ask about
        told = [whole_text(h) for h in hits]
        named = {n for text in told for n in _NAME.findall(text) if n in folded}
        own = [
            h
            for h, text in zip(hits, told, strict=True)
            if h.score >= INSTEAD * hits[0].score
            and any(n in text for n in named)
            and self._quotable.supports(query, h)
        ]
        return [*own, *(h for h in hits if h not in own)]

    def _of_told_age(self, question: Question, hits: list[Hit]) -> list[Hit]:
        """The hits, led by the clause of the same paper that sets an age where somebody tells
        theirs and asks whether they may: a title of 正高 lets nobody in who is too old."""
        first, told = hits[0], question.told
        asks = Aspect.WHETHER in question.query.aspects and len(told) <= LETTER
        asks = asks and not _OF_COST.search(question.query.text)
        if not (asks and _AGE_TOLD.search(told)) or _AGE_SET.search(first.passage.text):
            return hits
        setting = (
            h
            for h in hits[1:4]
            if h.source.document_id == first.source.document_id
            and _AGE_SET.search(h.passage.text)
            and self._quotable.supports(question.query, h)
        )
        limit = next(setting, None)
        return hits if limit is None else led_by(limit, hits)

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
        if not old or old[0].source.in_force(day) or not self._quotable.supports(query, old[0]):
            # no rule of that day is known: from when today's counts, and no amount of it
            return counted[:1]
        # of a class that nobody named, one row of today's says nothing
        today = counted or [h for h in hits if query.classes or not row_class(h)]
        return [old[0], *(replace(h, score=old[0].score) for h in today[:1])]

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

    def _by_income(self, question: Question, day: date) -> Hit | None:
        """What makes who asks for their class of one by what they earn, where they tell no more."""
        query, told = question.query, question.told
        asks = Aspect.CATEGORY in query.aspects and not query.classes
        if not (asks and INCOME.search(told)) or titles_in(query, told):
            return None
        asked = "工资薪金收入达到认定人才类别"
        lookup = Query(asked, asked, tuple(concepts(asked, self._table)), (Aspect.CATEGORY,))
        return item_by_income(told, self._retriever.search(lookup, day, limit=MANY_SEEN))

    def _of_class(self, query: Query, hits: list[Hit], day: date, told: str) -> list[Hit]:
        """Rows differ by talent class but the question names a degree or title: look it up.

        院士买房补多少 needs 院士 → A类 from the recognition clauses before the row is known.
        """
        rows = [h for h in hits if h.passage.kind is ClauseKind.ROW and row_class(h)]
        titles = titles_in(query, told)
        income = INCOME.search(told)
        if query.classes or not (titles or income):
            return hits
        if Aspect.CATEGORY in query.aspects:
            if not titles and (earning := row_by_income(told, hits)):
                return led_by(earning, hits)
            # 技师 is not who the item on 高级技师 means, though it reads much like it
            fits = [led_to(titles, told, h)[1] for h in hits]
            best = max(range(len(hits)), key=lambda i: fits[i], default=0)
            if hits and fits[best] > fits[0]:
                return in_front(hits[best], hits)
            return hits
        of_others = bool(hits) and names_another(query, hits[0].passage)
        supposes = _SUM.search(told) and _OF_MONEY.search(told)  # 同事说给14万 对不
        if not (rows or of_others or supposes or needs_class(query, hits)):
            return hits
        if query.aspects[0] is Aspect.AMOUNT:  # which a table of who is of a class does not tell
            paid = [h for h in hits[:3] if not recognises(h.passage.header)]
        else:
            paid = hits[:3]
        if any(names_the_asker(query, h.passage) for h in paid):
            return hits
        title = max(titles, key=lambda c: len(c.word)) if titles else None
        asked = f"{title.word if title else '年收入'}认定人才类别"
        lookup = Query(asked, asked, tuple(concepts(asked, self._table)), (Aspect.CATEGORY,))
        maybe: list[Hit] = []
        for hit in self._retriever.search(lookup, day, limit=6):
            classes, fit = led_to(titles, told, hit)
            if fit is Match.WHOLE:
                done = tuple(
                    replace(c, weight=c.weight * 0.2)
                    if title and (c.word in title.word or c.word in _SORTS_OF_TITLES)
                    else c
                    for c in query.concepts
                )
                again = replace(query, classes=with_other_names(classes), concepts=done)
                found = self._retriever.search(again, day, limit=MANY_SEEN)
                # the amount before the class, and what others get behind both
                found.sort(key=lambda h: (names_another(again, h.passage), needs_class(query, [h])))
                return [*found[:7], hit]
            by_income = not titles and defined_classes(hit) and by_income_of(hit.passage.text)
            if fit is Match.MAYBE or by_income:
                maybe.append(hit)
        # an amount of a class that is not known yet is a wrong amount
        return maybe or hits


_AGE_TOLD = re.compile(r"[2-9]\d岁")
_SORTS_OF_TITLES = ("职称", "学历", "学位")
_OF_COST = re.compile("[花收要交]钱|收费|免费|费用")
_AGE_SET = re.compile(r"\d\s*周?岁")
_SUM = re.compile(r"(?:\d+(?:\.\d+)?|[一二三四五六七八九十]+)万(?!人)")
_OF_MONEY = re.compile("[补给发奖贴领]")
_SIGNING_UP = re.compile(r"报名|截止")
_STILL = re.compile(
    r"还(?:能|会|可以)?(?:接着|继续|照样)?(?:发|补|给|领|拿|算|用|作数|有效|申请|申报|报)|接着|继续"
)
_GOES_ON = re.compile(
    r"(?:按照?|执行|适用)原[\u4e00-\u9fff]{0,8}(?:标准|办法|规定|政策|条件)|按照?原标准"
)
_NAME = re.compile(r"[“\"]([\u4e00-\u9fff]{2,8})[”\"]")
"""What a paper has in quotes; 「…」 stands around the name of a row."""


_BENEFIT_NAME = re.compile(
    r".{2}(?:补贴|津贴|补助|奖励?|[礼金券卡证杯]|贷款?|公寓|驿站|计划|工程)$"
)
"""How a clause or a row is called that is of one benefit; 补贴标准 heads that of any."""


def _of_no_other_name(query: Query, hits: list[Hit]) -> list[Hit]:
    """The hits without those called by another name, where the question names one of them as the
    papers do: the papers for 青苗生活津贴 are none for 试驾期津贴."""
    asked = query.with_story
    called = [own_names(h.passage) for h in hits]
    meant = {n for names in called for n in names if n in asked and _BENEFIT_NAME.search(n)}
    if not meant:
        return hits
    called = [{n for n in names if _BENEFIT_NAME.search(n)} for names in called]
    return [
        h
        for h, names in zip(hits, called, strict=True)
        if not names or names & meant or any(n in normal(whole_text(h)) for n in meant)
    ]

"""Question -> Answer with citations, or Abstain with a reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.answering.classes import (
    INCOME,
    QUALIFICATION,
    Match,
    by_income_of,
    defined_classes,
    matched,
    needs_class,
    of_another_class,
    of_known_class,
    row_class,
    same_table,
    table_label,
)
from bot.answering.days import past_day
from bot.answering.dialect import in_standard_words
from bot.answering.disagreement import Disagreement, Ground, disagreement
from bot.answering.events import EVENT, FIRMS, asks_for_events, of_firms, over_since, within
from bot.answering.excerpt import by_class, excerpt, telling_sentence
from bot.answering.naming import NAMED, VALIDITY, is_newer, is_of_another_year, likeness
from bot.answering.onward import next_questions
from bot.answering.result import Abstain, Answer, Citation, Part, Reason
from bot.answering.scope import refusal
from bot.answering.support import lacks_only_the_number, supports, tells
from bot.answering.understanding import LETTER, Question, Turn, concepts, understand, without_origin
from bot.answering.verdict import counts_from, demands, limits, speaks_of_all, verdict
from bot.answering.window import asks_whether_open, recurring, states_window
from bot.wording import CLASS_FIRST, basis, caveat, differs, lapse, old_amount, validity, window
from knowledge.documents import ClauseKind, DocumentKind, Hit, Passage
from knowledge.figures import figures, unsupported
from knowledge.lexicon import (
    QUESTION_WORDS,
    SynonymFinder,
    is_settlement,
    normal,
    place_core,
    places,
)
from knowledge.query import Aspect, Query
from knowledge.retriever import Retriever
from knowledge.talent_classes import classes_named, degrees_named

INSTEAD = 0.7
"""Share of the first's score from which a passage that is better for its kind comes first."""
FOR_LIMIT = 0.5
"""The same for the clause that says how long a benefit is granted, where that is asked."""
NEARLY = 0.75
"""Share of the first's score from which a passage that may be quoted stands in for one that may
not."""
RUN_OUT = 0.85
"""Worth of a paper whose term has ended with nothing in its place against one in force: 东莞's
rules of 2015 are all that is known of 东莞, and say more on it than another city's of today."""
CLEARLY = 0.02
"""A passage that holds so much less of the question speaks of another way to the thing."""
BESIDE = 0.78
"""A second passage is shown when it scores this share of the first."""
SHORT_QUESTION = 40
"""Characters up to which a place named is the place asked about."""
MOST_CITATIONS = 5
EVENTS_SEEN = 24
"""Passages looked through when events of some days are asked for."""
EVENTS_SHOWN = 4
"""Further events listed in one reply; WeChat's limit leaves no room for more."""
ROOM = 480
"""Characters of policy text in one reply; with basis lines it stays under 600 and 2,048 bytes."""
FIRST_OF_LETTER = 0.75
"""Share of the room that the first passage gets in the answer to a letter; no single passage
answers all of one."""
SHORT = 120
"""Characters that a second passage gets at least; where they do not fit, it is left out."""
ROOM_FOR_BASIS = 60
"""Of a part's room, what its basis line takes."""


class Answerer:
    """Answers questions from the documents in force."""

    def __init__(self, retriever: Retriever, table: SynonymFinder) -> None:
        self._retriever, self._table = retriever, table

    def answer(self, text: str, day: date, history: Sequence[Turn] = ()) -> Answer | Abstain:
        """Answer a message as of a day, in the light of the conversation before it."""
        text = in_standard_words(text)
        if reason := refusal(normal(text)):
            return Abstain(reason)
        text, _ = self._retriever.sounds().correct(text)
        folded = without_origin(normal(text))
        if VALIDITY.search(folded) and (valid := self._validity(folded, day)):
            return valid
        questions = understand(text, day, self._table, history)
        answered: list[tuple[Question, list[Hit]]] = []
        refused: list[Abstain] = []
        missed: list[str] = []
        differing: dict[int, Disagreement] = {}
        classes: frozenset[str] = frozenset()
        for question in questions:
            if classes and not question.query.classes:
                question = replace(question, query=of_known_class(question.query, classes))
            hits = self._find(question, day, folded)
            if isinstance(hits, Abstain):
                refused.append(hits)
                if any(len(c.word) > 1 and not c.carried for c in question.query.concepts):
                    missed.append(question.text)
                continue
            hits, found_differing = self._beside_each_other(question.query, hits, day)
            if found_differing:
                differing[hits[0].passage_id] = found_differing
            answered.append((question, hits))
            # 算几类 answered with E类 tells the following questions which class is meant
            if Aspect.CATEGORY in question.query.aspects and not _in_doubt(question, hits[0]):
                classes = defined_classes(hits[0]) or classes
        if not answered:
            return refused[0]
        found = self._compose(answered, day, folded, differing)
        if isinstance(found, Abstain):
            return found
        found = self._with_old_amount(found, answered[0], day)
        onward = self._onward(answered[0][1][0], folded)
        return replace(found, missed=tuple(missed), next_questions=onward)

    # -- validity ------------------------------------------------------------------------

    def _validity(self, folded: str, day: date) -> Answer | None:
        """Whether the document a question names is in force; None when it names none."""
        best, share = None, NAMED
        for source in self._retriever.sources():
            if source.reviewed is not None:
                continue  # an answer of the office is no paper that people ask about
            held = likeness(source, folded)
            if held > share or (best and held == share and is_newer(source, best)):
                best, share = source, held
        if best is None:
            return None
        proof = self._retriever.marked(self._retriever.validity_passages(best), day)
        if not proof:
            return None
        citations = tuple(_citation(h, day) for h in proof)
        first = proof[0]
        part = Part(
            question=folded,
            body=validity(best, day),
            basis=basis(first.source, first.passage.label),
            passage_id=first.passage_id,
            overtaken=first.overtaken,
        )
        # the day is worked out from the clause quoted beside it, which is shown whole
        quoted = Part(folded, first.passage.text, part.basis, first.passage_id)
        return Answer((part,), (quoted,), citations)

    # -- finding -------------------------------------------------------------------------

    def _find(self, question: Question, day: date, folded: str) -> list[Hit] | Abstain:
        """The ranked passages that answer a question, or why there are none."""
        query = question.query
        hits: list[Hit] = []
        if query.historic or self._is_lapsed_edition(query.edition, day):
            hits = self._retriever.search(query, day, lapsed=True)
        if not hits or not self._supports(query, hits[0]):
            wide = query.period is not None and EVENT.search(query.text)
            hits = self._retriever.search(query, day, limit=EVENTS_SEEN if wide else 8)
            hits = self._of_class(query, hits, day, question.told)
            if needs_class(query, hits):
                return hits
        if place := self._unknown_place(folded, day, hits):
            level = place in _LEVELS
            return Abstain(Reason.OTHER_LEVEL if level else Reason.OTHER_PLACE, place)
        if hits and is_of_another_year(query.text, hits[0].source.title):
            return Abstain(Reason.NOT_YET_ANNOUNCED, near=tuple(hits[:3]))
        if query.period is not None and EVENT.search(query.text):
            texts = self._retriever.texts
            coming = [h for h in hits if within(query.period, h, texts(h.source.version_id))]
            if not coming:
                return Abstain(Reason.NOT_YET_ANNOUNCED, near=tuple(hits[:3]))
            if asks_for_events(query):
                return coming
            hits = [*coming, *(h for h in hits if h not in coming)]
        hits = self._supported_first(query, hits)
        supported = bool(hits) and self._supports(query, hits[0])
        if not supported or self._has_run_out(day):
            old = self._retriever.search(query, day, lapsed=True)
            if supported:
                least = hits[0].score / RUN_OUT
                old = [h for h in old if not h.source.has_successor]
                old = old if old and old[0].score >= least else []
            if not supported and not query.historic:
                # what has a successor is told beside nothing better only
                least = hits[0].score if hits else 0.0
                old = [h for h in old if not h.source.has_successor or h.score > least]
            if old and self._supports(query, old[0]):
                return old
        if supported:
            return self._of_that_day(question, hits, day) or self._basis_first(question, hits)
        dated = query.period is not None and EVENT.search(query.text)
        reason = Reason.NOT_YET_ANNOUNCED if dated else Reason.NO_PASSAGE
        return Abstain(reason, near=tuple(hits[:3]))

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
                    hit.score >= INSTEAD * first.score and self._supports(query, hit)
                ):
                    return [hit, *(h for h in hits if h is not hit)]
        if FIRMS.search(query.text) and EVENT.search(query.text) and not of_firms(first):
            # what visitors of a fair need by its day is not what exhibitors need
            for hit in hits[1:]:
                if of_firms(hit) and self._supports(query, hit):
                    return [hit, *(h for h in hits if h is not hit)]
        if asks_whether_open(query.text):
            for hit in hits:
                near = hit.score >= INSTEAD * first.score and hit.source.kind in _RULES
                if near and states_window(hit.passage.text) and self._supports(query, hit):
                    return [hit, *(h for h in hits if h is not hit)]
        if query.aspects[0] is Aspect.WHETHER and len(question.told) <= LETTER:
            deciding = _demanding(question.told, hits, query.classes)
            if not deciding:
                deciding = [
                    h
                    for h in hits
                    if h.score >= FOR_LIMIT * first.score
                    and _decides(question.told, h.passage.text)
                    and speaks_of_all(query, _whole(h))
                ]
            if len(deciding) == 1:
                return [deciding[0], *(h for h in hits if h is not deciding[0])]
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
        if not old or old[0].source.in_force(day) or not self._supports(query, old[0]):
            # no rule of that day is known: from when today's counts, and no amount of it
            return counted[:1]
        # of a class that nobody named, one row of today's says nothing
        today = counted or [h for h in hits if query.classes or not row_class(h)]
        return [old[0], *(replace(h, score=old[0].score) for h in today[:1])]

    def _beside_each_other(
        self, query: Query, hits: list[Hit], day: date
    ) -> tuple[list[Hit], Disagreement | None]:
        """The hits with two papers that disagree on the matter in front, and how they do."""
        if not hits[0].source.in_force(day):
            return hits, None
        sources = self._retriever.sources()
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

    def _has_run_out(self, day: date) -> bool:
        """Is there a paper whose term has ended and that nothing has taken the place of?"""
        return any(
            s.lapsed_on is not None and s.lapsed_on <= day and not s.has_successor
            for s in self._retriever.sources()
        )

    def _is_lapsed_edition(self, year: int | None, day: date) -> bool:
        """2022年版 means a lapsed paper when papers of that year are, and none is in force."""
        meant = [s for s in self._retriever.sources() if year and str(year) in s.title + s.number]
        return bool(meant) and not any(s.in_force(day) for s in meant)

    def _supports(self, query: Query, hit: Hit) -> bool:
        if hit.source.kind is DocumentKind.SPEECH:
            sentence = telling_sentence(query, hit.passage.text, self._retriever.shares(query))
            if not tells(query, sentence):
                return False
        return supports(query, hit, self._retriever.foreign(query)) and not self._asks_unknown(
            query
        )

    def _supported_first(self, query: Query, hits: list[Hit]) -> list[Hit]:
        """The hits, led by one that may be quoted where that is nearly as good as the first.

        The passage beside the one that says how much, until when or by whom is no answer.
        """
        if not hits or self._supports(query, hits[0]):
            return hits
        first = hits[0]
        if not lacks_only_the_number(query, first, self._retriever.foreign(query)):
            return hits
        near = [
            h
            for h in hits[1:]
            if h.score >= NEARLY * first.score and h.coverage >= NEARLY * first.coverage
        ]
        lead = next((h for h in near if self._supports(query, h)), None)
        return hits if lead is None else [lead, *(h for h in hits if h is not lead)]

    def _asks_unknown(self, query: Query) -> bool:
        """Does a yes-or-no question end in a thing that no document speaks of: 收违约金吗?"""
        match = _AT_THE_END.search(query.text) if query.aspects[0] is Aspect.WHETHER else None
        return match is not None and any(
            w in match[1] for w in self._retriever.unknown(query) if len(w) > 1
        )

    def _unknown_place(self, folded: str, day: date, hits: Sequence[Hit]) -> str:
        """A place or level that is asked about and that no document is for; "" for none."""
        known = self._retriever.places(day)
        # a letter tells where its writer comes from; a short question names where it is about
        for place in places(folded) if len(folded) <= SHORT_QUESTION else ():
            core = place_core(place)
            if _ZONE.fullmatch(place) or place in QUESTION_WORDS:
                continue
            if len(core) < 2 or any(core in k for k in known) or not is_settlement(place):
                continue
            # letters from several cities lie in one document: then the passage must name it
            if not hits or core not in normal(hits[0].passage.text):
                return place
        for level, pattern in _LEVELS.items():
            if pattern.search(folded) and not any(_SPEAKS_FOR[level].search(k) for k in known):
                return level
        return ""

    def _of_class(self, query: Query, hits: list[Hit], day: date, told: str) -> list[Hit]:
        """Rows differ by talent class but the question names a degree or title: look it up.

        院士买房补多少 needs 院士 → A类 from the recognition clauses before the row is known.
        """
        rows = [h for h in hits if h.passage.kind is ClauseKind.ROW and row_class(h)]
        titles = [c for c in query.concepts if QUALIFICATION.fullmatch(c.word)]
        income = INCOME.search(told)
        if query.classes or not (titles or income):
            return hits
        if Aspect.CATEGORY in query.aspects:
            # 技师 is not who the item on 高级技师 means, though it reads much like it
            fits = [
                matched(titles, told, h.passage.text) if defined_classes(h) else 0 for h in hits
            ]
            best = max(range(len(hits)), key=lambda i: fits[i], default=0)
            if hits and fits[best] > fits[0]:
                return [hits[best], *(h for h in hits if h is not hits[best])]
            return hits
        named_by_degree = any(
            h.passage.cells
            and query.degrees & set(degrees_named(normal(" ".join(h.passage.cells[:2]))))
            for h in hits[:3]
        )
        if not rows or named_by_degree:
            return hits
        title = max(titles, key=lambda c: len(c.word)) if titles else None
        asked = f"{title.word if title else '年收入'}认定人才类别"
        lookup = Query(asked, asked, tuple(concepts(asked, self._table)), (Aspect.CATEGORY,))
        maybe: list[Hit] = []
        for hit in self._retriever.search(lookup, day, limit=6):
            classes = defined_classes(hit)
            fit = matched(titles, told, hit.passage.text) if classes else Match.NONE
            if fit is Match.WHOLE:
                done = tuple(
                    replace(c, weight=c.weight * 0.2) if c is title else c for c in query.concepts
                )
                again = replace(query, classes=classes, concepts=done)
                found = self._retriever.search(again, day)[:7]
                found.sort(key=lambda h: needs_class(query, [h]))  # the amount before the class
                return [*found, hit]
            by_income = classes and not titles and by_income_of(hit.passage.text)
            if fit is Match.MAYBE or by_income:
                maybe.append(hit)
        # an amount of a class that is not known yet is a wrong amount
        return maybe or hits

    def _with_old_amount(
        self, found: Answer, answered: tuple[Question, list[Hit]], day: date
    ) -> Answer:
        """The answer with the rule that an amount asked about comes from, where that has lapsed.

        原来不是补10万吗 gets the amount of today and whose amount the 10万 was.
        """
        question, hits = answered
        named = _AMOUNT.search(question.told)
        if named is None or not hits[0].source.in_force(day):
            return found
        told = figures(named[0])
        if told <= figures(found.citations[0].text):
            return found
        for old in self._retriever.search(question.query, day, limit=3, lapsed=True):
            if told <= figures(old.passage.text) and self._supports(question.query, old):
                proof = _citation(old, day)
                body = old_amount(named[0], old.source)
                if unsupported(body, f"{proof.text} {named[0]} {old.source.title}"):
                    return found
                part = Part(question.text, body, proof.basis, old.passage_id)
                citations = (*found.citations[: MOST_CITATIONS - 1], proof)
                return replace(found, beside=(part, *found.beside[:1]), citations=citations)
        return found

    def _onward(self, first: Hit, folded: str) -> tuple[str, ...]:
        """What the clauses around the first answer would answer; none around a speech."""
        if first.source.kind in (DocumentKind.SPEECH, DocumentKind.EVENT):
            return ()
        neighbours = self._retriever.neighbours(first)
        return next_questions(first.passage, neighbours, first.source.title, folded)

    # -- composing -----------------------------------------------------------------------

    def _compose(
        self, answered: Sequence[tuple[Question, list[Hit]]], day: date, folded: str,
        differing: dict[int, Disagreement],
    ) -> Answer | Abstain:  # fmt: skip
        """The answer of the passages found.

        Args:
            differing: id of a passage that answers -> the other paper's that contradicts it.
        """
        groups: dict[int, list[tuple[Question, list[Hit]]]] = {}
        for question, hits in answered:
            groups.setdefault(hits[0].passage_id, []).append((question, hits))
        room = ROOM // len(groups)
        if differing:
            told_apart = sum(len(differs(d)) + SHORT for d in differing.values())
            room = max(SHORT, (ROOM - told_apart) // len(groups))
        if letter := len(folded) > LETTER:
            room = min(room, int(ROOM * FIRST_OF_LETTER))
        parts: list[Part] = []
        cited = [group[0][1][0] for group in groups.values()]
        tables: dict[int, Citation] = {}
        for group in groups.values():
            rivals = [h for h in group[0][1] if h.coverage >= group[0][1][0].coverage - CLEARLY]
            told = group[0][0].told if not letter else ""
            alone = len(_demanding(told, rivals, group[0][0].query.classes)) < 2
            asked = [q for q, _ in group]
            first = group[0][1][0]
            part = self._part(asked, first, day, room, told, alone, letter)
            differing_here = differing.get(first.passage_id)
            table = None if differing_here else self._every_class(asked, first, part, day, room)
            if table:
                part, whole, lines = table
                tables[part.passage_id] = whole
                cited += [h for h in group[0][1] if h.passage in lines and not _is_among(h, cited)]
            parts.append(replace(part, disagreement=differing_here))
        left = ROOM - sum(len(p.body) + len(p.basis) for p in parts)
        left -= sum(len(differs(d)) for d in differing.values())
        beside: list[Part] = []
        for question, hits in answered:
            found = differing.get(hits[0].passage_id)
            if found and not _is_among(found.other, cited):
                # shown whatever else there is room for: the line above speaks of it
                part = self._part([question], found.other, day, SHORT)
                left -= len(part.body) + len(part.basis)
                beside.append(part)
                cited.append(found.other)
            # 12月有什么活动 asks for all of them, other questions for the best
            every = asks_for_events(question.query)
            rows = [h for h in hits if h.passage.kind is ClauseKind.ROW]
            # once the answer lies elsewhere, the earlier turn's document is no longer the matter
            left_behind = set(question.query.documents) - {hits[0].source.document_id}
            for hit in rows if every else hits[1:3]:
                near = every or (
                    hit.score >= BESIDE * hits[0].score
                    and hit.source.document_id not in left_behind
                )
                # what has changed since is told of what answers, and not offered beside it
                if (
                    not near
                    or _is_among(hit, cited)
                    or (hit.overtaken and not every)
                    or of_another_class(question.query, hit)
                    or len(beside) == (EVENTS_SHOWN if every else 2)
                ):
                    continue
                part = self._part(
                    [question],
                    hit,
                    day,
                    max(SHORT, left - ROOM_FOR_BASIS) if letter else room,
                    letter=letter,
                )
                left -= len(part.body) + len(part.basis)
                if left >= 0:
                    beside.append(part)
                    cited.append(hit)
        for _, hits in answered:
            cited += hits[1:4]
        unique = list({h.passage_id: h for h in cited}.values())[:MOST_CITATIONS]
        dated = {h.passage_id for d in differing.values() for h in (d.first, d.other)}
        citations = tuple(
            tables.get(h.passage_id)
            or _citation(h, day, validity(h.source, day) if h.passage_id in dated else "")
            for h in unique
        )
        # worked out from the clause, today's place stands beside it
        windows = {p.passage_id: p.window for p in parts if p.window}
        citations = tuple(
            replace(c, text=f"{c.text}\n{windows[c.passage_id]}") if c.passage_id in windows else c
            for c in citations
        )
        support = " ".join(c.text for c in citations)
        parts = [
            replace(p, disagreement=None)
            if p.disagreement and unsupported(differs(p.disagreement), support)
            else p
            for p in parts
            if not unsupported(p.body, support)
        ]
        beside = [p for p in beside if not unsupported(p.body, support)]
        if not parts:
            return Abstain(Reason.UNFAITHFUL, near=tuple(unique))
        return Answer(tuple(parts), tuple(beside), citations)

    def _every_class(
        self, questions: Sequence[Question], hit: Hit, part: Part, day: date, room: int
    ) -> tuple[Part, Citation, list[Passage]] | None:
        """What a table gives every class, where an amount differs by a class that is not known;
        with the citation of the whole table and its rows."""
        query = questions[0].query
        titled = any(QUALIFICATION.fullmatch(c.word) for c in query.concepts)
        is_known = query.classes or titled or INCOME.search(questions[0].told)
        if len(questions) > 1 or is_known or query.aspects[0] is not Aspect.AMOUNT:
            return None
        if hit.passage.kind is not ClauseKind.ROW or not row_class(hit):
            return None
        rows = same_table(hit.passage, self._retriever.neighbours(hit))
        body = by_class(query, rows) if rows else ""
        if not body or len(body) > room - ROOM_FOR_BASIS:
            return None
        named = basis(hit.source, table_label(hit.passage).strip())
        text = "\n".join(r.text for r in rows)
        whole = replace(hit, passage=replace(hit.passage, text=text))
        proof = replace(_citation(whole, day), basis=named)
        return replace(part, body=body, basis=named), proof, rows

    def _part(
        self, questions: Sequence[Question], hit: Hit, day: date, room: int, told: str = "",
        alone: bool = True, letter: bool = False,
    ) -> Part:  # fmt: skip
        """One passage as the answer to the questions that it answers; see verdict for ``alone``."""
        queries = [q.query for q in questions]
        asked = replace(
            queries[0],
            concepts=tuple(c for q in queries for c in q.concepts),
            aspects=tuple(a for q in queries for a in q.aspects),
        )
        measures = [q.measure for q in queries if q.measure]
        shares = self._retriever.shares(asked)
        body = excerpt(asked, hit, shares, room - ROOM_FOR_BASIS, letter, measures)
        whole = hit.passage.text
        if len(queries) > 1 and not hit.passage.cells and len(whole) <= room - ROOM_FOR_BASIS:
            body = whole  # each question has its own sentence in it
        is_window = asks_whether_open(queries[0].text) and states_window(whole)
        if is_window and len(whole) <= room - ROOM_FOR_BASIS:
            body = whole
        recurs = recurring(body) if is_window else None
        # neither a speech nor the notice of an event states what is demanded of a person
        told_only = hit.source.kind in (DocumentKind.SPEECH, DocumentKind.EVENT)
        reply = hit.passage.kind is ClauseKind.QUESTION  # says its own yes or no, to its question
        only = asked.aspects[0] is Aspect.WHETHER and len(questions) == 1
        heading = " ".join((hit.source.title, *hit.passage.path))
        if asked.classes and body not in whole.splitlines():
            heading += whole  # cut down to the asker's class, it speaks of the matter around it
        return Part(
            question="，".join(q.text for q in questions),
            body=body,
            lead=verdict(asked, body, told, hit.coverage, heading, day, alone)
            if only and told and not (told_only or reply or is_window)
            else None,
            basis=basis(hit.source, hit.passage.label),
            passage_id=hit.passage_id,
            note=CLASS_FIRST if needs_class(asked, [hit]) else caveat(hit.source),
            lapsed="" if hit.source.in_force(day) else lapse(hit.source),
            overtaken=hit.overtaken,
            window=window(recurs, day) if recurs else "",
            past=None if hit.overtaken else over_since(hit, day),
        )


_AT_THE_END = re.compile(r"(?:[收交缴付扣赔])([\u4e00-\u9fff]{2,8}?)(?:吗|么|不|没|[?？])*$")
_RULES = (DocumentKind.REGULATION, DocumentKind.NOTICE, DocumentKind.GUIDE)
_AMOUNT = re.compile(
    r"(?:\d+(?:\.\d+)?|[一二三四五六七八九十两]+)(?:万元?|千元|百元)|\d{3,}(?:元|块)"
)
_ZONE = re.compile(
    r"(?:经开|高新|经济技术开发|开发|自贸|综保)区?|主城区|城镇|农村|乡镇|街道|城区|园区|新区|郊区|中国|我国|全国|本市|市里|区里"
)
_LEVELS = {
    "省级": re.compile(r"省里的|省级(?:的)?(?:人才)?(?:补贴|政策)|全省的|我省的"),
    "国家级": re.compile(r"国家(?:级)?(?:的)?(?:人才)?(?:补贴|政策)|全国的(?:补贴|政策)"),
}
_SPEAKS_FOR = {"省级": re.compile(r"省"), "国家级": re.compile(r"中华人民共和国|国务院|^全国")}
"""How the region, title or issuer of a document shows that it is of a level."""


def _demanding(told: str, hits: Sequence[Hit], classes: frozenset[str]) -> list[Hit]:
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


def _in_doubt(question: Question, hit: Hit) -> bool:
    """Does a recognition clause demand more of who asks than they told of themselves?"""
    titles = [c for c in question.query.concepts if QUALIFICATION.fullmatch(c.word)]
    return bool(titles) and matched(titles, question.told, hit.passage.text) is Match.MAYBE


def _decides(told: str, text: str) -> bool:
    """Does a clause say for how long, or from which day on, what a question gives a time of?"""
    return limits(told, text) or counts_from(told, text)


def _whole(hit: Hit) -> str:
    return " ".join((hit.source.title, *hit.passage.path, hit.passage.text))


def _is_among(hit: Hit, hits: Sequence[Hit]) -> bool:
    """Two questions of a message may find one passage with different scores."""
    return any(hit.passage_id == other.passage_id for other in hits)


def _citation(hit: Hit, day: date, dates: str = "") -> Citation:
    passage = hit.passage
    named = basis(hit.source, passage.label)
    standing = "" if hit.source.in_force(day) else lapse(hit.source)
    reviewed = hit.source.reviewed
    if reviewed is not None and reviewed.clause is not None:
        # figures are checked against the clause and not against the answer itself
        text = f"{named}\n{reviewed.clause.whole}"
        return Citation(hit.passage_id, hit.source.document_id, hit.source.file_name, text, named)
    change = hit.overtaken.passage if hit.overtaken else ""
    said = (named, standing, passage.caption, passage.text, change, dates)
    text = "\n".join(t for t in said if t)
    return Citation(hit.passage_id, hit.source.document_id, hit.source.file_name, text, named)

"""Question -> Answer with citations, or Abstain with a reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import takewhile

from bot.answering.classes import (
    INCOME,
    Match,
    defined_classes,
    led_to,
    needs_class,
    of_another_class,
    of_known_class,
    row_class,
    same_table,
    table_label,
    titles_in,
)
from bot.answering.dialect import in_standard_words
from bot.answering.disagreement import Disagreement, is_overruled
from bot.answering.elsewhere import names_known_place
from bot.answering.events import asks_for_events, over_since
from bot.answering.excerpt import (
    by_class,
    excerpt,
    near_question,
    opens_itself,
    richest,
    run_in,
)
from bot.answering.finding import Finder, demanding
from bot.answering.letters import LETTER
from bot.answering.naming import (
    NAMED,
    VALIDITY,
    asks_by_number,
    is_meant,
    is_newer,
    likeness,
)
from bot.answering.onward import next_questions
from bot.answering.result import Abstain, Answer, Citation, Part, Reason
from bot.answering.ruling import Verdict, denies, forbids
from bot.answering.scope import refusal
from bot.answering.understanding import (
    Question,
    Turn,
    understand,
)
from bot.answering.verdict import ABOUT, in_letter, refusal_of, shuts_out, verdict
from bot.answering.whereabouts import without_origin
from bot.answering.window import asks_whether_open, recurring, states_window
from bot.wording import (
    CLASS_FIRST,
    REPEALED,
    basis,
    caveat,
    differs,
    lapse,
    old_amount,
    validity,
    window,
)
from knowledge.documents import ClauseKind, DocumentKind, Hit, Passage, Source
from knowledge.figures import figures, unsupported
from knowledge.lexicon import SpokenTable, SynonymFinder, normal, places
from knowledge.query import Aspect, Concept, Query
from knowledge.retriever import Retriever
from knowledge.weights import HEADED

CLEARLY = 0.02
"""A passage that holds so much less of the question speaks of another way to the thing."""
BESIDE = 0.78
"""A second passage is shown when it scores this share of the first."""
MOST_CITATIONS = 5
EVENTS_SHOWN = 4
"""Further events listed in one reply; WeChat's limit leaves no room for more."""
ROOM = 480
"""Characters of policy text in one reply; with basis lines it stays under 600 and 2,048 bytes."""
FIRST_OF_LETTER = 0.75
"""Share of the room that the first passage gets in the answer to a letter; no single passage
answers all of one."""
MOST_OF_ITEMS = 300
"""Characters of a clause's items up to which all of them follow their lead-in."""
WHOLE = 160
"""Characters up to which a clause is quoted whole, whichever of its sentences answers."""
SHORT = 120
"""Characters that a second passage gets at least; where they do not fit, it is left out."""
ROOM_FOR_BASIS = 60
"""Of a part's room, what its basis line takes."""


class Answerer:
    """Answers questions from the documents in force."""

    def __init__(self, retriever: Retriever, table: SynonymFinder) -> None:
        self._retriever = retriever
        self._table = SpokenTable(table, retriever.speaks_of)
        self._finder = Finder(retriever, self._table)

    def answer(self, text: str, day: date, history: Sequence[Turn] = ()) -> Answer | Abstain:
        """Answer a message as of a day, in the light of the conversation before it."""
        text = in_standard_words(text)
        if reason := refusal(normal(text)):
            return Abstain(reason)
        text, _ = self._retriever.sounds().correct(text)
        folded = without_origin(normal(text))
        if VALIDITY.search(folded) and (valid := self._validity(folded, day)):
            return valid
        questions = understand(text, day, self._table, history, self._retriever.names_in)
        answered: list[tuple[Question, list[Hit]]] = []
        refused: list[Abstain] = []
        missed: list[str] = []
        differing: dict[int, Disagreement] = {}
        classes: frozenset[str] = frozenset()
        matter_is_unknown = False
        for question in questions:
            if classes and not question.query.classes:
                question = replace(question, query=of_known_class(question.query, classes))
            if question.leans and answered:
                near = frozenset({answered[-1][1][0].source.document_id})
                question = replace(question, query=replace(question.query, documents=near))
            if question.leans and matter_is_unknown and not answered:
                continue  # one more thing of a matter that no document speaks of
            if refused and not answered and _AFTER_IT.match(question.text):
                continue  # 过了还收吗 behind a last day that no document gives
            is_there = bool(refused and refused[-1].place) and not answered
            if is_there and not self._names_place(question.text, day):
                continue  # one more thing of that other place
            hits = self._finder.find(question, day, folded)
            if isinstance(hits, Abstain):
                refused.append(hits)
                matter_is_unknown = bool(self._retriever.unknown(question.query))
                if any(len(c.word) > 1 and not c.carried for c in question.query.concepts):
                    missed.append(question.text)
                continue
            hits, found_differing = self._finder.beside_each_other(question.query, hits, day)
            hits = [self._completed(question.query, hits[0]), *hits[1:]]
            if found_differing:
                differing[hits[0].passage_id] = found_differing
            answered.append((question, hits))
            # 算几类 answered with E类 tells the following questions which class is meant
            if Aspect.CATEGORY in question.query.aspects:
                led, fit = led_to(titles_in(question.query), question.told, hits[0])
                if fit is not Match.MAYBE:
                    classes = led or defined_classes(hits[0]) or classes
        if not answered:
            return refused[0]
        found = self._compose(answered, day, folded, differing)
        if isinstance(found, Abstain):
            return found
        found = self._with_old_amount(found, answered[0], day)
        stated = " ".join(c.text for c in found.citations)
        # an amount in a question that is only offered is read as one that is granted
        onward = tuple(
            q
            for q in self._onward(answered[0][1][0], folded)
            if not unsupported(q, stated) and all(n in stated for n in _ORDINAL.findall(q))
        )
        return replace(found, missed=tuple(missed), next_questions=onward)

    def _names_place(self, text: str, day: date) -> bool:
        return bool(places(text)) or names_known_place(text, self._retriever.places(day))

    # -- validity ------------------------------------------------------------------------

    def _validity(self, folded: str, day: date) -> Answer | Abstain | None:
        """Whether the document a question names is in force; None when it names none, and nothing
        is said of another paper than the one whose number it gives."""
        if len(folded) <= LETTER and asks_by_number(folded):  # a letter leans on many papers
            sources = self._retriever.sources(day)
            best = next((s for s in sources if is_meant(folded, s.number)), None)
            if best is None:
                return self._repealed(folded, day) or Abstain(Reason.NO_PASSAGE)
        else:
            best = self._titled(folded, day)
        if best is None:
            return None
        proof = self._retriever.marked(self._retriever.validity_passages(best, day), day)
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

    def _titled(self, folded: str, day: date) -> Source | None:
        """The paper whose title a question names."""
        best, share = None, NAMED
        for source in self._retriever.sources(day):
            if source.reviewed is not None:
                continue  # an answer of the office is no paper that people ask about
            if _OF_ANOTHER.match(source.title) and not _OF_ANOTHER_ASKED.search(folded):
                continue  # who asks whether a paper holds does not mean the notice that prolongs it
            held = likeness(source, folded)
            if held > share or (best and held == share and is_newer(source, best)):
                best, share = source, held
        return best

    def _repealed(self, folded: str, day: date) -> Answer | None:
        """That a paper asked about by its number, which is none of the stored ones, is repealed by
        one of them; None where none says so."""
        hit = self._retriever.repealing(lambda paper: is_meant(folded, paper), day)
        if hit is None:
            return None
        proof = _citation(hit, day)
        part = Part(folded, REPEALED + hit.passage.text, proof.basis, hit.passage_id)
        return Answer((part,), (), (proof,))

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
            if told <= figures(old.passage.text) and self._finder.supports(question.query, old):
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

    def _completed(self, query: Query, hit: Hit) -> Hit:
        """A passage that only leads to others with these: 有下列行为之一的，收回住房： alone says
        nothing."""
        passage = hit.passage
        text = passage.text.rstrip()
        wants_list = query.aspects[0] is Aspect.MATERIALS and not query.point
        if wants_list and (whole := self._whole_list(hit)):
            return replace(hit, passage=whole)
        if passage.kind is ClauseKind.ROW or not text.endswith(("：", ":")):
            return hit
        following = [p for p in self._retriever.neighbours(hit) if p.ordinal > passage.ordinal]
        items = [
            p.text
            for p in takewhile(lambda p: p.label.startswith(passage.label), following)
            if p.kind is not ClauseKind.ROW
        ]
        if sum(map(len, items)) > MOST_OF_ITEMS:
            items = [richest(query, items, self._retriever.shares(query))]
        return replace(hit, passage=replace(passage, text="\n".join((text, *items))))

    def _whole_list(self, hit: Hit) -> Passage | None:
        """All of a list of papers of which a passage holds some items, in reading order; None where
        it holds all of it, or where the whole is too long."""
        passage, part = hit.passage, _ITEMS.fullmatch(hit.passage.label)
        if part is None:
            return None
        among = {p.ordinal: p for p in (passage, *self._retriever.neighbours(hit))}
        first = last = passage.ordinal
        while _is_of_list(among.get(first - 1), part["list"]):
            first -= 1
        while _is_of_list(among.get(last + 1), part["list"]):
            last += 1
        lines = [line for n in range(first, last + 1) for line in among[n].text.splitlines()]
        text = "\n".join(dict.fromkeys(lines))  # each part may begin with the lead-in
        led = HEADED[Aspect.MATERIALS].search(
            f"{lines[0]} {' '.join(passage.path[-1:])} {part['list']}"
        )
        if first == last or not led or len(text) > ROOM - ROOM_FOR_BASIS:
            return None
        opens, closes = (re.findall(_ITEM, among[n].label) for n in (first, last))
        return replace(passage, text=text, label=f"{part['list']}{opens[0]}至{closes[-1]}")

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
            told = group[0][0].told
            alone = len(demanding(told, rivals, group[0][0].query.classes)) < 2
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
                    or is_overruled(hit, hits[0])
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
        is_known = query.classes or titles_in(query) or INCOME.search(questions[0].told)
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
        judged = only and bool(told) and not (told_only or is_window)
        lead = None
        if judged and letter:
            near = max(hit.point, hit.coverage) >= ABOUT
            lead = in_letter(asked, body, told, near)
        elif judged and not reply:
            lead = verdict(asked, body, told, hit.coverage, heading, day, alone)
        if lead is None and judged and not opens_itself(whole):
            passage = hit.passage
            above = " ".join((*passage.path[-1:], passage.label, passage.caption, run_in(whole)))
            lead = refusal_of(asked, body if reply else whole, above)
            if lead is None and reply and not letter:
                lead = verdict(asked, body, told, hit.coverage, heading, day, alone)
        elif judged and reply and lead is None and not letter and not opens_itself(body):
            # the yes that the reply opens with is for others, and was left out
            out = shuts_out(asked, told, normal(body), hit.coverage)
            lead = Verdict.NO if out else None
        # 公务员不纳入 is read as a yes behind the 均可申请 of everybody else
        rest = whole.replace(body, "")
        is_no = (
            asked.aspects[0] is Aspect.WHETHER
            and lead is None
            and (forbids(body) or (denies(rest) and not _holds_one(asked.concepts, rest)))
        )
        cut_for = hit.passage.cells or reply or asked.classes or is_no
        if len(whole) <= WHOLE and not cut_for:
            body = whole  # what else so short a clause says changes or completes the answer
        lead_in = hit.passage.caption
        is_case = not hit.passage.cells and hit.passage.kind is not ClauseKind.PARAGRAPH
        is_item = bool(told) and is_case and bool(_LEADS_IN.search(lead_in))
        if is_item and not body.startswith(lead_in):
            body = f"{lead_in}\n{body}"  # an item is one of what these words say
        return Part(
            question="，".join(q.text for q in questions),
            body=body,
            lead=lead,
            basis=basis(hit.source, hit.passage.label),
            passage_id=hit.passage_id,
            note=CLASS_FIRST if needs_class(asked, [hit]) else caveat(hit.source),
            lapsed="" if hit.source.in_force(day) else lapse(hit.source),
            overtaken=hit.overtaken,
            window=window(recurs, day) if recurs else "",
            past=None if hit.overtaken else over_since(hit, day),
            reply_to=near_question(asked, hit, letter)
            if reply and body != whole and opens_itself(body)
            else "",
        )


_ITEM = r"(?:第\d+项|[(（][一二三四五六七八九十]+[)）])"
_ITEMS = re.compile(rf"(?P<list>.*?){_ITEM}(?:至{_ITEM})?")


def _is_of_list(passage: Passage | None, name: str) -> bool:
    """Does a passage hold items of the list of that name?"""
    part = _ITEMS.fullmatch(passage.label) if passage else None
    return part is not None and part["list"] == name


_AFTER_IT = re.compile("(?:那|要是|如果|万一)*(?:超?过了|过期|晚了|逾期|错过)")
_ORDINAL = re.compile(r"第[一二三四五六七八九十\d]+")
"""第二笔 in a question that is offered: the answer must have spoken of a second one."""
_LEADS_IN = re.compile(
    r"^(?=.{,80}$)(?=.*(?:之一|[以如]下|下列))"
    r".*(?:之一|(?<!对)应|须|可以|不[能得予享受再]|取消|停止|收回|追回|责令|撤销|处理|处以|给予).*[：:]$"
)
"""What is to happen in each of the cases below it; 主要标准如下 says nothing of them."""
_OF_ANOTHER = re.compile(r"关于(?:延长|废止|修改|修订|停止|继续|调整|公布|宣布)[^《]*《")
_OF_ANOTHER_ASKED = re.compile(r"延长|废止|修改|修订|通知|决定")
_AMOUNT = re.compile(
    r"(?:\d+(?:\.\d+)?|[一二三四五六七八九十两]+)(?:万元?|千元|百元)|\d{3,}(?:元|块)"
)


def _holds_one(concepts: Sequence[Concept], text: str) -> bool:
    """Does a text name one of the things asked about?"""
    folded = normal(text)
    return any(c.stands_in(folded) for c in concepts if c.is_whole)


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

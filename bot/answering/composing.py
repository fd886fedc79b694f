"""The passages found -> the answer that is told: what leads, what stands beside it, its basis."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.answering.classes import (
    INCOME,
    names_the_asker,
    needs_class,
    of_another_class,
    row_class,
    row_names,
    same_table,
    table_label,
    titles_in,
)
from bot.answering.disagreement import Disagreement, is_overruled
from bot.answering.events import asks_for_events, over_since
from bot.answering.excepting import shuts_out
from bot.answering.excerpt import by_class, excerpt, near_question, opens_itself, run_in
from bot.answering.letters import LETTER
from bot.answering.people import keeps_out_kin
from bot.answering.precedence import demanding
from bot.answering.result import ROOM, ROOM_FOR_BASIS, Abstain, Answer, Citation, Part, Reason
from bot.answering.ruling import Verdict, denies, forbids
from bot.answering.support import ABOUT, context_of, without_aside
from bot.answering.understanding import Question
from bot.answering.verdict import in_letter, of_the_case, refusal_of, verdict
from bot.answering.window import asks_whether_open, recurring, states_window
from bot.wording import CLASS_FIRST, basis, caveat, differs, lapse, validity, window
from knowledge.documents import ClauseKind, DocumentKind, Hit, Passage
from knowledge.figures import unsupported
from knowledge.lexicon import is_coined, normal
from knowledge.query import Aspect, Concept, Query
from knowledge.regions import is_district, means_the_city, speaks_of_own_zone
from knowledge.retriever import Retriever
from knowledge.structure import sentences
from knowledge.talent_classes import classes_named

CLEARLY = 0.02
"""A passage that holds so much less of the question speaks of another way to the thing."""
BESIDE = 0.78
"""A second passage is shown when it scores this share of the first."""
MOST_CITATIONS = 5
EVENTS_SHOWN = 4
"""Further events listed in one reply; WeChat's limit leaves no room for more."""
FIRST_OF_LETTER = 0.75
"""Share of the room that the first passage gets in the answer to a letter; no single passage
answers all of one."""
WHOLE = 160
"""Characters up to which a clause is quoted whole, whichever of its sentences answers."""
SHORT = 120
"""Characters that a second passage gets at least; where they do not fit, it is left out."""


class Composer:
    """Composes an answer of the passages found for each question of a message."""

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever

    def compose(
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
                    or (not every and self._is_of_another_place(question.query, hits[0], hit))
                    or (not every and _is_another_case(question.query, hits[0], hit))
                    or _lacks_its_name(question.query, hits[0], hit)
                    or _is_other_row(question.query, hits[0].passage, hit.passage)
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
            or citation(h, day, validity(h.source, day) if h.passage_id in dated else "")
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

    def _is_of_another_place(self, query: Query, first: Hit, hit: Hit) -> bool:
        """Is a passage the city's where the zone that answers is asked about, or a zone's where the
        city's rule is?"""
        named = self._retriever.names_place_of
        if is_district(first.source) and (named(first.source, query) or speaks_of_own_zone(query)):
            return not is_district(hit.source) and bool(hit.source.region)
        elsewhere = means_the_city(query) or self._retriever.names_other_district(query)
        return is_district(hit.source) and elsewhere and not named(hit.source, query)

    def _every_class(
        self, questions: Sequence[Question], hit: Hit, part: Part, day: date, room: int
    ) -> tuple[Part, Citation, list[Passage]] | None:
        """What a table gives every class, where an amount differs by a class that is not known;
        with the citation of the whole table and its rows."""
        query = questions[0].query
        told = questions[0].told
        is_known = query.classes or titles_in(query, told) or INCOME.search(told)
        if len(questions) > 1 or is_known or query.aspects[0] is not Aspect.AMOUNT:
            return None
        if hit.passage.kind is not ClauseKind.ROW or not row_class(hit):
            return None
        if set(row_names(hit.passage, told)) - {row_class(hit)}:
            return None  # 蓝帆卡 of a table of cards by class
        rows = same_table(hit.passage, self._retriever.neighbours(hit))
        body = by_class(query, rows) if rows else ""
        if not body or len(body) > room - ROOM_FOR_BASIS:
            return None
        named = basis(hit.source, table_label(hit.passage).strip())
        text = "\n".join(r.text for r in rows)
        whole = replace(hit, passage=replace(hit.passage, text=text))
        proof = replace(citation(whole, day), basis=named)
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
        coverage = without_aside(asked, hit, self._retriever.aside(asked)).coverage
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
        case = of_the_case(asked, whole) if judged and not letter else ""
        if case and keeps_out_kin(asked.text, normal(case)):
            lead, body = Verdict.NO, case
        elif judged and letter:
            near = max(hit.point, coverage) >= ABOUT
            lead = in_letter(asked, body, told, near)
        elif judged and not reply:
            lead = verdict(asked, body, told, coverage, heading, day, alone)
        if lead is None and judged and not opens_itself(whole):
            passage = hit.passage
            above = " ".join((*passage.path[-1:], passage.label, passage.caption, run_in(whole)))
            lead = refusal_of(asked, body if reply else whole, above, hit.source.title)
            if lead is None and reply and not letter:
                lead = verdict(asked, body, told, coverage, heading, day, alone)
        elif judged and reply and lead is None and not letter and not opens_itself(body):
            # the yes that the reply opens with is for others, and was left out
            out = shuts_out(asked, told, normal(body), coverage)
            lead = Verdict.NO if out else None
        if lead is Verdict.FAILS and (loosened := _loosened(whole, body, asked.classes)):
            lead, body = None, f"{body}{loosened}"
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
        body = _ITS_NUMBER.sub("", body)
        if body != whole and not hit.passage.cells and len(_ITEMS.findall(body)) == 1:
            body = _ITEMS.sub("", body, count=1)  # 2.23:30关闭大门 of a list
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


def _lacks_its_name(query: Query, first: Hit, hit: Hit) -> bool:
    """Does what answers hold the name that the documents have for what is asked about, and this
    not: 智巢 of a flat, of which the rules of another house say nothing?"""
    names = [c for c in query.concepts if is_coined(c.word) and c.weight >= 1 and not c.carried]
    return any(c.word in context_of(first) and c.word not in context_of(hit) for c in names)


def _is_other_row(query: Query, first: Passage, row: Passage) -> bool:
    """Is a passage another row of the table, where the question says which place the first is of,
    and it is of another: 百草街 of one of four houses?"""
    if not (first.cells and row.header == first.header):
        return False
    cells, others = normal(" ".join(first.cells)), normal(" ".join(row.cells))
    places = _A_PLACE.findall(query.text)
    of_first = any(w in cells and w not in others for w in places)
    return of_first and not any(w in others and w not in cells for w in places)


_A_PLACE = re.compile("[\u4e00-\u9fff]{2}[街路店镇村巷]")


def _loosened(whole: str, body: str, classes: frozenset[str]) -> str:
    """The sentence behind what is quoted of a clause that loosens it for some: 以技能等级申报的,
    放宽5周岁; "" for none, and where that is for other classes than the asker's."""
    behind = whole.partition(body.rstrip("。；;\n"))[2] if body else ""
    loosens = (s for s in sentences(behind)[:2] if _LOOSENS.search(s))
    return next((s for s in loosens if classes >= {*classes_named(normal(s))}), "")


_LOOSENS = re.compile(r"放宽|不受[^，,。；;]{0,8}限制|可以?(?:适当)?延长|不设年龄")
_ITS_NUMBER = re.compile(r"^\s*\d{1,3}\s*[.．、]\s*(?=问\s*[:：])")
"""Which question of a collection it is says nothing to who asked: 13．问："""
_ITEMS = re.compile(r"^\s*\d{1,2}\s*[.．、]\s*|(?<=[;；。\n])\s*\d{1,2}[.．、]\s*")
"""The numbers of a list's items, each at the beginning of one."""
_LEADS_IN = re.compile(
    r"^(?=.{,80}$)(?=.*(?:之一|[以如]下|下列))"
    r".*(?:之一|(?<!对)应|须|可以|不[能得予享受再]|取消|停止|收回|追回|责令|撤销|处理|处以|给予).*[：:]$"
)
"""What is to happen in each of the cases below it; 主要标准如下 says nothing of them."""


def _holds_one(concepts: Sequence[Concept], text: str) -> bool:
    """Does a text name one of the things asked about?"""
    folded = normal(text)
    return any(c.stands_in(folded) for c in concepts if c.is_whole)


def _is_among(hit: Hit, hits: Sequence[Hit]) -> bool:
    """Two questions of a message may find one passage with different scores."""
    return any(hit.passage_id == other.passage_id for other in hits)


def _is_another_case(query: Query, first: Hit, hit: Hit) -> bool:
    """Is a row what the table of the first one, which names the asker, gives to somebody else?"""
    one, other = first.passage, hit.passage
    return (
        query.aspects[0] is Aspect.AMOUNT
        and one.kind is other.kind is ClauseKind.ROW
        and first.source.version_id == hit.source.version_id
        and (one.header, one.path) == (other.header, other.path)
        and hit.coverage < first.coverage - CLEARLY
        and names_the_asker(query, one)
    )


def citation(hit: Hit, day: date, dates: str = "") -> Citation:
    """What an answer that rests on a passage cites; ``dates`` is worked out from its paper."""
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

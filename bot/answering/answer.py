"""Question -> Answer with citations, or Abstain with a reason. All thresholds live here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.answering.excerpt import excerpt, telling_sentence
from bot.answering.figures import figures, unsupported
from bot.answering.onward import next_questions
from bot.answering.result import Abstain, Answer, Citation, Part, Reason
from bot.answering.scope import refusal
from bot.answering.understanding import LETTER, Question, Turn, concepts, understand, without_origin
from bot.answering.verdict import demands, verdict
from bot.wording import basis, caveat, lapse, old_amount, validity
from knowledge.documents import ClauseKind, DocumentKind, Hit, Source
from knowledge.lexicon import QUESTION_WORDS, SynonymTable, normal, place_core, places, words
from knowledge.query import Aspect, Concept, Period, Query
from knowledge.retriever import Retriever
from knowledge.weights import ANSWERS

SUPPORT = 0.34
"""What coverage, meaning and foreign words together must reach for an answer; see ``support``.

Fitted on the development set and on the even half of the held-back ones; docs/quality.md has what
it keeps and what it refuses.
"""
MEANING = 0.3
"""Worth of the cosine against coverage. Small, because cosines of another model differ."""
FOREIGN = 0.5
"""Cost of the share of a question that speaks of what no document does (买车, 二胎)."""
INSTEAD = 0.7
"""Share of the first's score from which a passage that is better for its kind comes first."""
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
FIRST_OF_LETTER = 0.6
"""Share of the room that the first passage gets in the answer to a letter; no single passage
answers all of one."""
SHORT = 120
"""Characters that a second passage gets at least; where they do not fit, it is left out."""
ROOM_FOR_BASIS = 60
"""Of a part's room, what its basis line takes."""


class Answerer:
    """Answers questions from the documents in force."""

    def __init__(self, retriever: Retriever, table: SynonymTable) -> None:
        self._retriever, self._table = retriever, table

    def answer(self, text: str, day: date, history: Sequence[Turn] = ()) -> Answer | Abstain:
        """Answer a message as of a day, in the light of the conversation before it."""
        folded = normal(text)
        if reason := refusal(folded):
            return Abstain(reason)
        text, _ = self._retriever.sounds().correct(text)
        folded = without_origin(normal(text))
        if _VALIDITY.search(folded) and (valid := self._validity(folded, day)):
            return valid
        questions = understand(text, day, self._table, history)
        answered: list[tuple[Question, list[Hit]]] = []
        refused: list[Abstain] = []
        missed: list[str] = []
        classes: frozenset[str] = frozenset()
        for question in questions:
            if classes and not question.query.classes:
                question = replace(question, query=_of_known_class(question.query, classes))
            hits = self._find(question, day, folded)
            if isinstance(hits, Abstain):
                refused.append(hits)
                if any(len(c.word) > 1 and not c.carried for c in question.query.concepts):
                    missed.append(question.text)
                continue
            answered.append((question, hits))
            # 算几类 answered with E类 tells the following questions which class is meant
            if Aspect.CATEGORY in question.query.aspects:
                classes = defined_classes(hits[0]) or classes
        if not answered:
            return refused[0]
        found = self._compose(answered, day, folded)
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
            likeness = _named(source, folded)
            if likeness > share or (best and likeness == share and _is_newer(source, best)):
                best, share = source, likeness
        if best is None:
            return None
        proof = self._retriever.validity_passages(best)
        if not proof:
            return None
        citations = tuple(_citation(h, day) for h in proof)
        first = proof[0]
        part = Part(
            question=folded,
            body=validity(best, day),
            basis=basis(first.source, first.passage.label),
            passage_id=first.passage_id,
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
            wide = query.period is not None and _EVENT.search(query.text)
            hits = self._retriever.search(query, day, limit=EVENTS_SEEN if wide else 8)
            hits = self._of_class(query, hits, day)
        if place := self._unknown_place(folded, day, hits):
            level = place in _LEVELS
            return Abstain(Reason.OTHER_LEVEL if level else Reason.OTHER_PLACE, place)
        if query.period is not None and _EVENT.search(query.text):
            texts = self._retriever.texts
            coming = [h for h in hits if _within(query.period, h, texts(h.source.version_id))]
            if not coming:
                return Abstain(Reason.NOT_YET_ANNOUNCED, near=tuple(hits[:3]))
            if _asks_for_events(query):
                return coming
            hits = [*coming, *(h for h in hits if h not in coming)]
        if hits and self._supports(query, hits[0]):
            return self._basis_first(question, hits)
        old = self._retriever.search(query, day, lapsed=True)
        if old and self._supports(query, old[0]):
            return old
        dated = query.period is not None and _EVENT.search(query.text)
        reason = Reason.NOT_YET_ANNOUNCED if dated else Reason.NO_PASSAGE
        return Abstain(reason, near=tuple(hits[:3]))

    def _basis_first(self, question: Question, hits: list[Hit]) -> list[Hit]:
        """A policy before the speech that reads better, the clause that decides before the rest.

        我毕业两年了还能领吗 is decided by 毕业3年以内, wherever the amounts are told.
        """
        first, query = hits[0], question.query
        if first.source.kind is DocumentKind.SPEECH:
            for hit in hits[1:4]:
                if hit.source.kind is not DocumentKind.SPEECH and (
                    hit.score >= INSTEAD * first.score and self._supports(query, hit)
                ):
                    return [hit, *(h for h in hits if h is not hit)]
        if query.aspects[0] is Aspect.WHETHER and len(question.told) <= LETTER:
            deciding = _demanding(question.told, hits)
            if len(deciding) == 1:
                return [deciding[0], *(h for h in hits if h is not deciding[0])]
        return hits

    def _is_lapsed_edition(self, year: int | None, day: date) -> bool:
        """2022年版 means a lapsed paper when papers of that year are, and none is in force."""
        meant = [s for s in self._retriever.sources() if year and str(year) in s.title + s.number]
        return bool(meant) and not any(s.in_force(day) for s in meant)

    def _supports(self, query: Query, hit: Hit) -> bool:
        if hit.source.kind is DocumentKind.SPEECH:
            sentence = telling_sentence(query, hit.passage.text, self._retriever.shares(query))
            if not tells(query, sentence):
                return False
        return supports(query, hit, self._retriever.foreign(query))

    def _unknown_place(self, folded: str, day: date, hits: Sequence[Hit]) -> str:
        """A place or level that is asked about and that no document is for; "" for none."""
        known = self._retriever.places(day)
        # a letter tells where its writer comes from; a short question names where it is about
        for place in places(folded) if len(folded) <= SHORT_QUESTION else ():
            core = place_core(place)
            if _ZONE.fullmatch(place) or place in QUESTION_WORDS:
                continue
            if len(core) < 2 or any(core in k for k in known):
                continue
            # letters from several cities lie in one document: then the passage must name it
            if not hits or core not in normal(hits[0].passage.text):
                return place
        for level, pattern in _LEVELS.items():
            if pattern.search(folded) and not any(_SPEAKS_FOR[level].search(k) for k in known):
                return level
        return ""

    def _of_class(self, query: Query, hits: list[Hit], day: date) -> list[Hit]:
        """Rows differ by talent class but the question names a degree or title: look it up.

        院士买房补多少 needs 院士 → A类 from the recognition clauses before the row is known.
        """
        rows = [h for h in hits if h.passage.kind is ClauseKind.ROW and row_class(h)]
        titles = [c for c in query.concepts if _QUALIFICATION.fullmatch(c.word)]
        asks_which = Aspect.CATEGORY in query.aspects
        if query.classes or asks_which or not rows or not titles:
            return hits
        title = max(titles, key=lambda c: len(c.word))
        named = _named_as(title)
        asked = f"{title.word}认定人才类别"
        lookup = Query(asked, asked, tuple(concepts(asked, self._table)), (Aspect.CATEGORY,))
        for hit in self._retriever.search(lookup, day, limit=6):
            classes = defined_classes(hit)
            if classes and named.search(normal(hit.passage.text)):
                done = tuple(
                    replace(c, weight=c.weight * 0.2) if c is title else c for c in query.concepts
                )
                again = replace(query, classes=classes, concepts=done)
                return [*self._retriever.search(again, day)[:7], hit]
        return hits

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
        self, answered: Sequence[tuple[Question, list[Hit]]], day: date, folded: str
    ) -> Answer | Abstain:
        groups: dict[int, list[tuple[Question, list[Hit]]]] = {}
        for question, hits in answered:
            groups.setdefault(hits[0].passage_id, []).append((question, hits))
        room = ROOM // len(groups)
        if letter := len(folded) > LETTER:
            room = min(room, int(ROOM * FIRST_OF_LETTER))
        parts: list[Part] = []
        cited = [group[0][1][0] for group in groups.values()]
        for group in groups.values():
            alone = len(_demanding(folded, group[0][1])) < 2
            asked = [q for q, _ in group]
            parts.append(self._part(asked, group[0][1][0], day, room, folded, alone))
        left = ROOM - sum(len(p.body) + len(p.basis) for p in parts)
        beside: list[Part] = []
        for question, hits in answered:
            # 12月有什么活动 asks for all of them, other questions for the best
            every = _asks_for_events(question.query)
            rows = [h for h in hits if h.passage.kind is ClauseKind.ROW]
            # once the answer lies elsewhere, the earlier turn's document is no longer the matter
            left_behind = set(question.query.documents) - {hits[0].source.document_id}
            for hit in rows if every else hits[1:3]:
                near = every or (
                    hit.score >= BESIDE * hits[0].score
                    and hit.source.document_id not in left_behind
                )
                if not near or hit in cited or len(beside) == (EVENTS_SHOWN if every else 2):
                    continue
                part = self._part(
                    [question], hit, day, max(SHORT, left - ROOM_FOR_BASIS) if letter else room
                )
                left -= len(part.body) + len(part.basis)
                if left >= 0:
                    beside.append(part)
                    cited.append(hit)
        for _, hits in answered:
            cited += hits[1:4]
        unique = list({h.passage_id: h for h in cited}.values())[:MOST_CITATIONS]
        citations = tuple(_citation(h, day) for h in unique)
        support = " ".join(c.text for c in citations)
        parts = [p for p in parts if not unsupported(p.body, support)]
        beside = [p for p in beside if not unsupported(p.body, support)]
        if not parts:
            return Abstain(Reason.UNFAITHFUL, near=tuple(unique))
        return Answer(tuple(parts), tuple(beside), citations)

    def _part(
        self, questions: Sequence[Question], hit: Hit, day: date, room: int, told: str = "",
        alone: bool = True,
    ) -> Part:  # fmt: skip
        """One passage as the answer to the questions that it answers; see verdict for ``alone``."""
        queries = [q.query for q in questions]
        asked = replace(
            queries[0],
            concepts=tuple(c for q in queries for c in q.concepts),
            aspects=tuple(a for q in queries for a in q.aspects),
        )
        body = excerpt(asked, hit, self._retriever.shares(asked), room - ROOM_FOR_BASIS)
        speech = hit.source.kind is DocumentKind.SPEECH
        reply = hit.passage.kind is ClauseKind.QUESTION  # says its own yes or no, to its question
        only = asked.aspects[0] is Aspect.WHETHER and len(questions) == 1
        heading = " ".join((hit.source.title, *hit.passage.path))
        return Part(
            question="，".join(q.text for q in questions),
            body=body,
            lead=verdict(asked, body, told, hit.coverage, heading, alone)
            if only and 0 < len(told) <= LETTER and not (speech or reply)
            else None,
            basis=basis(hit.source, hit.passage.label),
            passage_id=hit.passage_id,
            note=caveat(hit.source),
            lapsed="" if hit.source.in_force(day) else lapse(hit.source),
        )


_VALIDITY = re.compile(
    r"(?:还|现在|目前|是否|是不是|已经).{0,6}(?:有效|执行|能用|管用|作废|废止|过期|失效|在用)|(?:有效|作废|废止|过期|失效)(?:了)?(?:吗|没|么)"
)
_AMOUNT = re.compile(
    r"(?:\d+(?:\.\d+)?|[一二三四五六七八九十两]+)(?:万元?|千元|百元)|\d{3,}(?:元|块)"
)
NAMED = 0.6
"""Share of a title's words that a question must hold to name that document."""


def _named(source: Source, folded: str) -> float:
    """How much of a document's title a question holds, 0..1; a year given must be the title's."""
    title = normal(source.title)
    years = set(re.findall(r"20\d\d", folded))
    known = set(re.findall(r"20\d\d", title + source.number))
    if years and not years & known:
        return 0.0
    terms = [w for w in words(title) if len(w) > 1 and not w.isdigit()]
    region = normal(source.region)
    weighed = {w: 0.2 if w in region else 1.0 for w in terms}
    held = sum(v for w, v in weighed.items() if w in folded)
    likeness = held / sum(weighed.values()) if weighed else 0.0
    # 安居细则 is how people name 临江市人才安居实施细则: every word they use is in the title
    said = [w for w in words(_VALIDITY.sub("", folded)) if len(w) > 1 and w not in QUESTION_WORDS]
    papers = [w for w in said if _PAPER.fullmatch(w)]
    if papers and len(said) > 1 and all(w in title for w in said):
        likeness = max(likeness, 0.9)
    return likeness


_PAPER = re.compile(r".*(?:办法|细则|规定|措施|意见|通知|条例|方案|指南|清单|公告)")


def _is_newer(one: Source, other: Source) -> bool:
    return (one.effective_on or date.min) > (other.effective_on or date.min)


_ZONE = re.compile(
    r"(?:经开|高新|经济技术开发|开发|自贸|综保)区?|主城区|城镇|农村|乡镇|街道|城区|园区|新区|郊区|中国|我国|全国|本市|市里|区里"
)
_LEVELS = {
    "省级": re.compile(r"省里的|省级(?:的)?(?:人才)?(?:补贴|政策)|全省的|我省的"),
    "国家级": re.compile(r"国家(?:级)?(?:的)?(?:人才)?(?:补贴|政策)|全国的(?:补贴|政策)"),
}
_SPEAKS_FOR = {"省级": re.compile(r"省"), "国家级": re.compile(r"中华人民共和国|国务院|^全国")}
"""How the region, title or issuer of a document shows that it is of a level."""
_QUALIFICATION = re.compile(
    r"院士|博士.{0,4}|硕士.{0,4}|研究生|本科.{0,3}|学士.{0,2}|大专|专科|(?:正|副)高级?(?:职称)?|副?教授|副?研究员|副?主任医师|(?:高级)?工程师|(?:首席|高级)?技师|高级工|.{0,3}技术能手|中级职称|讲师"
)


def _named_as(title: Concept) -> re.Pattern[str]:
    """A degree or title in the wordings that mean the same: 副教授 is 副高级.

    Whole words only: a 技师 is not who an item on 高级技师 means.
    """
    same = [
        a.terms[0]
        for a in title.alternatives[1:]
        if _QUALIFICATION.fullmatch(a.terms[0]) and title.word not in a.terms[0]
    ]
    names = "|".join(map(re.escape, (title.word, *same)))
    return re.compile(rf"(?<!高级)(?<!首席)(?<!特级)(?<!助理)(?<!副)(?:{names})")


def _demanding(told: str, hits: Sequence[Hit]) -> list[Hit]:
    """The passages that demand a number of what the person gives one of."""
    near = [h for h in hits if h.score >= INSTEAD * hits[0].score]
    return [h for h in near if demands(told, h.passage.text)]


def support(hit: Hit, foreign: float) -> float:
    """How well a passage supports an answer; one scale for every corpus.

    Args:
        hit: the passage.
        foreign: share of the question that speaks of what no document speaks of, 0..1.
    """
    return hit.coverage + MEANING * max(hit.dense, 0.0) - FOREIGN * foreign


def supports(query: Query, hit: Hit, foreign: float) -> bool:
    """May a passage be quoted as the answer?"""
    if hit.passage.kind is ClauseKind.TITLE and hit.coverage < 0.7:
        return False
    if _NUMBER_WANTED.search(query.text) and not _NUMBER_GIVEN.search(hit.passage.text):
        return False
    return support(hit, foreign) >= SUPPORT


_NUMBER_WANTED = re.compile(r"电话|号码是|热线")
_NUMBER_GIVEN = re.compile(r"\d{5,}|\d{3,4}-\d+")
"""Who asks for a telephone number is not answered by a clause that only speaks of calling."""


def tells(query: Query, sentence: str) -> bool:
    """Does the sentence of a speech that comes nearest say how much, by when or who?

    A speech speaks of many plans in one breath; a figure in the next sentence is of another one.
    """
    wanted = _HARD.get(query.aspects[0])
    return wanted is None or bool(wanted.search(sentence))


_HARD = {
    Aspect.AMOUNT: ANSWERS[Aspect.AMOUNT],
    Aspect.DURATION: ANSWERS[Aspect.DURATION],
    Aspect.TIME: re.compile(r"\d\s*[年月日点]|[年月]底|季度|随时"),
    Aspect.CONTACT: re.compile(
        r"\d{5,}|电话|热线|联系人|(?:科|处|局|办公室|中心)(?:负责|牵头|受理)"
    ),
    Aspect.MATERIALS: ANSWERS[Aspect.MATERIALS],
    Aspect.PLACE: ANSWERS[Aspect.PLACE],
}
"""What must stand in a sentence that answers a question of that kind."""


def _of_known_class(query: Query, classes: frozenset[str]) -> Query:
    """The query once the class is known: the degree that led to it has done its work."""
    kept = tuple(replace(c, weight=c.weight * 0.2) if c.told else c for c in query.concepts)
    return replace(query, classes=classes, concepts=kept)


def row_class(hit: Hit) -> str:
    """The talent class a table row is for, "" for none."""
    for cell in hit.passage.cells[:2]:
        if re.fullmatch(r"[a-z]类(?:人才)?", normal(cell)):
            return normal(cell)[:2]
    return ""


def defined_classes(hit: Hit) -> frozenset[str]:
    """The class that a recognition item defines: （五）E类（高级人才）：…"""
    match = re.search(r"[（(][一二三四五六七八九十]+[）)]\s*([a-z])类", normal(hit.passage.text))
    if match:
        return frozenset({f"{match[1]}类"})
    return frozenset({row_class(hit)} - {""})


_EVENT = re.compile(
    r"活动|招聘会|讲座|沙龙|宣讲|音乐会|联谊|比赛|大赛|论坛|对接会|培训班|路演|交流会"
)


def _asks_for_events(query: Query) -> bool:
    """What is on in those days, rather than one event's place or hour?"""
    return query.period is not None and bool(
        re.search(r"(?:什么|啥|哪些|有没有).{0,6}活动|活动(?:有哪些|安排|预告)", query.text)
    )


def _within(period: Period, hit: Hit, texts: Sequence[str]) -> bool:
    """An event passage that names a day of the period, or no day (地点：…) while ``texts`` do."""
    if hit.source.kind is not DocumentKind.EVENT:
        return False
    days = hit_days(hit.passage.text, period.first.year)
    if days or hit.passage.kind is ClauseKind.ROW:
        return any(period.holds(d) for d in days)
    return any(period.holds(d) for t in texts for d in hit_days(t, period.first.year))


def hit_days(text: str, year: int) -> list[date]:
    """The days a text names; those without a year are taken in the given one."""
    days = []
    for match in re.finditer(r"(?:(20\d\d)\s*年)?\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日", text):
        try:
            days.append(date(int(match[1] or year), int(match[2]), int(match[3])))
        except ValueError:
            continue
    return days


def _citation(hit: Hit, day: date) -> Citation:
    passage = hit.passage
    named = basis(hit.source, passage.label)
    standing = "" if hit.source.in_force(day) else lapse(hit.source)
    text = "\n".join(t for t in (named, standing, passage.caption, passage.text) if t)
    return Citation(hit.passage_id, hit.source.document_id, hit.source.file_name, text, named)

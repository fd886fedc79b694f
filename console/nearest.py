"""What stands nearest to a question, and what the bot says to it now: for staff who fill a gap."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bot.answering.answer import Answerer
from bot.answering.result import Abstain, Reason
from bot.answering.understanding import understand
from bot.wording import basis
from console.layout import Piece
from console.lookup import Grade, grade, reasons
from console.snippet import asked_words, marked
from knowledge.catalogue import Catalogue
from knowledge.documents import ClauseKind
from knowledge.lexicon import SynonymFinder
from knowledge.retriever import Retriever

REASONS = {
    Reason.NO_PASSAGE: "没有找到对应的规定",
    Reason.OTHER_PLACE: "问的是其他地区",
    Reason.OTHER_LEVEL: "问的是上级政策",
    Reason.NOT_YET_ANNOUNCED: "所问时间的安排尚未发布",
    Reason.AT_THE_MOMENT: "查询实时余量或排队",
    Reason.PERSONAL_STATUS: "查询个人办理进度",
    Reason.PRIVATE_DATA: "索要他人信息",
    Reason.INJECTION: "试图改变助手的规则",
    Reason.FRAUD: "询问弄虚作假",
    Reason.ABUSE: "辱骂",
    Reason.OFF_TOPIC: "与人才政策无关",
    Reason.UNFAITHFUL: "数字核对不上，没有发出",
}
"""Why the bot did not answer, in words for staff."""

KEPT = 500
"""Answers of the bot kept until a document, a synonym or the day changes."""


@dataclass(frozen=True, slots=True)
class Near:
    """A clause near a question.

    Attributes:
        why: (name, words), see console.lookup.reasons.
        snippet: two lines, the words asked for marked as cited.
    """

    passage_id: int
    label: str
    title: str
    basis: str
    grade: Grade
    why: tuple[tuple[str, str], ...]
    snippet: tuple[Piece, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the bot says to a question today: words with their basis, or why it does not."""

    said: str = ""
    basis: str = ""
    why_not: str = ""


class Nearest:
    """Looks up what stands near a question. Safe to use from several threads."""

    def __init__(
        self, retriever: Retriever, catalogue: Catalogue, table: SynonymFinder,
        today: Callable[[], date],
    ) -> None:  # fmt: skip
        self._retriever, self._catalogue, self._table = retriever, catalogue, table
        self._today = today
        self._answerer = Answerer(retriever, table)
        self._told: dict[tuple[str, date, str], Told] = {}
        self._lock = threading.Lock()

    def clauses(self, question: str, limit: int = 5) -> list[Near]:
        """Clauses of papers in force that come nearest, best first; no answers of the office."""
        query = understand(question, self._today(), self._table)[0].query
        foreign, words = self._retriever.foreign(query), asked_words(query)
        hits = self._retriever.search(query, self._today(), 2 * limit)
        return [
            Near(
                h.passage_id, h.passage.label, h.source.title, basis(h.source, h.passage.label),
                grade(h, foreign), reasons(h.why), marked(h.passage.text, words), h.passage.text,
            )
            for h in hits
            if h.source.reviewed is None
            and h.passage.kind not in (ClauseKind.TITLE, ClauseKind.SIGNATURE)
        ][:limit]  # fmt: skip

    def told(self, question: str) -> Told:
        """What the bot says to this question by itself, today."""
        key = (self._catalogue.changed(), self._today(), question)
        known = self._told.get(key)
        if known is None:
            known = self._ask(question)
            with self._lock:
                if len(self._told) >= KEPT:
                    self._told.clear()
                self._told[key] = known
        return known

    def _ask(self, question: str) -> Told:
        found = self._answerer.answer(question, self._today())
        if isinstance(found, Abstain):
            return Told(why_not=REASONS[found.reason])
        part = found.parts[0]
        return Told(part.body, part.basis)

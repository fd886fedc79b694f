"""Which stage of answering failed a question: found, ranked, cut, said or withheld.

A watched retriever keeps what each question was searched by; a wrong row is then searched again
with all candidates shown, and the first stage that lost the gold passage is named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from evaluation.judging import canonical, states_any, supports
from evaluation.questions import Citation, Kind
from evaluation.scoring import Row
from knowledge.documents import Hit
from knowledge.query import Query
from knowledge.retriever import Retriever
from knowledge.sounds import SoundTable

ALL = 100_000
"""More hits than any query has candidates."""
SHOWN = 3
"""Hits named in a line about a wrong row: as many as hit@3 looks at."""


class Stage(StrEnum):
    """Where a row went wrong; in the order in which an answer comes about."""

    NOT_RETRIEVED = "not retrieved"  # no search proposed a gold passage
    RANKED_LOW = "ranked low"  # proposed, yet not the passage that was quoted first
    WRONGLY_ABSTAINED = "wrongly abstained"  # among the first three, yet nothing was quoted
    WRONG_CUT = "wrong cut"  # the right passage, without the words that answer
    SAID_WRONGLY = "said wrongly"  # the right words with a wrong yes or no, or a lapsed value
    WRONGLY_ANSWERED = "wrongly answered"  # silence was right
    NOT_HANDLED = "not handled"  # a hostile message


@dataclass(slots=True)
class Searches:
    """Stands for a retriever and keeps what the question being asked was searched by.

    Attributes:
        without_sounds: nothing is corrected by sound, to see what that correction gains.
        of: question id -> its searches: query, day, whether lapsed papers were searched.
        asking: the question being asked.
    """

    watched: Retriever
    without_sounds: bool = False
    of: dict[str, list[tuple[Query, date, bool]]] = field(default_factory=dict)
    asking: str = ""

    def begin(self, question_id: str) -> None:
        """From now on searches are this question's; earlier turns of it are forgotten."""
        self.asking = question_id
        self.of[question_id] = []

    def search(self, query: Query, day: date, limit: int = 8, lapsed: bool = False) -> list[Hit]:
        """As the retriever does it."""
        self.of.setdefault(self.asking, []).append((query, day, lapsed))
        return self.watched.search(query, day, limit, lapsed)

    def sounds(self) -> SoundTable:
        """As the retriever has them, or none."""
        return SoundTable([]) if self.without_sounds else self.watched.sounds()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.watched, name)


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong row, with the stage that failed it.

    Attributes:
        rank: the gold passage's best place among all candidates, from 1; 0 when none held it.
        found: what stood first in the search that came nearest, with score, coverage and cosine.
    """

    row: Row
    stage: Stage
    rank: int
    found: tuple[str, ...]

    def line(self) -> str:
        """For a terminal: what was asked, what failed, what was found instead."""
        question = self.row.question
        asked = " / ".join(question.turns)
        head = f"[{self.stage}] {question.id} {question.type} {asked}"
        if question.kind is not Kind.ANSWERABLE:
            return "\n      ".join((head, *self.found))
        lost = "、".join(self.row.wording.lost)
        golds = "；".join(g.text[:60] for group in question.gold for g in group[:1])
        return "\n      ".join(
            (head, f"wanted: {golds} | rank {self.rank} | lost: {lost}", *self.found)
        )


def faults(
    rows: Iterable[Row], citations: Mapping[str, Sequence[Citation]], searches: Searches
) -> Iterator[Fault]:
    """The wrong rows of a report, each with its stage.

    Args:
        citations: question id -> what was cited for it, best first.
    """
    for row in rows:
        if row.right:
            continue
        gold = [alternative for group in row.question.gold for alternative in group]
        best: tuple[int, list[Hit]] = (0, [])
        for query, day, lapsed in searches.of.get(row.question.id, []):
            hits = searches.watched.search(query, day, ALL, lapsed)
            rank = next((i for i, h in enumerate(hits, 1) if holds(h, gold)), 0)
            if not best[1] or (rank and (not best[0] or rank < best[0])):
                best = (rank, hits)
        rank, hits = best
        stage = _stage(row, rank, citations.get(row.question.id, ()), gold)
        yield Fault(row, stage, rank, tuple(_told(h) for h in hits[:SHOWN]))


def _stage(row: Row, rank: int, cited: Sequence[Citation], gold: Sequence[Citation]) -> Stage:
    if row.question.kind is Kind.HOSTILE:
        return Stage.NOT_HANDLED
    if row.question.kind is Kind.UNANSWERABLE:
        return Stage.WRONGLY_ANSWERED
    if row.abstained:
        if not rank:
            return Stage.NOT_RETRIEVED
        return Stage.WRONGLY_ABSTAINED if rank <= SHOWN else Stage.RANKED_LOW
    if not (row.retrieval and row.retrieval.hit1):
        return Stage.RANKED_LOW if rank or (row.retrieval and row.retrieval.hit3) else (
            Stage.NOT_RETRIEVED
        )  # fmt: skip
    whole = canonical("\n".join(c.text for c in cited if any(supports(c, g) for g in gold)))
    wanted = row.question.must_contain
    if row.wording.lost:
        return Stage.WRONG_CUT if all(states_any(w, whole) for w in wanted) else Stage.SAID_WRONGLY
    return Stage.SAID_WRONGLY if row.wording.forbidden or not row.wording.complete else (
        Stage.WRONG_CUT  # all said, yet longer than may be
    )  # fmt: skip


def holds(hit: Hit, gold: Sequence[Citation]) -> bool:
    """Does a hit give the reader one of the gold passages, its label and title read with it?"""
    passage = hit.passage
    text = "\n".join((hit.source.title, passage.label, passage.caption, passage.text))
    return any(supports(Citation(hit.source.file_name, text), g) for g in gold)


def _told(hit: Hit) -> str:
    figures = f"{hit.score:.2f} = coverage {hit.coverage:.2f}, cosine {hit.dense:.2f}"
    text = hit.passage.text.replace("\n", " ")[:60]
    return f"{figures} | {hit.source.title[:16]} {hit.passage.label} | {text}"


def table(found: Iterable[Fault]) -> str:
    """How many rows each stage failed, by type: lines for a terminal."""
    counted = Counter((f.stage, f.row.question.family) for f in found)
    families = sorted({family for _, family in counted})
    lines = ["", f"{'stage that failed':<20} {'rows':>5}  by type"]
    for stage in Stage:
        parts = [f"{family} {counted[stage, family]}" for family in families]
        number = sum(counted[stage, family] for family in families)
        if number:
            by_type = ", ".join(p for p in parts if not p.endswith(" 0"))
            lines.append(f"{stage:<20} {number:>5}  {by_type}")
    return "\n".join(lines)

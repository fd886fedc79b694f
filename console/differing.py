"""Which other papers in force give other figures than the clause that staff read out. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.answering.disagreement import Disagreement, Ground, disagreement, scope_words
from bot.wording import chinese_day, differs
from knowledge.documents import DocumentKind, Hit, Source
from knowledge.query import Measure, Query

MOST_DIFFERING = 3
"""Rows beside a clause; more would be read by nobody who has a caller on the line."""
READ_OUT = (Measure.MONEY, Measure.DURATION, Measure.AGE, Measure.SHARE, Measure.AREA)
"""A clause is read out whole, so all of its figures count, not only what was asked for."""


@dataclass(frozen=True, slots=True)
class Side:
    """What one paper says: its figure, whom it is for, since when.

    Attributes:
        scope: 市级规定, 经开区规定.
        since: "2026年3月1日起施行", "" where that is not known.
    """

    says: str
    scope: str
    since: str


@dataclass(frozen=True, slots=True)
class Differing:
    """Another clause in force that gives another figure for the same matter.

    Attributes:
        passage_id, label, title, number: the other clause.
        own, other: what the clause shown says, and what the other says.
        advice: what to tell a caller.
        notice: the same in a sentence for the talent, to stand below the clause shown.
    """

    passage_id: int
    label: str
    title: str
    number: str
    own: Side
    other: Side
    advice: str
    notice: str


def differing(
    query: Query, shown: Hit, rivals: Iterable[Hit], sources: Sequence[Source]
) -> tuple[Differing, ...]:
    """What other papers say otherwise, contradictions first and differences of scope last.

    Args:
        query: what was asked; its benefit, class and degree are compared.
        shown: the clause that is read out.
        rivals: other clauses in force that were found for the question.
        sources: every document.
    """
    found = [
        d
        for other in rivals
        if other.source.kind is not DocumentKind.SPEECH
        for measure in READ_OUT
        if (d := disagreement(replace(query, measure=measure), shown, other, sources))
    ]
    found.sort(key=lambda d: list(Ground).index(d.ground))
    return tuple(_told(d, shown) for d in found[:MOST_DIFFERING])


def _told(found: Disagreement, shown: Hit) -> Differing:
    is_first = found.first is shown
    other = found.other if is_first else found.first
    says = (found.first_says, found.other_says)
    own_says, other_says = says if is_first else reversed(says)
    return Differing(
        other.passage_id,
        other.passage.label,
        other.source.title,
        other.source.number,
        _side(own_says, shown.source),
        _side(other_says, other.source),
        _advice(found, is_first),
        differs(found, under_other=not is_first),
    )


def _side(says: str, source: Source) -> Side:
    day = source.effective_on
    return Side(says, scope_words(source), f"{chinese_day(day)}起施行" if day else "")


def _advice(found: Disagreement, is_first: bool) -> str:
    if found.ground is Ground.SCOPE:
        return "适用范围不同，不算矛盾：先问清来电人在哪里，再读对应的一份。"
    if found.ground is Ground.FORMALITY:
        return "以本条为准。" if is_first else "本条只作说明，请改读上面这份正式文件。"
    days = [s.effective_on for s in (found.first.source, found.other.source)]
    newer = ""
    if days[0] and days[1] and days[0] > days[1]:
        newer = "，本条较新" if is_first else "，另一份较新"
    return f"两份都现行有效{newer}。请把两个数都告诉来电人，以哪一份为准须向主管部门核实。"

"""Is a file that comes in a document we have already? Pure.

Offices send one paper under several names and several papers under one name (附件1.docx). A
paper is known by its 文号 and its title, and by its text where those are silent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from knowledge.documents import DocumentFacts, DocumentKind
from knowledge.validity import same_title

SHINGLE = 5
"""Characters in a piece of text that is compared; shorter pieces are shared by chance."""

COPY = 0.995
"""Share of pieces in common from which two texts are one, whatever title was read from them."""

SAME_TEXT = 0.9
"""Share from which two texts under one title are one paper in two copies."""

RELATED = 0.3
"""Share from which a file of the same name is a new version of the paper it is named like."""


class SamePaper(StrEnum):
    """What to do with a file that is a paper we have; the value is the command line's word."""

    NEW_VERSION = "new-version"
    KEEP_BOTH = "keep-both"
    CANCEL = "cancel"


def shingles(texts: Iterable[str]) -> frozenset[str]:
    """Every run of five letters, digits or characters in a text.

    >>> sorted(shingles(["第一条 补贴"]))
    ['第一条补贴']
    """
    plain = re.sub(r"[\W_]+", "", "".join(texts))
    return frozenset(plain[i : i + SHINGLE] for i in range(len(plain) - SHINGLE + 1))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of the pieces of both that they have in common (Jaccard), 0..1."""
    return len(one & other) / len(one | other) if one or other else 0.0


def may_be_same(facts: DocumentFacts, known: DocumentFacts) -> bool:
    """Can two be one paper at all, whatever their texts? What is known without reading them."""
    numbers = {f.value for f in (facts.number, known.number) if f}
    days = {f.value for f in (facts.issued, known.issued) if f}
    two_events = facts.kind is DocumentKind.EVENT and len(days) == 2
    return len(numbers) < 2 and facts.kind is known.kind and not two_events


def is_same_paper(facts: DocumentFacts, known: DocumentFacts, like: float) -> bool:
    """Is a file of another name the same paper, in another copy, format or correction?

    Two 文号 are two papers, however alike; an interpretation quotes the 文号 of what it explains,
    so a 文号 counts only under the same title. Notices of two years differ in little but their
    titles, and are two papers. So are two notices of a series of events, issued on two days.
    """
    if not may_be_same(facts, known):
        return False
    numbers = [f.value for f in (facts.number, known.number) if f]
    if not same_title(facts, known):
        return like >= COPY
    return like >= (RELATED if len(numbers) == 2 else SAME_TEXT)


def is_next_version(facts: DocumentFacts, known: DocumentFacts, like: float) -> bool:
    """Is a file of the same name that paper's next version, and not just another 附件1.docx?"""
    same_number = bool(facts.number and known.number and facts.number.value == known.number.value)
    return same_number or same_title(facts, known) or like >= RELATED

"""What changed between two texts of a document, clause by clause, changed figures named. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import pairwise

from knowledge.documents import Clause, ClauseKind
from knowledge.figures import written_figures

ALIKE = 0.5
"""Similarity from which two clauses that stand at one place are one clause reworded (difflib)."""

MOVED = 0.8
"""Similarity from which a clause is recognised at another place."""


class ChangeKind(StrEnum):
    """What happened to a clause; the value is what staff read."""

    ADDED = "新增"
    CHANGED = "修改"
    REMOVED = "删除"


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """One clause that is not as it was.

    Attributes:
        place: how an official names it in the new text, or in the old one where it is removed.
        old, new: its own text before and after; "" where there is none.
        figures: (before, after) of every figure that changed, as written; "" where one has no
            counterpart. Figures of added and removed clauses stand here too.
    """

    kind: ChangeKind
    place: str
    old: str
    new: str
    figures: tuple[tuple[str, str], ...] = ()


def compare(old: Sequence[Clause], new: Sequence[Clause]) -> list[ClauseChange]:
    """Every clause that was added, reworded or removed, in the order of the new text.

    A clause that only got another number, because one before it came or went, has not changed.

    Args:
        old, new: the clause trees of the two texts, in reading order.
    """
    pairs = _aligned(old, new)
    found = []
    for before, after in pairs:
        if before is not None and after is not None and _words(before) == _words(after):
            continue
        place = address(new, after) if after else address(old, before) if before else ""
        kind = (
            ChangeKind.ADDED
            if before is None
            else ChangeKind.REMOVED
            if after is None
            else ChangeKind.CHANGED
        )
        texts = before.text if before else "", after.text if after else ""
        found.append(ClauseChange(kind, place, *texts, changed_figures(*texts)))
    return found


def changed_figures(old: str, new: str) -> tuple[tuple[str, str], ...]:
    """Figures that two wordings do not share, paired where one took the other's place.

    >>> changed_figures("博士三十万元，硕士10万元", "博士35万元，硕士100000元")
    (('三十万元', '35万元'),)
    """
    before, after = written_figures(old), written_figures(new)
    matcher = SequenceMatcher(None, [v for _, v in before], [v for _, v in after], autojunk=False)
    found = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag != "equal":
            one, other = before[i:j], after[k:m]
            for place in range(max(len(one), len(other))):
                left = one[place][0] if place < len(one) else ""
                right = other[place][0] if place < len(other) else ""
                found.append((left, right))
    return tuple(found)


def address(clauses: Sequence[Clause], clause: Clause | None) -> str:
    """第八条（二）: a clause's place by the numbers and headings above it."""
    names: list[str] = []
    parents = {c.ordinal: c for c in clauses}
    node = clause
    while node is not None:
        name = _own_name(node)
        if not name and node is clause:
            name = " ".join(node.text.split())[:18]
        if name:
            names.append(name)
        node = parents.get(node.parent) if node.parent is not None else None
    return " ".join(reversed(names))


def _own_name(clause: Clause) -> str:
    """What a clause is called where it stands; a row by its first cell that names something."""
    if clause.kind is ClauseKind.TABLE:
        return "表"
    if clause.kind is ClauseKind.ROW:
        named = next((c for c in clause.cells if c.strip() and not c.strip().isdigit()), "")
        return f"「{named[:16]}」" if named else ""
    return clause.number or clause.heading


def _words(clause: Clause) -> str:
    """A clause's text without its own number, spaces and the width of its signs."""
    text = clause.text.strip()
    if clause.number and text.startswith(clause.number):
        text = text[len(clause.number) :]
    return re.sub(r"\s+", "", text).translate(str.maketrans("，；：（）", ",;:()"))


def _aligned(
    old: Sequence[Clause], new: Sequence[Clause]
) -> Iterator[tuple[Clause | None, Clause | None]]:
    """Pairs of one clause before and after, in the new order; None where there is no other."""
    words = [_words(c) for c in old], [_words(c) for c in new]
    partner: dict[int, int] = {}  # place in new -> place in old
    gaps: list[tuple[range, range]] = []
    for tag, i, j, k, m in SequenceMatcher(None, *words, autojunk=False).get_opcodes():
        if tag == "equal":
            partner.update(zip(range(k, m), range(i, j), strict=True))
        else:
            gaps.append((range(i, j), range(k, m)))
    for left, right in gaps:
        _pair(old, new, words, left, right, ALIKE, partner)
    free = [i for i in range(len(old)) if i not in set(partner.values())]
    rest = [k for k in range(len(new)) if k not in partner]
    _pair(old, new, words, free, rest, MOVED, partner)
    gone = [i for i in range(len(old)) if i not in set(partner.values())]
    for place, clause in enumerate(new):
        before = partner.get(place)
        while gone and before is not None and gone[0] < before:
            yield old[gone.pop(0)], None
        yield (old[before] if before is not None else None), clause
    for place in gone:
        yield old[place], None


def _pair(
    old: Sequence[Clause], new: Sequence[Clause], words: tuple[list[str], list[str]],
    left: Sequence[int], right: Sequence[int], least: float, partner: dict[int, int],
) -> None:  # fmt: skip
    """Pair the clauses that are left, the most alike first; same number and kind break ties."""
    scored = []
    pieces = {k: set(pairwise(words[1][k])) for k in right}
    for i in left:
        mine = set(pairwise(words[0][i]))
        for k in right:
            shared = len(mine & pieces[k])  # cheap, so that two long texts compare in seconds
            if old[i].kind is not new[k].kind or shared < least * 0.5 * len(mine):
                continue
            matcher = SequenceMatcher(None, words[0][i], words[1][k], autojunk=False)
            if matcher.real_quick_ratio() >= least and matcher.quick_ratio() >= least:
                like = matcher.ratio()
                if like >= least:
                    same_number = old[i].number == new[k].number
                    scored.append((like + 0.1 * same_number, -abs(i - k), i, k))
    taken: set[int] = set()
    for _, _, i, k in sorted(scored, reverse=True):
        if i not in taken and k not in partner:
            taken.add(i)
            partner[k] = i

"""What a person changes in the clauses of a draft: reworded, split, joined, switched off. Pure.

The text as it was read is kept; edits are applied to it in order. So what differs from the file
is always known, and the last edit can be undone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum

from knowledge.documents import Clause, ClauseKind, Passage
from knowledge.nodes import unrepeated
from knowledge.passages import cut
from knowledge.structure import nodes_of, worded


class EditKind(StrEnum):
    """What was done to a clause."""

    TEXT = "text"
    SPLIT = "split"
    MERGE = "merge"  # into the line before it
    OFF = "off"  # stays to be read, is not answered from
    ON = "on"


EDIT_WORDS = {
    EditKind.TEXT: "改文字",
    EditKind.SPLIT: "拆成两条",
    EditKind.MERGE: "并入上一条",
    EditKind.OFF: "停用",
    EditKind.ON: "恢复使用",
}


class BadEdit(Exception):
    """An edit that cannot be made; the message says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One change.

    Attributes:
        clause: ordinal of the clause in the tree that the edits before this one left.
        text: the new text of ``TEXT``.
        place: of ``SPLIT``, how many characters stay in the first part.
        cells: the new cells of ``TEXT`` where the clause is a table's row.
    """

    kind: EditKind
    clause: int
    text: str = ""
    place: int = 0
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edited:
    """A draft's clauses after its edits.

    Attributes:
        off: ordinals that were switched off themselves; what stands below them is off too.
    """

    clauses: tuple[Clause, ...]
    off: frozenset[int]

    @property
    def silent(self) -> frozenset[int]:
        """Ordinals of everything that is not answered from."""
        found = set(self.off)
        for clause in self.clauses:
            if clause.parent in found:
                found.add(clause.ordinal)
        return frozenset(found)

    def passages(self) -> list[Passage]:
        """What is answered from, cut anew."""
        nodes = nodes_of(self.clauses)
        for node in nodes:
            node.children = [c for c in node.children if c.ordinal not in self.off]
        return cut(nodes, self.off)


def apply(clauses: Sequence[Clause], edits: Iterable[Edit]) -> Edited:
    """The clauses as read, with every edit made in order.

    Raises:
        BadEdit: an edit cannot be made.
    """
    made = Edited(tuple(clauses), frozenset())
    for edit in edits:
        made = _applied(made, edit)
    return made


def _applied(now: Edited, edit: Edit) -> Edited:
    if not 0 <= edit.clause < len(now.clauses):
        raise BadEdit("没有这一条，请刷新后再改")
    clause = now.clauses[edit.clause]
    match edit.kind:
        case EditKind.TEXT:
            return replace(now, clauses=_put(now.clauses, _reworded(clause, edit)))
        case EditKind.SPLIT:
            return _split(now, clause, edit.place)
        case EditKind.MERGE:
            return _merged(now, clause)
        case EditKind.OFF:
            if _is_header(now.clauses, clause):
                raise BadEdit("表头不能单独停用；可以停用整张表")
            return replace(now, off=now.off | {clause.ordinal})
        case EditKind.ON:
            return replace(now, off=now.off - {clause.ordinal})


def _put(clauses: Sequence[Clause], clause: Clause) -> tuple[Clause, ...]:
    return (*clauses[: clause.ordinal], clause, *clauses[clause.ordinal + 1 :])


def one_line(text: str) -> str:
    """Text from a form as one line: a clause is a paragraph."""
    return re.sub(r"\s*\n\s*", "", text.replace("\r", "")).strip()


def _reworded(clause: Clause, edit: Edit) -> Clause:
    if clause.kind is ClauseKind.ROW:
        if len(edit.cells) != len(clause.cells):
            raise BadEdit(f"这一行应有 {len(clause.cells)} 格，收到 {len(edit.cells)} 格")
        cells = tuple(" ".join(cell.split()) for cell in edit.cells)
        if not any(cells):
            raise BadEdit("一行不能全空；不需要的行请停用")
        return replace(clause, cells=cells, text=" | ".join(unrepeated(cells)))
    text = one_line(edit.text)
    if not text and clause.kind is not ClauseKind.TABLE:
        raise BadEdit("内容不能为空；不需要的条款请停用")
    return worded(clause, text)


def _split(now: Edited, clause: Clause, place: int) -> Edited:
    if clause.cells or clause.kind is ClauseKind.TABLE:
        raise BadEdit("表格不能拆分；可以改文字或停用")
    first, second = clause.text[:place].rstrip(), clause.text[place:].lstrip(" 　")
    if not first.strip() or not second.strip():
        raise BadEdit("请把光标放在要拆开的两句之间")
    kept = worded(clause, first)
    after = worded(replace(clause, kind=ClauseKind.PARAGRAPH, number="", heading=""), second)
    children = {c.ordinal for c in now.clauses if c.parent == clause.ordinal}
    numbered = (ClauseKind.ARTICLE, ClauseKind.ITEM)
    follows = False  # what stood below the clause stands below its second part
    if after.kind is ClauseKind.ARTICLE:
        after, follows = replace(after, parent=_group_above(now.clauses, clause)), True
    elif after.kind is ClauseKind.ITEM and clause.kind in numbered and _same_mark(kept, after):
        after, follows = replace(after, kind=clause.kind), True
    elif clause.kind in (ClauseKind.TITLE, ClauseKind.SIGNATURE, ClauseKind.PARAGRAPH):
        kind = clause.kind if after.kind is ClauseKind.PARAGRAPH else after.kind
        after = replace(after, kind=kind)
    else:
        after = replace(after, parent=clause.ordinal)
    at = clause.ordinal
    moved = []
    for c in now.clauses[at + 1 :]:
        parent = c.parent
        if parent is not None and parent > at:
            parent += 1
        if follows and c.ordinal in children:
            parent = at + 1
        moved.append(replace(c, ordinal=c.ordinal + 1, parent=parent))
    after = replace(after, ordinal=at + 1)
    off = frozenset(o + 1 if o > at else o for o in now.off)
    return Edited((*now.clauses[:at], kept, after, *moved), off)


def _same_mark(one: Clause, other: Clause) -> bool:
    """（一） and （二）, 一、 and 二、: do two numbers look alike but for their value?"""
    shapes = [re.sub(r"[\d一二三四五六七八九十百]+|[①-⑳]", "#", c.number) for c in (one, other)]
    return shapes[0] == shapes[1]


def _group_above(clauses: Sequence[Clause], clause: Clause) -> int | None:
    """The chapter or section that an article beside this clause stands in."""
    groups = (ClauseKind.PART, ClauseKind.CHAPTER, ClauseKind.SECTION)
    parent = clause.parent
    while parent is not None and clauses[parent].kind not in groups:
        parent = clauses[parent].parent
    return parent


def _merged(now: Edited, clause: Clause) -> Edited:
    if clause.ordinal == 0:
        raise BadEdit("这是第一行，上面没有可并入的条款")
    above = now.clauses[clause.ordinal - 1]
    if clause.cells or clause.kind is ClauseKind.TABLE or above.cells:
        raise BadEdit("表格的行不能与条款合并；可以改文字或停用")
    at = clause.ordinal
    joined = worded(above, above.text + clause.text)
    rest = []
    for c in now.clauses[at + 1 :]:
        parent = c.parent
        if parent is not None and parent >= at:
            parent -= 1
        rest.append(replace(c, ordinal=c.ordinal - 1, parent=parent))
    off = frozenset(o - 1 if o >= at else o for o in now.off if o != at)
    return Edited((*now.clauses[: at - 1], joined, *rest), off)


def _is_header(clauses: Sequence[Clause], clause: Clause) -> bool:
    if clause.kind is not ClauseKind.ROW or clause.parent is None:
        return False
    count = int(clauses[clause.parent].number or 0)
    return clause.ordinal <= clause.parent + count


def counterpart(clauses: Sequence[Clause], was: str, near: int) -> tuple[Clause, bool]:
    """The clause that a person saw as ``was``, and whether it still reads so.

    Args:
        near: its ordinal then; the nearest of several that fit is meant.
    """
    same = [c for c in clauses if c.text == was]
    if same:
        return min(same, key=lambda c: abs(c.ordinal - near)), True

    def like(clause: Clause) -> tuple[float, int]:
        matcher = SequenceMatcher(None, was, clause.text, autojunk=False)
        return matcher.quick_ratio(), -abs(clause.ordinal - near)

    return max(clauses, key=like), False

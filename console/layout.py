"""A clause tree as lines and grids to show, the cited words marked. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.documents import Clause, ClauseKind, Passage

Span = tuple[int, int]
"""First and one past the last character of a clause's text."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters of a line in one style."""

    text: str
    strong: bool = False
    cited: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A heading or paragraph.

    Attributes:
        style: the page's style class: title, chapter, section, head, body, question, signature.
        pieces: joined, they are the clause's text.
        cited: some of it is cited.
        anchor: the first cited place of the document; at most one line or row has it.
    """

    style: str
    pieces: tuple[Piece, ...]
    cited: bool = False
    anchor: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell; ``span`` > 1 where a header cell was merged across columns."""

    text: str
    span: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """A table row; see Line for ``cited`` and ``anchor``."""

    cells: tuple[Cell, ...]
    cited: bool = False
    anchor: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table."""

    caption: str
    head: tuple[Row, ...]
    body: tuple[Row, ...]

    @property
    def is_wide(self) -> bool:
        """Too many columns for a phone's width: the page lets it scroll sideways."""
        return max((sum(c.span for c in r.cells) for r in (*self.head, *self.body)), default=0) > 4


def cited_spans(passage: Passage, clauses: Sequence[Clause]) -> dict[int, Span]:
    """Which characters of which clause a passage quotes, by clause ordinal.

    A long paragraph is several passages, so a passage may quote only part of a clause. Headings
    and table headers that merely ride along with a passage are not quoted.
    """
    by_ordinal = {c.ordinal: c for c in clauses}
    own = [by_ordinal[o] for o in passage.clauses if o in by_ordinal]
    if passage.kind is ClauseKind.ROW:
        rows = [c for c in own if c.kind is ClauseKind.ROW and c.cells == passage.cells]
        return {c.ordinal: (0, len(c.text)) for c in rows[-1:]}
    lines = [line for line in passage.text.split("\n") if line]
    spans: dict[int, Span] = {}
    for clause in own:
        quoted = max((q for q in lines if q in clause.text), key=len, default="")
        if quoted:
            start = clause.text.index(quoted)
            spans[clause.ordinal] = (start, start + len(quoted))
    return spans


def lay_out(clauses: Sequence[Clause], spans: dict[int, Span]) -> list[Line | Grid]:
    """Everything to show, in reading order; the first of ``spans`` gets the anchor."""
    first = min(spans, default=-1)
    shown: list[Line | Grid] = []
    for clause in clauses:
        if clause.kind is ClauseKind.TABLE:
            rows = [c for c in clauses if c.parent == clause.ordinal]
            shown.append(_grid(clause, rows, spans, first))
        elif clause.kind is not ClauseKind.ROW and clause.text:
            shown.append(_line(clause, spans.get(clause.ordinal), clause.ordinal == first))
    return shown


_STYLES = {
    ClauseKind.TITLE: "title",
    ClauseKind.PART: "chapter",
    ClauseKind.CHAPTER: "chapter",
    ClauseKind.SECTION: "section",
    ClauseKind.QUESTION: "question",
    ClauseKind.SIGNATURE: "signature",
}


def _line(clause: Clause, span: Span | None, anchor: bool) -> Line:
    lead = _lead(clause)
    style = _STYLES.get(clause.kind, "body")
    if style == "body" and lead == len(clause.text):
        style = "head"
    start, end = span or (0, 0)
    cuts = sorted({0, lead, start, end, len(clause.text)})
    pieces = tuple(
        Piece(clause.text[a:b], strong=b <= lead, cited=start <= a and b <= end)
        for a, b in pairwise(cuts)
    )
    return Line(style, pieces, span is not None, anchor)


def _lead(clause: Clause) -> int:
    """How many characters the number and the heading behind it take."""
    end = len(clause.number) if clause.text.startswith(clause.number) else 0
    if clause.heading:
        found = clause.text.find(clause.heading, end, end + len(clause.heading) + 4)
        if found >= 0:
            end = found + len(clause.heading)
    return end


def _grid(table: Clause, rows: Sequence[Clause], spans: dict[int, Span], first: int) -> Grid:
    # the tree keeps the count of header rows as a table's "number"
    heads = int(table.number) if table.number.isdigit() else 0

    def row(clause: Clause, merged: bool) -> Row:
        cells = clause.cells or (clause.text,)
        merged = merged or len(set(cells)) == 1
        shown = _merged(cells) if merged else tuple(Cell(c) for c in cells)
        return Row(shown, clause.ordinal in spans, clause.ordinal == first)

    return Grid(
        table.text,
        tuple(row(r, True) for r in rows[:heads]),
        tuple(row(r, False) for r in rows[heads:]),
    )


def _merged(cells: Sequence[str]) -> tuple[Cell, ...]:
    """Neighbouring equal cells as one: readers repeat a merged cell in each column."""
    shown: list[Cell] = []
    for text in cells:
        if text and shown and shown[-1].text == text:
            shown[-1] = Cell(text, shown[-1].span + 1)
        else:
            shown.append(Cell(text))
    return tuple(shown)

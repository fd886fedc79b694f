"""Tables without rules, found by the white that their lines share. Pure.

A line of cells has wide gaps; where the gaps of several consecutive lines stand one below another,
the lines are a table whose first row is its header. What could as well be prose, a letterhead or
a form stays prose: a row that is read as a line is whole, a line torn into cells is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from knowledge.readers.pages import Box, Stretch
from knowledge.readers.wrapping import ends_sentence, starts_paragraph

_GAP = 1.1  # ems of white that part two cells in a line by themselves
_NARROW = 0.2  # ems of white before a column's left edge, where a full cell reaches up to it
_EDGE = 0.6  # ems by which a cell may begin beside its column's left edge
_CLOSE = 2.4  # ems of white between two lines of a table at most
_HEAD = 14  # characters that a column's name has at most
_CELL = 24  # characters that a cell has on average at most
_WRAPS = 3  # ems that a column has at least in which words are broken
_LABEL_WRAPS = 5  # ems of the first column, where the next line may as well be the next row
_FIGURE = re.compile(r"[\d.,，%％～~\-—–+≥≤<>]+(?:万?元|[人个名年月分天项])?(?:[/／].{1,3})?")


Spans = tuple[tuple[float, float], ...]
"""The left and right edge of each column's ink, in points."""


@dataclass(slots=True)
class _Columns:
    """The columns of the lines so far: where each has ink."""

    spans: list[tuple[float, float]]

    def places(self, line: Sequence[Stretch]) -> list[int] | None:
        """The column of each piece; None when the line does not stand in these columns."""
        found: list[int] = []
        for piece in line:
            touched = [at for at, s in enumerate(self.spans) if _overlap(piece, s)]
            at = touched[0] if touched else self._nearest(piece)
            if len(touched) > 1 or (found and at <= found[-1]):
                return None
            found.append(at)
        return found if self._stay_apart(line, found) else None

    def _nearest(self, piece: Stretch) -> int:
        return min(
            range(len(self.spans)),
            key=lambda at: max(self.spans[at][0] - piece.right, piece.left - self.spans[at][1]),
        )

    def _stay_apart(self, line: Sequence[Stretch], at: Sequence[int]) -> bool:
        wider = self._with(line, at)
        size = max(piece.size for piece in line)
        return all(b[0] - a[1] >= _NARROW * size for a, b in pairwise(wider))

    def _with(self, line: Sequence[Stretch], at: Sequence[int]) -> list[tuple[float, float]]:
        spans = list(self.spans)
        for piece, n in zip(line, at, strict=True):
            spans[n] = (min(spans[n][0], piece.left), max(spans[n][1], piece.right))
        return spans

    def take(self, line: Sequence[Stretch], at: Sequence[int]) -> None:
        """Widen the columns by a line."""
        self.spans = self._with(line, at)

    def parted(self, line: Sequence[Stretch]) -> list[Stretch]:
        """A line's characters parted before each column's left edge, however narrow the white."""
        edges = [left for left, _ in self.spans[1:]]
        return _joined(
            line,
            lambda before, c: (
                c.left - before.right >= _NARROW * c.size
                and any(abs(c.left - edge) < _EDGE * c.size for edge in edges)
            ),
        )


def _pieces(line: Sequence[Stretch]) -> list[Stretch]:
    """A line's characters parted at its wide gaps."""
    return _joined(line, lambda before, c: c.left - before.right >= _GAP * c.size)


def _joined(line: Sequence[Stretch], parts: Callable[[Stretch, Stretch], bool]) -> list[Stretch]:
    pieces: list[list[Stretch]] = []
    for character in line:
        if pieces and not parts(pieces[-1][-1], character):
            pieces[-1].append(character)
        else:
            pieces.append([character])
    return [
        Stretch(
            "".join(c.text for c in piece), piece[0].left, min(c.top for c in piece),
            piece[-1].right, max(c.bottom for c in piece), piece[0].size,
        )
        for piece in pieces
    ]  # fmt: skip


def _overlap(piece: Stretch, span: tuple[float, float]) -> bool:
    return piece.left < span[1] and piece.right > span[0]


@dataclass(slots=True)
class _Line:
    """A line of the table: its pieces by column."""

    cells: dict[int, Stretch]
    top: float = field(init=False)
    bottom: float = field(init=False)

    def __post_init__(self) -> None:
        self.top = min(piece.top for piece in self.cells.values())
        self.bottom = max(piece.bottom for piece in self.cells.values())


@dataclass(frozen=True, slots=True)
class Aligned:
    """The tables of a page.

    Attributes:
        tables: the cells of each, row by row, as boxes on a full grid.
        open: the columns of a table at the page's end, which may go on over it; () for none.
    """

    tables: list[list[Box]]
    open: Spans = ()


def aligned_tables(lines: Sequence[Sequence[Stretch]], before: Spans = ()) -> Aligned:
    """Find the tables of a page.

    Args:
        lines: its lines from the top, each of its characters from the left.
        before: the columns that the page before left open.
    """
    found: list[list[Box]] = []
    at, ends, spans = 0, 0, before
    for first in range(min(2, len(lines))) if before else ():  # a running head may stand above
        columns, table = _block(lines, first, before)
        rows = _rows(table, columns)
        if rows and all(_is_row(row, columns) for row in rows):
            found.append(_boxes(rows, columns))
            at = ends = first + len(table)
            break
    while at < len(lines):
        columns, table = _block(lines, at)
        rows = _rows(table, columns)
        if _is_table(rows, columns):
            found.append(_boxes(rows, columns))
            at += len(table)
            ends, spans = at, tuple(columns.spans)
        else:
            at += 1
    # a page number may stand below
    return Aligned(found, spans if found and ends >= len(lines) - 1 else ())


def _is_row(row: Sequence[_Line], columns: _Columns) -> bool:
    """Is it without doubt a row of a table that a page before began?"""
    cells = row[0].cells
    aligned = sum(abs(c.left - columns.spans[at][0]) < _EDGE * c.size for at, c in cells.items())
    prose = any(ends_sentence(piece.text) for piece in cells.values())
    return len(cells) > 1 and 2 * aligned > len(cells) and not prose


def _block(
    lines: Sequence[Sequence[Stretch]], first: int, before: Spans = ()
) -> tuple[_Columns, list[_Line]]:
    """The lines from one on that stand in its columns, or in those that are given."""
    head: Sequence[object] = before or _pieces(lines[first])
    columns = _Columns(list(before) or [(p.left, p.right) for p in _pieces(lines[first])])
    table: list[_Line] = []
    cut = 0
    if len(head) < 2:
        return columns, table
    for line in lines[first:]:
        pieces = _pieces(line)
        size = max(piece.size for piece in pieces)
        if table and min(p.top for p in pieces) - table[-1].bottom > _CLOSE * size:
            break
        places = columns.places(pieces)
        if places is None:
            pieces = columns.parted(line)
            places = columns.places(pieces) if len(pieces) == len(head) else None
            cut += 1
        if places is None or (len(places) == 1 and starts_paragraph(pieces[0].text)):
            break
        columns.take(pieces, places)
        table.append(_Line(dict(zip(places, pieces, strict=True))))
    while len(table) > 1 and set(table[-1].cells) == {0}:
        above = table[-2].cells.get(0)
        if above and _is_full(above, columns.spans[0], _LABEL_WRAPS):
            break
        table.pop()  # a line below the table
    return columns, table if cut <= len(table) / 2 else []


def _rows(table: Sequence[_Line], columns: _Columns) -> list[list[_Line]]:
    """The lines of each row; [] where rows cannot be told from each other."""
    rows: list[list[_Line]] = []
    for line in table:
        if rows and _goes_on(rows[-1], line, columns):
            rows[-1].append(line)
        elif 0 in line.cells:
            rows.append([line])
        else:
            return []  # a label over several rows: nothing says over which
    return rows


def _goes_on(row: Sequence[_Line], line: _Line, columns: _Columns) -> bool:
    """True for a line that holds the rest of words broken at the end of their cells."""
    filled = {at for above in row for at in above.cells}
    if not set(line.cells) <= filled or len(line.cells) >= len(row[0].cells):
        return False
    return all(
        at in row[-1].cells
        and _is_full(row[-1].cells[at], columns.spans[at], _WRAPS if at else _LABEL_WRAPS)
        for at in line.cells
    )


def _is_full(piece: Stretch, span: tuple[float, float], least: float) -> bool:
    """True where the next character had found no room, or hardly; ``least`` ems are that wide."""
    return span[1] - span[0] >= least * piece.size and span[1] - piece.right < 1.6 * piece.size


def _is_table(rows: Sequence[Sequence[_Line]], columns: _Columns) -> bool:
    """Is it beyond doubt a table with a header?"""
    wide = len(columns.spans)
    if len(rows) < (3 if wide > 2 else 4):
        return False
    head, *body = rows
    names = [_text(head, at) for at in range(wide)]
    if not all(0 < len(name) <= _HEAD and not _FIGURE.fullmatch(name) for name in names):
        return False
    if len(set(names)) < wide or any(len(row[0].cells) < 2 for row in body):
        return False
    cells = [text for row in body for at in range(wide) if (text := _text(row, at))]
    texts = [*names, *cells]
    if sum("：" in t or ":" in t for t in texts) > len(texts) / 8:
        return False  # a form, or names and values side by side
    if any(starts_paragraph(_text(row, 0), weak=False) for row in rows):
        return False  # numbered clauses
    if sum(map(ends_sentence, texts)) > len(texts) / 10:
        return False
    if sum(map(len, cells)) > _CELL * len(cells) or max(map(len, cells)) < 2:
        return False
    if wide == 2:
        return _has_short_values(body)
    return not _looks_set(rows, columns)


def _has_short_values(body: Sequence[Sequence[_Line]]) -> bool:
    """Two columns are a table where the second holds a value, mostly in figures."""
    values = [_text(row, 1) for row in body]
    labels = [_text(row, 0) for row in body]
    with_figures = sum(bool(re.search(r"\d", value)) for value in values)
    short = all(len(value) <= 16 for value in values) and all(len(x) <= 16 for x in labels)
    pages = all(re.fullmatch(r"\d{1,3}", value) for value in values)  # a table of contents
    return short and not pages and with_figures > 0.6 * len(values)


def _looks_set(rows: Sequence[Sequence[_Line]], columns: _Columns) -> bool:
    """True for prose set in columns: its lines fill them."""
    full = total = 0
    for row in rows:
        for line in row:
            for at, piece in line.cells.items():
                span = columns.spans[at]
                if span[1] - span[0] >= 8 * piece.size:
                    total += 1
                    full += span[1] - piece.right < 1.6 * piece.size
    return total >= 2 * len(columns.spans) and full > 0.6 * total


def _text(row: Sequence[_Line], at: int) -> str:
    return "".join(line.cells[at].text for line in row if at in line.cells)


def _boxes(rows: Sequence[Sequence[_Line]], columns: _Columns) -> list[Box]:
    spans = columns.spans
    xs = [spans[0][0] - 1, *((a[1] + b[0]) / 2 for a, b in pairwise(spans)), spans[-1][1] + 1]
    ys = [
        rows[0][0].top - 1,
        *((above[-1].bottom + below[0].top) / 2 for above, below in pairwise(rows)),
        rows[-1][-1].bottom + 1,
    ]
    return [(left, top, right, bottom)
            for top, bottom in pairwise(ys) for left, right in pairwise(xs)]  # fmt: skip

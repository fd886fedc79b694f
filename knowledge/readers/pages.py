"""Pages of placed lines and ruled tables made one paper: what PDF text and scans share.

Coordinates are in points from the page's upper left corner.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

from knowledge.documents import Block, BlockKind
from knowledge.readers.grids import Cell, Rows, fill, header_depth, table_blocks
from knowledge.readers.wrapping import (
    Column,
    Line,
    breaks_between,
    ends_sentence,
    glue,
    measure,
    starts_paragraph,
)

Box = tuple[float, float, float, float]  # left, top, right, bottom

_PAGE_NUMBER = re.compile(
    r"[-—–―－·.\s]*(?:第\s*)?(?:\d{1,4}|[ivxIVX]{1,6})\s*页?"
    r"(?:\s*[/／,，]?\s*共?\s*\d{1,4}\s*页?)?[-—–―－·.\s]*"
)
_DASHED = re.compile(r"[-—–―－·]\s*\d{1,4}\s*[-—–―－·]|第\s*\d+\s*页.*|\d+\s*/\s*\d+")


@dataclass(slots=True)
class PlacedLine:
    """A line and its height on the page."""

    line: Line
    top: float
    bottom: float


@dataclass(slots=True)
class RuledTable:
    """A ruled table: its place on the page and its cells."""

    top: float
    bottom: float
    cells: list[Cell]


@dataclass(slots=True)
class Page:
    """What was seen on one page; ``number`` is 1-based."""

    number: int
    height: float
    lines: list[PlacedLine] = field(default_factory=list)
    tables: list[RuledTable] = field(default_factory=list)
    gutter: float | None = None  # the middle of the white between two columns of text


def with_gaps(placed: list[PlacedLine]) -> list[PlacedLine]:
    """The lines from top to bottom, each with the white space above it."""
    placed = sorted(placed, key=lambda item: item.top)
    result: list[PlacedLine] = []
    for item in placed:
        gap = (item.top - result[-1].bottom) / item.line.size if result else None
        result.append(PlacedLine(replace(item.line, gap=gap), item.top, item.bottom))
    return result


# -- pieces of lines ----------------------------------------------------------------------


@dataclass(slots=True)
class Stretch:
    """A piece of a line, placed by itself; ``size`` is the width of one Chinese character."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float

    @property
    def middle(self) -> float:
        """Its height on the page."""
        return (self.top + self.bottom) / 2

    def is_within(self, box: Box) -> bool:
        """True when its centre stands in the box."""
        across = (self.left + self.right) / 2
        return box[0] <= across <= box[2] and box[1] <= self.middle <= box[3]


def rows(stretches: list[Stretch], finish: Callable[[str], str] = str) -> list[PlacedLine]:
    """Stretches on the same height joined from left to right; ``finish`` sets a line right."""
    gathered: list[list[Stretch]] = []
    for s in sorted(stretches, key=lambda s: s.middle):
        if gathered:
            beside = gathered[-1]
            height = min(s.bottom - s.top, *(o.bottom - o.top for o in beside))
            if abs(s.middle - median(o.middle for o in beside)) < 0.5 * height:
                beside.append(s)
                continue
        gathered.append([s])
    return with_gaps([_joined(row, finish) for row in gathered])


def _joined(row: list[Stretch], finish: Callable[[str], str]) -> PlacedLine:
    row.sort(key=lambda s: s.left)
    widest = max(row, key=lambda s: s.right - s.left)
    text = row[0].text
    for before, s in pairwise(row):
        text += ("　" if s.left - before.right > 0.6 * widest.size else "") + s.text
    line = Line(finish(text), row[0].left, max(s.right for s in row), widest.size)
    return PlacedLine(line, min(s.top for s in row), max(s.bottom for s in row))


# -- tables --------------------------------------------------------------------------------


def ruled_table(
    boxes: Sequence[Box], lines_within: Callable[[Box], list[PlacedLine]]
) -> RuledTable | None:
    """The table on a full grid; None for a frame or rules that hold no table.

    Args:
        boxes: the cells between the rules.
        lines_within: the lines of text in such a cell.
    """
    xs = _edges([x for box in boxes for x in (box[0], box[2])])
    ys = _edges([y for box in boxes for y in (box[1], box[3])])
    cells: list[Cell] = []
    for box in sorted(boxes, key=lambda box: (box[1], box[0])):
        left, right = _nearest(xs, box[0]), _nearest(xs, box[2])
        top, bottom = _nearest(ys, box[1]), _nearest(ys, box[3])
        text = _cell_text(lines_within(box), box)
        cells.append(Cell(top, left, text, max(bottom - top, 1), max(right - left, 1)))
    columns = {cell.column for cell in cells if cell.text}
    rows = {cell.row for cell in cells if cell.text}
    if len(columns) < 2 or not rows:
        return None
    return RuledTable(min(box[1] for box in boxes), max(box[3] for box in boxes), cells)


def _edges(values: list[float]) -> list[float]:
    merged: list[float] = []
    for value in sorted(values):
        if not merged or value - merged[-1] > 3:
            merged.append(value)
    return merged


def _nearest(edges: list[float], value: float) -> int:
    return min(range(len(edges)), key=lambda at: abs(edges[at] - value))


def _cell_text(lines: list[PlacedLine], box: Box) -> str:
    text = ""
    above: Line | None = None
    for placed in lines:
        line = placed.line
        if above is None:
            text = line.text
        elif _parts(above, line.text, room=_short(above, box)):
            text += "\n" + line.text
        else:
            text = glue(text, line.text)
        above = line
    return text


def _parts(above: Line, below: str, *, room: bool) -> bool:
    """True when a cell's line begins a new statement."""
    if starts_paragraph(below):
        return room or ends_sentence(above.text)
    return room and ends_sentence(above.text) and not above.text.endswith("：")


def _short(line: Line, box: Box) -> bool:
    """True when at least two more characters had fitted into the cell's line."""
    return box[2] - line.right > 2.6 * line.size


# -- the whole paper -----------------------------------------------------------------------


def drop_running_lines(pages: list[Page]) -> None:
    """Take away headers, footers and page numbers, known by standing on most pages."""
    seen: dict[tuple[str, int], set[int]] = defaultdict(set)
    for page in pages:
        for placed in _margin_lines(page):
            seen[_pattern(placed, page)].add(page.number)
    for page in pages:
        gone: list[PlacedLine] = []
        for placed in _margin_lines(page):
            text = placed.line.text.strip()
            at_edge = placed.top < 0.08 * page.height or placed.bottom > 0.9 * page.height
            repeated = len(seen[_pattern(placed, page)])
            numbers = _PAGE_NUMBER.fullmatch(text) and (at_edge or repeated > 1)
            running = repeated >= max(2 if at_edge else 3, 0.4 * len(pages))
            if numbers or running or _DASHED.fullmatch(text):
                gone.append(placed)
        page.lines = [placed for placed in page.lines if placed not in gone]


def _margin_lines(page: Page) -> list[PlacedLine]:
    lines = page.lines
    if len(lines) < 5:
        return [x for x in lines if x.top < 0.15 * page.height or x.bottom > 0.8 * page.height]
    return [*lines[:2], *lines[-2:]]


def _pattern(placed: PlacedLine, page: Page) -> tuple[str, int]:
    text = re.sub(r"\d+", "#", re.sub(r"\s", "", placed.line.text))
    return text, round(placed.top / page.height * 50)


def blocks(pages: list[Page]) -> Iterator[Block]:
    """All pages as paragraphs and tables, joined where only a page's end parts them."""
    lines = [placed.line for page in pages for placed in page.lines]
    column = measure(lines) if lines else Column(0, 1, False, 0)
    pending = _Paragraph()
    waiting: _Waiting | None = None
    for page in pages:
        at_page = _on_page([placed.line for placed in page.lines], column)
        items: list[PlacedLine | RuledTable] = [*page.lines, *page.tables]
        items.sort(key=lambda item: item.top)
        fresh = True
        for item in items:
            if isinstance(item, RuledTable):
                yield from pending.finish()
                rows = fill(item.cells)
                if waiting and fresh and waiting.continues(rows):
                    waiting.extend(rows)
                    continue
                if waiting:
                    yield from waiting.finish()
                waiting = _Waiting(rows, header_depth(item.cells), page.number)
            else:
                if waiting:
                    yield from waiting.finish()
                    waiting = None
                line = item.line
                if fresh or pending.after_table:
                    line = Line(line.text, line.left, line.right, line.size, None)
                yield from pending.add(line, at_page, page.number)
            fresh = False
    yield from pending.finish()
    if waiting:
        yield from waiting.finish()


def _on_page(lines: Sequence[Line], column: Column) -> Column:
    """The column on one page: facing pages shift it, pages set sideways widen it."""
    if not lines:
        return column
    widest = max(line.right for line in lines)
    if widest > column.right + 40:
        return replace(column, left=min(line.left for line in lines), right=widest)
    if len(lines) < 6:
        return column
    own = measure(lines)
    shift = own.left - column.left
    # Pages where every line is indented or centred tell nothing about the edge.
    if abs(shift) < 4 or any(abs(line.left - column.left) < 4 for line in lines):
        return column
    return replace(column, left=own.left, right=column.right + shift)


@dataclass(slots=True)
class _Paragraph:
    """The paragraph whose lines are being joined."""

    text: str = ""
    page: int = 0
    last: Line | None = None
    after_table: bool = False

    def add(self, line: Line, column: Column, page: int) -> Iterator[Block]:
        """Take in a line; yields the paragraph before when a new one begins."""
        if self.last is not None and not breaks_between(self.last, line, column):
            self.text = glue(self.text, line.text)
        else:
            yield from self.finish()
            self.text, self.page = line.text, page
        # Whether a title's bracket is open shows in all that was joined, not in one line.
        self.last, self.after_table = replace(line, text=self.text), False

    def finish(self) -> Iterator[Block]:
        """End the paragraph, if there is one."""
        if self.text.strip():
            yield Block(BlockKind.PARAGRAPH, self.text.strip(" 　"), page=self.page)
        self.text, self.last, self.after_table = "", None, True


def _alike(rows: Rows, others: Rows) -> bool:
    """True for the same header; a raised ① may have slipped within its cell."""
    return [sorted("".join(row)) for row in rows] == [sorted("".join(row)) for row in others]


@dataclass(slots=True)
class _Waiting:
    """A table that may go on at the top of the next page."""

    rows: Rows
    header: int
    page: int

    def continues(self, rows: Rows) -> bool:
        """True when the rows at the top of a page belong to this table."""
        return len(rows[0]) == len(self.rows[0])

    def extend(self, rows: Rows) -> None:
        """Add a page's rows without a repeated header; open labels go on downwards."""
        if _alike(rows[: self.header], self.rows[: self.header]):
            rows = rows[self.header :]
        for row in rows:
            above = self.rows[-1]
            labels = 0
            while labels < len(row) - 1 and not row[labels] and any(row[labels:]):
                labels += 1
            self.rows = (*self.rows, above[:labels] + row[labels:])

    def finish(self) -> Iterable[Block]:
        """The table as a block."""
        return table_blocks(self.rows, self.header, page=self.page)

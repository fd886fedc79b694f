"""Pages set in two columns: found by the white between them, and read one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from knowledge.readers.pages import Page, PlacedLine, RuledTable, with_gaps

_LINES = 8  # lines a column has at least; two blocks of addresses have fewer
_CHARACTERS = 8  # characters a line of a column has; cells of a table without rules have fewer
_CLEAR = 0.8  # ems of white between the columns
_RAGGED = 3.0  # ems that a usual line leaves of its column


def find_gutter(lines: Sequence[Sequence[tuple[float, float]]], size: float) -> float | None:
    """The middle of the white between two columns of text; None where there is one column.

    Args:
        lines: of each line of the page its characters' left and right edges, from the left.
        size: the usual width of a character.
    """
    if not lines or size <= 0:
        return None
    left, right = min(line[0][0] for line in lines), max(line[-1][1] for line in lines)
    at = left + 0.35 * (right - left)
    best: tuple[int, float] | None = None
    while at < left + 0.65 * (right - left):
        if (count := _parted_at(lines, at, size)) and (best is None or count > best[0]):
            best = (count, at)
        at += size / 3
    return best[1] if best else None


def _parted_at(lines: Sequence[Sequence[tuple[float, float]]], at: float, size: float) -> int:
    """How many lines stand in two columns parted at a place; 0 where it parts no columns."""
    ends: list[float] = []
    starts: list[float] = []
    crossed = 0
    for line in lines:
        before = [right for left, right in line if right <= at]
        after = [left for left, right in line if left >= at]
        if len(before) + len(after) < len(line):
            crossed += 1
            continue
        if before and after and min(after) - max(before) < _CLEAR * size:
            crossed += 1
            continue
        if len(before) >= _CHARACTERS:
            ends.append(max(before))
        if len(after) >= _CHARACTERS:
            starts.append(min(after))
    if min(len(ends), len(starts)) < _LINES or crossed > 0.4 * max(len(ends), len(starts)):
        return 0
    ragged = at - median(ends) > _RAGGED * size or median(starts) - at > _RAGGED * size
    return 0 if ragged else len(ends) + len(starts)


def unfold(page: Page) -> None:
    """Put the right column under the left one, as if the page were long and narrow.

    What stands across both columns, and a table, ends the columns above it; its lines are made
    as narrow as a column, so that a full line still is one.
    """
    gutter = page.gutter
    if gutter is None:
        return
    halves = [x for x in page.lines if not _crosses(x, gutter)]
    lefts = [x.line.left for x in halves if x.line.right <= gutter]
    rights = [x.line.left for x in halves if x.line.left >= gutter]
    if not lefts or not rights:
        return
    edge, shift = min(lefts), min(rights) - min(lefts)
    widest = max(x.line.right for x in page.lines) - edge
    narrow = (gutter - edge) / widest if widest > 0 else 1.0
    found: list[PlacedLine] = []
    band: list[PlacedLine] = []
    down = 0.0
    items: list[PlacedLine | RuledTable] = [*page.lines, *page.tables]
    for item in sorted(items, key=lambda item: item.top):
        if isinstance(item, PlacedLine) and not _crosses(item, gutter):
            band.append(item)
            continue
        down = _close(band, gutter, shift, down, found)
        band = []
        item.top, item.bottom = item.top + down, item.bottom + down
        if isinstance(item, PlacedLine):
            line = item.line
            left, right = (edge + (x - edge) * narrow for x in (line.left, line.right))
            item.line = replace(line, left=left, right=right)
            found.append(item)
    _close(band, gutter, shift, down, found)
    page.lines = with_gaps(found)


def _crosses(item: PlacedLine, gutter: float) -> bool:
    return item.line.left < gutter < item.line.right


def _close(
    band: list[PlacedLine], gutter: float, shift: float, down: float, found: list[PlacedLine]
) -> float:
    """Place a band's columns one under the other; how far what follows is to go down."""
    left = [x for x in band if x.line.right <= gutter]
    right = [x for x in band if x.line.right > gutter]
    for item in left:
        found.append(PlacedLine(item.line, item.top + down, item.bottom + down))
    if not right:
        return down
    more = 0.0
    if left:
        gaps = [x.line.gap for x in left[1:] if x.line.gap is not None]
        usual = max(median(gaps), 0.0) * left[-1].line.size if gaps else 0.0
        more = max(x.bottom for x in left) + usual - min(x.top for x in right)
    for item in right:
        line = replace(item.line, left=item.line.left - shift, right=item.line.right - shift)
        found.append(PlacedLine(line, item.top + down + more, item.bottom + down + more))
    return down + max(more, 0.0)

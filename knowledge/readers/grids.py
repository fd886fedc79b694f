"""Tables with merged cells laid out as a full grid, the same way for every format."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.documents import Block, BlockKind

Rows = tuple[tuple[str, ...], ...]
# Beyond any real sheet of paper; a span of 60,000 columns is an attack or a slip.
MAX_SPAN = 200
MAX_CELLS = 400_000


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell at its top left place; ``text`` is repeated over its span."""

    row: int
    column: int
    text: str
    rows: int = 1
    columns: int = 1


class TooLarge(Exception):
    """A table of a size that no paper has; reading it would take all memory."""


def fill(cells: Iterable[Cell]) -> Rows:
    """Rows of equal width with every merged cell's text at each of its places.

    Raises:
        TooLarge: beyond MAX_CELLS.
    """
    places: dict[tuple[int, int], str] = {}
    for cell in cells:
        for row in range(cell.row, cell.row + min(cell.rows, MAX_SPAN)):
            for column in range(cell.column, cell.column + min(cell.columns, MAX_SPAN)):
                places.setdefault((row, column), cell.text)
        if len(places) > MAX_CELLS:
            raise TooLarge
    # Only places in use: one cell far to the right must not make a million empty ones.
    rows = sorted({row for row, _ in places})
    columns = sorted({column for _, column in places})
    if len(rows) * len(columns) > 4 * MAX_CELLS:
        raise TooLarge
    return tuple(tuple(places.get((row, column), "") for column in columns) for row in rows)


def header_depth(cells: Iterable[Cell]) -> int:
    """How many rows the header takes when only merged cells tell.

    A header of two rows has a cell over several columns beside cells over several rows; a tall
    cell alone is a row label.
    """
    top = [cell for cell in cells if cell.row == 0]
    if top and all(cell.rows > 1 for cell in top):
        return min(cell.rows for cell in top)
    if any(cell.columns > 1 for cell in top):
        return max((cell.rows for cell in top), default=1)
    return 1


def table_blocks(
    rows: Rows, header_rows: int = 1, *, caption: str = "", page: int | None = None
) -> list[Block]:
    """A table as a block, without empty or repeated columns; a title row becomes the caption.

    What only looks like a table, a single row or a single column, is a frame around text and
    comes back as paragraphs.
    """
    kept = [row for row in rows if any(row)]
    if not kept:
        return []
    header = sum(any(row) for row in rows[:header_rows])
    width = max(map(len, kept))
    kept = [row + ("",) * (width - len(row)) for row in kept]
    header_again = 0
    while header_again + 1 < header and kept[header_again] == kept[header_again + 1]:
        header_again += 1
    kept, header = kept[header_again:], header - header_again
    full = [
        column
        for column in range(width)
        if any(row[column] for row in kept)
        # a cell that is merged over columns in every row stands in one of them
        and (column == 0 or any(row[column] != row[column - 1] for row in kept))
    ]
    kept = [tuple(row[column] for column in full) for row in kept]
    while len(kept) > 2 and len(full) > 1 and len(set(kept[0])) == 1:
        caption = f"{caption}\n{kept[0][0]}".strip()
        kept, header = kept[1:], max(1, header - 1)
    if len(kept) == 1 or len(full) == 1:
        texts = [caption, *(cell for row in kept for cell in unrepeated(row))]
        lines = [line for text in texts for line in text.split("\n") if line]
        return [Block(BlockKind.PARAGRAPH, line, page=page) for line in lines]
    if header == 1 and any(cell.endswith(("：", ":")) for cell in kept[0]):
        # Names and values side by side: such a table has no header.
        header = 0
    header = min(header, len(kept) - 1)
    return [
        Block(BlockKind.TABLE, rows=tuple(kept), header_rows=header, caption=caption, page=page)
    ]


def cell_text(blocks: list[Block]) -> str:
    """What stands in a table cell as one text; a table within it row by row."""
    lines: list[str] = []
    for block in blocks:
        if block.kind is not BlockKind.TABLE:
            lines.append(block.text)
            continue
        if block.caption:
            lines.append(block.caption)
        lines.extend("　".join(unrepeated(row)) for row in block.rows)
    return "\n".join(line for line in lines if line)


def unrepeated(row: tuple[str, ...]) -> list[str]:
    """A row's cells, a cell merged over columns once."""
    return [text for at, text in enumerate(row) if text and (at == 0 or row[at - 1] != text)]

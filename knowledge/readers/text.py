"""Plain text files: a paragraph a line, or hard-wrapped lines joined again."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby, pairwise

from knowledge.documents import Block, BlockKind, Reading
from knowledge.readers.decoding import decode
from knowledge.readers.grids import Cell, fill, table_blocks
from knowledge.readers.wrapping import Column, Line, breaks_between, ends_sentence, glue

_INDENTS = ("　", "  ", "\t")
_DIVIDER = re.compile(r"^[\s|:+\-—–=]*[-—–=]{2,}[\s|:+\-—–=]*$")
_PAGE = re.compile(r"\s*[-—–－]\s*(\d{1,3})\s*[-—–－]\s*")
_RULE = re.compile(r"[\s\u2500-\u257f]*[\u2500-\u257f][\s\u2500-\u257f]*")  # ├──┼──┤
_DOWN = re.compile("[│┃║]")
_CELL = 60  # characters of a cell; a tab before more than that is an indent or a gap in a text
_BLANKS = " \u3000\t\u00a0\ufeff\u200b"


def read(data: bytes, name: str) -> Reading:
    """Read a text file; consecutive ``a | b | c`` lines become a table."""
    decoded = decode(data)
    if name.lower().endswith(".csv"):
        return Reading("text", tuple(_sheet(decoded.text)), decoded.notes)
    lines = re.split(r"\r\n|[\n\r\f\v\u2028\u2029]", decoded.text)
    return Reading("text", tuple(_blocks(_with_bars(_unpaged(lines)))), decoded.notes)


def _with_bars(lines: list[str]) -> list[str]:
    """The lines with the columns of a table parted by bars, which were parted by tabs or rules."""
    if any(map(_RULE.fullmatch, lines)):
        lines = [_DOWN.sub("|", line) for line in lines if not _RULE.fullmatch(line)]
    counts = [_columns_of(line) for line in lines]
    beside = [
        count > 1 and count in (counts[at - 1] if at else 0, *counts[at + 1 : at + 2])
        for at, count in enumerate(counts)
    ]
    return [
        line.rstrip().replace("\t", "|") if is_row else line
        for line, is_row in zip(lines, beside, strict=True)
    ]


def _columns_of(line: str) -> int:
    """How many short cells a line's tabs part; 0 for a line that a tab only indents."""
    cells = [cell.strip(_BLANKS) for cell in line.rstrip().split("\t")]
    is_row = len(cells) > 1 and bool(cells[0]) and all(len(cell) <= _CELL for cell in cells)
    return len(cells) if is_row and "|" not in line else 0


def _separator(lines: list[str]) -> str:
    """What parts the values: that which stands equally often in each of the first lines."""
    first = [line for line in lines if line.strip()][:8]
    for mark in (",", "\t", ";", "|"):
        counts = {line.count(mark) for line in first}
        if len(counts) == 1 and counts != {0}:
            return mark
    return ","


def _sheet(text: str) -> Iterator[Block]:
    """A table of comma-separated values; lines of one cell above and below are text."""
    lines = text.splitlines()
    read = csv.reader(lines, delimiter=_separator(lines))
    rows = [[cell.strip(_BLANKS) for cell in row] for row in read]
    for single, group in groupby(filter(any, rows), lambda row: sum(map(bool, row)) == 1):
        if single:
            yield from (Block(BlockKind.PARAGRAPH, "".join(row)) for row in group)
        else:
            cells = [Cell(r, c, x) for r, row in enumerate(group) for c, x in enumerate(row)]
            yield from table_blocks(fill(cells))


def _unpaged(lines: list[str]) -> list[str]:
    """The lines without the page numbers of a printed text: - 1 - and - 2 - and so on."""
    numbers = {at: int(found[1]) for at, x in enumerate(lines) if (found := _PAGE.fullmatch(x))}
    counted = list(numbers.values()) == list(range(1, len(numbers) + 1))
    if len(numbers) < 2 or not counted:
        return lines
    return [line for at, line in enumerate(lines) if at not in numbers]


def _blocks(lines: list[str]) -> Iterator[Block]:
    width = _wrap_width(lines)
    run: list[str] = []
    at = 0
    while at < len(lines):
        rows, after = _pipe_rows(lines, at)
        if rows:
            yield from _paragraphs(run, width)
            run = []
            cells = [Cell(r, c, text) for r, row in enumerate(rows) for c, text in enumerate(row)]
            yield from table_blocks(fill(cells))
            at = after
        else:
            run.append(lines[at])
            at += 1
    yield from _paragraphs(run, width)


def _pipe_rows(lines: list[str], at: int) -> tuple[list[list[str]], int]:
    """The rows of a pipe table that begins here, and the line after it."""
    rows: list[list[str]] = []
    while at < len(lines) and "|" in lines[at].replace("｜", "|"):
        line = lines[at].replace("｜", "|").strip(_BLANKS)
        if not _DIVIDER.match(line):
            inner = line.removeprefix("|").removesuffix("|") if line.startswith("|") else line
            row = [cell.strip(_BLANKS) for cell in inner.split("|")]
            if rows and len(row) != len(rows[0]):
                break
            rows.append(row)
        at += 1
    return (rows, at) if len(rows) > 1 and len(rows[0]) > 1 else ([], at)


def _wrap_width(lines: list[str]) -> int:
    """The width at which the file was hard-wrapped, 0 when it was not."""
    widths = [(line, columns(line)) for line in map(str.rstrip, lines) if line.strip(_BLANKS)]
    long = [(line, width) for line, width in widths if width >= 40]
    if _goes_on_at_the_edge(lines):
        return max(width for _, width in long)
    if len(long) < 4 or len(long) < len(widths) * 0.4:
        return 0
    usual, _ = Counter(width // 4 for _, width in long).most_common(1)[0]
    full = [line for line, width in long if abs(width - usual * 4) <= 6]
    broken = [line for line in full if not ends_sentence(line)]
    if len(full) < len(long) * 0.7 or len(broken) < len(full) * 0.6:
        return 0
    return max(columns(line) for line in full)


def _goes_on_at_the_edge(lines: list[str]) -> bool:
    """True where paragraphs are indented and whatever is not goes on a line that was full."""
    texts = [line.rstrip() for line in lines if line.strip(_BLANKS)]
    full = max(map(columns, texts), default=0) - 6
    going_on = [above for above, line in pairwise(texts) if not line.startswith(_INDENTS)]
    return (
        full >= 34
        and len(going_on) > 1
        and len(going_on) < len(texts) / 2
        and all(columns(above) >= full and not ends_sentence(above) for above in going_on)
    )


def columns(text: str) -> int:
    """Width in half-width columns, as a terminal would show it."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def _paragraphs(lines: list[str], width: int) -> Iterator[Block]:
    if not width:
        texts = [line.strip(_BLANKS) for line in lines]
    else:
        column = Column(0, width, _is_indented(lines), 0)
        texts = []
        above: Line | None = None
        for raw in lines:
            text = raw.strip(_BLANKS)
            left = columns(raw) - columns(raw.lstrip(_BLANKS))
            line = Line(text, left, left + columns(text), 2) if text else None
            if line and above and not breaks_between(above, line, column):
                texts[-1] = glue(texts[-1], text)
            else:
                texts.append(text)
            above = replace(line, text=texts[-1]) if line else None
    for text in texts:
        if text:
            yield Block(BlockKind.PARAGRAPH, text)


def _is_indented(lines: list[str]) -> bool:
    indents = sum(line.startswith(_INDENTS) for line in lines)
    return 0 < indents < len(lines) * 0.9

"""Tables as an XLSX workbook; whatever people typed stays text."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from flask import Response
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_767
"""Characters that a cell may hold (ECMA-376)."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table.

    Attributes:
        head: names of the columns.
        widths: of the columns, in characters.
    """

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str | int | float]]
    widths: Sequence[int] = ()


def workbook(sheets: Sequence[Sheet], name: str) -> Response:
    """The sheets as a file to keep, under a name without its ending."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        _fill(book.create_sheet(sheet.title), sheet)
    held = io.BytesIO()
    book.save(held)
    disposition = f"attachment; filename=export.xlsx; filename*=UTF-8''{quote(name)}.xlsx"
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    return Response(held.getvalue(), mimetype=XLSX, headers=headers)


def _fill(page: Worksheet, sheet: Sheet) -> None:
    for column, name in enumerate(sheet.head, 1):
        _write(page.cell(1, column), name)
        page.cell(1, column).font = Font(bold=True)
    for line, values in enumerate(sheet.rows, 2):
        for column, value in enumerate(values, 1):
            _write(page.cell(line, column), value)
    for letter, width in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", sheet.widths, strict=False):
        page.column_dimensions[letter].width = width
    page.freeze_panes = "A2"


def _write(cell: Cell, value: str | int | float) -> None:
    """Put a value into a cell; text is never a formula, whatever sign it begins with."""
    if not isinstance(value, str):
        cell.value = value
        return
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST_CELL]
    cell.data_type = "s"  # openpyxl takes what begins with = for a formula
    cell.quotePrefix = True  # nor does Excel when somebody edits it
    cell.number_format = "@"
    cell.alignment = Alignment(wrap_text=True, vertical="top")

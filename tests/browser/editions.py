"""A sample policy as a Word file of our own making, with amounts changed."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

from knowledge.readers import read_bytes
from tests.readers.papers import cell, docx, p, row, table

SAMPLES = Path(__file__).parents[2] / "samples"


def housing_rules(*changes: tuple[str, str]) -> bytes:
    """临江's 安居细则, every (before, after) changed once in its table of amounts.

    Args:
        changes: a whole cell's text and what stands there instead, with the row's first cell
            before it: ("D类 30万元", "35万元").
    """
    path = next(SAMPLES.glob("02-*.pdf"))
    left = dict(changes)
    body = ""
    for block in read_bytes(path.read_bytes(), path.name).blocks:
        if not block.rows:
            body += "".join(p(escape(line)) for line in block.text.split("\n"))
            continue
        rows = [
            row(*(cell(p(escape(left.pop(f"{cells[0]} {c}", c)))) for c in cells))
            for cells in block.rows
        ]
        body += table(*rows)
    assert not left, f"not in the table: {left}"
    return docx(body)

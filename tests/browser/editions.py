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


RIDING = {
    "临江市高层次人才乘车补贴办法": (
        "临江市高层次人才乘车补贴办法\n第一条　临江市人民政府制定本办法。\n"
        "第二条　乘车补贴标准。D类人才乘车补贴每月200元，E类人才乘车补贴每月100元。\n"
        "第三条　本办法自2024年1月1日起施行。"
    ),
    "临江市人才交通服务实施细则": (
        "临江市人才交通服务实施细则\n第一条　临江市人力资源和社会保障局制定本细则。\n"
        "第二条　补贴标准。D类人才乘车补贴每月300元，E类人才乘车补贴每月100元，按季度发放。\n"
        "第三条　本细则自2026年3月1日起施行。"
    ),
}
"""By title, two papers in force that give class D different amounts of one benefit."""

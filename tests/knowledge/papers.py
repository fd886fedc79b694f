"""Small policies written for the tests, and what the tests ask of them."""

from knowledge.documents import Block, BlockKind, Clause, ClauseKind
from knowledge.structure import Structure, structure


def lines(text: str) -> list[Block]:
    """One paragraph block a line."""
    return [Block(BlockKind.PARAGRAPH, line.strip()) for line in text.splitlines() if line.strip()]


def heading(text: str, level: int) -> Block:
    return Block(BlockKind.HEADING, text, level)


def table(*rows, header_rows=1, caption="") -> Block:
    cells = tuple(tuple(row) for row in rows)
    return Block(BlockKind.TABLE, rows=cells, header_rows=header_rows, caption=caption)


def built(text: str) -> Structure:
    return structure(lines(text))


def numbers(found: Structure, *kinds: ClauseKind) -> list[str]:
    """The numbers of the clauses of these kinds, in reading order."""
    return [c.number for c in found.clauses if c.kind in kinds]


def outline(found: Structure) -> list[str]:
    """Each numbered clause, indented by its depth below other clauses."""
    by_ordinal = {c.ordinal: c for c in found.clauses}

    def depth(clause: Clause) -> int:
        above = by_ordinal.get(clause.parent) if clause.parent is not None else None
        return depth(above) + 1 if above else 0

    return ["  " * depth(c) + c.number for c in found.clauses if c.number and not c.cells]


def labels(found: Structure) -> list[str]:
    return [p.label for p in found.passages]


def passage(found: Structure, label: str):
    """The only passage with this label."""
    (one,) = [p for p in found.passages if p.label == label]
    return one


def unreadable(found: Structure) -> list[str]:
    """Texts of clauses that cannot be read in the passages that claim to hold them."""
    missing = []
    for clause in found.clauses:
        if clause.kind in (ClauseKind.TABLE, ClauseKind.ROW):
            continue
        holding = [p for p in found.passages if clause.ordinal in p.clauses]
        parts = [name for p in holding for name in (p.label, *p.path, p.caption)]
        parts.append("".join(p.text for p in holding))
        heads = bool(clause.heading) and clause.text.endswith(clause.heading)
        wanted = clause.heading if heads else clause.text
        if not any(_bare(wanted) in _bare(part) for part in parts):
            missing.append(clause.text)
    return missing


def _bare(text: str) -> str:
    return "".join(text.split())


POLICY = """临江市人才住房办法
临政发〔2026〕8号
第一条　为了改善人才居住条件，制定本办法。
第二条　在本市工作的博士，每月发放租房补贴二千元，连续发放三年，凭租赁合同申请。
第三条　毕业五年内的硕士，可以申请入住人才公寓，租金按市场价的七折收取。
第四条　本办法自2026年3月1日起施行，有效期2年。
临江市人民政府
2026年2月1日
"""

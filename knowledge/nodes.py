"""A node of the clause tree while it is built, and what is asked of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from knowledge.documents import Clause, ClauseKind


@dataclass(slots=True)
class Node:
    """A clause with its children; see ``Clause`` for the fields they share.

    Attributes:
        marker: which numbering it opened (article, cn, pcn, d, h2 …), "" for none.
    """

    ordinal: int
    parent: Node | None
    kind: ClauseKind
    marker: str
    number: str
    heading: str
    text: str
    cells: tuple[str, ...] = ()
    page: int | None = None
    children: list[Node] = field(default_factory=list)

    def clause(self) -> Clause:
        """The finished clause."""
        parent = self.parent.ordinal if self.parent else None
        return Clause(
            self.ordinal, parent, self.kind, self.number, self.heading, self.text, self.cells,
            self.page,
        )  # fmt: skip


def is_all_heading(node: Node) -> bool:
    """True when the line is a number and a heading and nothing else."""
    return bool(node.heading) and node.text.endswith(node.heading)


def unrepeated(cells: Sequence[str]) -> list[str]:
    """Cells without the repetitions that a cell merged across columns leaves."""
    return [c for i, c in enumerate(cells) if i == 0 or c != cells[i - 1] or not c]

"""Whom a passage is for: the talent classes and academic degrees that it is named by. Pure."""

from __future__ import annotations

from knowledge.documents import Passage
from knowledge.lexicon import normal
from knowledge.talent_classes import definitions, degrees_named, led_by, of_row


def row_classes(passage: Passage) -> tuple[int, tuple[str, ...]]:
    """(column, talent classes) that name a table row; (-1, ()) for any other passage."""
    cells, header = ([normal(c) for c in row[:2]] for row in (passage.cells, passage.header))
    return of_row(cells, header)


def own_classes(passage: Passage) -> frozenset[str]:
    """The talent classes a passage is about: those that its row or item is named by or defines."""
    if passage.cells:
        return frozenset(row_classes(passage)[1])
    folded = normal(passage.text)
    return frozenset(led_by(folded) or (name for name, _ in definitions(folded)))


def own_degrees(passage: Passage) -> frozenset[str]:
    """The degrees that name a table row; none of any other passage."""
    named = (degrees_named(normal(cell)) for cell in passage.cells[:2])
    return frozenset(next((degrees for degrees in named if degrees), ()))

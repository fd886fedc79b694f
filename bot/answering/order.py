"""How near a passage must come to the first to take its place, and passages in another order."""

from __future__ import annotations

from dataclasses import replace

from knowledge.documents import Hit

INSTEAD = 0.7
"""Share of the first's score from which a passage that is better for its kind comes first."""
FOR_LIMIT = 0.5
"""The same for the clause that says how long a benefit is granted, where that is asked."""
MANY_SEEN = 24
"""Passages looked through when events of some days are asked for, or whether one can apply now."""


def in_front(hit: Hit, hits: list[Hit]) -> list[Hit]:
    """The hits with one of them in front."""
    return [hit, *(h for h in hits if h is not hit)]


def led_by(hit: Hit, hits: list[Hit]) -> list[Hit]:
    """The hits with one in front, which counts as much as the first did."""
    lead = replace(hit, score=hits[0].score)
    return [lead, *(h for h in hits if h.passage_id != hit.passage_id)]


def whole_text(hit: Hit) -> str:
    """A passage with all that stands above it, title and headings."""
    passage = hit.passage
    return " ".join((hit.source.title, *passage.path, passage.caption, passage.text))

"""A second look at the first passages found: what a mean of all their words hides.

A passage's own vector is the mean of its words, so a long clause is a little like everything, and
terms are held or not, never nearly. Too dear for every candidate, cheap for ten.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.documents import Passage
from knowledge.embedding import Embedder
from knowledge.query import Query

LOOKED_AT = 10
"""First passages that are looked at again."""
MOST_SENTENCES = 12
"""Of a passage; one with more is a table or a list, and told by its first."""
KEPT = 5_000
"""Passages whose vectors are kept, some 10 KB each."""
_END = re.compile(r"[。;；\n]")
_RUN = re.compile(r"[\u4e00-\u9fff0-9a-z%.]+")


class SecondLook:
    """Scores passages by their nearest sentence, their heading and the question's own letters.

    Threads may share one.
    """

    def __init__(self, encoder: Embedder) -> None:
        """With the encoder that the questions' vectors come from."""
        self._encoder = encoder
        self._seen: dict[int, NDArray[np.float32]] = {}

    def forget(self) -> None:
        """Read every passage anew: some have changed."""
        self._seen = {}

    def sights(
        self, query: Query, vector: NDArray[np.float32], passage_id: int, passage: Passage,
        text: str,
    ) -> tuple[float, float, float]:  # fmt: skip
        """How near a passage comes: (its nearest sentence, its heading, share of pairs), each 0..1.

        Args:
            vector: the question's.
            text: the passage with its title, headings and caption, in normal form.

        Returns:
            Two cosines; the share is that of the question's neighbouring characters, and of those
            that an earlier turn lends it, that stand in the text.
        """
        heading, *sentences = np.maximum(self._vectors(passage_id, passage) @ vector, 0)
        lent = (c.word for c in query.concepts if c.carried)
        pairs = _pairs(",".join((query.with_story, *lent)))
        held = sum(p in text for p in pairs) / max(1, len(pairs))
        return float(max(sentences)), float(heading), held

    def _vectors(self, passage_id: int, passage: Passage) -> NDArray[np.float32]:
        """Its heading's vector, then one for each sentence."""
        seen = self._seen
        known = seen.get(passage_id)
        if known is None:
            sentences = [s for s in _END.split(passage.text) if len(s) > 4][:MOST_SENTENCES]
            known = self._encoder.encode([own_heading(passage), *(sentences or [passage.text])])
            if len(seen) >= KEPT:
                seen.clear()
            seen[passage_id] = known
        return known


def own_heading(passage: Passage) -> str:
    """The heading of a passage: its label's words, its run-in heading and the heading above it."""
    start = re.match(r"[^。：；\n]{1,22}", passage.text)
    return " ".join((passage.label, *passage.path[-1:], start[0] if start else ""))


def _pairs(text: str) -> Sequence[str]:
    """Neighbouring characters of a normal text, each pair once.

    >>> _pairs("租房,能补吗")
    ['租房', '能补', '补吗']
    """
    runs = _RUN.findall(text)
    return list(dict.fromkeys(r[i : i + 2] for r in runs for i in range(len(r) - 1)))

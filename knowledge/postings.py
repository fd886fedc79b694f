"""BM25 over terms whose passages are kept in memory, for as long as nothing is published.

FTS5 works out the rank of every passage that holds any term anew for every question, in 2 µs each:
35 ms where twenty thousand do. BM25 is a sum over the terms (Robertson and Zaragoza 2009, The
Probabilistic Relevance Framework, eq. 3.15), so each term's part of it can be asked for once.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.fulltext import FullText

KEPT = 4_000_000
"""Passages kept over all terms, 12 bytes each."""


class Postings:
    """The passages of each term that was asked for, as the index stood when they were read."""

    def __init__(self, fulltext: FullText) -> None:
        """Keep what this index says; when it changes, another one of these is needed."""
        self._fulltext = fulltext
        self._known: dict[str, tuple[NDArray[np.int64], NDArray[np.float32]]] = {}
        self._size = 0
        self._lock = threading.Lock()

    def search(self, terms: Sequence[str], limit: int) -> list[int]:
        """Ids of the passages that hold any term, best by BM25 first, as `FullText.search`."""
        held = [self._of(term) for term in dict.fromkeys(terms)]
        if not held:
            return []
        ids, places = np.unique(np.concatenate([i for i, _ in held]), return_inverse=True)
        scores = np.bincount(places, np.concatenate([s for _, s in held]), len(ids))
        if len(ids) > limit:
            # of equals at the edge those with the lowest ids, as the index itself has it
            edge = np.partition(scores, -limit)[-limit]
            above = np.flatnonzero(scores > edge)
            level = np.flatnonzero(scores == edge)[: limit - len(above)]
            ids, scores = (x[np.concatenate((above, level))] for x in (ids, scores))
        return [int(i) for i in ids[np.lexsort((ids, -scores))]]

    def _of(self, term: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        found = self._known.get(term)
        if found is None:
            rows = self._fulltext.ranks(term)
            found = (
                np.array([i for i, _ in rows], np.int64),
                np.array([s for _, s in rows], np.float32),
            )
            with self._lock:
                if self._size + len(rows) > KEPT:
                    self._known, self._size = {}, 0
                if term not in self._known:  # another question may have read it meanwhile
                    self._known[term] = found
                    self._size += len(rows)
        return found

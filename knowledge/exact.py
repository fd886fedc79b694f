"""Exact nearest passages from the vectors in SQL: for processes that may not open Chroma."""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray

from knowledge.catalogue import Catalogue
from knowledge.vectors import WrongModel


class ExactIndex:
    """All published vectors in memory, read again when the catalogue has changed.

    Exact where Chroma approximates, so a process with this index finds at least what the owner of
    the Chroma store finds. A hundred thousand passages take 100 MB and about 6 ms a query.
    """

    def __init__(self, catalogue: Catalogue, model: str) -> None:
        """Read all vectors.

        Raises:
            WrongModel: some were made by another model than ``model``.
        """
        self._catalogue, self._model = catalogue, model
        self._lock = threading.Lock()
        self._mark = ""
        self._ids: NDArray[np.int64] = np.empty(0, np.int64)
        self._vectors: NDArray[np.float32] = np.empty((0, 0), np.float32)
        live = catalogue.sources()
        others = {v.model for v in catalogue.versions() if v.id in live} - {model}
        if others:
            raise WrongModel(
                f"vectors were made by the model {', '.join(sorted(others))}, but {model} is "
                "configured; run `python ingest.py rebuild`, or set ZHIHUI_EMBEDDING_MODEL back"
            )
        self._current()

    def nearest(self, vector: NDArray[np.float32], limit: int, /) -> list[tuple[int, float]]:
        """(passage id, cosine) of the nearest passages, best first; [] when empty."""
        ids, vectors = self._current()
        if not len(ids) or not np.any(vector):
            return []
        cosines = vectors @ vector
        limit = min(limit, len(ids))
        best = np.argpartition(-cosines, limit - 1)[:limit]
        best = best[np.argsort(-cosines[best], kind="stable")]
        return [(int(ids[i]), float(cosines[i])) for i in best]

    def _current(self) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        mark = self._catalogue.changed(self._mark)
        with self._lock:
            if mark != self._mark:
                ids = sorted(self._catalogue.live_ids())
                stored = self._catalogue.passages(ids)
                # one retired between the two readings is missing from the second
                ids = [i for i in ids if i in stored]
                self._ids = np.asarray(ids, np.int64)
                self._vectors = np.stack([stored[i].vector for i in ids]) if ids else self._vectors
                self._mark = mark
            return self._ids, self._vectors

"""The vector index in Chroma; the only importer of chromadb.

An index, not a store: SQL keeps every vector, and this can be rebuilt from it at any time. An
embedded Chroma directory must be opened by one process only (measured: a second writer loses
vectors silently), which knowledge.ownership enforces.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from database import Unavailable

_COLLECTION = "passages"
_NEXT = "passages_next"  # while an index is made anew
_HNSW = {"space": "cosine", "ef_construction": 200, "ef_search": 200, "max_neighbors": 32}
# the defaults found 93 % of the exact ten nearest of 10,000 passages, these 99.8 %, for 0.4 ms
_BATCH = 2000  # Chroma takes at most about 5,400 rows at once


class Nearest(Protocol):
    """What the retriever needs of a vector index."""

    def nearest(self, vector: NDArray[np.float32], limit: int, /) -> list[tuple[int, float]]:
        """(passage id, cosine) of the nearest passages, best first; [] when empty."""


class WrongModel(Exception):
    """The index was made by another embedding model; the message says what to do."""


class VectorIndex:
    """Passage vectors by passage id, nearest first by cosine."""

    def __init__(
        self, model: str, path: Path | None = None, url: str = "", any_model: bool = False
    ) -> None:
        """Open the index of one model.

        Args:
            model: name of the embedding model; an index remembers which model made it.
            path: folder of an embedded store; None with ``url`` for a Chroma server, or None
                alone for a store in memory.
            any_model: open it whatever model made it, to make it anew (``replace_all``).

        Raises:
            WrongModel: the index at this place was made by another model.
        """
        self._client = _connect(path, url)
        self._model = model
        self._collection = self._open(any_model)

    def _open(self, any_model: bool = False) -> Any:
        collection = self._made(_COLLECTION)
        made_by = (collection.metadata or {}).get("model", self._model)
        if made_by != self._model and not any_model:
            raise WrongModel(
                f"the vector index was made by the model {made_by}, but {self._model} is "
                "configured; run `python ingest.py rebuild` to embed every passage with the new "
                "model, or set ZHIHUI_EMBEDDING_MODEL back"
            )
        return collection

    def _made(self, name: str) -> Any:
        return self._client.get_or_create_collection(
            name,
            metadata={"model": self._model},
            configuration={"hnsw": _HNSW},
            embedding_function=None,
        )

    def replace_all(self, batches: Iterable[tuple[Sequence[int], NDArray[np.float32]]]) -> int:
        """Make the index anew beside the old one, which serves until the new one is whole.

        Returns:
            How many vectors the new index holds.
        """
        self._forget(_NEXT)
        fresh = self._made(_NEXT)
        total = 0
        for ids, vectors in batches:
            _put(fresh, ids, vectors)
            total += len(ids)
        self._collection = fresh
        self._forget(_COLLECTION)
        fresh.modify(name=_COLLECTION)
        return total

    def _forget(self, name: str) -> None:
        if name in [c.name for c in self._client.list_collections()]:
            self._client.delete_collection(name)

    def put(self, ids: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Add or replace vectors; ``vectors`` has shape (len(ids), d) and unit rows."""
        _put(self._collection, ids, vectors)

    def remove(self, ids: Sequence[int]) -> None:
        """Forget passages; unknown ids are ignored."""
        for start in range(0, len(ids), _BATCH):
            self._collection.delete(ids=[str(i) for i in ids[start : start + _BATCH]])

    def nearest(self, vector: NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        """(passage id, cosine) of the nearest passages, best first; [] when empty."""
        return self.nearest_each(vector[None], limit)[0] if np.any(vector) else []

    def nearest_each(
        self, vectors: NDArray[np.float32], limit: int
    ) -> list[list[tuple[int, float]]]:
        """``nearest`` of every row, asked at once: one question costs Chroma a millisecond."""
        if not len(vectors):
            return []
        found = self._collection.query(
            query_embeddings=vectors.tolist(), n_results=limit, include=["distances"]
        )
        return [
            [(int(i), 1.0 - d) for i, d in zip(ids, distances, strict=True)]
            for ids, distances in zip(found["ids"], found["distances"], strict=True)
        ]

    def ids(self) -> set[int]:
        """Every passage id in the index."""
        return {int(i) for i in self._collection.get(include=[])["ids"]}

    def read(self, ids: Sequence[int]) -> dict[int, NDArray[np.float32]]:
        """The vectors that the index holds of some passages; unknown ids are missing."""
        if not ids:
            return {}
        found = self._collection.get(ids=[str(i) for i in ids], include=["embeddings"])
        vectors = np.asarray(found["embeddings"], np.float32)
        return {int(i): v for i, v in zip(found["ids"], vectors, strict=True)}

    def count(self) -> int:
        """How many passages the index holds."""
        return int(self._collection.count())


def _put(collection: Any, ids: Sequence[int], vectors: NDArray[np.float32]) -> None:
    for start in range(0, len(ids), _BATCH):
        part = slice(start, start + _BATCH)
        collection.upsert(ids=[str(i) for i in ids[part]], embeddings=vectors[part].tolist())


def _connect(path: Path | None, url: str) -> Any:
    """A Chroma client: a server by URL, a folder by path, else in memory. Telemetry off."""
    import chromadb  # noqa: TID251 - the one place
    from chromadb.config import Settings  # noqa: TID251

    settings = Settings(anonymized_telemetry=False)
    if url:
        parts = urlsplit(url)
        secure = parts.scheme == "https"
        try:
            return chromadb.HttpClient(
                host=parts.hostname or "localhost",
                port=parts.port or (443 if secure else 80),
                ssl=secure,
                settings=settings,
            )
        except ValueError as error:  # so chromadb says that nobody answers there
            raise Unavailable(
                f"the Chroma server at {url} does not answer ({error}); start it or check "
                "ZHIHUI_CHROMA_URL"
            ) from None
    if path is None:
        return chromadb.EphemeralClient(settings=settings)
    path.mkdir(parents=True, exist_ok=True)
    return chromadb.PersistentClient(str(path), settings=settings)

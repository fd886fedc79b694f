"""The two indexes beside SQL: made anew, compared, mended. SQL is the truth."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.catalogue import Catalogue
from knowledge.documents import Passage
from knowledge.embedding import Embedder
from knowledge.fulltext import FullText, passage_terms
from knowledge.lifecycle import Lifecycle
from knowledge.vectors import VectorIndex

SAMPLED = 20
"""Vectors that a check compares one by one with SQL, drawn anew each time."""


@dataclass(frozen=True, slots=True)
class IndexCheck:
    """Whether the derived indexes agree with SQL.

    Attributes:
        published: passages that should be searchable.
        missing_vectors, missing_words: published but not in the index.
        orphan_vectors, orphan_words: in the index but not published.
        sampled, wrong_vectors: vectors compared with SQL, and how many of them differ.
    """

    published: int
    missing_vectors: int
    orphan_vectors: int
    missing_words: int
    orphan_words: int
    sampled: int = 0
    wrong_vectors: int = 0

    @property
    def clean(self) -> bool:
        """True when both indexes hold exactly what is published."""
        return not (
            self.missing_vectors
            or self.orphan_vectors
            or self.missing_words
            or self.orphan_words
            or self.wrong_vectors
        )


def searchable_text(passage: Passage) -> str:
    """What the encoder reads of a passage: the heading and lead-in it depends on, its text."""
    head = " ".join((*passage.path[-1:], passage.caption[:60]))
    return f"{head} {passage.text}".strip()


def embed(encoder: Embedder, passages: Sequence[Passage]) -> NDArray[np.float32]:
    """Vectors of passages, shape (len(passages), d), unit rows."""
    return encoder.encode([searchable_text(p) for p in passages])


class Indexes:
    """Keeps the vector and the lexical index equal to what SQL calls live."""

    def __init__(
        self, catalogue: Catalogue, fulltext: FullText, vectors: VectorIndex, encoder: Embedder
    ) -> None:
        self._catalogue, self._fulltext, self._vectors = catalogue, fulltext, vectors
        self._lifecycle, self._encoder = Lifecycle(catalogue.engine), encoder

    def rebuild(self) -> int:
        """Make the vector index anew from SQL, embedding again where another model was used.

        The old index answers until the new one is whole. Returns the number of passages.
        """
        return self._vectors.replace_all(self._all_vectors())

    def _all_vectors(self) -> Iterator[tuple[list[int], NDArray[np.float32]]]:
        live = set(self._catalogue.sources())
        for version in self._catalogue.versions():
            stored = self._catalogue.passages_of(version.id)
            if not stored:
                continue
            vectors = np.stack([s.vector for s in stored])
            if version.model != self._encoder.name:  # drafts too: they are published as stored
                vectors = embed(self._encoder, [s.passage for s in stored])
                rows = zip((s.id for s in stored), vectors, strict=True)
                self._lifecycle.replace_vectors(self._encoder.name, rows)
            if version.id in live:
                yield [s.id for s in stored], vectors

    def check(self, repair: bool = False) -> IndexCheck:
        """Compare both indexes with SQL; with ``repair`` make them agree."""
        live = self._catalogue.live_ids()
        vectors, lexical = self._vectors.ids(), self._fulltext.ids()
        drawn = random.sample(sorted(live & vectors), min(SAMPLED, len(live & vectors)))
        wrong = self._wrong(drawn)
        found = IndexCheck(
            len(live),
            len(live - vectors),
            len(vectors - live),
            len(live - lexical),
            len(lexical - live),
            len(drawn),
            len(wrong),
        )
        if repair and not found.clean:
            if wrong:  # a sample that differs says that more do
                self.rebuild()
            else:
                self._mend_vectors(live, vectors)
            self._mend_words(live, lexical)
            return self.check()
        return found

    def _wrong(self, ids: Sequence[int]) -> list[int]:
        """Those of some passages whose vector in the index is not the one in SQL."""
        held = self._vectors.read(ids)
        stored = self._catalogue.passages(ids)
        return [
            i for i in ids
            if held[i].shape != stored[i].vector.shape
            or not np.allclose(held[i], stored[i].vector, atol=1e-4)
        ]  # fmt: skip

    def _mend_vectors(self, live: set[int], indexed: set[int]) -> None:
        versions = self._catalogue.versions()
        if any(v.model != self._encoder.name for v in versions):
            self.rebuild()  # the stored vectors are another model's
            return
        self._vectors.remove(sorted(indexed - live))
        missing = sorted(live - indexed)
        stored = self._catalogue.passages(missing)
        if stored:
            self._vectors.put(missing, np.stack([stored[i].vector for i in missing]))

    def _mend_words(self, live: set[int], indexed: set[int]) -> None:
        sources = self._catalogue.sources()
        missing = self._catalogue.passages(sorted(live - indexed))
        with self._catalogue.engine.begin() as connection:
            self._fulltext.remove(connection, sorted(indexed - live))
            terms = {
                i: passage_terms(stored.passage, sources[stored.version_id].title)
                for i, stored in missing.items()
            }
            self._fulltext.put(connection, terms)

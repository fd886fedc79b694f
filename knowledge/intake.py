"""A file's way in: read -> structure -> metadata -> embed -> publish.

Each file succeeds or fails alone. What is published is in SQL first; the vector index follows
and can be rebuilt from SQL at any time.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.catalogue import PUBLISHED, Catalogue
from knowledge.documents import Clause, ClauseKind, Passage, Unreadable
from knowledge.embedding import Embedder
from knowledge.fulltext import FullText
from knowledge.lexicon import index_terms
from knowledge.metadata import document_facts
from knowledge.readers import read_file
from knowledge.structure import structure
from knowledge.vectors import VectorIndex

_LOG = logging.getLogger(__name__)


class IntakeStatus(StrEnum):
    """How a file fared."""

    ADDED = "added"
    UPDATED = "updated"  # a new version of a document that was there
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class IntakeResult:
    """One file's outcome.

    Attributes:
        name: the file's name.
        status: how it fared.
        reason: why it was refused, in Chinese; "" otherwise.
        clauses, passages: how many were read.
        uncovered: characters of the body that stand in no passage (0 is the rule).
        notes: what a reviewer should know, in Chinese.
    """

    name: str
    status: IntakeStatus
    reason: str = ""
    title: str = ""
    clauses: int = 0
    articles: int = 0
    tables: int = 0
    passages: int = 0
    uncovered: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexCheck:
    """Whether the derived indexes agree with SQL.

    Attributes:
        published: passages that should be searchable.
        missing_vectors, missing_words: published but not in the index.
        orphan_vectors, orphan_words: in the index but not published.
    """

    published: int
    missing_vectors: int
    orphan_vectors: int
    missing_words: int
    orphan_words: int

    @property
    def clean(self) -> bool:
        """True when both indexes hold exactly what is published."""
        return not (
            self.missing_vectors or self.orphan_vectors or self.missing_words or self.orphan_words
        )


def searchable_text(passage: Passage) -> str:
    """What the encoder reads of a passage: the heading and lead-in it depends on, its text."""
    head = " ".join((*passage.path[-1:], passage.caption[:60]))
    return f"{head} {passage.text}".strip()


def passage_terms(passage: Passage, title: str) -> list[str]:
    """What the lexical index holds of a passage."""
    return index_terms(" ".join((title, *passage.path, passage.caption, passage.text)))


def distinct_names(paths: Sequence[Path]) -> dict[Path, str]:
    """A document's name by file: its own, with its folder's where two files share one.

    A document is known by its name, so a/通知.pdf and b/通知.pdf must not replace each other.
    """
    shared = Counter(p.name for p in paths)
    return {p: p.name if shared[p.name] == 1 else f"{p.parent.name}／{p.name}" for p in paths}


def cannot_open(name: str, error: OSError) -> Unreadable:
    """The refusal of a file that the system does not let us read."""
    return Unreadable(name, f"打不开这个文件（{error.strerror}）")


def uncovered_characters(clauses: Sequence[Clause], passages: Iterable[Passage]) -> int:
    """Characters of clauses that no passage holds."""
    held = {ordinal for p in passages for ordinal in p.clauses}
    return sum(len(c.text) for c in clauses if c.ordinal not in held)


class Intake:
    """Takes files into the knowledge base; the owner of the data folder runs it."""

    def __init__(
        self, catalogue: Catalogue, fulltext: FullText, vectors: VectorIndex, encoder: Embedder,
        store: Path,
    ) -> None:  # fmt: skip
        """Build an intake.

        Args:
            store: folder that keeps every accepted original, named by its SHA-256.
        """
        self._catalogue, self._fulltext, self._vectors = catalogue, fulltext, vectors
        self._encoder, self._store = encoder, store

    def add(self, path: Path, name: str = "") -> IntakeResult:
        """Take in one file; the same content under the same name changes nothing."""
        # names are printed and shown: a line break or a turned direction in one would mislead
        name = "".join(c if c.isprintable() else " " for c in name or path.name)
        try:
            content_hash = _hash(path)
            if known := self._catalogue.find_version(content_hash, name):
                return IntakeResult(name, IntakeStatus.UNCHANGED, title=known.facts.title)
            reading = read_file(path)
            built = structure(reading.blocks)
            if not any(p.kind is not ClauseKind.TITLE for p in built.passages):
                raise Unreadable(name, "没有读到正文，请检查文件内容是否为空或只有图片")
            facts = document_facts(built.clauses, name, reading.metadata.get("title", ""))
        except Unreadable as refused:
            return IntakeResult(name, IntakeStatus.REFUSED, reason=refused.why)
        except Exception:  # noqa: BLE001 - a file no reader foresaw must not keep the others out
            _LOG.exception("reading %s failed", name)
            reason = "读取时出错，文件可能已损坏；请换一种格式另存后再试（详情见日志）"
            return IntakeResult(name, IntakeStatus.REFUSED, reason=reason)
        vectors = self._embed(built.passages)
        before = self._catalogue.versions()
        self._keep(path, content_hash)
        _, ids, replaced = self._catalogue.publish(
            file_name=name,
            content_hash=content_hash,
            format=reading.format,
            facts=facts,
            clause_rows=built.clauses,
            passage_rows=[
                (p, passage_terms(p, facts.title), v)
                for p, v in zip(built.passages, vectors, strict=True)
            ],
            notes=reading.notes,
            doubts=built.doubts,
            model=self._encoder.name,
        )
        self._vectors.put(ids, vectors)
        self._vectors.remove(replaced)
        existed = any(v.file_name == name for v in before)
        return IntakeResult(
            name,
            IntakeStatus.UPDATED if existed else IntakeStatus.ADDED,
            title=facts.title,
            clauses=len(built.clauses),
            articles=sum(c.kind is ClauseKind.ARTICLE for c in built.clauses),
            tables=sum(c.kind is ClauseKind.TABLE for c in built.clauses),
            passages=len(built.passages),
            uncovered=uncovered_characters(built.clauses, built.passages),
            notes=(*reading.notes, *built.doubts),
        )

    def add_all(
        self,
        paths: Sequence[Path],
        progress: Callable[[int, int, IntakeResult], None] | None = None,
    ) -> list[IntakeResult]:
        """Take in files one after another; ``progress(done, total, result)`` after each."""
        results = []
        names = distinct_names(paths)
        for done, path in enumerate(paths, 1):
            results.append(self.add(path, names[path]))
            if progress:
                progress(done, len(paths), results[-1])
        return results

    def retire(self, document_id: int) -> None:
        """Take a document out of answers."""
        self._vectors.remove(self._catalogue.withdraw(document_id))

    def rebuild(self) -> int:
        """Make the vector index anew from SQL, embedding again where another model was used."""
        self._vectors.reset()
        total = 0
        for version in self._catalogue.versions():
            if version.status != PUBLISHED:
                continue
            stored = self._catalogue.passages_of(version.id)
            if not stored:
                continue
            if version.model != self._encoder.name:
                fresh = self._embed([s.passage for s in stored])
                self._catalogue.replace_vectors(
                    self._encoder.name,
                    ((s.id, v) for s, v in zip(stored, fresh, strict=True)),
                )
            else:
                fresh = np.stack([s.vector for s in stored])
            self._vectors.put([s.id for s in stored], fresh)
            total += len(stored)
        return total

    def check(self, repair: bool = False) -> IndexCheck:
        """Compare both indexes with SQL; with ``repair`` make them agree."""
        published = self._catalogue.published_ids()
        vectors, lexical = self._vectors.ids(), self._fulltext.ids()
        found = IndexCheck(
            len(published),
            len(published - vectors),
            len(vectors - published),
            len(published - lexical),
            len(lexical - published),
        )
        if repair and not found.clean:
            self._mend_vectors(published, vectors)
            self._mend_words(published, lexical)
            return self.check()
        return found

    def _mend_vectors(self, published: set[int], indexed: set[int]) -> None:
        versions = [v for v in self._catalogue.versions() if v.status == PUBLISHED]
        if any(v.model != self._encoder.name for v in versions):
            self.rebuild()  # the stored vectors are another model's
            return
        self._vectors.remove(sorted(indexed - published))
        missing = sorted(published - indexed)
        stored = self._catalogue.passages(missing)
        if stored:
            self._vectors.put(missing, np.stack([stored[i].vector for i in missing]))

    def _mend_words(self, published: set[int], indexed: set[int]) -> None:
        titles = {v.id: v.facts.title for v in self._catalogue.versions()}
        missing = self._catalogue.passages(sorted(published - indexed))
        with self._catalogue.engine.begin() as connection:
            self._fulltext.remove(connection, sorted(indexed - published))
            for stored in missing.values():
                terms = passage_terms(stored.passage, titles[stored.version_id])
                self._fulltext.put(connection, stored.id, terms)

    def _embed(self, passages: Sequence[Passage]) -> NDArray[np.float32]:
        return self._encoder.encode([searchable_text(p) for p in passages])

    def _keep(self, path: Path, content_hash: str) -> None:
        """Keep the original before anything of it is published."""
        self._store.mkdir(parents=True, exist_ok=True)
        kept = self._store / f"{content_hash}{path.suffix.lower()[:8]}"
        if not kept.exists():
            partial = kept.with_suffix(".partial")
            shutil.copyfile(path, partial)
            partial.replace(kept)


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            for block in iter(lambda: file.read(1 << 20), b""):
                digest.update(block)
    except OSError as error:
        raise cannot_open(path.name, error) from error
    return digest.hexdigest()

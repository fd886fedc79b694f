"""Documents, versions, clauses and passages in SQL: the truth that the indexes derive from."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    DateTime,
    Engine,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    func,
    insert,
    select,
    update,
)

from database import metadata
from knowledge.documents import (
    Clause,
    ClauseKind,
    DocumentFacts,
    Passage,
    Source,
    Version,
)
from knowledge.fulltext import FullText
from knowledge.validity import repeal, sources_of

PASSAGES_KEPT = 20_000
"""Passages held in memory."""

documents = Table(
    "documents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("file_name", String(255), nullable=False, unique=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

versions = Table(
    "versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", ForeignKey("documents.id"), nullable=False, index=True),
    Column("content_hash", String(64), nullable=False, index=True),
    Column("format", String(16), nullable=False),
    Column("status", String(16), nullable=False),  # published | superseded | withdrawn
    Column("facts", JSON, nullable=False),
    Column("notes", JSON, nullable=False),
    Column("doubts", JSON, nullable=False),
    Column("model", String(120), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

clauses = Table(
    "clauses",
    metadata,
    Column("version_id", ForeignKey("versions.id"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("parent", Integer),
    Column("kind", String(16), nullable=False),
    Column("number", String(40), nullable=False),
    Column("heading", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("cells", JSON, nullable=False),
    Column("page", Integer),
)

passages = Table(
    "passages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("version_id", ForeignKey("versions.id"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("label", Text, nullable=False),
    Column("path", JSON, nullable=False),
    Column("text", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("clauses", JSON, nullable=False),
    Column("header", JSON, nullable=False),
    Column("cells", JSON, nullable=False),
    Column("caption", Text, nullable=False),
    Column("vector", LargeBinary, nullable=False),
    Index("ix_passages_version_ordinal", "version_id", "ordinal", unique=True),
)

state = Table(
    "state",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

PUBLISHED, SUPERSEDED, WITHDRAWN = "published", "superseded", "withdrawn"


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with what the retriever needs to score it."""

    id: int
    version_id: int
    passage: Passage
    vector: NDArray[np.float32]


class Catalogue:
    """Reads and writes of the SQL truth. Safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._lock = threading.Lock()
        self._cache: tuple[str, dict[int, Source]] = ("", {})
        self._passages: dict[int, StoredPassage] = {}

    # -- writing -------------------------------------------------------------------------

    def find_version(self, content_hash: str, file_name: str) -> Version | None:
        """The published version with this very content under this name, if there is one."""
        for version in self.versions():
            same = version.content_hash == content_hash and version.file_name == file_name
            if same and version.status == PUBLISHED:
                return version
        return None

    def publish(
        self,
        *,
        file_name: str,
        content_hash: str,
        format: str,
        facts: DocumentFacts,
        clause_rows: Sequence[Clause],
        passage_rows: Sequence[tuple[Passage, Sequence[str], NDArray[np.float32]]],
        notes: Sequence[str],
        doubts: Sequence[str],
        model: str,
    ) -> tuple[int, list[int], list[int]]:
        """Store a version and make it the document's published one, in one transaction.

        Returns:
            The version's id, its passage ids in order, and the passage ids it replaces.
        """
        now = datetime.now(UTC)
        with self.engine.begin() as connection:
            document_id = self._document(connection, file_name, now)
            replaced = self._supersede(connection, document_id)
            version_id = self._version_row(
                connection, document_id, content_hash, format, facts, notes, doubts, model, now
            )
            if clause_rows:
                connection.execute(
                    insert(clauses),
                    [
                        {**asdict(c), "version_id": version_id, "cells": list(c.cells)}
                        for c in clause_rows
                    ],
                )
            ids = [self._passage_row(connection, version_id, *row) for row in passage_rows]
            self._touch(connection)
        return version_id, ids, replaced

    @staticmethod
    def _document(connection: Connection, file_name: str, now: datetime) -> int:
        found = connection.execute(
            select(documents.c.id).where(documents.c.file_name == file_name)
        ).scalar()
        if found is not None:
            return int(found)
        made = connection.execute(insert(documents).values(file_name=file_name, created_at=now))
        return int(made.inserted_primary_key[0])  # type: ignore[index]

    def _supersede(self, connection: Connection, document_id: int) -> list[int]:
        """Retire the published version of a document; its passages leave the lexical index."""
        current = select(versions.c.id).where(
            versions.c.document_id == document_id, versions.c.status == PUBLISHED
        )
        ids = [
            row[0]
            for row in connection.execute(
                select(passages.c.id).where(passages.c.version_id.in_(current))
            )
        ]
        FullText.remove(connection, ids)
        connection.execute(
            update(versions)
            .where(versions.c.document_id == document_id, versions.c.status == PUBLISHED)
            .values(status=SUPERSEDED)
        )
        return ids

    @staticmethod
    def _version_row(
        connection: Connection, document_id: int, content_hash: str, format: str,
        facts: DocumentFacts, notes: Sequence[str], doubts: Sequence[str], model: str,
        now: datetime,
    ) -> int:  # fmt: skip
        values = {
            "format": format, "status": PUBLISHED, "facts": asdict(facts), "notes": list(notes),
            "doubts": list(doubts), "model": model, "created_at": now,
        }  # fmt: skip
        made = connection.execute(
            insert(versions).values(document_id=document_id, content_hash=content_hash, **values)
        )
        return int(made.inserted_primary_key[0])  # type: ignore[index]

    @staticmethod
    def _passage_row(
        connection: Connection, version_id: int, passage: Passage, terms: Sequence[str],
        vector: NDArray[np.float32],
    ) -> int:  # fmt: skip
        made = connection.execute(
            insert(passages).values(
                version_id=version_id,
                ordinal=passage.ordinal,
                label=passage.label,
                path=list(passage.path),
                text=passage.text,
                kind=passage.kind.value,
                clauses=list(passage.clauses),
                header=list(passage.header),
                cells=list(passage.cells),
                caption=passage.caption,
                vector=np.asarray(vector, np.float32).tobytes(),
            )
        )
        passage_id = int(made.inserted_primary_key[0])  # type: ignore[index]
        FullText.put(connection, passage_id, terms)
        return passage_id

    def withdraw(self, document_id: int) -> list[int]:
        """Take a document out of answers; its texts stay stored. Returns its passage ids."""
        with self.engine.begin() as connection:
            ids = self._supersede(connection, document_id)
            newest = (
                select(func.max(versions.c.id))
                .where(versions.c.document_id == document_id)
                .scalar_subquery()
            )
            connection.execute(
                update(versions).where(versions.c.id == newest).values(status=WITHDRAWN)
            )
            self._touch(connection)
        return ids

    def replace_vectors(self, model: str, rows: Iterable[tuple[int, NDArray[np.float32]]]) -> None:
        """Store vectors that another model made of whole versions, and note the model there."""
        ids = []
        with self.engine.begin() as connection:
            for passage_id, vector in rows:
                ids.append(passage_id)
                connection.execute(
                    update(passages)
                    .where(passages.c.id == passage_id)
                    .values(vector=np.asarray(vector, np.float32).tobytes())
                )
            for part in _parts(ids):
                theirs = select(passages.c.version_id).where(passages.c.id.in_(part))
                connection.execute(
                    update(versions).where(versions.c.id.in_(theirs)).values(model=model)
                )
            self._touch(connection)

    @staticmethod
    def _touch(connection: Connection) -> None:
        """Mark a change, so that every process drops what it remembers."""
        stamp = datetime.now(UTC).isoformat()
        found = connection.execute(
            update(state).where(state.c.name == "changed").values(value=stamp)
        )
        if found.rowcount == 0:
            connection.execute(insert(state).values(name="changed", value=stamp))

    # -- reading -------------------------------------------------------------------------

    def changed(self) -> str:
        """A mark that differs after every change of what is published."""
        with self.engine.connect() as connection:
            value = connection.execute(select(state.c.value).where(state.c.name == "changed"))
            return str(value.scalar() or "")

    def versions(self, document_id: int | None = None) -> list[Version]:
        """All versions, newest first; of one document when given."""
        query = select(versions, documents.c.file_name).join(documents)
        if document_id is not None:
            query = query.where(versions.c.document_id == document_id)
        with self.engine.connect() as connection:
            rows = connection.execute(query.order_by(versions.c.id.desc())).mappings().all()
        return [_version(r) for r in rows]

    def sources(self) -> dict[int, Source]:
        """Sources of all published versions by version id, with repeals worked out."""
        mark = self.changed()
        with self._lock:
            if self._cache[0] == mark and mark:
                return self._cache[1]
        published = [v for v in self.versions() if v.status == PUBLISHED]
        made = sources_of(published)
        with self._lock:
            self._cache = (mark, made)
            self._passages = {}
        return made

    def validity_lines(self, version_id: int) -> list[tuple[int, str]]:
        """(version id, line) that tell a version's validity: repeals of it first, then its own."""
        published = {v.id: v.facts for v in self.versions() if v.status == PUBLISHED}
        own = published.get(version_id)
        if own is None:
            return []
        repeals = [
            (other_id, fact.source)
            for other_id, other in published.items()
            if (fact := repeal(other, own))
        ]
        facts = [f for f in (own.expires, own.effective, own.issued, own.number) if f]
        return [*repeals, *((version_id, f.source) for f in facts[:1])]

    def clauses(self, version_id: int) -> list[Clause]:
        """The clause tree of a version in reading order."""
        with self.engine.connect() as connection:
            rows = connection.execute(
                select(clauses)
                .where(clauses.c.version_id == version_id)
                .order_by(clauses.c.ordinal)
            ).mappings()
            return [
                Clause(
                    r["ordinal"], r["parent"], ClauseKind(r["kind"]), r["number"], r["heading"],
                    r["text"], tuple(r["cells"]), r["page"],
                )
                for r in rows
            ]  # fmt: skip

    def passages(self, passage_ids: Sequence[int]) -> dict[int, StoredPassage]:
        """Passages by id; unknown ids are missing. Recently used ones come from memory."""
        self.sources()  # drops what an earlier state of the catalogue left in memory
        with self._lock:
            found = {i: self._passages[i] for i in passage_ids if i in self._passages}
        missing = [i for i in passage_ids if i not in found]
        if missing:
            fresh: dict[int, StoredPassage] = {}
            with self.engine.connect() as connection:
                for part in _parts(missing):
                    rows = connection.execute(select(passages).where(passages.c.id.in_(part)))
                    fresh |= {r["id"]: _stored(r) for r in rows.mappings()}
            with self._lock:
                if len(self._passages) > PASSAGES_KEPT:
                    self._passages.clear()
                self._passages.update(fresh)
            found |= fresh
        return found

    def passages_of(self, version_id: int) -> list[StoredPassage]:
        """A version's passages in reading order."""
        with self.engine.connect() as connection:
            rows = connection.execute(
                select(passages)
                .where(passages.c.version_id == version_id)
                .order_by(passages.c.ordinal)
            ).mappings()
            return [_stored(r) for r in rows]

    def published_ids(self) -> set[int]:
        """Ids of all passages of published versions: what the indexes must hold."""
        with self.engine.connect() as connection:
            rows = connection.execute(
                select(passages.c.id).join(versions).where(versions.c.status == PUBLISHED)
            )
            return {r[0] for r in rows}

    def version_of(self, passage_id: int) -> Version | None:
        """The version a passage belongs to, published or not."""
        with self.engine.connect() as connection:
            row = (
                connection.execute(
                    select(versions, documents.c.file_name)
                    .join(documents)
                    .join(passages, passages.c.version_id == versions.c.id)
                    .where(passages.c.id == passage_id)
                )
                .mappings()
                .first()
            )
        return _version(row) if row else None


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Ids in parts that fit into one statement (SQLite takes 32,766 values, PostgreSQL 65,535)."""
    for start in range(0, len(ids), 5000):
        yield ids[start : start + 5000]


def _stored(row: Any) -> StoredPassage:
    passage = Passage(
        row["ordinal"], row["label"], tuple(row["path"]), row["text"], ClauseKind(row["kind"]),
        tuple(row["clauses"]), tuple(row["header"]), tuple(row["cells"]), row["caption"],
    )  # fmt: skip
    return StoredPassage(
        row["id"], row["version_id"], passage, np.frombuffer(row["vector"], np.float32)
    )


def _version(row: Any) -> Version:
    return Version(
        row["id"], row["document_id"], row["file_name"], row["content_hash"], row["format"],
        row["status"], DocumentFacts.restored(row["facts"]), tuple(row["notes"]),
        tuple(row["doubts"]), row["model"], row["created_at"],
    )  # fmt: skip

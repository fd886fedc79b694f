"""A draft in a person's hands: facts ruled on, clauses edited, reviewed, moved, thrown away.

Facts that a person corrected hold for the version at once and gate what is answered; what was
read stays beside them. Every change gives the draft a new revision, so that two people who have
it open notice each other, and an approval is of exactly what was looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, func, insert, select, update

from knowledge.catalogue import Catalogue, read_rulings, read_version
from knowledge.corrections import FactRuling, Value, value_of, with_value
from knowledge.documents import UNPUBLISHED, Clause, ClauseKind, Version
from knowledge.edits import BadEdit, Edit, Edited, EditKind, apply, counterpart
from knowledge.embedding import Embedder
from knowledge.indexes import embed, searchable_text
from knowledge.lifecycle import NotPossible, clause_rows, new_document, passage_row, touch
from knowledge.metadata import document_facts
from knowledge.tables import (
    clauses,
    documents,
    draft_edits,
    drafts,
    fact_rulings,
    passages,
    rulings,
    versions,
)


@dataclass(frozen=True, slots=True)
class DoneEdit:
    """An edit with who made it.

    Attributes:
        was: the clause's text before.
    """

    id: int
    edit: Edit
    was: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Review:
    """Who handed a draft over and who approved it; "" for nobody yet.

    Attributes:
        is_current: nothing has been changed since.
    """

    submitted_by: str = ""
    approved_by: str = ""
    is_current: bool = True


@dataclass(frozen=True, slots=True)
class DraftStanding:
    """All that people did to a draft.

    Attributes:
        revision: 0 before any change.
        rulings: the newest of each field.
        edits: those that hold, in order.
        as_read: the clauses before any edit.
    """

    revision: int
    rulings: dict[str, FactRuling]
    edits: tuple[DoneEdit, ...]
    as_read: tuple[Clause, ...]
    review: Review

    @property
    def edited(self) -> Edited:
        """The clauses after the edits."""
        return apply(self.as_read, [e.edit for e in self.edits])


class Outdated(Exception):
    """Somebody else changed the same thing meanwhile.

    Attributes:
        now: what it reads now.
        by: who changed it, "" where that cannot be said.
        revision: the draft's revision now.
        clause: the clause's ordinal now, -1 for a fact.
    """

    def __init__(self, now: str, by: str, revision: int, clause: int = -1) -> None:
        super().__init__("这里刚被改过，您的内容还没有保存")
        self.now, self.by, self.revision, self.clause = now, by, revision, clause


def _now() -> datetime:
    return datetime.now(UTC)


class Drafts:
    """Writes and reads of what people do to drafts. Safe from several threads and processes."""

    def __init__(
        self, catalogue: Catalogue, encoder: Embedder, now: Callable[[], datetime] = _now
    ) -> None:
        self._catalogue, self._engine = catalogue, catalogue.engine
        self._encoder, self._now = encoder, now

    def standing(self, version_id: int) -> DraftStanding:
        """All that people did to a version, published or not."""
        with self._engine.connect() as connection:
            return self._read(connection, version_id)

    def _read(self, connection: Connection, version_id: int) -> DraftStanding:
        row = (
            connection.execute(select(drafts).where(drafts.c.version_id == version_id))
            .mappings()
            .first()
        )
        done = connection.execute(
            select(draft_edits)
            .where(draft_edits.c.version_id == version_id, draft_edits.c.undone_by == "")
            .order_by(draft_edits.c.id)
        ).mappings()
        stored = row["as_read"] if row else []
        as_read = (
            tuple(_clause(c) for c in stored)
            if stored
            else tuple(self._catalogue.clauses(version_id))
        )
        return DraftStanding(
            row["revision"] if row else 0,
            read_rulings(connection, version_id),
            tuple(_done(r) for r in done),
            as_read,
            _review(row) if row else Review(),
        )

    @contextmanager
    def _changing(self, version_id: int, revision: int | None = None) -> Iterator[_Change]:
        """One transaction about one draft; its revision moves on when it succeeds.

        Raises:
            NotPossible: there is no such draft, or it is published.
        """
        with self._engine.begin() as connection:
            moved = connection.execute(  # written first: it holds the lock
                update(drafts)
                .where(drafts.c.version_id == version_id)
                .values(revision=drafts.c.revision + 1)
            )
            if moved.rowcount == 0:
                version = read_version(connection, version_id)
                if version is None:
                    raise NotPossible("这份草稿已被删除")
                connection.execute(
                    insert(drafts).values(
                        version_id=version_id, revision=1, as_read=[], submitted_by="",
                        submitted_revision=-1, approved_by="", approved_revision=-1,
                    )
                )  # fmt: skip
            version = read_version(connection, version_id)
            assert version is not None
            if version.status not in UNPUBLISHED:
                raise NotPossible(
                    f"《{version.facts.title}》的这个版本已不是草稿，不能再改；"
                    "如需更正，请上传改好的文件作为新版本"
                )
            now = connection.execute(
                select(drafts.c.revision).where(drafts.c.version_id == version_id)
            ).scalar_one()
            yield _Change(connection, version, int(now), revision in (None, int(now) - 1))

    # -- facts ---------------------------------------------------------------------------

    def rule(
        self, version_id: int, field: str, value: Value, seen: Value, by: str, line: str = ""
    ) -> None:
        """Record what a person says of a fact; it holds at once.

        Args:
            value: what holds, in normal form (``corrections.typed``).
            seen: the value that the person had before them.
            line: the document's line it rests on.

        Raises:
            Outdated: somebody changed this fact meanwhile.
            NotPossible: it is not a draft.
        """
        with self._changing(version_id) as change:
            facts = change.version.facts
            held = value_of(facts, field)
            before = read_rulings(change.connection, version_id).get(field)
            if held not in (seen, value):
                now = "\n".join(held) if isinstance(held, list) else held
                raise Outdated(now, before.by if before else "", change.revision - 1)
            change.connection.execute(
                insert(fact_rulings).values(
                    version_id=version_id, field=field, read=before.read if before else held,
                    value=value, line=line, by=by, at=self._now(),
                )
            )  # fmt: skip
            made = with_value(facts, field, value, line)
            if before and value == before.read:  # as read again, with the line it was read from
                read = document_facts(
                    self._read(change.connection, version_id).as_read, change.version.file_name
                )
                if value_of(read, field) == value:
                    made = replace(made, **{field: getattr(read, field)})
            change.connection.execute(
                update(versions).where(versions.c.id == version_id).values(facts=asdict(made))
            )

    # -- clauses -------------------------------------------------------------------------

    def edit(self, version_id: int, edit: Edit, revision: int, was: str, by: str) -> bool:
        """Make an edit; the passages are cut and embedded anew.

        Args:
            revision: of the draft that the person had before them.
            was: the clause's text in it.

        Returns:
            True when somebody else had changed other clauses meanwhile; both changes hold.

        Raises:
            Outdated: somebody changed this very clause meanwhile.
            BadEdit: it cannot be made.
            NotPossible: it is not a draft.
        """
        vectors = self._vectors(version_id)
        with self._changing(version_id, revision) as change:
            now = self._read(change.connection, version_id)
            current = now.edited.clauses
            at, same = edit.clause, True
            if not change.is_current:
                clause, same = counterpart(current, was, edit.clause)
                at = clause.ordinal
            if not 0 <= at < len(current):
                raise BadEdit("没有这一条，请刷新后再改")
            if not same or current[at].text != was:
                last = now.edits[-1].by if now.edits else ""
                raise Outdated(current[at].text, last, change.revision - 1, at)
            moved = Edit(edit.kind, at, edit.text, edit.place, edit.cells)
            edited = apply(now.as_read, [*(e.edit for e in now.edits), moved])
            change.connection.execute(
                insert(draft_edits).values(
                    version_id=version_id, kind=moved.kind.value, clause=moved.clause,
                    place=moved.place, text=moved.text, cells=list(moved.cells), was=was, by=by,
                    at=self._now(), undone_by="",
                )
            )  # fmt: skip
            self._put(change, now, edited, vectors)
            return not change.is_current

    def undo(self, version_id: int, edit_id: int, by: str) -> None:
        """Take back the last edit.

        Args:
            edit_id: the one that the person saw as the last.

        Raises:
            Outdated: another one is the last by now.
            NotPossible: it is not a draft.
        """
        vectors = self._vectors(version_id)
        with self._changing(version_id) as change:
            now = self._read(change.connection, version_id)
            if not now.edits or now.edits[-1].id != edit_id:
                last = now.edits[-1] if now.edits else None
                text = last.edit.text or last.was if last else ""
                raise Outdated(text, last.by if last else "", change.revision - 1)
            change.connection.execute(
                update(draft_edits).where(draft_edits.c.id == edit_id).values(undone_by=by)
            )
            edited = apply(now.as_read, [e.edit for e in now.edits[:-1]])
            self._put(change, now, edited, vectors)

    def _vectors(self, version_id: int) -> dict[str, NDArray[np.float32]]:
        """The vectors that are there, by what was embedded: most passages stay as they are."""
        version = self._catalogue.version(version_id)
        if version.model != self._encoder.name:
            return {}
        stored = self._catalogue.passages_of(version_id)
        return {searchable_text(s.passage): s.vector for s in stored}

    def _put(
        self, change: _Change, before: DraftStanding, edited: Edited,
        known: dict[str, NDArray[np.float32]],
    ) -> None:  # fmt: skip
        connection, version_id = change.connection, change.version.id
        made = edited.passages()
        if not any(p.kind is not ClauseKind.TITLE for p in made):
            raise BadEdit("这样就没有可以用来答复的内容了；不需要这份文件时请删除草稿")
        new = [p for p in made if searchable_text(p) not in known]
        vectors = dict(known)
        if new:
            fresh = embed(self._encoder, new)
            vectors |= {searchable_text(p): v for p, v in zip(new, fresh, strict=True)}
        connection.execute(
            update(drafts)
            .where(drafts.c.version_id == version_id)
            .values(as_read=[asdict(c) for c in before.as_read])
        )
        connection.execute(delete(clauses).where(clauses.c.version_id == version_id))
        connection.execute(insert(clauses), clause_rows(version_id, edited.clauses))
        # ids are never given twice: the old ones make way only when the new ones have theirs
        connection.execute(
            update(passages)
            .where(passages.c.version_id == version_id)
            .values(ordinal=-1 - passages.c.ordinal)
        )
        rows = [passage_row(version_id, p, vectors[searchable_text(p)]) for p in made]
        connection.execute(insert(passages), rows)
        connection.execute(
            delete(passages).where(passages.c.version_id == version_id, passages.c.ordinal < 0)
        )
        connection.execute(
            update(versions).where(versions.c.id == version_id).values(model=self._encoder.name)
        )

    # -- review, place, end --------------------------------------------------------------

    def approve(self, version_id: int, revision: int, by: str) -> None:
        """Approve a draft that somebody else handed over.

        Args:
            revision: of what was looked at.

        Raises:
            NotPossible: it was not handed over, changed since, or handed over by the same person.
        """
        with self._engine.begin() as connection:
            row = (
                connection.execute(select(drafts).where(drafts.c.version_id == version_id))
                .mappings()
                .first()
            )
            if row is None or not row["submitted_by"]:
                raise NotPossible("这份草稿还没有送审")
            if row["submitted_revision"] != row["revision"] or row["revision"] != revision:
                raise NotPossible("送审之后内容又有改动，请重新送审")
            if row["submitted_by"] == by:
                raise NotPossible("不能批准自己送审的草稿，须由另一位管理员批准")
            connection.execute(
                update(drafts)
                .where(drafts.c.version_id == version_id)
                .values(approved_by=by, approved_revision=revision)
            )

    def place(self, version_id: int, document_id: int | None) -> int:
        """Say which document a draft is a version of; None makes it a document of its own.

        Returns:
            The document's id.

        Raises:
            NotPossible: it is not a draft.
        """
        with self._changing(version_id) as change:
            connection, old = change.connection, change.version.document_id
            if document_id is None:
                document_id = new_document(connection, change.version.file_name, self._now())
            elif not connection.execute(
                select(documents.c.id).where(documents.c.id == document_id)
            ).first():
                raise NotPossible("没有这份文件，可能已被删除")
            connection.execute(
                update(versions).where(versions.c.id == version_id).values(document_id=document_id)
            )
            _drop_empty(connection, old)
            return document_id

    def discard(self, version_id: int) -> Version:
        """Throw a draft away.

        Raises:
            NotPossible: it is not a draft.
        """
        with self._changing(version_id) as change:
            connection = change.connection
            touch(connection)  # the next passage may get an id that somebody remembers
            for table in (fact_rulings, draft_edits, drafts, passages, clauses):
                connection.execute(delete(table).where(table.c.version_id == version_id))
            connection.execute(delete(versions).where(versions.c.id == version_id))
            _drop_empty(connection, change.version.document_id)
            return change.version


@dataclass(frozen=True, slots=True)
class _Change:
    """A transaction about a draft; ``is_current``: the person saw the newest revision."""

    connection: Connection
    version: Version
    revision: int
    is_current: bool


def _done(row: Any) -> DoneEdit:
    edit = Edit(
        EditKind(row["kind"]), row["clause"], row["text"], row["place"], tuple(row["cells"])
    )
    return DoneEdit(row["id"], edit, row["was"], row["by"], row["at"])


def _clause(stored: dict[str, Any]) -> Clause:
    values = {**stored, "kind": ClauseKind(stored["kind"]), "cells": tuple(stored["cells"])}
    return Clause(**values)


def _review(row: Any) -> Review:
    submitted = row["submitted_revision"] == row["revision"]
    approved = row["approved_by"] if row["approved_revision"] == row["revision"] else ""
    return Review(row["submitted_by"], approved, submitted)


def _drop_empty(connection: Connection, document_id: int) -> None:
    """Forget a document that has no version left."""
    left = select(func.count()).where(versions.c.document_id == document_id)
    if not connection.execute(left).scalar_one():
        ours = (rulings.c.newer_id == document_id) | (rulings.c.older_id == document_id)
        connection.execute(delete(rulings).where(ours))
        connection.execute(delete(documents).where(documents.c.id == document_id))


def differing(as_read: Sequence[Clause], edited: Edited) -> int:
    """How many lines of a draft do not stand in the file as they are shown."""
    read = {c.text for c in as_read}
    return sum(c.text not in read for c in edited.clauses)

"""A document's life: draft, in review, published, superseded, withdrawn. All writes of it.

Each change is one transaction in which the statuses and the lexical index move together, so that
a reader sees the state before it or the state after it. The vector index follows SQL: it may hold
passages that are not live (the retriever drops them) but must hold those that are, so vectors are
put there before a version is published and removed only afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from knowledge.benefits import store_proposals
from knowledge.catalogue import in_parts, read_passages, read_rulings, read_versions
from knowledge.corrections import ruled, value_of
from knowledge.documents import (
    Clause,
    DocumentFacts,
    Event,
    Fact,
    Passage,
    Version,
    VersionStatus,
)
from knowledge.fulltext import FullText, passage_terms
from knowledge.linking import link
from knowledge.proposing import propose
from knowledge.tables import (
    clauses,
    documents,
    drafts,
    events,
    fact_rulings,
    faqs,
    passages,
    rulings,
    state,
    term_rulings,
    versions,
)
from knowledge.validity import live_versions

SECOND_PERSON = "second-person"
"""The state that says whether publishing needs another person's approval."""

WRITTEN_HERE = "faq"
"""Format of versions that were written here instead of read from a file: answers of the office,
which have an approver of their own."""

OPERATOR = "命令行"
"""Who does what is asked on the command line."""


class NotPossible(Exception):
    """A step that a version's status does not allow; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a step did to the live passages.

    Attributes:
        version: the version that the step was about, as it is now.
        added, removed: passage ids that became live, and that are live no more.
    """

    version: Version
    added: tuple[int, ...] = ()
    removed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A text as it was read, before anybody can find it.

    Attributes:
        vectors: shape (len(passages), d), unit rows, made by ``model``.
    """

    file_name: str
    content_hash: str
    format: str
    facts: DocumentFacts
    clauses: Sequence[Clause]
    passages: Sequence[Passage]
    vectors: NDArray[np.float32]
    notes: Sequence[str]
    doubts: Sequence[str]
    model: str
    events: Sequence[Event] = ()


class Lifecycle:
    """Every step in a document's life. Safe to use from several threads and processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def store(self, draft: Draft, document_id: int | None = None) -> int:
        """Store a text as a draft and return its version's id.

        Args:
            document_id: the document it is a new version of; None for a new document, known
                by the file's name (with a number behind it where that name is taken).
        """
        now, proposed = datetime.now(UTC), propose(draft.facts, draft.clauses)
        with self._engine.begin() as connection:
            if document_id is None:
                document_id = new_document(connection, draft.file_name, now)
            values = {
                "document_id": document_id, "file_name": draft.file_name,
                "content_hash": draft.content_hash, "format": draft.format,
                "status": VersionStatus.DRAFT.value, "facts": asdict(draft.facts),
                "notes": list(draft.notes), "doubts": list(draft.doubts), "model": draft.model,
                "created_at": now,
            }  # fmt: skip
            made = connection.execute(insert(versions).values(values))
            version_id = int(made.inserted_primary_key[0])  # type: ignore[index]
            if draft.clauses:
                connection.execute(insert(clauses), clause_rows(version_id, draft.clauses))
            if draft.passages:
                pairs = zip(draft.passages, draft.vectors, strict=True)
                connection.execute(
                    insert(passages), [passage_row(version_id, *pair) for pair in pairs]
                )
            _carry_rulings(connection, version_id, draft)
            _insert_events(connection, version_id, draft.events)
            store_proposals(connection, version_id, document_id, proposed, draft.clauses)
        return version_id

    def tell_events(self, version_id: int, told: Sequence[Event]) -> int:
        """Store the events of a version that has none yet; returns how many."""
        with self._step(version_id) as (connection, version):
            known = select(events.c.ordinal).where(events.c.version_id == version_id)
            if not told or connection.execute(known).first() is not None:
                return 0
            _insert_events(connection, version_id, told)
            if version.status is VersionStatus.PUBLISHED:
                link(connection, version_id)
        return len(told)

    def tell_terms(self, version_id: int, told: tuple[Fact, ...]) -> None:
        """Store what a version says of other papers' last days, unless a person ruled on it."""
        with self._step(version_id) as (connection, version):
            if "prolongs" not in read_rulings(connection, version_id):
                facts = asdict(replace(version.facts, prolongs=told))
                connection.execute(
                    update(versions).where(versions.c.id == version_id).values(facts=facts)
                )

    def submit(self, version_id: int, back: bool = False, by: str = OPERATOR) -> Change:
        """Hand a draft to its reviewer; with ``back``, hand it back to its author.

        What was taken back may be handed over too, to be published again; it stays withdrawn.

        Args:
            by: who hands it over; another person approves it.

        Raises:
            NotPossible: it is not a draft (or with ``back``, not in review).
        """
        now, then = VersionStatus.DRAFT, VersionStatus.IN_REVIEW
        if back:
            now, then = then, now
        with self._step(version_id) as (connection, version):
            again = version.status is VersionStatus.WITHDRAWN and not back
            if version.status is not now and not again:
                wanted = "送审中" if back else "草稿"
                raise NotPossible(f"《{version.facts.title}》的这个版本不是{wanted}，状态未改变")
            if not again:
                _set_status(connection, [version_id], then)
            if not back:
                _note_submission(connection, version_id, by)
            return Change(_read(connection, version_id))

    def publish(self, version_id: int) -> Change:
        """Make a version its document's published one; the one before it becomes superseded.

        Raises:
            NotPossible: the version is published already, or a newer one of it is.
        """
        with self._step(version_id) as (connection, version):
            title = f"《{version.facts.title}》"
            if version.status is VersionStatus.PUBLISHED:
                raise NotPossible(f"{title}的这个版本已经发布")
            if version.status is VersionStatus.SUPERSEDED:
                raise NotPossible(f"{title}的这个版本已被新版本替换；如需恢复，请先撤回新版本")
            reviewed = version.format == WRITTEN_HERE or _is_approved(connection, version_id)
            if needs_second_person(connection) and not reviewed:
                raise NotPossible(f"{title}尚未经另一位管理员批准，未发布；请先送审")
            before = _live_ids(connection, version.document_id)
            current = [
                v.id
                for v in read_versions(connection, version.document_id)
                if v.status is VersionStatus.PUBLISHED
            ]
            _set_status(connection, current, VersionStatus.SUPERSEDED)
            connection.execute(
                update(versions)
                .where(versions.c.id == version_id)
                .values(status=VersionStatus.PUBLISHED.value, published_at=datetime.now(UTC))
            )
            link(connection, version_id)
            return _settled(connection, version_id, before)

    def withdraw(self, version_id: int) -> Change:
        """Take back a publication: the version before it, if there is one, is published again.

        Raises:
            NotPossible: the version is not published.
        """
        with self._step(version_id) as (connection, version):
            if version.status is not VersionStatus.PUBLISHED:
                raise NotPossible(f"《{version.facts.title}》的这个版本没有发布，无需撤回")
            before = _live_ids(connection, version.document_id)
            past = [
                v
                for v in read_versions(connection, version.document_id)
                if v.status is VersionStatus.SUPERSEDED and v.published_at is not None
            ]
            _set_status(connection, [version_id], VersionStatus.WITHDRAWN)
            if past:
                last = max(past, key=lambda v: (v.published_at, v.id))
                _set_status(connection, [last.id], VersionStatus.PUBLISHED)
            return _settled(connection, version_id, before)

    def retire(self, document_id: int) -> tuple[int, ...]:
        """Take a document out of answers, its past too; its texts stay stored.

        Returns:
            The passage ids that are live no more.
        """
        with self._engine.begin() as connection:
            before = _live_ids(connection, document_id)
            published = [
                v.id
                for v in read_versions(connection, document_id)
                if v.status is VersionStatus.PUBLISHED
            ]
            _set_status(connection, published, VersionStatus.WITHDRAWN)
            FullText.remove(connection, sorted(before))
            touch(connection)
        return tuple(sorted(before))

    def rule(self, newer_id: int, older_id: int, supersedes: bool | None) -> None:
        """Record what staff decided: does one document supersede another?

        Args:
            supersedes: True or False overrules the texts; None leaves it to them again.

        Raises:
            NotPossible: a document cannot supersede itself.
        """
        if newer_id == older_id:
            raise NotPossible("一份文件不能替代它自己")
        with self._engine.begin() as connection:
            connection.execute(
                delete(rulings).where(
                    rulings.c.newer_id == newer_id, rulings.c.older_id == older_id
                )
            )
            if supersedes is not None:
                connection.execute(
                    insert(rulings).values(
                        newer_id=newer_id, older_id=older_id, supersedes=supersedes,
                        decided_at=datetime.now(UTC),
                    )
                )  # fmt: skip
            touch(connection)

    def rule_term(
        self, newer_id: int, older_id: int, holds: bool | None, until: date | None = None
    ) -> None:
        """Record what staff decided: does one document move another's last day?

        Args:
            holds: True or False overrules the texts; None leaves it to them again.
            until: first day out of force that they give, where the text says another or none.

        Raises:
            NotPossible: a document cannot prolong itself.
        """
        if newer_id == older_id:
            raise NotPossible("一份文件的有效期由它自己的“有效期至”一栏决定，请在“信息”里更正")
        with self._engine.begin() as connection:
            pair = term_rulings.c.newer_id == newer_id, term_rulings.c.older_id == older_id
            connection.execute(delete(term_rulings).where(*pair))
            if holds is not None:
                connection.execute(
                    insert(term_rulings).values(
                        newer_id=newer_id, older_id=older_id, holds=holds, until=until,
                        decided_at=datetime.now(UTC),
                    )
                )  # fmt: skip
            touch(connection)

    def replace_vectors(self, model: str, rows: Iterable[tuple[int, NDArray[np.float32]]]) -> None:
        """Store vectors that another model made of whole versions, and note the model there."""
        ids = []
        with self._engine.begin() as connection:
            for passage_id, vector in rows:
                ids.append(passage_id)
                connection.execute(
                    update(passages)
                    .where(passages.c.id == passage_id)
                    .values(vector=np.asarray(vector, np.float32).tobytes())
                )
            for part in in_parts(ids):
                theirs = select(passages.c.version_id).where(passages.c.id.in_(part))
                connection.execute(
                    update(versions).where(versions.c.id.in_(theirs)).values(model=model)
                )
            touch(connection)

    def require_second_person(self, required: bool) -> None:
        """Say whether somebody else than who handed a text over has to approve it."""
        with self._engine.begin() as connection:
            connection.execute(delete(state).where(state.c.name == SECOND_PERSON))
            if required:
                connection.execute(insert(state).values(name=SECOND_PERSON, value="required"))

    def remember(self, what: str) -> None:
        """Note that something was done once and for all; see ``Catalogue.remembers``."""
        with self._engine.begin() as connection:
            connection.execute(insert(state).values(name=what, value="done"))

    @contextmanager
    def _step(self, version_id: int) -> Iterator[tuple[Connection, Version]]:
        """One transaction about one version, marked as a change when it succeeds."""
        with self._engine.begin() as connection:
            # the mark is written first: it holds the lock, so that two steps never interleave
            touch(connection)
            yield connection, _read(connection, version_id)


def _insert_events(connection: Connection, version_id: int, told: Sequence[Event]) -> None:
    if told:
        rows = [{"version_id": version_id, "ordinal": e.ordinal, "told": asdict(e)} for e in told]
        connection.execute(insert(events), rows)


def _read(connection: Connection, version_id: int) -> Version:
    document = select(versions.c.document_id).where(versions.c.id == version_id)
    document_id = connection.execute(document).scalar()
    if document_id is None:
        raise NotPossible(f"没有编号为 {version_id} 的版本")
    found = read_versions(connection, int(document_id))
    return next(v for v in found if v.id == version_id)


def _set_status(connection: Connection, ids: Sequence[int], status: VersionStatus) -> None:
    connection.execute(update(versions).where(versions.c.id.in_(ids)).values(status=status.value))


def _live_ids(connection: Connection, document_id: int) -> set[int]:
    """Passage ids of a document's live versions."""
    live = list(live_versions(read_versions(connection, document_id)))
    rows = connection.execute(select(passages.c.id).where(passages.c.version_id.in_(live)))
    return {row[0] for row in rows}


def _settled(connection: Connection, version_id: int, before: set[int]) -> Change:
    """Make the lexical index hold what is live now instead of what was before."""
    version = _read(connection, version_id)
    after = _live_ids(connection, version.document_id)
    added, removed = sorted(after - before), sorted(before - after)
    FullText.remove(connection, removed)
    titles = {v.id: v.facts.title for v in read_versions(connection, version.document_id)}
    stored = read_passages(connection, added)
    FullText.put(connection, {s.id: passage_terms(s.passage, titles[s.version_id]) for s in stored})
    return Change(version, tuple(added), tuple(removed))


def needs_second_person(connection: Connection) -> bool:
    """Does publishing need another person's approval?"""
    found = connection.execute(select(state.c.name).where(state.c.name == SECOND_PERSON))
    return found.first() is not None


def _is_approved(connection: Connection, version_id: int) -> bool:
    """Was exactly this revision approved by somebody else than who handed it over?"""
    answer = select(faqs.c.id).where(faqs.c.version_id == version_id, faqs.c.approver != "")
    if connection.execute(answer).first() is not None:
        return True  # an answer of the office is only stored once another person approved it
    row = connection.execute(select(drafts).where(drafts.c.version_id == version_id)).first()
    return row is not None and bool(row.approved_by) and row.approved_revision == row.revision


def _note_submission(connection: Connection, version_id: int, by: str) -> None:
    values = {"submitted_by": by, "submitted_revision": drafts.c.revision}
    known = drafts.c.version_id == version_id
    if not connection.execute(update(drafts).where(known).values(values)).rowcount:
        connection.execute(
            insert(drafts).values(
                version_id=version_id, revision=0, as_read=[], submitted_by=by,
                submitted_revision=0, approved_by="", approved_revision=-1,
            )
        )  # fmt: skip


def _carry_rulings(connection: Connection, version_id: int, draft: Draft) -> None:
    """What a person said of the same file's facts holds when it is read again."""
    same = versions.c.content_hash == draft.content_hash
    ids = connection.execute(
        select(func.max(fact_rulings.c.version_id))
        .join(versions, versions.c.id == fact_rulings.c.version_id)
        .where(same, versions.c.id != version_id)
    )
    before = ids.scalar()
    known = read_rulings(connection, before) if before is not None else {}
    if not known:
        return
    rows = [
        {
            "version_id": version_id, "field": r.field, "read": value_of(draft.facts, r.field),
            "value": r.value, "line": r.line, "by": r.by, "at": r.at,
        }
        for r in known.values()
    ]  # fmt: skip
    connection.execute(insert(fact_rulings), rows)
    facts = asdict(ruled(draft.facts, known.values()))
    connection.execute(update(versions).where(versions.c.id == version_id).values(facts=facts))


def clause_rows(version_id: int, some: Sequence[Clause]) -> list[dict[str, object]]:
    """Clauses as rows of their table."""
    return [{**asdict(c), "version_id": version_id, "cells": list(c.cells)} for c in some]


def new_document(connection: Connection, file_name: str, now: datetime) -> int:
    """Make a document known by its file's name, with a number behind it where that is taken."""
    taken = select(documents.c.file_name).where(
        documents.c.file_name.startswith(file_name, autoescape=True)
    )
    names = {row[0] for row in connection.execute(taken)}
    name, number = file_name, 1
    while name in names:
        number += 1
        name = f"{file_name}（{number}）"
    made = connection.execute(insert(documents).values(file_name=name, created_at=now))
    return int(made.inserted_primary_key[0])  # type: ignore[index]


def passage_row(
    version_id: int, passage: Passage, vector: NDArray[np.float32]
) -> dict[str, object]:
    """A passage as a row of its table."""
    return {
        "version_id": version_id, "ordinal": passage.ordinal, "label": passage.label,
        "path": list(passage.path), "text": passage.text, "kind": passage.kind.value,
        "clauses": list(passage.clauses), "header": list(passage.header),
        "cells": list(passage.cells), "caption": passage.caption,
        "vector": np.asarray(vector, np.float32).tobytes(),
    }  # fmt: skip


def touch(connection: Connection) -> None:
    """Mark a change, so that every process drops what it remembers."""
    stamp = datetime.now(UTC).isoformat()
    found = connection.execute(update(state).where(state.c.name == "changed").values(value=stamp))
    if found.rowcount == 0:
        connection.execute(insert(state).values(name="changed", value=stamp))

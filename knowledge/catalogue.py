"""Documents, versions, clauses and passages as SQL holds them: what is read of the truth."""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, Engine, String, func, or_, select, type_coerce

from knowledge.bindings import with_bindings
from knowledge.corrections import FactRuling, renamed
from knowledge.documents import (
    Clause,
    ClauseKind,
    DocumentFacts,
    Passage,
    Source,
    Version,
    VersionStatus,
)
from knowledge.lexicon import normal
from knowledge.mark import current_mark
from knowledge.naming import quoted
from knowledge.purposes import own_names, purposes
from knowledge.regions import with_county_cities
from knowledge.tables import (
    clauses,
    fact_rulings,
    passages,
    rulings,
    state,
    term_rulings,
    versions,
)
from knowledge.talent_classes import called_twice, names_in
from knowledge.validity import (
    Prolongation,
    Rulings,
    Supersession,
    TermRuling,
    TermRulings,
    live_versions,
    prolongations,
    sources_of,
    supersessions,
)

_OF_CLASSES = (
    "%分为%、%",
    "%由高到低设%、%",
    "%类（%人才）%",
    "%层次（%人才）%",
    "%类人才（%人才）%",
)
"""What a passage looks like that may tell the names of classes."""
PASSAGES_KEPT = 20_000
"""Passages held in memory."""


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with what the retriever needs to score it."""

    id: int
    version_id: int
    passage: Passage
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Naming:
    """The names that one version has for things.

    Attributes:
        classes: see `knowledge.talent_classes.names_in`.
        called_twice: see `knowledge.talent_classes.called_twice`.
        purposes: see `knowledge.purposes.purposes`.
        things: see `knowledge.naming.quoted` and `knowledge.purposes.own_names`.
    """

    classes: list[tuple[str, ...]]
    called_twice: list[tuple[str, str]]
    purposes: dict[str, str]
    things: list[str]


class Catalogue:
    """Reads of the SQL truth; writes stand in lifecycle.py. Safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._lock = threading.Lock()
        self._cache: tuple[str, dict[int, Source]] = ("", {})
        self._passages: dict[int, StoredPassage] = {}
        self._namings: dict[int, _Naming] = {}
        self._facts: dict[int, tuple[str, DocumentFacts]] = {}

    def changed(self, known: str = "") -> str:
        """A mark that differs after every change of what is published; see `current_mark`."""
        return current_mark(self.engine, known)

    def remembers(self, what: str) -> bool:
        """Was this done before? See ``Lifecycle.remember``."""
        with self.engine.connect() as connection:
            found = connection.execute(select(state.c.name).where(state.c.name == what))
            return found.first() is not None

    def versions(self, document_id: int | None = None) -> list[Version]:
        """All versions, newest first; of one document when given."""
        if document_id is not None:
            with self.engine.connect() as connection:
                return read_versions(connection, document_id)
        # asked for after every change; facts that read as before are not made anew
        stored = type_coerce(versions.c.facts, String).label("facts")
        others = [c for c in versions.c if c.name != "facts"]
        with self.engine.connect() as connection:
            rows = connection.execute(select(*others, stored).order_by(versions.c.id.desc()))
            return [
                _version(row, self._restored(row["id"], row["facts"])) for row in rows.mappings()
            ]

    def _restored(self, version_id: int, stored: str) -> DocumentFacts:
        known = self._facts.get(version_id)
        if known is None or known[0] != stored:
            known = self._facts[version_id] = stored, DocumentFacts.restored(json.loads(stored))
        return known[1]

    def known_files(self, content_hash: str) -> list[Version]:
        """Versions read from a file of this very content, newest first."""
        with self.engine.connect() as connection:
            rows = connection.execute(
                select(versions)
                .where(versions.c.content_hash == content_hash)
                .order_by(versions.c.id.desc())
            ).mappings()
            return [_version(r) for r in rows]

    def version(self, version_id: int) -> Version:
        """One version; KeyError when there is none of this id."""
        with self.engine.connect() as connection:
            version = read_version(connection, version_id)
        if version is None:
            raise KeyError(version_id)
        return version

    def documents_of_file(self, file_name: str) -> list[Version]:
        """The newest version of every document that a file of this name became."""
        theirs = select(versions.c.document_id).where(versions.c.file_name == file_name)
        newest = (
            select(func.max(versions.c.id))
            .where(versions.c.document_id.in_(theirs))
            .group_by(versions.c.document_id)
        )
        with self.engine.connect() as connection:
            rows = connection.execute(select(versions).where(versions.c.id.in_(newest)))
            return [_version(row) for row in rows.mappings()]

    def published_as(self, title: str, number: str) -> list[Version]:
        """Published versions of a title or a 文号, without reading the others."""
        facts = versions.c.facts
        same = [facts["title"].as_string() == title]
        if number:
            same.append(facts["number"]["value"].as_string() == number)
        return self._published(or_(*same))

    def published_with(self, passage_ids: Sequence[int]) -> list[Version]:
        """Published versions that hold one of some passages."""
        theirs = select(passages.c.version_id).where(passages.c.id.in_(passage_ids))
        return self._published(versions.c.id.in_(theirs)) if passage_ids else []

    def _published(self, meant: ColumnElement[bool]) -> list[Version]:
        query = select(versions).where(versions.c.status == VersionStatus.PUBLISHED.value, meant)
        with self.engine.connect() as connection:
            return [_version(row) for row in connection.execute(query).mappings()]

    def sources(self, day: date | None = None) -> dict[int, Source]:
        """Sources of all live versions by version id, with every end worked out.

        Args:
            day: as they stood on that day; without it, as all that is known now has them.
        """
        if day is not None:
            found = self.sources()
            moved = {i: s.on(day) for i, s in found.items() if s.moved}
            return found | moved if moved else found
        mark = self.changed(self._cache[0])
        with self._lock:
            if self._cache[0] == mark and mark:
                return self._cache[1]
        made = sources_of(self.versions(), self.rulings(), self.term_rulings())
        with self.engine.connect() as connection:
            made = with_county_cities(with_bindings(connection, made))
        with self._lock:
            self._cache = (mark, made)
            self._passages = {}
        return made

    def rulings(self) -> Rulings:
        """What staff decided about which document supersedes which."""
        with self.engine.connect() as connection:
            rows = connection.execute(select(rulings)).mappings()
            return {(r["newer_id"], r["older_id"]): r["supersedes"] for r in rows}

    def term_rulings(self) -> TermRulings:
        """What staff decided about which document moves another's last day."""
        with self.engine.connect() as connection:
            rows = connection.execute(select(term_rulings)).mappings()
            return {
                (r["newer_id"], r["older_id"]): TermRuling(r["holds"], r["until"]) for r in rows
            }

    def prolongations(self) -> list[Prolongation]:
        """Every document whose last day another one moves, also where staff overruled it."""
        return prolongations(self.versions(), self.term_rulings())

    def supersessions(self) -> list[Supersession]:
        """Every published document that another one ends, with the ground for it."""
        published = [v for v in self.versions() if v.status is VersionStatus.PUBLISHED]
        return supersessions(published, self.rulings())

    def validity_lines(self, version_id: int, day: date | None = None) -> list[tuple[int, str]]:
        """(version id, line) that tell a version's validity on a day: what ends it first, then
        what last moved its end, then its own."""
        own = next((v for v in self.versions() if v.id == version_id), None)
        if own is None or version_id not in self.sources():
            return []
        ends = [s for s in self.supersessions() if s.older.id == version_id and s.line]
        moved = [p for p in self.prolongations() if p.older.id == version_id and p.holds and p.line]
        if day is not None:
            moved = [p for p in moved if p.since <= day]
        facts = own.facts
        said = [f for f in (facts.expires, facts.effective, facts.issued, facts.number) if f]
        return [
            *((s.newer.id, s.line) for s in ends),
            *((p.newer.id, p.line) for p in moved[-1:]),
            *((version_id, f.source) for f in said[:1]),
        ]

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

    def clause_texts(self, version_id: int) -> list[str]:
        """The texts of a version's clauses in reading order."""
        query = (
            select(clauses.c.text)
            .where(clauses.c.version_id == version_id)
            .order_by(clauses.c.ordinal)
        )
        with self.engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def vectors_of(self, version_id: int) -> dict[int, NDArray[np.float32]]:
        """A version's vectors by passage id, in reading order."""
        query = (
            select(passages.c.id, passages.c.vector)
            .where(passages.c.version_id == version_id)
            .order_by(passages.c.ordinal)
        )
        with self.engine.connect() as connection:
            rows = connection.execute(query)
            return {row[0]: np.frombuffer(row[1], np.float32) for row in rows}

    def passages(self, passage_ids: Sequence[int]) -> dict[int, StoredPassage]:
        """Passages by id; unknown ids are missing. Recently used ones come from memory."""
        self.sources()  # drops what an earlier state of the catalogue left in memory
        with self._lock:
            found = {i: self._passages[i] for i in passage_ids if i in self._passages}
        missing = [i for i in passage_ids if i not in found]
        if missing:
            with self.engine.connect() as connection:
                fresh = {s.id: s for s in read_passages(connection, missing)}
            with self._lock:
                if len(self._passages) > PASSAGES_KEPT:
                    self._passages.clear()
                self._passages.update(fresh)
            found |= fresh
        return found

    def passage_ids(self, version_ids: Iterable[int], limit: int) -> list[int]:
        """Ids of so many passages of some versions at most."""
        found: list[int] = []
        with self.engine.connect() as connection:
            for part in in_parts(sorted(version_ids)):
                theirs = select(passages.c.id).where(passages.c.version_id.in_(part))
                found += connection.execute(theirs.limit(limit - len(found))).scalars()
                if len(found) >= limit:
                    break
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

    def class_names(self) -> list[tuple[str, ...]]:
        """The names that the live documents have for classes of talents of their own; see
        `knowledge.talent_classes.names_in`."""
        told = [n for naming in self._named().values() for n in naming.classes]
        found: list[tuple[str, ...]] = []
        for names in sorted(told, key=len, reverse=True):
            if not any(set(names) <= set(others) for others in found):
                found.append(names)
        return found

    def classes_called_twice(self) -> list[tuple[str, str]]:
        """The two names that the live documents have for one class; see
        `knowledge.talent_classes.called_twice`."""
        return list(dict.fromkeys(p for n in self._named().values() for p in n.called_twice))

    def names_of_things(self) -> set[str]:
        """What the live documents name in quotes, and benefits by the names of columns."""
        return {name for naming in self._named().values() for name in naming.things}

    def purposes(self) -> dict[str, str]:
        """What benefits of names of their own are for; see `knowledge.purposes`. One of which two
        live documents say otherwise is left out."""
        told: defaultdict[str, set[str]] = defaultdict(set)
        for naming in self._named().values():
            for name, purpose in naming.purposes.items():
                told[name].add(purpose)
        return {name: one.pop() for name, one in told.items() if len(one) == 1}

    def _named(self) -> dict[int, _Naming]:
        """Version id -> the names it has for things. Each is read once: what stands in it never
        changes."""
        live = self.sources()
        with self._lock:
            known = {i: told for i, told in self._namings.items() if i in live}
        missing = [i for i in live if i not in known]
        rows: defaultdict[int, list[tuple[list[str], list[str]]]] = defaultdict(list)
        tables: defaultdict[int, dict[tuple[str, ...], None]] = defaultdict(dict)
        texts: defaultdict[int, list[str]] = defaultdict(list)
        in_quotes: defaultdict[int, list[str]] = defaultdict(list)
        with self.engine.connect() as connection:
            for part in in_parts(missing):
                theirs = passages.c.version_id.in_(part)
                cells = select(passages.c.version_id, passages.c.header, passages.c.cells).where(
                    theirs, passages.c.kind == ClauseKind.ROW.value
                )
                for version_id, header, row in connection.execute(
                    cells.order_by(passages.c.version_id, passages.c.ordinal)
                ):
                    rows[version_id].append((header[:2], row[:2]))
                    tables[version_id].setdefault(tuple(map(normal, header)))
                told = or_(*(passages.c.text.like(p) for p in _OF_CLASSES))
                parted = select(passages.c.version_id, passages.c.text).where(theirs, told)
                for version_id, text in connection.execute(parted):
                    texts[version_id].append(text)
                naming = passages.c.text.like("%“%”%")
                named = select(passages.c.version_id, passages.c.text).where(theirs, naming)
                for version_id, text in connection.execute(named):
                    in_quotes[version_id] += quoted(text)
        for i in missing:
            pairs = [([normal(n) for n in h], [normal(n) for n in c]) for h, c in rows[i]]
            first = [(h[0], c[0]) if h and c else ("", "") for h, c in pairs]
            own = own_names(tables[i])
            known[i] = _Naming(
                names_in(first, map(normal, texts[i]), tables[i]),
                called_twice(pairs, (normal(text) for text in texts[i])),
                purposes(own, (s.passage.text for s in self.passages_of(i))) if own else {},
                list(dict.fromkeys([*quoted(live[i].title), *in_quotes[i], *own])),
            )
        with self._lock:
            self._namings = known
        return known

    def article_counts(self) -> dict[int, int]:
        """How many articles each version has; versions without any are missing."""
        query = (
            select(clauses.c.version_id, func.count())
            .where(clauses.c.kind == ClauseKind.ARTICLE.value)
            .group_by(clauses.c.version_id)
        )
        with self.engine.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def documents_of(self, passage_ids: Sequence[int]) -> dict[int, int]:
        """The document of each passage; unknown ids are missing."""
        found: dict[int, int] = {}
        with self.engine.connect() as connection:
            for part in in_parts(passage_ids):
                rows = connection.execute(
                    select(passages.c.id, versions.c.document_id)
                    .join(versions, versions.c.id == passages.c.version_id)
                    .where(passages.c.id.in_(part))
                )
                found |= {row[0]: row[1] for row in rows}
        return found

    def passages_with(self, wordings: Sequence[str]) -> list[StoredPassage]:
        """Every stored passage, live or not, whose text holds one of some wordings."""
        holding = or_(*(passages.c.text.contains(w, autoescape=True) for w in wordings))
        with self.engine.connect() as connection:
            rows = connection.execute(select(passages).where(holding)).mappings()
            return [_stored(r) for r in rows]

    def live_ids(self) -> set[int]:
        """Ids of all passages of live versions: what the indexes must hold."""
        live = list(live_versions(self.versions()))
        found: set[int] = set()
        with self.engine.connect() as connection:
            for part in in_parts(live):
                rows = connection.execute(
                    select(passages.c.id).where(passages.c.version_id.in_(part))
                )
                found |= {r[0] for r in rows}
        return found

    def version_of(self, passage_id: int) -> Version | None:
        """The version a passage belongs to, published or not."""
        with self.engine.connect() as connection:
            row = (
                connection.execute(
                    select(versions)
                    .join(passages, passages.c.version_id == versions.c.id)
                    .where(passages.c.id == passage_id)
                )
                .mappings()
                .first()
            )
        return _version(row) if row else None


def read_versions(connection: Connection, document_id: int | None = None) -> list[Version]:
    """All versions within the caller's transaction, newest first; of one document when given."""
    query = select(versions).order_by(versions.c.id.desc())
    if document_id is not None:
        query = query.where(versions.c.document_id == document_id)
    return [_version(row) for row in connection.execute(query).mappings()]


def read_version(connection: Connection, version_id: int) -> Version | None:
    """One version within the caller's transaction; None when there is none of this id."""
    row = connection.execute(select(versions).where(versions.c.id == version_id)).mappings().first()
    return _version(row) if row else None


def read_rulings(connection: Connection, version_id: int) -> dict[str, FactRuling]:
    """What people said of a version's facts, the newest of each field."""
    rows = connection.execute(
        select(fact_rulings)
        .where(fact_rulings.c.version_id == version_id)
        .order_by(fact_rulings.c.id)
    ).mappings()
    found = [
        FactRuling(r["field"], r["read"], r["value"], r["line"], r["by"], r["at"]) for r in rows
    ]
    return {ruling.field: ruling for ruling in map(renamed, found)}


def read_passages(connection: Connection, passage_ids: Sequence[int]) -> list[StoredPassage]:
    """Passages by id within the caller's transaction; unknown ids are missing."""
    found: list[StoredPassage] = []
    for part in in_parts(passage_ids):
        rows = connection.execute(select(passages).where(passages.c.id.in_(part)))
        found += [_stored(row) for row in rows.mappings()]
    return found


def in_parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
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


def _version(row: Any, facts: DocumentFacts | None = None) -> Version:
    return Version(
        row["id"], row["document_id"], row["file_name"], row["content_hash"], row["format"],
        VersionStatus(row["status"]), facts or DocumentFacts.restored(row["facts"]),
        tuple(row["notes"]), tuple(row["doubts"]), row["model"], row["created_at"],
        row["published_at"],
    )  # fmt: skip

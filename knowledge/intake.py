"""A file's way in: read -> structure -> metadata -> embed -> publish.

Each file succeeds or fails alone. What is published is in SQL first; the vector index follows
and can be rebuilt from SQL at any time.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import threading
from collections import Counter
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.catalogue import Catalogue, StoredPassage
from knowledge.documents import (
    UNPUBLISHED,
    Clause,
    ClauseKind,
    DocumentFacts,
    Passage,
    Unreadable,
    Version,
    VersionStatus,
)
from knowledge.embedding import Embedder
from knowledge.events import read_events
from knowledge.indexes import embed
from knowledge.lifecycle import SECOND_PERSON, Change, Draft, Lifecycle
from knowledge.likeness import (
    SamePaper,
    is_next_version,
    is_same_paper,
    likeness,
    may_be_same,
    shingles,
)
from knowledge.metadata import bundled, document_facts
from knowledge.readers import read_file, type_notes
from knowledge.readers.pulse import TakesLong
from knowledge.standing import ended_from, says_ended
from knowledge.structure import Structure, structure
from knowledge.terms import prolongations
from knowledge.validity import repeal
from knowledge.vectors import VectorIndex

_LOG = logging.getLogger(__name__)


class Stage(StrEnum):
    """Where a file is on its way in; the value is what staff read."""

    READING = "解析"
    RECOGNISING = "识别"
    EMBEDDING = "向量"
    PUBLISHING = "收录"


Reached = Callable[..., None]
"""Told a Stage as it begins, and with a second argument how far it has come."""


class IntakeStatus(StrEnum):
    """How a file fared."""

    ADDED = "added"
    UPDATED = "updated"  # a new version of a document that was there
    DRAFTED = "drafted"  # stored for review, not published
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class IntakeResult:
    """One file's outcome.

    Attributes:
        name: the file's name.
        status: how it fared.
        reason: why it was refused, in Chinese; "" otherwise.
        document, version: ids of what it became or is, 0 when it was refused.
        clauses, passages: how many were read.
        uncovered: characters of the body that stand in no passage (0 is the rule).
        notes: what a reviewer should know, in Chinese.
    """

    name: str
    status: IntakeStatus
    reason: str = ""
    title: str = ""
    document: int = 0
    clauses: int = 0
    articles: int = 0
    tables: int = 0
    passages: int = 0
    uncovered: int = 0
    notes: tuple[str, ...] = ()
    version: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text belongs.

    Attributes:
        document_id: the document it is a version of; None for a new one.
        cancelled: it is here already, and that is how it shall stay.
    """

    document_id: int | None
    notes: tuple[str, ...] = ()
    cancelled: bool = False


PROBES = 4
"""Passages of a file that are looked up to find the same paper under another name."""


def distinct_names(paths: Sequence[Path]) -> dict[Path, str]:
    """A document's name by file: its own, with its folder's where two files share one.

    A document is known by its name, so a/通知.pdf and b/通知.pdf must not replace each other.
    """
    shared = Counter(p.name for p in paths)
    return {p: p.name if shared[p.name] == 1 else f"{p.parent.name}／{p.name}" for p in paths}


def cannot_open(name: str, error: OSError) -> Unreadable:
    """The refusal of a file that the system does not let us read."""
    return Unreadable(name, f"打不开这个文件（{error.strerror}）")


_ENDED = "文件写明自己已失效或废止"
_ENDED_NOTE = _ENDED + "（{}），已存为草稿；请在“信息”里填写失效日期，核对后再发布"
_OVERTAKEN = "这份文件识别期间，库中已收录了它更新的版本；本件存为草稿，请核对后决定是否发布"


def _same_note(file_name: str) -> str:
    return f"与已收录的文件“{file_name}”内容相同，未重复收录"


def _status(draft: bool, existed: bool) -> IntakeStatus:
    if draft:
        return IntakeStatus.DRAFTED
    return IntakeStatus.UPDATED if existed else IntakeStatus.ADDED


def uncovered_characters(clauses: Sequence[Clause], passages: Iterable[Passage]) -> int:
    """Characters of clauses that no passage holds."""
    held = {ordinal for p in passages for ordinal in p.clauses}
    return sum(len(c.text) for c in clauses if c.ordinal not in held)


class Intake:
    """Takes files into the knowledge base; the owner of the data folder runs it."""

    def __init__(
        self, catalogue: Catalogue, vectors: VectorIndex, encoder: Embedder, store: Path
    ) -> None:
        """Build an intake.

        Args:
            store: folder that keeps every accepted original, named by its SHA-256.

        Attributes:
            turn: held by whoever writes the vector index; files may be read meanwhile.
        """
        self.turn = threading.RLock()
        self._catalogue, self._vectors = catalogue, vectors
        self._lifecycle = Lifecycle(catalogue.engine)
        self._encoder, self._store = encoder, store
        self.turn = threading.RLock()
        """Held by a step, and by whatever makes the vector index anew."""

    def add(
        self, path: Path, name: str = "", draft: bool = False,
        same: SamePaper = SamePaper.NEW_VERSION, reached: Reached = lambda *_: None, *,
        patient: bool = True, kept: Path | None = None, since: datetime | None = None,
    ) -> IntakeResult:  # fmt: skip
        """Take in one file; the same content under the same name changes nothing.

        Args:
            name: what the file is called, where that is not the path's own name.
            draft: store it for review; nobody finds it until it is published.
            same: what to do with a paper that is here already under another name.
            reached: told each stage as it begins, and how far recognition has come.
            patient: False to be told ``TakesLong`` instead of waiting for recognition.
            kept: file that keeps recognised pages for a second try.
            since: when the file was handed in, where that is a while ago: a version stored since
                then is the newer one, and this one waits as a draft.

        Raises:
            TakesLong: pages have to be recognised and ``patient`` is False; nothing was changed.
        """
        # names are printed and shown: a line break or a turned direction in one would mislead
        name = "".join(c if c.isprintable() else " " for c in name or path.name)
        try:
            content_hash = _hash(path)
            known = self._catalogue.known_files(content_hash)
            with self.turn:
                if result := self._known(name, known, draft, same):
                    return result
            reached(Stage.READING)
            reading = read_file(
                path, patient=patient, kept=kept,
                recognised=lambda done, of: reached(Stage.RECOGNISING, f" {done}/{of} 页"),
            )  # fmt: skip
            built = structure(reading.blocks)
            if not any(p.kind is not ClauseKind.TITLE for p in built.passages):
                raise Unreadable(name, "没有读到正文，请检查文件内容是否为空或只有图片")
            facts = document_facts(built.clauses, name, reading.metadata.get("title", ""))
            told = read_events(built.clauses, facts)
        except Unreadable as refused:
            return IntakeResult(name, IntakeStatus.REFUSED, reason=refused.why)
        except TakesLong:
            raise
        except Exception:  # noqa: BLE001 - a file no reader foresaw must not keep the others out
            _LOG.exception("reading %s failed", name)
            reason = "读取时出错，文件可能已损坏；请换一种格式另存后再试（详情见日志）"
            return IntakeResult(name, IntakeStatus.REFUSED, reason=reason)
        reached(Stage.EMBEDDING)
        vectors = embed(self._encoder, built.passages)
        with self.turn:
            place = self._place(name, facts, built, vectors, same)
            if place.cancelled:
                return IntakeResult(
                    name, IntakeStatus.UNCHANGED, title=facts.title, notes=place.notes
                )
            notes = [*place.notes]
            own = [*type_notes(name, reading.format), *reading.notes, *bundled(built.clauses)]
            if not draft and self._catalogue.remembers(SECOND_PERSON):
                draft = True
                own.append("发布须经另一位管理员批准，已存为草稿")
            ended = says_ended(built.clauses, name)
            # with its last day known, of itself or from what repeals it, it is told as lapsed only
            if ended and not (ended_from(built.clauses) or self._is_repealed(facts)):
                draft = True
                own.append(_ENDED_NOTE.format(ended[:60]))
            if since and not draft and self._newer_than(since, place.document_id):
                draft = True
                notes.append(_OVERTAKEN)
            reached(Stage.PUBLISHING)
            self._keep(path, content_hash)
            version_id = self._lifecycle.store(
                Draft(
                    name, content_hash, reading.format, facts, built.clauses, built.passages,
                    vectors, own, built.doubts, self._encoder.name, told,
                ),
                place.document_id,
            )  # fmt: skip
            if not draft:
                self.publish(version_id)
        return IntakeResult(
            name,
            _status(draft, place.document_id is not None),
            title=facts.title,
            document=self._catalogue.version(version_id).document_id,
            clauses=len(built.clauses),
            articles=sum(c.kind is ClauseKind.ARTICLE for c in built.clauses),
            tables=sum(c.kind is ClauseKind.TABLE for c in built.clauses),
            passages=len(built.passages),
            uncovered=uncovered_characters(built.clauses, built.passages),
            notes=(*notes, *own, *built.doubts),
            version=version_id,
        )

    def _newer_than(self, since: datetime, document_id: int | None) -> bool:
        """True when a version of the document was stored after that moment."""
        if document_id is None:
            return False
        return any(v.created_at > since for v in self._catalogue.versions(document_id))

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

    def publish(self, version_id: int) -> Version:
        """Make a version the one that answers come from, at once and never half.

        Raises:
            NotPossible: its status does not allow it.
        """
        with self.turn:
            # readers drop what SQL does not call live, so vectors may come early but never late
            own = self._catalogue.vectors_of(version_id)
            if own:
                self._vectors.put(list(own), np.stack(list(own.values())))
            change = self._lifecycle.publish(version_id)
            self._follow(change, own)
        return change.version

    def withdraw(self, version_id: int) -> Version:
        """Take back a publication; the version before it answers again.

        Raises:
            NotPossible: the version is not published.
        """
        with self.turn:
            change = self._lifecycle.withdraw(version_id)
            self._follow(change)
        return change.version

    def reread_events(self) -> int:
        """Read the events of versions stored before events were read; returns how many."""
        found = 0
        for version in self._catalogue.versions():
            told = read_events(self._catalogue.clauses(version.id), version.facts)
            found += self._lifecycle.tell_events(version.id, told)
        return found

    def reread_terms(self) -> int:
        """Read what versions stored before that was read say of other papers' last days.

        Returns:
            How many versions say something.
        """
        found = 0
        for version in self._catalogue.versions():
            facts = version.facts
            if facts.prolongs:
                continue
            clauses = self._catalogue.clauses(version.id)
            told = prolongations(clauses, facts.title, facts.issued, facts.effective)
            if told:
                self._lifecycle.tell_terms(version.id, told)
                found += 1
        return found

    def _is_repealed(self, facts: DocumentFacts) -> bool:
        """Does a published document repeal it?"""
        published = (v for v in self._catalogue.versions() if v.status is VersionStatus.PUBLISHED)
        return any(repeal(v.facts, facts) for v in published)

    def retire(self, document_id: int) -> None:
        """Take a document out of answers."""
        with self.turn:
            self._vectors.remove(self._lifecycle.retire(document_id))

    def _follow(self, change: Change, already: Container[int] = ()) -> None:
        """Bring the vector index to what SQL says is live."""
        missing = [i for i in change.added if i not in already]
        if missing:
            self._put(self._catalogue.passages(missing).values())
        self._vectors.remove(change.removed)

    def _put(self, stored: Iterable[StoredPassage]) -> None:
        rows = list(stored)
        if rows:
            self._vectors.put([s.id for s in rows], np.stack([s.vector for s in rows]))

    # -- papers that are here already ----------------------------------------------------

    def _known(
        self, name: str, known: Sequence[Version], draft: bool, same: SamePaper
    ) -> IntakeResult | None:
        """The result for a file whose very content is here; None when it must be read."""
        published = [v for v in known if v.status is VersionStatus.PUBLISHED]
        waiting = [v for v in known if v.status in UNPUBLISHED and v.file_name == name]
        ended = [n for v in waiting for n in v.notes if n.startswith(_ENDED)]
        if waiting and not draft and not ended:
            released = self.publish(waiting[0].id)
            existed = len(self._catalogue.versions(released.document_id)) > 1
            return IntakeResult(
                name, _status(False, existed), title=released.facts.title,
                document=released.document_id, notes=("这份文件已作为草稿收录，现予发布",),
                version=released.id,
            )  # fmt: skip
        here = [*waiting, *(v for v in published if v.file_name == name)]
        elsewhere = [] if same is SamePaper.KEEP_BOTH else published
        version = next(iter((*here, *elsewhere)), None)
        if version is None:
            return None
        same_note = () if version.file_name == name else (_same_note(version.file_name),)
        notes = (*same_note, *ended)
        return IntakeResult(
            name, IntakeStatus.UNCHANGED, title=version.facts.title,
            document=version.document_id, notes=notes, version=version.id,
        )  # fmt: skip

    def _place(
        self, name: str, facts: DocumentFacts, built: Structure, vectors: NDArray[np.float32],
        same: SamePaper,
    ) -> Place:  # fmt: skip
        """Which document a text belongs to: the one of its name, one of another name, or none."""
        text = shingles(c.text for c in built.clauses)
        homonyms = self._catalogue.documents_of_file(name)
        likes = {v.document_id: (self._likeness(text, v), v) for v in homonyms}
        next_of = [(like, v) for like, v in likes.values() if is_next_version(facts, v.facts, like)]
        if next_of:
            return Place(max(next_of, key=lambda found: found[0])[1].document_id)
        notes = ("库中有同名文件，但内容是另一份文件，已分别收录",) if homonyms else ()
        if same is SamePaper.KEEP_BOTH:
            return Place(None, notes)
        for version in self._neighbours(facts, vectors):
            if version.document_id in likes or not may_be_same(facts, version.facts):
                continue
            if is_same_paper(facts, version.facts, self._likeness(text, version)):
                if same is SamePaper.CANCEL:
                    return Place(version.document_id, (_same_note(version.file_name),), True)
                note = f"与已收录的文件“{version.file_name}”是同一份文件，作为它的新版本收录"
                return Place(version.document_id, (note,))
        return Place(None, notes)

    def _likeness(self, text: frozenset[str], version: Version) -> float:
        return likeness(text, shingles(self._catalogue.clause_texts(version.id)))

    def _neighbours(self, facts: DocumentFacts, vectors: NDArray[np.float32]) -> list[Version]:
        """Published versions that may be the same paper: by number, by title, by their passages."""
        number = facts.number.value if facts.number else ""
        found = {v.id: v for v in self._catalogue.published_as(facts.title, number)}
        step = max(1, len(vectors) // PROBES)
        near = [
            i for found in self._vectors.nearest_each(vectors[::step], 2)
            for i, like in found if like > 0.97
        ]  # fmt: skip
        found |= {v.id: v for v in self._catalogue.published_with(near)}
        return [found[i] for i in sorted(found)]

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

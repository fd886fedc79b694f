"""Benefits as SQL holds them: proposed with their version, judged by a person, read while in force.

What was proposed stays beside what was made of it, so that a correction can be seen and a new
version of the same words keeps its decision.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    DateTime,
    Engine,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    func,
    insert,
    select,
    update,
)

from database import metadata, writing
from knowledge.catalogue import Catalogue, StoredPassage
from knowledge.conditions import Benefit, Line, holds_words, unbound
from knowledge.documents import Clause, DocumentKind, Source
from knowledge.figures import unsupported
from knowledge.proposing import propose
from knowledge.tables import versions

benefits = Table(
    "benefits",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("version_id", ForeignKey("versions.id"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("status", String(16), nullable=False),  # see BenefitStatus
    Column("proposed", JSON, nullable=False),  # as it was read
    Column("content", JSON, nullable=False),  # as a person left it
    Column("decided_by", String(40)),
    Column("decided_at", DateTime(timezone=True)),
    Index("ix_benefits_version_ordinal", "version_id", "ordinal", unique=True),
)


_LEAVES_OUT = re.compile(
    r"不能申[请领报]|不能享受|不予认可|不可以申[请领报]|不在.{2,10}范围|不能领取?"
)


class BenefitStatus(StrEnum):
    """What a person has said of a benefit."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    OFF = "off"


class NotBound(Exception):
    """A correction whose words do not stand in their clause; the message says which."""


@dataclass(frozen=True, slots=True)
class StoredBenefit:
    """A benefit with where it comes from.

    Attributes:
        loose: words that do not stand in their clause as it reads now; such a benefit is not used.
    """

    id: int
    version_id: int
    status: BenefitStatus
    benefit: Benefit
    proposed: Benefit
    decided_by: str
    loose: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a clause can be read: the passage that holds it, for its label and its page."""

    passage_id: int
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A benefit that is in force on the day asked about, with what it takes to cite it.

    Attributes:
        is_confirmed: a person has held it against its clauses; only then may it be judged.
        places: for each stretch of its words, the passage that it stands in.
        remarks: who is left out of it by an answer of a question-and-answer paper in force.
    """

    id: int
    benefit: Benefit
    source: Source
    is_confirmed: bool
    places: dict[Line, Place]
    remarks: tuple[Line, ...] = ()


def store_proposals(
    connection: Connection, version_id: int, document_id: int, proposed: Sequence[Benefit],
    read: Sequence[Clause],
) -> None:  # fmt: skip
    """Store what a version seems to grant, within the caller's transaction.

    What a person decided on the very same words of an earlier version holds for this one too.

    Args:
        proposed: see ``propose``; worked out before the transaction, for which others wait.
        read: the version's clauses.
    """
    earlier = (
        select(benefits)
        .join(versions, versions.c.id == benefits.c.version_id)
        .where(versions.c.document_id == document_id, benefits.c.decided_at.is_not(None))
        .order_by(benefits.c.decided_at)
    )
    known = {}
    for row in connection.execute(earlier).mappings():
        known[_anywhere(Benefit.restored(row["proposed"]))] = row
    texts = [_text(c) for c in read]
    rows = []
    for ordinal, benefit in enumerate(proposed):
        stored = benefit.stored()
        values: dict[str, Any] = {
            "version_id": version_id, "ordinal": ordinal, "proposed": stored, "content": stored,
            "status": BenefitStatus.PROPOSED.value, "decided_by": None, "decided_at": None,
        }  # fmt: skip
        before = known.get(_anywhere(benefit))
        # corrected words may stand in other clauses of the new text, which only a person can say
        if before and before["content"] == before["proposed"] and not unbound(benefit, texts):
            values |= {k: before[k] for k in ("status", "decided_by", "decided_at")}
        rows.append(values)
    if rows:
        connection.execute(insert(benefits), rows)


class Benefits:
    """Reads and decisions of benefits. Safe to use from several threads and processes."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._engine: Engine = catalogue.engine
        self._lock = threading.Lock()
        self._kept: tuple[str, list[Offer]] = ("", [])

    def of_version(self, version_id: int) -> list[StoredBenefit]:
        """The benefits of one version in reading order."""
        texts = [_text(c) for c in self._catalogue.clauses(version_id)]
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(benefits)
                .where(benefits.c.version_id == version_id)
                .order_by(benefits.c.ordinal)
            ).mappings()
            return [_stored(row, texts) for row in rows]

    def get(self, benefit_id: int) -> StoredBenefit | None:
        """One benefit; None when there is none of this id."""
        with self._engine.connect() as connection:
            row = connection.execute(
                select(benefits.c.version_id).where(benefits.c.id == benefit_id)
            ).first()
        found = self.of_version(row[0]) if row else []
        return next((b for b in found if b.id == benefit_id), None)

    def counts(self) -> dict[int, dict[BenefitStatus, int]]:
        """How many benefits of each status every version has that has any."""
        found: dict[int, dict[BenefitStatus, int]] = {}
        with self._engine.connect() as connection:
            rows = connection.execute(select(benefits.c.version_id, benefits.c.status))
            for version_id, status in rows:
                of_version = found.setdefault(version_id, dict.fromkeys(BenefitStatus, 0))
                of_version[BenefitStatus(status)] += 1
        return found

    def decide(self, benefit_id: int, status: BenefitStatus, who: str) -> None:
        """Confirm a benefit, switch it off, or leave it open again.

        Raises:
            NotBound: it is to be confirmed, but its words do not stand in their clauses.
        """
        stored = self.get(benefit_id)
        if stored and status is BenefitStatus.CONFIRMED and stored.loose:
            raise NotBound(f"“{stored.loose[0].words}”已不在对应条款中，请先改正")
        self._write(benefit_id, {"status": status.value}, who)

    def correct(self, benefit_id: int, corrected: Benefit, who: str) -> None:
        """Put a corrected benefit in place of the one proposed; it has to be confirmed then.

        Raises:
            NotBound: some of its words do not stand in the clause they are bound to, or its
                title holds a figure that they do not.
        """
        stored = self.get(benefit_id)
        if stored is None:
            return
        texts = [_text(c) for c in self._catalogue.clauses(stored.version_id)]
        if loose := unbound(corrected, texts):
            raise NotBound(f"“{loose[0].words}”不是对应条款中的原话，请照原文填写")
        words = " ".join(line.words for line in corrected.bound())
        title = self._catalogue.version(stored.version_id).facts.title
        strange = unsupported(corrected.title, f"{words} {title} {stored.proposed.title}")
        if strange:
            raise NotBound(f"名称中的数字 {'、'.join(sorted(strange))} 不在原文中")
        values = {"content": corrected.stored(), "status": BenefitStatus.PROPOSED.value}
        self._write(benefit_id, values, who)

    def propose_again(self, version_id: int) -> int:
        """Read a version's clauses again; decisions on it go. Returns how many were read."""
        version = self._catalogue.version(version_id)
        read = self._catalogue.clauses(version_id)
        proposed = propose(version.facts, read)
        with writing(self._engine) as connection:
            connection.execute(benefits.delete().where(benefits.c.version_id == version_id))
            store_proposals(connection, version_id, version.document_id, proposed, read)
        return len(self.of_version(version_id))

    def confirm_all(self, who: str) -> int:
        """Confirm everything proposed that is bound to its clauses; for the demonstration city."""
        done = 0
        for version_id in self.counts():
            for stored in self.of_version(version_id):
                if stored.status is BenefitStatus.PROPOSED and not stored.loose:
                    self.decide(stored.id, BenefitStatus.CONFIRMED, who)
                    done += 1
        return done

    def in_force(self, day: date) -> list[Offer]:
        """What may be offered on a day: of versions in force, not switched off, bound as of now."""
        remarks = self._remarks(day)
        found = []
        for offer in self._offers():
            if not offer.source.in_force(day):
                continue
            mine = {r: p for r, p in remarks.items() if _core(offer.benefit) in r.words}
            source = offer.source.on(day)
            found.append(
                replace(offer, source=source, remarks=tuple(mine), places=offer.places | mine)
            )
        return found

    def _offers(self) -> list[Offer]:
        """The offers of every live version, kept until a version or a decision changes."""
        mark = f"{self._catalogue.changed()} {self._decided()}"
        with self._lock:
            if self._kept[0] == mark:
                return self._kept[1]
        sources = self._catalogue.sources()
        found = []
        for version_id in sorted(set(self.counts()) & set(sources)):
            kept = [
                b
                for b in self.of_version(version_id)
                if b.status is not BenefitStatus.OFF and not b.loose
            ]
            passages = self._catalogue.passages_of(version_id) if kept else []
            for stored in kept:
                places = {line: _place(line, passages) for line in stored.benefit.bound()}
                confirmed = stored.status is BenefitStatus.CONFIRMED
                source = sources[version_id]
                found.append(Offer(stored.id, stored.benefit, source, confirmed, places))
        with self._lock:
            self._kept = (mark, found)
        return found

    def _decided(self) -> str:
        """A mark that differs after every decision."""
        with self._engine.connect() as connection:
            row = connection.execute(
                select(func.max(benefits.c.decided_at), func.max(benefits.c.id), func.count())
            ).one()
        return " ".join(map(str, row))

    def _remarks(self, day: date) -> dict[Line, Place]:
        """Sentences of question-and-answer papers in force that leave somebody out of something."""
        found = {}
        for version_id, source in self._catalogue.sources().items():
            if source.kind is not DocumentKind.FAQ or not source.in_force(day):
                continue
            for stored in self._catalogue.passages_of(version_id):
                for sentence in re.split(r"[。\n]|答[：:]", stored.passage.text):
                    if _LEAVES_OUT.search(sentence) and 8 < len(sentence) < 120:
                        label = f"《{source.title}》{stored.passage.label}"
                        text = stored.passage.text
                        found[Line(sentence.strip(), -stored.id)] = Place(stored.id, label, text)
        return found

    def _write(self, benefit_id: int, values: dict[str, Any], who: str) -> None:
        decided = {"decided_by": who, "decided_at": datetime.now(UTC)}
        with writing(self._engine) as connection:
            connection.execute(
                update(benefits).where(benefits.c.id == benefit_id).values(**values, **decided)
            )


def _text(clause: Clause) -> str:
    return f"{clause.text}\n{' '.join(clause.cells)}"


def _anywhere(benefit: Benefit) -> str:
    """A benefit by its words and values alone, wherever in a version they stand."""
    conditions = tuple(replace(c, clause=0) for c in benefit.conditions)
    ways = tuple(
        replace(w, clause=0, conditions=tuple(replace(c, clause=0) for c in w.conditions))
        for w in benefit.ways
    )
    deadline = replace(benefit.deadline, clause=0) if benefit.deadline else None
    rules = tuple(replace(r, clause=0) for r in benefit.rules)
    return repr(replace(benefit, conditions=conditions, ways=ways, deadline=deadline, rules=rules))


def _core(benefit: Benefit) -> str:
    """What a benefit is called in passing: the end of its title."""
    return re.sub(r"[（(][^）)]*[）)]", "", benefit.title)[-4:]


def _place(line: Line, passages: Sequence[StoredPassage]) -> Place:
    """The passage that cites a line best: one of its clause that holds the words."""
    of_clause = [s for s in passages if line.clause in s.passage.clauses]
    holding = [s for s in of_clause if holds_words(s.passage.text, line.words)]
    best = (holding or of_clause or list(passages))[0]
    text = f"{best.passage.caption} {best.passage.text}"
    return Place(best.id, best.passage.label, text)


def _stored(row: Any, texts: Sequence[str]) -> StoredBenefit:
    benefit = Benefit.restored(row["content"])
    return StoredBenefit(
        row["id"], row["version_id"], BenefitStatus(row["status"]), benefit,
        Benefit.restored(row["proposed"]), row["decided_by"] or "",
        tuple(unbound(benefit, texts)),
    )  # fmt: skip

"""Questions the bot could not answer or answered badly, put together by what they mean.

A question is a turn without an answer, a turn that got 没用, or one that staff noted at the desk.
Each joins the group of questions it is most like, or begins one; it never moves again by itself,
so that what was decided on a group stays true of it. The words stay where they were said: when a
turn is erased, the question goes with it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    Engine,
    ForeignKey,
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

from bot.answering.result import Reason
from bot.conversations import turns
from bot.privacy import masked
from database import aware, metadata, writing

question_groups = Table(
    "question_groups",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("state", String(16), nullable=False),  # see GroupState
    Column("note", Text, nullable=False),  # the department it was passed to, the word taught
    Column("faq_id", ForeignKey("faqs.id"), index=True),
    Column("passage_id", ForeignKey("passages.id")),  # where the answer stands already
    Column("decided_by", String(40), nullable=False),
    Column("decided_at", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

askings = Table(
    "askings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("group_id", ForeignKey("question_groups.id"), index=True),  # null until grouped
    Column("turn_id", ForeignKey("turns.id", ondelete="CASCADE"), unique=True),
    Column("question", Text, nullable=False),  # what staff noted; "" for a turn, which has it
    Column("note", Text, nullable=False),
    Column("staff", String(40), nullable=False),
    Column("vector", LargeBinary),  # of the question, float32, unit length
    Column("model", String(120), nullable=False, server_default=""),
    Column("at", DateTime(timezone=True), nullable=False),
)

GAPS = (Reason.NO_PASSAGE, Reason.NOT_YET_ANNOUNCED, Reason.UNFAITHFUL)
"""Abstentions that say that something is missing here; the others were right to refuse."""

LONGEST_NOTED = 200
"""Characters kept of a question or a note that staff typed."""
SAMPLES = 5
"""Wordings shown of a group."""


class GroupState(StrEnum):
    """What was decided on a group."""

    OPEN = "open"
    ANSWERED = "answered"  # the papers do answer it: a word was taught or a question kept
    WRITTEN = "written"  # the office writes an answer
    PASSED = "passed"  # to a department
    IGNORED = "ignored"


class Cause(StrEnum):
    """Why a question is here; the value is what staff read."""

    ABSTAINED = "未能答复"
    UNHELPFUL = "答复被评没用"
    STAFF = "话务员记录"


@dataclass(frozen=True, slots=True)
class Asking:
    """One question as it was asked.

    Attributes:
        answered: what the bot said, "" for what staff noted.
        at: UTC.
    """

    question: str
    cause: Cause
    at: datetime
    reason: str = ""
    answered: str = ""
    note: str = ""
    staff: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that mean the same, the newest first.

    Attributes:
        note: the department it was passed to, or what was taught.
        faq_id: the answer written for it.
        passage_id: the clause that answers it already.
    """

    id: int
    state: GroupState
    note: str
    faq_id: int | None
    passage_id: int | None
    decided_by: str
    decided_at: datetime | None
    askings: tuple[Asking, ...]

    @property
    def question(self) -> str:
        """The wording asked most often, the newest of several."""
        counted = Counter(a.question for a in self.askings)
        return max(self.askings, key=lambda a: (counted[a.question], a.at)).question

    @property
    def wordings(self) -> tuple[str, ...]:
        """Its different wordings, the most frequent first, at most SAMPLES."""
        return self.every_wording[:SAMPLES]

    @property
    def every_wording(self) -> tuple[str, ...]:
        """All its different wordings, the most frequent first."""
        return tuple(w for w, _ in Counter(a.question for a in self.askings).most_common())

    @property
    def times(self) -> int:
        """How often it was asked."""
        return len(self.askings)

    @property
    def people(self) -> int:
        """How many different talents asked it on WeChat."""
        return len({a.person for a in self.askings if a.person})

    @property
    def last_at(self) -> datetime:
        """When it was asked last."""
        return max(a.at for a in self.askings)

    @property
    def causes(self) -> tuple[tuple[str, int], ...]:
        """(cause, how often), the most frequent first."""
        return tuple(Counter(a.cause.value for a in self.askings).most_common())

    def since(self, moment: datetime | None) -> int:
        """How often it was asked after a moment."""
        return sum(moment is not None and a.at > moment for a in self.askings)


@dataclass(frozen=True, slots=True)
class Refusals:
    """Questions that were rightly declined for one reason; nothing is missing here."""

    reason: Reason
    times: int
    last_at: datetime
    wordings: tuple[str, ...]


class Unanswered:
    """The open questions. Every method may raise SQLAlchemyError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def note(self, question: str, staff: str, note: str = "") -> int:
        """A question that staff found no answer to (key ``u`` at the desk); returns its id.

        Raises:
            ValueError: there is no question.
        """
        asked = masked(" ".join(question.split()))[:LONGEST_NOTED]
        if not asked:
            raise ValueError("no question")
        with writing(self._engine) as connection:
            made = connection.execute(
                insert(askings).values(
                    question=asked, note=masked(note.strip())[:LONGEST_NOTED], staff=staff,
                    at=datetime.now(UTC),
                )
            )  # fmt: skip
        return int(made.inserted_primary_key[0])  # type: ignore[index]

    def groups(self) -> list[Group]:
        """All groups with their questions, the most asked first, then the newest."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(askings, turns.c.asked, turns.c.answered, turns.c.abstained,
                       turns.c.reason, turns.c.openid, turns.c.at.label("turn_at"))
                .outerjoin(turns, turns.c.id == askings.c.turn_id)
                .where(askings.c.group_id.is_not(None))
                .order_by(askings.c.id.desc())
            ).mappings().all()  # fmt: skip
            kept = connection.execute(select(question_groups)).mappings().all()
        asked: defaultdict[int, list[Asking]] = defaultdict(list)
        for row in rows:
            asked[row["group_id"]].append(_asking(row))
        found = [
            Group(
                row["id"], GroupState(row["state"]), row["note"], row["faq_id"],
                row["passage_id"], row["decided_by"], _when(row["decided_at"]),
                tuple(asked[row["id"]]),
            )
            for row in kept if row["id"] in asked
        ]  # fmt: skip
        return sorted(found, key=lambda g: (g.times, g.last_at), reverse=True)

    def group(self, group_id: int) -> Group:
        """One group; KeyError when there is none, or its questions were erased."""
        found = next((g for g in self.groups() if g.id == group_id), None)
        if found is None:
            raise KeyError(group_id)
        return found

    def of_faq(self, faq_id: int) -> int | None:
        """Id of the group that an answer was written for."""
        with self._engine.connect() as connection:
            return connection.execute(
                select(question_groups.c.id).where(question_groups.c.faq_id == faq_id)
            ).scalar()

    def refusals(self) -> list[Refusals]:
        """What was declined for a reason that is no gap, the most frequent first."""
        gaps = [r.value for r in GAPS]
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(turns.c.reason, turns.c.asked, turns.c.at)
                .where(turns.c.abstained, turns.c.reason.not_in(gaps))
                .order_by(turns.c.id.desc())
            ).all()
        found: defaultdict[Reason, list[Any]] = defaultdict(list)
        for row in rows:
            if row.reason in set(Reason):
                found[Reason(row.reason)].append(row)
        declined = [
            Refusals(
                reason, len(theirs), aware(theirs[0].at),
                tuple(list(dict.fromkeys(r.asked for r in theirs))[:SAMPLES]),
            )
            for reason, theirs in found.items()
        ]  # fmt: skip
        return sorted(declined, key=lambda r: -r.times)

    def decide(
        self, group_id: int, state: GroupState, by: str, *, note: str = "",
        faq_id: int | None = None, passage_id: int | None = None,
    ) -> None:  # fmt: skip
        """Record what was decided on a group; it holds for whoever asks the same later.

        Raises:
            KeyError: there is no such group.
        """
        values = {
            "state": state.value, "note": note, "faq_id": faq_id, "passage_id": passage_id,
            "decided_by": by, "decided_at": datetime.now(UTC),
        }  # fmt: skip
        with writing(self._engine) as connection:
            done = connection.execute(
                update(question_groups).where(question_groups.c.id == group_id).values(values)
            )
        if not done.rowcount:
            raise KeyError(group_id)

    def merge(self, group_id: int, into: int) -> None:
        """An open group is the same matter as another: its questions become the other's, and so
        will those that are like them.

        Raises:
            KeyError: there is no such open group, or no such other one.
        """
        row = question_groups.c
        is_open = (row.id == group_id) & (row.state == GroupState.OPEN.value)
        with writing(self._engine) as connection:
            both = connection.execute(select(row.id).where(is_open | (row.id == into))).all()
            if len(both) != 2:
                raise KeyError(group_id)
            connection.execute(
                update(askings).where(askings.c.group_id == group_id).values(group_id=into)
            )

    def split(self, group_id: int, question: str) -> int:
        """A wording is another matter than the rest of its group: it becomes a group of its own,
        and whoever asks in these words joins it. Returns the new group's id.

        Raises:
            KeyError: the group has no such wording, or no other one.
        """
        own = askings.c.group_id == group_id
        worded = (askings.c.question == question) | askings.c.turn_id.in_(
            select(turns.c.id).where(turns.c.asked == question)
        )
        with writing(self._engine) as connection:
            ids = [select(func.count()).where(own, part) for part in (worded, ~worded)]
            if not all(connection.execute(count).scalar_one() for count in ids):
                raise KeyError(question)
            made = connection.execute(
                insert(question_groups).values(
                    state=GroupState.OPEN.value, note="", decided_by="",
                    created_at=datetime.now(UTC),
                )
            )  # fmt: skip
            new = int(made.inserted_primary_key[0])  # type: ignore[index]
            connection.execute(update(askings).where(own, worded).values(group_id=new))
        return new


def _asking(row: Any) -> Asking:
    if row["turn_id"] is None:
        return Asking(
            row["question"], Cause.STAFF, aware(row["at"]), note=row["note"], staff=row["staff"]
        )
    cause = Cause.ABSTAINED if row["abstained"] else Cause.UNHELPFUL
    return Asking(
        row["asked"], cause, aware(row["turn_at"]), row["reason"], row["answered"],
        person=row["openid"],
    )  # fmt: skip


def _when(moment: datetime | None) -> datetime | None:
    return None if moment is None else aware(moment)

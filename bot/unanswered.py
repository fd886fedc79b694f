"""Questions the bot could not answer or answered badly, put together by what they mean.

A question is a turn without an answer, a turn that got 没用, or one that staff noted at the desk.
Each joins the group whose first question is nearest in meaning, or begins one; it never moves
again, so that what was decided on a group stays true of it. The words stay where they were said:
when a turn is erased, the question goes with it.
"""

from __future__ import annotations

from datetime import UTC, datetime

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
    insert,
)

from bot.privacy import masked
from database import metadata, writing

question_groups = Table(
    "question_groups",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("vector", LargeBinary, nullable=False),  # of its first question, float32, unit length
    Column("model", String(120), nullable=False),
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
    Column("at", DateTime(timezone=True), nullable=False),
)

LONGEST_NOTED = 200
"""Characters kept of a question or a note that staff typed."""


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

"""What was said: turns of each conversation in SQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Engine,
    Index,
    Integer,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
)

from bot.answering.understanding import Turn
from database import metadata

turns = Table(
    "turns",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("openid", String(128), nullable=False),
    Column("asked", Text, nullable=False),
    Column("answered", Text, nullable=False),
    Column("documents", JSON, nullable=False),
    Column("passages", JSON, nullable=False),
    Column("abstained", Boolean, nullable=False),
    Column("reason", String(24), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Index("ix_turns_openid_at", "openid", "at"),
)

MEMORY = timedelta(minutes=30)
"""A pause this long begins a new conversation."""
REMEMBERED = 4
"""Turns of the same conversation that a question may lean on."""


class Conversations:
    """Records turns and recalls the recent ones of one person."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def recall(self, openid: str) -> list[Turn]:
        """The turns of this person's running conversation, oldest first."""
        since = datetime.now(UTC) - MEMORY
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(turns.c.asked, turns.c.documents)
                .where(turns.c.openid == openid, turns.c.at >= since)
                .order_by(turns.c.id.desc())
                .limit(REMEMBERED)
            ).all()
        return [Turn(asked, tuple(cited)) for asked, cited in reversed(rows)]

    def record(
        self, openid: str, asked: str, answered: str, *, documents: tuple[int, ...] = (),
        passages: tuple[int, ...] = (), abstained: bool = False, reason: str = "",
    ) -> None:  # fmt: skip
        """Store one turn."""
        with self._engine.begin() as connection:
            connection.execute(
                insert(turns).values(
                    openid=openid, asked=asked, answered=answered, documents=list(documents),
                    passages=list(passages), abstained=abstained, reason=reason,
                    at=datetime.now(UTC),
                )
            )  # fmt: skip

    def forget(self, openid: str) -> int:
        """Erase everything one person said; returns how many turns."""
        with self._engine.begin() as connection:
            return connection.execute(delete(turns).where(turns.c.openid == openid)).rowcount

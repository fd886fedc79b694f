"""What was said: turns of each conversation in SQL."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
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
    cast,
    delete,
    func,
    select,
    update,
)

from database import Direct, metadata, writing, writing_directly

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
    Column("choices", JSON),  # questions offered below the answer, in the order of their numbers
    Column("helpful", Boolean),  # what the person said of the answer; None until then
    Index("ix_turns_openid_at", "openid", "at"),
)

MEMORY = timedelta(minutes=30)
"""A pause this long begins a new conversation."""
REMEMBERED = 4
"""Turns of the same conversation that a question may lean on."""


# made once, not for every turn: writers wait for one another
_RECORD = """
    INSERT INTO turns
        (openid, asked, answered, documents, passages, abstained, reason, at, choices)
    VALUES (:openid, :asked, :answered, :documents, :passages, :abstained, :reason, :at, :choices)
    RETURNING id
"""


@dataclass(frozen=True, slots=True)
class NewTurn:
    """A turn that is to be recorded together with what else its answer changes.

    Attributes:
        openid: whose.
        asked, answered: what was said.
        documents, passages: ids of what the answer rests on.
        abstained, reason: no answer was found, and why.
        choices: questions offered below the answer, in the order of their numbers.
    """

    openid: str
    asked: str
    answered: str
    documents: tuple[int, ...] = ()
    passages: tuple[int, ...] = ()
    abstained: bool = False
    reason: str = ""
    choices: tuple[str, ...] = ()


class Conversations:
    """Records turns and recalls the recent ones of one person."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def record(self, turn: NewTurn, connection: Direct | None = None) -> int:
        """Store one turn, in the caller's transaction if there is one; returns its id."""
        if connection is None:
            with writing_directly(self.engine) as own:
                return self.record(turn, own)
        given = {
            "openid": turn.openid, "asked": turn.asked, "answered": turn.answered,
            "documents": connection.written(turn.documents),
            "passages": connection.written(turn.passages),
            "abstained": turn.abstained, "reason": turn.reason,
            "at": connection.moment(datetime.now(UTC)),
            "choices": connection.written(turn.choices or None),
        }  # fmt: skip
        [(turn_id,)] = connection.rows(_RECORD, given)
        return int(turn_id)

    def choices(self, openid: str) -> list[str] | None:
        """What the newest turn of the running conversation offered; None without such a turn."""
        with self.engine.connect() as connection:
            found = connection.execute(
                select(turns.c.choices)
                .where(turns.c.openid == openid, turns.c.at >= datetime.now(UTC) - MEMORY)
                .order_by(turns.c.id.desc())
                .limit(1)
            ).first()
        return None if found is None else list(found.choices or ())

    def has_spoken(self, openid: str, since: datetime) -> bool:
        """Was a turn of this person's recorded since then?"""
        newer = select(turns.c.id).where(turns.c.openid == openid, turns.c.at >= since).limit(1)
        with self.engine.connect() as connection:
            return connection.execute(newer).first() is not None

    def cited(self, since: datetime) -> Counter[int]:
        """How many answers since then rested on each passage, by passage id."""
        passages = cast(turns.c.passages, Text)  # equal lists are counted by the database
        query = select(passages, func.count()).where(turns.c.at >= since).group_by(passages)
        counted: Counter[int] = Counter()
        with self.engine.connect() as connection:
            for written, times in connection.execute(query):
                for passage_id in set(json.loads(written)):
                    counted[passage_id] += times
        return counted

    def judge(self, openid: str, helpful: bool, turn_id: int | None = None) -> bool:
        """Note whether an answer helped: the one named, else the newest of the conversation.

        Returns:
            False when there is no such answer of this person's.
        """
        wanted = turns.c.openid == openid
        if turn_id is None:
            newest = select(func.max(turns.c.id)).where(
                wanted, turns.c.at >= datetime.now(UTC) - MEMORY, turns.c.abstained.is_(False)
            )
            wanted &= turns.c.id == newest.scalar_subquery()
        else:
            wanted &= turns.c.id == turn_id
        with writing(self.engine) as connection:
            return bool(
                connection.execute(update(turns).where(wanted).values(helpful=helpful)).rowcount
            )

    def forget_older(self, than: timedelta) -> int:
        """Erase turns older than this; returns how many."""
        with writing(self.engine) as connection:
            return connection.execute(
                delete(turns).where(turns.c.at < datetime.now(UTC) - than)
            ).rowcount

    def forget(self, openid: str) -> int:
        """Erase everything one person said; returns how many turns."""
        with writing(self.engine) as connection:
            return connection.execute(delete(turns).where(turns.c.openid == openid)).rowcount

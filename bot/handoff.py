"""Who owns a conversation: the bot, or a person of the office (转人工). Knows no WeChat.

A talent asks; a person takes, and gives back, finishes or passes on to a colleague. While a person
owns it, the bot keeps silent. Two people never own the same conversation (conditional update); one
that its owner left lying goes back to the bot by time-out. What staff see and write is
bot.staff_side.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Double,
    Engine,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    bindparam,
    func,
    select,
    text,
)
from sqlalchemy.exc import IntegrityError

from bot.privacy import masked
from database import metadata, writing

IDLE_S = 20 * 60.0
"""A conversation whose owner has not written for so long goes back to the bot."""
LONGEST_NOTE = 200
"""Characters of what a colleague is told with a conversation."""
WAITED_S = 24 * 3600.0
"""A request that nobody took for so long is closed; the talent was given the number to call."""

handoffs = Table(
    "handoffs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("openid", String(128), nullable=False),
    Column("state", String(10), nullable=False),  # waiting -> owned -> closed
    Column("staff", String(80), nullable=False),
    Column("asked_at", Double, nullable=False),
    Column("active_at", Double, nullable=False),  # when its owner last did something
    Column("closed_at", Double),
    Column("closed_by", String(10), nullable=False),  # given | finished | talent | idle
    # the number under which the hotline keeps the matter; "" without one
    Column("ticket", String(40), nullable=False, server_default=text("''")),
    # the colleague who passed it on to its owner last, when, and what was to be known; "" for none
    Column("passed_by", String(80), nullable=False, server_default=text("''")),
    Column("passed_at", Double),
    Column("pass_note", String(200), nullable=False, server_default=text("''")),
)
Index(
    "uq_handoffs_open_openid",
    handoffs.c.openid,
    unique=True,
    sqlite_where=text("closed_at IS NULL"),
    postgresql_where=text("closed_at IS NULL"),
)

_OPEN = handoffs.select().where(
    handoffs.c.openid == bindparam("openid"), handoffs.c.closed_at.is_(None)
)  # made once: asked for every message

handoff_lines = Table(
    "handoff_lines",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("handoff_id", ForeignKey("handoffs.id"), nullable=False, index=True),
    Column("staff", String(80), nullable=False),  # who wrote it; "" for the talent
    Column("text", Text, nullable=False),
    Column("outbox_id", Integer),
    Column("at", Double, nullable=False),
    Column("passages", JSON),  # ids of the clauses that staff put into it
)


class Owner(StrEnum):
    """Who answers a talent."""

    BOT = "bot"
    WAITING = "waiting"  # the bot, until a person takes over
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the queue: ``ahead`` talents were first; ``is_new`` unless asked for before."""

    ahead: int
    is_new: bool


class Handoffs:
    """The conversations that people have or should take. Methods may raise SQLAlchemyError."""

    def __init__(
        self, engine: Engine, *, clock: Callable[[], float] = time.time, idle_s: float = IDLE_S
    ) -> None:
        self._engine, self._clock, self._idle_s = engine, clock, idle_s

    # -- the talent's side ---------------------------------------------------------------

    def ask(self, openid: str) -> Place:
        """A talent wants a person; asking twice changes nothing."""
        row, now = handoffs.c, self._clock()
        is_new = True
        try:
            with writing(self._engine) as connection:
                connection.execute(
                    handoffs.insert().values(
                        openid=openid, state=Owner.WAITING, staff="", asked_at=now,
                        active_at=now, closed_by="",
                    )
                )  # fmt: skip
        except IntegrityError:
            is_new = False
        with self._engine.connect() as connection:
            asked_at = connection.execute(
                select(row.asked_at).where(row.openid == openid, row.closed_at.is_(None))
            ).scalar()
            ahead = connection.execute(
                select(func.count()).where(
                    row.state == Owner.WAITING,
                    row.closed_at.is_(None),
                    row.asked_at < (now if asked_at is None else asked_at),
                )
            ).scalar_one()
        return Place(int(ahead), is_new)

    def owner(self, openid: str) -> Owner:
        """Who answers this talent now."""
        found = self._open(openid)
        if found is None:
            return Owner.BOT
        if found.state == Owner.PERSON and found.active_at < self._clock() - self._idle_s:
            self._close(found.id, "idle")
            return Owner.BOT
        return Owner(found.state)

    def hear(self, openid: str, said: str) -> None:
        """Keep what a talent says while a person owns the conversation."""
        found = self._open(openid)
        if found is not None:
            with writing(self._engine) as connection:
                connection.execute(
                    handoff_lines.insert().values(
                        handoff_id=found.id, staff="", text=masked(said), at=self._clock()
                    )
                )

    def leave(self, openid: str) -> bool:
        """The talent wants the bot again; False when no person was asked for."""
        found = self._open(openid)
        return found is not None and self._close(found.id, "talent")

    # -- the staff's side ----------------------------------------------------------------

    def take(self, handoff_id: int, staff: str) -> bool:
        """Own a waiting conversation; False when another was quicker or it is closed."""
        row, now = handoffs.c, self._clock()
        with writing(self._engine) as connection:
            return bool(
                connection.execute(
                    handoffs.update()
                    .where(row.id == handoff_id, row.state == Owner.WAITING)
                    .values(state=Owner.PERSON, staff=staff, active_at=now)
                ).rowcount
            )

    def pass_on(self, handoff_id: int, staff: str, to: str, note: str = "") -> bool:
        """Make a colleague its owner, in one step; False when it is not this person's.

        The talent is told nothing. The time until it goes back to the bot begins anew.

        Args:
            note: what the colleague should know; at most LONGEST_NOTE characters are kept.
        """
        row, now = handoffs.c, self._clock()
        with writing(self._engine) as connection:
            return bool(
                connection.execute(
                    handoffs.update()
                    .where(row.id == handoff_id, row.staff == staff, row.state == Owner.PERSON)
                    .values(
                        staff=to, passed_by=staff, passed_at=now, active_at=now,
                        pass_note=masked(note)[:LONGEST_NOTE],
                    )
                ).rowcount
            )  # fmt: skip

    def give_back(self, handoff_id: int, staff: str) -> bool:
        """Return the conversation to the bot; False when it is not this person's."""
        return self._close(handoff_id, "given", staff)

    def finish(self, handoff_id: int, staff: str) -> bool:
        """The matter is settled; the bot answers again. False when it is not this person's."""
        return self._close(handoff_id, "finished", staff)

    def close_idle(self) -> list[str]:
        """Close what its owner left lying or nobody took in a day; returns the openids of those
        that a person owned, to be told."""
        row, now = handoffs.c, self._clock()
        left = (row.state == Owner.PERSON) & (row.active_at < now - self._idle_s)
        untaken = (row.state == Owner.WAITING) & (row.asked_at < now - WAITED_S)
        closing = handoffs.update().values(state="closed", closed_at=now, closed_by="idle")
        with writing(self._engine) as connection:
            told = connection.execute(
                closing.where(row.closed_at.is_(None), left).returning(row.openid)
            ).scalars().all()  # fmt: skip
            connection.execute(closing.where(row.closed_at.is_(None), untaken))
        return list(told)

    def forget(self, openid: str) -> None:
        """Erase a talent's hand-offs and what was said in them."""
        own = select(handoffs.c.id).where(handoffs.c.openid == openid)
        with writing(self._engine) as connection:
            connection.execute(handoff_lines.delete().where(handoff_lines.c.handoff_id.in_(own)))
            connection.execute(handoffs.delete().where(handoffs.c.openid == openid))

    def forget_older(self, than_s: float) -> int:
        """Erase closed hand-offs asked for more than ``than_s`` seconds ago; returns how many."""
        row = handoffs.c
        old = select(row.id).where(
            row.closed_at.is_not(None), row.asked_at < self._clock() - than_s
        )
        with writing(self._engine) as connection:
            connection.execute(handoff_lines.delete().where(handoff_lines.c.handoff_id.in_(old)))
            return connection.execute(handoffs.delete().where(row.id.in_(old))).rowcount

    def _open(self, openid: str) -> Row[Any] | None:
        with self._engine.connect() as connection:
            return connection.execute(_OPEN, {"openid": openid}).first()

    def _close(self, handoff_id: int, by: str, staff: str | None = None) -> bool:
        row, now = handoffs.c, self._clock()
        wanted = [row.id == handoff_id, row.closed_at.is_(None)]
        if staff is not None:
            wanted += [row.staff == staff, row.state == Owner.PERSON]
        with writing(self._engine) as connection:
            return bool(
                connection.execute(
                    handoffs.update()
                    .where(*wanted)
                    .values(state="closed", closed_at=now, closed_by=by)
                ).rowcount
            )

"""The staff's side of a hand-off: what waits, what was said, and messages to the talent.

What staff write goes through the same outbox as late answers, within the same windows.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Engine, func, select

from bot.conversations import turns
from bot.handoff import IDLE_S, Handoffs, Owner, handoff_lines, handoffs
from bot.wechat.messages import MAX_TEXT_BYTES
from bot.wechat.outbox import Outbox, Posted
from bot.wechat.windows import Allowance, Windows
from database import writing

TRANSCRIPT_TURNS = 20
"""Exchanges with the bot that a transcript begins with."""


class Speaker(StrEnum):
    """Whose words a line of a transcript holds."""

    TALENT = "talent"
    BOT = "bot"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A conversation that a person should take or has.

    Attributes:
        handoff_id: what take, send, give_back and finish name it by.
        asked_at: since when, seconds since the epoch.
        staff: who owns it, "" while it waits.
        last_said: the talent's last words.
    """

    handoff_id: int
    openid: str
    asked_at: float
    staff: str
    last_said: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a transcript.

    Attributes:
        at: seconds since the epoch.
        staff: who wrote it, for the staff's lines.
        passages: what the bot's answer rested on.
        fate: how far the staff's line got: queued, sending, sent, kept, dropped or unsure.
    """

    at: float
    speaker: Speaker
    text: str
    staff: str = ""
    passages: tuple[int, ...] = ()
    fate: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A staff message on its way, and what may still be sent after it."""

    outbox_id: int
    allowance: Allowance


class NotYours(Exception):
    """The conversation is owned by somebody else, or by nobody."""


class TooLong(ValueError):
    """A message over WeChat's limit."""


class StaffSide(Handoffs):
    """The hand-offs, with what the desk needs of them. Methods may raise SQLAlchemyError."""

    def __init__(
        self, engine: Engine, *, clock: Callable[[], float] = time.time, idle_s: float = IDLE_S
    ) -> None:
        super().__init__(engine, clock=clock, idle_s=idle_s)
        self._outbox, self._windows = Outbox(engine, clock=clock), Windows(engine, clock=clock)

    def waiting(self, staff: str = "") -> list[Waiting]:
        """What waits, longest first; and what ``staff`` owns when a name is given."""
        row, line = handoffs.c, handoff_lines.c
        mine = (row.state == Owner.WAITING) | ((row.staff == staff) & (row.staff != ""))
        said = (
            select(line.text)
            .where(line.handoff_id == row.id, line.staff == "")
            .order_by(line.id.desc())
            .limit(1)
            .scalar_subquery()
        )
        asked = (
            select(turns.c.asked)
            .where(turns.c.openid == row.openid)
            .order_by(turns.c.id.desc())
            .limit(1)
            .scalar_subquery()
        )
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(row.id, row.openid, row.asked_at, row.staff, func.coalesce(said, asked, ""))
                .where(row.closed_at.is_(None), mine)
                .order_by(row.asked_at)
            ).all()
        return [Waiting(*r) for r in rows]

    def send(self, handoff_id: int, staff: str, message: str) -> Sent:
        """Write to the talent, through the outbox.

        Raises:
            NotYours: ``staff`` does not own the conversation.
            TooLong: over MAX_TEXT_BYTES.
        """
        size = len(message.encode())
        if not message.strip() or size > MAX_TEXT_BYTES:
            raise TooLong(f"{size} bytes; 1 to {MAX_TEXT_BYTES} can be sent")
        row, now = handoffs.c, self._clock()
        with writing(self._engine) as connection:
            openid = connection.execute(
                handoffs.update()
                .where(row.id == handoff_id, row.staff == staff, row.state == Owner.PERSON)
                .values(active_at=now)
                .returning(row.openid)
            ).scalar()
            if openid is None:
                raise NotYours(f"hand-off {handoff_id} is not owned by {staff}")
            [outbox_id] = self._outbox.put(openid, [message], staff=staff, connection=connection)
            connection.execute(
                handoff_lines.insert().values(
                    handoff_id=handoff_id, staff=staff, text=message, outbox_id=outbox_id, at=now
                )
            )
        return Sent(outbox_id, self.allowance(openid))

    def allowance(self, openid: str) -> Allowance:
        """How many messages may still be sent to a talent, and for how long."""
        return self._windows.allowance(openid)

    def transcript(self, openid: str) -> list[Line]:
        """What was said, oldest first: with the bot and with people."""
        line = handoff_lines.c
        with self._engine.connect() as connection:
            asked = connection.execute(
                select(turns)
                .where(turns.c.openid == openid)
                .order_by(turns.c.id.desc())
                .limit(TRANSCRIPT_TURNS)
            ).all()
            spoken = connection.execute(
                select(handoff_lines)
                .join(handoffs)
                .where(handoffs.c.openid == openid)
                .order_by(line.id)
            ).all()
        fates: dict[int, Posted] = {
            p.id: p for p in self._outbox.get([r.outbox_id for r in spoken if r.outbox_id])
        }
        lines = []
        for turn in asked:
            at = turn.at.timestamp()
            lines.append(Line(at, Speaker.TALENT, turn.asked))
            lines.append(Line(at, Speaker.BOT, turn.answered, passages=tuple(turn.passages)))
        for r in spoken:
            fate = fates[r.outbox_id].state if r.outbox_id in fates else ""
            speaker = Speaker.STAFF if r.staff else Speaker.TALENT
            lines.append(Line(r.at, speaker, r.text, r.staff, fate=fate))
        return sorted(lines, key=lambda li: li.at)

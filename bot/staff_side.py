"""The staff's side of a hand-off: what waits, what was said, and messages to the talent.

What staff write goes through the same outbox as late answers, within the same windows.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import dropwhile, takewhile

from sqlalchemy import ColumnElement, Engine, func, select

from bot.conversations import turns
from bot.handoff import IDLE_S, Handoffs, Owner, handoff_lines, handoffs
from bot.privacy import masked
from bot.wechat.messages import MAX_TEXT_BYTES
from bot.wechat.outbox import Outbox, Posted
from bot.wechat.windows import Allowance, Windows
from database import writing

TRANSCRIPT_TURNS = 20
"""Exchanges with the bot that a transcript begins with."""


LONGEST_TICKET = 40
ENDED_S = 24 * 3600.0
"""A conversation that ended so long ago is not listed any more."""


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
class Held:
    """One hand-off as the desk sees it.

    Attributes:
        openid: whose; never to be shown.
        staff: who owns it or owned it last; "" while it waits.
        topic: the last question put to the bot before; "" when there was none.
        last_said: the talent's last words.
        wrote_last: the talent has the last word, so a reply is awaited; True while it waits.
        asked_at, heard_at: since when it is asked for, and when the talent last wrote.
        closed_by: given, finished, talent or idle; "" while it is open.
        ticket: its number at the hotline, "" without one.
        passed_by: the colleague from whom its owner has it, "" for one that was taken.
        pass_note: what that colleague wrote with it.
        is_untouched: it was passed on and its owner has not written since.
    """

    handoff_id: int
    openid: str
    staff: str
    topic: str
    last_said: str
    wrote_last: bool
    asked_at: float
    heard_at: float
    closed_by: str
    ticket: str
    passed_by: str
    pass_note: str
    is_untouched: bool

    @property
    def is_open(self) -> bool:
        """It waits, or a person has it."""
        return not self.closed_by

    @property
    def is_waiting(self) -> bool:
        """Nobody has taken it yet."""
        return self.is_open and not self.staff


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


@dataclass(frozen=True, slots=True)
class Gist:
    """What a conversation was about, personal numbers masked.

    Attributes:
        question, answer: as written; "" where nothing was.
        passages: ids of the clauses that the answer was written from.
    """

    question: str
    answer: str
    passages: tuple[int, ...]


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

    def open_ones(self) -> list[Held]:
        """Every conversation that waits or that a person has, the longest asked for first."""
        return self._held(handoffs.c.closed_at.is_(None))

    def lately_ended(self, staff: str) -> list[Held]:
        """What this person had and what ended within a day."""
        row = handoffs.c
        return self._held((row.staff == staff) & (row.closed_at > self._clock() - ENDED_S))

    def held(self, handoff_id: int) -> Held | None:
        """One hand-off, open or closed; None when there is none of this id."""
        found = self._held(handoffs.c.id == handoff_id)
        return found[0] if found else None

    def _held(self, wanted: ColumnElement[bool]) -> list[Held]:
        row, line, turn = handoffs.c, handoff_lines.c, turns.c
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(handoffs).where(wanted).order_by(row.asked_at, row.id)
            ).all()
            made = []
            for r in rows:
                lines = connection.execute(
                    select(line.staff, line.text, line.at)
                    .where(line.handoff_id == r.id)
                    .order_by(line.id.desc())
                ).all()
                asked = connection.execute(
                    select(turn.asked, turn.at)
                    .where(turn.openid == r.openid)
                    .order_by(turn.id.desc())
                    .limit(1)
                ).first()
                said = next((li for li in lines if not li.staff), None)
                own = [li.at for li in lines if li.staff == r.staff]
                topic = asked.asked if asked else ""
                made.append(
                    Held(
                        r.id, r.openid, r.staff, topic, said.text if said else topic,
                        not lines or not lines[0].staff, r.asked_at,
                        max(r.asked_at, said.at if said else 0.0),
                        r.closed_by, r.ticket, r.passed_by, r.pass_note,
                        r.passed_at is not None and not any(at > r.passed_at for at in own),
                    )
                )  # fmt: skip
        return made

    def set_ticket(self, handoff_id: int, staff: str, ticket: str) -> bool:
        """Keep the number that the hotline gave; False when the hand-off is not this person's.

        Args:
            ticket: at most LONGEST_TICKET characters are kept.
        """
        row = handoffs.c
        with writing(self._engine) as connection:
            return bool(
                connection.execute(
                    handoffs.update()
                    .where(row.id == handoff_id, row.staff == staff, row.staff != "")
                    .values(ticket=ticket.strip()[:LONGEST_TICKET])
                ).rowcount
            )

    def gist(self, handoff_id: int, staff: str) -> Gist | None:
        """What was asked and answered, to be kept for others; None when it is not this person's.

        The answer is the longest reply, for greetings and thanks are short; the question is what
        the talent wrote before it, or asked the bot before a person was there.
        """
        row, line, turn = handoffs.c, handoff_lines.c, turns.c
        with self._engine.connect() as connection:
            held = connection.execute(
                select(handoffs).where(row.id == handoff_id, row.staff == staff, row.staff != "")
            ).first()
            if held is None:
                return None
            lines = connection.execute(
                select(handoff_lines).where(line.handoff_id == handoff_id).order_by(line.id)
            ).all()
            asked = connection.execute(
                select(turn.asked)
                .where(
                    turn.openid == held.openid,
                    turn.at <= datetime.fromtimestamp(held.asked_at, UTC),
                )
                .order_by(turn.id.desc())
                .limit(1)
            ).scalar()
        replies = [i for i, li in enumerate(lines) if li.staff]
        if not replies:
            said = [li.text for li in lines]
            return Gist(" ".join(said) or asked or "", "", ())
        answer = max(replies, key=lambda i: len(lines[i].text))
        before = dropwhile(lambda li: li.staff, reversed(lines[:answer]))
        said = [li.text for li in takewhile(lambda li: not li.staff, before)]
        return Gist(
            " ".join(reversed(said)) or asked or "",
            masked(lines[answer].text),
            tuple(lines[answer].passages or ()),
        )

    def send(self, handoff_id: int, staff: str, message: str, passages: Sequence[int] = ()) -> Sent:
        """Write to the talent, through the outbox.

        Args:
            passages: ids of the clauses that were put into it.

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
                    handoff_id=handoff_id,
                    staff=staff,
                    text=message,
                    outbox_id=outbox_id,
                    at=now,
                    passages=list(passages) or None,
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

"""Customer-service messages: stored first, sent in order, within what the platform allows.

Each message is a row that a sender claims by conditional update, so several processes may send;
nobody gets a message while an earlier one of theirs is unsettled. A call whose outcome is unknown
(no answer came, the process died over it) is never repeated by itself: the person would get the
same text twice. It is offered instead: their next message is told of it, "继续" brings it.
docs/decisions/0008 has the reasons.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    Column,
    Connection,
    Double,
    Engine,
    Index,
    Integer,
    String,
    Table,
    Text,
    func,
    select,
)
from sqlalchemy.exc import SQLAlchemyError

from bot.privacy import alias
from bot.wechat.account import Account, Capability, Standing
from bot.wechat.errors import Action, CallFailed
from bot.wechat.windows import Windows
from database import Direct, metadata, reading_directly, writing, writing_directly

logger = logging.getLogger(__name__)

SENDERS = 4
"""Calls under way at once; a hanging one holds up its own person only."""
LEASE_S = 90.0
"""Longer than any call may last (client.CONNECT_S + READ_S, twice, and a token)."""
PAUSES_S = (1.0, 3.0, 10.0, 30.0, 120.0)
"""Before the second, third … try of a message that WeChat was too busy for; then it is kept."""
POLL_S = 0.2
KEPT_S = 48 * 3600.0
"""A text that waited longer for its person's next message is no answer to anything any more."""
REST_S = 60.0
"""Pause of all sending when a quota per minute is used up or an operator must act."""
DAY_REST_S = 3600.0

QUEUED, SENDING, SENT, KEPT, DROPPED, UNSURE = (
    "queued", "sending", "sent", "kept", "dropped", "unsure",
)  # fmt: skip

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("openid", String(128), nullable=False),
    Column("delivery_id", Integer),  # whose answer this is; None for a person's words
    Column("staff", String(80), nullable=False),  # who wrote it; "" for the bot
    Column("text", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Double, nullable=False),
    Column("leased_until", Double),
    Column("problem", String(40), nullable=False),
    Column("created_at", Double, nullable=False),
    Column("settled_at", Double),
    Index("ix_outbox_openid_state", "openid", "state"),
    Index("ix_outbox_state_due_at", "state", "due_at"),
    sqlite_autoincrement=True,
)


_PUT = """
    INSERT INTO outbox
        (openid, delivery_id, staff, text, state, attempts, due_at, problem, created_at)
    VALUES (:openid, :delivery_id, :staff, :text, 'queued', 0, :now, '', :now)
    RETURNING id
"""
# asked several times a second by every sender, mostly for nothing
_DUE = """
    SELECT id FROM outbox WHERE state = 'queued' AND due_at <= :now AND NOT EXISTS (
        SELECT 1 FROM outbox earlier WHERE earlier.openid = outbox.openid
            AND earlier.id < outbox.id AND earlier.state IN ('queued', 'sending')
    ) ORDER BY id LIMIT :most
"""
_RELEASE = """
    UPDATE outbox SET state = 'queued', due_at = :now, attempts = 0
    WHERE openid = :openid AND state = 'kept' AND created_at > :since
"""


@dataclass(frozen=True, slots=True)
class Posted:
    """A message on its way or settled.

    Attributes:
        id: key; a person's messages are sent in this order.
        delivery_id: the message it answers, None for a person's own words.
        state: queued, sending, sent, kept, dropped or unsure.
        problem: why it was not sent, in WeChat's code or ours.
    """

    id: int
    openid: str
    text: str
    state: str
    delivery_id: int | None = None
    staff: str = ""
    attempts: int = 0
    problem: str = ""


class Outbox:
    """The messages of all persons. Methods may raise SQLAlchemyError."""

    def __init__(self, engine: Engine, *, clock: Callable[[], float] = time.time) -> None:
        self._engine, self._clock = engine, clock

    def put(
        self,
        openid: str,
        texts: Sequence[str],
        *,
        delivery_id: int | None = None,
        staff: str = "",
        connection: Connection | Direct | None = None,
    ) -> list[int]:
        """Queue texts of 1..2,048 bytes, to be sent in this order; returns their ids.

        Args:
            openid: to whom.
            texts: the parts of one message.
            delivery_id: the message that they answer.
            staff: who wrote them.
            connection: a transaction of the caller's to join.
        """
        if connection is None:
            with writing_directly(self._engine) as own:
                return self.put(openid, texts, delivery_id=delivery_id, staff=staff, connection=own)
        joined = connection if isinstance(connection, Direct) else Direct.within(connection)
        given = {
            "openid": openid, "delivery_id": delivery_id, "staff": staff, "now": self._clock(),
        }  # fmt: skip
        return [int(joined.rows(_PUT, {**given, "text": text})[0][0]) for text in texts]

    def release(self, connection: Direct, openid: str) -> None:
        """The person has written: what was kept for that may go out, in the caller's transaction.

        Only a fresh window changes what can be sent, so call it for a message, not for a click.
        """
        now = self._clock()
        connection.rows(_RELEASE, {"openid": openid, "now": now, "since": now - KEPT_S})

    def withheld(self, openid: str) -> list[Posted]:
        """What waits for the person to ask for it: kept and unsure ones, oldest first."""
        row = outbox.c
        with self._engine.connect() as connection:
            rows = connection.execute(
                outbox.select()
                .where(
                    row.openid == openid,
                    row.state.in_((KEPT, UNSURE)),
                    row.created_at > self._clock() - KEPT_S,
                )
                .order_by(row.id)
            ).all()
        return [_posted(r) for r in rows]

    def handed_over(self, ids: Sequence[int]) -> None:
        """These were shown to their person in a passive reply."""
        self._settle(ids, SENT, "passive")

    def get(self, ids: Sequence[int]) -> list[Posted]:
        """Messages by id, in order."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                outbox.select().where(outbox.c.id.in_(ids)).order_by(outbox.c.id)
            ).all()
        return [_posted(r) for r in rows]

    def since(self, openid: str, after: int) -> list[Posted]:
        """What was sent to a person after the message with this id, in order."""
        row = outbox.c
        with self._engine.connect() as connection:
            rows = connection.execute(
                outbox.select()
                .where(row.openid == openid, row.id > after, row.state == SENT)
                .order_by(row.id)
            ).all()
        return [_posted(r) for r in rows]

    def counts(self) -> dict[str, int]:
        """How many messages are in each state."""
        with self._engine.connect() as connection:
            return {
                state: int(number)
                for state, number in connection.execute(
                    select(outbox.c.state, func.count()).group_by(outbox.c.state)
                )
            }

    def forget(self, openid: str) -> None:
        """Erase a person's messages; one being sent just now may still arrive."""
        with writing(self._engine) as connection:
            connection.execute(outbox.delete().where(outbox.c.openid == openid))

    def forget_older(self, than_s: float) -> int:
        """Erase messages made more than ``than_s`` seconds ago; returns how many."""
        with writing(self._engine) as connection:
            return connection.execute(
                outbox.delete().where(outbox.c.created_at < self._clock() - than_s)
            ).rowcount

    # -- the senders' side ---------------------------------------------------------------

    def claim(self) -> Posted | None:
        """Take the oldest message that is due and first in its person's line, or None."""
        row, now = outbox.c, self._clock()
        earlier = outbox.alias()
        first = ~(
            select(earlier.c.id)
            .where(
                earlier.c.openid == row.openid,
                earlier.c.id < row.id,
                earlier.c.state.in_((QUEUED, SENDING)),
            )
            .exists()
        )
        with reading_directly(self._engine) as connection:
            waiting = connection.rows(_DUE, {"now": now, "most": SENDERS})
        for (posted_id,) in waiting:
            with writing(self._engine) as connection:
                taken = connection.execute(
                    outbox.update()
                    .where(row.id == posted_id, row.state == QUEUED, first)
                    .values(state=SENDING, leased_until=now + LEASE_S, attempts=row.attempts + 1)
                    .returning(*outbox.c)
                ).first()
            if taken is not None:
                return _posted(taken)
        return None

    def settle(self, posted: Posted, state: str, problem: str = "", in_s: float = 0.0) -> None:
        """Note how a claimed message ended; ``in_s`` until it is due again when QUEUED."""
        row, now = outbox.c, self._clock()
        with writing(self._engine) as connection:
            connection.execute(
                outbox.update()
                .where(row.id == posted.id, row.state == SENDING)
                .values(
                    state=state, problem=problem[:40], leased_until=None, due_at=now + in_s,
                    settled_at=now if state in (SENT, DROPPED) else None,
                )
            )  # fmt: skip

    def keep_rest(self, posted: Posted, problem: str) -> None:
        """What follows a message that cannot go out now waits as it does: order is kept."""
        row = outbox.c
        with writing(self._engine) as connection:
            connection.execute(
                outbox.update()
                .where(row.openid == posted.openid, row.id > posted.id, row.state == QUEUED)
                .values(state=KEPT, problem=problem[:40])
            )

    def doubt_orphans(self) -> int:
        """Messages that a dead process was sending become unsure; returns how many."""
        row, now = outbox.c, self._clock()
        with writing(self._engine) as connection:
            return connection.execute(
                outbox.update()
                .where(row.state == SENDING, row.leased_until < now)
                .values(state=UNSURE, problem="sender died", leased_until=None)
            ).rowcount

    def _settle(self, ids: Sequence[int], state: str, problem: str) -> None:
        with writing(self._engine) as connection:
            connection.execute(
                outbox.update()
                .where(outbox.c.id.in_(ids))
                .values(state=state, problem=problem, settled_at=self._clock())
            )


class Sender:
    """Threads that send what is due. May run in several processes at once."""

    def __init__(
        self,
        queue: Outbox,
        windows: Windows,
        may_push: Callable[[str], bool],
        send: Callable[[str, str], None],
        account: Account,
    ) -> None:
        """Send by ``send(openid, text)``, which raises CallFailed.

        Args:
            queue: what to send.
            windows: what may be sent.
            may_push: whether messages may be sent to an openid at all.
            send: the call.
            account: told when a right turns out to be missing.
        """
        self._queue, self._windows, self._account = queue, windows, account
        self._may_push, self._send = may_push, send
        self._stop = threading.Event()
        self._resting_until = 0.0
        self._threads = [
            threading.Thread(target=self._run, name=f"outbox-{n}", daemon=True)
            for n in range(SENDERS)
        ]

    def start(self) -> None:
        """Begin sending."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish the calls under way and end."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=LEASE_S)

    def step(self) -> bool:
        """Send one message; False when nothing is due."""
        if time.monotonic() < self._resting_until:
            return False
        posted = self._queue.claim()
        if posted is None:
            return False
        if self._may_push(posted.openid):
            self._spend_and_send(posted)
        else:
            self._keep(posted, "not allowed")
        return True

    def _spend_and_send(self, posted: Posted) -> None:
        windows = self._windows.spend(posted.openid)
        if not windows:
            self._keep(posted, "window closed")
            return
        try:
            self._send(posted.openid, posted.text)
        except CallFailed as error:
            if error.action in (
                Action.AGAIN, Action.REST, Action.ALARM, Action.UNABLE, Action.FAULT,
            ):  # fmt: skip
                self._windows.refund(posted.openid, windows)
            self._failed(posted, error)
        else:
            self._queue.settle(posted, SENT)

    def _failed(self, posted: Posted, error: CallFailed) -> None:
        problem = f"{error.code} {error.action}"
        logger.warning("message %d to %s: %s", posted.id, alias(posted.openid), error)
        match error.action:
            case Action.AGAIN | Action.RENEW if posted.attempts <= len(PAUSES_S):
                pause_s = PAUSES_S[posted.attempts - 1]
                self._queue.settle(posted, QUEUED, problem, in_s=pause_s)
            case Action.AGAIN | Action.RENEW:
                self._keep(posted, problem)
            case Action.KEEP:
                self._windows.close(posted.openid)
                self._keep(posted, problem)
            case Action.UNABLE:
                self._account.note(Capability.CUSTOMER_SERVICE, Standing.NO, str(error))
                self._keep(posted, problem)
            case Action.REST | Action.ALARM:
                day = error.code == 45009
                self._resting_until = time.monotonic() + (DAY_REST_S if day else REST_S)
                logger.error("nothing is sent for a while: %s", error)
                self._queue.settle(posted, QUEUED, problem, in_s=REST_S)
            case Action.UNKNOWN:
                self._queue.settle(posted, UNSURE, problem)
            case Action.DROP | Action.FAULT | Action.IGNORE:
                self._queue.settle(posted, DROPPED, problem)

    def _keep(self, posted: Posted, problem: str) -> None:
        self._queue.settle(posted, KEPT, problem)
        self._queue.keep_rest(posted, problem)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                while not self._stop.is_set() and self.step():
                    pass
            except SQLAlchemyError as error:
                logger.warning("the outbox cannot be read: %s", type(error).__name__)
            except Exception as error:  # noqa: BLE001 - a sender must outlive one bad message
                logger.error("sending failed: %s", type(error).__name__)
            self._stop.wait(POLL_S)


def _posted(row: object) -> Posted:
    return Posted(
        row.id, row.openid, row.text, row.state, row.delivery_id, row.staff, row.attempts,  # type: ignore[attr-defined]
        row.problem,  # type: ignore[attr-defined]
    )  # fmt: skip

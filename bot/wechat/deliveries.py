"""The durable ledger of incoming messages: who answers one, what was answered, what went out.

The platform delivers a message up to three times, five seconds apart, with the same MsgId
("passive reply"; WeRoBot#801), and the second delivery comes while the first is still in work. A
row is therefore claimed in SQL before any work starts; whichever thread, process or restart gets
the repeated delivery waits for that row's answer and sends the same one.

Times are wall-clock seconds since the epoch: rows are compared across processes. This clock is
never the policy day.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Column, Double, Engine, Index, Integer, String, Table, Text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from database import metadata

logger = logging.getLogger(__name__)

LEASE_S = 3.0
"""How long a claim lives without renewal. Short, so that the delivery repeated after a crash still
has time to answer; renewed thrice as often while the work goes on."""

LONGEST_WORK_S = 120.0
"""After this long a claim is no longer renewed and counts as lost."""

POLL_S = 0.05
"""Pause between two looks at a row that another worker has in hand."""

KEPT_S = 24 * 3600.0
"""How long an answer that came too late is offered to its asker."""

_CLAIMED, _ANSWERED, _FAILED = "claimed", "answered", "failed"

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("openid", String(128), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("state", String(10), nullable=False),  # claimed -> answered | failed
    Column("attempts", Integer, nullable=False),
    Column("received_at", Double, nullable=False),
    Column("leased_until", Double, nullable=False),
    Column("reply", Text),  # what was or will be sent, fitted; "" for no reply
    Column("answered_at", Double),
    Column("sent_at", Double),  # when the reply went into a response; None: nobody has seen it
    # A late answer finds its row by id: the id of a pruned row must never be another person's.
    sqlite_autoincrement=True,
)
Index(None, deliveries.c.openid, deliveries.c.received_at)


@dataclass(frozen=True, slots=True)
class Mine:
    """This caller has the row and must `answer` it.

    Attributes:
        delivery_id: key of the row.
        attempt: 1, or more when an earlier worker died over it.
    """

    delivery_id: int
    attempt: int


@dataclass(frozen=True, slots=True)
class Answered:
    """The message has its answer; it is sent again, unchanged.

    Attributes:
        delivery_id: key of the row.
        reply: the text, "" for no reply.
    """

    delivery_id: int
    reply: str


@dataclass(frozen=True, slots=True)
class InWork:
    """Another worker has it in hand and was not ready within the time allowed."""


Claim = Mine | Answered | InWork


class Deliveries:
    """The ledger. Any method may raise SQLAlchemyError when the database fails."""

    def __init__(
        self,
        engine: Engine,
        *,
        clock: Callable[[], float] = time.time,
        lease_s: float = LEASE_S,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._lease_s = lease_s
        self._lock = threading.Lock()
        self._in_hand: dict[int, float] = {}  # delivery id -> when it was claimed
        self._renewer: threading.Thread | None = None

    def claim(self, key: str, openid: str, kind: str, *, wait_s: float = 0.0) -> Claim:
        """Take a message, or get the answer of whoever took it before.

        Args:
            key: `Inbound.dedupe_key`.
            openid: who sent it.
            kind: `Inbound.kind`, kept for counting.
            wait_s: how long to wait for another worker, seconds.
        """
        if mine := self._insert(key, openid, kind):
            return mine
        give_up = time.monotonic() + wait_s
        while True:
            claim = self._join(key)
            if claim is None:  # pruned in between
                return self._insert(key, openid, kind) or InWork()
            if not isinstance(claim, InWork) or time.monotonic() >= give_up:
                return claim
            time.sleep(POLL_S)

    def answer(self, delivery_id: int, reply: str, *, failed: bool = False) -> str:
        """Store the reply of a claimed row; the first one to come stays.

        Returns:
            The reply to send: ``reply``, or what another worker had stored before.
        """
        row = deliveries.c
        try:
            with self._engine.begin() as connection:
                stored = connection.execute(
                    deliveries.update()
                    .where(row.id == delivery_id, row.state == _CLAIMED)
                    .values(
                        state=_FAILED if failed else _ANSWERED,
                        reply=reply,
                        answered_at=self._clock(),
                    )
                )
            if stored.rowcount:
                return reply
            with self._engine.connect() as connection:
                earlier = connection.execute(
                    deliveries.select().where(row.id == delivery_id)
                ).first()
            return reply if earlier is None else earlier.reply
        finally:
            with self._lock:
                self._in_hand.pop(delivery_id, None)

    def sent(self, delivery_id: int) -> None:
        """Note that the row's reply went into a response that somebody was waiting for."""
        with self._engine.begin() as connection:
            connection.execute(
                deliveries.update()
                .where(deliveries.c.id == delivery_id, deliveries.c.sent_at.is_(None))
                .values(sent_at=self._clock())
            )

    def kept(self, openid: str, before: int) -> Answered | InWork | None:
        """The newest answer that came too late for its asker and was not sent since.

        Args:
            openid: who asks for it.
            before: only messages older than this row.

        Returns:
            InWork while such an answer is still being made; None when nothing is owed.
        """
        row, now = deliveries.c, self._clock()
        with self._engine.connect() as connection:
            owed = connection.execute(
                deliveries.select()
                .where(
                    row.openid == openid,
                    row.id < before,
                    row.sent_at.is_(None),
                    row.received_at > now - KEPT_S,
                    (row.state != _CLAIMED) | (row.leased_until > now),
                    row.reply.is_(None) | (row.reply != ""),
                )
                .order_by(row.id.desc())
                .limit(1)
            ).first()
        if owed is None:
            return None
        return InWork() if owed.state == _CLAIMED else Answered(owed.id, owed.reply)

    def forget(self, older_than_s: float) -> int:
        """Delete rows received more than ``older_than_s`` seconds ago; returns how many.

        Keep at least a minute: the platform may still repeat a younger message.
        """
        with self._engine.begin() as connection:
            return connection.execute(
                deliveries.delete().where(deliveries.c.received_at < self._clock() - older_than_s)
            ).rowcount

    def _insert(self, key: str, openid: str, kind: str) -> Mine | None:
        now = self._clock()
        try:
            with self._engine.begin() as connection:
                delivery_id = connection.execute(
                    deliveries.insert()
                    .values(
                        key=key,
                        openid=openid,
                        kind=kind,
                        state=_CLAIMED,
                        attempts=1,
                        received_at=now,
                        leased_until=now + self._lease_s,
                    )
                    .returning(deliveries.c.id)
                ).scalar_one()
        except IntegrityError:
            return None
        return self._take(Mine(delivery_id, 1))

    def _join(self, key: str) -> Claim | None:
        """Look at an existing row once; take it over when its worker has died."""
        row = deliveries.c
        with self._engine.connect() as connection:
            found = connection.execute(deliveries.select().where(row.key == key)).first()
        if found is None:
            return None
        if found.state != _CLAIMED:
            return Answered(found.id, found.reply)
        now = self._clock()
        with self._lock:
            ours = found.id in self._in_hand
        if ours or found.leased_until > now:
            return InWork()
        with self._engine.begin() as connection:
            taken = connection.execute(
                deliveries.update()
                .where(
                    row.id == found.id,
                    row.state == _CLAIMED,
                    row.attempts == found.attempts,
                    row.leased_until == found.leased_until,
                )
                .values(attempts=found.attempts + 1, leased_until=now + self._lease_s)
            )
        return self._take(Mine(found.id, found.attempts + 1)) if taken.rowcount else InWork()

    def _take(self, mine: Mine) -> Mine:
        with self._lock:
            self._in_hand[mine.delivery_id] = self._clock()
            if self._renewer is None:
                self._renewer = threading.Thread(
                    target=self._renew, name="wechat-leases", daemon=True
                )
                self._renewer.start()
        return mine

    def _renew(self) -> None:
        """Keep the leases of what is in hand alive; ends itself when nothing is."""
        while True:
            time.sleep(self._lease_s / 3)
            now = self._clock()
            with self._lock:
                self._in_hand = {
                    delivery_id: since
                    for delivery_id, since in self._in_hand.items()
                    if now - since < LONGEST_WORK_S
                }
                alive = list(self._in_hand)
                if not alive:
                    self._renewer = None
                    return
            try:
                with self._engine.begin() as connection:
                    connection.execute(
                        deliveries.update()
                        .where(deliveries.c.id.in_(alive), deliveries.c.state == _CLAIMED)
                        .values(leased_until=now + self._lease_s)
                    )
            except SQLAlchemyError as error:
                # The exception's text holds the statement's parameters; its type says enough.
                logger.warning("leases not renewed: %s", type(error).__name__)

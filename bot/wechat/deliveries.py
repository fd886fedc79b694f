"""The durable ledger of incoming messages: who answers one, what was answered, what went out.

The platform delivers a message up to three times, five seconds apart, with the same MsgId
("passive reply"; WeRoBot#801), and the second delivery comes while the first is still in work. A
row is therefore claimed in SQL before any work starts; whichever thread, process or restart gets
the repeated delivery waits for that row's answer. An answer goes out once: in the response to the
delivery that waited for it, or through the outbox in the same transaction that records it, or at
the person's own request. A message whose worker died is answered by another.

Times are wall-clock seconds since the epoch: rows are compared across processes. This clock is
never the policy day.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Double,
    Engine,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    select,
)
from sqlalchemy.exc import SQLAlchemyError

from bot.wechat.outbox import Outbox
from bot.wechat.windows import WindowKind, Windows
from database import Direct, metadata, reading_directly, writing, writing_directly

logger = logging.getLogger(__name__)

LEASE_S = 3.0
"""How long a claim lives without renewal. Short, so that the delivery repeated after a crash still
has time to answer; renewed thrice as often while the work goes on."""

LONGEST_WORK_S = 120.0
"""After this long a claim is no longer renewed and counts as lost."""

FLUSH_S = 0.05
"""Replies handed over and doubles answered are noted together this often: one write instead of
many."""

POLL_S = 0.05
"""Pause between two looks at a row that another worker has in hand."""

DOUBLE_S, DOUBLE_STAMP_S = 4.0, 3
"""The platform repeats a delivery no sooner than 5 s after it, with a fresh timestamp. What comes
within these times of the first, by our clock and by its stamps, is the same delivery twice
(node-webot/wechat#213), and one of the two gets the answer. Our clock alone would not do: a
delivery that waited for a busy server is repeated soon after it was read."""

LEAVING_S = 0.5
"""For so long after a reply was given its waiting doubles may still be on their way out; one that
counts as waiting after that was cut off with its process."""

REPEATS_S = 20.0
"""After this long the platform repeats a delivery no more; what its worker left is ours to do."""

MOST_ATTEMPTS = 3
"""A message over which so many workers died is apologised for instead of tried again."""

KEPT_S = 24 * 3600.0
"""How long an answer that came too late is offered to its asker."""

_CLAIMED, _ANSWERED, _FAILED, _PUSHED = "claimed", "answered", "failed", "pushed"

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("openid", String(128), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("state", String(10), nullable=False),  # claimed -> answered | failed | pushed
    Column("attempts", Integer, nullable=False),
    Column("received_at", Double, nullable=False),
    Column("leased_until", Double, nullable=False),
    Column("reply", Text),  # the whole of it, however many pages; "" for no reply
    Column("answered_at", Double),
    # When the reply went into a response; None: nobody has seen it. As long as it is answered_at,
    # the reply was only about to go into one: noted early, because a double was waiting.
    Column("sent_at", Double),
    Column("message", Text),  # masked; until it is answered in time, and of a late answer
    Column("pages_left", Integer, nullable=False, server_default="0"),
    Column("stamp", Integer, nullable=False, server_default="0"),  # the platform's timestamp
    # Deliveries twice at once that are not answered yet. A killed process leaves its own standing:
    # of the repetitions that follow, so many are theirs.
    Column("doubles", Integer, nullable=False, server_default="0"),
    # A late answer finds its row by id: the id of a pruned row must never be another person's.
    sqlite_autoincrement=True,
)
_UNSEEN = deliveries.c.sent_at.is_(None) | (deliveries.c.sent_at == deliveries.c.answered_at)
"""Nobody is known to have seen the reply."""
Index(None, deliveries.c.openid, deliveries.c.received_at)
Index("ix_deliveries_state", deliveries.c.state, deliveries.c.leased_until)


@dataclass(frozen=True, slots=True)
class Traffic:
    """What else a person has sent of late.

    Attributes:
        in_work: earlier messages of theirs that are not answered yet.
        last_minute: their messages of the last sixty seconds, this one included.
        is_owed: a late answer waits for them.
        is_withheld: a message in the outbox waits for them.
    """

    in_work: int
    last_minute: int
    is_owed: bool
    is_withheld: bool


@dataclass(frozen=True, slots=True)
class Mine:
    """This caller has the row and must `answer` it.

    Attributes:
        delivery_id: key of the row.
        attempt: 1, or more when an earlier worker died over it.
        traffic: what else its sender had sent when it was claimed; None for one taken over.
    """

    delivery_id: int
    attempt: int
    traffic: Traffic | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Answered:
    """The message has its answer.

    Attributes:
        delivery_id: key of the row.
        reply: the text to send in the response, "" when it went or goes another way.
        message: what was asked, as `Deliveries.claim` got it; "" when it is no longer kept.
    """

    delivery_id: int
    reply: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class InWork:
    """Another worker has it in hand and was not ready within the time allowed.

    Attributes:
        delivery_id: key of the row, None when it is not known.
    """

    delivery_id: int | None = field(default=None, compare=False)


Claim = Mine | Answered | InWork

Record = Callable[[Direct], Callable[[str], str]]
"""Writes what belongs to a reply, in the transaction that stores it; returns what makes the reply's
text, or a part of it, the one to be sent: the ids that it names are known only then."""


class _Taken(Exception):
    """Another worker had answered the row before."""


# A double counts as waiting by the very statement that finds its row: no further one, and hardly a
# kill comes before. A reply being handed over right now is noted as sent with it, as `answer` does
# where a double waits already. (Of a claimed row answered_at is NULL, and so stays sent_at.)
_CLAIM = """
    INSERT INTO deliveries
        (key, openid, kind, state, attempts, received_at, leased_until, message, pages_left, stamp)
    VALUES (:key, :openid, :kind, 'claimed', 1, :now, :leased_until, :message, 0, :stamp)
    ON CONFLICT (key) DO UPDATE SET doubles = deliveries.doubles + 1, sent_at = CASE
            WHEN deliveries.sent_at IS NULL AND deliveries.leased_until > :now
            THEN deliveries.answered_at ELSE deliveries.sent_at END
        WHERE excluded.stamp > 0 AND ABS(excluded.stamp - deliveries.stamp) < :stamps_apart
            AND (deliveries.received_at > :double_since OR deliveries.leased_until > :double_since)
    RETURNING id, doubles
"""
_LEFT = "UPDATE deliveries SET doubles = doubles - 1 WHERE id = :id AND doubles > 0"
_ANSWER = """
    UPDATE deliveries SET state = :state, reply = :reply, answered_at = :now,
        pages_left = :pages_left, leased_until = :leased_until,
        sent_at = CASE WHEN doubles > 0 THEN CAST(:sent_if_doubled AS DOUBLE PRECISION)
            ELSE CAST(:sent_at AS DOUBLE PRECISION) END
    WHERE id = :id AND state = 'claimed'
    RETURNING openid
"""
_FETCHED = "UPDATE deliveries SET sent_at = :now WHERE id = :id AND openid = :openid"
_SENT = """
    UPDATE deliveries SET sent_at = :now, message = NULL, leased_until = :now
    WHERE id = :id AND (sent_at IS NULL OR sent_at = answered_at)
"""
# One walk over this person's rows: a subquery on its own let SQLite's planner take the index on
# (state, leased_until) and look at every answered row of everybody, for each message (measured).
_TRAFFIC = """
    SELECT
        SUM(CASE WHEN state = 'claimed' AND leased_until > :now AND id < :mine
            AND received_at > :working_since THEN 1 ELSE 0 END),
        SUM(CASE WHEN received_at > :minute THEN 1 ELSE 0 END),
        MAX(CASE WHEN state = 'answered' AND id < :mine
            AND (sent_at IS NULL OR sent_at = answered_at)
            AND leased_until <= :now AND reply <> '' THEN 1 ELSE 0 END),
        (SELECT 1 FROM outbox WHERE openid = :openid AND state IN ('kept', 'unsure')
            AND created_at > :kept_since LIMIT 1)
    FROM deliveries WHERE openid = :openid AND received_at > :kept_since
"""


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
        self._sent: list[tuple[int, float]] = []
        self._left: list[int] = []  # of doubles that have got their answer
        self._flusher: threading.Timer | None = None
        self._flushing = threading.Lock()  # who flushes may rely on all being written
        self.windows = Windows(engine, clock=clock)
        self.outbox = Outbox(engine, clock=clock)

    def claim(
        self,
        key: str,
        openid: str,
        kind: str,
        *,
        wait_s: float = 0.0,
        message: str = "",
        opens: WindowKind | None = None,
        arrived_at: float | None = None,
        stamp: int = 0,
        releases: bool = True,
    ) -> Claim:
        """Take a message, or get the answer of whoever took it before.

        Args:
            key: `Inbound.dedupe_key`.
            openid: who sent it.
            kind: `Inbound.kind`, kept for counting.
            wait_s: how long to wait for another worker, seconds.
            message: the masked message, from which another worker can answer it.
            opens: the reply window that it opens.
            arrived_at: when this delivery arrived, by the ledger's clock; None for now.
            stamp: the platform's ``timestamp`` of this delivery, 0 when unknown.
            releases: what the outbox kept for this person may now be sent; where nothing may be
                sent to them at all it stays kept, to be handed over with a reply.
        """
        arrived_at = self._clock() if arrived_at is None else arrived_at
        give_up = time.monotonic() + wait_s
        while True:
            mine, doubled_id = self._insert(
                key, openid, kind, message, opens, arrived_at, stamp, releases
            )
            if mine is not None:
                return mine
            try:
                claim = self._await(key, arrived_at, stamp, give_up)
            finally:
                if doubled_id is not None:
                    self._leave(doubled_id)
            if claim is not None:
                return claim

    def traffic(self, openid: str, delivery_id: int) -> Traffic:
        """What else the sender of a message has sent of late, and what they are owed."""
        with reading_directly(self._engine) as connection:
            return self._traffic(connection, openid, delivery_id)

    def _traffic(self, connection: Direct, openid: str, delivery_id: int) -> Traffic:
        now = self._clock()
        given = {
            "openid": openid, "mine": delivery_id, "now": now, "minute": now - 60,
            "working_since": now - LONGEST_WORK_S, "kept_since": now - KEPT_S,
        }  # fmt: skip
        [(in_work, last_minute, owed, withheld)] = connection.rows(_TRAFFIC, given)
        return Traffic(int(in_work or 0), int(last_minute or 0), bool(owed), bool(withheld))

    def answer(
        self,
        delivery_id: int,
        reply: str,
        *,
        failed: bool = False,
        handing: bool = False,
        push: Sequence[str] = (),
        pages_left: int = 0,
        fetches: int | None = None,
        record: Record | None = None,
    ) -> str:
        """Store the reply of a claimed row; the first one to come stays.

        Args:
            delivery_id: the row.
            reply: the whole text.
            failed: it is an apology.
            handing: a response waits for it; ``sent`` will say whether it got it. Meanwhile
                nobody else sends it.
            push: parts to put into the outbox with it, in one transaction.
            pages_left: pages of it that are not sent with it.
            fetches: the row whose late answer this reply brings; it counts as sent from now on.
            record: writes what belongs to this reply; nothing of it stays unless the reply does.

        Returns:
            The reply to send: ``reply``, or what another worker had stored before; "" when that
            went through the outbox.
        """
        now = self._clock()
        given = {
            "id": delivery_id, "now": now, "pages_left": pages_left,
            "state": _FAILED if failed else _PUSHED if push else _ANSWERED,
            "leased_until": now + self._lease_s if handing else now,
            "sent_at": None if handing or reply else now,
            # not left to `sent`: killed before that, the double's repetition would get it once more
            "sent_if_doubled": now if handing or not reply else None,
        }  # fmt: skip
        try:
            with writing_directly(self._engine) as connection:
                if record is not None:
                    final = record(connection)
                    reply, push = final(reply), [final(part) for part in push]
                stored = connection.rows(_ANSWER, {**given, "reply": reply})
                if not stored:
                    raise _Taken
                [(openid,)] = stored
                if fetches is not None:
                    connection.rows(_FETCHED, {"id": fetches, "openid": openid, "now": now})
                if push:
                    self.outbox.put(openid, push, delivery_id=delivery_id, connection=connection)
            return reply
        except _Taken:
            earlier = self._row(delivery_id)
            return reply if earlier is None else "" if earlier.state == _PUSHED else earlier.reply
        finally:
            with self._lock:
                self._in_hand.pop(delivery_id, None)

    def sent(self, delivery_id: int) -> None:
        """Note that the row's reply went into a response that somebody was waiting for.

        Written within FLUSH_S together with others: until then, and for a lease's time should
        this process die, nobody else sends the reply.
        """
        with self._lock:
            self._sent.append((delivery_id, self._clock()))
            self._flush_soon()

    def _leave(self, delivery_id: int) -> None:
        """Note that a double of the row waits no more.

        Written FLUSH_S later with others: by then its response has gone out.
        """
        with self._lock:
            self._left.append(delivery_id)
            self._flush_soon()

    def _flush_soon(self) -> None:
        """Have `flush` called; the caller holds the lock."""
        if self._flusher is None:
            self._flusher = threading.Timer(FLUSH_S, self.flush)
            self._flusher.daemon = True
            self._flusher.start()

    def flush(self) -> None:
        """Write down which replies went out and which doubles wait no more."""
        with self._flushing:
            with self._lock:
                sent, self._sent = self._sent, []
                left, self._left = self._left, []
                self._flusher = None
            if not sent and not left:
                return
            try:
                with writing_directly(self._engine) as connection:
                    if sent:
                        connection.run(_SENT, [{"id": i, "now": now} for i, now in sent])
                    if left:
                        connection.run(_LEFT, [{"id": i} for i in left])
            except SQLAlchemyError as error:
                # they count as owed: offered again, not sent again
                logger.warning("%d replies not noted as sent: %s", len(sent), type(error).__name__)

    def missed(self, delivery_id: int, push: Sequence[str] = (), pages_left: int = 0) -> None:
        """Nobody waited any more for a reply stored with ``handing``: push it, or keep it."""
        row = deliveries.c
        with writing(self._engine) as connection:
            found = connection.execute(
                deliveries.update()
                .where(row.id == delivery_id, row.state == _ANSWERED, _UNSEEN)
                .values(
                    state=_PUSHED if push else _ANSWERED,
                    leased_until=0.0,
                    pages_left=pages_left,
                    sent_at=None,
                )
                .returning(row.openid)
            ).first()
            if found is not None and push:
                self.outbox.put(found.openid, push, delivery_id=delivery_id, connection=connection)

    def next_page(self, openid: str, before: int) -> tuple[str, int, int] | None:
        """(whole reply, pages left, row id) of the newest reply with pages left; None without."""
        row = deliveries.c
        with self._engine.connect() as connection:
            found = connection.execute(
                select(row.reply, row.pages_left, row.id)
                .where(
                    row.openid == openid,
                    row.id < before,
                    row.pages_left > 0,
                    row.received_at > self._clock() - KEPT_S,
                )
                .order_by(row.id.desc())
                .limit(1)
            ).first()
        return None if found is None else (found.reply, found.pages_left, found.id)

    def turned(self, delivery_id: int, pages_left: int) -> None:
        """A further page of a reply was shown."""
        with writing(self._engine) as connection:
            connection.execute(
                deliveries.update()
                .where(deliveries.c.id == delivery_id, deliveries.c.pages_left > pages_left)
                .values(pages_left=pages_left)
            )

    def take_abandoned(self) -> tuple[Mine, str] | None:
        """(claim, message) of one whose worker died and that the platform no longer repeats.

        After MOST_ATTEMPTS it is to be given up, not answered.
        """
        row, now = deliveries.c, self._clock()
        with self._engine.connect() as connection:
            found = connection.execute(
                deliveries.select()
                .where(
                    row.state == _CLAIMED,
                    row.leased_until < now,
                    row.received_at < now - REPEATS_S,
                    row.received_at > now - KEPT_S,
                    row.message.is_not(None),
                )
                .order_by(row.id)
                .limit(1)
            ).first()
        if found is None:
            return None
        mine = self._take_over(found, now, found.stamp)
        return None if mine is None else (mine, found.message)

    def kept(self, openid: str, before: int, only: int | None = None) -> Answered | InWork | None:
        """The newest answer that came too late for its asker and was not sent since.

        Args:
            openid: who asks for it.
            before: only messages older than this row.
            only: the one message meant, sent already or not.

        Returns:
            InWork while such an answer is still being made; None when nothing is owed.
        """
        row = deliveries.c
        wanted = (row.id == only) if only is not None else _UNSEEN
        with self._engine.connect() as connection:
            found = connection.execute(
                deliveries.select()
                .where(
                    wanted,
                    row.openid == openid,
                    row.id < before,
                    row.received_at > self._clock() - KEPT_S,
                    row.state != _PUSHED,
                    # a claim whose worker died is taken up again, so it counts as in work
                    row.reply.is_(None) | (row.reply != ""),
                )
                .order_by(row.id.desc())
            ).all()
        # read after the rows: what was answered since the clock was read would count as being
        # handed over
        now = self._clock()
        owed = next(
            (
                one
                for one in found
                if only is not None or one.state == _CLAIMED or one.leased_until <= now
            ),
            None,
        )
        if owed is None:
            return None
        if owed.state == _CLAIMED:
            dead = owed.leased_until < now and owed.message is None
            return None if dead else InWork(owed.id)
        return Answered(owed.id, owed.reply, owed.message or "")

    def forget(self, older_than_s: float) -> int:
        """Delete rows received more than ``older_than_s`` seconds ago; returns how many.

        Keep at least a minute: the platform may still repeat a younger message.
        """
        with writing(self._engine) as connection:
            return connection.execute(
                deliveries.delete().where(deliveries.c.received_at < self._clock() - older_than_s)
            ).rowcount

    def forget_person(self, openid: str, keep_keys: bool) -> None:
        """Erase a person's messages and replies.

        Args:
            openid: who.
            keep_keys: leave empty rows, so that the platform's repetition of the message that
                asked for this is recognised; ``forget`` takes them in time.
        """
        row = deliveries.c
        with writing(self._engine) as connection:
            if keep_keys:
                connection.execute(
                    deliveries.update()
                    .where(row.openid == openid, row.state != _CLAIMED)
                    .values(reply="", message=None, pages_left=0)
                )
            else:
                connection.execute(deliveries.delete().where(row.openid == openid))

    def _row(self, delivery_id: int) -> Row[Any] | None:
        with self._engine.connect() as connection:
            return connection.execute(
                deliveries.select().where(deliveries.c.id == delivery_id)
            ).first()

    def _insert(
        self, key: str, openid: str, kind: str, message: str, opens: WindowKind | None,
        arrived_at: float, stamp: int, releases: bool,
    ) -> tuple[Mine | None, int | None]:  # fmt: skip
        """(the claim, None) of a new message; (None, row) when its double now counts as waiting."""
        now = self._clock()
        given = {
            "key": key, "openid": openid, "kind": kind, "now": now, "message": message or None,
            "leased_until": now + self._lease_s, "stamp": stamp,
            "stamps_apart": DOUBLE_STAMP_S, "double_since": arrived_at - DOUBLE_S,
        }  # fmt: skip
        with writing_directly(self._engine) as connection:
            claimed = connection.rows(_CLAIM, given)
            if not claimed:
                return None, None
            [(delivery_id, doubles)] = claimed
            if doubles:
                return None, delivery_id
            if opens is not None:
                self.windows.open(connection, openid, opens)
                if opens is WindowKind.MESSAGE and releases:
                    self.outbox.release(connection, openid)
            traffic = self._traffic(connection, openid, delivery_id)
        return self._take(Mine(delivery_id, 1, traffic)), None

    def _await(self, key: str, arrived_at: float, stamp: int, give_up: float) -> Claim | None:
        """Join a row until ``give_up`` (monotonic); None when it was pruned meanwhile."""
        while True:
            claim = self._join(key, arrived_at, stamp)
            if not isinstance(claim, InWork) or time.monotonic() + POLL_S >= give_up:
                return claim
            time.sleep(POLL_S)

    def _join(self, key: str, arrived_at: float, stamp: int) -> Claim | None:
        """Look at an existing row once; take it over when its worker has died."""
        row = deliveries.c
        with self._engine.connect() as connection:
            found = connection.execute(deliveries.select().where(row.key == key)).first()
        if found is None:
            return None
        now = self._clock()
        if found.state == _PUSHED:
            return Answered(found.id, "")
        if found.state != _CLAIMED:
            is_handed = found.sent_at == found.answered_at and found.leased_until > now
            if found.sent_at is None or is_handed:
                # handed to one delivery at a time: to which, its double learns when it is noted
                is_ours = found.leased_until <= now and self._hand(found, now, stamp)
                return Answered(found.id, found.reply) if is_ours else InWork(found.id)
            if found.doubles and stamp - found.stamp >= DOUBLE_STAMP_S:
                if now - found.sent_at < LEAVING_S:
                    return InWork(found.id)
                if self._was_cut_off(found):
                    return Answered(found.id, "")
            repeats = self._repeats(found, arrived_at, stamp)
            return Answered(found.id, found.reply if repeats else "")
        with self._lock:
            ours = found.id in self._in_hand
        if ours or found.leased_until > now:
            return InWork(found.id)
        return self._take_over(found, now, stamp) or InWork(found.id)

    def _hand(self, found: Row[Any], now: float, stamp: int) -> bool:
        """Take a reply that nobody has seen to this delivery, unless another is quicker."""
        unseen = deliveries.c.sent_at.is_(None)
        return self._restamp(found, unseen, stamp, now + self._lease_s)

    def _restamp(
        self, found: Row[Any], still: ColumnElement[bool], stamp: int, leased_until: float
    ) -> bool:
        """Make a row this delivery's, where it is still as it was found."""
        row = deliveries.c
        with writing(self._engine) as connection:
            return bool(
                connection.execute(
                    deliveries.update()
                    .where(row.id == found.id, still, row.leased_until == found.leased_until)
                    .values(stamp=stamp, leased_until=leased_until, doubles=0)
                ).rowcount
            )

    def _was_cut_off(self, found: Row[Any]) -> bool:
        """Take a repetition of an answered row for that of a double whose process was killed.

        Where the answered delivery was cut off too, both are repeated: the first one is taken for
        the double, the other one still finds the old stamp and gets the reply.
        """
        self.flush()  # doubles answered here wait no more
        row = deliveries.c
        with writing(self._engine) as connection:
            return bool(
                connection.execute(
                    deliveries.update()
                    .where(row.id == found.id, row.stamp == found.stamp, row.doubles > 0)
                    .values(doubles=row.doubles - 1)
                ).rowcount
            )

    def _repeats(self, found: Row[Any], arrived_at: float, stamp: int) -> bool:
        """True for a repetition of a delivery that was answered; False for its double.

        Of several repetitions of the same moment one is the repetition, the others its doubles.
        """
        if stamp and found.stamp - stamp >= DOUBLE_STAMP_S:
            # read after its own repetition, as in the queue of a server that was away: given up
            return False
        last = max(found.received_at, found.leased_until)  # when one was last given the answer
        is_near = abs(stamp - found.stamp) < DOUBLE_STAMP_S
        if arrived_at - last < DOUBLE_S and is_near:
            return False
        return self._restamp(found, deliveries.c.stamp == found.stamp, stamp, arrived_at)

    def _take_over(self, found: Row[Any], now: float, stamp: int) -> Mine | None:
        """Claim a row whose worker has died, unless another is quicker.

        Args:
            stamp: of the delivery that is answered now: its double is told by it.
        """
        row = deliveries.c
        with writing(self._engine) as connection:
            taken = connection.execute(
                deliveries.update()
                .where(
                    row.id == found.id,
                    row.state == _CLAIMED,
                    row.attempts == found.attempts,
                    row.leased_until == found.leased_until,
                )
                .values(
                    attempts=found.attempts + 1,
                    leased_until=now + self._lease_s,
                    stamp=stamp,
                    doubles=0,  # those cut off with the worker are repeated as doubles of this one
                )
            )
        return self._take(Mine(found.id, found.attempts + 1)) if taken.rowcount else None

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
                with writing(self._engine) as connection:
                    connection.execute(
                        deliveries.update()
                        .where(deliveries.c.id.in_(alive), deliveries.c.state == _CLAIMED)
                        .values(leased_until=now + self._lease_s)
                    )
            except SQLAlchemyError as error:
                # The exception's text holds the statement's parameters; its type says enough.
                logger.warning("leases not renewed: %s", type(error).__name__)

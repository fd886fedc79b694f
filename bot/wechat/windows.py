"""How many customer-service messages may still be sent to a person, and until when.

The platform opens a window when a person does something, each kind with its own count and span
("customer service messages", as of 2023-06-12). Quotas renew with each action and do not add up:
so its pages say of mini programs, and of official accounts they say nothing else. A message
therefore counts off every window that is open, and what is left is what the fullest one holds: 5
after a message and a tap, never 8. Where the platform is more generous nothing is lost but a few
messages that wait; where it is not, nobody was told of messages that cannot be sent.
Counted here so that an answer is split to what is left instead of losing its end.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import (
    Column,
    Double,
    Engine,
    Integer,
    String,
    Table,
    select,
)

from database import Direct, metadata, writing

reply_windows = Table(
    "reply_windows",
    metadata,
    Column("openid", String(128), primary_key=True),
    Column("kind", String(10), primary_key=True),
    Column("left", Integer, nullable=False),
    Column("closes_at", Double, nullable=False),
)


_OPEN = """
    INSERT INTO reply_windows (openid, kind, "left", closes_at)
    VALUES (:openid, :kind, :left, :closes_at)
    ON CONFLICT (openid, kind) DO UPDATE SET "left" = :left, closes_at = :closes_at
"""


class WindowKind(StrEnum):
    """What a person did."""

    MESSAGE = "message"
    CLICK = "click"
    FOLLOW = "follow"
    SCAN = "scan"


_GRANTS = {
    WindowKind.MESSAGE: (5, 48 * 3600.0),
    WindowKind.CLICK: (3, 60.0),
    WindowKind.FOLLOW: (3, 60.0),
    WindowKind.SCAN: (3, 60.0),
}
_EDGE_S = 5.0
"""Our clock and the platform's differ: the last seconds of a window are not relied on."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What may still be sent: ``left`` messages within ``seconds``."""

    left: int
    seconds: float


class Windows:
    """The windows of all persons. Methods may raise SQLAlchemyError."""

    def __init__(self, engine: Engine, *, clock: Callable[[], float] = time.time) -> None:
        self._engine, self._clock = engine, clock

    def open(self, connection: Direct, openid: str, kind: WindowKind) -> None:
        """Note an action of a person, in the caller's transaction."""
        left, span_s = _GRANTS[kind]
        closes_at = self._clock() + span_s
        given = {"openid": openid, "kind": kind.value, "left": left, "closes_at": closes_at}
        connection.rows(_OPEN, given)

    def allowance(self, openid: str) -> Allowance:
        """What may be sent to a person now: what the fullest window holds, until it closes."""
        row, now = reply_windows.c, self._clock()
        with self._engine.connect() as connection:
            fullest = connection.execute(
                select(row.left, row.closes_at)
                .where(row.openid == openid, row.closes_at > now + _EDGE_S, row.left > 0)
                .order_by(row.left.desc(), row.closes_at.desc())
                .limit(1)
            ).first()
        return Allowance(fullest.left, fullest.closes_at - now) if fullest else Allowance(0, 0.0)

    def spend(self, openid: str) -> frozenset[WindowKind]:
        """Count one message off every open window; returns which, none when none is open.

        Counted before the call: a message whose fate is unknown has used its place.
        """
        row, now = reply_windows.c, self._clock()
        with writing(self._engine) as connection:
            kinds = connection.execute(
                reply_windows.update()
                .where(row.openid == openid, row.closes_at > now + _EDGE_S, row.left > 0)
                .values(left=row.left - 1)
                .returning(row.kind)
            ).scalars()
            return frozenset(map(WindowKind, kinds))

    def refund(self, openid: str, kinds: Iterable[WindowKind]) -> None:
        """A message counted off these windows was certainly not sent."""
        row = reply_windows.c
        with writing(self._engine) as connection:
            for kind in kinds:
                connection.execute(
                    reply_windows.update()
                    .where(row.openid == openid, row.kind == kind, row.left < _GRANTS[kind][0])
                    .values(left=row.left + 1)
                )

    def close(self, openid: str) -> None:
        """WeChat says that nothing may be sent: believe it."""
        with writing(self._engine) as connection:
            connection.execute(
                reply_windows.update().where(reply_windows.c.openid == openid).values(left=0)
            )

    def forget(self, openid: str) -> None:
        """Erase a person."""
        with writing(self._engine) as connection:
            connection.execute(reply_windows.delete().where(reply_windows.c.openid == openid))

    def forget_closed(self) -> None:
        """Erase windows that have closed."""
        with writing(self._engine) as connection:
            connection.execute(
                reply_windows.delete().where(reply_windows.c.closes_at < self._clock())
            )

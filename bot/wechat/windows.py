"""How many customer-service messages may still be sent to a person, and until when.

The platform opens a window when a person does something, each kind with its own count and span
("customer service messages", as of 2023-06-12); quotas renew with each action and do not add up.
Counted here so that an answer is split to what is left instead of losing its end.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import (
    Column,
    Connection,
    Double,
    Engine,
    Integer,
    String,
    Table,
    func,
    select,
    text,
)

from database import metadata, writing

reply_windows = Table(
    "reply_windows",
    metadata,
    Column("openid", String(128), primary_key=True),
    Column("kind", String(10), primary_key=True),
    Column("left", Integer, nullable=False),
    Column("closes_at", Double, nullable=False),
)


_OPEN = text(
    """
    INSERT INTO reply_windows (openid, kind, "left", closes_at)
    VALUES (:openid, :kind, :left, :closes_at)
    ON CONFLICT (openid, kind) DO UPDATE SET "left" = :left, closes_at = :closes_at
    """
)


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
    """What may still be sent: ``left`` messages, the last window closing in ``seconds``."""

    left: int
    seconds: float


class Windows:
    """The windows of all persons. Methods may raise SQLAlchemyError."""

    def __init__(self, engine: Engine, *, clock: Callable[[], float] = time.time) -> None:
        self._engine, self._clock = engine, clock

    def open(self, connection: Connection, openid: str, kind: WindowKind) -> None:
        """Note an action of a person, in the caller's transaction."""
        left, span_s = _GRANTS[kind]
        closes_at = self._clock() + span_s
        given = {"openid": openid, "kind": kind.value, "left": left, "closes_at": closes_at}
        connection.execute(_OPEN, given)

    def allowance(self, openid: str) -> Allowance:
        """What may be sent to a person now."""
        row, now = reply_windows.c, self._clock()
        with self._engine.connect() as connection:
            left, closes_at = connection.execute(
                select(func.sum(row.left), func.max(row.closes_at)).where(
                    row.openid == openid, row.closes_at > now + _EDGE_S, row.left > 0
                )
            ).one()
        return Allowance(int(left or 0), max(0.0, (closes_at or now) - now))

    def spend(self, openid: str) -> WindowKind | None:
        """Count one message off the window that closes first; None when none is open.

        Counted before the call: a message whose fate is unknown has used its place.
        """
        row, now = reply_windows.c, self._clock()
        with writing(self._engine) as connection:
            kinds = connection.execute(
                select(row.kind)
                .where(row.openid == openid, row.closes_at > now + _EDGE_S, row.left > 0)
                .order_by(row.closes_at)
            ).scalars()
            for kind in kinds.all():
                if connection.execute(
                    reply_windows.update()
                    .where(row.openid == openid, row.kind == kind, row.left > 0)
                    .values(left=row.left - 1)
                ).rowcount:
                    return WindowKind(kind)
        return None

    def refund(self, openid: str, kind: WindowKind) -> None:
        """A message counted off this window was certainly not sent."""
        row = reply_windows.c
        with writing(self._engine) as connection:
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

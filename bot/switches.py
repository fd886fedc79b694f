"""Named values in SQL that take effect without a restart, in every process.

What an operator sets (pause, notice) and what was found out about the account (capabilities).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from sqlalchemy import Column, Double, Engine, String, Table, Text, delete, select
from sqlalchemy.exc import IntegrityError

from database import metadata

FRESH_S = 1.0
"""How long a value read is believed; a change reaches every process after at most this."""

PAUSED = "paused"
"""The kill switch: while it has a value, every message gets the pause text and nothing else."""
NOTICE = "notice"
"""A sentence shown above what the bot says first in a conversation."""

switches = Table(
    "switches",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("value", Text, nullable=False),
    Column("set_at", Double, nullable=False),
)


class Switches:
    """Reads and sets the values. Safe to use from several threads and processes."""

    def __init__(self, engine: Engine, *, clock: Callable[[], float] = time.time) -> None:
        self._engine, self._clock = engine, clock
        self._lock = threading.Lock()
        self._seen: dict[str, tuple[float, str]] = {}

    def get(self, name: str) -> str:
        """The value, "" when none is set; at most FRESH_S old."""
        now = time.monotonic()
        with self._lock:
            read_at, value = self._seen.get(name, (-FRESH_S, ""))
        if now - read_at < FRESH_S:
            return value
        with self._engine.connect() as connection:
            value = (
                connection.execute(select(switches.c.value).where(switches.c.name == name)).scalar()
                or ""
            )
        with self._lock:
            self._seen[name] = (now, value)
        return value

    def put(self, name: str, value: str) -> None:
        """Set a value; "" takes it away."""
        row = switches.c
        values = {"value": value, "set_at": self._clock()}
        with self._engine.begin() as connection:
            if not value:
                connection.execute(delete(switches).where(row.name == name))
            elif not connection.execute(
                switches.update().where(row.name == name).values(values)
            ).rowcount:
                try:
                    with connection.begin_nested():
                        connection.execute(switches.insert().values(name=name, **values))
                except IntegrityError:  # another process was quicker: the later value stays
                    connection.execute(switches.update().where(row.name == name).values(values))
        with self._lock:
            self._seen.pop(name, None)

    def set_at(self, name: str) -> float | None:
        """When a value was set, seconds since the epoch; None when it is not."""
        with self._engine.connect() as connection:
            return connection.execute(
                select(switches.c.set_at).where(switches.c.name == name)
            ).scalar()

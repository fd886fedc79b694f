"""What an office sets on its pages, by name, in SQL; it takes effect in every process at once.

One rule: what was set on a page wins over the environment and the reception file; taking it back
brings those in again.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Column, DateTime, Engine, String, Table, delete, insert, select

from database import aware, metadata

FRESH_S = 1.0
"""How long what was read is believed; a change reaches every process after at most this."""

office_settings = Table(
    "office_settings",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("value", JSON, nullable=False),
    Column("set_by", String(40), nullable=False),
    Column("set_at", DateTime(timezone=True), nullable=False),
)


@dataclass(frozen=True, slots=True)
class OfficeSetting:
    """One value as plain data, with who set it and when."""

    value: Any
    set_by: str
    set_at: datetime


class OfficeSettings:
    """Reads and sets the values. Safe to use from several threads and processes."""

    def __init__(self, engine: Engine, fresh_s: float = FRESH_S) -> None:
        self._engine, self._fresh_s = engine, fresh_s
        self._lock = threading.Lock()
        self._seen: tuple[float, dict[str, OfficeSetting]] = (-fresh_s, {})

    def get(self, name: str) -> OfficeSetting | None:
        """A value, None while it is not set; at most ``fresh_s`` old."""
        return self._all().get(name)

    def put(self, name: str, value: Any, by: str) -> None:
        """Set a value."""
        row = {"name": name, "value": value, "set_by": by, "set_at": datetime.now(UTC)}
        self._replace(name, row)

    def take_back(self, name: str) -> None:
        """Let the environment, the file or what ships count again."""
        self._replace(name, None)

    def _replace(self, name: str, row: dict[str, Any] | None) -> None:
        with self._engine.begin() as connection:
            connection.execute(delete(office_settings).where(office_settings.c.name == name))
            if row is not None:
                connection.execute(insert(office_settings).values(row))
        with self._lock:
            self._seen = (-self._fresh_s, {})

    def _all(self) -> dict[str, OfficeSetting]:
        now = time.monotonic()
        with self._lock:
            read_at, values = self._seen
        if now - read_at < self._fresh_s:
            return values
        with self._engine.connect() as connection:
            rows = connection.execute(select(office_settings)).mappings().all()
        values = {
            r["name"]: OfficeSetting(r["value"], r["set_by"], aware(r["set_at"])) for r in rows
        }
        with self._lock:
            self._seen = (now, values)
        return values

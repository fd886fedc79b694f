"""The mark of what is published: another one after every change, in every process.

Whatever is made of the published texts is kept under the mark it was made under, so finding one
answer looks at the mark some forty times. Within `one_mark` SQL is asked once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sqlalchemy import Engine

from database import reading_directly

READ = "SELECT value FROM state WHERE name = 'changed'"
"""What SQL holds of it; for `hold_mark`, where another statement brings it along."""

_held: ContextVar[dict[Engine, str] | None] = ContextVar("held marks", default=None)


@contextmanager
def one_mark() -> Iterator[None]:
    """Answer by one mark in here: read at its first use, a change of the meantime counts after.

    Forty statements, each with a connection of its own, were two fifths of the time that a
    question took (measured).
    """
    if _held.get() is not None:
        yield
        return
    token = _held.set({})
    try:
        yield
    finally:
        _held.reset(token)


def current_mark(engine: Engine, known: str = "") -> str:
    """The mark now; within `one_mark` the one that was read first.

    Args:
        known: the mark of what the caller keeps. Where that is not the held one SQL is asked
            again: somebody may have made the same anew already, and nobody goes back behind that.
    """
    held = _held.get()
    if held is not None and (found := held.get(engine)) is not None and known in ("", found):
        return found
    with reading_directly(engine) as connection:
        rows = connection.rows(READ, {})
    return hold_mark(engine, rows[0][0] if rows else None)


def hold_mark(engine: Engine, value: object) -> str:
    """The mark for what SQL holds, kept within `one_mark` for whoever asks next."""
    found = "" if value is None else str(value)
    held = _held.get()
    if held is not None:
        held[engine] = found
    return found

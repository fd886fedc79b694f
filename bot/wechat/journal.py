"""What came and went lately on the wire, for an operator: no words, no openid, aliases only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine, or_, select

from bot.privacy import alias
from bot.wechat.deliveries import deliveries
from bot.wechat.outbox import DROPPED, KEPT, UNSURE, outbox


@dataclass(frozen=True, slots=True)
class Passed:
    """One message that came in.

    Attributes:
        person: an alias, the same in the log.
        state: claimed, answered, failed or pushed.
        took_s: until its answer was ready; None while it is not.
        seen: the reply went into a response.
    """

    at: datetime
    person: str
    kind: str
    state: str
    attempts: int
    took_s: float | None
    seen: bool


@dataclass(frozen=True, slots=True)
class Unsent:
    """One customer-service message that did not arrive, or may not have."""

    at: datetime
    person: str
    state: str
    attempts: int
    problem: str


def came_in(engine: Engine, limit: int = 20, failed: bool = False) -> list[Passed]:
    """The newest messages first; with ``failed``, only those whose answer failed or took a
    further delivery."""
    row = deliveries.c
    query = select(deliveries).order_by(row.id.desc()).limit(limit)
    if failed:
        query = query.where(or_(row.state == "failed", row.attempts > 1))
    with engine.connect() as connection:
        return [
            Passed(
                datetime.fromtimestamp(r["received_at"], UTC), alias(r["openid"]), r["kind"],
                r["state"], r["attempts"],
                r["answered_at"] - r["received_at"] if r["answered_at"] else None,
                r["sent_at"] is not None,
            )
            for r in connection.execute(query).mappings()
        ]  # fmt: skip


def not_sent(engine: Engine, limit: int = 20) -> list[Unsent]:
    """The newest messages of the outbox that failed, were given up or are in doubt."""
    row = outbox.c
    troubled = or_(row.state.in_((DROPPED, KEPT, UNSURE)), row.problem != "")
    query = select(outbox).where(troubled).order_by(row.id.desc()).limit(limit)
    with engine.connect() as connection:
        return [
            Unsent(
                datetime.fromtimestamp(r["created_at"], UTC), alias(r["openid"]), r["state"],
                r["attempts"], r["problem"],
            )
            for r in connection.execute(query).mappings()
        ]  # fmt: skip

"""Forgetting: one person on request, everybody's old messages by age."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine

from bot.conversations import Conversations
from bot.handoff import Handoffs
from bot.signups import Signups
from bot.walks import forget_idle, forget_walk
from bot.wechat.deliveries import Deliveries


class Erasure:
    """Erases from every table that holds what people said. Methods may raise SQLAlchemyError."""

    def __init__(self, engine: Engine, signups: Signups | None = None) -> None:
        """Erase from a database.

        Args:
            signups: how those who wait are told of a place that becomes free.
        """
        self._engine, self._signups = engine, signups or Signups(engine)
        self._conversations = Conversations(engine)
        self._handoffs = Handoffs(engine)
        self._deliveries = Deliveries(engine)

    def person(self, openid: str, *, keep_keys: bool = False) -> None:
        """Forget a person.

        Args:
            openid: who.
            keep_keys: leave the bare keys of their last messages for the platform's repetitions;
                set while they unsubscribe, erased by `older` in time.
        """
        self._conversations.forget(openid)
        forget_walk(self._engine, openid)
        self._handoffs.forget(openid)
        self._signups.forget(openid)
        self._deliveries.outbox.forget(openid)
        self._deliveries.windows.forget(openid)
        self._deliveries.forget_person(openid, keep_keys)

    def unsubscribed(self, openid: str) -> None:
        """Forget a person who has left."""
        self.person(openid, keep_keys=True)

    def older(self, days: int) -> int:
        """Forget what was said more than so many days ago; returns how many records went."""
        span = timedelta(days=days)
        gone = self._conversations.forget_older(span)
        gone += self._handoffs.forget_older(span.total_seconds())
        gone += self._signups.forget_older(span.total_seconds())
        gone += self._deliveries.outbox.forget_older(span.total_seconds())
        gone += self._deliveries.forget(span.total_seconds())
        self._deliveries.windows.forget_closed()
        gone += forget_idle(self._engine)
        return gone

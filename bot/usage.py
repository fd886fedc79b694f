"""What was asked and what came of it, counted over some days for the office."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Engine, func, select

from bot.conversations import turns
from bot.handoff import handoffs
from bot.unanswered import GAPS
from database import aware
from knowledge.validity import CHINA

OTHER = "其他"
"""Topic of questions that name none."""


@dataclass(slots=True)
class Outcomes:
    """How questions fared: answered, left open, rightly declined."""

    answered: int = 0
    open: int = 0
    declined: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.answered + self.open + self.declined


@dataclass(frozen=True, slots=True)
class Usage:
    """The figures of some days.

    Attributes:
        first, last: the days counted, in China, both included.
        people: different people who asked.
        handed_off: conversations for which a person was asked.
        helpful, unhelpful: judgements of answers.
        by_hour: 24 entries, hour of the day in China.
        by_day: one entry a day, oldest first.
        by_topic: the most asked first.
        cited: passage id -> how many answers rested on it.
    """

    first: date
    last: date
    all: Outcomes
    people: int
    handed_off: int
    helpful: int
    unhelpful: int
    by_hour: tuple[Outcomes, ...]
    by_day: dict[date, Outcomes]
    by_topic: dict[str, Outcomes]
    cited: Counter[int] = field(default_factory=Counter)

    @property
    def satisfaction(self) -> int | None:
        """Per cent of the judgements that were 有用; None without any."""
        judged = self.helpful + self.unhelpful
        return round(100 * self.helpful / judged) if judged else None


def count_usage(
    engine: Engine, first: date, last: date,
    topic_of: Callable[[str, Sequence[int]], str],
) -> Usage:  # fmt: skip
    """Count the questions of some days, both included.

    Args:
        topic_of: question and ids of the documents cited -> its topic.
    """
    begin, end = _moment(first), _moment(last + timedelta(days=1))
    with engine.connect() as connection:
        rows = connection.execute(
            select(
                turns.c.openid, turns.c.asked, turns.c.documents, turns.c.passages,
                turns.c.abstained, turns.c.reason, turns.c.helpful, turns.c.at,
            ).where(turns.c.at >= begin, turns.c.at < end)
        ).all()  # fmt: skip
        asked_for = handoffs.c.asked_at
        handed_off = connection.execute(
            select(func.count()).where(asked_for >= begin.timestamp(), asked_for < end.timestamp())
        ).scalar_one()
    gaps = {r.value for r in GAPS}
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    overall, by_hour = Outcomes(), tuple(Outcomes() for _ in range(24))
    by_day = {day: Outcomes() for day in days}
    topics: dict[str, Outcomes] = {}
    cited: Counter[int] = Counter()
    for row in rows:
        local = aware(row.at).astimezone(CHINA)
        topic = topics.setdefault(topic_of(row.asked, row.documents), Outcomes())
        for one in (overall, by_hour[local.hour], by_day[local.date()], topic):
            if not row.abstained:
                one.answered += 1
            elif row.reason in gaps:
                one.open += 1
            else:
                one.declined += 1
        cited.update(set(row.passages))
    return Usage(
        first, last, overall, len({r.openid for r in rows}), int(handed_off),
        sum(r.helpful is True for r in rows), sum(r.helpful is False for r in rows), by_hour,
        by_day, dict(sorted(topics.items(), key=lambda t: (t[0] == OTHER, -t[1].total))), cited,
    )  # fmt: skip


def ever_cited(engine: Engine) -> set[int]:
    """Ids of all passages that any answer rested on that is still kept."""
    with engine.connect() as connection:
        rows = connection.execute(select(turns.c.passages)).scalars()
        return {passage for passages in rows for passage in passages}


def _moment(day: date) -> datetime:
    """When a day begins in China."""
    return datetime.combine(day, time(), CHINA).astimezone(UTC)

"""Events: does a question ask for those of some days, does a passage fall on them? Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from knowledge.documents import ClauseKind, DocumentKind, Hit
from knowledge.query import Period, Query

EVENT = re.compile(
    r"活动|招聘会|讲座|沙龙|宣讲|音乐会|联谊|比赛|大赛|论坛|对接会|培训班|路演|交流会"
)


def asks_for_events(query: Query) -> bool:
    """What is on in those days, rather than one event's place or hour?"""
    return query.period is not None and bool(
        re.search(r"(?:什么|啥|哪些|有没有).{0,6}活动|活动(?:有哪些|安排|预告)", query.text)
    )


def within(period: Period, hit: Hit, texts: Sequence[str]) -> bool:
    """An event passage that names a day of the period, or no day (地点：…) while ``texts`` do."""
    if hit.source.kind is not DocumentKind.EVENT:
        return False
    days = hit_days(hit.passage.text, period.first.year)
    if days or hit.passage.kind is ClauseKind.ROW:
        return any(period.holds(d) for d in days)
    return any(period.holds(d) for t in texts for d in hit_days(t, period.first.year))


def hit_days(text: str, year: int) -> list[date]:
    """The days a text names; those without a year are taken in the given one."""
    days = []
    for match in re.finditer(r"(?:(20\d\d)\s*年)?\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日", text):
        try:
            days.append(date(int(match[1] or year), int(match[2]), int(match[3])))
        except ValueError:
            continue
    return days

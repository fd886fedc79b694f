"""When people of the office answer: written by an operator, read here. Pure.

``1-5 09:00-12:00 13:30-17:30; 6 09:00-12:00``: weekdays (1 Monday … 7 Sunday), then spans.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time
from typing import Protocol

_DAYS = re.compile(r"([1-7])(?:-([1-7]))?")
_SPAN = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-3]):([0-5]\d)")
_NAMES = "一二三四五六日"


class BadHours(ValueError):
    """Hours that cannot be read; the message names the part and says what to write, in Chinese."""


class Hours(Protocol):
    """When people answer: an OfficeHours, or bot.office.OfficeNow."""

    def open_at(self, moment: datetime) -> bool:
        """See OfficeHours.open_at."""
        ...

    def described(self) -> str:
        """See OfficeHours.described."""
        ...


@dataclass(frozen=True, slots=True)
class _Rule:
    first: int
    last: int
    spans: tuple[tuple[time, time], ...]


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """The hours of a week; without any rule nobody is ever there."""

    rules: tuple[_Rule, ...] = ()

    @classmethod
    def parse(cls, written: str) -> OfficeHours:
        """Read what an operator wrote; "" gives no hours.

        >>> OfficeHours.parse("1-5 09:00-12:00 13:30-17:00").described()
        '周一至周五 09:00-12:00、13:30-17:00'

        Raises:
            BadHours: naming the part that cannot be read.
        """
        rules = []
        for part in filter(None, (p.strip() for p in re.split("[;；\n]", written))):
            days, *spans = part.split()
            match = _DAYS.fullmatch(days)
            if not match or not spans:
                raise BadHours(
                    f"“{part}”：须先写星期（1周一至7周日），再写时间，例如 1-5 09:00-17:00"
                )
            first, last = int(match[1]), int(match[2] or match[1])
            rules.append(_Rule(first, last, tuple(_span(s, part) for s in spans)))
            if first > last:
                raise BadHours(f"“{part}”：星期从1（周一）到7（周日），前面的不能大于后面的")
        return cls(tuple(rules))

    def open_at(self, moment: datetime) -> bool:
        """True while people answer; ``moment`` is local time."""
        day, hour = moment.isoweekday(), moment.time()
        return any(
            r.first <= day <= r.last and any(begin <= hour < end for begin, end in r.spans)
            for r in self.rules
        )

    def described(self) -> str:
        """The hours as a talent reads them; "" without any."""
        return "；".join(
            f"周{_NAMES[r.first - 1]}"
            + (f"至周{_NAMES[r.last - 1]}" if r.last > r.first else "")
            + " "
            + "、".join(f"{begin:%H:%M}-{end:%H:%M}" for begin, end in r.spans)
            for r in self.rules
        )


def _span(written: str, part: str) -> tuple[time, time]:
    match = _SPAN.fullmatch(written)
    if not match:
        raise BadHours(f"“{part}”：“{written}”不是起止时间，例如 09:00-17:00")
    begin, end = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))
    if begin >= end:
        raise BadHours(f"“{part}”：“{written}”的结束时间不在开始时间之后")
    return begin, end

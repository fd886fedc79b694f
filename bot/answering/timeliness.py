"""The day of a deed, or of asking, against the day that a clause sets. Pure."""

from __future__ import annotations

import re
from datetime import date

from bot.answering.ruling import Verdict
from knowledge.lexicon import normal
from knowledge.query import Period
from knowledge.structure import chinese_number

_DEEDS = ("买|购", "毕业", "引进", "入职|就业", "注册|登记|成立", "落户|迁入")
"""What a person did on a day by which a rule decides, in the words of either."""
_DONE = re.compile(r"(20\d\d)年(?:(\d{1,2})月)?[^,。;]{0,6}")


def too_early(told: str, text: str) -> bool:
    """Did a person do before the day from which a clause counts it: 2024年买 of 2025年以后购买?

    >>> too_early("2024年买的房能领吗", "2025年1月1日以后购买住房。")
    True
    >>> too_early("2024年毕业能领吗", "2025年1月1日以后购买住房。")
    False
    """
    return any(done < start for done, start in _dated(told, text))


def counts_from(told: str, text: str) -> bool:
    """Does a clause count what a person did in some year from a day on?"""
    return bool(_dated(told, text))


def _dated(told: str, text: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """(year and month of a deed at the latest, those from which a clause counts it)."""
    clause = normal(text)
    if "之一" in clause or len(_DONE.findall(told)) != 1:
        return []
    found = []
    for deed in _DEEDS:
        done = re.search(rf"{_DONE.pattern}(?:{deed})", told)
        start = re.findall(
            rf"(20\d\d)年(\d{{1,2}})月\d{{1,2}}日(?:\([^)]*\))?(?:以后|之后|后|起)[^。;]*?(?:{deed})",
            clause,
        )
        if done and len(start) == 1:
            day = (int(done[1]), int(done[2] or 12))
            found.append((day, (int(start[0][0]), int(start[0][1]))))
    return found


_DAY = r"(?:(20\d\d)年)?(\d{1,2})月(\d{1,2})[日号](?:(\d{1,2})[:时点](\d{2})?)?"
_SPAN = re.compile(rf"{_DAY}(?:起)?(?:至|到|-|—|~){_DAY}")
_UNTIL = re.compile(
    rf"{_DAY}(?:前|以前|之前|截止|止(?!于)|以?后不再|起不再)|截止[^,。;]{{0,6}}?{_DAY}"
)
_NOW = re.compile(
    r"来得及|赶得上|还能(?:报|申|参加|领|交)|还可以(?:报|申|参加|领|交)|晚不晚|过期|还报|截止了|结束了"
)
_HOUR = re.compile(r"(早上|上午|中午|下午|晚上)?(\d{1,2}|[一二三四五六七八九十]{1,2})点")


def by_day(period: Period | None, told: str, clause: str, day: date) -> Verdict | None:
    """A day the person names, or today when they ask whether there is time, against a deadline."""
    wanted = period.first if period and period.first == period.last else None
    if wanted is None and period is None and _NOW.search(told):
        wanted = day
    spans = list(_SPAN.finditer(clause))
    ends = [] if spans else list(_UNTIL.finditer(clause))
    if wanted is None or len(spans) + len(ends) != 1:
        return None
    if spans:
        groups = spans[0].groups()
        first = _date(groups[:3], wanted.year)
        last, hour = _date((groups[5] or groups[0], *groups[6:8]), wanted.year), groups[8]
    else:
        groups = ends[0].groups()
        part = groups[:5] if groups[1] else groups[5:10]
        first, last, hour = None, _date(part[:3], wanted.year), part[3]
    if last is None or (first and wanted < first):
        return None
    if wanted == last and hour:
        asked = _hour(told)
        if asked is not None:
            return Verdict.MEETS if asked < int(hour) else Verdict.FAILS
    if not spans and wanted == last:
        return None
    if wanted <= last:
        return Verdict.MEETS
    return Verdict.TOO_LATE if period is None else Verdict.FAILS


def _date(parts: tuple[str | None, ...], year: int) -> date | None:
    try:
        return date(int(parts[0] or year), int(parts[1] or 0), int(parts[2] or 0))
    except ValueError:
        return None


def _hour(told: str) -> int | None:
    """晚上七点 is 19."""
    match = _HOUR.search(told)
    if match is None:
        return None
    number = chinese_number(match[2])
    return number + 12 if match[1] in ("下午", "晚上") and number < 12 else number

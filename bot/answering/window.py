"""Is something taken in now? 人才认定现在能申请吗 asks for a rule's window. Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

_ASKS = re.compile(
    r"现在(?:还)?(?:能不能|可不可以|能否|可否|能|可以)[^,，。]{0,8}?(?:申请|申报|申领|受理|办理?|领)"
    r"[^,，。]{0,8}[吗么不没]?[?？]?$|现在(?:开始|开放)?(?:受理|申报|申领)[了吗]"
    r"|(?:现在)?(?:报|申报|申请|申领|办)?(?:还|再)?(?:来得及|赶得上|晚不晚)[吗么不没]?[?？]?$"
)
_OF_A_PERSON = re.compile(r"\d|毕业|试用|离职|社保|[一二两三四五六七八九十半]年|条件|资格")
"""Where the asker tells of themselves, they ask whether they qualify."""
_STATES = re.compile(
    r"(?:受理|申请|申报|申领)(?:时间|期限|日期)|(?:集中|常年|全年|按季度?|按月)(?:受理|申[报领请])"
    r"|\d{1,2}月[^。；]{0,30}(?:受理|申请|申报|申领)"
    r"|(?:受理|申请|申报|申领)[^。；]{0,12}\d{1,2}月"
)
_RECURS = re.compile(
    r"(?P<months>\d{1,2}月(?:份)?(?:\s*[、,，和及]\s*\d{1,2}月(?:份)?)*|\d{1,2}(?:、\d{1,2})+月)的?"
    r"\s*(?P<first>\d{1,2})日?\s*[至到—–\-~～]+\s*(?P<last>\d{1,2})日"
)


@dataclass(frozen=True, slots=True)
class Window:
    """Days of some months in which applications are taken, every year."""

    months: tuple[int, ...]
    first: int
    last: int

    def holds(self, day: date) -> bool:
        """Are applications taken on a day?"""
        return day.month in self.months and self.first <= day.day <= self.last

    def opens_after(self, day: date) -> date:
        """The first day of the next window."""
        days = [date(y, m, self.first) for y in (day.year, day.year + 1) for m in self.months]
        return min(d for d in days if d > day)


def asks_whether_open(text: str) -> bool:
    """Does a question in normal form ask whether something is taken in now?

    >>> asks_whether_open("人才认定现在能申请吗"), asks_whether_open("毕业2年现在能申请吗")
    (True, False)
    """
    return bool(_ASKS.search(text)) and not _OF_A_PERSON.search(text)


def states_window(text: str) -> bool:
    """Does a clause say when applications are taken?"""
    return bool(_STATES.search(text))


def recurring(text: str) -> Window | None:
    """The window that a clause states for every year; None where it names none, or a year.

    >>> recurring("每年1月、4月、7月、10月的1日至15日集中受理")
    Window(months=(1, 4, 7, 10), first=1, last=15)
    """
    match = _RECURS.search(text)
    if match is None or re.search(r"20\d\d年\s*$", text[: match.start()]):
        return None
    if not re.search(r"每年|每季|按季|、", text[: match.start("first")]):
        return None
    months = tuple(sorted({int(m) for m in re.findall(r"\d{1,2}", match["months"])}))
    first, last = int(match["first"]), int(match["last"])
    if not all(1 <= m <= 12 and 1 <= first <= monthrange(2027, m)[1] for m in months):
        return None
    return Window(months, first, last) if first <= last <= 31 else None

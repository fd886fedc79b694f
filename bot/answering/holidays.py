"""The days off of a Chinese holiday, as announced or, before that, by the calendar. Pure.

The State Council announces each year's days off in the autumn before; ``lunar_python`` carries
what was announced. For a year not announced yet the days are those of 全国年节及纪念日放假办法
(as revised in 2024), counted by the lunar calendar; the announced ones may add bridging days.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache

from lunar_python import Lunar, Solar
from lunar_python.util import HolidayUtil

from knowledge.query import Period

NAMES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("元旦", re.compile(r"元旦|跨年(?!度)|新年(?=期间|假期|前|后|里)")),
    ("春节", re.compile(r"春节|过年|大年(?=初|三十)|农历新年")),
    ("元宵", re.compile(r"元宵|正月十五")),
    ("清明", re.compile(r"清明")),
    ("劳动", re.compile(r"五一|劳动节|黄金周(?=.{0,4}五月)")),
    ("端午", re.compile(r"端午")),
    ("中秋", re.compile(r"中秋")),
    (
        "国庆",
        re.compile(r"国庆|十一(?!月|点|号|日|楼|届|期|类|条)(?:长假|假期|黄金周|期间|前|后|放假)"),
    ),
)
"""As people say them, with our short name of each."""
_OFFICIAL = {
    "元旦": ("元旦节",), "春节": ("春节",), "清明": ("清明节",), "劳动": ("劳动节",),
    "端午": ("端午节",), "中秋": ("中秋节", "国庆中秋"), "国庆": ("国庆节", "国庆中秋"),
}  # fmt: skip


@cache
def days_off(name: str, year: int) -> Period:
    """The days off of a holiday in a year; 元宵, which is none, is its one day.

    >>> days_off("春节", 2026)
    Period(first=datetime.date(2026, 2, 15), last=datetime.date(2026, 2, 23))
    """
    announced = [
        date.fromisoformat(h.getDay())
        for h in HolidayUtil.getHolidays(year)
        if not h.isWork()
        and h.getName() in _OFFICIAL.get(name, ())
        and h.getTarget()[:4] == str(year)
    ]
    if announced:
        return Period(min(announced), max(announced))
    match name:
        case "元旦":
            return Period(date(year, 1, 1), date(year, 1, 1))
        case "春节":  # 除夕 to 初三
            first = _lunar(year, 1, 1)
            return Period(first - timedelta(1), first + timedelta(2))
        case "元宵":
            return Period(_lunar(year, 1, 15), _lunar(year, 1, 15))
        case "清明":
            return Period(_qingming(year), _qingming(year))
        case "劳动":
            return Period(date(year, 5, 1), date(year, 5, 2))
        case "端午":
            return Period(_lunar(year, 5, 5), _lunar(year, 5, 5))
        case "中秋":
            return Period(_lunar(year, 8, 15), _lunar(year, 8, 15))
        case _:
            return Period(date(year, 10, 1), date(year, 10, 3))


def asked_holiday(text: str) -> str:
    """The holiday a text speaks of, "" for none."""
    return next((name for name, pattern in NAMES if pattern.search(text)), "")


def _lunar(year: int, month: int, day: int) -> date:
    return date.fromisoformat(Lunar.fromYmd(year, month, day).getSolar().toYmd())


def _qingming(year: int) -> date:
    table = Solar.fromYmd(year, 4, 10).getLunar().getJieQiTable()
    return date.fromisoformat(table["清明"].toYmd())

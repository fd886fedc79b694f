"""The days a question asks about: 下个月, 12月5号, 周末. Pure; today is given."""

from __future__ import annotations

import re
from datetime import date, timedelta

from knowledge.query import Period

_WEEKDAYS = "一二三四五六日"


def period(text: str, day: date) -> Period | None:
    """The days a question asks about, None when it names none.

    >>> period("下个月有没有讲座", date(2026, 11, 22))
    Period(first=datetime.date(2026, 12, 1), last=datetime.date(2026, 12, 31))
    """
    if span := _span(text, day):
        return span
    if match := re.search(r"(?:(20\d\d)年)?(\d{1,2})月(\d{1,2})[号日]", text):
        year = int(match[1]) if match[1] else _coming_year(day, int(match[2]), int(match[3]))
        return _days(year, int(match[2]), int(match[3]))
    if match := re.search(
        r"(前年|去年|明年|今年|后年|20\d\d年)?的?(\d{1,2}|[一二三四五六七八九十]{1,2})月(?:份)?",
        text,
    ):
        month = _month(match[2])
        if month and not re.search(rf"{match[2]}个月", text):
            coming = day.year + 1 if month < day.month else day.year
            return _whole_month(_named_year(match[1] or "", day) or coming, month)
    if re.search(r"今[天晚日]", text):
        return Period(day, day)
    if re.search(r"明[天晚日](?!年)", text):
        return Period(day + timedelta(1), day + timedelta(1))
    if "大后天" in text:
        return Period(day + timedelta(3), day + timedelta(3))
    if "后天" in text:
        return Period(day + timedelta(2), day + timedelta(2))
    monday = day - timedelta(day.weekday())
    if match := re.search(r"(下下|下|这|本)?个?(?:周|星期|礼拜)([一二三四五六日天])", text):
        ahead = {"下": 7, "下下": 14}.get(match[1] or "", 0)
        number = _WEEKDAYS.index(match[2].replace("天", "日"))
        wanted = monday + timedelta(ahead + number)
        if not match[1] and wanted < day:
            wanted += timedelta(7)
        return Period(wanted, wanted)
    if "下周末" in text:
        return Period(monday + timedelta(12), monday + timedelta(13))
    if re.search(r"元旦前|年底|(?<![\d一二三四五六七八九十几多两半])年前", text):
        return Period(day, date(day.year, 12, 31))
    if "元旦" in text:
        return Period(date(day.year + 1, 1, 1), date(day.year + 1, 1, 3))
    if "周末" in text or "双休" in text:
        return Period(max(day, monday + timedelta(5)), monday + timedelta(6))
    if re.search(r"下个?(?:周|星期|礼拜)", text):
        return Period(monday + timedelta(7), monday + timedelta(13))
    if re.search(r"(?:接下来|未来|最近|近)(?:的)?一(?:个)?(?:周|星期|礼拜)", text):
        return Period(day, day + timedelta(7))
    if re.search(r"(?:这|本)个?(?:周|星期|礼拜)", text):
        return Period(day, monday + timedelta(6))
    if re.search(r"下个?月", text):
        following = (day.replace(day=1) + timedelta(32)).replace(day=1)
        return _whole_month(following.year, following.month)
    if re.search(r"(?:这|本)个?月|当月|月底", text):
        return Period(day, _whole_month(day.year, day.month).last)
    if re.search(r"最近|近期|接下来|即将", text):
        return Period(day, day + timedelta(45))
    if match := re.search(r"(?<![\d月])(\d{1,2})[号](?![楼馆店线])", text):
        number = int(match[1])
        if 1 <= number <= 31:
            month_first = day.replace(day=1)
            if number < day.day:
                month_first = (month_first + timedelta(32)).replace(day=1)
            return _days(month_first.year, month_first.month, number)
    return None


def _span(text: str, day: date) -> Period | None:
    """11月28日到12月3日."""
    ends = re.search(
        r"(?:(20\d\d)年)?(\d{1,2})月(\d{1,2})[号日]?(?:到|至|-|~)(?:(\d{1,2})月)?(\d{1,2})[号日]",
        text,
    )
    if ends is None:
        return None
    month, number = int(ends[2]), int(ends[3])
    year = int(ends[1]) if ends[1] else _coming_year(day, month, number)
    first, last = _days(year, month, number), None
    if first is not None:
        until = int(ends[4] or month)
        last = _days(year + (until < month), until, int(ends[5]))
    return Period(first.first, last.last) if first and last else None


def _days(year: int, month: int, number: int) -> Period | None:
    try:
        wanted = date(year, month, number)
    except ValueError:
        return None
    return Period(wanted, wanted)


def _coming_year(day: date, month: int, number: int) -> int:
    return day.year if (month, number) >= (day.month, day.day) else day.year + 1


def _named_year(word: str, day: date) -> int | None:
    if word.startswith("20"):
        return int(word[:4])
    ahead = {"前年": -2, "去年": -1, "今年": 0, "明年": 1, "后年": 2}
    return day.year + ahead[word] if word in ahead else None


def _month(text: str) -> int:
    names = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]
    number = int(text) if text.isdigit() else (names.index(text) + 1 if text in names else 0)
    return number if 1 <= number <= 12 else 0


def _whole_month(year: int, month: int) -> Period:
    first = date(year, month, 1)
    last = (first + timedelta(32)).replace(day=1) - timedelta(1)
    return Period(first, last)

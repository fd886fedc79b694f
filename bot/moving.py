"""Moments of events in words, and what has become of an event. Pure."""

from __future__ import annotations

import re

from knowledge.documents import Overtaken
from knowledge.moments import day_of, first_moment
from knowledge.programme import STAFF

WEEKDAYS = "一二三四五六日"
CANCELLED = "已取消举办（{by}）{was}。"
CANCELLED_WAS = "，原定{was}"
BY_STAFF = "主办方通知"


def when(starts: str, ends: str = "") -> str:
    """From when to when, as people write it.

    >>> when("2026-12-12T09:00", "2026-12-12T15:00")
    '2026年12月12日（周六）9:00—15:00'
    """
    ends = ends or starts
    if len(starts) == 7:
        return f"{int(starts[:4])}年{int(starts[5:])}月，具体日期见通知"
    first = day_words(starts) + hour_words(starts)
    if starts[:10] == ends[:10]:
        return first + (f"—{hour_words(ends)}" if len(ends) > 10 and ends != starts else "")
    same_year = starts[:4] == ends[:4]
    return f"{first}至{day_words(ends, year=not same_year)}{hour_words(ends)}"


def day_words(value: str, year: bool = True) -> str:
    """2026年12月12日（周六）."""
    day = day_of(value)
    words = f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"
    return f"{day.year}年{words}" if year else words


def hour_words(value: str) -> str:
    """9:00; "" where no hour is said."""
    if len(value) <= 10:
        return ""
    at = first_moment(value)
    return f"{at.hour}:{at.minute:02d}"


def moment(value: str) -> str:
    """One moment: 2026年12月1日（周二）17:00."""
    return when(value) if len(value) < 11 else day_words(value) + hour_words(value)


def overtaken(told: Overtaken) -> str:
    """Stands before the words of a text that tells of an event as it was planned before."""
    by = announced_by(told.by)
    head = plain(told.title if "“" in told.title else f"“{told.title}”")
    if told.over:
        return f"请注意：{head}已于{moment(told.over[:10])}结束，以下是活动前发布的内容。"
    if told.cancelled:
        was = CANCELLED_WAS.format(was=moment(told.was)) if told.was else ""
        return f"请注意：{head}{CANCELLED.format(by=by, was=was)}以下是取消前发布的内容。"
    found = []
    if told.was and told.now:
        found.append(f"时间原定{moment(told.was)}，改为{moment(told.now)}")
    elif told.was:
        found.append(f"原定{moment(told.was)}，已延期，新的时间另行通知")
    if told.now_place:
        was = f"由“{told.was_place}”" if told.was_place else ""
        found.append(f"地点{was}改为“{told.now_place}”")
    return f"请注意：{head}有变动：{'；'.join(found)}（{by}）。以下是变动前发布的内容。"


def announced_by(document: str) -> str:
    """《the text》 that says so; the office, where staff have entered it."""
    return f"《{document}》" if document and document != STAFF else BY_STAFF


def plain(text: str) -> str:
    """Words of a text that WeChat shows as text, see wording: nothing in them is a link."""
    return re.sub(r"<(?=\s*/?\s*[A-Za-z])", "＜", text)


def within(text: str) -> str:
    """A title to stand between “”: quotation marks of its own become the inner ones."""
    return plain(text).replace("“", "‘").replace("”", "’")


def closed_on(signup_until: str) -> str:
    """11月26日: the day on which signing up ended; "" where none is told."""
    if len(signup_until) < 10:
        return ""
    day = day_of(signup_until)
    return f"{day.month}月{day.day}日"

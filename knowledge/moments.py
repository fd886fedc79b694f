"""Days and hours as notices write them: 12月12日（星期六）9:00—15:00, 下午2点半, 12.5. Pure.

A day without a year takes the one that its document speaks of, see ``Years``.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, time

from knowledge.dates import read_year
from knowledge.structure import chinese_number

_YEAR = r"(?:20\d\d|二[〇○零]?[〇○零一二三四五六七八九]{2,3})"
_NUM = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_WEEK = r"(?:\s*[（(]?\s*(?:星期|周|礼拜)([一二三四五六日天])\s*[）)]?)?"
_DAY = re.compile(
    rf"(?:(?P<year>{_YEAR})\s*年\s*)?(?P<month>{_NUM})\s*月\s*(?P<day>{_NUM})\s*[日号]?(?![\d年个])"
    rf"|(?P<year2>20\d\d)[-/.．](?P<month2>\d{{1,2}})[-/.．](?P<day2>\d{{1,2}})(?!\d)"
)
_BARE_DAY = re.compile(r"(?<![\d.])(?P<month>\d{1,2})[./](?P<day>\d{1,2})(?![\d.])")
_MORE_DAYS = re.compile(
    rf"{_WEEK}\s*(?:[—–\-~～至到]+)\s*(?P<day>{_NUM})\s*[日号](?!前)|{_WEEK}\s*[、和]\s*(?P<day3>{_NUM})\s*[日号]"
)
_MONTH = re.compile(
    rf"(?:(?P<year>{_YEAR})\s*年\s*)?(?P<month>{_NUM})\s*月(?:份)?(?:[上中下]旬|初|底|中)?"
)
_HALF = r"(?P<half>凌晨|早上|上午|中午|下午|晚上|晚|夜间)?"
_HOUR = re.compile(
    rf"{_HALF}\s*(?P<hour>\d{{1,2}})\s*(?:[:：](?P<minute>\d{{2}})|[时点](?:(?P<minute2>\d{{1,2}})分?|(?P<half_past>半))?)(?!\d)"
)
_SPOKEN_HOUR = re.compile(
    r"(?P<half>凌晨|早上|上午|中午|下午|晚上|晚)(?P<hour>[一二两三四五六七八九十]{1,3})[点时](?P<half_past>半)?"
)
_JOIN = re.compile(r"\s*(?:[—–\-~～至到]+|起?至)\s*$")

WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Years:
    """Which year a day without one is in, by what its document says.

    Attributes:
        first, last: the months that the title speaks of (2026年11月—2027年1月), as first days.
        near: a day of the document (issue, or an event told before) on or after which it lies.
        named: the year of the title.
    """

    first: date | None = None
    last: date | None = None
    near: date | None = None
    named: int | None = None

    def of(self, month: int, day: int) -> int | None:
        """The year of a month and day; None when nothing tells."""
        if self.first and self.last:
            for year in range(self.first.year, self.last.year + 1):
                if self.first <= date(year, month, 1) <= self.last:
                    return year
        if self.near:
            for year in (self.near.year, self.near.year + 1):
                made = _date(year, month, day)
                if made and made >= self.near:
                    return year
        return self.named


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, perhaps with an hour, or a whole month.

    Attributes:
        value: ``2026-12-12T09:00``, ``2026-12-12`` or ``2026-12``.
        guessed: the year was not written.
        odd: the weekday written beside it, where it is another one; "" otherwise.
    """

    value: str
    guessed: bool = False
    odd: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when; ``ends`` may be of the same day."""

    starts: Moment
    ends: Moment


def day_of(value: str) -> date:
    """The first day of a moment's value."""
    return date.fromisoformat(value[:10] if len(value) > 7 else f"{value}-01")


def first_moment(value: str) -> datetime:
    """When a moment begins."""
    hour = time.fromisoformat(value[11:]) if len(value) > 10 else time.min
    return datetime.combine(day_of(value), hour)


def last_moment(value: str) -> datetime:
    """When a moment is over: a day without an hour lasts to its end, a month to its last day."""
    if len(value) > 10:
        return first_moment(value)
    day = day_of(value)
    if len(value) == 7:
        day = day.replace(day=calendar.monthrange(day.year, day.month)[1])
    return datetime.combine(day, time(23, 59, 59))


def years_of(title: str, issued: date | None) -> Years:
    """What a document's title and day of issue tell of its years.

    >>> years_of("活动安排表（2026年11月—2027年1月）", None).of(1, 8)
    2027
    """
    span = re.search(
        r"(20\d\d)年(\d{1,2})月(?:份)?\s*[—–\-~～至到]+\s*(?:(20\d\d)年)?(\d{1,2})月", title
    )
    first = last = None
    if span and 1 <= int(span[2]) <= 12 and 1 <= int(span[4]) <= 12:
        first = date(int(span[1]), int(span[2]), 1)
        until = int(span[3]) if span[3] else first.year + (int(span[4]) < first.month)
        last = date(until, int(span[4]), 1)
    named = re.search(r"(20\d\d)年", title)
    return Years(first, last, issued, int(named[1]) if named else None)


def read_span(text: str, years: Years, bare: bool = False) -> Span | None:
    """The first day or days of a text with their hours; None when it names none.

    Args:
        bare: 12.5 and 12/5 are days, as in a table's column of days.

    >>> read_span("2026年11月25日9:00开始，12月25日18:00结束", Years()).ends.value
    '2026-12-25T18:00'
    >>> read_span("2026年11月25日至12月25日，系统每天8:30—22:00开放", Years()).ends.value
    '2026-12-25'
    """
    match = _DAY.search(text) or (_BARE_DAY.search(text) if bare else None)
    if match is None:
        return _read_month(text, years)
    found = _moment(match, years)
    if found is None:
        return None
    starts, at = found, match.end()
    week = re.match(_WEEK, text[at:])
    if week and week[1]:
        starts = _checked(starts, week[1])
    ends = starts
    rest = text[at:]
    if more := _MORE_DAYS.match(rest):
        number = chinese_number(more["day"] or more["day3"])
        made = _date(int(starts.value[:4]), int(starts.value[5:7]), number)
        if made and made.isoformat() >= starts.value:
            ends = Moment(made.isoformat(), starts.guessed)
            rest = rest[more.end() :]
    elif second := _DAY.search(rest):
        between = rest[: second.start()]
        hours = list(_HOUR.finditer(between))
        behind = _up_to_pause(rest[second.end() :])
        joined = _JOIN.search(_WEEKDAY_MARK.sub("", between))
        opens = _OPENS.search(between) and _CLOSES.search(behind)
        if (joined or opens) and len(between) <= 24:
            near = Years(near=day_of(starts.value))
            later = _moment(second, near)
            if later:
                ends = Moment(later.value, later.guessed and starts.guessed)
                opening = _hours(between) if hours else []
                closing = _hours(behind)[:1]
                return Span(_at(starts, opening[:1]), _at(ends, closing))
    hours_said = _hours(rest)
    if ends is starts or ends == starts:
        closing_hours = hours_said[1:2] or hours_said[:1]
        return Span(_at(starts, hours_said[:1]), _at(ends, closing_hours))
    return Span(_at(starts, hours_said[:1]), _at(ends, hours_said[1:2] or hours_said[:1]))


def _up_to_pause(text: str) -> str:
    """What is said right behind a day: of 12月25日，系统每天8:30开放 nothing, of 12月25日，18:00止 all."""
    for pause in _PAUSE.finditer(text):
        if not _HOUR.match(text, pause.end()):
            return text[: pause.start()]
    return text


_PAUSE = re.compile(r"[，,。；;]\s*")
_OPENS = re.compile(r"(?:开始|起)[，,；;、]?\s*$")
_CLOSES = re.compile("结束|截止|关闭|为?止|停止")
"""11月25日9:00开始，12月25日18:00结束 is one span."""


def read_hours(text: str) -> tuple[time, ...]:
    """The hours a text names, at most two: 14:00-17:30, 下午2点至5点."""
    return tuple(_hours(text))


def with_hours(span: Span, hours: tuple[time, ...]) -> Span:
    """A span of days with hours that stand elsewhere, as in a table's next column."""
    if not hours or len(span.starts.value) != 10:
        return span
    return Span(_at(span.starts, list(hours[:1])), _at(span.ends, list(hours[-1:])))


_WEEKDAY_MARK = re.compile(r"[（(]?\s*(?:星期|周|礼拜)[一二三四五六日天]\s*[）)]?")


def _read_month(text: str, years: Years) -> Span | None:
    match = _MONTH.search(text)
    if match is None:
        return None
    month = chinese_number(match["month"])
    if not 1 <= month <= 12:
        return None
    year = read_year(match["year"]) if match["year"] else years.of(month, 28)
    if year is None:
        return None
    made = Moment(f"{year:04d}-{month:02d}", not match["year"])
    return Span(made, made)


def _moment(match: re.Match[str], years: Years) -> Moment | None:
    groups = match.groupdict()
    month = chinese_number(groups.get("month") or groups.get("month2") or "0")
    day = chinese_number(groups.get("day") or groups.get("day2") or "0")
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    written = groups.get("year") or groups.get("year2")
    year = read_year(written) if written else years.of(month, day)
    made = _date(year, month, day) if year else None
    return Moment(made.isoformat(), not written) if made else None


def _checked(moment: Moment, weekday: str) -> Moment:
    said = WEEKDAYS.index(weekday.replace("天", "日"))
    odd = "" if day_of(moment.value).weekday() == said else f"星期{weekday}"
    return Moment(moment.value, moment.guessed, odd)


def _at(moment: Moment, hours: list[time]) -> Moment:
    if not hours or len(moment.value) != 10:
        return moment
    return Moment(f"{moment.value}T{hours[0]:%H:%M}", moment.guessed, moment.odd)


def _hours(text: str) -> list[time]:
    found: list[time] = []
    half = ""
    matches = [*_HOUR.finditer(text), *_SPOKEN_HOUR.finditer(text)]
    last_end = None
    for match in sorted(matches, key=lambda m: m.start()):
        if last_end is not None and not _JOIN.fullmatch(text[last_end : match.start()]):
            break  # another hour of the day, not the end of this one
        groups = match.groupdict()
        half = groups.get("half") or half
        hour = chinese_number(groups["hour"].replace("两", "二"))
        minute = int(groups.get("minute") or groups.get("minute2") or 0)
        minute = 30 if groups.get("half_past") else minute
        if half in ("下午", "晚上", "晚", "夜间") and hour < 12:
            hour += 12
        if half == "中午" and hour < 6:
            hour += 12
        if hour == 24 and minute == 0:
            hour, minute = 23, 59
        if hour > 23 or minute > 59:
            continue
        found.append(time(hour, minute))
        last_end = match.end()
        if len(found) == 2:
            break
    return found


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None

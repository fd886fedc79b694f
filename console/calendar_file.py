"""An event as an iCalendar file (RFC 5545). Pure.

Small enough to write by hand: one VEVENT with times in UTC needs no time zone component, and the
library tried brought a python-dateutil that another of ours refuses.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from knowledge.moments import day_of, first_moment
from knowledge.programme import Happening

CHINA_AHEAD = timedelta(hours=8)
"""China keeps UTC+8 all year."""


def calendar_file(happening: Happening, host: str, address: str, now: datetime) -> str:
    """The file's text, lines ended and folded as RFC 5545 §3.1 has them.

    Args:
        host: makes the event's UID one of ours.
        address: its public page.
        now: the moment of writing (in China, without zone).

    Raises:
        ValueError: no day is told, so there is nothing to put into a calendar.
    """
    starts = happening.value("starts")
    if len(starts) < 10:
        raise ValueError("no day is told")
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Zhihui//events//ZH", "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH", "BEGIN:VEVENT", f"UID:event-{happening.id}@{host}",
        f"DTSTAMP:{_utc(now)}", f"SEQUENCE:{len(happening.changes)}",
        *_times(starts, happening.value("ends") or starts),
        f"SUMMARY:{_text(happening.title)}",
        f"STATUS:{'CANCELLED' if happening.cancelled else 'CONFIRMED'}",
    ]  # fmt: skip
    if place := happening.value("place"):
        lines.append(f"LOCATION:{_text(place)}")
    if address:
        lines.append(f"URL:{address}")
    lines += ["END:VEVENT", "END:VCALENDAR", ""]
    return "\r\n".join(_folded(line) for line in lines)


def _times(starts: str, ends: str) -> list[str]:
    if len(starts) == 10:  # whole days; the end is the day after the last
        last = day_of(ends) + timedelta(1)
        return [f"DTSTART;VALUE=DATE:{_day(day_of(starts))}", f"DTEND;VALUE=DATE:{_day(last)}"]
    if len(ends) > 10 and ends > starts:
        return [f"DTSTART:{_utc(first_moment(starts))}", f"DTEND:{_utc(first_moment(ends))}"]
    return [f"DTSTART:{_utc(first_moment(starts))}"]


def _utc(moment: datetime) -> str:
    return f"{moment - CHINA_AHEAD:%Y%m%dT%H%M%SZ}"


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"


def _text(value: str) -> str:
    """A TEXT value (§3.3.11): no control characters, its four signs escaped."""
    value = re.sub(r"([\\;,])", r"\\\1", value)
    value = re.sub(r"\r\n?|\n", r"\\n", value)
    return re.sub(r"[\x00-\x1f\x7f]", " ", value)


def _folded(line: str) -> str:
    """At most 75 octets a line, never within a character; a continuation begins with a blank."""
    parts, current, room = [], "", 75
    for character in line:
        size = len(character.encode())
        if size > room:
            parts.append(current)
            current, room = "", 74
        current += character
        room -= size
    return "\r\n ".join([*parts, current])

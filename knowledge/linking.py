"""Which texts tell of the same event. The rules are pure; ``link`` writes what they find.

Schedule and notice name one event in differing words; a notice of a change names it by its title
and the day it was planned for. An event keeps the id it has got: people have signed up to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from sqlalchemy import Connection, insert, select, update

from knowledge.documents import DocumentFacts, Event, EventKind, VersionStatus
from knowledge.moments import day_of
from knowledge.tables import events, happenings, versions

ALIKE = 0.75
"""Share of the shorter title's pairs of characters in the longer one from which two are one."""
SAME_TITLE = 0.92
"""The same for events whose days differ: then only the title speaks for it."""
NEAR_DAYS = 10
"""Days by which two texts may differ on the day of one event."""


@dataclass(frozen=True, slots=True)
class Told:
    """An event as one version tells it.

    Attributes:
        happening_id: the event it was found to be; None while that is open.
        issued: the text's day of issue, None where it has none.
    """

    version_id: int
    document_id: int
    happening_id: int | None
    event: Event
    status: VersionStatus = VersionStatus.PUBLISHED
    issued: date | None = None


def core(title: str) -> str:
    """A title without what differs between texts: year, quotes, 大型, 活动.

    >>> core("“才聚临江”2026年冬季大型招聘会") == core("“才聚临江”冬季大型招聘会")
    True
    """
    bare = re.sub(
        r"20\d\d\s*(?:年度?)?|第?\d+[届场期]|大型|系列|专场?|活动$|[^\w]", "", title.lower()
    )
    return bare or re.sub(r"[^\w]", "", title)


def title_likeness(one: str, other: str) -> float:
    """Share of the shorter title's pairs of characters that stand in the longer one, 0..1."""
    short, long = sorted((core(one), core(other)), key=len)
    if len(short) < 2:
        return float(short == long)
    pairs = [short[i : i + 2] for i in range(len(short) - 1)]
    return sum(p in long for p in pairs) / len(pairs)


def is_same(one: Told, other: Told, all_told: Sequence[Told]) -> bool:
    """Do two texts tell of one event? ``all_told`` shows whether a title names several."""
    a, b = one.event, other.event
    if EventKind.APPLICATION in (a.kind, b.kind):
        return a.kind is b.kind and one.document_id == other.document_id and a.ordinal == b.ordinal
    like = title_likeness(a.title.value, b.title.value)
    if a.kind is not b.kind and EventKind.OTHER not in (a.kind, b.kind):
        return False
    if _number(a) != _number(b) and _number(a) and _number(b):
        return False  # 第三期 is not 第四期
    if a.changes or b.changes:
        return _is_change_of(one, other, like, all_told)
    if one.version_id == other.version_id:
        return False
    if one.document_id == other.document_id:
        # the next version of the same paper: the title is all that stays. One issued after the
        # event before it tells of the next of a series
        early, late = sorted((one, other), key=lambda t: t.version_id)
        starts = early.event.starts
        if starts and late.issued and day_of(starts.value) < late.issued:
            return False
        return like >= SAME_TITLE and (
            _same_day(a, b) or (not _repeats(other, all_told) and not _repeats(one, all_told))
        )
    if _same_day(a, b):
        return like >= ALIKE
    near = bool(
        a.starts and b.starts
        and abs((day_of(a.starts.value) - day_of(b.starts.value)).days) <= NEAR_DAYS
    )  # fmt: skip
    once = not _repeats(one, all_told) and not _repeats(other, all_told)
    # a schedule and a notice may differ on the day; two notices under one title are two of a series
    schedules = sum(_tells_several(t, all_told) for t in (one, other))
    return near and like >= SAME_TITLE and once and schedules == 1


def _is_change_of(one: Told, other: Told, like: float, all_told: Sequence[Told]) -> bool:
    """Is one of two a notice about the other, or are both notices about the same?"""
    if like < ALIKE:
        return False
    change, event = (one, other) if one.event.changes else (other, one)
    planned = change.event.was
    if event.event.changes:
        days = {
            f.value[:10]
            for e in (change.event, event.event)
            for f in (e.was, e.starts)
            if f is not None
        }
        return like >= SAME_TITLE or len(days) < 4
    starts = event.event.starts
    if planned and starts and planned.value[:10] == starts.value[:10]:
        return True
    if planned and starts and planned.value[:7] == starts.value and len(starts.value) == 7:
        return True
    if planned and starts and change.event.starts:
        # a second notice counts from the day that the first one set; a late text has the new day
        if change.event.starts.value[:10] == starts.value[:10]:
            return True
        others = [t for t in all_told if t.event.changes and t is not change]
        moved = {t.event.starts.value[:10] for t in others if t.event.starts}
        if planned.value[:10] in moved:
            return not _repeats(event, all_told)
    if planned and starts:
        return False
    return not _repeats(event, all_told)


def _repeats(told: Told, all_told: Sequence[Told]) -> bool:
    """Does a version tell of several events under this title?"""
    title = told.event.title.value
    return any(
        t.version_id == told.version_id
        and t.event.ordinal != told.event.ordinal
        and title_likeness(t.event.title.value, title) >= SAME_TITLE
        for t in all_told
    )


def _tells_several(told: Told, all_told: Sequence[Told]) -> bool:
    return sum(t.version_id == told.version_id for t in all_told) > 1


def _same_day(a: Event, b: Event) -> bool:
    if not a.starts or not b.starts:
        return False
    short = min(len(a.starts.value), len(b.starts.value), 10)
    return a.starts.value[:short] == b.starts.value[:short]


def _number(event: Event) -> str:
    match = re.search(r"第([一二三四五六七八九十\d]+)[届场期]", event.title.value)
    return match[1] if match else ""


def link(connection: Connection, version_id: int) -> None:
    """Give every event of a version that is being published its happening, an own one if new.

    In the transaction of the publication. One that already has one keeps it.
    """
    all_told = read_told(connection)
    for told in [t for t in all_told if t.version_id == version_id]:
        if told.happening_id is not None:
            continue
        known = [t for t in all_told if t.happening_id is not None and _counts(t, told)]
        same = [t for t in known if is_same(told, t, all_told)]
        if same:
            title = told.event.title.value
            best = max(same, key=lambda t: title_likeness(t.event.title.value, title))
            found = best.happening_id
        else:
            made = connection.execute(
                insert(happenings).values(created_at=datetime.now(UTC), corrections={})
            )
            found = int(made.inserted_primary_key[0])  # type: ignore[index]
        connection.execute(
            update(events)
            .where(events.c.version_id == version_id, events.c.ordinal == told.event.ordinal)
            .values(happening_id=found)
        )
        named = replace(told, happening_id=found)
        all_told = [named if t is told else t for t in all_told]


def _counts(known: Told, told: Told) -> bool:
    published = known.status is VersionStatus.PUBLISHED
    before = known.document_id == told.document_id and known.status is VersionStatus.SUPERSEDED
    return ((published or before) and known.version_id != told.version_id) or (
        known.version_id == told.version_id and bool(known.event.changes)
    )


def read_told(connection: Connection) -> list[Told]:
    """Every event of every version that was ever published or is being published."""
    rows = connection.execute(
        select(events, versions.c.document_id, versions.c.status, versions.c.facts)
        .join(versions, versions.c.id == events.c.version_id)
        .where(versions.c.status.in_(("published", "superseded")))
        .order_by(events.c.version_id, events.c.ordinal)
    ).mappings()
    return [
        Told(
            r["version_id"], r["document_id"], r["happening_id"], Event.restored(r["told"]),
            VersionStatus(r["status"]), DocumentFacts.restored(r["facts"]).issued_on,
        )
        for r in rows
    ]  # fmt: skip

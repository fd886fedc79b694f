"""The events as they stand on a day: what several texts tell of each, merged, with its changes.

A notice of one event counts before a schedule of many, a later text before an earlier one, a
notice of a change from its own day on before both, and what staff have entered before all.
"""

from __future__ import annotations

import re
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlalchemy import Connection, insert, select, update

from database import writing
from knowledge.catalogue import Catalogue, StoredPassage
from knowledge.documents import (
    ChangeKind,
    EventKind,
    Overtaken,
    Source,
    VersionStatus,
)
from knowledge.events import column_of
from knowledge.linking import Told, core, read_told, title_likeness
from knowledge.moments import day_of, first_moment, last_moment
from knowledge.tables import events, happenings, state

FIELDS = (
    "title", "starts", "ends", "signup_until", "place", "audience", "capacity", "joining",
    "contact",
)  # fmt: skip
"""What is told of an event, in the order in which people read it."""
MOMENTS = ("starts", "ends", "signup_until")
COMPARED = ("starts", "ends", "signup_until", "place")
"""Fields on which two texts must agree; the others may say more or less."""
STAFF = "工作人员更正"


@dataclass(frozen=True, slots=True)
class Said:
    """A field of an event with where it stands.

    Attributes:
        value: see documents.Event.
        line: the line it was read from; "" for what staff have entered.
        version_id: 0 for what staff have entered.
        document: the title of the text.
        passage_id: its passage that holds the line, 0 where none does.
    """

    value: str
    line: str
    version_id: int = 0
    document: str = STAFF
    passage_id: int = 0


@dataclass(frozen=True, slots=True)
class Changed:
    """What a later text has changed.

    Attributes:
        was, now: the old and new start or place; "" where not told (另行通知).
        by: the text that says so; its passage may be cited.
        keeps_hours: it names a day and says that the hours stay.
    """

    kind: ChangeKind
    was: str
    now: str
    by: Said
    keeps_hours: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two texts that say different things, the one that is followed first."""

    name: str
    followed: Said
    other: Said


@dataclass(frozen=True, slots=True)
class Happening:
    """One event as it stands.

    Attributes:
        id: its public page is /e/<id>.
        said: field -> what is followed.
        tellers: the passages that tell of it, the best first.
        sources: the live texts that tell of it.
        changes: in the order in which they were announced.
        conflicts: what staff should settle.
        doubts: what a reviewer should look at.
        confirmed: staff have looked at its fields as they are.
        corrected: fields that staff have entered.
    """

    id: int
    kind: EventKind
    said: Mapping[str, Said]
    tellers: tuple[StoredPassage, ...] = ()
    sources: tuple[Source, ...] = ()
    changes: tuple[Changed, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    doubts: tuple[str, ...] = ()
    confirmed: bool = False
    corrected: frozenset[str] = field(default_factory=frozenset)

    def value(self, name: str) -> str:
        """A field's value, "" when nothing tells it."""
        said = self.said.get(name)
        return said.value if said else ""

    @property
    def title(self) -> str:
        """What it is called."""
        return self.value("title")

    @property
    def cancelled(self) -> Changed | None:
        """What cancelled it, None while it stands."""
        return next((c for c in reversed(self.changes) if c.kind is ChangeKind.CANCELLED), None)

    @property
    def further(self) -> tuple[tuple[str, str], ...]:
        """What its row of a schedule says besides its fields, column and cell: 费用, 说明."""
        row = next((t.passage for t in self.tellers if t.passage.header), None)
        if row is None:
            return ()
        told = zip(row.header, row.cells, strict=False)
        return tuple(
            (name, cell)
            for name, cell in told
            if cell.strip(" -—－/无") and not column_of(name) and not _NUMBERED.fullmatch(name)
        )

    @property
    def begins_at(self) -> datetime | None:
        """When it begins (in China, without zone); None while that is open."""
        return first_moment(self.value("starts")) if self.value("starts") else None

    @property
    def over_at(self) -> datetime | None:
        """When it is over; None while that is open."""
        value = self.value("ends") or self.value("starts")
        return last_moment(value) if value else None

    @property
    def closes_at(self) -> datetime | None:
        """The last moment to sign up, None where nothing says so."""
        return last_moment(self.value("signup_until")) if self.value("signup_until") else None

    def is_coming(self, now: datetime) -> bool:
        """Not over and not cancelled; one whose new day is open is not coming on any day."""
        over = self.over_at
        return over is not None and over >= now and self.cancelled is None


_NUMBERED = re.compile(r"(?:序|编)?号|No\.?")


@dataclass(frozen=True, slots=True)
class _Entry:
    id: int
    corrections: Mapping[str, str]
    confirmed: bool
    cancelled_at: datetime | None


class Programme:
    """All events of the published texts. Safe to use from several threads."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._lock = threading.Lock()
        self._kept: dict[date, tuple[str, list[Happening], dict[int, Overtaken]]] = {}

    def happenings(self, day: date) -> list[Happening]:
        """Every event that texts in force on a day tell of, by its start; past ones too."""
        return self._made(day)[1]

    def happening(self, happening_id: int, day: date) -> Happening | None:
        """One event, None when no text in force tells of it."""
        return next((h for h in self.happenings(day) if h.id == happening_id), None)

    def events(self, day: date) -> list[Happening]:
        """What one can go to: without the spans in which something may be applied for."""
        return [h for h in self.happenings(day) if h.kind is not EventKind.APPLICATION]

    def overtaken(self, day: date) -> Mapping[int, Overtaken]:
        """Passage id -> what has become of the event that it tells of."""
        return self._made(day)[2]

    def passages_of(self, version_id: int) -> list[StoredPassage]:
        """The passages of a text that tells of events, in reading order."""
        return self._catalogue.passages_of(version_id)

    def is_spoken_of(self, word: str) -> bool:
        """Does any published text hold a word?"""
        return bool(self._catalogue.passages_with([word]))

    # -- what staff decide ---------------------------------------------------------------

    def correct(self, happening_id: int, values: Mapping[str, str]) -> None:
        """Enter what staff know better; "" takes an entry back.

        Raises:
            KeyError: there is no such event, or a value names no field.
            ValueError: a moment that is none, see documents.Event.
        """
        for name, value in values.items():
            if name not in FIELDS:
                raise KeyError(name)
            if name in MOMENTS and value:
                first_moment(value)
        with writing(self._catalogue.engine) as connection:
            entry = _entry(connection, happening_id)
            kept = {n: v for n, v in {**entry.corrections, **values}.items() if v}
            connection.execute(
                update(happenings).where(happenings.c.id == happening_id).values(corrections=kept)
            )
            _touch(connection)

    def confirm(self, happening_id: int) -> None:
        """Note that staff have looked at the fields as they are."""
        self._mark(happening_id, confirmed_at=datetime.now(UTC))

    def cancel(self, happening_id: int, back: bool = False) -> None:
        """Cancel an event, or take that back."""
        self._mark(happening_id, cancelled_at=None if back else datetime.now(UTC))

    def join(self, happening_id: int, other_id: int) -> None:
        """Two entries are one event: what texts tell of the second counts for the first."""
        with writing(self._catalogue.engine) as connection:
            _entry(connection, happening_id)
            connection.execute(
                update(events)
                .where(events.c.happening_id == other_id)
                .values(happening_id=happening_id)
            )
            _touch(connection)

    def _mark(self, happening_id: int, **values: datetime | None) -> None:
        with writing(self._catalogue.engine) as connection:
            _entry(connection, happening_id)
            connection.execute(
                update(happenings).where(happenings.c.id == happening_id).values(**values)
            )
            _touch(connection)

    # -- making --------------------------------------------------------------------------

    def _made(self, day: date) -> tuple[str, list[Happening], dict[int, Overtaken]]:
        with self._lock:
            kept = self._kept.get(day)
        mark = self._catalogue.changed(kept[0] if kept else "")
        if kept is not None and kept[0] == mark:
            return kept
        found = self._read(day)
        made = (mark, found, self._find_overtaken(found, day))
        with self._lock:
            if len(self._kept) > 8:
                self._kept.clear()
            self._kept[day] = made
        return made

    def _read(self, day: date) -> list[Happening]:
        sources = self._catalogue.sources()
        with self._catalogue.engine.connect() as connection:
            told = [t for t in read_told(connection) if t.happening_id is not None]
            entries = {e.id: e for e in _entries(connection)}
        groups: defaultdict[int, list[Told]] = defaultdict(list)
        for one in told:
            groups[one.happening_id or 0].append(one)
        pages: dict[int, list[StoredPassage]] = {}
        found = []
        for happening_id, group in groups.items():
            live = [
                t for t in group if t.version_id in sources and sources[t.version_id].in_force(day)
            ]
            # what only a lapsed or future text tells is no event of the day
            if not live or happening_id not in entries:
                continue
            for one in live:
                if one.version_id not in pages:
                    pages[one.version_id] = self._catalogue.passages_of(one.version_id)
            found.append(_merged(entries[happening_id], live, group, told, sources, pages))
        return sorted(found, key=lambda h: (h.value("starts") or "9", h.id))

    def _find_overtaken(self, found: Sequence[Happening], day: date) -> dict[int, Overtaken]:
        overtaken: dict[int, Overtaken] = {}
        sources = self._catalogue.sources()
        tellings = Counter(s.version_id for h in found for s in h.sources)
        pages = {v: self._catalogue.passages_of(v) for v in tellings}
        for happening in found:
            over = happening.over_at is not None and happening.over_at.date() < day
            if over and happening.kind is not EventKind.APPLICATION and not happening.cancelled:
                told = _over(happening)
                for stored in _own(happening, pages, tellings):
                    overtaken[stored.id] = told
                continue
            if not happening.changes:
                continue
            told = _overtaken(happening)
            for passage_id in self._stale(happening, sources, pages, tellings, day):
                overtaken[passage_id] = told
        return overtaken

    def _stale(
        self, happening: Happening, sources: Mapping[int, Source],
        pages: Mapping[int, Sequence[StoredPassage]], tellings: Mapping[int, int], day: date,
    ) -> Iterator[int]:  # fmt: skip
        """Passages that tell of an event as it was planned before.

        Args:
            pages: the passages of the versions that tell of events.
            tellings: how many events each version tells of.
        """
        last = happening.changes[-1].by
        old = {c.was for c in happening.changes if c.was}
        own = {s.version_id for s in happening.sources}
        for stored in _own(happening, pages, tellings):
            if stored.version_id != last.version_id:
                yield stored.id
        days = {v[:10] for v in old if re.match(r"\d{4}-\d\d-\d\d", v)}
        for day_ in days:
            written = day_of(day_)
            month, number = written.month, written.day
            wordings = [f"{month}月{number}日", f"{month}月{number}号", f"{month:02d}-{number:02d}"]
            wordings.append(f"{month:02d}月{number:02d}日")
            pattern = re.compile(rf"(?<!\d)(?:{'|'.join(wordings)})(?!\d)")
            for stored in self._catalogue.passages_with(wordings):
                source = sources.get(stored.version_id)
                if source is None or stored.version_id in own or not source.in_force(day):
                    continue
                if pattern.search(stored.passage.text) and _speaks_of(happening, stored, source):
                    yield stored.id


def _own(
    happening: Happening, pages: Mapping[int, Sequence[StoredPassage]],
    tellings: Mapping[int, int],
) -> Iterator[StoredPassage]:  # fmt: skip
    """The passages about an event: all of a notice of it alone, of a schedule its rows."""
    tellers = {t.id for t in happening.tellers}
    for version_id in {s.version_id for s in happening.sources}:
        for stored in pages[version_id]:
            if stored.id in tellers or tellings[version_id] == 1:
                yield stored


def _speaks_of(happening: Happening, stored: StoredPassage, source: Source) -> bool:
    about = core(" ".join((source.title, *stored.passage.path, stored.passage.text)))
    name = core(happening.title)
    pairs = [name[i : i + 2] for i in range(len(name) - 1)]
    return bool(pairs) and sum(p in about for p in pairs) / len(pairs) >= 0.6


def _merged(
    entry: _Entry, live: Sequence[Told], group: Sequence[Told], all_told: Sequence[Told],
    sources: Mapping[int, Source], pages: Mapping[int, list[StoredPassage]],
) -> Happening:  # fmt: skip
    issued = {t.version_id: sources[t.version_id].effective_on or date.min for t in live}
    many = {t.version_id: sum(o.version_id == t.version_id for o in all_told) for t in live}
    plain = sorted(
        (t for t in live if not t.event.changes),
        key=lambda t: (many[t.version_id] > 1, -issued[t.version_id].toordinal(), -t.version_id),
    )
    notices = sorted(
        (t for t in live if t.event.changes), key=lambda t: (issued[t.version_id], t.version_id)
    )
    said: dict[str, Said] = {}
    conflicts: list[Conflict] = []
    for told in plain or notices[:1]:
        for name, made in _fields(told, sources, pages):
            if name not in said:
                said[name] = made
            elif name in COMPARED and not _agree(name, said[name].value, made.value):
                conflicts.append(Conflict(name, said[name], made))
    changes = [*_reissued(plain, group, sources, pages)]
    for told in notices:
        changes += _apply(told, said, sources, pages)
    if changes:  # what differs because of a change is no conflict
        old = {c.was[:10] for c in changes if c.was} | {c.was for c in changes if c.was}
        conflicts = [
            c for c in conflicts
            if c.name not in ("ends", "signup_until")
            and not {c.other.value, c.other.value[:10], c.followed.value[:10]} & old
        ]  # fmt: skip
    for name, value in entry.corrections.items():
        said[name] = Said(value, "")
    conflicts = [c for c in conflicts if c.name not in entry.corrections]
    begins = entry.corrections.get("starts", "")
    is_moved = begins and "ends" in said and said["ends"].value[:10] != begins[:10]
    if is_moved and "ends" not in entry.corrections:
        said["ends"] = Said(begins[:10], "")
    if entry.cancelled_at is not None:
        changes.append(Changed(ChangeKind.CANCELLED, "", "", Said("", "")))
    tellers: dict[int, StoredPassage] = {}
    for told in (*reversed(notices), *plain):
        for stored in _passages(told, pages):
            tellers.setdefault(stored.id, stored)
    kind = next((t.event.kind for t in plain if t.event.kind is not EventKind.OTHER), None)
    return Happening(
        entry.id, kind or live[0].event.kind, said, tuple(tellers.values()),
        tuple({t.version_id: sources[t.version_id] for t in (*plain, *notices)}.values()),
        tuple(changes), tuple(conflicts),
        tuple(dict.fromkeys(d for t in live for d in t.event.doubts))
        + (() if plain else ("只有变更通知，没有找到它所说的活动",)),
        entry.confirmed, frozenset(entry.corrections),
    )  # fmt: skip


def _fields(
    told: Told, sources: Mapping[int, Source], pages: Mapping[int, list[StoredPassage]]
) -> Iterator[tuple[str, Said]]:
    for name in FIELDS:
        fact = getattr(told.event, name)
        if fact is not None:
            yield name, _said(told, fact.value, fact.source, sources, pages)


def _said(
    told: Told, value: str, line: str, sources: Mapping[int, Source],
    pages: Mapping[int, list[StoredPassage]],
) -> Said:  # fmt: skip
    own = _passages(told, pages)
    cells = line.split(" | ") if " | " in line else []
    holding = [
        p for p in own if line in p.passage.text or (cells and list(p.passage.cells) == cells)
    ]
    best = (holding or own)[:1]
    return Said(
        value, line, told.version_id, sources[told.version_id].title, best[0].id if best else 0
    )


def _passages(told: Told, pages: Mapping[int, list[StoredPassage]]) -> list[StoredPassage]:
    wanted = set(told.event.clauses)
    found = [p for p in pages.get(told.version_id, ()) if wanted & set(p.passage.clauses)]
    if any(p.passage.cells for p in found):  # a row rides with its header
        rows = [p for p in found if p.passage.cells and p.passage.clauses[-1] in wanted]
        return rows or found
    return found


def _apply(
    told: Told, said: dict[str, Said], sources: Mapping[int, Source],
    pages: Mapping[int, list[StoredPassage]],
) -> list[Changed]:  # fmt: skip
    """Let a notice of a change change what was said; returns what it changed."""
    event = told.event
    found: list[Changed] = []

    def by(fact_line: str, value: str = "") -> Said:
        return _said(told, value, fact_line, sources, pages)

    before = said.get("starts")
    was = before.value if before else ""
    if event.was and (not was or event.was.value[:10] != was[:10]):
        was = (
            event.was.value
            if not was or (event.starts and was[:10] == event.starts.value[:10])
            else was
        )
    if ChangeKind.CANCELLED in event.changes:
        line = event.was.source if event.was else event.title.source
        return [Changed(ChangeKind.CANCELLED, was, "", by(line))]
    if ChangeKind.DATE in event.changes:
        if event.starts is None:
            for name in ("starts", "ends"):
                said.pop(name, None)
            found.append(
                Changed(
                    ChangeKind.DATE,
                    was,
                    "",
                    by(event.was.source if event.was else event.title.source),
                )
            )
        elif not was or event.starts.value[:16] != was[:16]:
            starts, ends = event.starts.value, (event.ends or event.starts).value
            kept = event.keeps_hours and len(starts) == 10 and len(was) > 10
            until = said["ends"].value if "ends" in said else ""
            if kept:
                ends = f"{ends}T{until[11:]}" if len(until) > 10 else ends
                starts = f"{starts}T{was[11:]}"
            said["starts"] = by(event.starts.source, starts)
            said["ends"] = by(event.starts.source, ends)
            found.append(Changed(ChangeKind.DATE, was, starts, by(event.starts.source), kept))
    if event.signup_until is not None:
        said["signup_until"] = by(event.signup_until.source, event.signup_until.value)
    if ChangeKind.PLACE in event.changes and event.place is not None:
        old = said.get("place")
        was_place = event.was_place.value if event.was_place else ""
        said["place"] = by(event.place.source, event.place.value)
        shown = was_place or (old.value if old else "")
        found.append(Changed(ChangeKind.PLACE, shown, event.place.value, by(event.place.source)))
    return found


def _reissued(
    plain: Sequence[Told], group: Sequence[Told], sources: Mapping[int, Source],
    pages: Mapping[int, list[StoredPassage]],
) -> Iterator[Changed]:  # fmt: skip
    """What a new version of a text says otherwise than the version before it."""
    for told in plain[:1]:
        before = [
            t for t in group
            if t.document_id == told.document_id and t.version_id < told.version_id
            and t.status is VersionStatus.SUPERSEDED
        ]  # fmt: skip
        if not before:
            continue
        last, event = max(before, key=lambda t: t.version_id).event, told.event
        if last.starts and event.starts and last.starts.value[:10] != event.starts.value[:10]:
            by = _said(told, "", event.starts.source, sources, pages)
            yield Changed(ChangeKind.DATE, last.starts.value, event.starts.value, by)
        if last.place and event.place and not _agree("place", last.place.value, event.place.value):
            by = _said(told, "", event.place.source, sources, pages)
            yield Changed(ChangeKind.PLACE, last.place.value, event.place.value, by)


def _agree(name: str, one: str, other: str) -> bool:
    if name in MOMENTS:
        short = min(len(one), len(other))
        return one[:short] == other[:short]
    bare = [re.sub(r"[\W]", "", v) for v in (one, other)]
    return bare[0] in bare[1] or bare[1] in bare[0] or title_likeness(one, other) >= 0.6


def _over(happening: Happening) -> Overtaken:
    until = happening.value("ends") or happening.value("starts")
    by = happening.said["starts"]
    return Overtaken(
        happening.id, happening.title, False, "", "", "", "", by.document, by.passage_id, "", until
    )


def _overtaken(happening: Happening) -> Overtaken:
    days = [c for c in happening.changes if c.kind is ChangeKind.DATE]
    places = [c for c in happening.changes if c.kind is ChangeKind.PLACE]
    by = (happening.cancelled or happening.changes[-1]).by
    passage = next((t.passage for t in happening.tellers if t.id == by.passage_id), None)
    was = days[0].was if days else ""
    if happening.cancelled and not was:
        was = happening.value("starts")
    return Overtaken(
        happening.id, happening.title, happening.cancelled is not None, was,
        days[-1].now if days else "", places[0].was if places else "",
        places[-1].now if places else "", by.document, by.passage_id,
        passage.text if passage else "",
    )  # fmt: skip


def _entry(connection: Connection, happening_id: int) -> _Entry:
    found = next((e for e in _entries(connection) if e.id == happening_id), None)
    if found is None:
        raise KeyError(happening_id)
    return found


def _entries(connection: Connection) -> list[_Entry]:
    rows = connection.execute(select(happenings)).mappings()
    return [
        _Entry(r["id"], r["corrections"], r["confirmed_at"] is not None, r["cancelled_at"])
        for r in rows
    ]


def _touch(connection: Connection) -> None:
    stamp = datetime.now(UTC).isoformat()
    found = connection.execute(update(state).where(state.c.name == "changed").values(value=stamp))
    if found.rowcount == 0:
        connection.execute(insert(state).values(name="changed", value=stamp))

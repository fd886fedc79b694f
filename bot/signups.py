"""Sign-ups to events: places, a waiting list, check-in. Knows no wire and no policy.

Whatever changes the places of one event first counts up the ``turn`` of its row. That update
holds the row until the transaction ends, on PostgreSQL as a row lock, on SQLite as the write
lock, so the count that follows is right and two people never get the last place.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Double,
    Engine,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    bindparam,
    func,
    or_,
    select,
    update,
)

from bot import signup_wording as words
from bot.moving import announced_by, moment
from database import metadata, writing
from knowledge.moments import first_moment, last_moment
from knowledge.programme import Happening

KEEP_DAYS = 30
"""Days after an event until who signed up to it is erased."""
REMIND = timedelta(hours=24)
DRAFT_S = 30 * 60.0
"""A sign-up that was begun and left lying so long is forgotten."""
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8
"""40 bits: not to be guessed at the rate that the pages allow."""

signup_rules = Table(
    "signup_rules",
    metadata,
    Column("happening_id", ForeignKey("happenings.id"), primary_key=True, autoincrement=False),
    Column("is_open", Boolean, nullable=False),
    Column("capacity", Integer),  # null for no limit
    Column("asks_name", Boolean, nullable=False),
    Column("asks_phone", Boolean, nullable=False),
    Column("turn", Integer, nullable=False),  # counted up by whoever changes the places
    Column("told", Text, nullable=False),  # Facts as JSON: what people were last told
)

signups = Table(
    "signups",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("happening_id", ForeignKey("happenings.id"), nullable=False),
    Column("person", String(140), nullable=False),  # openid, or the phone of the web page
    Column("openid", String(128), index=True),  # null for one made on the web page
    Column("name", String(40), nullable=False),
    Column("phone", String(20)),
    Column("state", String(10), nullable=False),  # see State
    Column("code", String(12), nullable=False),
    Column("consent", Text, nullable=False),  # the line agreed to
    Column("signed_at", Double, nullable=False),
    Column("here_at", Double),  # checked in
    Column("reminded_at", Double),
    Column("notice", Text, nullable=False),  # to be told with the next reply; "" for nothing
    Index("uq_signups_happening_id_person", "happening_id", "person", unique=True),
    Index("uq_signups_happening_id_phone", "happening_id", "phone", unique=True),
    Index("uq_signups_code", "code", unique=True),
    sqlite_autoincrement=True,
)

signup_drafts = Table(
    "signup_drafts",
    metadata,
    Column("openid", String(128), primary_key=True),
    Column("happening_id", ForeignKey("happenings.id"), nullable=False),
    Column("name", String(40), nullable=False),
    Column("phone", String(20)),
    Column("agreed", Boolean, nullable=False),
    Column("at", Double, nullable=False),
)


class State(StrEnum):
    """Where a sign-up stands; a cancelled one is erased."""

    CONFIRMED = "confirmed"
    WAITING = "waiting"


class Door(StrEnum):
    """Whether one may sign up to an event here."""

    OPEN = "open"
    NOT_HERE = "not_here"  # the office takes no sign-ups to it here
    CLOSED = "closed"
    OVER = "over"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Facts:
    """What those who signed up were told of an event."""

    title: str
    starts: str
    ends: str
    place: str
    cancelled: bool = False

    @classmethod
    def of(cls, happening: Happening) -> Facts:
        """As it stands."""
        starts = happening.value("starts")
        return cls(
            happening.title, starts, happening.value("ends") or starts, happening.value("place"),
            happening.cancelled is not None,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """How one signs up to an event.

    Attributes:
        capacity: places, None for no limit.
        taken, waiting: how many have a place, and wait for one.
    """

    happening_id: int
    is_open: bool
    capacity: int | None
    asks_name: bool
    asks_phone: bool
    told: Facts
    taken: int = 0
    waiting: int = 0

    @property
    def left(self) -> int | None:
        """Places left, None for no limit; 0 while people wait."""
        if self.capacity is None:
            return None
        return 0 if self.waiting else max(0, self.capacity - self.taken)


@dataclass(frozen=True, slots=True)
class SignUp:
    """One person's sign-up; ``place`` counts those who wait from 1, 0 for a confirmed one."""

    id: int
    happening_id: int
    openid: str | None
    name: str
    phone: str | None
    state: State
    code: str
    signed_at: float
    here_at: float | None
    place: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """A sign-up that was begun in the conversation."""

    happening_id: int
    name: str
    phone: str | None
    agreed: bool
    at: float  # seconds since 1970: the last step of it


Tell = Callable[[Connection, str, str], bool]
"""(transaction, openid, text) -> whether the text is on its way; False to keep it."""


def untold(connection: Connection, openid: str, text: str) -> bool:
    """Nothing can be sent: everything is kept for the next message."""
    return False


_TURN = (
    update(signup_rules)
    .where(signup_rules.c.happening_id == bindparam("id"))
    .values(turn=signup_rules.c.turn + 1)
)
_NOTICES = select(signups.c.id, signups.c.notice).where(
    signups.c.openid == bindparam("who"), signups.c.notice != ""
)


def door(happening: Happening, rule: Rule | None, now: datetime) -> Door:
    """Whether one may sign up to an event now."""
    if happening.cancelled:
        return Door.CANCELLED
    over, begins, last = happening.over_at, happening.begins_at, happening.closes_at
    if over is not None and over < now:
        return Door.OVER
    if rule is None or not rule.is_open:
        return Door.NOT_HERE
    has_begun = begins is not None and len(happening.value("starts")) > 10 and begins <= now
    return Door.CLOSED if has_begun or (last is not None and last < now) else Door.OPEN


class Signups:
    """The sign-ups of all events. Methods may raise SQLAlchemyError."""

    def __init__(
        self, engine: Engine, tell: Tell = untold, *, clock: Callable[[], float] = time.time,
        now: Callable[[], datetime] = lambda: _china(time.time()),
    ) -> None:  # fmt: skip
        """Keep sign-ups in a database.

        Args:
            tell: sends a text to a person, where that is possible.
            clock: seconds since 1970, for what is kept how long.
            now: the moment in China, without zone, by which an event has begun or not.
        """
        self._engine, self._tell, self._clock, self._now = engine, tell, clock, now

    # -- the office's side ---------------------------------------------------------------

    def rule(self, happening_id: int) -> Rule | None:
        """How one signs up to an event; None while the office has decided nothing."""
        with self._engine.connect() as connection:
            return _rule(connection, happening_id)

    def set_rule(
        self, happening: Happening, *, is_open: bool, capacity: int | None, asks_name: bool,
        asks_phone: bool,
    ) -> None:  # fmt: skip
        """Decide how one signs up; more places go to those who wait, at once.

        Raises:
            ValueError: capacity is under 1.
        """
        if capacity is not None and capacity < 1:
            raise ValueError("capacity must be at least 1")
        values: dict[str, Any] = {
            "is_open": is_open, "capacity": capacity, "asks_name": asks_name,
            "asks_phone": asks_phone,
        }  # fmt: skip
        with writing(self._engine) as connection:
            changed = connection.execute(
                update(signup_rules)
                .where(signup_rules.c.happening_id == happening.id)
                .values(**values, turn=signup_rules.c.turn + 1)
            ).rowcount
            if not changed:
                told = json.dumps(asdict(Facts.of(happening)), ensure_ascii=False)
                connection.execute(
                    signup_rules.insert().values(
                        happening_id=happening.id, turn=0, told=told, **values
                    )
                )
            self._move_up(connection, happening.id)

    def people(self, happening_id: int) -> list[SignUp]:
        """Who signed up, those with a place first, each in their order."""
        with self._engine.connect() as connection:
            return _people(connection, happening_id)

    def check_in(self, happening_id: int, code: str) -> SignUp | None:
        """Note that somebody is here; None when no confirmed sign-up has this code.

        The second time changes nothing: ``here_at`` of what is returned is when they came first.
        """
        row = signups.c
        wanted = (
            (row.happening_id == happening_id)
            & (row.code == code.strip().upper())
            & (row.state == State.CONFIRMED.value)
        )
        with writing(self._engine) as connection:
            connection.execute(
                update(signups).where(wanted, row.here_at.is_(None)).values(here_at=self._clock())
            )
            found = connection.execute(select(signups).where(wanted)).mappings().first()
            return _signup(found) if found else None

    # -- a person's side -----------------------------------------------------------------

    def sign(
        self, happening_id: int, person: str, *, consent: str, openid: str | None = None,
        name: str = "", phone: str | None = None,
    ) -> tuple[SignUp, bool] | None:  # fmt: skip
        """Sign somebody up, for a place or, when all are taken, to wait for one.

        Args:
            person: who, one sign-up each: the openid, or the phone on the web page.
            consent: the line that was agreed to.

        Returns:
            The sign-up and whether it is new; None when the office takes none.
        """
        row = signups.c
        with writing(self._engine) as connection:
            if not self._hold(connection, happening_id, only_open=True):
                return None
            same = row.person == person
            if phone:
                same = or_(same, row.phone == phone)
            known = connection.execute(
                select(row.id).where(row.happening_id == happening_id, same)
            ).scalar()
            is_new = known is None
            if known is None:
                rule = _rule(connection, happening_id)
                assert rule is not None  # it is held
                left = rule.left
                state = State.CONFIRMED if left is None or left > 0 else State.WAITING
                known = connection.execute(
                    signups.insert()
                    .values(
                        happening_id=happening_id, person=person, openid=openid, name=name[:40],
                        phone=phone, state=state.value, code=_code(), consent=consent,
                        signed_at=self._clock(), notice="",
                    )
                    .returning(row.id)
                ).scalar_one()  # fmt: skip
            if openid:
                _drop_draft(connection, openid)
            found = next(p for p in _people(connection, happening_id) if p.id == known)
        return found, is_new

    def cancel(self, signup_id: int) -> bool:
        """Erase a sign-up and give its place to the first who waits; False when it is gone."""
        with writing(self._engine) as connection:
            return self._cancel(connection, signup_id)

    def of_person(self, openid: str) -> list[SignUp]:
        """What a person has signed up to."""
        with self._engine.connect() as connection:
            theirs = connection.execute(
                select(signups.c.happening_id)
                .where(signups.c.openid == openid)
                .order_by(signups.c.id)
            ).scalars()
            return [p for h in theirs.all() for p in _people(connection, h) if p.openid == openid]

    def by_code(self, happening_id: int, code: str) -> SignUp | None:
        """The sign-up with this code; None when there is none."""
        code = code.strip().upper()
        return next((p for p in self.people(happening_id) if p.code == code), None)

    def notices(self, openid: str) -> list[str]:
        """What a person is to be told with the next reply; told once."""
        with self._engine.connect() as connection:
            found = connection.execute(_NOTICES, {"who": openid}).all()
        if not found:
            return []
        with writing(self._engine) as connection:
            connection.execute(
                update(signups)
                .where(signups.c.id.in_([i for i, _ in found]), signups.c.openid == openid)
                .values(notice="")
            )
        return [text for _, text in found]

    # -- begun in the conversation -------------------------------------------------------

    def draft(self, openid: str) -> Draft | None:
        """What a person has begun, None when there is nothing or it lay too long."""
        row = signup_drafts.c
        with self._engine.connect() as connection:
            found = connection.execute(
                select(signup_drafts).where(row.openid == openid, row.at > self._clock() - DRAFT_S)
            ).first()
        return Draft(*found[1:]) if found else None

    def begin(self, openid: str, happening_id: int) -> None:
        """Begin a sign-up; one begun before is forgotten."""
        with writing(self._engine) as connection:
            _drop_draft(connection, openid)
            connection.execute(
                signup_drafts.insert().values(
                    openid=openid, happening_id=happening_id, name="", phone=None, agreed=False,
                    at=self._clock(),
                )
            )  # fmt: skip

    def note(self, openid: str, **values: Any) -> None:
        """Keep what was said: ``agreed``, ``name``, ``phone``."""
        with writing(self._engine) as connection:
            connection.execute(
                update(signup_drafts)
                .where(signup_drafts.c.openid == openid)
                .values(**values, at=self._clock())
            )

    def drop(self, openid: str) -> None:
        """Forget what was begun."""
        with writing(self._engine) as connection:
            _drop_draft(connection, openid)

    # -- what goes on by itself ----------------------------------------------------------

    def keep_told(self, happenings: Sequence[Happening], now: datetime) -> None:
        """Tell of changes and, a day before, that an event begins; erase what is long over.

        Args:
            happenings: the events as they stand.
            now: in China, without zone.
        """
        known = {h.id: h for h in happenings}
        with self._engine.connect() as connection:
            ids = connection.execute(select(signup_rules.c.happening_id)).scalars().all()
        for happening_id in ids:
            if happening_id in known:
                self._tell_changes(known[happening_id])
                self._remind(known[happening_id], now)
            self._forget_over(happening_id, now)

    def forget(self, openid: str) -> None:
        """Erase a person; their places go to those who wait."""
        with self._engine.connect() as connection:
            theirs = connection.execute(
                select(signups.c.id).where(signups.c.openid == openid)
            ).scalars().all()  # fmt: skip
        with writing(self._engine) as connection:
            _drop_draft(connection, openid)
            for signup_id in theirs:
                self._cancel(connection, signup_id)

    def forget_older(self, than_s: float) -> int:
        """Erase sign-ups made so long ago, and what was begun and left; returns how many."""
        with writing(self._engine) as connection:
            connection.execute(
                signup_drafts.delete().where(signup_drafts.c.at < self._clock() - DRAFT_S)
            )
            old = [
                (r.id, r.happening_id)
                for r in connection.execute(
                    select(signups.c.id, signups.c.happening_id).where(
                        signups.c.signed_at < self._clock() - than_s
                    )
                )
            ]
            for signup_id, happening_id in old:
                rule = _rule(connection, happening_id)
                # an event far ahead keeps its people
                if rule is None or not _is_ahead(rule.told, self._now()):
                    connection.execute(signups.delete().where(signups.c.id == signup_id))
        return len(old)

    # -- within a transaction ------------------------------------------------------------

    def _hold(self, connection: Connection, happening_id: int, only_open: bool = False) -> bool:
        """Take the turn; the first statement of the transaction."""
        turn = _TURN.where(signup_rules.c.is_open.is_(True)) if only_open else _TURN
        return bool(connection.execute(turn, {"id": happening_id}).rowcount)

    def _cancel(self, connection: Connection, signup_id: int) -> bool:
        row = signups.c
        happening_id = connection.execute(
            select(row.happening_id).where(row.id == signup_id)
        ).scalar()
        if happening_id is None:
            return False
        self._hold(connection, happening_id)
        gone = connection.execute(signups.delete().where(row.id == signup_id)).rowcount
        self._move_up(connection, happening_id)
        return bool(gone)

    def _move_up(self, connection: Connection, happening_id: int) -> None:
        rule = _rule(connection, happening_id)
        if rule is None or rule.told.cancelled or _began(rule.told, self._now()):
            return
        free = rule.waiting if rule.capacity is None else rule.capacity - rule.taken
        waiting = [p for p in _people(connection, happening_id) if p.state is State.WAITING]
        for person in waiting[: max(0, free)]:
            connection.execute(
                update(signups).where(signups.c.id == person.id).values(state=State.CONFIRMED.value)
            )
            told = rule.told
            self._say(
                connection, person,
                words.MOVED_UP.format(
                    title=told.title, when=words.held(told.starts, told.ends),
                    place=words.place_line(told.place), code=person.code,
                ),
            )  # fmt: skip

    def _say(self, connection: Connection, person: SignUp, text: str) -> None:
        """Send it where that is possible, else keep it for the person's next message.

        Who signed up on the web page reads there how things stand.
        """
        if not person.openid or self._tell(connection, person.openid, text):
            return
        before = connection.execute(
            select(signups.c.notice).where(signups.c.id == person.id)
        ).scalar_one()
        both = f"{before}\n{text}" if before else text
        connection.execute(update(signups).where(signups.c.id == person.id).values(notice=both))

    def _tell_changes(self, happening: Happening) -> None:
        now = Facts.of(happening)
        with self._engine.connect() as connection:
            rule = _rule(connection, happening.id)
        if rule is None or rule.told == now:
            return
        text = _change_words(rule.told, now, happening)
        with writing(self._engine) as connection:
            if not self._hold(connection, happening.id):
                return
            again = _rule(connection, happening.id)
            if again is None or again.told != rule.told:
                return  # another process has told it
            connection.execute(
                update(signup_rules)
                .where(signup_rules.c.happening_id == happening.id)
                .values(told=json.dumps(asdict(now), ensure_ascii=False))
            )
            connection.execute(
                update(signups)
                .where(signups.c.happening_id == happening.id)
                .values(reminded_at=None)
            )
            for person in _people(connection, happening.id) if text else ():
                self._say(connection, person, text)

    def _remind(self, happening: Happening, now: datetime) -> None:
        begins = happening.begins_at
        if happening.cancelled or begins is None or len(happening.value("starts")) < 10:
            return
        if not now < begins <= now + REMIND:
            return
        told = Facts.of(happening)
        for person in self.people(happening.id):
            if person.state is not State.CONFIRMED or not person.openid:
                continue
            text = words.REMINDER.format(
                title=told.title, when=words.begins(told.starts), code=person.code,
                place=f"，地点：{told.place}" if told.place else "",
            )  # fmt: skip
            with writing(self._engine) as connection:
                first = connection.execute(
                    update(signups)
                    .where(signups.c.id == person.id, signups.c.reminded_at.is_(None))
                    .values(reminded_at=self._clock())
                ).rowcount
                if first and not self._tell(connection, person.openid, text):
                    connection.execute(
                        update(signups).where(signups.c.id == person.id).values(reminded_at=None)
                    )

    def _forget_over(self, happening_id: int, now: datetime) -> None:
        with self._engine.connect() as connection:
            rule = _rule(connection, happening_id)
        if rule is None or not rule.told.ends:
            return
        if last_moment(rule.told.ends) + timedelta(days=KEEP_DAYS) < now:
            with writing(self._engine) as connection:
                connection.execute(signups.delete().where(signups.c.happening_id == happening_id))


def _change_words(before: Facts, now: Facts, happening: Happening) -> str:
    if now.cancelled:
        return "" if before.cancelled else words.CALLED_OFF.format(title=now.title)
    found = []
    if before.starts != now.starts:
        # one of the two is told, or they would not differ
        told = (
            words.NEW_TIME if not before.starts
            else words.CHANGED_TIME if now.starts
            else words.CHANGED_TIME_OPEN
        )  # fmt: skip
        was, then = (moment(f.starts) if f.starts else "" for f in (before, now))
        found.append(told.format(was=was, now=then))
    if before.place != now.place and now.place:
        found.append(words.NEW_PLACE.format(place=now.place))
    by = announced_by(happening.changes[-1].by.document) if happening.changes else ""
    changes = "；".join(found) + (f"（{by}）" if by else "")
    return words.CHANGED.format(title=now.title, changes=changes) if found else ""


def _began(told: Facts, now: datetime) -> bool:
    return len(told.starts) > 7 and first_moment(told.starts) <= now


def _is_ahead(told: Facts, now: datetime) -> bool:
    return bool(told.ends) and last_moment(told.ends) >= now


def _china(clock: float) -> datetime:
    """China has kept UTC+8 without summer time since 1991."""
    return datetime(1970, 1, 1, 8) + timedelta(seconds=clock)  # noqa: DTZ001 - no zone


def _rule(connection: Connection, happening_id: int) -> Rule | None:
    found = (
        connection.execute(select(signup_rules).where(signup_rules.c.happening_id == happening_id))
        .mappings()
        .first()
    )
    if found is None:
        return None
    counted = connection.execute(
        select(signups.c.state, func.count())
        .where(signups.c.happening_id == happening_id)
        .group_by(signups.c.state)
    ).all()
    counts = {state: int(number) for state, number in counted}
    return Rule(
        happening_id, found["is_open"], found["capacity"], found["asks_name"],
        found["asks_phone"], Facts(**json.loads(found["told"])),
        counts.get(State.CONFIRMED.value, 0), counts.get(State.WAITING.value, 0),
    )  # fmt: skip


def _people(connection: Connection, happening_id: int) -> list[SignUp]:
    rows = connection.execute(
        select(signups)
        .where(signups.c.happening_id == happening_id)
        .order_by(signups.c.state, signups.c.id)
    ).mappings()
    found, waiting = [], 0
    for row in rows:
        waiting += row["state"] == State.WAITING.value
        place = waiting if row["state"] == State.WAITING.value else 0
        found.append(_signup(row, place))
    return found


def _signup(row: Any, place: int = 0) -> SignUp:
    return SignUp(
        row["id"], row["happening_id"], row["openid"], row["name"], row["phone"],
        State(row["state"]), row["code"], row["signed_at"], row["here_at"], place,
    )  # fmt: skip


def _drop_draft(connection: Connection, openid: str) -> None:
    connection.execute(signup_drafts.delete().where(signup_drafts.c.openid == openid))


def _code() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(CODE_LENGTH))

"""Who works here: accounts with roles, sign-ins, and the log of who did what.

A sign-in is a row, so that it can be ended from the server's side; the browser holds a random
token of which only the SHA-256 is stored. Passwords are kept as argon2id hashes.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    DateTime,
    Engine,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from database import aware, metadata

users = Table(
    "users",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(40), nullable=False, unique=True),
    Column("password", Text, nullable=False),  # argon2id
    Column("role", String(16), nullable=False),  # see Role
    Column("active", Boolean, nullable=False),
    Column("failures", Integer, nullable=False),  # wrong passwords in a row
    Column("locked_until", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("token", String(64), primary_key=True),  # SHA-256 of what the browser holds
    Column("user_id", ForeignKey("users.id"), nullable=False, index=True),
    Column("began_at", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("user", String(40), nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", Text, nullable=False),
    Index("ix_audit_log_at", "at"),
)

SHORTEST_PASSWORD = 10
"""Characters. Length is what makes a password hard to guess (NIST SP 800-63B §5.1.1.2)."""

LONGEST_PASSWORD = 200
"""Characters; more would only make hashing slow."""

MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
"""After five wrong passwords in a row an account waits a quarter of an hour."""

IDLE = timedelta(hours=2)
LONGEST_SIGN_IN = timedelta(hours=12)
"""A sign-in ends after two hours without use, and after a working day in any case."""


class Role(StrEnum):
    """What somebody may do; the word that people read stands in ``ROLE_WORDS``."""

    STAFF = "staff"
    ADMIN = "admin"
    AUDITOR = "auditor"


ROLE_WORDS = {Role.STAFF: "话务员", Role.ADMIN: "管理员", Role.AUDITOR: "审计员"}


@dataclass(frozen=True, slots=True)
class User:
    """Somebody with an account."""

    id: int
    name: str
    role: Role
    active: bool


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to what, and when (UTC)."""

    at: datetime
    user: str
    action: str
    subject: str
    id: int = 0


PRESENT = timedelta(minutes=5)
"""Since when somebody must have been seen to count as there; a look is noted once a minute."""


class Refused(Exception):
    """An account or a sign-in that cannot be had; the message says why, in Chinese."""


def _now() -> datetime:
    return datetime.now(UTC)


class Accounts:
    """Accounts, sign-ins and the audit log in SQL. Safe to use from several threads."""

    def __init__(self, engine: Engine, now: Callable[[], datetime] = _now) -> None:
        self._engine, self._now = engine, now
        self._hasher = PasswordHasher()
        # an unknown name costs as much as a wrong password, or names could be found by time
        self._decoy = self._hasher.hash(secrets.token_hex(16))

    # -- accounts ------------------------------------------------------------------------

    def add(self, name: str, password: str, role: Role) -> User:
        """Make an account.

        Raises:
            Refused: the name is taken or empty, or the password is too short or too long.
        """
        name = name.strip()
        if not name or len(name) > 40 or not name.isprintable():
            raise Refused("用户名须为1至40个可显示的字符")
        values = {
            "name": name, "password": self._hashed(password), "role": role.value, "active": True,
            "failures": 0, "created_at": self._now(),
        }  # fmt: skip
        try:
            with self._engine.begin() as connection:
                made = connection.execute(insert(users).values(values))
        except IntegrityError:
            raise Refused(f"用户名“{name}”已被使用") from None
        return User(int(made.inserted_primary_key[0]), name, role, True)  # type: ignore[index]

    def set_password(self, name: str, password: str) -> None:
        """Give an account another password; every sign-in of it ends, a lock is lifted.

        Raises:
            Refused: there is no such account, or the password is too short or too long.
        """
        hashed = self._hashed(password)
        self._change(name, password=hashed, failures=0, locked_until=None)

    def set_active(self, name: str, active: bool) -> None:
        """Open or close an account; a closed one is signed out at once.

        Raises:
            Refused: there is no such account, or it is the last admin's.
        """
        self._change(name, active=active)

    def set_role(self, name: str, role: Role) -> None:
        """Give an account another role; it signs in again.

        Raises:
            Refused: there is no such account, or it is the last admin's.
        """
        self._change(name, role=role.value)

    def _change(self, name: str, **values: Any) -> None:
        with self._engine.begin() as connection:
            # written first: it holds the lock, so that two admins cannot take away each other
            user_id = connection.execute(
                update(users).where(users.c.name == name).values(name=name).returning(users.c.id)
            ).scalar()
            if user_id is None:
                raise Refused(f"没有名为“{name}”的用户")
            if values.get("active") is False or values.get("role", Role.ADMIN) != Role.ADMIN:
                _leave_an_admin(connection, user_id)
            connection.execute(update(users).where(users.c.id == user_id).values(values))
            connection.execute(delete(sign_ins).where(sign_ins.c.user_id == user_id))

    def _hashed(self, password: str) -> str:
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise Refused(f"密码须为{SHORTEST_PASSWORD}至{LONGEST_PASSWORD}个字符")
        return self._hasher.hash(password)

    def users(self) -> list[User]:
        """Every account, by name."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(users).order_by(users.c.name)).mappings()
            return [_user(row) for row in rows]

    def exist(self) -> bool:
        """Is there any account yet?"""
        with self._engine.connect() as connection:
            return bool(connection.execute(select(func.count()).select_from(users)).scalar())

    def present(self) -> set[str]:
        """Names of those who are signed in and did something, or whose page did, just now."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(users.c.name)
                .join(sign_ins, sign_ins.c.user_id == users.c.id)
                .where(users.c.active, sign_ins.c.seen_at > self._now() - PRESENT)
            )
            return set(rows.scalars())

    def is_staffed(self) -> bool:
        """Whether somebody who answers at the desk has an open account."""
        row = users.c
        with self._engine.connect() as connection:
            found = connection.execute(
                select(row.id).where(row.active, row.role == Role.STAFF.value).limit(1)
            )
            return found.first() is not None

    # -- sign-ins ------------------------------------------------------------------------

    def sign_in(self, name: str, password: str) -> str:
        """The token of a new sign-in.

        Raises:
            Refused: name or password is wrong, or the account is closed or waits. Which of the
                first two it is, is not said.
        """
        now = self._now()
        with self._engine.connect() as connection:
            row = (
                connection.execute(select(users).where(users.c.name == name.strip()))
                .mappings()
                .first()
            )
        locked = row is not None and row["locked_until"] is not None
        if row is not None and locked and aware(row["locked_until"]) > now:
            minutes = LOCKED_FOR.seconds // 60
            raise Refused(f"密码连续输错{MOST_FAILURES}次，请{minutes}分钟后再试，或联系管理员")
        right = self._matches(row["password"] if row else self._decoy, password)
        if row is None or not right or not row["active"]:
            if row is not None and not right:
                self._failed(row["id"], now)
            raise Refused("用户名或密码不正确")
        token = secrets.token_urlsafe(32)
        with self._engine.begin() as connection:
            connection.execute(
                update(users).where(users.c.id == row["id"]).values(failures=0, locked_until=None)
            )
            connection.execute(delete(sign_ins).where(sign_ins.c.began_at < now - LONGEST_SIGN_IN))
            connection.execute(
                insert(sign_ins).values(
                    token=_digest(token), user_id=row["id"], began_at=now, seen_at=now
                )
            )
        return token

    def _matches(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password[: LONGEST_PASSWORD + 1])
        except (VerificationError, InvalidHashError):
            return False

    def _failed(self, user_id: int, now: datetime) -> None:
        with self._engine.begin() as connection:
            connection.execute(
                update(users).where(users.c.id == user_id).values(failures=users.c.failures + 1)
            )
            connection.execute(
                update(users)
                .where(users.c.id == user_id, users.c.failures >= MOST_FAILURES)
                .values(failures=0, locked_until=now + LOCKED_FOR)
            )

    def user_of(self, token: str) -> User | None:
        """Who holds a token; None when it is unknown, idle for too long or too old."""
        now = self._now()
        mine = sign_ins.c.token == _digest(token)
        with self._engine.connect() as connection:
            row = (
                connection.execute(
                    select(users, sign_ins.c.began_at, sign_ins.c.seen_at)
                    .join(sign_ins, sign_ins.c.user_id == users.c.id)
                    .where(mine)
                )
                .mappings()
                .first()
            )
        if row is None or not row["active"]:
            return None
        seen = aware(row["seen_at"])
        if now - seen > IDLE or now - aware(row["began_at"]) > LONGEST_SIGN_IN:
            self.sign_out(token)
            return None
        if now - seen > timedelta(minutes=1):  # not a write for every request
            with self._engine.begin() as connection:
                connection.execute(update(sign_ins).where(mine).values(seen_at=now))
        return _user(row)

    def sign_out(self, token: str) -> None:
        """End a sign-in."""
        with self._engine.begin() as connection:
            connection.execute(delete(sign_ins).where(sign_ins.c.token == _digest(token)))

    # -- the log -------------------------------------------------------------------------

    def record(self, user: str, action: str, subject: str = "") -> None:
        """Note who did what; entries are never changed."""
        with self._engine.begin() as connection:
            connection.execute(
                insert(audit_log).values(
                    at=self._now(), user=user[:40], action=action, subject=subject
                )
            )

    def log(
        self, limit: int = 200, *, user: str = "", action: str = "", words: str = "",
        since: datetime | None = None, until: datetime | None = None, before: int | None = None,
    ) -> list[AuditEntry]:  # fmt: skip
        """The newest entries first.

        Args:
            user, action: of this person, of this kind; "" for all.
            words: that stand in the subject.
            since, until: from this moment on, and before that one.
            before: only entries older than the one of this id, for a further page.
        """
        row = audit_log.c
        query = select(audit_log).order_by(row.id.desc()).limit(limit)
        if user:
            query = query.where(row.user == user)
        if action:
            query = query.where(row.action == action)
        if words:
            query = query.where(row.subject.contains(words, autoescape=True))
        if since:
            query = query.where(row.at >= since.astimezone(UTC))
        if until:
            query = query.where(row.at < until.astimezone(UTC))
        if before is not None:
            query = query.where(row.id < before)
        with self._engine.connect() as connection:
            return [
                AuditEntry(aware(r["at"]), r["user"], r["action"], r["subject"], r["id"])
                for r in connection.execute(query).mappings()
            ]

    def log_values(self, column: Literal["user", "action"]) -> list[str]:
        """Every person, or every kind of action, that the log names."""
        of = audit_log.c[column]
        with self._engine.connect() as connection:
            return list(connection.execute(select(of).distinct().order_by(of)).scalars())


def _leave_an_admin(connection: Connection, leaving: int) -> None:
    """Refuse to take away the last admin: nobody could make another on these pages."""
    others = select(func.count()).where(
        users.c.role == Role.ADMIN.value, users.c.active.is_(True), users.c.id != leaving
    )
    mine = select(users.c.role).where(users.c.id == leaving, users.c.active.is_(True))
    is_admin = connection.execute(mine).scalar() == Role.ADMIN.value
    if is_admin and not connection.execute(others).scalar():
        raise Refused("这是最后一位管理员，不能停用或改为其他角色；请先新建或启用另一位管理员")


def _user(row: Any) -> User:
    return User(row["id"], row["name"], Role(row["role"]), row["active"])


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

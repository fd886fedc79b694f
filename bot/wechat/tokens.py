"""The access token, shared by every process: fetched by one, sealed in SQL, renewed once.

``stable_token`` gives every caller the same token while it is valid ("stable_token" in Tencent's
docs), so nothing here ever forces a refresh. The lock in SQL keeps a crowd of processes from
fetching at once; a token reported dead is fetched again at most every RENEWAL_PAUSE_S.
"""

from __future__ import annotations

import base64
import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import Column, Double, Engine, String, Table, Text
from sqlalchemy.exc import IntegrityError

from bot.wechat.errors import Action, CallFailed
from database import metadata

EARLY_S = 120.0
"""A token this near its end is no longer used; stable_token renews in its last 300 s."""
FETCHING_S = 15.0
"""How long one process may take to fetch before another tries."""
RENEWAL_PAUSE_S = 10.0
"""A token fetched less than this ago and reported dead is not fetched again: it would be the same
one, and a platform that refuses it does not want a storm of calls."""
POLL_S = 0.05

access_tokens = Table(
    "access_tokens",
    metadata,
    Column("appid", String(64), primary_key=True),
    Column("sealed", Text, nullable=False),  # encrypted with a key made of the AppSecret
    Column("expires_at", Double, nullable=False),
    Column("fetched_at", Double, nullable=False),
    Column("fetching_until", Double, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What stable_token returned; ``lives_s`` counts from now."""

    token: str = field(repr=False)
    lives_s: float


class TokenStore:
    """One account's token. Any method may raise SQLAlchemyError."""

    def __init__(
        self,
        engine: Engine,
        appid: str,
        secret: str,
        fetch: Callable[[], Fetched],
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Share the token of ``appid``; ``fetch`` calls stable_token and may raise CallFailed."""
        self._engine, self._appid, self._fetch, self._clock = engine, appid, fetch, clock
        key = hashlib.sha256(f"zhihui access token:{secret}".encode()).digest()
        self._seal = Fernet(base64.urlsafe_b64encode(key))
        self._lock = threading.Lock()
        self._known: tuple[str, float] = ("", 0.0)

    def token(self, dead: str = "") -> str:
        """A token to call with.

        Args:
            dead: a token that WeChat has just refused; it is not returned again unless WeChat
                itself gives it once more.

        Raises:
            CallFailed: none could be had; the action says whether trying later may help.
        """
        now = self._clock()
        with self._lock:
            token, expires_at = self._known
        if token and token != dead and expires_at - EARLY_S > now:
            return token
        give_up = time.monotonic() + FETCHING_S
        while True:
            fetched = self._look(dead) or self._renew(dead)
            if fetched:
                with self._lock:
                    self._known = fetched
                return fetched[0]
            if time.monotonic() > give_up:
                raise CallFailed(Action.AGAIN, reason="another process is still fetching the token")
            time.sleep(POLL_S)

    def _look(self, dead: str) -> tuple[str, float] | None:
        """(token, end) that some process has stored, unless it is spent or the dead one."""
        with self._engine.connect() as connection:
            row = connection.execute(
                access_tokens.select().where(access_tokens.c.appid == self._appid)
            ).first()
        if row is None or row.expires_at - EARLY_S <= self._clock():
            return None
        try:
            token = self._seal.decrypt(row.sealed.encode()).decode()
        except InvalidToken:  # the AppSecret was changed
            return None
        if token != dead:
            return token, row.expires_at
        if self._clock() - row.fetched_at < RENEWAL_PAUSE_S:
            raise CallFailed(Action.AGAIN, reason="a token fetched just now is refused")
        return None

    def _renew(self, dead: str) -> tuple[str, float] | None:
        """Fetch under the lock in SQL; None while another process holds it."""
        if not self._take_lock():
            return None
        try:
            # whoever held the lock before may have stored a good one meanwhile
            if found := self._look(dead):
                return found
            fetched = self._fetch()
            now = self._clock()
            expires_at = now + fetched.lives_s
            with self._engine.begin() as connection:
                connection.execute(
                    access_tokens.update()
                    .where(access_tokens.c.appid == self._appid)
                    .values(
                        sealed=self._seal.encrypt(fetched.token.encode()).decode(),
                        expires_at=expires_at,
                        fetched_at=now,
                    )
                )
            return fetched.token, expires_at
        finally:
            with self._engine.begin() as connection:
                connection.execute(
                    access_tokens.update()
                    .where(access_tokens.c.appid == self._appid)
                    .values(fetching_until=0.0)
                )

    def _take_lock(self) -> bool:
        now, row = self._clock(), access_tokens.c
        with self._engine.begin() as connection:
            if connection.execute(
                access_tokens.update()
                .where(row.appid == self._appid, row.fetching_until < now)
                .values(fetching_until=now + FETCHING_S)
            ).rowcount:
                return True
        try:
            with self._engine.begin() as connection:
                connection.execute(
                    access_tokens.insert().values(
                        appid=self._appid, sealed="", expires_at=0.0, fetched_at=0.0,
                        fetching_until=now + FETCHING_S,
                    )
                )  # fmt: skip
        except IntegrityError:  # there is a row, and somebody has it
            return False
        return True

"""The SQL engine and the one MetaData on which each package declares its own tables.

SQL is the truth; Chroma and the full-text index are derived from it.
"""

from __future__ import annotations

import fcntl
import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, MetaData, create_engine, event, text
from sqlalchemy.exc import OperationalError

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def aware(moment: datetime) -> datetime:
    """A stored moment with its zone: SQLite gives it back without, and it is UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Unavailable(Exception):
    """A store that cannot be opened; the message says which, why and what to do."""


MIGRATIONS = Path(__file__).parent / "migrations"


CHECKPOINT_PAGES = 4000
"""Pages of the write-ahead log (16 MiB) after which one writer carries them into the database and
waits for the disk. A message writes some twenty, mostly the same ones: SQLite's 1,000 had every
fiftieth message wait, and carried the same pages over four times as often (measured)."""

CONNECTIONS = 48
"""Connections kept open to a SQLite file: opening one costs more than most of what is asked."""


class _Turns:
    """Gives out the turns to write to one SQLite file, among threads and processes, in order.

    SQLite itself lets waiting writers sleep and try again, up to 0.1 s at a time and in no order:
    with four processes under load, some waited over ten seconds and failed (measured). A lock of
    the operating system wakes the next one at once, and a process that dies gives it back.
    """

    def __init__(self, file: str) -> None:
        self._here = threading.Lock()
        is_file = bool(file) and file != ":memory:"
        self._path = Path(f"{file}-turns") if is_file else None
        self._file: IO[str] | None = None  # opened by the first turn

    @contextmanager
    def turn(self) -> Iterator[None]:
        with self._here:
            if self._path is None:
                yield
                return
            if self._file is None:
                self._file = self._path.open("a")
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)


_turns: WeakKeyDictionary[Engine, _Turns] = WeakKeyDictionary()


Given = Mapping[str, Any]
Rows = list[tuple[Any, ...]]


class Direct:
    """Hand-written SQL with ``:names``, given to the driver as it stands.

    For the few statements of every message: what SQLAlchemy does around them costs twice what
    SQLite does for them (a claim 167 microseconds with, 66 without; measured). Of the types only
    those below are converted, by the caller.
    """

    def __init__(self, connection: sqlite3.Connection | Connection) -> None:
        self._connection = connection

    @classmethod
    def within(cls, connection: Connection) -> Direct:
        """In a transaction of SQLAlchemy's."""
        driver = connection.connection.driver_connection
        return cls(driver if isinstance(driver, sqlite3.Connection) else connection)

    def rows(self, statement: str, given: Given) -> Rows:
        """All rows that a statement gives."""
        if isinstance(self._connection, sqlite3.Connection):
            return self._connection.execute(statement, given).fetchall()
        return [tuple(row) for row in self._connection.execute(text(statement), given)]

    def run(self, statement: str, given: Sequence[Given]) -> None:
        """A statement that gives none, for each of these."""
        if isinstance(self._connection, sqlite3.Connection):
            self._connection.executemany(statement, given)
        else:
            self._connection.execute(text(statement), given)

    def moment(self, moment: datetime) -> Any:
        """A moment as a DateTime column holds it."""
        if not isinstance(self._connection, sqlite3.Connection):
            return moment
        return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")

    @staticmethod
    def written(value: Any) -> str:
        """A value as a JSON column holds it."""
        return json.dumps(value)

    @staticmethod
    def read(value: Any) -> Any:
        """A value of a JSON column."""
        return json.loads(value) if isinstance(value, str) else value


@contextmanager
def _driver(engine: Engine) -> Iterator[sqlite3.Connection]:
    held = engine.raw_connection()
    try:
        assert isinstance(held.driver_connection, sqlite3.Connection)
        yield held.driver_connection
    except sqlite3.Error as error:
        # without the statement's values: they are what people said
        raise OperationalError("", None, error) from error
    finally:
        held.close()


@contextmanager
def reading_directly(engine: Engine) -> Iterator[Direct]:
    """A connection to read by. Raises OperationalError."""
    if engine.dialect.name == "sqlite":
        with _driver(engine) as driver:
            yield Direct(driver)
    else:
        with engine.connect() as connection:
            yield Direct(connection)


@contextmanager
def writing_directly(engine: Engine) -> Iterator[Direct]:
    """As `writing`. Raises OperationalError."""
    if engine.dialect.name != "sqlite":
        with writing(engine) as connection:
            yield Direct(connection)
        return
    turns = _turns.get(engine)
    with _driver(engine) as driver, turns.turn() if turns else nullcontext():
        driver.execute("BEGIN IMMEDIATE")
        with driver:  # commits, or takes all back
            yield Direct(driver)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A write transaction in its turn; keep it short, and read and compute outside it.

    Writers that many people wait for use this; rare ones may just begin a transaction.
    """
    turns = _turns.get(engine)
    # what needs no turn happens before it: others wait for each millisecond of it
    with (
        engine.connect() as connection,
        turns.turn() if turns else nullcontext(),
        connection.begin(),
    ):
        yield connection


def open_engine(url: str) -> Engine:
    """Open a database by URL; SQLite gets WAL, foreign keys and a 10 s wait for locks."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    # the connection used last still has its pages: taken in turn, each one reads anew what the
    # others have written meanwhile
    engine = create_engine(
        url, pool_size=CONNECTIONS, max_overflow=2 * CONNECTIONS, pool_use_lifo=True
    )
    _turns[engine] = _Turns(engine.url.database or "")

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA busy_timeout=10000")

    return engine


def make_data_folder(data: Path) -> None:
    """Make the folder that holds all state. Raises Unavailable when it cannot be made."""
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(
            f"the data folder {data} cannot be made ({error.strerror}); choose another --data"
        ) from None


def open_database(url: str, data: Path) -> Engine:
    """The migrated database of a data folder, which is made if it is not there.

    Raises:
        Unavailable: the folder cannot be made, or the database cannot be opened.
    """
    make_data_folder(data)
    engine = open_engine(url)
    try:
        migrate(engine)
    except OperationalError as error:
        shown = engine.url.render_as_string(hide_password=True)
        raise Unavailable(
            f"the database {shown} cannot be opened ({error.orig}); check ZHIHUI_DATABASE_URL "
            "and the rights on the data folder"
        ) from None
    return engine


def migrate(engine: Engine) -> None:
    """Bring the schema to the newest revision; safe to call at every start."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

"""Files on their way up, in slices, so that a large one survives a bad line and a reload."""

from __future__ import annotations

import re
import time
import uuid
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Column, DateTime, Engine, Integer, String, Table, delete, insert, select

from database import metadata

SLICE = 960 * 1024
"""Bytes of a slice; just below the limit on every request's body."""

LARGEST = 200 * 1024 * 1024
"""Bytes of a file; a 300-page scan has about a hundred MiB."""

KEPT = timedelta(days=1)
"""For how long a half-sent file waits for its rest."""

LONGEST_NAME = 200
"""Characters of a file's name; the rest of a longer one is left out."""

uploads = Table(
    "uploads",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", String(255), nullable=False),
    Column("size", Integer, nullable=False),
    Column("by", String(40), nullable=False),
    Column("begun_at", DateTime(timezone=True), nullable=False),
)


class BadUpload(Exception):
    """A slice or a file that is not accepted; the message says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A file of which some bytes have come.

    Attributes:
        held: bytes that have come.
        checksum: CRC-32 of them: whether a file that is chosen again begins with the same bytes.
            It guards against mistakes, not against anybody.
    """

    id: str
    name: str
    size: int
    held: int
    checksum: int


def file_name(given: str) -> str:
    """A file's own name: browsers and attackers may send folders and invisible signs with it.

    It is shown and stored in SQL only; on the disk a file is called by a number of ours.

    >>> file_name("C:\\\\in\\\\..\\\\通知.docx"), file_name("../../etc/passwd")
    ('通知.docx', 'passwd')
    """
    last = given.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(c if c.isprintable() else " " for c in last).strip(" .")
    if len(shown) > LONGEST_NAME:
        shown = shown[: LONGEST_NAME - 9] + "…" + suffix_of(shown)
    return shown or "未命名"


def suffix_of(name: str) -> str:
    """.docx of a name; "" where it has none that could be a format's.

    >>> suffix_of("通知.DOCX"), suffix_of("通知./etc"), suffix_of("通知")
    ('.docx', '', '')
    """
    match = re.search(r"\.[0-9A-Za-z]{1,7}$", name)
    return match[0].lower() if match else ""


class Uploads:
    """Half-sent files below the data folder, by an id that nobody can guess."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine, self._folder = engine, folder

    def begin(self, name: str, size: int, by: str) -> str:
        """The id of a new upload.

        Raises:
            BadUpload: the file is empty or too large.
        """
        if not 0 < size <= LARGEST:
            limit = LARGEST // 1024 // 1024
            raise BadUpload("文件是空的" if size <= 0 else f"文件超过 {limit} MB，请拆分后上传")
        self._folder.mkdir(parents=True, exist_ok=True)
        self._sweep()
        upload_id = uuid.uuid4().hex
        self._path(upload_id).touch(mode=0o600)
        with self._engine.begin() as connection:
            connection.execute(
                insert(uploads).values(
                    id=upload_id, name=file_name(name), size=size, by=by,
                    begun_at=datetime.now(UTC),
                )
            )  # fmt: skip
        return upload_id

    def unfinished(self, by: str) -> list[Unfinished]:
        """What somebody began to send and did not finish, oldest first."""
        self._sweep()
        query = select(uploads).where(uploads.c.by == by).order_by(uploads.c.begun_at)
        with self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        found = []
        for row in rows:
            path = self._path(row["id"])
            if path.exists():
                held, checksum = _checksum(path)
                found.append(Unfinished(row["id"], row["name"], row["size"], held, checksum))
        return found

    def put(self, upload_id: str, by: str, offset: int, part: bytes) -> int:
        """Append a slice; returns how many bytes have come. A slice sent twice counts once.

        Raises:
            BadUpload: there is no such upload, it is somebody else's, a slice before this one is
                missing, or there are more bytes than were announced.
        """
        _, size = self._known(upload_id, by)
        path = self._path(upload_id)
        held = path.stat().st_size
        if not 0 <= offset <= held:
            raise BadUpload(f"缺少第 {held} 字节之后的内容，请重新上传")
        if offset + len(part) > size:
            raise BadUpload("收到的内容比文件大，请重新上传")
        with path.open("r+b") as file:
            file.seek(offset)
            file.write(part)
        return max(held, offset + len(part))

    def finished(self, upload_id: str, by: str) -> tuple[str, Path] | None:
        """Name and path of the whole file; None while some of it has not come.

        Raises:
            BadUpload: there is no such upload, or it is somebody else's.
        """
        name, size = self._known(upload_id, by)
        path = self._path(upload_id)
        return (name, path) if path.stat().st_size == size else None

    def forget(self, upload_id: str, by: str) -> None:
        """Throw an upload away, finished or not.

        Raises:
            BadUpload: there is no such upload, or it is somebody else's.
        """
        self._known(upload_id, by)
        with self._engine.begin() as connection:
            connection.execute(delete(uploads).where(uploads.c.id == upload_id))
        self._path(upload_id).unlink(missing_ok=True)

    def _known(self, upload_id: str, by: str) -> tuple[str, int]:
        query = select(uploads).where(uploads.c.id == upload_id, uploads.c.by == by)
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        if row is None or not self._path(upload_id).exists():
            raise BadUpload("这次上传已过期，请重新选择文件")
        return row["name"], row["size"]

    def _sweep(self) -> None:
        """Forget what nobody went on with for a day."""
        before = time.time() - KEPT.total_seconds()
        for path in self._folder.glob("*.part") if self._folder.exists() else ():
            if path.stat().st_mtime < before:
                path.unlink(missing_ok=True)
        old = uploads.c.begun_at < datetime.now(UTC) - 7 * KEPT
        with self._engine.begin() as connection:
            connection.execute(delete(uploads).where(old))

    def _path(self, upload_id: str) -> Path:
        if not re.fullmatch(r"[0-9a-f]{32}", upload_id):
            raise BadUpload("这次上传已过期，请重新选择文件")
        return self._folder / f"{upload_id}.part"


def _checksum(path: Path) -> tuple[int, int]:
    """How many bytes a file has, and their CRC-32."""
    held = checksum = 0
    with path.open("rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            held, checksum = held + len(block), zlib.crc32(block, checksum)
    return held, checksum

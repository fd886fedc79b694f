"""Files on their way up, in slices, so that a large one survives a bad line and a reload."""

from __future__ import annotations

import re
import time
import uuid
from pathlib import Path

SLICE = 960 * 1024
"""Bytes of a slice; just below the limit on every request's body."""

LARGEST = 200 * 1024 * 1024
"""Bytes of a file; a 300-page scan has about a hundred MiB."""

KEPT_S = 24 * 3600
"""Seconds for which a half-sent file waits for its rest."""


class BadUpload(Exception):
    """A slice or a file that is not accepted; the message says why, in Chinese."""


class Uploads:
    """Half-sent files below the data folder, by an id that nobody can guess."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, size: int) -> str:
        """The id of a new upload.

        Raises:
            BadUpload: the file is empty or too large.
        """
        if not 0 < size <= LARGEST:
            limit = LARGEST // 1024 // 1024
            raise BadUpload("文件是空的" if size <= 0 else f"文件超过 {limit} MB，请拆分后上传")
        self._folder.mkdir(parents=True, exist_ok=True)
        for old in self._folder.iterdir():
            if time.time() - old.stat().st_mtime > KEPT_S:
                old.unlink(missing_ok=True)
        upload_id = uuid.uuid4().hex
        self._path(upload_id).touch(mode=0o600)
        return upload_id

    def held(self, upload_id: str) -> int:
        """How many bytes of an upload have come.

        Raises:
            BadUpload: there is no such upload.
        """
        path = self._path(upload_id)
        if not path.exists():
            raise BadUpload("这次上传已过期，请重新选择文件")
        return path.stat().st_size

    def put(self, upload_id: str, offset: int, part: bytes) -> int:
        """Append a slice; returns how many bytes have come. A slice sent twice counts once.

        Raises:
            BadUpload: there is no such upload, or a slice before this one is missing.
        """
        held = self.held(upload_id)
        if offset > held:
            raise BadUpload(f"缺少第 {held} 字节之后的内容，请重新上传")
        if held - offset + len(part) > LARGEST:
            raise BadUpload("文件过大")
        with self._path(upload_id).open("r+b") as file:
            file.seek(offset)
            file.write(part)
        return max(held, offset + len(part))

    def finished(self, upload_id: str, size: int) -> Path:
        """The whole file.

        Raises:
            BadUpload: there is no such upload, or not all of it has come.
        """
        if self.held(upload_id) != size:
            raise BadUpload("文件没有传完整，请继续上传")
        return self._path(upload_id)

    def _path(self, upload_id: str) -> Path:
        if not re.fullmatch(r"[0-9a-f]{32}", upload_id):
            raise BadUpload("这次上传已过期，请重新选择文件")
        return self._folder / f"{upload_id}.part"

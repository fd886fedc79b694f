"""One owner per data folder.

Two processes on one embedded Chroma directory lose vectors silently (measured, STACK notes in
docs/decisions/0001), so whoever opens the store holds this lock for as long as it lives.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from database import make_data_folder


class Owned(Exception):
    """Another process owns the data folder."""


class Ownership:
    """An exclusive lock on a data folder, released when the process ends, however it ends."""

    def __init__(self, data: Path) -> None:
        """Take the lock.

        Raises:
            Owned: another process holds it; the message names the folder.
            Unavailable: the folder cannot be made.
        """
        make_data_folder(data)
        self._file = (data / "owner.lock").open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise Owned(f"{data} is in use by another process") from None
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        """Let another process take over."""
        self._file.close()

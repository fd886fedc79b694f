"""What a long reading tells while it goes on, and asks before it becomes long.

The process that reads a file for the server replaces these; elsewhere they say nothing and
allow everything.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


class TakesLong(Exception):
    """Pages of the file have to be recognised, and whoever asked would not wait for that."""

    def __init__(self, pages: int) -> None:
        super().__init__(f"{pages} pages have to be recognised")
        self.pages = pages


def _silent(done: int = 0, of: int = 0) -> None:
    """Tell nobody."""


def _allow(pages: int) -> None:
    """Let any number of pages be recognised."""


beat: Callable[..., None] = _silent
"""Called after every page, its watcher allows time for the next; with (done, of) when pages are
recognised."""

may_recognise: Callable[[int], None] = _allow
"""Called with the number of pages before any is recognised; raises TakesLong to stop there."""

kept_pages: Path | None = None
"""Where recognised pages are kept until the file is taken in, so that none is read twice."""

"""A sign of life from long readings: the watcher of the reading process allows time per page."""

from __future__ import annotations

from collections.abc import Callable


def _silent() -> None:
    return None


beat: Callable[[], None] = _silent
"""Called after every page; the reading process replaces it by one that tells its watcher."""

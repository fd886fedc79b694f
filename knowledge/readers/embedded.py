"""A file within a file, read by the reader of its own format."""

from __future__ import annotations

from contextvars import ContextVar

from knowledge import readers
from knowledge.documents import Reading, Unreadable

DEEPEST = 3
"""Files within files; an archive that holds itself has no end."""

_depth: ContextVar[int] = ContextVar("depth", default=0)


def embedded(data: bytes, name: str) -> Reading:
    """Read a file that stands in another one.

    Raises:
        Unreadable: it cannot be read, or stands too deep.
    """
    if _depth.get() >= DEEPEST:
        raise Unreadable(name, "文件里层层嵌入了其他文件，不是正常的文档")
    mark = _depth.set(_depth.get() + 1)
    try:
        return readers.read_bytes(data, name)
    finally:
        _depth.reset(mark)

"""A file within a file, read by the reader of its own format."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

from knowledge.documents import Reading, Unreadable

DEEPEST = 3
"""Files within files; an archive that holds itself has no end."""

by_content: list[Callable[[bytes, str], Reading]] = []
"""What reads a file of any format; put here by the package, which no reader may import."""

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
        return by_content[0](data, name)
    finally:
        _depth.reset(mark)

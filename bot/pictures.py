"""What a picture that a talent sent says: fetched within bounds, recognised on this machine."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable

from knowledge.documents import Unreadable
from knowledge.readers import read_bytes

logger = logging.getLogger(__name__)

LONGEST_QUESTION = 80
"""Characters of recognised text that are taken for the person's own question (a screenshot of a
chat); of a longer one, a paper, its title is."""
MOST_TITLE_LINES = 3

_PAPER = re.compile(
    r"(?:办法|细则|规定|措施|意见|通知|公告|条例|方案|指南|清单|解答|通告)(?:[（(].{1,12}[）)])?$"
)
_one_at_a_time = threading.Semaphore(1)


class CannotSee(Exception):
    """The picture could not be had or read; the text says why, for the log."""


def question_in(picture: bytes) -> str:
    """What a picture asks or which paper it shows, at most LONGEST_QUESTION characters.

    Recognition is done one picture at a time by a child process, for seconds.

    Raises:
        CannotSee: no picture, no words on it, or recognition is not installed.
    """
    with _one_at_a_time:
        try:
            reading = read_bytes(picture, "图片.jpg")
        except Unreadable as error:
            raise CannotSee(str(error)) from None
    if reading.format != "scan":
        raise CannotSee(f"not a picture but {reading.format}")
    lines = [line.strip() for b in reading.blocks for line in b.text.split("\n") if line.strip()]
    lines += [" ".join(row) for b in reading.blocks for row in b.rows]
    return asked_by(lines)


def asked_by(lines: list[str]) -> str:
    """The question in recognised lines: all of a short text, the title of a long one.

    >>> asked_by(["D类人才买房补多少"])
    'D类人才买房补多少'
    """
    whole = " ".join(lines)
    if len(whole) <= LONGEST_QUESTION:
        return whole
    for end in range(min(len(lines), 8)):
        if _PAPER.search(lines[end]):
            # a long title is broken into lines of a like size, all of them without full stops
            start = end
            while start and end - start < MOST_TITLE_LINES - 1 and _goes_on(lines[start - 1]):
                start -= 1
            return "".join(lines[start : end + 1])[-LONGEST_QUESTION:]
    return whole[:LONGEST_QUESTION]


def _goes_on(line: str) -> bool:
    return len(line) >= 8 and not re.search(r"[。；：:〔\[0-9]|文件$", line)


def see(fetch: Callable[[], bytes]) -> str:
    """Fetch a picture and say what it asks.

    Raises:
        CannotSee: whatever went wrong; logged here without anything of the person's.
    """
    try:
        return question_in(fetch())
    except CannotSee as error:
        logger.warning("a picture was not read: %s", error)
        raise

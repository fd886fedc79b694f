"""The process that reads files from strangers, so that one of them cannot hurt the server.

Run as ``python -m knowledge.readers.child``. Each request is a line ``{"name": ..., "size": n,
"patient": whether pages may be recognised, "kept": a path or ""}`` and n bytes of a file; the
answer is a line ``{"reading": ...}``, ``{"refused": why}`` or ``{"long": pages}``, and before it
a line ``{"done": n, "of": m}`` a page. It ends with its input, and with who started it.
``knowledge.readers.confined`` asks.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO, TextIO

from knowledge.documents import Unreadable
from knowledge.readers import pulse, read_bytes

MEMORY = 2 * 1024**3
"""Bytes of address space; the longest paper known takes 0.3 GB."""
GROWN = 512 * 1024**2
"""A process that has once used more bytes than this is replaced, so that it gives them back."""


OWNER_SECONDS = 1.0
"""How often it is looked whether the owner still lives."""


_FAULT = "读取时出错，文件可能已损坏或异常复杂；请换一种格式另存后再上传"


def main() -> None:
    """Answer requests until the input ends."""
    # Libraries that print would break the conversation: what they print goes elsewhere.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    logging.basicConfig(level=logging.ERROR)
    _limit()
    _follow_owner()
    pulse.beat = lambda done=0, of=0: _say(answers, {"done": done, "of": of})
    while header := sys.stdin.buffer.readline():
        request = json.loads(header)
        data = _exactly(sys.stdin.buffer, request["size"])
        pulse.may_recognise = _allow if request["patient"] else _stop
        pulse.kept_pages = Path(request["kept"]) if request["kept"] else None
        answer = _answer(data, request["name"])
        del data
        # said beforehand, so that nobody hands the next file to a process that is ending
        _say(answers, answer | {"last": _peak() > GROWN})


def _answer(data: bytes, name: str) -> dict[str, object]:
    try:
        return {"reading": asdict(read_bytes(data, name))}
    except Unreadable as refused:
        return {"refused": refused.why}
    except pulse.TakesLong as long:
        return {"long": long.pages}
    except Exception:  # a file no reader foresaw is refused, and the next one is read
        logging.exception("reading %s failed", name)
        return {"refused": _FAULT}


def _allow(pages: int) -> None:
    """Recognise."""


def _stop(pages: int) -> None:
    raise pulse.TakesLong(pages)


def _say(answers: TextIO, message: dict[str, object]) -> None:
    answers.write(json.dumps(message, ensure_ascii=True) + "\n")
    answers.flush()


def _follow_owner() -> None:
    """End this process and those it started when its owner is gone, in the middle of a file too.

    Not prctl's signal at a parent's death: that goes by the thread that started this process.
    """
    owner = os.getppid()

    def watch() -> None:
        while os.getppid() == owner:
            time.sleep(OWNER_SECONDS)
        os.killpg(0, signal.SIGKILL)

    # a group of its own, made by confined; elsewhere there is nobody to follow
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        threading.Thread(target=watch, daemon=True).start()


def _exactly(source: BinaryIO, size: int) -> bytes:
    data = source.read(size)
    if len(data) < size:
        sys.exit(0)  # whoever asked is gone
    return data


def _limit() -> None:
    """Bound memory and what is written; Windows knows no such limits."""
    try:
        import resource
    except ImportError:
        return
    _lower(resource.RLIMIT_AS, MEMORY)
    _lower(resource.RLIMIT_FSIZE, 256 * 1024**2)
    _lower(resource.RLIMIT_CORE, 0)


def _lower(what: int, most: int) -> None:
    import resource

    # The soft limit only: recognition and LibreOffice, which are started from here, set their own.
    _, hard = resource.getrlimit(what)
    soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (soft, hard))


def _peak() -> int:
    """The most memory used so far, in bytes.

    From /proc where there is one: getrusage also counts what the parent held when it started this.
    """
    with contextlib.suppress(OSError, StopIteration, ValueError):
        lines = Path("/proc/self/status").read_text().splitlines()
        return int(next(x for x in lines if x.startswith("VmHWM")).split()[1]) * 1024
    try:
        import resource
    except ImportError:
        return 0
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used if sys.platform == "darwin" else used * 1024


if __name__ == "__main__":
    main()

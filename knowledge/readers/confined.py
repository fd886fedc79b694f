"""Asks the reading process: one file at a time, within a time limit, whatever the file does."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from knowledge.documents import Block, BlockKind, Reading, Unreadable
from knowledge.readers.pulse import TakesLong

SILENCE_SECONDS = 120.0
"""The longest wait for one page, or for a file without pages; LibreOffice takes 90 s at most."""
MOST_SECONDS = 3 * 3600.0
"""For a whole file: 500 recognised pages on a slow machine."""
IDLE_SECONDS = 60.0
_PIECE = 1 << 20

_SLOW = "读取用时过长，已停止；文件可能异常复杂，请另存一份或拆分后再上传"
_ENDED = "读取时出错，文件可能已损坏或异常复杂；请换一种格式另存后再上传"
_NOT_STARTED = "读取程序启动失败；请联系管理员检查服务器的内存和进程数"

log = logging.getLogger(__name__)


class ReadingProcess:
    """A process that reads files one after another and is replaced when one broke it.

    It starts with the first file and ends a minute after the last, or with its owner.
    """

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._idle: threading.Timer | None = None

    def read(self, data: bytes, name: str, *, patient: bool = True) -> Reading:
        """Read a file's content; see ``read_stream``."""
        return self.read_stream(io.BytesIO(data), len(data), name, patient=patient)

    def read_stream(
        self, stream: BinaryIO, size: int, name: str, *, patient: bool = True,
        kept: Path | None = None, recognised: Callable[[int, int], None] = lambda *_: None,
    ) -> Reading:  # fmt: skip
        """Read a file's content, of which this process never holds more than a piece.

        Args:
            size: how many bytes the stream has.
            patient: False to be told ``TakesLong`` instead of waiting for recognition.
            kept: file that keeps recognised pages for a second try.
            recognised: told (pages recognised, pages to recognise) after each such page.

        Raises:
            Unreadable: with the reason in Chinese; also when the process died of the file.
            TakesLong: pages of the file have to be recognised.
        """
        header = {"name": name, "size": size, "patient": patient, "kept": str(kept or "")}
        with self._turn:
            if self._idle is not None:
                self._idle.cancel()
            answer = self._ask(stream, header, name, recognised)
            self._idle = threading.Timer(IDLE_SECONDS, self._rest)
            self._idle.daemon = True
            self._idle.start()
        if "refused" in answer:
            raise Unreadable(name, answer["refused"])
        if "long" in answer:
            raise TakesLong(answer["long"])
        return _reading(answer["reading"])

    @property
    def pid(self) -> int | None:
        """The process's number; None while there is none."""
        process = self._process
        return None if process is None else process.pid

    def close(self) -> None:
        """End the process; the next file starts another."""
        with self._turn:
            self._end()

    def _rest(self) -> None:
        if self._turn.acquire(blocking=False):
            try:
                self._end()
            finally:
                self._turn.release()

    def _ask(
        self, stream: BinaryIO, header: dict[str, Any], name: str,
        recognised: Callable[[int, int], None],
    ) -> dict[str, Any]:  # fmt: skip
        process = self._started(name)
        watch = _Watch(process)
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(header).encode() + b"\n")
            shutil.copyfileobj(stream, process.stdin, _PIECE)
            process.stdin.flush()
            while (line := process.stdout.readline()).startswith(b'{"done"'):
                watch.wind()
                page = json.loads(line)
                if page["of"]:
                    recognised(page["done"], page["of"])
        except OSError:  # the pipe is broken: the process has ended
            line = b""
        finally:
            watch.stop()
        if not line.endswith(b"\n"):
            self._end()
            log.warning("reading %s ended the process: %s", name, process.returncode)
            raise Unreadable(name, _SLOW if watch.late else _ENDED)
        answer: dict[str, Any] = json.loads(line)
        if answer["last"]:  # grown too large to be kept
            self._end()
        return answer

    def _started(self, name: str) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._end()
        try:
            # A program of its own, not a fork: the server has threads and a model loaded.
            self._process = subprocess.Popen(
                [sys.executable, "-m", "knowledge.readers.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=Path(__file__).parents[2],  # where -m finds this package
                start_new_session=True,
            )
        except OSError as fault:
            raise Unreadable(name, _NOT_STARTED) from fault
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            _kill(process)
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()


class _Watch:
    """Ends a process that is silent for too long."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.late = False
        self._process = process
        self._whole = self._timer(MOST_SECONDS)
        self._page = self._timer(SILENCE_SECONDS)

    def wind(self) -> None:
        """A page is done: the next one has the whole time again."""
        self._page.cancel()
        self._page = self._timer(SILENCE_SECONDS)

    def stop(self) -> None:
        """The answer is there."""
        self._page.cancel()
        self._whole.cancel()

    def _timer(self, seconds: float) -> threading.Timer:
        timer = threading.Timer(seconds, self._over)
        timer.daemon = True
        timer.start()
        return timer

    def _over(self) -> None:
        self.late = True
        _kill(self._process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the process and what it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()


def _reading(stored: dict[str, Any]) -> Reading:
    blocks = tuple(
        Block(
            BlockKind(block["kind"]), block["text"], block["level"],
            tuple(map(tuple, block["rows"])), block["header_rows"], block["caption"],
            block["page"],
        )
        for block in stored["blocks"]
    )  # fmt: skip
    return Reading(stored["format"], blocks, tuple(stored["notes"]), stored["metadata"])

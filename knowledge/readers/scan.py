"""Scans and photographs of papers: their words are recognised and laid out as pages.

The recognising itself is done by a process that lives for one file (``recognition``); here it is
started, limited and ended, and what it saw becomes lines, rows and tables.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median, mode
from typing import Any

from knowledge.documents import Reading, Unreadable
from knowledge.readers import pulse
from knowledge.readers.ocr_text import tidy
from knowledge.readers.pages import (
    Box,
    Page,
    PlacedLine,
    Stretch,
    blocks,
    drop_running_lines,
    rows,
    ruled_table,
)

MAX_SCANNED_PAGES = 500
"""As many as a PDF may have: one page is in memory at a time, and takes some four seconds."""
PAGES_A_PROCESS = 20
"""Memory grows with the pages one process recognises: 0.8 GB for 6, 3 GB for 300 (measured).
A new process takes a second, as long as a quarter of a page."""
PAGE_SECONDS = 60.0
# Below this mean score a page is to be read again word by word.
SURE = 0.9
# Below this a stretch of text is guesswork: a seal, a scribble, a speck.
_GUESS = 0.5
_TALLER = 1.15  # boxes stand a little out from the print
_LONG = 4  # characters from which a line's width tells their size

_INSTALL = "pip install rapidocr==3.10.0 onnxruntime==1.31.1 pillow==13.0.0"
_ERRORS = {
    "broken": "图片或页面已损坏，打不开；请重新扫描或导出后上传",
    "large": "图片超过 4000 万像素；请缩小后上传",
    "missing": f"识别扫描件所需的组件没有装好；请管理员在服务器上运行 {_INSTALL} 后重新上传",
    "failed": "文字识别出错，文件没有收录；请换一种扫描设置或上传 Word 原稿",
}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recognised:
    """A page read from its picture.

    Attributes:
        score: how sure the engine was, 0..1, mean over characters; 0 for a page without words.
        lost: stretches that looked like text and could not be made out.
    """

    page: Page
    score: float
    lost: int


def read(data: bytes, name: str) -> Reading:
    """Read a picture file (JPEG, PNG, BMP, TIFF, WebP, GIF); each picture in it is a page."""
    found = recognise(data, "scan", name)
    pages = [item.page for item in found]
    if not any(page.lines or page.tables for page in pages):
        raise Unreadable(name, "图片里没有认出文字；请上传清楚的文件照片、扫描件或 Word 原稿")
    notes = recognition_notes(found)
    if len(pages) == 1:
        notes[0] = "这是图片，由文字识别读入，请核对"
    drop_running_lines(pages)
    return Reading("scan", tuple(blocks(pages)), tuple(notes), {"read_by": "ocr"})


def recognise(
    data: bytes, kind: str, name: str, numbers: Sequence[int] | None = None
) -> list[Recognised]:
    """Recognise pages of a PDF or pictures of an image file, in order.

    Args:
        kind: "pdf" or "scan".
        numbers: 1-based pages wanted; all by default.

    Raises:
        Unreadable: too many pages, a page that takes too long, or a picture that cannot be read.
    """
    if numbers is not None:
        _check(len(numbers), name)
    for module in ("rapidocr", "onnxruntime", "PIL"):
        if importlib.util.find_spec(module) is None:
            raise Unreadable(name, _ERRORS["missing"])
    kept = _KeptPages(pulse.kept_pages)
    found: list[Recognised] = []
    wanted = numbers
    while wanted is None or len(found) < len(wanted):
        with _recogniser(name) as process:
            header = json.dumps({"kind": kind, "size": len(data)}).encode() + b"\n"
            count = int(_ask(process, header + data, name)["pages"])
            if wanted is None:
                _check(count, name)
                wanted = range(1, count + 1)
            for number in wanted[len(found) :][:PAGES_A_PROCESS]:
                answer = kept.get(number)
                is_kept = answer is not None
                if answer is None:
                    answer = _ask(process, b'{"page": %d}\n' % number, name, number)
                    kept.add(number, answer)
                found.append(_laid_out(number, answer))
                # a page that was kept is no progress
                pulse.beat(*(() if is_kept else (len(found), len(wanted))))
    return found


def _check(pages: int, name: str) -> None:
    if pages > MAX_SCANNED_PAGES:
        raise Unreadable(
            name, f"有 {pages} 页扫描页，超过 {MAX_SCANNED_PAGES} 页的上限；请拆分后上传"
        )
    pulse.may_recognise(pages)


class _KeptPages:
    """What was recognised of a file before its reading was interrupted; a line a page."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._pages: dict[int, dict[str, Any]] = {}
        if path is not None and path.exists():
            for line in path.read_bytes().splitlines():
                with contextlib.suppress(ValueError, KeyError):  # the last one may be cut off
                    stored = json.loads(line)
                    self._pages[stored["page"]] = stored["answer"]

    def get(self, number: int) -> dict[str, Any] | None:
        """What was seen on a page; None when it is still to be recognised."""
        return self._pages.get(number)

    def add(self, number: int, answer: dict[str, Any]) -> None:
        """Keep a page, where pages are kept at all."""
        if self._path is not None:
            line = json.dumps({"page": number, "answer": answer}, ensure_ascii=False)
            with self._path.open("a", encoding="utf-8") as file:
                # begun on a line of its own, whatever an interrupted one left behind
                file.write(f"\n{line}\n")


def recognition_notes(found: Sequence[Recognised]) -> list[str]:
    """What a reviewer has to look at after recognition, each with its page."""
    if not found:
        return []
    read = [item for item in found if item.page.lines or item.page.tables]
    notes = []
    if read:
        notes.append(f"第{_ranges(read)}页为扫描件，由文字识别读入，请核对")
    if empty := [item for item in found if item not in read]:
        notes.append(f"第{_ranges(empty)}页是图片，没有认出文字，请核对")
    for item in read:
        if item.score < SURE:
            notes.append(f"第{item.page.number}页识别把握较低（{item.score:.2f}），请逐字核对")
        if item.lost:
            notes.append(f"第{item.page.number}页有 {item.lost} 处文字认不清，没有读入，请核对")
    return notes


def _ranges(found: Sequence[Recognised]) -> str:
    """Page numbers as staff write them: 1、3—9."""
    runs: list[list[int]] = []
    for number in (item.page.number for item in found):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return "、".join(
        f"{run[0]}—{run[-1]}" if len(run) > 2 else "、".join(map(str, run)) for run in runs
    )


# -- the recognising process ---------------------------------------------------------------


@contextmanager
def _recogniser(name: str) -> Iterator[subprocess.Popen[bytes]]:
    """A recognising process that does not outlive the file."""
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "knowledge.readers.recognition"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=Path(__file__).parents[2],  # where -m finds this package
        )
    except OSError as fault:
        raise Unreadable(
            name, "文字识别程序启动失败；请联系管理员检查服务器的内存和进程数"
        ) from fault
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _ask(
    process: subprocess.Popen[bytes], request: bytes, name: str, number: int = 0
) -> dict[str, Any]:
    """Send a request and wait for its answer; whoever takes too long is ended."""
    assert process.stdin is not None
    assert process.stdout is not None
    where = f"第 {number} 页" if number else ""
    late = threading.Event()

    def stop() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(PAGE_SECONDS, stop)
    timer.start()
    try:
        process.stdin.write(request)
        process.stdin.flush()
        line = process.stdout.readline()
    except OSError:  # the pipe is broken: the process has ended
        line = b""
    finally:
        timer.cancel()
    if late.is_set():
        seconds = int(PAGE_SECONDS)
        raise Unreadable(
            name, f"{where}文字识别超过 {seconds} 秒，已停止；请降低扫描分辨率或拆分后上传"
        )
    if not line.endswith(b"\n"):
        log.warning("recognition ended with %s", process.wait())
        raise Unreadable(
            name, f"{where}文字识别程序意外退出（多为内存不足），文件没有收录；请稍后重新上传"
        )
    answer: dict[str, Any] = json.loads(line)
    if "error" in answer:
        log.warning("recognition refused: %s %s", answer["error"], answer.get("detail", ""))
        raise Unreadable(name, where + _ERRORS[answer["error"]])
    return answer


# -- from stretches of text to a page ------------------------------------------------------


def _laid_out(number: int, answer: dict[str, Any]) -> Recognised:
    sure = [line for line in answer["lines"] if line[1] >= _GUESS]
    lost = sum(len(line[0]) > 1 for line in answer["lines"]) - sum(len(x[0]) > 1 for x in sure)
    stretches = [
        Stretch(text, left, top, right, bottom, _size(text, right - left, bottom - top))
        for raw, _, left, top, right, bottom in sure
        if (text := tidy(raw))
    ]
    _level(stretches)
    page = Page(number, answer["height"])
    for cells in answer["tables"]:
        boxes: list[Box] = [(cell[0], cell[1], cell[2], cell[3]) for cell in cells]
        table = ruled_table(boxes, partial(_rows_within, stretches))
        if table is not None:
            page.tables.append(table)
            # Text beside the cells, where a rule is missing, stays in the flow.
            stretches = [s for s in stretches if not any(s.is_within(box) for box in boxes)]
    page.lines = rows(stretches, tidy)
    characters = sum(len(line[0]) for line in sure)
    score = sum(len(line[0]) * line[1] for line in sure) / characters if characters else 0.0
    return Recognised(page, score, lost)


def _rows_within(stretches: list[Stretch], box: Box) -> list[PlacedLine]:
    return rows([s for s in stretches if s.is_within(box)], tidy)


def _size(text: str, width: float, height: float) -> float:
    """The width of a Chinese character: from a long line's width, else from its height."""
    em = height / _TALLER
    return min(width / _ems(text), 1.3 * em) if _ems(text) >= _LONG else em


def _ems(text: str) -> float:
    """How many Chinese characters wide a text is set."""
    return sum(1.0 if ord(c) > 0x2000 else 0.5 for c in text)


def _level(stretches: list[Stretch]) -> None:
    """Take out the tremble of recognised boxes: like sizes and left edges become the same."""
    sizes = _gathered([s.size for s in stretches], [0.14 * s.size for s in stretches])
    long = [size for s, size in zip(stretches, sizes, strict=True) if _ems(s.text) >= _LONG]
    body = mode(long) if long else 0.0
    for s, size in zip(stretches, sizes, strict=True):
        # Boxes around a few characters are less exact than around a line.
        short = _ems(s.text) < _LONG and 0.6 * body < size < 1.5 * body
        s.size = body if short else size
    lefts = _gathered([s.left for s in stretches], [0.4 * s.size for s in stretches])
    for s, left in zip(stretches, lefts, strict=True):
        s.left = left


def _gathered(values: list[float], reach: list[float]) -> list[float]:
    """Each value replaced by the middle of the largest crowd within its reach."""
    result = list(values)
    open_places = set(range(len(values)))
    while open_places:
        crowds = {
            at: [o for o in open_places if abs(values[o] - values[at]) <= reach[at]]
            for at in sorted(open_places)
        }
        largest = max(crowds.values(), key=len)
        middle = median(values[at] for at in largest)
        for at in largest:
            result[at] = middle
        open_places.difference_update(largest)
    return result

"""Recognises the words of one file's pictures; runs as a process of its own.

The engine takes up to a gigabyte of memory and decodes what strangers made, so neither belongs
in the server: ``knowledge.readers.scan`` starts ``python -m knowledge.readers.recognition`` for a
file and ends it afterwards.

Standard input holds a line of JSON ``{"kind": "pdf" | "scan", "size": bytes}``, the file's bytes,
then one line ``{"page": n}`` (1-based) for each page wanted. Every request is answered by one line
on standard output: first ``{"pages": n}``, then ``{"width", "height", "lines", "tables"}``, with
a line as ``[text, score, left, top, right, bottom]`` and a table as its cells' boxes, all in
points. ``{"error": code, "detail": ...}`` answers what failed. It ends with its input.
"""

from __future__ import annotations

import io
import json
import math
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

# Measured on the scanned sample: 110, 150 and 200 dpi make the same single error, 150 takes two
# thirds of the time and memory of 200, and leaves room for print smaller than a body text's.
DPI = 150
MAX_PIXELS = 40_000_000
# Pages are drawn no larger than this, whatever their size on paper: A3 at 150 dpi.
_DRAWN_PIXELS = 6_000_000
# A photograph needs no more across: an A4 page at 200 dpi.
_ACROSS = 1700
# The engine's memory grows with the picture: larger ones are read in strips.
_STRIP_PIXELS = 2_400_000
# Text lying on its side or head is looked for when this much of a page seems to be so.
_DOUBT = 0.8
# Bytes of address space; a page takes 0.8 GB of memory, and libraries reserve more than they use.
MEMORY = 6 * 1024**3
_PAPER_WIDTH = 595.0  # points: pictures are taken for pages of A4

Pixels = NDArray[np.uint8]
Points = NDArray[np.float64]


class Refused(Exception):
    """A file or page that cannot be shown; the code is what ``scan`` has words for."""


@dataclass(slots=True)
class _Words:
    """A stretch of recognised text: four corners from the upper left clockwise, in pixels."""

    text: str
    score: float
    corners: Points

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of an upright stretch."""
        (a, b), (c, d), (e, f), (g, h) = self.corners.tolist()
        return (a + g) / 2, (b + d) / 2, (c + e) / 2, (f + h) / 2

    @property
    def stands(self) -> bool:
        """True for a stretch higher than wide, as when the page lies on its side."""
        left, top, right, bottom = self.box
        return len(self.text) > 1 and bottom - top > 1.5 * (right - left)


# -- pictures ------------------------------------------------------------------------------


class _Pictures:
    """The pages of a file as pictures, white where transparent."""

    def __init__(self, data: bytes, kind: str) -> None:
        from PIL import Image

        self._pdf: Any = None
        if kind == "pdf":
            import pypdfium2

            try:
                self._pdf = pypdfium2.PdfDocument(data)
            except pypdfium2.PdfiumError as fault:
                raise Refused("broken") from fault
            self.count = len(self._pdf)
            return
        Image.MAX_IMAGE_PIXELS = None  # the size is compared with our own limit before decoding
        try:
            self._image = Image.open(io.BytesIO(data))
        except (OSError, ValueError, SyntaxError) as fault:
            raise Refused("broken") from fault
        # Only scanners' files hold pages one after another; elsewhere the frames are a film.
        self.count = getattr(self._image, "n_frames", 1) if self._image.format == "TIFF" else 1

    def page(self, number: int) -> tuple[Pixels, float]:
        """A page's picture in red, green, blue and how many points a pixel takes."""
        return self._drawn(number) if self._pdf else self._decoded(number)

    def _drawn(self, number: int) -> tuple[Pixels, float]:
        import pypdfium2

        try:
            page = self._pdf[number - 1]
            width, height = page.get_size()
            scale = min(DPI / 72, math.sqrt(_DRAWN_PIXELS / max(width * height, 1.0)))
            drawn = page.render(scale=scale, rev_byteorder=True).to_numpy()
        except pypdfium2.PdfiumError as fault:
            raise Refused("broken") from fault
        if drawn.ndim == 2 or drawn.shape[2] == 1:
            drawn = np.repeat(drawn.reshape(*drawn.shape[:2], 1), 3, axis=2)
        return np.ascontiguousarray(drawn[..., :3]), 1 / scale

    def _decoded(self, number: int) -> tuple[Pixels, float]:
        from PIL import Image, ImageOps

        try:
            self._image.seek(number - 1)
            if self._image.width * self._image.height > MAX_PIXELS:
                raise Refused("large")
            image = ImageOps.exif_transpose(self._image)
            if image.mode.startswith("I"):  # sixteen bits of grey; converting would cut them off
                grey = np.asarray(image, dtype=np.float64)
                image = Image.fromarray((grey / max(grey.max(), 1) * 255).astype(np.uint8))
            if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
                image = image.convert("RGBA")
                paper = Image.new("RGBA", image.size, "white")
                image = Image.alpha_composite(paper, image)
            image = image.convert("RGB")
        except (OSError, ValueError, SyntaxError, EOFError) as fault:
            raise Refused("broken") from fault
        if (smaller := _ACROSS / min(image.size)) < 1:
            image.thumbnail((image.width * smaller + 1, image.height * smaller + 1))
        across = _PAPER_WIDTH if image.height >= image.width else _PAPER_WIDTH * math.sqrt(2)
        return np.asarray(image), across / image.width


# -- words ---------------------------------------------------------------------------------


class _Engine:
    """The recognition engine, loaded with the first page."""

    def __init__(self) -> None:
        import cv2
        from rapidocr import RapidOCR

        cv2.setNumThreads(1)
        self._engine = RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.text_score": 0.0,  # what is doubtful is for scan to say, not to vanish
                "Global.max_side_len": 10_000,  # strips bound the size instead
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    def words(self, picture: Pixels) -> list[_Words]:
        """Everything recognised in a picture."""
        found: list[_Words] = []
        for top, strip in _strips(picture):
            # Without the classifier of upside-down text, which turns single figures over.
            read = self._engine(strip[..., ::-1], use_det=True, use_cls=False, use_rec=True)
            if read.boxes is None:
                continue
            for corners, text, score in zip(read.boxes, read.txts, read.scores, strict=True):
                placed = np.asarray(corners, dtype=np.float64) + np.array([0, top])
                found.append(_Words(text.strip(), float(score), placed))
        return [words for words in found if words.text]

    def one(self, picture: Pixels) -> tuple[str, float]:
        """The words of a picture that holds one line."""
        read = self._engine(picture[..., ::-1], use_det=False, use_cls=False, use_rec=True)
        if not read.txts:
            return "", 0.0
        return str(read.txts[0]).strip(), float(read.scores[0])


def _strips(picture: Pixels) -> Iterator[tuple[int, Pixels]]:
    """A large picture in strips, cut where the least is printed, each with its top."""
    height, width = picture.shape[:2]
    most = max(_STRIP_PIXELS // width, 400)
    top = 0
    while height - top > most:
        from_row = top + most * 2 // 3
        # A row of print changes from dark to light all along; paper and margins hardly do.
        rows = picture[from_row : top + most, :, 1].astype(np.int16)
        busy = np.abs(np.diff(rows, axis=1)).sum(axis=1).astype(np.float64)
        quiet = np.convolve(busy, np.ones(9), mode="same")
        cut = from_row + int(quiet.argmin())
        yield top, np.ascontiguousarray(picture[top:cut])
        top = cut
    yield top, np.ascontiguousarray(picture[top:])


def _certainty(words: list[_Words]) -> float:
    """How much of the text was recognised, in characters."""
    return sum(len(w.text) * w.score**4 for w in words if not w.stands)


def _upright(engine: _Engine, picture: Pixels) -> tuple[Pixels, list[_Words]]:
    """The picture turned so that its text can be read, and the text."""
    words = engine.words(picture)
    characters = sum(len(w.text) for w in words)
    if not characters:
        return picture, words
    lying = sum(len(w.text) for w in words if w.stands) > 0.5 * characters
    mean = sum(len(w.text) * w.score for w in words) / characters
    turns = (1, 3) if lying else (2,) if mean < _DOUBT else ()
    best = (_certainty(words), picture, words)
    for turn in turns:
        turned = np.ascontiguousarray(np.rot90(picture, turn))
        read = engine.words(turned)
        best = max(best, (_certainty(read), turned, read), key=lambda item: item[0])
    return best[1], best[2]


def _slant(words: list[_Words]) -> float:
    """How far the lines fall to the right, in degrees; the middle of all long ones."""
    angles = []
    for w in words:
        left, top, right, bottom = w.box
        if right - left > 5 * (bottom - top) > 0:
            across, down = w.corners[1] - w.corners[0] + w.corners[2] - w.corners[3]
            angles.append(math.degrees(math.atan2(down, across)))
    return float(np.median(angles)) if angles else 0.0


def _straightened(
    engine: _Engine, picture: Pixels, words: list[_Words]
) -> tuple[Pixels, list[_Words]]:
    """Picture and words turned until the lines are level."""
    import cv2

    slant = _slant(words)
    if abs(slant) < 0.1:
        return picture, words
    height, width = picture.shape[:2]
    turn = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), slant, 1.0))
    level = cv2.warpAffine(picture, turn, (width, height), borderValue=(255, 255, 255))
    straight = np.asarray(level, dtype=np.uint8)
    if abs(slant) > 2:  # the engine reads slanted lines worse
        return straight, engine.words(straight)
    for w in words:
        w.corners = w.corners @ turn[:, :2].T + turn[:, 2]
    return straight, words


# -- ruled tables --------------------------------------------------------------------------


def _ruled_cells(picture: Pixels, em: float) -> list[list[tuple[int, int, int, int]]]:
    """The cells between rules, table by table, as left, top, right, bottom in pixels.

    Args:
        em: height of a line of text; strokes of characters are shorter than two.
    """
    import cv2

    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    ink = cv2.adaptiveThreshold(
        grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 12
    )
    rules = np.zeros_like(ink)
    for across, down, length in ((1, 0, 3 * em), (0, 1, 1.5 * em)):
        # Close the gaps that faint printing leaves, then keep what is straight and long.
        joined = cv2.morphologyEx(
            ink, cv2.MORPH_CLOSE, np.ones((1 + 4 * down, 1 + 4 * across), np.uint8)
        )
        size = max(int(length), 20)
        line = np.ones((size if down else 1, size if across else 1), np.uint8)
        rules |= cv2.morphologyEx(joined, cv2.MORPH_OPEN, line)
    rules = cv2.dilate(rules, np.ones((5, 5), np.uint8))
    outlines, order = cv2.findContours(rules, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    tables: dict[int, list[tuple[int, int, int, int]]] = {}
    for outline, (_, _, _, parent) in zip(
        outlines, order[0] if order is not None else (), strict=True
    ):
        if parent < 0:
            continue
        left, top, width, height = cv2.boundingRect(outline)
        if width < 0.8 * em or height < 0.7 * em:
            continue
        tables.setdefault(int(parent), []).append((left, top, left + width, top + height))
    return [cells for cells in tables.values() if len(cells) > 1]


def _parted_at_rules(
    engine: _Engine, picture: Pixels, words: list[_Words], cells: list[tuple[int, int, int, int]]
) -> list[_Words]:
    """The words with those that run over a rule read again cell by cell."""
    result: list[_Words] = []
    for w in words:
        left, top, right, bottom = w.box
        middle, size = (top + bottom) / 2, bottom - top
        parts = [
            (max(left, cell[0]), min(right, cell[2]))
            for cell in cells
            if cell[1] <= middle <= cell[3]
        ]
        parts = [part for part in parts if part[1] - part[0] > 0.5 * size]
        if len(parts) < 2:
            result.append(w)
            continue
        for start, end in sorted(parts):
            piece = picture[max(int(top), 0) : math.ceil(bottom), int(start) : math.ceil(end)]
            text, score = engine.one(np.ascontiguousarray(piece))
            corners = np.array([(start, top), (end, top), (end, bottom), (start, bottom)])
            if text:
                result.append(_Words(text, score, corners))
    return result


# -- the conversation ----------------------------------------------------------------------


def _page(engine: _Engine, picture: Pixels, scale: float) -> dict[str, object]:
    """All that is on a page, as the answer to a request."""
    picture, words = _upright(engine, picture)
    picture, words = _straightened(engine, picture, words)
    tables: list[list[tuple[int, int, int, int]]] = []
    if words:
        em = float(np.median([w.box[3] - w.box[1] for w in words])) / 1.15
        tables = _ruled_cells(picture, em)
        for cells in tables:
            words = _parted_at_rules(engine, picture, words, cells)
    height, width = picture.shape[:2]
    return {
        "width": width * scale,
        "height": height * scale,
        "lines": [[w.text, w.score, *(side * scale for side in w.box)] for w in words],
        "tables": [[[side * scale for side in cell] for cell in cells] for cells in tables],
    }


def _answers(source: BinaryIO) -> Iterator[dict[str, object]]:
    header = json.loads(source.readline())
    try:
        pictures = _Pictures(source.read(header["size"]), header["kind"])
    except Refused as refused:
        yield {"error": str(refused)}
        return
    yield {"pages": pictures.count}
    engine: _Engine | None = None
    for request in source:
        try:
            picture, scale = pictures.page(json.loads(request)["page"])
            engine = engine or _Engine()
            yield _page(engine, picture, scale)
        except Refused as refused:
            yield {"error": str(refused)}
        except ImportError as fault:
            yield {"error": "missing", "detail": str(fault)}
        # A strange picture makes three libraries stumble in any of a dozen ways.
        except Exception as fault:  # noqa: BLE001 - the answer says so, the file is refused
            yield {"error": "failed", "detail": repr(fault)[:500]}


def _limit() -> None:
    """Bound memory; the process that reads files, which starts this one, has less."""
    try:
        import resource
    except ImportError:  # Windows knows no such limits
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def main() -> None:
    """Answer requests until the input ends."""
    # Libraries that print would break the conversation: what they print goes elsewhere.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    _limit()
    if hasattr(os, "nice"):
        os.nice(10)  # people who are asking go before a file that is taken in
    for answer in _answers(sys.stdin.buffer):
        answers.write(json.dumps(answer, ensure_ascii=False) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()

"""How fast files are read, by format, and what the process of its own costs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measuring import timed
from knowledge.documents import Reading
from knowledge.readers import read_bytes
from knowledge.readers.confined import ReadingProcess

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
PAGE_CHARACTERS = 500
"""Characters of a printed page of a policy: formats without pages are counted by them."""


def reading() -> Iterator[str]:
    """Pages a second by format over the samples, in this process and in the reading process."""
    files: dict[str, list[tuple[bytes, str]]] = {}
    pages: dict[str, float] = {}
    for path in sorted(path for path in SAMPLES.iterdir() if path.is_file()):
        data = path.read_bytes()
        found = read_bytes(data, path.name)
        kind = "scan" if found.metadata.get("read_by") == "ocr" else found.format
        files.setdefault(kind, []).append((data, path.name))
        pages[kind] = pages.get(kind, 0.0) + _pages(found)
    process = ReadingProcess()
    begun = time.perf_counter()
    process.read("正文".encode(), "a.txt")
    yield f"  the reading process starts in                {time.perf_counter() - begun:9.2f} s"
    for kind, papers in files.items():
        times = 1 if kind == "scan" else 5
        here = timed(kind, lambda p=papers: [read_bytes(*x) for x in p], times, 0)  # type: ignore[misc]
        there = timed(kind, lambda p=papers: [process.read(*x) for x in p], times, 0)  # type: ignore[misc]
        speed = pages[kind] / (there.median_ms / 1000)
        ratio = there.median_ms / here.median_ms
        yield f"  {kind:<10} {speed:9.1f} pages/s   own process : this process = {ratio:.2f}"
    process.close()


def _pages(found: Reading) -> float:
    numbered = {block.page for block in found.blocks if block.page is not None}
    if found.format in ("pdf", "scan") and numbered:
        return float(len(numbered))
    text = "".join(b.text + "".join(c for row in b.rows for c in row) for b in found.blocks)
    return len(text) / PAGE_CHARACTERS

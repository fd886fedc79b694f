"""What a long scan costs while it goes in: seconds a page, memory of the server and its readers."""

from __future__ import annotations

import io
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
from PIL import Image

from benchmarks.subjects import SAMPLES, resident_mib, served
from database import open_database
from knowledge.jobs import IntakeJobs, JobKind, JobState

DPI = 150
WHOLE = 300
"""Pages that the printed figures are extrapolated to."""


def scan(pages: int) -> Iterator[str]:
    """Hand a scan of so many pages to a real server; look at its processes twice a second."""
    with tempfile.TemporaryDirectory(prefix="zhihui-bench-") as folder:
        data, paper = Path(folder) / "data", Path(folder) / f"scan-{pages}.pdf"
        paper.write_bytes(_scan(pages))
        with served(data, "/healthz", ZHIHUI_SAMPLES="false") as server:
            yield from _watched(data, paper, pages, server.pid)


def _watched(data: Path, paper: Path, pages: int, server: int) -> Iterator[str]:
    jobs = IntakeJobs(open_database(f"sqlite:///{data / 'zhihui.db'}", data), data)
    before = resident_mib(server)
    peaks = {"server": before, "readers": 0.0}
    waits: list[float] = []
    begun = time.perf_counter()
    job_id = jobs.submit_file(paper)
    while (job := jobs.get(job_id)).state in (JobState.QUEUED, JobState.RUNNING):
        peaks["server"] = max(peaks["server"], resident_mib(server))
        peaks["readers"] = max(peaks["readers"], sum(map(resident_mib, _below(server))))
        if job.kind == JobKind.RECOGNISE and len(waits) < 5:
            waits.append(_waited(jobs))
        time.sleep(0.5)
    took = time.perf_counter() - begun
    if job.state is not JobState.DONE or job.result["status"] != "added":
        raise SystemExit(f"benchmarks: the scan was not taken in: {job.result}")
    size = paper.stat().st_size / 2**20
    yield f"  {pages} pages, {size:.1f} MiB: {took:.0f} s, {took / pages:.2f} s a page"
    if pages != WHOLE:
        yield f"  extrapolated to {WHOLE} pages: {took / pages * WHOLE / 60:.0f} minutes"
    yield (
        f"  server: {before:.0f} MiB before, {peaks['server']:.0f} MiB at most while it goes in; "
        f"reading and recognising processes together {peaks['readers']:.0f} MiB at most"
    )
    yield f"  other jobs meanwhile wait {max(waits):.1f} s at most (n={len(waits)})"
    yield f"  read: {job.result['clauses']} clauses, {job.result['uncovered']} characters uncovered"


def _waited(jobs: IntakeJobs) -> float:
    """Seconds until a job that needs no recognition is done."""
    begun = time.perf_counter()
    job_id = jobs.submit(JobKind.CHECK)
    while jobs.get(job_id).state in (JobState.QUEUED, JobState.RUNNING):
        time.sleep(0.05)
    return time.perf_counter() - begun


def _below(pid: int) -> list[int]:
    """Every process that one has started, and those below."""
    parents: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rsplit(")", 1)[1].split()
        except OSError:  # it ended meanwhile
            continue
        parents.setdefault(int(fields[1]), []).append(int(status.parent.name))
    found, open_places = [], [pid]
    while open_places:
        children = parents.get(open_places.pop(), [])
        found += children
        open_places += children
    return found


def _scan(pages: int) -> bytes:
    """The scanned sample's pages again and again, each a picture of its own."""
    sample = pypdfium2.PdfDocument(next(SAMPLES.glob("05-*")))
    drawn = [page.render(scale=DPI / 72, grayscale=True).to_pil() for page in sample]
    numbered = []
    for number in range(pages):
        page = drawn[number % len(drawn)].copy()
        page.putpixel((0, 0), number % 256)
        numbered.append(page)
    whole = io.BytesIO()
    first: Image.Image = numbered[0]
    first.save(whole, "PDF", save_all=True, append_images=numbered[1:], resolution=DPI, quality=50)
    return whole.getvalue()

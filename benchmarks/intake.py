"""What intake costs beside reading, and what a citizen's message waits while it runs."""

from __future__ import annotations

import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.measuring import Timing, timed_each
from benchmarks.statutes import statutes
from benchmarks.subjects import DAY, SAMPLES, Lines, asked, push_text, sample_base
from config import Settings
from database import migrate, open_engine
from knowledge.base import KnowledgeBase, open_knowledge_base
from knowledge.documents import Reading
from knowledge.embedding import load_encoder
from knowledge.metadata import document_facts
from knowledge.readers import read_file
from knowledge.readers.confined import ReadingProcess
from knowledge.readers.pulse import TakesLong
from knowledge.structure import structure
from server import create_app

TOKEN = "benchtoken"
UPLOADED = 60
"""Files taken in while messages are answered: some seconds of work."""


def intake() -> Lines:
    """Reading alone, intake whole, and the webhook while files come in."""
    yield from _by_format()
    yield from _folder()
    yield from _beside_the_webhook()


def _by_format(times: int = 3) -> Lines:
    """Intake beside parsing alone, medians of the sums over a format's sample files.

    Parsing alone is what a program costs that does nothing but parse, within the same bounds: a
    process of its own for the file, the file read, its clauses and facts found. Intake keeps that
    process for the next file, so what its start costs is saved once it is warm; how much of
    intake is parsing in the warm process is printed beside it.
    """
    parsing: defaultdict[str, list[float]] = defaultdict(lambda: [0.0] * times)
    warm: defaultdict[str, list[float]] = defaultdict(lambda: [0.0] * times)
    whole: defaultdict[str, list[float]] = defaultdict(lambda: [0.0] * times)
    for turn in range(times):
        with tempfile.TemporaryDirectory(prefix="zhihui-bench-") as folder:
            base = _empty(Path(folder))
            for path in sorted(SAMPLES.iterdir()):
                try:
                    kind = read_file(path, patient=False).format
                except TakesLong:  # a scan takes seconds, whatever comes behind
                    continue
                parsing[kind][turn] += _seconds(partial(_parsed_alone, path))
                warm[kind][turn] += _seconds(partial(_parsed, path, read_file))
                whole[kind][turn] += _seconds(partial(base.intake.add, path, patient=False))
            base.catalogue.engine.dispose()
    for name in sorted(whole):
        alone, kept, taken = (1000 * median(of[name]) for of in (parsing, warm, whole))
        yield (
            f"  {name:10} parsing alone {alone:6.0f} ms (warm {kept:5.0f}), "
            f"intake {taken:6.0f} ms, intake : parsing = {taken / alone:.2f} "
            f"(warm {taken / kept:.2f})"
        )


def _folder(count: int = 120, ends: int = 20) -> Lines:
    """A folder of texts beside parsing them in the same warm process, and what the base adds."""
    with tempfile.TemporaryDirectory(prefix="zhihui-bench-") as folder:
        base, paths = _empty(Path(folder)), []
        for title, text in statutes(SAMPLES, count):
            paths.append(Path(folder) / f"{title}.txt")
            paths[-1].write_text(text, encoding="utf-8")
        parsing = sum(_seconds(partial(_parsed, path, read_file)) for path in paths)
        taken = [_seconds(partial(base.intake.add, path)) for path in paths]
        passages = len(base.catalogue.live_ids())
        base.catalogue.engine.dispose()
    first, last = (1000 * sum(some) / ends for some in (taken[1 : ends + 1], taken[-ends:]))
    yield (
        f"  a folder of {count} texts, {passages} passages: "
        f"parsing {1000 * parsing / count:.0f} ms a file, "
        f"intake {1000 * sum(taken) / count:.0f} ms "
        f"({1000 * sum(taken) / passages:.2f} ms a passage); "
        f"the first {ends} {first:.0f} ms each, the last {last:.0f}"
    )


def _parsed_alone(path: Path) -> None:
    process = ReadingProcess()
    _parsed(path, lambda path: process.read(path.read_bytes(), path.name))
    process.close()


def _parsed(path: Path, read: Callable[[Path], Reading]) -> None:
    found = read(path)
    document_facts(structure(found.blocks).clauses, path.name, found.metadata.get("title", ""))


def _seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def _beside_the_webhook(times: int = 150) -> Lines:
    texts = asked()
    with sample_base() as base, tempfile.TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, wechat_token=TOKEN, today=DAY)  # type: ignore[call-arg]
        client = create_app(settings, base.catalogue.engine, base, TOKEN).test_client()
        push = partial(push_text, client, TOKEN, None)
        for text in texts:
            push(text)
        acts = [partial(push, texts[n % len(texts)]) for n in range(times)]
        idle = timed_each("webhook, nothing else to do", acts)
        ended = threading.Event()
        thread = threading.Thread(target=_upload, args=(base, Path(folder), ended))
        thread.start()
        busy: list[float] = []
        for act in acts * 20:
            begun = time.perf_counter()
            act()
            if ended.is_set():
                break
            busy.append(time.perf_counter() - begun)
        thread.join()
        during = Timing(f"webhook, while {UPLOADED} files come in", tuple(busy))
        yield idle.line()
        yield during.line()
        yield (
            f"  while files come in : idle = {during.median_ms / idle.median_ms:.1f}, "
            f"slowest {during.quantile_ms(1):.0f} ms of the 5,000 that WeChat waits"
        )


def _upload(base: KnowledgeBase, folder: Path, ended: threading.Event) -> None:
    for title, text in statutes(SAMPLES, UPLOADED):
        path = folder / f"{title}.txt"
        path.write_text(text, encoding="utf-8")
        base.intake.add(path)
    ended.set()


def _empty(folder: Path) -> KnowledgeBase:
    engine = open_engine(f"sqlite:///{folder / 'zhihui.db'}")
    migrate(engine)
    return open_knowledge_base(engine, folder, load_encoder(""))

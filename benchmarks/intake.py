"""What intake costs beside reading, and what a citizen's message waits while it runs."""

from __future__ import annotations

import tempfile
import threading
import time
from collections import defaultdict
from functools import partial
from pathlib import Path

from benchmarks.measuring import Timing, timed_each
from benchmarks.statutes import statutes
from benchmarks.subjects import DAY, SAMPLES, Lines, asked, push_text, sample_base
from config import Settings
from database import migrate, open_engine
from knowledge.base import KnowledgeBase, open_knowledge_base
from knowledge.embedding import load_encoder
from knowledge.metadata import document_facts
from knowledge.readers import read_file
from knowledge.structure import structure
from server import create_app

TOKEN = "benchtoken"
UPLOADED = 60
"""Files taken in while messages are answered: some seconds of work."""


def intake() -> Lines:
    """Reading alone, intake whole, and the webhook while files come in."""
    yield from _by_format()
    yield from _beside_the_webhook()


def _by_format() -> Lines:
    reading: defaultdict[str, float] = defaultdict(float)
    whole: defaultdict[str, float] = defaultdict(float)
    with tempfile.TemporaryDirectory(prefix="zhihui-bench-") as folder:
        base = _empty(Path(folder))
        for path in sorted(SAMPLES.iterdir()):
            begun = time.perf_counter()
            read = read_file(path)
            document_facts(structure(read.blocks).clauses, path.name, "")
            between = time.perf_counter()
            base.intake.add(path)
            reading[read.format] += between - begun
            whole[read.format] += time.perf_counter() - between
        base.catalogue.engine.dispose()
    for name in sorted(reading):
        yield (
            f"  {name:10} reading {1000 * reading[name]:8.0f} ms, intake {1000 * whole[name]:8.0f} "
            f"ms, intake : reading = {whole[name] / reading[name]:.2f}"
        )


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

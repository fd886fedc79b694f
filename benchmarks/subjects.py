"""What is measured, one function a subject; each returns the lines it has to say."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from itertools import count
from pathlib import Path
from typing import cast
from xml.sax.saxutils import escape

import numpy as np
from flask.testing import FlaskClient
from numpy.typing import NDArray
from pydantic import SecretStr

from benchmarks.measuring import Ledger, Timing, Watched, timed, timed_each
from benchmarks.statutes import statutes
from bot.answering.answer import Answerer
from bot.answering.understanding import understand
from bot.conversations import Conversations
from bot.dialogue import Dialogue, Message
from bot.wechat.crypto import Envelope, signature_of
from bot.wording import Office
from config import Settings
from database import migrate, open_engine
from evaluation.asking import read_corpus
from evaluation.questions import load_questions
from knowledge.base import KnowledgeBase, open_knowledge_base
from knowledge.catalogue import Catalogue
from knowledge.embedding import Embedder, load_encoder
from knowledge.fulltext import FullText
from knowledge.lexicon import SynonymTable
from knowledge.query import Query
from knowledge.retriever import Retriever
from knowledge.vectors import VectorIndex
from server import create_app

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "samples"
QUESTIONS = ROOT / "evaluation" / "linjiang" / "questions.jsonl"
DAY = date(2026, 11, 22)
LARGE = 10_000
"""Passages of the large collection."""
HUGE = 100_000
"""Passages of the huge one."""
NEAREST = 10

Lines = Iterator[str]
_people = count(1)


def asked() -> list[str]:
    """The last turns of the shipped questions: realistic lengths and words."""
    return [q.turns[-1] for q in load_questions(QUESTIONS)]


@contextmanager
def sample_base() -> Iterator[KnowledgeBase]:
    """The samples in a throw-away store."""
    with tempfile.TemporaryDirectory(prefix="zhihui-bench-", ignore_cleanup_errors=True) as store:
        base, _ = read_corpus(SAMPLES, Path(store))
        yield base
        base.catalogue.engine.dispose()


# -- one question ------------------------------------------------------------------------


def questions(rounds: int = 3) -> Lines:
    """From a typed text to the reply's text, and which part of it takes how long."""
    with sample_base() as base:
        yield from _answering(base, "14 sample files", rounds)


def _answering(base: KnowledgeBase, of: str, rounds: int) -> Lines:
    texts = asked()
    plain = _dialogue(base, base.retriever, Conversations(base.catalogue.engine))
    _ask_all(plain, texts, of)  # warm: the retriever caches each passage's terms
    yield _ask_all(plain, texts * rounds, of).line()

    ledger = Ledger()
    watched = _dialogue(
        base,
        cast(Retriever, Watched(_watched_retriever(base, ledger), ledger, _RETRIEVING)),
        cast(Conversations, Watched(Conversations(base.catalogue.engine), ledger, _KEEPING)),
    )
    _ask_all(watched, texts, of)
    ledger.spent_s.clear()
    whole = sum(_ask_all(watched, texts * rounds, of).durations_s)
    yield from _shares(ledger, whole, texts, rounds)


_RETRIEVING = {"search": "retrieving", "unknown": "weighing", "shares": "weighing"}
_KEEPING = {"record": "conversation"}


def _dialogue(base: KnowledgeBase, retriever: Retriever, conversations: Conversations) -> Dialogue:
    answerer = Answerer(retriever, SynonymTable.load())
    return Dialogue(answerer, conversations, Office(), lambda i: f"http://h/p/{i}", lambda: DAY)


def _watched_retriever(base: KnowledgeBase, ledger: Ledger) -> Retriever:
    candidates = "candidates"
    return Retriever(
        cast(Catalogue, Watched(base.catalogue, ledger, {"passages": "reading passages"})),
        cast(FullText, Watched(base.fulltext, ledger, {"ranks": candidates})),
        cast(VectorIndex, Watched(base.vectors, ledger, {"nearest": candidates})),
        cast(Embedder, Watched(base.encoder, ledger, {"encode": "encoding"})),
    )


def _ask_all(dialogue: Dialogue, texts: Sequence[str], of: str) -> Timing:
    def ask(text: str) -> Callable[[], object]:
        return lambda: dialogue.respond(Message(f"oBENCH{next(_people):08d}", "text", text))

    return timed_each(f"question -> reply, {of}", [ask(t) for t in texts])


def _shares(ledger: Ledger, whole_s: float, texts: list[str], rounds: int) -> Lines:
    """Where the time goes; what no part is booked on is composing the reply."""
    table = SynonymTable.load()
    with ledger.entry("understanding"):
        for text in texts * rounds:
            understand(text, DAY, table)
    spent = ledger.spent_s
    inner = ("encoding", "candidates", "reading passages")
    parts = {
        "understanding": spent["understanding"],
        **{name: spent.get(name, 0.0) for name in inner},
        "scoring": spent["retrieving"] - sum(spent.get(name, 0.0) for name in inner),
        "weighing words": spent.get("weighing", 0.0),
        "keeping the conversation": spent["conversation"],
    }
    parts["composing"] = whole_s - sum(parts.values())
    yield "  of which " + ", ".join(f"{n} {100 * s / whole_s:.0f} %" for n, s in parts.items())


# -- the webhook -------------------------------------------------------------------------


def webhook(times: int = 150) -> Lines:
    """A signed message in, the reply's XML out, in process: everything but the network."""
    appid, token, key = "wxbench000000000", "benchtoken", "0123456789" * 4 + "ABC"
    texts = asked()
    with sample_base() as base:
        medians = {}
        for mode, aes_key in (("plain", ""), ("safe", key)):
            settings = Settings(
                _env_file=None, wechat_appid=appid, wechat_token=token, today=DAY,
                wechat_aes_key=SecretStr(aes_key),
            )  # type: ignore[call-arg]  # fmt: skip
            client = create_app(settings, base.catalogue.engine, base, token).test_client()
            envelope = Envelope(token, appid, aes_key) if aes_key else None
            push = partial(push_text, client, token, envelope)
            for text in texts[:20]:
                push(text)
            acts = [partial(push, texts[n % len(texts)]) for n in range(times)]
            timing = timed_each(f"webhook, {mode} mode", acts)
            medians[mode] = timing.median_ms
            yield timing.line()
        yield f"  safe : plain = {medians['safe'] / medians['plain']:.2f}"


def push_text(client: FlaskClient, token: str, envelope: Envelope | None, text: str) -> None:
    """Deliver a text message of somebody new; SystemExit when it is not answered."""
    query, body = signed(token, text, envelope, next(_people))
    response = client.post("/wechat", query_string=query, data=body)
    if response.status_code != 200:
        raise SystemExit(f"benchmarks: the webhook said {response.status}")


def signed(
    token: str, text: str, envelope: Envelope | None, number: int
) -> tuple[dict[str, str], bytes]:
    """(query, body) of a text message as the platform would send it for talent ``number``."""
    openid = f"oBENCHHOOK{number:018d}"
    now, nonce = str(int(time.time())), str(10**9 + number)
    xml = (
        f"<xml><ToUserName>gh_bench</ToUserName><FromUserName>{openid}</FromUserName>"
        f"<CreateTime>{now}</CreateTime><MsgType>text</MsgType>"
        f"<Content>{escape(text)}</Content><MsgId>{number + 10**12}</MsgId></xml>"
    )
    query = {"signature": signature_of(token, now, nonce), "timestamp": now, "nonce": nonce}
    query["openid"] = openid
    if envelope is None:
        return query, xml.encode()
    sealed = envelope.seal(xml, now, nonce)
    signature = re.search(r"<MsgSignature>(?:<!\[CDATA\[)?(\w+)", sealed)
    assert signature is not None
    return query | {"encrypt_type": "aes", "msg_signature": signature[1]}, sealed.encode()


# -- starting ----------------------------------------------------------------------------


def starting(times: int = 7) -> Lines:
    """How long before a command line says something, and before a server answers."""

    def run(*words: str) -> Callable[[], object]:
        return lambda: subprocess.run([sys.executable, *words], check=True, capture_output=True)

    bare = timed("python -c pass", run("-c", "pass"), times)
    helped = timed("python ingest.py --help", run(str(ROOT / "ingest.py"), "--help"), times)
    yield bare.line()
    yield helped.line()
    yield f"  ingest.py --help : bare Python = {helped.median_ms / bare.median_ms:.1f}"
    with tempfile.TemporaryDirectory(prefix="zhihui-bench-", ignore_cleanup_errors=True) as folder:
        first = _server_ready(Path(folder) / "data")
        again = _server_ready(Path(folder) / "data")
    for label, (ready_s, rss_mib) in {
        "server ready, first start with 14 files": first,
        "server ready, started again": again,
    }.items():
        memory = f"{rss_mib:.0f} MiB resident" if rss_mib else "memory unknown here"
        yield f"  {label:<44} {ready_s:16.2f} s    {memory}"


def _server_ready(data: Path) -> tuple[float, float]:
    """(seconds until /readyz says ok, MiB resident then; 0 where the system does not tell)."""
    begun = time.perf_counter()
    with served(data) as process:
        return time.perf_counter() - begun, resident_mib(process.pid)


@contextmanager
def served(data: Path, page: str = "/readyz", **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """A server of its own over a data folder, once it answers this page.

    Args:
        page: /healthz for a server without documents, which is never ready.
        settings: names and values for the .env of the folder it is started in.
    """
    lines = [f"{name}={value}\n" for name, value in settings.items()]
    (data.parent / ".env").write_text("".join(lines), encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [sys.executable, str(ROOT / "server.py"), "--port", str(port), "--data", str(data)]
    begun = time.perf_counter()
    process = subprocess.Popen(
        words, cwd=data.parent, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while not answers(f"http://127.0.0.1:{port}{page}"):
            if process.poll() is not None or time.perf_counter() - begun > 60:
                raise SystemExit("benchmarks: the server did not become ready")
            time.sleep(0.01)
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def answers(url: str) -> bool:
    """Whether something answers there with 200."""
    try:
        with urllib.request.urlopen(url, timeout=2) as page:
            return bool(page.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def resident_mib(pid: int) -> float:
    """Memory that a process has now, in MiB; 0.0 where the system does not tell."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0.0
    match = re.search(r"^VmRSS:\s+(\d+) kB", status.read_text(), re.MULTILINE)
    return int(match[1]) / 1024 if match else 0.0


# -- many passages -----------------------------------------------------------------------


def large() -> Lines:
    """Intake, answers and retrieval at ten thousand passages, against exact search over all."""
    with filled(LARGE) as (base, line):
        yield line
        yield from _answering(base, f"{LARGE:,} passages", 1)
        yield from _searching(base)


def huge() -> Lines:
    """Intake and answers at a hundred thousand passages."""
    with filled(HUGE) as (base, line):
        yield line
        yield from _answering(base, f"{HUGE:,} passages", 1)


@contextmanager
def filled(count: int) -> Iterator[tuple[KnowledgeBase, str]]:
    """A throw-away base of so many passages of synthetic statutes, and how long that took."""
    with tempfile.TemporaryDirectory(prefix="zhihui-bench-", ignore_cleanup_errors=True) as folder:
        store = Path(folder)
        engine = open_engine(f"sqlite:///{store / 'zhihui.db'}")
        migrate(engine)
        base = open_knowledge_base(engine, store, load_encoder(""))
        begun = time.perf_counter()
        files = passages = 0
        for title, text in statutes(SAMPLES, count // 50):
            path = store / f"{title}.txt"
            path.write_text(text, encoding="utf-8")
            passages += base.intake.add(path).passages
            files += 1
            path.unlink()
            if passages >= count:
                break
        took_s = time.perf_counter() - begun
        yield (
            base,
            (
                f"  intake of {files} files, {passages} passages"
                f"{'':12} {took_s:6.1f} s = {passages / took_s:.0f} passages/s"
            ),
        )
        engine.dispose()


def _searching(base: KnowledgeBase) -> Lines:
    ids = sorted(base.catalogue.live_ids())
    stored = base.catalogue.passages(ids)
    matrix = np.stack([stored[i].vector for i in ids])
    table = SynonymTable.load()
    queries: list[Query] = [q.query for text in asked() for q in understand(text, DAY, table)]
    vectors = base.encoder.encode([q.embedded for q in queries])

    def exact(vector: NDArray[np.float32]) -> list[int]:
        cosines = matrix @ vector
        best = np.argpartition(-cosines, NEAREST)[:NEAREST]
        return [ids[i] for i in best[np.argsort(-cosines[best])]]

    def chroma(vector: NDArray[np.float32]) -> list[int]:
        return [i for i, _ in base.vectors.nearest(vector, NEAREST)]

    searches = [partial(base.retriever.search, q, DAY) for q in queries]
    cold = timed_each("Retriever.search, just after a publish", searches)
    hybrid = timed_each("Retriever.search, both halves scored", searches, 3)
    dense = timed_each("Chroma alone, nearest 10", [partial(chroma, v) for v in vectors], 3)
    numpy = timed_each("exact numpy search, nearest 10", [partial(exact, v) for v in vectors], 3)
    yield from (cold.line(), hybrid.line(), dense.line(), numpy.line())
    found = [len(set(chroma(v)) & set(exact(v))) / NEAREST for v in vectors]
    yield (
        f"  retriever : exact = {hybrid.median_ms / numpy.median_ms:.1f}, "
        f"Chroma : exact = {dense.median_ms / numpy.median_ms:.1f}, "
        f"Chroma finds {100 * sum(found) / len(found):.1f} % of the exact nearest {NEAREST}"
    )

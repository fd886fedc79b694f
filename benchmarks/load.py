"""Many talents at once: messages a second at saturation beside a bare echo, and nobody forgotten.

Servers run as processes of their own; talents are processes too, so that our side's interpreter
lock is not measured. All share the machine's cores, as the figures say.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import text

from benchmarks.subjects import ROOT, answers, asked, signed
from database import open_engine

TOKEN = "benchtoken"
REPEATED = ("人才补贴怎么申请？", "购房补贴需要什么材料？", "租房补贴一个月多少？")
"""Asked again and again, as most of what an office is asked; answered from memory."""
_BEFORE = (
    "",
    "请问",
    "你好，",
    "麻烦问一下，",
    "想咨询下，",
    "那个",
    "老师好，",
    "请教一下 ",
    "您好 ",
)
_BEHIND = (
    "",
    "？",
    "谢谢",
    "，谢谢啦",
    "呢",
    "啊",
    " 急",
    "，麻烦了",
    "。",
    "！",
    "~",
    "，多谢",
    "??",
)
CLIENTS, CONNECTIONS = 2, 8
"""Processes that send, and connections of each: enough to keep every server busy."""
SATURATED_S = 10.0
ROUNDS = 3
WORKERS = 4
STARTING_S = 90.0

Lines = Iterator[str]


def saturation() -> Lines:
    """Messages a second of a bare echo and of ours, in turn; the ratio of the medians."""
    rates: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for name, serving, texts in (
            ("bare Flask + wechatpy echo, one process", _echo(), REPEATED),
            ("ours, one process, three questions", _ours(1), REPEATED),
            ("ours, one process, no question twice", _ours(1), ()),
            (f"ours, {WORKERS} workers, three questions", _ours(WORKERS), REPEATED),
            (f"ours, {WORKERS} workers, no question twice", _ours(WORKERS), ()),
        ):
            with serving as port:
                _saturate(port, 2.0, REPEATED)  # warm
                rates.setdefault(name, []).append(_saturate(port, SATURATED_S, texts))
    medians = {name: statistics.median(found) for name, found in rates.items()}
    for name, found in rates.items():
        shown = ", ".join(f"{rate:.0f}" for rate in found)
        yield f"  {name:<44} median {medians[name]:8.0f} messages/s   ({shown})"
    echo, *own = medians.values()
    yield f"  ours : echo = {', '.join(f'{rate / echo:.2f}' for rate in own)}"


def ledger(count: int = 10_000, rate: int = 50) -> Lines:
    """Messages at a steady rate, a tenth delivered twice at once, on several processes."""
    with _ours(WORKERS) as port:
        sending = _send(port, count, rate)
        found = _sent(sending)
    yield from _told(found)


def killed(count: int = 10_000, rate: int = 50) -> Lines:
    """The same, and all processes of the server killed (-9) in the middle and started again.

    The platform repeats what was not answered after five and ten seconds, as WeChat does.
    """
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="zhihui-bench-") as data:
        words = [sys.executable, "server.py", "--port", str(port), "--data", data]
        with _process(words, _settings(WORKERS), port) as server:
            sending = _send(port, count, rate, "--patient")
            time.sleep(count / rate / 2)
            for number in (server.pid, *_children(server.pid)):
                with suppress(ProcessLookupError):
                    os.kill(number, signal.SIGKILL)
            server.wait()
        begun = time.perf_counter()
        with _process(words, _settings(WORKERS), port):
            down_s = time.perf_counter() - begun
            found = _sent(sending)
            kept = _ledger_rows(Path(data))
    yield f"  killed after {count / rate / 2:.0f} s; answering again {down_s:.1f} s later"
    yield from _told(found)
    yield (
        f"  in the ledger: {kept['rows']:,} messages, {kept['unanswered']} without an answer, "
        f"{kept['again']} taken up again after their worker had died, {kept['twice']} answers "
        "recorded twice"
    )


def _send(port: int, count: int, rate: int, *options: str) -> subprocess.Popen[str]:
    """The platform with its talents, as a process that has begun to send."""
    words = [
        sys.executable, "-m", "tests.wechat.fake_wechat", "load",
        f"http://127.0.0.1:{port}/wechat", "--token", TOKEN, "--api-port", str(_free_port()),
        "--users", "120", "--rate", str(rate), "--count", str(count), "--dup-rate", "0.1",
        "--seconds", str(2 * count // rate), *options,
    ]  # fmt: skip
    return subprocess.Popen(
        words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _sent(sending: subprocess.Popen[str]) -> dict[str, Any]:
    """What the platform found, when it has sent all."""
    out, problem = sending.communicate()
    if not out.startswith("{"):
        raise SystemExit(f"benchmarks: the load did not run: {problem[-500:]}")
    found: dict[str, Any] = json.loads(out)
    return found


def _told(found: dict[str, Any]) -> Lines:
    yield (
        f"  {found['sent']:,} messages in {found['seconds']:.0f} s, {WORKERS} workers: answered in "
        f"p50 {1000 * found['ack_p50']:.0f} ms, p95 {1000 * found['ack_p95']:.0f} ms, "
        f"p99 {1000 * found['ack_p99']:.0f} ms"
    )
    yield (
        f"  lost {found['lost']}, doubled {found['duplicates']}, to the wrong person "
        f"{found['misdelivered']}, faults shown {found['fault_shown']}, delivered again "
        f"{found['retried']}, given up by the platform after three deliveries {found['given_up']}"
    )


def _ledger_rows(data: Path) -> dict[str, int]:
    """What the ledger holds of all that was sent."""
    engine = open_engine(f"sqlite:///{data / 'zhihui.db'}")
    rows = """
        SELECT count(*) AS "rows", sum(state = 'claimed') AS unanswered,
            sum(attempts > 1) AS again, (
                -- every answer names its turn, by which it is judged
                SELECT count(*) FROM turns WHERE NOT abstained AND NOT EXISTS (
                    SELECT 1 FROM deliveries answered WHERE answered.openid = turns.openid
                        AND instr(answered.reply, printf('turn-%010d', turns.id))
                )
            ) AS twice
        FROM deliveries
    """
    with engine.connect() as connection:
        return dict(connection.execute(text(rows)).mappings().one())


def _children(pid: int) -> list[int]:
    """Processes that a process has started, theirs too."""
    said = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
    own = [int(line) for line in said.stdout.split()]
    return own + [below for child in own for below in _children(child)]


# -- servers -----------------------------------------------------------------------------


@contextmanager
def _echo() -> Iterator[int]:
    port = _free_port()
    with _process([sys.executable, "-m", "benchmarks.echo", str(port), TOKEN], {}, port):
        yield port


@contextmanager
def _ours(workers: int) -> Iterator[int]:
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="zhihui-bench-") as data:
        words = [sys.executable, "server.py", "--port", str(port), "--data", data]
        with _process(words, _settings(workers), port):
            yield port


def _settings(workers: int) -> dict[str, str]:
    return {
        "ZHIHUI_WECHAT_TOKEN": TOKEN, "ZHIHUI_MESSAGES_PER_MINUTE": "1000",
        "ZHIHUI_TODAY": "2026-11-22", "ZHIHUI_WORKERS": str(workers),
    }  # fmt: skip


@contextmanager
def _process(
    words: list[str], settings: dict[str, str], port: int
) -> Iterator[subprocess.Popen[bytes]]:
    server = subprocess.Popen(
        words, cwd=ROOT, env=os.environ | settings,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        begun = time.perf_counter()
        while not answers(f"http://127.0.0.1:{port}/healthz"):
            if server.poll() is not None or time.perf_counter() - begun > STARTING_S:
                raise SystemExit(f"benchmarks: {' '.join(words[1:3])} did not start")
            time.sleep(0.1)
        yield server
    finally:
        server.terminate()
        server.wait(timeout=60)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# -- talents -----------------------------------------------------------------------------


def distinct_questions() -> list[str]:
    """The shipped questions as many people would put them; no two are the same text."""
    return [
        f"{before}{text}{behind}" for behind in _BEHIND for before in _BEFORE for text in asked()
    ]


def _saturate(port: int, seconds: float, texts: Sequence[str]) -> float:
    """Messages answered a second, by as many talents as the connections bear.

    Args:
        texts: asked in turn; none to ask no question twice.
    """
    context = get_context("spawn")
    with context.Pool(CLIENTS) as pool:
        pool.map(_ready, range(CLIENTS))
        begun = time.perf_counter()
        counts = pool.starmap(_talk, [(port, seconds, n, texts) for n in range(CLIENTS)])
        return sum(counts) / (time.perf_counter() - begun)


def _ready(_: int) -> None:
    """Start a process before the clock runs."""


def _talk(port: int, seconds: float, client: int, texts: Sequence[str]) -> int:
    """Send and read for so long over several connections; how many were answered."""
    counts = [0] * CONNECTIONS
    own = list(texts) or distinct_questions()[client::CLIENTS]
    end = time.perf_counter() + seconds

    def converse(number: int) -> None:
        talent = (client * CONNECTIONS + number) * 10**7 + int(time.time()) % 10**6 * 10**9
        with socket.create_connection(("127.0.0.1", port)) as wire, wire.makefile("rb") as reading:
            while time.perf_counter() < end:
                talent += 1
                # each connection has its own share of them, so that none is asked twice
                at = counts[number] * CONNECTIONS + number if not texts else counts[number]
                wire.sendall(_request(talent, own[at % len(own)]))
                _read_reply(reading)
                counts[number] += 1

    threads = [threading.Thread(target=converse, args=(n,)) for n in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts)


def _request(talent: int, text: str) -> bytes:
    query, body = signed(TOKEN, text, None, talent)
    words = "&".join(f"{name}={value}" for name, value in query.items())
    head = (
        f"POST /wechat?{words} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _read_reply(reading: BinaryIO) -> None:
    """Read one response; SystemExit when it is no answer."""
    status = reading.readline()
    length = 0
    while (line := reading.readline()) not in (b"\r\n", b""):
        if found := re.match(rb"content-length:\s*(\d+)", line, re.IGNORECASE):
            length = int(found[1])
    body = reading.read(length)
    if b" 200 " not in status or b"<xml" not in body:
        raise SystemExit(f"benchmarks: the webhook said {status!r}")

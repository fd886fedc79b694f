"""Many talents at once: messages a second at saturation beside a bare echo, and nobody forgotten.

Servers run as processes of their own; talents are processes too, so that our side's interpreter
lock is not measured. All share the machine's cores, as the figures say.
"""

from __future__ import annotations

import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from typing import BinaryIO

from benchmarks.subjects import ROOT, answers, signed

TOKEN = "benchtoken"
TEXTS = ("人才补贴怎么申请？", "购房补贴需要什么材料？", "你好")
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
        for name, serving in (
            ("bare Flask + wechatpy echo, one process", _echo()),
            ("ours, one process", _ours(1)),
            (f"ours, {WORKERS} workers", _ours(WORKERS)),
        ):
            with serving as port:
                _saturate(port, 2.0)  # warm
                rates.setdefault(name, []).append(_saturate(port, SATURATED_S))
    medians = {name: statistics.median(found) for name, found in rates.items()}
    for name, found in rates.items():
        shown = ", ".join(f"{rate:.0f}" for rate in found)
        yield f"  {name:<44} median {medians[name]:8.0f} messages/s   ({shown})"
    echo, *own = medians.values()
    yield f"  ours : echo = {', '.join(f'{rate / echo:.2f}' for rate in own)}"


def ledger(count: int = 10_000, rate: int = 50) -> Lines:
    """Messages at a steady rate, a tenth delivered twice at once, on several processes."""
    with _ours(WORKERS) as port:
        words = [
            sys.executable, "-m", "tests.wechat.fake_wechat", "load",
            f"http://127.0.0.1:{port}/wechat", "--token", TOKEN, "--api-port", str(_free_port()),
            "--users", "120", "--rate", str(rate), "--count", str(count), "--dup-rate", "0.1",
            "--seconds", str(2 * count // rate),
        ]  # fmt: skip
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    if not done.stdout.startswith("{"):
        raise SystemExit(f"benchmarks: the load did not run: {done.stderr[-500:]}")
    found = json.loads(done.stdout)
    yield (
        f"  {found['sent']:,} messages in {found['seconds']:.0f} s, {WORKERS} workers: answered in "
        f"p50 {1000 * found['ack_p50']:.0f} ms, p95 {1000 * found['ack_p95']:.0f} ms, "
        f"p99 {1000 * found['ack_p99']:.0f} ms"
    )
    yield (
        f"  lost {found['lost']}, doubled {found['duplicates']}, to the wrong person "
        f"{found['misdelivered']}, faults shown {found['fault_shown']}, delivered again "
        f"{found['retried']}"
    )


# -- servers -----------------------------------------------------------------------------


@contextmanager
def _echo() -> Iterator[int]:
    port = _free_port()
    with _process([sys.executable, "-m", "benchmarks.echo", str(port), TOKEN], {}, port):
        yield port


@contextmanager
def _ours(workers: int) -> Iterator[int]:
    port = _free_port()
    settings = {
        "ZHIHUI_WECHAT_TOKEN": TOKEN, "ZHIHUI_MESSAGES_PER_MINUTE": "1000",
        "ZHIHUI_TODAY": "2026-11-22", "ZHIHUI_WORKERS": str(workers),
    }  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="zhihui-bench-") as data:
        words = [sys.executable, "server.py", "--port", str(port), "--data", data]
        with _process(words, settings, port):
            yield port


@contextmanager
def _process(words: list[str], settings: dict[str, str], port: int) -> Iterator[None]:
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
        yield
    finally:
        server.terminate()
        server.wait(timeout=60)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# -- talents -----------------------------------------------------------------------------


def _saturate(port: int, seconds: float) -> float:
    """Messages answered a second, by as many talents as the connections bear."""
    context = get_context("spawn")
    with context.Pool(CLIENTS) as pool:
        pool.map(_ready, range(CLIENTS))
        begun = time.perf_counter()
        counts = pool.starmap(_talk, [(port, seconds, n) for n in range(CLIENTS)])
        return sum(counts) / (time.perf_counter() - begun)


def _ready(_: int) -> None:
    """Start a process before the clock runs."""


def _talk(port: int, seconds: float, client: int) -> int:
    """Send and read for so long over several connections; how many were answered."""
    counts = [0] * CONNECTIONS
    end = time.perf_counter() + seconds

    def converse(number: int) -> None:
        talent = (client * CONNECTIONS + number) * 10**7 + int(time.time()) % 10**6 * 10**9
        with socket.create_connection(("127.0.0.1", port)) as wire, wire.makefile("rb") as reading:
            while time.perf_counter() < end:
                talent += 1
                wire.sendall(_request(talent, TEXTS[counts[number] % len(TEXTS)]))
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

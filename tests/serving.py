"""A real server in its own process, and WeChat's side of the wire towards it."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.wechat.fake_wechat import Codec, Webhook, build_xml

ROOT = Path(__file__).parent.parent
STARTING_S = 90
"""Longest wait for a server that is loading, on a machine busy with other things."""


def environment(**settings: str) -> dict[str, str]:
    """This process's environment without any setting of ours but those given."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("ZHIHUI_")}
    return kept | {f"ZHIHUI_{name.upper()}": value for name, value in settings.items()}


def run_script(*arguments: object, **settings: str) -> subprocess.CompletedProcess[str]:
    """``python script arguments`` from a folder without an ``.env``, to its end."""
    script, *rest = map(str, arguments)
    with tempfile.TemporaryDirectory() as elsewhere:
        return subprocess.run(
            [sys.executable, str(ROOT / script), *rest],
            cwd=elsewhere, env=environment(**settings), capture_output=True, text=True,
            timeout=STARTING_S,
        )  # fmt: skip


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """A running server and what it printed."""

    port: int
    data: Path
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def printed(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def get(self, path: str) -> tuple[int, str]:
        """(status, body) of a page."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=10) as page:
                return page.status, page.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def hook(self, token: str = "", appid: str = "", aes_key: str = "") -> Webhook:
        """WeChat's side, with the server's own token unless another is given."""
        token = token or (self.data / "webhook-token").read_text(encoding="ascii")
        mode = "safe" if aes_key else "plain"
        return Webhook(f"{self.address}/wechat", Codec(token, appid, aes_key), mode)

    def ask(self, text: str, openid: str = "oTALENT0000000000000000000001", **account: str) -> str:
        """What the talent sees for a question; fails on whatever WeChat would call a fault."""
        xml = build_xml("gh_fakeaccount0", openid, "text", text)
        shown = self.hook(**account).push(openid, xml)
        assert shown["problem"] is None, (shown, self.printed[-2000:])
        return shown["content"]


@contextlib.contextmanager
def serving(data: Path, **settings: str) -> Iterator[Server]:
    """Run ``server.py`` over a data folder until the block ends.

    Args:
        settings: names without their prefix; ``samples="false"`` unless given.
    """
    log = data.with_name(f"{data.name}-server.log")
    settings = {"samples": "false", "today": "2026-11-22", **settings}
    port = free_port()
    with log.open("wb") as output, tempfile.TemporaryDirectory() as elsewhere:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "server.py"), "--port", str(port), "--data", str(data)],
            cwd=elsewhere, env=environment(**settings), stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
        server = Server(port, data, process, log)
        try:
            _await_alive(server)
            yield server
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await_alive(server: Server) -> None:
    deadline = time.monotonic() + STARTING_S
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise AssertionError(f"the server ended: {server.printed[-2000:]}")
        with contextlib.suppress(OSError, http.client.HTTPException):
            if server.get("/healthz")[0] == 200:
                return
        time.sleep(0.05)
    raise AssertionError(f"the server did not start: {server.printed[-2000:]}")

"""Serving the site: in this process, or in several that share one socket.

The owner of the data folder opens the Chroma store, takes documents in, sends what is late and
watches over its workers; a worker answers messages and searches vectors exactly from SQL. A worker
that dies is started again; when the owner dies, however it dies, its workers end too.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger(__name__)

THREADS = 24
"""Requests worked on at once by a process; a webhook's waits for its answer here."""
CONNECTIONS = 900
"""Open connections at once; with the files held it stays below the usual limit of 1,024."""
LARGEST_BODY = 8 * 1024 * 1024
"""Bytes of a request that are read at all; what a page accepts is less."""
SWITCH_S = 0.005
"""How long a thread may keep others of its process waiting, as Python has it. With less every
waiting thread wakes so much more often: 0.5 ms cost a quarter of the messages a second of one
process (measured). It was less while a write held its turn for many statements, each waiting."""
BACKLOG = 1024
RESTART_S = 1.0
"""Pause before a worker that died is started again."""
MEMBER = "--member"
"""Hidden option of server.py: the file descriptors that a worker inherits."""


class CannotListen(Exception):
    """The address is taken or not ours; the message says which and what to do."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket.

    Raises:
        CannotListen: naming the address.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        made = socket.socket(family, socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(BACKLOG)
    except OSError as error:
        raise CannotListen(
            f"cannot listen on {host}:{port} ({error.strerror}): choose another "
            "with --port or --host"
        ) from error
    return made


def create_server(app: Flask, listening: socket.socket) -> Any:
    """waitress over a socket that listens already; its ``run`` serves until interrupted."""
    import waitress

    sys.setswitchinterval(SWITCH_S)
    # poll, because select() dies of the first file descriptor above 1023
    return waitress.create_server(
        app,
        sockets=[listening],
        threads=THREADS,
        asyncore_use_poll=True,
        # half-sent requests hold a connection each, until nothing came for channel_timeout
        connection_limit=CONNECTIONS,
        channel_timeout=15,
        cleanup_interval=5,
        max_request_header_size=16 * 1024,
        max_request_body_size=LARGEST_BODY,
    )


def interrupt_on_sigterm() -> None:
    """A service manager stops with SIGTERM: end as on Ctrl-C, with the running job finished.

    SIGINT too, because a shell starts what it puts into the background with SIGINT ignored.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.default_int_handler)


class Workers:
    """The processes that answer, started by the owner and kept alive."""

    def __init__(self, count: int, listening: socket.socket, arguments: Sequence[str]) -> None:
        """Prepare ``count`` workers.

        Args:
            count: how many.
            listening: the socket they share.
            arguments: of server.py, so that they read the same settings.
        """
        self._count, self._listening, self._arguments = count, listening, list(arguments)
        # a worker reads the one end until the owner's death closes the other
        self._watched, self._held = os.pipe()
        self._alive: dict[int, subprocess.Popen[bytes]] = {}

    def run(self) -> None:
        """Start them and start again each that dies, until interrupted; then end them all."""
        began: dict[int, float] = {}
        try:
            while True:
                for number in range(self._count):
                    worker = self._alive.get(number)
                    if worker is not None and worker.poll() is None:
                        continue
                    if worker is not None:
                        log.error("worker %d ended (%s); starting it again", number, worker.poll())
                        time.sleep(max(0.0, began[number] + RESTART_S - time.monotonic()))
                    began[number] = time.monotonic()
                    self._alive[number] = self._start()
                time.sleep(0.2)
        except KeyboardInterrupt:
            pass
        finally:
            self._end()

    def _start(self) -> subprocess.Popen[bytes]:
        descriptors = (self._listening.fileno(), self._watched)
        words = [sys.executable, str(Path(__file__).with_name("server.py")), *self._arguments]
        return subprocess.Popen(
            [*words, MEMBER, ",".join(map(str, descriptors))], pass_fds=descriptors
        )

    def _end(self) -> None:
        for worker in self._alive.values():
            worker.terminate()
        for worker in self._alive.values():
            try:
                worker.wait(timeout=10)
            except subprocess.TimeoutExpired:
                worker.kill()


def serve_as_member(descriptors: str, make_app: Callable[[], Flask]) -> None:
    """Serve as a worker until interrupted or the owner is gone."""
    interrupt_on_sigterm()
    listening_at, watched = (int(d) for d in descriptors.split(","))

    def outlive_nobody() -> None:
        os.read(watched, 1)  # returns when the owner, who never writes, is dead
        os._exit(3)

    threading.Thread(target=outlive_nobody, name="owner-watch", daemon=True).start()
    listening = socket.socket(fileno=listening_at)
    server = create_server(make_app(), listening)
    with contextlib.suppress(KeyboardInterrupt):
        server.run()

"""How often one address may do something; kept in memory, each process for itself."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

MOST_ADDRESSES = 10_000
"""Addresses remembered; beyond them the oldest are forgotten."""


class Pace:
    """Counts what each address does."""

    def __init__(
        self, most: int, span_s: float, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Allow ``most`` in any ``span_s`` seconds.

        Behind a proxy all visitors may share one address, so ``most`` must suit a whole office.
        """
        self._most, self._span_s, self._clock = most, span_s, clock
        self._seen: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def allows(self, address: str) -> bool:
        """Count one more; False when it is too many."""
        now = self._clock()
        with self._lock:
            times = self._seen.pop(address, deque())
            while times and times[0] <= now - self._span_s:
                times.popleft()
            allowed = len(times) < self._most
            if allowed:
                times.append(now)
            self._seen[address] = times  # the newest last
            while len(self._seen) > MOST_ADDRESSES:
                self._seen.pop(next(iter(self._seen)))
        return allowed

"""Durations: take them, sum them by part, print them."""

from __future__ import annotations

import math
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Timing:
    """Durations of one thing done again and again.

    Attributes:
        label: what was done.
        durations_s: in the order they were taken.
    """

    label: str
    durations_s: tuple[float, ...]

    def quantile_ms(self, share: float) -> float:
        """The duration under which this share of all lies, in milliseconds.

        >>> Timing("x", (0.001, 0.002, 0.003, 0.004, 0.1)).quantile_ms(0.5)
        3.0
        """
        ordered = sorted(self.durations_s)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000

    @property
    def median_ms(self) -> float:
        """The middle duration in milliseconds."""
        return self.quantile_ms(0.5)

    def line(self) -> str:
        """One line for people."""
        return (
            f"  {self.label:<44} median {self.median_ms:9.2f} ms"
            f"   p95 {self.quantile_ms(0.95):9.2f} ms   n={len(self.durations_s)}"
        )


def timed(label: str, act: Callable[[], object], times: int, warm: int = 1) -> Timing:
    """Do something ``warm`` times unmeasured, then ``times`` times measured."""
    for _ in range(warm):
        act()
    return timed_each(label, [act] * times)


def timed_each(label: str, acts: Sequence[Callable[[], object]], best_of: int = 1) -> Timing:
    """Do each of several things, measured.

    Args:
        best_of: do each so many times and keep the shortest, for what is over in a millisecond
            and would else measure the machine's other work.
    """
    durations = []
    for act in acts:
        shortest = math.inf
        for _ in range(best_of):
            begun = time.perf_counter()
            act()
            shortest = min(shortest, time.perf_counter() - begun)
        durations.append(shortest)
    return Timing(label, tuple(durations))


@dataclass(slots=True)
class Ledger:
    """Seconds spent in each named part."""

    spent_s: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def entry(self, part: str) -> Iterator[None]:
        """Book what happens inside on a part."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.spent_s[part] = self.spent_s.get(part, 0.0) + time.perf_counter() - begun


class Watched:
    """Stands for an object and books the time of some of its methods in a ledger."""

    def __init__(self, watched: Any, ledger: Ledger, parts: dict[str, str]) -> None:
        """Watch an object.

        Args:
            parts: method name -> part to book it on; other attributes pass through.
        """
        self._watched, self._ledger, self._parts = watched, ledger, parts

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._watched, name)
        if name not in self._parts:
            return value

        def booked(*arguments: Any, **named: Any) -> Any:
            with self._ledger.entry(self._parts[name]):
                return value(*arguments, **named)

        return booked


def machine() -> str:
    """What the figures depend on, in one line."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "?"
    return (
        f"{platform.system()} {platform.machine()}, {cores} cores, load {load}, "
        f"Python {sys.version.split()[0]}"
    )

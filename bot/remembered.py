"""What was worked out once and is worth keeping: the newest so many, each worked out by one."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """Values by key. Whoever asks for one that another is working out waits for it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._values: OrderedDict[K, Future[V]] = OrderedDict()

    def get(self, key: K, work: Callable[[], V]) -> V:
        """The value, worked out now if it is not known; an exception is not remembered."""
        with self._lock:
            known = self._values.get(key)
            if known is None:
                future: Future[V] = Future()
                self._values[key] = future
                if len(self._values) > self._most:
                    self._values.popitem(last=False)
        if known is not None:
            return known.result()
        try:
            value = work()
        except BaseException as error:
            with self._lock:
                self._values.pop(key, None)
            future.set_exception(error)
            raise
        future.set_result(value)
        return value

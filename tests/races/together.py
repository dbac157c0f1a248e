"""Do the same thing many times at the same instant."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import httpx

from socle.base.access.actor import Actor

T = TypeVar("T")
Calling = Callable[[Actor], httpx.Client]
"""What the fixture `calling` gives."""


def together(calls: Sequence[Callable[[], T]]) -> list[T]:
    """What each call returned, in order; none starts before all are ready to."""
    barrier = threading.Barrier(len(calls))

    def started(call: Callable[[], T]) -> T:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(started, calls))

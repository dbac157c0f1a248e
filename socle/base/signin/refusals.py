"""Sign-ins that did not happen: counted by code, never journalled, since nobody is known yet. `/metrics` shows them."""

from __future__ import annotations

import threading
from collections import Counter

_lock = threading.Lock()
_counts: Counter[str] = Counter()


def count(code: str) -> None:
    """One more refusal of that code in this process."""
    with _lock:
        _counts[code] += 1


def counts() -> dict[str, int]:
    """Refusals of this process by code."""
    with _lock:
        return dict(_counts)

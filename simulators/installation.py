"""What the running process works with: addresses, keys, and the two files that may change under it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar

from simulators import clients, people, signing
from simulators.folder import Folder

FOLDER_VARIABLE = "SIMULATORS_FOLDER"
ADDRESS_VARIABLE = "SIMULATORS_ADDRESS"
T = TypeVar("T")


class Watched(Generic[T]):
    """A file read again whenever it was replaced; `fallback` is read while it does not exist."""

    def __init__(self, path: Path, load: Callable[[Path], T], fallback: Path | None = None) -> None:
        self._path, self._load, self._fallback = path, load, fallback
        self._lock = threading.Lock()
        self._seen: tuple[Path, int, int, int] | None = None
        self._value: T

    def read(self) -> T:
        """BadFile when the present file cannot be used."""
        with self._lock:
            path = self._path if self._fallback is None or self._path.exists() else self._fallback
            facts = path.stat()
            seen = (path, facts.st_ino, facts.st_mtime_ns, facts.st_size)
            if seen != self._seen:
                self._value = self._load(path)
                self._seen = seen
            return self._value


@dataclass(frozen=True, slots=True)
class Installation:
    """`address` is `http://host:port`, without a final slash: every issuer and endpoint starts with it."""

    folder: Folder
    address: str
    keys: signing.Keys
    people: Watched[people.People]
    clients: Watched[clients.Clients]


@cache
def current() -> Installation:
    """The installation that the environment names; `__main__` has set it and prepared the folder."""
    folder = Folder(Path(os.environ[FOLDER_VARIABLE]))
    return Installation(
        folder,
        os.environ[ADDRESS_VARIABLE],
        signing.load(folder.keys),
        Watched(folder.people, people.load, people.SHIPPED),
        Watched(folder.clients, clients.load),
    )

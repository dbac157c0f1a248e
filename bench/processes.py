"""CPU and memory of the platform's processes, by what they are."""

from __future__ import annotations

from dataclasses import dataclass

import psutil

SERVER, DATABASE = "serveur", "base"


@dataclass(frozen=True, slots=True)
class Spent:
    """CPU seconds spent so far by the serving processes and by PostgreSQL, and the largest web worker (bytes)."""

    server: float
    database: float
    largest_web: int

    def since(self, before: Spent) -> Spent:
        return Spent(self.server - before.server, self.database - before.database, self.largest_web)


def spent(supervisor: int) -> Spent:
    """Of every process below this one. A backend that ended meanwhile is not counted: connections are kept during a measure."""
    server = database = 0.0
    largest = 0
    for process in psutil.Process(supervisor).children(recursive=True):
        try:
            times, name, command = process.cpu_times(), process.name(), " ".join(process.cmdline())
            if "postgres" in name:
                database += times.user + times.system
            elif "socle.deploy.serving web" in command:
                server += times.user + times.system
                largest = max(largest, process.memory_info().rss)
        except psutil.NoSuchProcess:
            continue
    return Spent(server, database, largest)

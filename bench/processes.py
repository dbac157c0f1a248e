"""CPU and memory of the platform's processes, by what they are, and what the rest of the machine took meanwhile."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import psutil

WEB = "socle.deploy.serving web"
TICKS = os.sysconf("SC_CLK_TCK")
_BUSY = (0, 1, 2, 5, 6, 7)
"""Columns of /proc/stat: user, nice, system, interrupts twice, stolen by the host."""


@dataclass(frozen=True, slots=True)
class Spent:
    """CPU seconds spent so far by the serving processes, by PostgreSQL and by the worker, and the largest web worker (bytes)."""

    server: float
    database: float
    worker: float
    largest_web: int

    def since(self, before: Spent) -> Spent:
        return Spent(self.server - before.server, self.database - before.database, self.worker - before.worker, self.largest_web)


def spent(supervisor: int, server: int | None = None) -> Spent:
    """Of every process below the supervisor; `server` is the process of another web server that uses the same database and is
    measured in its place. A backend that ended meanwhile is not counted: connections are kept during a measure."""
    below = psutil.Process(supervisor).children(recursive=True)
    serving = [one for one in below if _runs(one, WEB)] if server is None else _tree(server)
    database = sum(_cpu(one) for one in below if _name(one).startswith("postgres"))
    worker = sum(_cpu(one) for one in below if _runs(one, "socle.deploy.worker"))
    return Spent(sum(map(_cpu, serving)), database, worker, max(map(_memory, serving), default=0))


def web_workers(supervisor: int) -> list[psutil.Process]:
    """The processes that answer requests: children of the web server's own process."""
    web = [one for one in psutil.Process(supervisor).children(recursive=True) if _runs(one, WEB)]
    pids = {one.pid for one in web}
    return [one for one in web if one.ppid() in pids]


@dataclass(frozen=True, slots=True)
class Machine:
    """The load when a workload began, and CPU seconds so far: of the machine, and of this bench with all that it started."""

    load: float
    busy: float
    ours: float

    @staticmethod
    def now() -> Machine:
        columns = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
        busy = sum(int(columns[place]) for place in _BUSY) / TICKS
        return Machine(os.getloadavg()[0], busy, sum(_cpu(one, ended=True) for one in _tree(os.getpid())))

    @property
    def seconds(self) -> tuple[float, float]:
        return self.busy, self.ours

    def others_since(self, before: Machine) -> float:
        """The share of this machine's busy time that was not ours, from 0 to 1."""
        busy = self.busy - before.busy
        return max(0.0, 1 - (self.ours - before.ours) / busy) if busy else 0.0


def _tree(pid: int) -> list[psutil.Process]:
    root = psutil.Process(pid)
    return [root, *root.children(recursive=True)]


def _runs(process: psutil.Process, module: str) -> bool:
    try:
        return module in " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return False


def _name(process: psutil.Process) -> str:
    try:
        return str(process.name())
    except psutil.NoSuchProcess:
        return ""


def _cpu(process: psutil.Process, *, ended: bool = False) -> float:
    """Seconds of this process; `ended` adds those of the children that it has buried."""
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    buried = times.children_user + times.children_system if ended else 0.0
    return float(times.user + times.system + buried)


def _memory(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0

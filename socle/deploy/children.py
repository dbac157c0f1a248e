"""Child processes: each ends with its parent, is started again when it dies, and is stopped with everything it started."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from socle.deploy.environment import DeployError

log = logging.getLogger("socle.supervisor")
_SET_PARENT_DEATH_SIGNAL = 1
FIRST_DELAY_S = 0.5
LONGEST_DELAY_S = 30.0
SETTLED_S = 60.0
"""A child that ran this long starts again at once; one that dies sooner waits twice as long each time."""
STOP_TIMEOUT_S = 15.0


def ends_with_parent(order: signal.Signals) -> Callable[[], None]:
    """For `preexec_fn`: the kernel sends `order` to the child when the thread that started it ends, even by kill -9. Call it from
    the main thread."""
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def ask_kernel() -> None:
        libc.prctl(_SET_PARENT_DEATH_SIGNAL, order)
        if os.getppid() != parent:
            os._exit(1)

    return ask_kernel


def python(module: str, *arguments: str) -> list[str]:
    """The command that runs a module with this same Python."""
    return [sys.executable, "-m", module, *arguments]


@dataclass(slots=True)
class Child:
    """One process to keep alive. `ready` says whether it answers."""

    name: str
    command: list[str]
    variables: Mapping[str, str]
    ready: Callable[[], bool] = lambda: True
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _started_at: float = field(default=0.0, init=False)
    _delay: float = field(default=0.0, init=False)
    _died_at: float = field(default=0.0, init=False)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        """The process runs in a session of its own, so that Ctrl-C reaches the supervisor alone."""
        self._started_at = time.monotonic()
        self._process = subprocess.Popen(
            self.command,
            env=dict(self.variables),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=ends_with_parent(signal.SIGTERM),
        )

    def wait_until_ready(self, timeout_s: float) -> None:
        """DeployError when it ends or does not answer in that time."""
        deadline = time.monotonic() + timeout_s
        while not self.ready():
            if self._process is None or self._process.poll() is not None:
                raise DeployError(f"Le processus {self.name} s’est arrêté au démarrage.")
            if time.monotonic() > deadline:
                raise DeployError(f"Le processus {self.name} ne répond pas après {timeout_s:.0f} s.")
            time.sleep(0.05)

    def keep_alive(self) -> None:
        """Starts it again when it is dead and its delay has passed."""
        now = time.monotonic()
        if self._process is not None:
            status = self._process.poll()
            if status is None:
                return
            self._end_group(signal.SIGKILL)  # what it left behind would keep its port
            settled = now - self._started_at > SETTLED_S
            self._delay = FIRST_DELAY_S if settled or not self._delay else min(2 * self._delay, LONGEST_DELAY_S)
            self._died_at = now
            self._process = None
            log.error("process.died", extra={"child": self.name, "status": status, "again_in_s": self._delay})
        if now - self._died_at >= self._delay:
            self.start()

    def stop(self) -> int:
        """It has ended, with everything in its session; returns its exit status (0 when it did not run)."""
        if self._process is None:
            return 0
        self._process.terminate()
        try:
            status = self._process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            log.error("process.killed", extra={"child": self.name})
            self._process.kill()
            status = self._process.wait()
        self._end_group(signal.SIGKILL)
        self._process = None
        return status

    def _end_group(self, order: signal.Signals) -> None:
        if self._process is not None:
            try:
                os.killpg(self._process.pid, order)
            except ProcessLookupError:
                pass

"""A platform that really runs: `socle demo` as a process, called from outside only."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from socle.deploy.children import ends_with_parent

REPOSITORY = Path(__file__).resolve().parent.parent
CAST = REPOSITORY / "socle" / "deploy" / "story" / "people.json"
START_TIMEOUT_S = 180
STOP_TIMEOUT_S = 60
_TELLING = {"family_name", "birth_name", "used_name", "birth_date", "rpps", "value"}
"""Fields of the cast that name somebody: none may ever stand in a log."""


@dataclass(slots=True)
class Platform:
    """`endpoints` is what `endpoints.json` says; `log` is all that the processes wrote, on both outputs."""

    data: Path
    log: Path
    variables: dict[str, str]
    process: subprocess.Popen[bytes]
    endpoints: dict[str, str]

    def command(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """`socle ARGUMENTS…` on this installation."""
        return subprocess.run(
            [sys.executable, "-m", "socle.deploy.command", *arguments],
            env=self.variables,
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            timeout=180,
            check=check,
        )

    def stop(self, order: signal.Signals = signal.SIGINT) -> int:
        """Ctrl-C; returns the exit status of the supervisor."""
        self.process.send_signal(order)
        return self.process.wait(STOP_TIMEOUT_S)


def start(data: Path, *arguments: str, database_url: str = "", extra: dict[str, str] | None = None) -> Platform:
    """`socle demo --data DATA ARGUMENTS…` answers on ports of its own. AssertionError with the end of its log when not."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("SOCLE_")}
    ports = ("HTTP", "LIVE", "SMTP", "SUBMISSION", "IMAP", "MLLP")
    variables |= {f"SOCLE_{name}_PORT": "0" for name in ports}
    variables |= {"SOCLE_DATA": str(data), "SOCLE_STRICT_TEMPLATES": "1", "SOCLE_DATABASE_URL": database_url, **(extra or {})}
    data.parent.mkdir(parents=True, exist_ok=True)
    endpoints = data / "endpoints.json"
    endpoints.unlink(missing_ok=True)  # a killed start left it
    log = data.parent / f"{data.name}.log"
    with open(log, "ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "socle.deploy.command", "demo", "--data", str(data), *arguments],
            env=variables,
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            preexec_fn=ends_with_parent(signal.SIGINT),  # a run of the tests that is killed leaves nothing behind
        )
    deadline = time.monotonic() + START_TIMEOUT_S
    while not endpoints.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            process.wait()
            raise AssertionError(f"the platform did not start:\n{log.read_text('utf-8', 'replace')[-2000:]}")
        time.sleep(0.05)
    return Platform(data, log, variables, process, json.loads(endpoints.read_text("utf-8")))


def telling_words() -> set[str]:
    """Names, birth dates and identifiers of the cast, in lower case."""
    return {word.lower() for word in _words(json.loads(CAST.read_text("utf-8"))) if len(word) > 3} if CAST.exists() else set()


def leaks(paths: list[Path], words: set[str]) -> list[str]:
    """Where a log holds one of these words: file name, line number and the word's length, never the word itself in full."""
    found = []
    for path in paths:
        for number, line in enumerate(path.read_text("utf-8", "replace").lower().splitlines(), start=1):
            found += [f"{path.name}:{number} holds {word[:2]}… ({len(word)} signs)" for word in words if word in line]
    return found


def _words(value: object, name: str = "") -> set[str]:
    if isinstance(value, dict):
        return {word for key, part in value.items() for word in _words(part, key)}
    if isinstance(value, list):
        return {word for part in value for word in _words(part, name)}
    return {value} if isinstance(value, str) and name in _TELLING else set()

"""The load generator: wrk (Debian package `wrk`), with the scripts of bench/wrk."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent / "wrk"
ABSENT = "wrk est absent : rien n’est mesuré (Debian : apt-get install wrk)"


@dataclass(frozen=True, slots=True)
class Told:
    """One run. `refused` counts answers of 400 and more, `failed` connections that broke or did not answer in time."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    refused: int
    failed: int

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def installed() -> bool:
    return shutil.which("wrk") is not None


def run(
    address: str, script: str, lines: Path, *, seed: int, seconds: float, headers: dict[str, str], connections: int = 16
) -> Told:
    """The script on that address for that long, its requests drawn from `lines`. RuntimeError when wrk says nothing usable."""
    told = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t2", f"-c{connections}", f"-d{seconds:.0f}s", "--timeout", "30s", "-s", str(SCRIPTS / script), *told]
    done = subprocess.run(
        [*command, address, "--", str(lines), str(seed)],
        capture_output=True,
        text=True,
        env={**os.environ, "SOCLE_WRK": str(SCRIPTS)},
    )
    answer = done.stdout.strip().splitlines()[-1:]
    if done.returncode != 0 or not answer or not answer[0].startswith("{"):
        raise RuntimeError(f"wrk: {done.stderr.strip() or done.stdout.strip()}")
    return Told(**json.loads(answer[0]))

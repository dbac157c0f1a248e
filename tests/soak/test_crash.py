"""Processes and the database are killed while documents are deposited: what was acknowledged is there, nothing is half there."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict

import httpx
import psutil
import pytest

from socle.base.identity.models import Patient
from socle.deploy import demotion
from tests import running
from tests.running import REPOSITORY, Platform
from tests.soak.clients import Acknowledged, Clients

KINDS = ("web worker", "web", "worker", "database", "backend")
DEADLINE_S = 120.0
BETWEEN = 8
"""Documents acknowledged between two kills."""


@pytest.fixture
def platform_to_kill(tmp_path_factory: pytest.TempPathFactory, never_logged: set[str]) -> Iterator[Platform]:
    """A platform of its own, with its own database."""
    data = tmp_path_factory.mktemp("crash") / "data"
    data.parent.chmod(0o711)
    started = running.start(data, "--no-story", extra={"SOCLE_PROFILE": "demo"})
    try:
        yield started
    finally:
        status = started.stop()
        logs = [started.log, data / "postgres" / "server.log"]
        leaks = running.leaks(logs, never_logged)
        demotion.remove_place(data / "postgres")
    assert (status, leaks) == (0, [])


def test_five_kills_lose_nothing_acknowledged(platform_to_kill: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    kinds = random.Random(seed).sample(KINDS, len(KINDS))
    _survives(platform_to_kill, kinds, seed, capsys)


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_fifty_kills_lose_nothing_acknowledged(platform_to_kill: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    _survives(platform_to_kill, random.Random(seed).choices(KINDS, k=50), seed, capsys)


def _survives(platform: Platform, kinds: list[str], seed: int, capsys: pytest.CaptureFixture[str]) -> None:
    token = platform.command("token", "claire-novarel").stdout.strip()
    clients = Clients(platform.endpoints["fhir"], token, _people(platform, token), seed)
    chance = random.Random(seed)
    clients.start()
    try:
        for kind in kinds:
            _wait_for(_more(clients), clients, kind)
            threading.Event().wait(chance.random() * 0.2)  # at any moment of what they do
            os.kill(_victim(platform, kind, chance), signal.SIGKILL)
        _wait_for(_more(clients), clients, "the end")
    finally:
        clients.stop()
    told = platform.data.parent / "told.json"
    told.write_text(json.dumps([asdict(one) for one in clients.acknowledged]), "utf-8")
    assert json.loads(_inside(platform, "defects", str(told))) == []
    assert _unreadable(platform, token, clients.acknowledged) == []
    verdict = platform.command("audit", "verify", check=False)
    assert (verdict.returncode, verdict.stdout[:14]) == (0, "Journal intact"), verdict.stdout
    with capsys.disabled():
        kills = ", ".join(f"{count} × {kind}" for kind, count in sorted(Counter(kinds).items()))
        print(f"\ncrash, seed {seed}: {len(clients.acknowledged)} documents kept through {len(kinds)} kills ({kills})")


def _more(clients: Clients) -> Callable[[], bool]:
    """Whether enough has been acknowledged since now."""
    wanted = len(clients.acknowledged) + BETWEEN
    return lambda: len(clients.acknowledged) >= wanted


def _people(platform: Platform, token: str) -> list[Patient]:
    return [Patient(**traits) for traits in json.loads(_inside(platform, "people", "12", SOAK_TOKEN=token))]


def _inside(platform: Platform, *arguments: str, **more: str) -> str:
    """What `tests.soak.inside` prints when it runs on the installation of that platform."""
    variables = platform.variables | {"SOCLE_PROFILE": "demo", "DJANGO_SETTINGS_MODULE": "socle.deploy.settings"} | more
    done = subprocess.run(
        [sys.executable, "-m", "tests.soak.inside", *arguments], env=variables, cwd=REPOSITORY, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def _unreadable(platform: Platform, token: str, told: list[Acknowledged]) -> list[str]:
    """Of the documents acknowledged, those that a reader does not get byte for byte."""
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(headers=headers, timeout=20, trust_env=False) as http:
        return [one.id for one in told if not _reads_back(http, platform.endpoints["fhir"], one)]


def _reads_back(http: httpx.Client, base: str, one: Acknowledged) -> bool:
    found = http.get(f"{base}/DocumentReference/{one.id}").json()
    url = found["content"][0]["attachment"]["url"]
    content = http.get(f"{base}/{url}", headers={"Accept": one.media}).content
    return hashlib.sha256(content).hexdigest() == one.sha256


def _wait_for(condition: Callable[[], bool], clients: Clients, what: str) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        clients.check()
        assert time.monotonic() < deadline, f"no document is acknowledged any more before {what}"
        threading.Event().wait(0.02)


def _victim(platform: Platform, kind: str, chance: random.Random) -> int:
    """A process of that kind that runs now; one that is being started again is waited for."""
    deadline = time.monotonic() + DEADLINE_S
    while not (found := _processes(platform)[kind]):
        assert time.monotonic() < deadline, f"no process: {kind}"
        threading.Event().wait(0.02)
    return chance.choice(found)


def _processes(platform: Platform) -> dict[str, list[int]]:
    below: dict[int, tuple[int, str]] = {}
    for one in psutil.Process(platform.process.pid).children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            below[one.pid] = one.ppid(), " ".join(one.cmdline())
    web = {pid for pid, (_, command) in below.items() if "socle.deploy.serving web" in command}
    return {
        "web": [pid for pid in web if below[pid][0] not in web],
        "web worker": [pid for pid in web if below[pid][0] in web],
        "worker": [pid for pid, (_, command) in below.items() if "socle.deploy.worker" in command],
        "database": [pid for pid, (_, command) in below.items() if "/postgres -D " in command],
        "backend": [pid for pid, (_, command) in below.items() if command.startswith("postgres: socle_app")],
    }

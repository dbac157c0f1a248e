"""The supervisor keeps alive what it started, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from socle.deploy import demotion
from tests import running
from tests.running import Platform


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """An installation of its own with its own server: each test leaves it healthy."""
    data = tmp_path_factory.mktemp("processes") / "data"
    platform = running.start(data, "--no-story")
    yield platform
    assert platform.stop() == 0, platform.log.read_text()[-2000:]
    demotion.remove_place(data / "postgres")


def until(condition: Callable[[], bool], what: str, timeout_s: float = 60) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"never came: {what}"
        time.sleep(0.05)


def descendants(pid: int) -> dict[int, str]:
    """Every process below `pid`, with its command line."""
    parents: dict[int, tuple[int, str]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                parents[int(entry.name)] = (parent, (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except (OSError, IndexError):  # it ended while we looked
                continue
    found: dict[int, str] = {}
    level = {pid}
    while level:
        level = {child for child, (parent, _) in parents.items() if parent in level}
        found |= {child: parents[child][1] for child in level}
    return found


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def healthy(platform: Platform) -> bool:
    try:
        return httpx.get(f"{platform.endpoints['http']}/healthz").status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.parametrize("part", ["socle.deploy.serving web", "socle.deploy.worker", "socle.deploy.serving live", "postgres -D"])
def test_a_process_killed_is_started_again_at_the_same_address(started: Platform, part: str) -> None:
    before = descendants(started.process.pid)
    victim = next(pid for pid, command in before.items() if part in command)
    os.kill(victim, signal.SIGKILL)

    def back() -> bool:
        now = descendants(started.process.pid)
        return any(part in command and pid not in before for pid, command in now.items()) and healthy(started)

    until(back, f"{part} again")
    assert json.loads((started.data / "endpoints.json").read_text()) == started.endpoints


def test_nothing_outlives_a_stop_or_a_kill_and_the_next_start_works(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C, then kill -9 of the supervisor: both end everything that it started."""
    first = running.start(tmp_path / "data", "--no-story")
    children = descendants(first.process.pid)
    assert len(children) >= 6
    assert first.stop() == 0
    assert [command for pid, command in children.items() if lives(pid)] == []
    assert not (first.data / "endpoints.json").exists()

    before = time.monotonic()
    second = running.start(first.data, "--no-story")
    with capsys.disabled():
        print(f"\nsecond start of the demo without story: {time.monotonic() - before:.1f} s")
    children = descendants(second.process.pid)
    second.process.kill()
    second.process.wait()
    until(lambda: not any(lives(pid) for pid in children), "end of every child", 40)

    third = running.start(first.data, "--no-story")
    assert healthy(third)
    assert third.stop() == 0
    demotion.remove_place(first.data / "postgres")


def test_a_taken_port_is_named_with_its_setting(started: Platform, tmp_path: Path) -> None:
    port = started.endpoints["http"].rsplit(":", 1)[1]
    refused = Platform(
        tmp_path / "other", started.log, started.variables | {"SOCLE_HTTP_PORT": port, "SOCLE_DATA": ""}, started.process, {}
    ).command("demo", "--data", str(tmp_path / "other"), "--no-story", check=False)
    assert refused.returncode == 1
    assert refused.stderr == (
        f"socle : Le port {port} est déjà pris par un autre programme : libérez-le ou changez SOCLE_HTTP_PORT.\n"
    )


def test_fresh_empties_only_a_folder_of_socle(started: Platform, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "letter.txt").write_text("kept")
    refused = started.command("demo", "--data", str(foreign), "--fresh", check=False)
    assert refused.returncode == 1
    assert "n’est pas un dossier de données de socle" in refused.stderr
    assert [path.name for path in foreign.iterdir()] == ["letter.txt"]
    busy = started.command("demo", "--data", str(started.data), "--fresh", check=False)
    assert busy.returncode == 1
    assert "tourne déjà" in busy.stderr
    assert healthy(started)

"""`socle backup` and `socle restore`: what was there is there again, whole; keys never are in a copy."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from socle.deploy import demotion, environment, installation, postgres
from tests.running import REPOSITORY, Platform

DEPOSIT = """
import sys
import django
django.setup()
from django.db import transaction
from socle import clock
from socle.base.access.doors import sql_allowed
from socle.base.audit import journal
from socle.base.vault import sealing
owner = sealing.Owner("record", clock.new_id())
sealed = sealing.put(owner, "document", bytes(range(256)) * 4096)
with sql_allowed("tests"), transaction.atomic():
    journal.append(journal.NewEntry(door="tests.copy", actor_kind="system"))
    print(sealing.keep(sealed))
"""
READ = """
import sys, uuid
import django
django.setup()
from socle.base.access.doors import sql_allowed
from socle.base.vault import sealing
with sql_allowed("tests"):
    permit = sealing.permit(uuid.UUID(sys.argv[1]))
print(sealing.open(permit) == bytes(range(256)) * 4096)
"""


@dataclass(slots=True)
class Bare:
    """An installation whose database alone runs, started by the tests."""

    found: environment.Environment
    variables: dict[str, str]
    cluster: postgres.Cluster | None = None

    @property
    def data(self) -> Path:
        return self.found.data

    def start(self) -> None:
        self.cluster = installation.cluster(self.found)
        self.cluster.start()

    def stop(self) -> None:
        if self.cluster is not None:
            self.cluster.stop()

    def command(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return self._run(["-m", "socle.deploy.command", *arguments], check)

    def script(self, text: str, *arguments: str) -> str:
        return self._run(["-c", text, *arguments], True).stdout.strip()

    def _run(self, arguments: list[str], check: bool) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            env={"PATH": os.environ["PATH"], **installation.variables(self.found), **self.variables},
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=check,
        )


def bare(data: Path, **variables: str) -> Bare:
    found = environment.read({"SOCLE_DATA": str(data), "SOCLE_PROFILE": "demo", **variables})
    return Bare(found, dict(variables))


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Bare]:
    first = bare(tmp_path / "first")
    installation.make_folder(first.found)
    first.start()
    installation.bring_up_to_date(first.found)
    yield first
    first.stop()
    for name in ("first", "second"):
        demotion.remove_place(tmp_path / name / "postgres")


def test_a_copy_brings_back_rows_contents_and_seals(started: Bare, tmp_path: Path) -> None:
    content = started.script(DEPOSIT)
    copy = tmp_path / "copy"
    started.command("backup", str(copy))
    assert copy.stat().st_mode & 0o777 == 0o700
    keys = [started.data / "keys" / name for name in ("master.json", "postgres.json")]
    held = b"".join(path.read_bytes() for path in copy.rglob("*") if path.is_file())
    assert not [key.name for key in keys if key.read_bytes()[20:60] in held]

    running_now = started.command("restore", str(copy), "--replace", check=False)
    assert (running_now.returncode, "tourne" in running_now.stderr) == (1, True)
    started.stop()
    kept = started.command("restore", str(copy), check=False)
    assert (kept.returncode, "--replace" in kept.stderr) == (1, True)

    elsewhere = tmp_path / "elsewhere" / "master.json"
    second = bare(tmp_path / "second", SOCLE_KEY_FILE=str(elsewhere))
    without_keys = second.command("restore", str(copy), check=False)
    assert (without_keys.returncode, "SOCLE_KEY_FILE" in without_keys.stderr) == (1, True)
    installation.make_keys(elsewhere)
    elsewhere.write_bytes(keys[0].read_bytes())
    second.command("restore", str(copy))

    assert second.command("audit", "verify").stdout.startswith("Journal intact : ")
    second.start()
    try:
        assert second.script(READ, content) == "True"
        second.script(DEPOSIT)
    finally:
        second.stop()
    assert second.command("audit", "verify").stdout.startswith("Journal intact : ")


def test_a_damaged_or_unfinished_copy_is_refused_before_anything_is_replaced(started: Bare, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    started.command("backup", str(copy))
    started.stop()
    before = (started.data / "postgres" / "cluster" / "global" / "pg_control").read_bytes()
    damaged = copy / "database" / "global" / "pg_filenode.map"
    damaged.write_bytes(b"\0" + damaged.read_bytes()[1:])
    refused = started.command("restore", str(copy), "--replace", check=False)
    assert (refused.returncode, "abîmée" in refused.stderr) == (1, True)
    (copy / "backup.json").unlink()
    unfinished = started.command("restore", str(copy), "--replace", check=False)
    assert (unfinished.returncode, "n’est pas une copie complète" in unfinished.stderr) == (1, True)
    assert (started.data / "postgres" / "cluster" / "global" / "pg_control").read_bytes() == before


def test_with_an_outside_server_the_copy_is_left_to_its_tools(platform: Platform, tmp_path: Path) -> None:
    refused = platform.command("backup", str(tmp_path / "copy"), check=False)
    assert refused.returncode == 1
    assert "pg_basebackup" in refused.stderr
    assert not (tmp_path / "copy").exists()

"""`socle serve` and `socle check`: a production, its processes under one supervisor or several."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from socle.deploy import demotion, installation
from tests.running import REPOSITORY, START_TIMEOUT_S, STOP_TIMEOUT_S


@pytest.fixture
def variables(tmp_path: Path) -> Iterator[dict[str, str]]:
    installation.make_keys(tmp_path / "keys" / "master.json")
    plain = {name: value for name, value in os.environ.items() if not name.startswith("SOCLE_")}
    yield plain | {
        "SOCLE_DATA": str(tmp_path / "data"),
        "SOCLE_KEY_FILE": str(tmp_path / "keys" / "master.json"),
        "SOCLE_HTTP_PORT": "0",
        "SOCLE_LIVE_PORT": "0",
        "SOCLE_HOSTS": "sante.example",
        "SOCLE_PUBLIC_URL": "https://sante.example",
    }
    demotion.remove_place(tmp_path / "data" / "postgres")


def serve(variables: dict[str, str], log: Path, *processes: str) -> subprocess.Popen[bytes]:
    with open(log, "ab") as output:
        command = [sys.executable, "-m", "socle.deploy.command", "serve", *processes]
        return subprocess.Popen(command, env=variables, cwd=REPOSITORY, stdout=output, stderr=output)


def told(data: Path, *names: str) -> dict[str, str]:
    """`endpoints.json` once it names all of these."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        if (data / "endpoints.json").exists():
            found: dict[str, str] = json.loads((data / "endpoints.json").read_text())
            if set(names) <= set(found):
                return found
        assert time.monotonic() < deadline, (data.parent / "log").read_text()
        time.sleep(0.05)


def test_processes_run_apart_on_one_folder(variables: dict[str, str], tmp_path: Path) -> None:
    data, log = tmp_path / "data", tmp_path / "log"
    web = serve(variables, log, "web")
    try:
        assert "live" not in told(data, "http")
        live = serve(variables, log, "live")
        found = told(data, "http", "live")
        again = subprocess.run(
            [sys.executable, "-m", "socle.deploy.command", "serve", "web"],
            env=variables, cwd=REPOSITORY, capture_output=True, text=True,
        )  # fmt: skip
        assert (again.returncode, "tourne déjà" in again.stderr) == (1, True)
        live.send_signal(signal.SIGTERM)
        assert live.wait(STOP_TIMEOUT_S) == 0
        assert set(told(data, "http")) == {name for name in found if name not in ("live", "ca")}
        assert httpx.get(f"{found['http']}/healthz").status_code == 200
        page = httpx.get(found["http"], headers={"Host": "sante.example", "X-Forwarded-Proto": "https"})
        plain = httpx.get(found["http"], headers={"Host": "sante.example"})
        assert (plain.status_code, plain.headers["location"]) == (301, "https://sante.example/")
        assert page.headers["strict-transport-security"].startswith("max-age=31536000")
    finally:
        web.send_signal(signal.SIGTERM)
        assert web.wait(STOP_TIMEOUT_S) == 0
    assert not (data / "endpoints.json").exists()


def test_what_is_not_in_this_version_is_said(variables: dict[str, str], tmp_path: Path) -> None:
    for name, sentence in (("imap", "n’existe pas encore dans cette version"), ("fax", "Processus inconnu : fax")):
        refused = subprocess.run(
            [sys.executable, "-m", "socle.deploy.command", "serve", name],
            env=variables, cwd=REPOSITORY, capture_output=True, text=True,
        )  # fmt: skip
        assert (refused.returncode, sentence in refused.stderr) == (1, True)
        assert not (tmp_path / "data").exists()


def points(variables: dict[str, str], **changed: str) -> dict[str, bool]:
    """What `socle check` says of each point; it fails when one is wrong."""
    done = subprocess.run(
        [sys.executable, "-m", "socle.deploy.command", "check"],
        env=variables | changed, cwd=REPOSITORY, capture_output=True, text=True,
    )  # fmt: skip
    told = {line[12:].split(" : ")[0]: line.startswith("Bon ") for line in done.stdout.splitlines()}
    assert done.returncode == (0 if all(told.values()) else 1), done.stderr
    return told


def test_check_says_each_point_and_makes_nothing(variables: dict[str, str], tmp_path: Path) -> None:
    data, log = tmp_path / "data", tmp_path / "log"
    before = points(variables, SOCLE_PUBLIC_URL="http://sante.example", SOCLE_HOSTS="")
    assert not data.exists()
    for wrong in ("dossier de données", "adresse publique", "noms d’hôte", "certificats", "base et migrations"):
        assert before[wrong] is False, wrong
    assert before["clés"]
    assert before["profil"]

    worker = serve(variables, log, "live")
    told(data, "live")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(STOP_TIMEOUT_S) == 0
    after = points(variables)
    for good in ("profil", "clés", "dossier de données", "adresse publique", "noms d’hôte", "certificats", "base et migrations"):
        assert after[good], good
    assert points(variables, SOCLE_PROFILE="demo")["profil"] is False


@pytest.mark.parametrize("call", [["personas", "--json"], ["token", "somebody"], ["populate"], ["jobs", "run", "any"]])
def test_demo_calls_are_refused_in_production(variables: dict[str, str], call: list[str]) -> None:
    environment = variables | {"SOCLE_PROFILE": "production"}
    refused = subprocess.run(
        [sys.executable, "-m", "socle.deploy.command", *call],
        env=environment, cwd=REPOSITORY, capture_output=True, text=True,
    )  # fmt: skip
    assert (refused.returncode, "n’existe pas en production" in refused.stderr) == (1, True), refused.stderr

"""The process: ready when it says so, the same secrets at each start, files read again, a clean end."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from simulators.client import sign_in
from simulators.folder import write_json
from tests.simulators.cast import PEOPLE
from tests.simulators.conftest import RETURN, ROOT, start, stop
from tests.simulators.relying_party import answer, ask

PICKED = f"--redirect=socle-professionnels={RETURN}"


def _read(data: Path, name: str) -> dict[str, object]:
    return dict(json.loads((data / "simulators" / name).read_text(encoding="utf-8")))


def test_secrets_stay_from_one_start_to_the_next_and_ports_may_change(tmp_path: Path) -> None:
    seen = []
    for _ in range(2):
        process = start(tmp_path, PICKED)
        try:
            address = str(_read(tmp_path, "endpoints.json")["http"])
            assert httpx.get(address + "/healthz", trust_env=False).text == "ok\n"
            seen.append((_read(tmp_path, "clients.json"), _read(tmp_path, "keys.json")))
        finally:
            assert stop(process) == 0
        with pytest.raises(httpx.ConnectError):
            httpx.get(address + "/healthz", trust_env=False)
    assert seen[0] == seen[1]
    folder = tmp_path / "simulators"
    assert stat.S_IMODE(os.stat(folder / "keys.json").st_mode) == stat.S_IMODE(os.stat(folder / "clients.json").st_mode) == 0o600


def test_a_killed_process_leaves_nothing_behind(tmp_path: Path) -> None:
    process = start(tmp_path)
    host, _, port = str(_read(tmp_path, "endpoints.json")["http"]).removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=30) as kept:
        kept.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        assert kept.recv(100).startswith(b"HTTP/1.1 200")
        process.kill()
        while kept.recv(1000):  # ends when the worker closes: a timeout fails
            pass
    with process:
        assert process.wait(30) == -signal.SIGKILL


def test_two_installations_share_no_secret(tmp_path: Path) -> None:
    for name in ("a", "b"):
        stop(start(tmp_path / name))
    for name in ("clients.json", "keys.json"):
        first, second = (json.dumps(_read(tmp_path / other, name)) for other in ("a", "b"))
        assert first != second
    secrets = [{entry["secret"] for entry in _read(tmp_path / name, "clients.json")["clients"]} for name in ("a", "b")]  # type: ignore[attr-defined]
    assert not secrets[0] & secrets[1]
    assert len(secrets[0]) == 5


def test_a_given_port_is_taken(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = start(tmp_path, f"--port={port}", "--address=http://localhost:8443")
    try:
        assert _read(tmp_path, "endpoints.json")["http"] == "http://localhost:8443"
        found = httpx.get(f"http://127.0.0.1:{port}/fc/api/v2/.well-known/openid-configuration", trust_env=False).json()
        assert found["issuer"] == "http://localhost:8443/fc/api/v2"
    finally:
        stop(process)


def test_people_written_while_it_runs_can_sign_in(tmp_path: Path) -> None:
    process = start(tmp_path, PICKED)
    try:
        endpoint = dict(_read(tmp_path, "endpoints.json")["pro_sante_connect"])["authorization_endpoint"]  # type: ignore[call-overload]
        cast = json.loads(PEOPLE.read_text(encoding="utf-8"))
        newcomer = cast["people"][0] | {"id": "nouvelle"}
        path = tmp_path / "simulators" / "people.json"
        write_json(path, {"people": [newcomer]})
        with httpx.Client(trust_env=False) as http:
            asked = ask(endpoint, "socle-professionnels", RETURN)
            page = http.get(asked.url)
            assert page.text.count('name="personne"') == 1
            assert "code" in answer(sign_in(asked.url, "nouvelle", http))
            path.write_text("{", encoding="utf-8")
            broken = http.get(asked.url + "&prompt=login")
            assert (broken.status_code, broken.text) == (500, "simulators: people.json: JSONDecodeError\n")
    finally:
        stop(process)


@pytest.mark.parametrize(
    ("name", "content", "options", "told"),
    [
        ("people.json", "{", (), "simulators: people.json: JSONDecodeError"),
        ("clients.json", '{"clients": [{}]}', (), "simulators: clients.json: clients[0]: KeyError"),
        ("autre.json", "{}", ("--redirect=inconnu=http://a.example/",), "simulators: clients.json: no client inconnu"),
    ],
)
def test_what_cannot_be_used_stops_the_start(
    tmp_path: Path, name: str, content: str, options: tuple[str, ...], told: str
) -> None:
    folder = tmp_path / "simulators"
    folder.mkdir()
    (folder / name).write_text(content, encoding="utf-8")
    command = [sys.executable, "-m", "simulators", "--data", str(tmp_path), *options]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stderr.strip()) == (1, told)
    assert not (folder / "endpoints.json").exists()

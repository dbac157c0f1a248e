"""Real simulators in a process of their own, on a free port, with clients and people that the tests need."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc.jwk import ECKey

from simulators.folder import write_json
from tests.simulators.cast import PEOPLE

ROOT = Path(__file__).resolve().parents[2]
RETURN = "http://127.0.0.1:9/connexion/retour"
AFTER_LOGOUT = "http://127.0.0.1:9/"


@dataclass(frozen=True)
class Running:
    """`key` is the private key of the client `logiciel-a-cle`."""

    data: Path
    endpoints: dict[str, Any]
    clients: dict[str, dict[str, Any]]
    people: dict[str, dict[str, Any]]
    key: ECKey

    @property
    def psc(self) -> dict[str, str]:
        endpoints: dict[str, str] = self.endpoints["pro_sante_connect"]
        return endpoints

    @property
    def france_connect(self) -> dict[str, str]:
        endpoints: dict[str, str] = self.endpoints["france_connect"]
        return endpoints

    def secret(self, client_id: str) -> str:
        return str(self.clients[client_id]["secret"])


def start(data: Path, *options: str) -> subprocess.Popen[str]:
    """The process, once it has said that it answers."""
    command = [sys.executable, "-m", "simulators", "--data", str(data), *options]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("simulators: http://"), line
    return process


def stop(process: subprocess.Popen[str]) -> int:
    process.terminate()
    with process:
        return process.wait(30)


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    data = tmp_path_factory.mktemp("simulators")
    folder = data / "simulators"
    folder.mkdir()
    cast = json.loads(PEOPLE.read_text(encoding="utf-8"))
    cast["people"] += _extra_people()
    write_json(folder / "people.json", cast)
    process = start(data, *(f"--redirect={client}={RETURN}" for client in ("socle-professionnels", "socle-patients")))
    try:
        key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
        clients = json.loads((folder / "clients.json").read_text(encoding="utf-8"))
        for entry in clients["clients"]:
            entry["post_logout_redirect_uris"] = [AFTER_LOGOUT]
        clients["clients"] += _extra_clients(key)
        write_json(folder / "clients.json", clients)
        yield Running(
            data,
            json.loads((folder / "endpoints.json").read_text(encoding="utf-8")),
            {entry["client_id"]: entry for entry in clients["clients"]},
            {entry["id"]: entry for entry in cast["people"]},
            key,
        )
    finally:
        stop(process)


def _extra_people() -> list[dict[str, Any]]:
    """People made to be refused or odd."""
    professional = {"rpps": "99700999997", "civility": "M", "given_name": "Sans", "family_name": "EXERCICE", "exercices": []}
    odd = {"kind": "professional", "caption": "Aucun exercice", "tag": "?", "name": "Sans EXERCICE", "professional": professional}
    identity = {"birth_name": "FAIBLE", "given_names": ["Éric"], "sex": "M", "birth_date": "1980-02-29", "birthplace": "2B020"}
    weak = {"kind": "patient", "caption": "Moyen de connexion faible", "tag": "1", "name": "Éric FAIBLE", "identity": identity}
    return [{"id": "sans-exercice", **odd}, {"id": "eric-faible", **weak, "france_connect": "eidas1"}]


def _extra_clients(key: ECKey) -> list[dict[str, Any]]:
    def psc(client_id: str, **more: Any) -> dict[str, Any]:
        return {
            "client_id": client_id,
            "service": "pro-sante-connect",
            "secret": "secret-de-" + client_id,
            "redirect_uris": [RETURN],
            "post_logout_redirect_uris": [AFTER_LOGOUT],
            **more,
        }

    return [
        psc("autre-logiciel"),
        psc("autre-service", service="france-connect"),
        psc("codes-morts", lifetimes={"code": 0}),
        psc("jetons-morts", lifetimes={"access_token": 0, "refresh_token": 0}),
        psc("info-signee", signed_userinfo=True),
        psc("logiciel-a-cle", secret="", jwks={"keys": [key.as_dict(private=False)]}),
    ]


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    """A browser without scripts: keeps cookies, follows nothing by itself."""
    with httpx.Client(trust_env=False) as client:
        yield client

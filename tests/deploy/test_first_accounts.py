"""`socle invite` and `socle software`: how a new production gets its first administrator and its first software."""

from __future__ import annotations

import json
import re
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
import pyotp
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import ECKey

from socle.deploy import environment, installation, postgres
from tests.base.directory.extraction import ACTIVITIES, activity, finess, rpps, write
from tests.deploy.test_production import serve, told, variables
from tests.running import REPOSITORY, STOP_TIMEOUT_S
from tests.signing_in import fields, title

__all__ = ["variables"]
SITE = "https://sante.example"
PLACE = finess()
PASSWORD = "trois mots faciles à retenir"


class Production:
    """A production that serves, as its operator (the command) and as its reverse proxy (`get`, `post`) see it."""

    def __init__(self, variables: dict[str, str], address: str) -> None:
        self.variables, self.address = variables, address
        self.cookies: dict[str, str] = {}

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "socle.deploy.command", *arguments],
            env=self.variables,
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
        )

    def refusal(self, *arguments: str) -> str:
        """What a refused call says: one line on stderr, exit 1."""
        done = self.command(*arguments)
        assert (done.returncode, done.stdout) == (1, ""), done.stderr
        return done.stderr

    def get(self, path: str) -> httpx.Response:
        return self._kept(httpx.get(self.address + path, headers=self._headers()))

    def post(self, path: str, form: dict[str, str]) -> httpx.Response:
        return self._kept(httpx.post(self.address + path, data=form, headers=self._headers()))

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """One statement as the owner of the tables."""
        to = installation.connection_settings(environment.read(self.variables), postgres.OWNER_ROLE)
        names = {"host": "HOST", "port": "PORT", "dbname": "NAME", "user": "USER", "password": "PASSWORD"}
        with psycopg.connect(**{name: str(to[key]) for name, key in names.items()}) as connection:
            return connection.execute(statement.encode()).fetchall()

    def _headers(self) -> dict[str, str]:
        held = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Host": urlsplit(SITE).netloc, "X-Forwarded-Proto": "https", "Origin": SITE, "Cookie": held}

    def _kept(self, answer: httpx.Response) -> httpx.Response:
        for line in answer.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer


@pytest.fixture
def production(variables: dict[str, str], tmp_path: Path) -> Iterator[Production]:
    web = serve(variables, tmp_path / "log", "web")
    try:
        yield Production(variables, told(tmp_path / "data", "http")["http"])
    finally:
        web.send_signal(signal.SIGTERM)
        assert web.wait(STOP_TIMEOUT_S) == 0


def test_an_operator_lets_the_first_administrator_and_the_first_software_in(production: Production, tmp_path: Path) -> None:
    _administrator(production)
    lines = [activity(rpps(), finess=PLACE, technical=f"F{PLACE}", name="Maison d’essai")]
    directory = write(tmp_path / "a.txt", ACTIVITIES, lines)
    assert production.command("import", "annuaire", str(directory)).returncode == 0
    _structure_administrator(production)
    _software(production, tmp_path)


def _administrator(production: Production) -> None:
    who = ["alix@sante.example", "--given", "Alix", "--family", "Essai"]
    assert "adresse de courriel" in production.refusal("invite", "alix", *who[1:])
    assert "Choisissez des droits parmi" in production.refusal("invite", *who, "--right", "everything")
    assert "Indiquez le prénom et le nom" in production.refusal("invite", who[0], "--given", " ", "--family", "Essai")
    assert production.rows("SELECT count(*) FROM signin_invitation") == [(0,)]

    done = production.command("invite", *who)
    assert done.returncode == 0, done.stderr
    link = done.stdout.splitlines()[-1]
    assert link.startswith(f"{SITE}/connexion/invitation/")
    _accepted(production, link)
    assert production.get("/gestion/comptes").status_code == 200
    assert production.get("/gestion/supervision").status_code == 200
    assert production.get("/gestion/acces-exceptionnels").status_code == 403
    assert "Un compte existe déjà" in production.refusal("invite", *who)
    lines = production.rows(
        "SELECT channel, actor_name, outcome FROM audit_entry"
        " WHERE door = 'signin.actions.invitations.invite_administrator' ORDER BY id"
    )
    assert {line[:2] for line in lines} == {("command", "socle invite")}
    assert [line[2] for line in lines] == ["refused", "refused", "refused", "done", "refused"]


def _accepted(production: Production, link: str) -> None:
    path = link.removeprefix(SITE)
    production.cookies.clear()
    page = production.get(path).text
    found = re.search(r"recopiez cette clé.: <b>([A-Z2-7 ]+)</b>", page)
    assert found, title(page)
    code = pyotp.TOTP(found[1].replace(" ", "")).now()
    answer = production.post(path, {**fields(page, path), "password": PASSWORD, "code": code})
    assert answer.status_code == 302, title(answer.text)
    assert production.get(path).status_code == 404


def _structure_administrator(production: Production) -> None:
    who = ["invite", "noa@sante.example", "--given", "Noa", "--family", "Essai", "--structure"]
    assert "Aucune structure active" in production.refusal(*who, "999999999")
    done = production.command(*who, PLACE)
    assert done.returncode == 0, done.stderr
    _accepted(production, done.stdout.splitlines()[-1])
    assert "Maison d’essai" in production.get("/gestion/comptes").text
    assert production.get("/gestion").headers["Location"] == "/gestion/comptes"
    assert production.get("/gestion/supervision").status_code == 403
    assert production.rows("SELECT rights FROM signin_account WHERE subject = 'noa@sante.example'") == [(["structure"],)]


def _software(production: Production, tmp_path: Path) -> None:
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
    public, private, weak = (tmp_path / name for name in ("public.json", "private.json", "weak.pem"))
    public.write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
    private.write_text(json.dumps(key.as_dict(private=True)))
    short = rsa.generate_private_key(65537, 1024).public_key()
    weak.write_bytes(short.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    add = ["software", "add", "logimed", "--name", "LogiMed", "--structure", PLACE, "--scope", "record.deposit", "--keys"]
    assert "clés publiques EC ou RSA seulement" in production.refusal(*add, str(private))
    assert "2048 bits" in production.refusal(*add, str(weak))
    assert "illisible" in production.refusal(*add, str(tmp_path / "absent"))
    assert "Choisissez des portées parmi" in production.refusal(*add, str(public), "--scope", "everything")
    assert "Aucune structure active" in production.refusal(*add, str(public), "--structure", "999999999")
    assert "L’identifiant du logiciel" in production.refusal("software", "add", "a", *add[3:], str(public))
    assert production.rows("SELECT count(*) FROM signin_softwareclient") == [(0,)]

    assert production.command(*add, str(public), "--trust-contract").returncode == 0
    assert production.rows("SELECT client_id, scopes, trust_contract, structure_name FROM signin_softwareclient") == [
        ("logimed", ["record.deposit"], True, "Maison d’essai")
    ]
    assert "déjà enregistré" in production.refusal(*add, str(public))
    assert "logimed" in production.command("software", "list").stdout
    assert _token(production, key).json()["scope"] == "record.deposit"
    assert _token(production, ECKey.generate_key("P-256")).json()["error"] == "invalid_client"
    assert "Aucun logiciel" in production.refusal("software", "stop", "another")
    assert production.command("software", "stop", "logimed").returncode == 0
    assert _token(production, key).json()["error"] == "invalid_client"
    lines = production.rows(
        "SELECT channel, outcome FROM audit_entry WHERE door = 'signin.actions.software.register' ORDER BY id"
    )
    assert [line for line in lines if line[1] == "done"] == [("command", "done")]


def _token(production: Production, key: ECKey) -> httpx.Response:
    now = int(time.time())
    claims = {"iss": "logimed", "sub": "logimed", "aud": f"{SITE}/oauth/token", "iat": now, "exp": now + 60}
    proof = jwt.encode({"alg": "ES256"}, claims | {"jti": secrets.token_urlsafe(12)}, key)
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    return production.post(
        "/oauth/token", {"grant_type": "client_credentials", "client_assertion_type": kind, "client_assertion": proof}
    )


def test_an_invitation_that_would_lead_nowhere_is_refused(variables: dict[str, str]) -> None:
    unsaid = variables | {"SOCLE_PUBLIC_URL": ""}
    installation.make_folder(environment.read(unsaid))
    refused = Production(unsaid, "").refusal("invite", "alix@sante.example", "--given", "Alix", "--family", "Essai")
    assert refused == "socle : SOCLE_PUBLIC_URL est vide et rien ne tourne : le lien ne mènerait nulle part.\n"

"""`/oauth/token`: software proves itself by its key, people by Pro Santé Connect or FranceConnect; what is given opens little."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

import httpx
import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OctKey

from simulators.client import sign_in as pick
from socle import clock
from socle.base.access.actions import choices
from socle.base.access.actor import Actor, Channel, Kind, Purpose, system
from socle.base.access.doors import sql_allowed
from socle.base.audit.models import Entry
from socle.base.signin import rules, tokens
from socle.base.signin.actions import software
from socle.base.signin.models import AccessToken, Account
from socle.errors import Forbidden, Invalid
from tests import minting
from tests.running import Platform
from tests.signing_in import known
from tests.statements import recorded

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS = "urn:ietf:params:oauth:token-type:access_token"
ID = "urn:ietf:params:oauth:token-type:id_token"
TOOL = {"pro_sante_connect": "socle-outil", "france_connect": "socle-outil-patients"}
OUTSIDE = "http://127.0.0.1/outil"


@dataclass
class Caller:
    """A registered software of the tests, and the platform it calls."""

    platform: Platform
    id: UUID
    client_id: str
    key: ECKey
    http: httpx.Client

    @property
    def endpoint(self) -> str:
        return self.platform.endpoints["oauth_token"]

    def assertion(self, key: ECKey | OctKey | None = None, **changes: Any) -> str:
        now = int(time.time())
        claims = {"iss": self.client_id, "sub": self.client_id, "aud": self.endpoint, "iat": now, "exp": now + 60}
        claims |= {"jti": secrets.token_urlsafe(12)} | changes
        signing = key or self.key
        algorithm = "HS256" if isinstance(signing, OctKey) else "ES256"
        told = {name: value for name, value in claims.items() if value is not None}
        return jws.serialize_compact({"alg": algorithm}, json.dumps(told).encode(), signing, algorithms=["ES256", "HS256"])

    def ask(self, form: dict[str, str], assertion: str | None = None, path: str = "") -> httpx.Response:
        proof = {"client_assertion_type": JWT_BEARER, "client_assertion": assertion or self.assertion()}
        return self.http.post(self.endpoint.replace("/token", path or "/token"), data=proof | form)

    def token(self, **form: str) -> str:
        answer = self.ask({"grant_type": "client_credentials", **form})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    def outside_tokens(self, provider: str, persona: str) -> dict[str, Any]:
        """Signs a person in at the provider for the tool's own client."""
        folder = self.platform.data / "simulators"
        endpoints = json.loads((folder / "endpoints.json").read_text())[provider]
        clients = {one["client_id"]: one for one in json.loads((folder / "clients.json").read_text())["clients"]}
        client = clients[TOOL[provider]]
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        scope, acr = ("openid scope_all", "eidas1") if provider == "pro_sante_connect" else ("openid identite_pivot", "eidas2")
        asked = {
            "response_type": "code",
            "client_id": client["client_id"],
            "redirect_uri": OUTSIDE,
            "scope": scope,
            "acr_values": acr,
            "state": "etat",
            "nonce": secrets.token_urlsafe(12),
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        with httpx.Client(trust_env=False) as browser:
            back = pick(f"{endpoints['authorization_endpoint']}?{urlencode(asked)}", persona, browser)
        code = dict(parse_qsl(urlsplit(back.headers["Location"]).query))["code"]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": OUTSIDE, "code_verifier": verifier}
        answer = self.http.post(endpoints["token_endpoint"], data=form, auth=(client["client_id"], client["secret"]))
        return dict(answer.json())

    def exchange(self, persona: str, scope: str = "record.read", **more: str) -> httpx.Response:
        subject = self.outside_tokens("pro_sante_connect", persona)["access_token"]
        return self.ask({"grant_type": EXCHANGE, "subject_token": subject, "subject_token_type": ACCESS, "scope": scope, **more})


def register(platform: Platform, http: httpx.Client, **changes: Any) -> Caller:
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
    values: dict[str, Any] = {
        "client_id": f"logiciel-{secrets.token_hex(4)}",
        "name": "Logiciel d’essai",
        "jwks": {"keys": [key.as_dict(private=False)]},
        "structure_id": clock.new_id(),
        "structure_name": "Cabinet d’essai (fictif)",
        "scopes": frozenset({"record.deposit", "record.read"}),
        "psc_client_id": TOOL["pro_sante_connect"],
        "franceconnect_client_id": TOOL["france_connect"],
        **changes,
    }
    made = software.register(actor=system("test"), software=software.Registration(**values))
    return Caller(platform, made, values["client_id"], key, http)


@pytest.fixture
def caller(platform: Platform) -> Iterator[Caller]:
    with httpx.Client(trust_env=False, timeout=30) as http:
        yield register(platform, http, trust_contract=True)


def who(token: str) -> Actor:
    return tokens.authenticate(f"Bearer {token}")


def refused(answer: httpx.Response, error: str, status: int = 400) -> None:
    assert (answer.status_code, answer.json()["error"]) == (status, error), answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json()["error_description"].isascii()


def test_a_software_gets_a_token_of_its_own(caller: Caller) -> None:
    answer = caller.ask({"grant_type": "client_credentials", "scope": "record.deposit"})
    told = answer.json()
    assert (answer.status_code, told["token_type"], told["scope"]) == (200, "Bearer", "record.deposit")
    assert 3590 <= told["expires_in"] <= 3600
    actor = who(told["access_token"])
    assert (actor.kind, actor.person_id, actor.software_id) == (Kind.SOFTWARE, caller.id, caller.id)
    assert (actor.rights, actor.trust_contract, actor.channel) == (frozenset({"record.deposit"}), True, Channel.FHIR)
    with sql_allowed("tests"):
        line = Entry.objects.filter(door="signin.actions.tokens.grant", actor_id=caller.id).latest("id")
        assert not AccessToken.objects.filter(token_hash=told["access_token"].encode()).exists()
    assert line.actor_name == "Logiciel d’essai"


def test_only_its_own_fresh_signature_proves_a_software(caller: Caller, platform: Platform) -> None:
    now = int(time.time())
    other = register(platform, caller.http)
    wrong = {
        "another key": caller.assertion(other.key),
        "a shared secret": caller.assertion(OctKey.generate_key(256)),
        "another audience": caller.assertion(aud="https://ailleurs.example/token"),
        "no audience": caller.assertion(aud=None),
        "another subject": caller.assertion(sub=other.client_id),
        "another issuer": caller.assertion(iss=other.client_id, sub=other.client_id),
        "nobody": caller.assertion(iss="inconnu", sub="inconnu"),
        "ended": caller.assertion(exp=now - 60),
        "endless": caller.assertion(exp=None),
        "too long": caller.assertion(exp=now + 400),
        "no number": caller.assertion(jti=None),
        "an issuer that nothing can store": caller.assertion(iss="a\x00b", sub="a\x00b"),
        "an issuer that is no text": caller.assertion(iss="\ud800", sub="\ud800"),
        "a number that is no text": caller.assertion(jti="\ud800"),
        "an end that is no time": caller.assertion(exp=float("nan")),
        "an end beyond time": caller.assertion(exp=float("inf")),
        "an end before time": caller.assertion(exp=float("-inf")),
        "not a token": "a.b.c",
        "unsigned": base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
        + "."
        + caller.assertion().split(".")[1]
        + ".",
    }
    for name, assertion in wrong.items():
        answer = caller.ask({"grant_type": "client_credentials"}, assertion)
        assert (name, answer.status_code, answer.json().get("error")) == (name, 401, "invalid_client")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    secret = {"client_id": caller.client_id, "client_secret": "x", "grant_type": "client_credentials"}
    refused(caller.http.post(caller.endpoint, data=secret), "invalid_client", 401)
    refused(caller.ask({"grant_type": "client_credentials", "client_id": other.client_id}), "invalid_client", 401)
    assert caller.ask({"grant_type": "client_credentials"}).status_code == 200
    assert caller.ask({"grant_type": "client_credentials"}, caller.assertion(aud=[platform.endpoints["http"]])).status_code == 200


def test_an_assertion_serves_once_even_in_a_race(caller: Caller) -> None:
    assertion = caller.assertion()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: caller.ask({"grant_type": "client_credentials"}, assertion).status_code, range(8)))
    assert sorted(answers) == [200] + [401] * 7


def test_a_software_asks_for_its_own_scopes_only(caller: Caller) -> None:
    refused(caller.ask({"grant_type": "client_credentials", "scope": "journal.read"}), "invalid_scope")
    refused(caller.ask({"grant_type": "client_credentials", "scope": "access-control"}), "invalid_scope")
    refused(caller.ask({"grant_type": "client_credentials", "scope": "record.read  record.deposit"}), "invalid_scope")
    assert who(caller.token()).rights == {"record.deposit", "record.read"}


def test_requests_that_cannot_be_read(caller: Caller) -> None:
    refused(caller.ask({"grant_type": "password"}), "unsupported_grant_type")
    refused(caller.ask({}), "unsupported_grant_type")
    refused(caller.http.get(caller.endpoint), "invalid_request", 405)
    refused(caller.http.post(caller.endpoint, json={"grant_type": "client_credentials"}), "invalid_request")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    refused(caller.http.post(caller.endpoint, content=b"scope=a&scope=b", headers=form), "invalid_request")
    refused(caller.http.post(caller.endpoint, content=b"\xff=1", headers=form), "invalid_request")
    refused(caller.http.post(caller.endpoint, content=b"a" * 70_000, headers=form), "invalid_request", 413)
    refused(caller.http.post(caller.endpoint + "/autre", content=b"", headers=form), "invalid_request", 404)
    refused(caller.http.post(caller.endpoint, content=b"", headers=form), "invalid_client", 401)


def test_a_professional_is_known_behind_the_software(caller: Caller) -> None:
    answer = caller.exchange("claire-novarel")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["issued_token_type"], told["scope"]) == (ACCESS, "record.read")
    assert 1790 <= told["expires_in"] <= 1800
    actor = who(told["access_token"])
    assert (actor.kind, actor.profession, actor.specialty, actor.software_id) == (
        Kind.PROFESSIONAL,
        "10",
        "SM54",
        caller.id,
    )
    with sql_allowed("tests"):
        account = Account.objects.get(provider="psc", subject=actor.national_id)
    assert (actor.person_id, actor.purpose) == (account.person_id, Purpose.CARE)


def test_a_person_with_several_situations_names_one(caller: Caller) -> None:
    asked = caller.exchange("emeline-rochambel")
    refused(asked, "invalid_request")
    offered = asked.json()["activities"]
    assert len(offered) == 2
    told = caller.exchange("emeline-rochambel", activity=offered[1]["activity"]).json()
    assert str(who(told["access_token"]).situation_id) == offered[1]["activity"]
    refused(caller.exchange("emeline-rochambel", activity=str(clock.new_id())), "invalid_request")


def test_what_is_not_a_live_token_for_this_software_is_not_exchanged(caller: Caller, platform: Platform) -> None:
    form = {"grant_type": EXCHANGE, "subject_token_type": ACCESS, "scope": "record.read"}
    given = caller.outside_tokens("pro_sante_connect", "claire-novarel")
    for token in ("inventé", given["id_token"], given["refresh_token"], given["access_token"][:-8] + "AAAAAAAA"):
        refused(caller.ask(form | {"subject_token": token}), "invalid_grant")
    refused(caller.ask(form), "invalid_request")
    refused(caller.ask(form | {"subject_token": given["access_token"], "subject_token_type": "autre"}), "invalid_request")
    refused(caller.ask({**form, "subject_token": given["access_token"], "scope": ""}), "invalid_scope")
    elsewhere = register(platform, caller.http, psc_client_id="un-autre-logiciel")
    nowhere = register(platform, caller.http, psc_client_id="")
    for stranger in (elsewhere, nowhere):
        refused(stranger.ask(form | {"subject_token": given["access_token"]}), "invalid_grant")
    assert caller.ask(form | {"subject_token": given["access_token"]}).status_code == 200


def test_an_urgent_access_is_opened_with_its_reason_for_its_patient(caller: Caller) -> None:
    patient = minting.patient().id
    urgent = {"purpose": "emergency", "patient": str(patient), "reason": "Douleur thoracique aiguë"}
    actor = who(caller.exchange("claire-novarel", **urgent).json()["access_token"])
    assert (actor.purpose, actor.emergency_patient_id) == (Purpose.EMERGENCY, patient)
    assert actor.emergency_id is not None
    for changes in ({"reason": "court"}, {"patient": "pas-un-id"}, {"purpose": "curiosite"}, {"patient": str(clock.new_id())}):
        answer = caller.exchange("claire-novarel", **{**urgent, **changes})
        assert (answer.status_code, "access_token" in answer.json()) == (400, False), changes
    regulation = {**urgent, "purpose": "regulation"}
    answer = caller.exchange("claire-novarel", **regulation)
    refused(answer, "invalid_grant")
    assert answer.json()["code"] == "regulation-non-reconnue"
    samu = who(caller.exchange("bastien-regourd", **regulation).json()["access_token"])
    assert samu.purpose is Purpose.REGULATION


def test_a_patient_is_known_by_franceconnect(caller: Caller, cast: dict[str, dict[str, Any]]) -> None:
    me = known(cast["jeton"])
    given = caller.outside_tokens("france_connect", "jeton")
    form = {"grant_type": EXCHANGE, "subject_token": given["id_token"], "subject_token_type": ID, "scope": "record.read"}
    refused(caller.ask(form), "invalid_grant")
    stranger = caller.outside_tokens("france_connect", "autre")["access_token"]
    refused(caller.ask(form | {"subject_access_token": stranger}), "invalid_grant")
    answer = caller.ask(form | {"subject_access_token": given["access_token"]})
    assert answer.status_code == 200, answer.text
    actor = who(answer.json()["access_token"])
    assert (actor.kind, actor.person_id, actor.level) == (Kind.PATIENT, me, "eidas2")


def test_a_hot_call_costs_one_statement_at_most_and_a_revoked_token_nothing(caller: Caller, platform: Platform) -> None:
    token = caller.token()
    with recorded() as statements:
        for _ in range(3):
            who(token)
    assert len(statements) == 1
    other = register(platform, caller.http)
    assert other.ask({"token": token}, path="/revoke").status_code == 200
    tokens.recent.forget(hashlib.sha256(token.encode()).digest())
    assert who(token).software_id == caller.id
    assert caller.ask({"token": token}, path="/revoke").status_code == 200
    assert caller.ask({"token": "inconnu"}, path="/revoke").status_code == 200
    with pytest.raises(Invalid) as error:
        who(token)
    assert error.value.code == "jeton"


def test_tokens_end_by_themselves_and_with_their_software_or_person(caller: Caller) -> None:
    alone, named = caller.token(), str(caller.exchange("nadia-ferhaoui").json()["access_token"])
    assert timedelta(hours=1) >= rules.TOKEN_OF_SOFTWARE
    with clock.as_of(clock.now() + rules.TOKEN_OF_SOFTWARE), pytest.raises(Invalid):
        who(alone)
    actor = who(named)
    tokens.recent.forget(hashlib.sha256(named.encode()).digest())
    with sql_allowed("tests"):
        Account.objects.filter(provider="psc", person_id=actor.person_id).update(suspended=True)
    try:
        with pytest.raises(Invalid):
            who(named)
    finally:
        with sql_allowed("tests"):
            Account.objects.filter(provider="psc", person_id=actor.person_id).update(suspended=False)
    assert who(named) == actor
    software.stop(actor=system("test"), software_id=caller.id)
    refused(caller.ask({"grant_type": "client_credentials"}), "invalid_client", 401)
    for token in (alone, named):
        with pytest.raises(Invalid):
            who(token)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic abc", "Bearer " + "x" * 43, "Bearer " + "é" * 43, "x" * 9000])
def test_headers_that_carry_no_token(installation: object, header: str) -> None:
    with pytest.raises(Invalid):
        tokens.authenticate(header)


def test_software_is_registered_by_whoever_may_with_public_keys(platform: Platform, caller: Caller) -> None:
    private = caller.key.as_dict(private=True)
    good: dict[str, Any] = {
        "client_id": caller.client_id,
        "name": "x",
        "jwks": {"keys": [caller.key.as_dict(private=False)]},
        "structure_id": clock.new_id(),
        "structure_name": "x",
        "scopes": frozenset({"record.read"}),
    }
    for changes in (
        {"jwks": {"keys": [private]}},
        {"jwks": {"keys": []}},
        {"jwks": {}},
        {"jwks": {"keys": [{"kty": "oct", "k": "AAAA"}]}},
        {"scopes": frozenset({"access-control"})},
    ):
        with pytest.raises(Invalid):
            software.register(actor=system("test"), software=software.Registration(**{**good, **changes}))
    with pytest.raises(Forbidden):
        software.register(actor=minting.doctor(), software=software.Registration(**good))
    manager = Actor(kind=Kind.ADMINISTRATOR, person_id=clock.new_id(), rights=frozenset({"software"}))
    assert software.register(actor=manager, software=software.Registration(**good)) == caller.id


def test_a_token_keeps_its_actor_whole() -> None:
    actor = minting.doctor(
        emergency_id=clock.new_id(),
        emergency_patient_id=clock.new_id(),
        purpose=Purpose.REGULATION,
        software_id=clock.new_id(),
        rights=frozenset({"record.read", "record.deposit"}),
        channel=Channel.FHIR,
        regulation_claim=True,
    )
    assert tokens.restored(json.loads(json.dumps(tokens.kept(actor)))) == actor


def test_emergency_refused_by_the_person_is_refused_here(caller: Caller) -> None:
    patient = minting.patient().id
    choices.set_urgent_access(
        actor=minting.holder(patient),
        patient_id=patient,
        family=(patient,),
        emergency_allowed=False,
        regulation_allowed=True,
        masked_shown_in_emergency=False,
    )
    answer = caller.exchange("claire-novarel", purpose="emergency", patient=str(patient), reason="Douleur thoracique aiguë")
    refused(answer, "invalid_grant")
    assert answer.json()["code"] == "urgence-refusee"

"""A software that is stopped, or loses a key, reads and deposits nothing more, at once, in every process of the platform."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import httpx
import pytest
from joserfc.jwk import ECKey

from socle.base.access.actor import Actor, Channel, system
from socle.base.access.doors import sql_allowed
from socle.base.signin.actions import software, tokens
from socle.base.signin.models import SoftwareClient
from socle.base.signin.rules import SCOPES
from socle.record.actions import openings
from tests import minting
from tests.interfaces.fhir import samples
from tests.interfaces.fhir.test_documents import refusal, sent
from tests.interfaces.oauth.test_tokens import Caller, register
from tests.races.together import together
from tests.running import Platform

pytestmark = pytest.mark.usefixtures("platform")
TIMES = 8
"""Calls at once: each process of the platform has seen the token before, and is asked again after."""


@pytest.fixture
def caller(platform: Platform) -> Iterator[Caller]:
    with httpx.Client(trust_env=False, timeout=30) as http:
        yield register(platform, http, trust_contract=True, scopes=SCOPES)


@pytest.fixture
def bearing(platform: Platform) -> Iterator[Callable[[str], httpx.Client]]:
    """A client of the FHIR wire with that token."""
    with ExitStack() as opened:

        def call(token: str) -> httpx.Client:
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/fhir+json"}
            base = f"{platform.endpoints['http']}/fhir/"
            return opened.enter_context(httpx.Client(base_url=base, headers=headers, timeout=60, trust_env=False))

        yield call


def named(caller: Caller, doctor: Actor) -> str:
    """A token of a person behind this software, as an exchange gives it."""
    token = secrets.token_urlsafe(32)
    actor = replace(doctor, rights=SCOPES, software_id=caller.id).by(Channel.FHIR)
    tokens.grant(actor=actor, token=token, software_id=caller.id, scopes=SCOPES)
    return token


def registered_again(caller: Caller, keys: list[ECKey], **changes: Any) -> None:
    with sql_allowed("tests"):
        row = SoftwareClient.objects.get(id=caller.id)
    told = software.Registration(
        client_id=row.client_id,
        name=row.name,
        jwks={"keys": [key.as_dict(private=False) for key in keys]},
        structure_id=row.structure_id,
        structure_name=row.structure_name,
        scopes=frozenset(row.scopes),
        trust_contract=row.trust_contract,
    )
    software.register(actor=system("test"), software=replace(told, **changes))


def another_key() -> ECKey:
    return ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)


def stopped(caller: Caller) -> None:
    software.stop(actor=system("test"), software_id=caller.id)


def without_its_key(caller: Caller) -> None:
    registered_again(caller, [another_key()])


def without_a_scope(caller: Caller) -> None:
    registered_again(caller, [caller.key], scopes=SCOPES - {"record.read"})


def without_trust(caller: Caller) -> None:
    registered_again(caller, [caller.key], trust_contract=False)


@pytest.mark.parametrize("withdrawing", [stopped, without_its_key, without_a_scope, without_trust])
def test_tokens_of_a_software_that_loses_something_stop_at_once_on_reads_and_deposits(
    caller: Caller, bearing: Callable[[str], httpx.Client], withdrawing: Callable[[Caller], None]
) -> None:
    patient, doctor = minting.patient(), minting.doctor()
    openings.state_care(actor=doctor, patient_id=patient.id)
    alone, reader = bearing(caller.token()), bearing(named(caller, doctor))
    document = sent(alone, samples.published(patient, doctor))
    assert document.status_code == 201, document.text
    address = f"DocumentReference/{document.json()['id']}"
    binary = document.json()["content"][0]["attachment"]["url"]
    another = samples.published(patient, doctor)
    calls: list[Callable[[], httpx.Response]] = [
        lambda: reader.get(address),
        lambda: reader.get(binary),
        lambda: reader.get(f"DocumentReference?patient={patient.id}&status=current"),
        lambda: reader.patch(address, content=b"[]", headers={"Content-Type": "application/json-patch+json"}),
    ]
    assert {one.status_code for one in together(calls[:3] * TIMES)} == {200}
    withdrawing(caller)
    for answer in together([*calls * TIMES, *[lambda: sent(alone, another)] * TIMES]):
        assert refusal(answer) == (401, "jeton")
    fresh = bearing(named(register(caller.platform, caller.http, scopes=SCOPES), doctor))
    found = fresh.get(f"DocumentReference?patient={patient.id}&status=current&_summary=count").json()
    assert found["total"] == 1  # nothing was deposited meanwhile


def test_tokens_of_a_software_stopped_do_not_come_back_with_it(caller: Caller, bearing: Callable[[str], httpx.Client]) -> None:
    patient, doctor = minting.patient(), minting.doctor()
    old = bearing(caller.token())
    assert sent(old, samples.published(patient, doctor)).status_code == 201
    stopped(caller)
    registered_again(caller, [caller.key])
    assert refusal(sent(old, samples.published(patient, doctor))) == (401, "jeton")
    assert sent(bearing(caller.token()), samples.published(patient, doctor)).status_code == 201


def test_a_key_more_or_a_scope_more_ends_nothing(caller: Caller, bearing: Callable[[str], httpx.Client]) -> None:
    patient, doctor = minting.patient(), minting.doctor()
    client = bearing(caller.token())
    registered_again(caller, [caller.key, another_key()])
    assert sent(client, samples.published(patient, doctor)).status_code == 201


def test_a_token_revoked_by_its_software_stops_at_once(caller: Caller, bearing: Callable[[str], httpx.Client]) -> None:
    patient, doctor = minting.patient(), minting.doctor()
    token, kept = caller.token(), caller.token()
    one = samples.published(patient, doctor)
    assert {sent(bearing(token), one).status_code for _ in range(TIMES)} == {200, 201}
    assert caller.ask({"token": token}, path="/revoke").status_code == 200
    answers = together([lambda: sent(bearing(token), one)] * TIMES)
    assert {refusal(answer) for answer in answers} == {(401, "jeton")}
    assert sent(bearing(kept), one).status_code == 200

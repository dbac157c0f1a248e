"""What every call meets before any handler: tokens, types, methods, formats, sizes; each refusal in the language of FHIR."""

from __future__ import annotations

import http.client
import json
from typing import Any

import httpx
import pytest

from socle.base.access.actor import Actor, Kind
from socle.errors import Conflict, Forbidden, Invalid, NotFound, SocleError, Unavailable
from socle.formats.fhir import is_valid, validate
from socle.interfaces.fhir import refusals
from socle.interfaces.fhir.routes import ROUTES
from socle.record.queries.conditions import DOCUMENTS, LOTS
from tests import minting
from tests.interfaces.fhir import samples
from tests.interfaces.fhir.serving import Wire
from tests.interfaces.fhir.test_documents import code_of, refusal

INSTANTIATES = {
    "pdsm/CapabilityStatement/PDSm-GestionnaireDePartageDeDocuments",
    "tde/CapabilityStatement/TdEGestionnaire",
    "annuaire/CapabilityStatement/AsServerDPCapabilityStatement",
}


def test_the_statement_is_public_valid_and_made_from_the_table(wire: Wire) -> None:
    answer = wire.client(None).get("metadata")
    statement = answer.json()
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/fhir+json; charset=utf-8")
    issues = validate(statement)
    assert is_valid(issues), issues
    assert {one.partition("/fhir/")[2] for one in statement["instantiates"]} == INSTANTIATES
    resources = {one["type"]: one for one in statement["rest"][0]["resource"]}
    assert resources.keys() == ROUTES.keys()
    assert {one["code"] for one in resources["DocumentReference"]["interaction"]} == {
        "read",
        "vread",
        "search-type",
        "create",
        "patch",
    }
    assert {one["name"] for one in resources["List"]["searchParam"]} == {one.name for one in ROUTES["List"].parameters}


def test_every_parameter_of_the_table_has_its_condition() -> None:
    for kind, table in (("DocumentReference", DOCUMENTS), ("List", LOTS)):
        wanted = {one.condition or one.name for one in ROUTES[kind].parameters if not one.handled}
        assert wanted == table.keys()
    for kind in ("Patient", "AuditEvent", "Practitioner", "PractitionerRole", "Organization"):
        assert all(one.handled for one in ROUTES[kind].parameters)


def test_software_learns_where_tokens_are_given(wire: Wire) -> None:
    for place in ("/.well-known/smart-configuration", "/fhir/.well-known/smart-configuration"):
        told = httpx.get(f"{wire.address}{place}", trust_env=False)
        assert told.headers["Content-Type"] == "application/json"
        assert told.json()["token_endpoint"] == f"{wire.address}/oauth/token"
        assert "client-confidential-asymmetric" in told.json()["capabilities"]


def test_a_call_needs_a_good_token(wire: Wire) -> None:
    without = wire.client(None).get("DocumentReference/x")
    assert (refusal(without), without.headers["WWW-Authenticate"]) == ((401, "jeton-absent"), 'Bearer realm="socle"')
    for header in ("Bearer nothing", "Bearer " + "a" * 43, "Bearer", "Basic YTpi", "bearer é"):
        answer = httpx.get(
            f"{wire.address}/fhir/Patient/x", headers={b"Authorization": header.encode("latin-1")}, trust_env=False
        )
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
        assert answer.json()["issue"][0]["code"] == "login"


@pytest.mark.parametrize(
    ("method", "address", "headers", "expected"),
    [
        ("GET", "Observation/1", {}, (404, "type-inconnu")),
        ("GET", "Observation?code=1", {}, (404, "type-inconnu")),
        ("GET", "DocumentReference/not-an-id", {}, (404, "introuvable")),
        ("GET", "DocumentReference/{id}/_history/1/2", {}, (404, "introuvable")),
        ("GET", "DocumentReference/{id}/$everything", {}, (404, "introuvable")),
        ("GET", "List/{id}/_history/1", {}, (405, "method")),
        ("DELETE", "DocumentReference/{id}", {}, (405, "method")),
        ("PUT", "DocumentReference/{id}", {}, (405, "method")),
        ("PATCH", "Patient/{id}", {}, (405, "method")),
        ("PATCH", "List?identifier=a", {}, (405, "method")),
        ("POST", "List", {}, (405, "method")),
        ("POST", "DocumentReference/{id}", {}, (405, "method")),
        ("GET", "Binary", {}, (405, "method")),
        ("GET", "DocumentReference/_search", {}, (405, "method")),
        ("GET", "Patient/{id}", {"Accept": "application/fhir+xml"}, (406, "accept")),
        ("GET", "Patient/{id}?_format=xml", {}, (406, "accept")),
        ("POST", "DocumentReference", {"Content-Type": "application/fhir+xml"}, (415, "media")),
        ("POST", "DocumentReference", {"Content-Type": "application/fhir+json; charset=latin-1"}, (415, "media")),
        ("POST", "DocumentReference", {"Content-Encoding": "gzip"}, (415, "media")),
        ("POST", "", {"Content-Type": "text/plain"}, (415, "media")),
        ("POST", "DocumentReference", {}, (400, "json")),
        ("PATCH", "DocumentReference/{id}", {"Content-Type": "application/xml-patch+xml"}, (415, "media")),
    ],
)
def test_what_is_not_offered_is_refused_in_words(
    wire: Wire, method: str, address: str, headers: dict[str, str], expected: tuple[int, str]
) -> None:
    client = wire.client(minting.doctor())
    answer = client.request(method, address.replace("{id}", str(minting.doctor().person_id)), content=b"no json", headers=headers)
    assert refusal(answer) == expected


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html, application/fhir+json;q=0.5", "application/*", ""])
def test_whoever_takes_json_gets_it(wire: Wire, accept: str) -> None:
    patient = minting.patient()
    client = wire.client(minting.holder(patient.id))
    assert client.get(f"Patient/{patient.id}", headers={"Accept": accept}).status_code == 200
    assert client.get(f"Patient/{patient.id}?_format=json", headers={"Accept": "text/html"}).status_code == 200
    head = client.head(f"Patient/{patient.id}")
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["Content-Length"]) > 100


def test_too_long_a_body_is_refused_before_it_is_read(wire: Wire) -> None:
    client = wire.client(minting.doctor())
    connection = http.client.HTTPConnection(wire.address.removeprefix("http://"), timeout=30)
    connection.putrequest("POST", "/fhir/DocumentReference")
    for name in ("Authorization", "Content-Type"):
        connection.putheader(name, client.headers[name])
    connection.putheader("Content-Length", "40000000")
    connection.endheaders()
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["issue"][0]["details"]["coding"][0]["code"]) == (413, "too-long")
    connection.close()


def test_a_document_too_long_is_refused(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    resource = samples.published(patient, author, content=b"a" * (20 * 1024 * 1024 + 1))
    assert refusal(wire.client(author).post("DocumentReference", json=resource)) == (422, "size")


def test_a_role_without_records_is_told_who_can_help(wire: Wire) -> None:
    patient = minting.patient()
    administrator = Actor(kind=Kind.ADMINISTRATOR, person_id=patient.id, name="Lena")
    answer = wire.client(administrator).get(f"DocumentReference?patient={patient.id}&status=current")
    assert refusal(answer) == (403, "role")
    assert "Qui peut l’accorder" in answer.json()["issue"][0]["details"]["text"]


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (NotFound(), 404, "not-found"),
        (Forbidden("auteur"), 403, "forbidden"),
        (Invalid("hash"), 422, "value"),
        (Invalid("json"), 400, "structure"),
        (Invalid("search-required"), 400, "required"),
        (Invalid("gate-of-some-kind"), 422, "business-rule"),
        (Conflict("doublon"), 409, "duplicate"),
        (Conflict("version-attendue"), 412, "conflict"),
        (Conflict("several"), 412, "multiple-matches"),
        (Unavailable("saturation"), 503, "throttled"),
        (Unavailable(), 503, "transient"),
    ],
)
def test_the_table_of_refusals(error: SocleError, status: int, kind: str) -> None:
    answer = refusals.answer(error)
    outcome: dict[str, Any] = json.loads(answer.body)
    assert is_valid(validate(outcome))
    assert (answer.status, outcome["issue"][0]["code"]) == (status, kind)
    assert outcome["issue"][0]["details"]["coding"][0]["code"] == error.code
    assert (dict(answer.headers).get("Retry-After") is not None) == isinstance(error, Unavailable)


def test_a_failure_of_ours_is_told_without_its_message(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(text: str) -> None:
        raise RuntimeError("secret words")

    monkeypatch.setattr("socle.interfaces.fhir.exchange.UUID", broken)
    answer = wire.client(minting.doctor()).get(f"Patient/{minting.doctor().person_id}")
    assert (answer.status_code, code_of(answer)) == (500, "erreur")
    assert "secret" not in answer.text

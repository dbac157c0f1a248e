"""Hostile calls: whatever is sent, the answer is a refusal in the language of FHIR, never a failure of ours."""

from __future__ import annotations

import base64
import copy
import io
import json
import logging
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from socle.formats.legible import legible
from socle.interfaces.fhir.wsgi import application
from tests import documents, minting
from tests.corpora import shared
from tests.interfaces.fhir import samples
from tests.interfaces.fhir.serving import Wire
from tests.interfaces.fhir.test_audit_events import lines
from tests.interfaces.fhir.test_documents import deposited, treating
from tests.interfaces.fhir.test_patients import told
from tests.interfaces.fhir.test_transactions import lot

OUTCOMES = {200, 201, 400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 503}
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(
        ["", "\x00", "#", "#author", "Patient/x", "urn:uuid:", "Patient?identifier=|", "2026-13-45", "current", "😀" * 40]
    ),
)
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["resourceType", "reference", "identifier", "coding", "code", "url", "x"]), inner, max_size=3
        ),
    ),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place inside a JSON value."""
    found = [path] if path else []
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        found += places(child, (*path, key))
    return found


def changed(value: Any, path: tuple[Any, ...], new: Any, remove: bool) -> Any:
    result = copy.deepcopy(value)
    parent = result
    for key in path[:-1]:
        parent = parent[key]
    if remove:
        del parent[path[-1]]
    else:
        parent[path[-1]] = new
    return result


def call(
    token: str, method: str, path: str, body: bytes, media: str = "application/fhir+json", query: str = ""
) -> tuple[int, Any]:
    """One call, straight into the application."""
    told: list[str] = []
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "HTTP_AUTHORIZATION": f"Bearer {token}",
        "CONTENT_TYPE": media,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }
    content = b"".join(application(environ, lambda status, headers: told.append(status)))
    status = int(told[0].split()[0])
    return status, json.loads(content) if content else None


class _Places(logging.Handler):
    """Where our own failures happened: a 500 alone would not tell."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(str(record.__dict__.get("error")))


_places = _Places()
logging.getLogger("socle.fhir").addHandler(_places)


def well_answered(status: int, answer: Any) -> bool:
    assert status != 500, _places.told[-1]
    return status in OUTCOMES and (status < 400 or answer["resourceType"] == "OperationOutcome")


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_broken_resources_are_refused(wire: Wire, data: st.DataObject) -> None:
    patient, author = minting.patient(), minting.doctor()
    cda = {"contentType": "text/xml", "data": base64.b64encode(documents.report(patient)).decode()}
    resources = {
        "/fhir/DocumentReference": [
            samples.published(patient, author),
            samples.published(patient, author) | {"content": [{"attachment": cda}]},
            samples.comprehensive(patient, author, "", b"x"),
        ],
        "/fhir": [lot(patient, author, [b"Un."])],
        "/fhir/Patient": [told(matricule=minting.matricule())],
    }
    path = data.draw(st.sampled_from(sorted(resources)))
    resource = data.draw(st.sampled_from(resources[path]))
    for _ in range(data.draw(st.integers(1, 2))):
        place = data.draw(st.sampled_from(places(resource)))
        resource = changed(resource, place, data.draw(values), data.draw(st.booleans()))
    token = wire.token(author)
    status, answer = call(token, "POST", path, json.dumps(resource).encode())
    assert well_answered(status, answer), (status, answer)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "op": st.sampled_from(["add", "remove", "replace", "move", "copy", "test", "x"]),
                "path": st.sampled_from(
                    [
                        "/status",
                        "/securityLabel",
                        "/securityLabel/-",
                        "/securityLabel/0",
                        "/extension/0",
                        "/extension/-",
                        "/x",
                        "",
                        "/meta",
                    ]
                ),
                "value": values,
                "from": st.sampled_from(["/status", "/content", "/securityLabel/0"]),
            }
        ),
        min_size=1,
        max_size=3,
    )
)
def test_broken_patches_are_refused(wire: Wire, operations: list[dict[str, Any]]) -> None:
    patient, author = minting.patient(), minting.doctor()
    id_ = deposited(wire, patient, author)
    status, answer = call(
        wire.token(author),
        "PATCH",
        f"/fhir/DocumentReference/{id_}",
        json.dumps(operations).encode(),
        "application/json-patch+json",
    )
    assert well_answered(status, answer), (status, answer)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(
        ["DocumentReference", "List", "Patient", "Practitioner", "PractitionerRole", "Organization", "AuditEvent", "Binary"]
    ),
    st.sampled_from(
        [
            "identifier",
            "date",
            "type",
            "author",
            "author.family",
            "relatesto",
            "_id",
            "_count",
            "_page",
            "name",
            "birthdate",
            "agent",
        ]
    ),
    st.one_of(
        st.text(max_size=30), st.sampled_from(["|", "a|b", "\\", "%", "ge", "ge2026", "999999999999999999999", "_", "'", "\x00"])
    ),
)
def test_broken_searches_are_refused(wire: Wire, kind: str, name: str, value: str) -> None:
    patient = minting.patient()
    base = f"patient={patient.id}&status=current&code=submissionset" if kind in ("DocumentReference", "List") else "a=b"
    query = f"{base}&{name}={quote(value)}"
    token = wire.token(minting.holder(patient.id))
    for asked in (query, query.replace("a=b&", "")):
        status, answer = call(token, "GET", f"/fhir/{kind}", b"", query=asked)
        assert well_answered(status, answer), (status, answer)


def test_the_json_of_the_corpora_is_refused_or_answered(wire: Wire) -> None:
    folder = shared("corpora/security/json")
    token = wire.token(minting.doctor())
    files = sorted(one for one in folder.rglob("*") if one.is_file() and one.suffix == ".json")
    assert files
    for file in files:
        for path in ("/fhir/DocumentReference", "/fhir", "/fhir/Patient"):
            status, answer = call(token, "POST", path, file.read_bytes())
            assert status in (400, 422), (file.name, path, status)
            assert answer["resourceType"] == "OperationOutcome"


def test_naughty_strings_change_nothing(wire: Wire) -> None:
    listed = json.loads(shared("corpora/security/strings/naughty-strings.json").read_bytes())
    strings = [one["string"] for one in listed if one["string"]]
    patient, author = minting.patient(), minting.doctor()
    token, reader = wire.token(author), wire.token(treating(patient))
    for text in strings[::5]:
        resource = samples.published(patient, author)
        resource["content"][0]["attachment"]["title"] = text
        status, answer = call(token, "POST", "/fhir/DocumentReference", json.dumps(resource).encode())
        assert well_answered(status, answer)
        if status == 201:
            assert answer["content"][0]["attachment"]["title"] == (legible(text) or "Compte rendu de consultation")
        for name in ("author.family", "identifier", "type"):
            query = f"patient={patient.id}&status=current&{name}={quote(text)}"
            assert well_answered(*call(reader, "GET", "/fhir/DocumentReference", b"", query=query))
    assert lines(wire.client(minting.holder(patient.id)), patient)


@pytest.mark.parametrize(
    "path",
    [
        "/fhir//",
        "/fhir/..",
        "/fhir/DocumentReference/../../healthz",
        "/fhir/%2e%2e",
        "/fhir/DocumentReference/" + "a" * 5000,
        "/fhir/é",
    ],
)
def test_strange_addresses_name_nothing(wire: Wire, path: str) -> None:
    status, answer = call(wire.token(minting.doctor()), "GET", path, b"")
    assert status in (404, 405)
    assert answer["resourceType"] == "OperationOutcome"


def test_deep_and_large_bundles_are_refused(wire: Wire) -> None:
    token = wire.token(minting.doctor())
    deep = b'{"resourceType":"Bundle","type":"transaction","entry":' + b"[" * 5000 + b"]" * 5000 + b"}"
    assert call(token, "POST", "/fhir", deep)[0] == 400
    nested: Any = {"resourceType": "Bundle", "type": "batch"}
    for _ in range(8):
        entry = {"resource": nested, "request": {"method": "POST", "url": ""}}
        nested = {"resourceType": "Bundle", "type": "batch", "entry": [entry]}
    status, answer = call(token, "POST", "/fhir", json.dumps(nested).encode())
    assert (status, answer["entry"][0]["response"]["status"]) == (200, "404 Not Found")

"""Requests that deposit, one a line, with the places where the load generator writes ids that no other request has."""

from __future__ import annotations

import base64
import itertools
import re
import uuid
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import orjson

from socle.base.access.actor import Actor
from socle.base.identity.models import Patient
from socle.formats.cda.header import Header
from socle.formats.cda.values import Identifier
from socle.formats.cda.writer import write_summary
from tests import documents
from tests.formats.cda_writer.samples import SUMMARY
from tests.formats.fhir.profile_samples import SUBMISSION_SET
from tests.interfaces.fhir import samples

TEXT_BYTES = 2_000
CDA_BYTES = 30_000
DOCUMENTS_IN_LOT = 9
PLACE = "{{id}}"
PLACE64 = "{{id64}}"
SENTENCE = "Patient vu ce jour en consultation, examen clinique sans particularité, traitement poursuivi à l’identique. "


def text(patient: Patient, actor: Actor) -> bytes:
    """ITI-105 with 2 KB of plain text."""
    return orjson.dumps(samples.published(patient, actor, content=_sentences(), unique_id=f"urn:uuid:{PLACE}"))


def cda(patient: Patient, actor: Actor) -> bytes:
    """ITI-105 with a structured CDA of 30 KB, told by its header alone."""
    document, series = str(uuid.uuid4()), str(uuid.uuid4())
    header = replace(documents.headed(patient, author=actor), id=Identifier(document), set_id=Identifier(series))
    content = _long_summary(header)
    for marker in (document, series):
        content = _aligned(content, marker.encode())
    encoded = base64.b64encode(content).decode()
    for marker in (document, series):
        encoded = encoded.replace(base64.b64encode(marker.encode()).decode(), PLACE64)
    assert encoded.count(PLACE64) == 2, "each id stands once in the document"
    return orjson.dumps(
        {
            "resourceType": "DocumentReference",
            "status": "current",
            "subject": {"reference": f"Patient/{patient.id}"},
            "content": [{"attachment": {"contentType": "text/xml", "data": encoded}}],
        }
    )


def lot(patient: Patient, actor: Actor) -> bytes:
    """ITI-65: one submission set and nine documents of 2 KB of text each."""
    entries, items = [], []
    for _ in range(DOCUMENTS_IN_LOT):
        reference, binary, content = samples.urn(), samples.urn(), _sentences()
        document = samples.comprehensive(patient, actor, binary, content, unique_id=f"urn:uuid:{PLACE}")
        entries += [
            _entry(reference, "DocumentReference", document),
            _entry(binary, "Binary", {"resourceType": "Binary", "contentType": "text/plain", "data": _encoded(content)}),
        ]
        items.append({"item": {"reference": reference}})
    entries.insert(0, _entry(samples.urn(), "List", _submission_set(patient, items)))
    return orjson.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries})


def write(path: Path, bodies: Iterable[bytes]) -> Path:
    """The file that the load generator reads."""
    path.write_bytes(b"".join(body + b"\n" for body in bodies))
    return path


def filled(body: bytes) -> bytes:
    """One request of that form, with fresh ids: what the load generator would send."""
    made = itertools.count(1)
    fresh = uuid.uuid4().hex[:20]

    def next_id(found: re.Match[bytes]) -> bytes:
        one = f"{fresh[:8]}-{fresh[8:12]}-4000-8000-{next(made):012x}".encode()
        return base64.b64encode(one) if found[1] else one

    return re.sub(rb"\{\{id(64)?\}\}", next_id, body)


def _submission_set(patient: Patient, items: list[dict[str, object]]) -> dict[str, object]:
    identifier = {"use": "usual", "system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{PLACE}"}
    return {
        **SUBMISSION_SET,
        "identifier": [identifier],
        "subject": {"reference": f"Patient/{patient.id}"},
        "entry": items,
    }


def _long_summary(header: Header) -> bytes:
    """A summary with coded entries, brought to size by its narrative."""
    short = len(write_summary(header, SUMMARY))
    words = SENTENCE * max(0, (CDA_BYTES - short) // len(SENTENCE.encode()))
    return write_summary(header, replace(SUMMARY, attention=words))


def _aligned(content: bytes, marker: bytes) -> bytes:
    """The same document with spaces before the element that holds the marker, so that it begins a group of three bytes and reads
    as a group of its own in base64."""
    place = content.index(marker)
    element = content.rindex(b"<", 0, place)
    return content[:element] + b" " * (-place % 3) + content[element:]


def _entry(address: str, kind: str, resource: dict[str, object]) -> dict[str, object]:
    return {"fullUrl": address, "resource": resource, "request": {"method": "POST", "url": kind}}


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _sentences() -> bytes:
    return (SENTENCE * (TEXT_BYTES // len(SENTENCE.encode()) + 1)).encode()[:TEXT_BYTES]

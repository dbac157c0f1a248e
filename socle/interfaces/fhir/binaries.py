"""Binary: the content of a document (ITI-68), in its own media type or as FHIR JSON."""

from __future__ import annotations

import base64

import orjson

from socle.base.vault import sealing as vault
from socle.errors import Invalid
from socle.interfaces.fhir.exchange import Answer, Call
from socle.interfaces.fhir.negotiation import JSON_TYPES, accepted
from socle.record.queries import documents

EXTENSIONS = {
    "text/xml": "xml",
    "application/pdf": "pdf",
    "text/plain": "txt",
    "image/jpeg": "jpg",
    "image/png": "png",
}
NOT_OFFERED = "Ce contenu est servi dans son propre format ou en application/fhir+json."
SAFE = [
    ("Cache-Control", "private, no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; sandbox"),
]


def read(call: Call) -> Answer:
    """The bytes as they were deposited. What may not be seen answers like what is absent."""
    found = documents.content(actor=call.actor, content_id=call.uuid())
    as_json = _wants_json(call, found.media_type)
    content = vault.open(found.permit)
    if as_json:
        data = base64.b64encode(content).decode()
        resource = {"resourceType": "Binary", "id": call.id.lower(), "contentType": found.media_type, "data": data}
        return Answer(200, orjson.dumps(resource), headers=list(SAFE))
    name = f"document-{call.id.lower()}.{EXTENSIONS.get(found.media_type, 'bin')}"
    media = found.media_type + ("; charset=utf-8" if found.media_type == "text/plain" else "")
    return Answer(200, content, media, [*SAFE, ("Content-Disposition", f'attachment; filename="{name}"')])


def _wants_json(call: Call, media_type: str) -> bool:
    """By the client's order of preference. Raises Invalid `accept` (406) when it takes neither."""
    formats = [value for name, value in call.parameters if name == "_format"]
    for media in [formats[-1].lower()] if formats else accepted(call.accept):
        family = media_type.partition("/")[0] + "/*"
        if media in JSON_TYPES or media in ("json", "application/fhir json"):
            return True
        same_xml = media_type == "text/xml" and media in ("application/xml", "application/hl7-v3+xml")
        if media in (media_type, family, "*/*") or same_xml:
            return False
    raise Invalid("accept", NOT_OFFERED, where="http.accept")

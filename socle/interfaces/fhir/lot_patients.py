"""A Patient inside a lot: who the lot is about, told once more. It is recognised or refused, and written nowhere.

Source: MHD 4.2.3 §2:3.65.4.1.2.1 (a Patient in the Bundle is at the recipient's discretion).
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from socle.base.access.actor import Actor
from socle.base.identity import mappings
from socle.base.identity.queries import recognition
from socle.base.identity.queries.recognition import Recognised
from socle.errors import Invalid
from socle.interfaces.fhir.exchange import Answer, Json, base, etag
from socle.interfaces.fhir.patients import READ, entry_of
from socle.interfaces.fhir.subjects import sound


def recognised(resource: Json, actor: Actor, where: str) -> Recognised:
    """Whom we know as this person. Raises Invalid `identity-conflict`, `ins-oid`, `ins-key`, `traits`, where the entry is."""
    received = mappings.received_of(resource)
    if received.matricule:
        sound(received.matricule, received.oid, f"{where}.identifier")
    try:
        return recognition.recognised(actor=actor, received=received)
    except Invalid as refusal:
        raise Invalid(refusal.code, refusal.sentence, where=where) from None


def answered(found: Recognised, actor: Actor) -> Answer:
    """200: the identity that is known, itself only for a token that reads identities."""
    kind, id_, text = entry_of(found.identity)
    headers = [("Location", f"{base()}/{kind}/{id_}"), ("ETag", etag(found.identity.heading.version))]
    return Answer(200, text if READ in actor.rights else b"", headers=headers)


def naming(resource: Json, is_the_person: Callable[[str], bool], named_id: UUID | None) -> Json:
    """The resource with each reference to the Patient of the lot replaced by ours; the same when the lot holds none."""
    if named_id is None:
        return resource
    ours = {"reference": f"Patient/{named_id}"}
    changed = dict(resource)
    if is_the_person(resource.get("subject", {}).get("reference", "")):
        changed["subject"] = resource["subject"] | ours
    context = resource.get("context", {})
    source = context.get("sourcePatientInfo", {})
    if is_the_person(source.get("reference", "")):
        changed["context"] = context | {"sourcePatientInfo": source | ours}
    return changed

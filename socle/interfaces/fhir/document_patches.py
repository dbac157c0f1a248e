"""PATCH of a DocumentReference: JSON Patch or FHIRPath Patch, on three elements and no other (PDSm 3.1.1, flow 03).

Superseding or entering in error by PATCH is the author's deletion (fhir.md §19 line 4): the document reads superseded from then
on, and is never found again.
"""

from __future__ import annotations

import orjson

from socle.errors import Conflict, Invalid, NotFound
from socle.formats.fhir import Patched, apply_fhirpath_patch, apply_json_patch, parse_json_value
from socle.interfaces.fhir import checking
from socle.interfaces.fhir.answering import written
from socle.interfaces.fhir.documents import READ, named
from socle.interfaces.fhir.exchange import MAX_BODY, Answer, Call, Json, version_of
from socle.interfaces.fhir.reading import labels_of
from socle.record.actions.wire import Change, change
from socle.record.mappings.document_reference import ARCHIVED
from socle.record.queries import wire

ENDED = frozenset({"superseded", "entered-in-error"})
CHANGEABLE = (
    "DocumentReference.status",
    "DocumentReference.securityLabel",
    f"DocumentReference.extension('{ARCHIVED}')",
)
ONLY_THESE = "Seuls le statut, la confidentialité (securityLabel) et l’archivage d’un document se modifient."
CHANGED = "Ce document a changé depuis la version indiquée : relisez-le avant de recommencer."


def patch(call: Call) -> Answer:
    """The document, changed: 200, told to who may read it. 412 when it is not in the version that `If-Match` names."""
    document_id = call.uuid() if call.id else named(call, call.parameters)
    if document_id is None:
        raise NotFound()
    expected = version_of(call.if_match)
    present = wire.changing(actor=call.actor, document_id=document_id)
    if expected is not None and expected != present.version:
        raise Conflict("version-attendue", CHANGED)
    before = orjson.loads(present.text)
    patched = _patched(call, before)
    checking.conforming(patched.resource, None)
    wanted = change_of(before, patched)
    if wanted == Change():
        return written(call, str(present.id), present.text, present.version, status=200, scope=READ)
    try:
        changed = change(actor=call.actor, document_id=document_id, wanted=wanted, expected_version=present.version)
    except Conflict as conflict:
        if expected is None or conflict.code != "version":
            raise
        raise Conflict("version-attendue", CHANGED) from None
    return written(call, str(changed.id), changed.fhir_text, changed.version, status=200, scope=READ)


def _patched(call: Call, resource: Json) -> Patched:
    """By what the body is: a list of operations, or Parameters."""
    body = call.body if isinstance(call.body, dict) else parse_json_value(call.body, MAX_BODY)
    if isinstance(body, list):
        return apply_json_patch(resource, body)
    return apply_fhirpath_patch(resource, body)


def change_of(before: Json, patched: Patched) -> Change:
    """What a patch asks of the record. Invalid `patch-forbidden` (405) for any other element, `value` for a state that no
    document takes this way."""
    after = patched.resource
    strange = [path for path in patched.touched if not path.startswith(CHANGEABLE)]
    if _rest(before) != _rest(after):
        raise Invalid("patch-forbidden", ONLY_THESE, where=strange[0] if strange else "DocumentReference")
    old_labels, labels = labels_of(before), labels_of(after)
    old_archived, archived = _archived(before), _archived(after)
    status = after.get("status")
    if status != before["status"] and status not in ENDED:
        raise Invalid("value", "Un document n’est pas rétabli : déposez-le de nouveau.", where="DocumentReference.status")
    return Change(
        labels if labels != old_labels else None,
        archived if archived != old_archived else None,
        status != before["status"],
    )


def _rest(resource: Json) -> Json:
    """The resource without what may change."""
    kept = {name: value for name, value in resource.items() if name not in ("status", "securityLabel", "extension")}
    kept["extension"] = [one for one in resource.get("extension", ()) if one.get("url") != ARCHIVED]
    return kept


def _archived(resource: Json) -> bool:
    found = [one.get("valueBoolean") for one in resource.get("extension", ()) if one.get("url") == ARCHIVED]
    if len(found) > 1 or any(value.__class__ is not bool for value in found):
        raise Invalid("value", "L’archivage est vrai ou faux.", where=CHANGEABLE[2])
    return bool(found and found[0])

"""ITI-65: a lot, its documents and their contents in one transaction (PDSm provide bundle). One door, all of it or nothing.

References inside the Bundle are resolved by `fullUrl`, by `Type/id`, and liberally between both (fhir.md §2.3).
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import orjson

from socle.errors import Conflict, Invalid, Issue
from socle.formats.fhir import apply_fhirpath_patch, apply_json_patch, parse_json_value
from socle.formats.fhir.profile_rules import PROVIDE_BUNDLE, list_kind
from socle.formats.legible import legible
from socle.interfaces.fhir import checking, lot_patients, reading, refusals
from socle.interfaces.fhir.bundles import response, response_entry
from socle.interfaces.fhir.exchange import Answer, Call, Json, base, etag
from socle.interfaces.fhir.subjects import Subject, agreed, subject_of
from socle.record.actions import deposits
from socle.record.incoming import CDA_MEDIA_TYPES, Incoming
from socle.record.mappings.submission_set import Lot
from socle.record.queries import lots
from socle.record.queries.conditions import document_uri
from socle.record.rules import NO_SCOPE, SCOPE_DEPOSIT

MHD = "https://profiles.ihe.net/ITI/MHD/StructureDefinition/"


@dataclass(slots=True)
class _Sent:
    """One entry, where it stands, and what became of it."""

    entry: Json
    where: str
    answer: Answer | None = None

    @property
    def resource(self) -> Json:
        found: Json = self.entry.get("resource", {})
        return found

    @property
    def kind(self) -> str:
        return str(self.resource.get("resourceType", ""))

    @property
    def method(self) -> str:
        return str(self.entry["request"]["method"])


class _Bundle:
    """The entries of a lot, found by every name that references give them."""

    def __init__(self, bundle: Json) -> None:
        self.sent = [_Sent(entry, f"Bundle.entry[{index}]") for index, entry in enumerate(bundle.get("entry", ()))]
        self._named: dict[str, _Sent] = {}
        for one in self.sent:
            full_url, id_ = str(one.entry.get("fullUrl", "")), str(one.resource.get("id", ""))
            last = full_url.rpartition("/")[2].rpartition(":")[2]
            for name in (full_url, f"{one.kind}/{id_}" if id_ else "", f"{one.kind}/{last}" if last else ""):
                if name:
                    self._named.setdefault(name, one)

    def find(self, reference: str) -> _Sent | None:
        return self._named.get(reference) or self._named.get(reference.removeprefix(base() + "/"))

    def is_patient(self, reference: str) -> bool:
        found = self.find(reference) if reference else None
        return found is not None and found.kind == "Patient"

    def of(self, kind: str, method: str = "POST") -> list[_Sent]:
        return [one for one in self.sent if one.kind == kind and one.method == method]

    @property
    def patches(self) -> list[_Sent]:
        return [one for one in self.sent if one.method == "PATCH"]


def deposit(call: Call, bundle: Json) -> Answer:
    """201 for the lot and each document, 200 for the document replaced; a lot sent again by its depositor gets 200 throughout.
    Raises Invalid (422) with the place of every defect, Conflict, Forbidden as the deposit does."""
    if SCOPE_DEPOSIT not in call.actor.rights:
        NO_SCOPE.enforce()
    warnings = checking.comprehensive(bundle, PROVIDE_BUNDLE)
    sent = _Bundle(bundle)
    lot_entry = _the_lot(sent)
    documents = sent.of("DocumentReference")
    contents = _contents(sent, documents)
    person = _person(call, sent)
    subject = subject_of(
        lot_patients.naming(lot_entry.resource, sent.is_patient, person), call.actor, f"{lot_entry.where}.resource"
    )
    if person is not None:
        subject = agreed(subject, Subject(patient_id=person), f"{lot_entry.where}.resource.subject")
    incoming = [
        reading.incoming(
            _with_resolved_targets(sent, lot_patients.naming(one.resource, sent.is_patient, person)),
            call.actor,
            content=contents[id(one)],
            also=subject,
            where=f"{one.where}.resource",
        )
        for one in documents
    ]
    _check_items(sent, lot_entry)
    _check_patches(call, sent, incoming)
    lot = _lot(lot_entry.resource)
    return _answered(call, sent, lot_entry, documents, _kept(call, lot, incoming), warnings)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the record holds now."""

    lot_id: str
    lot_text: str
    documents: Sequence[deposits.Deposited]
    again: bool = False


def _kept(call: Call, lot: Lot, incoming: Sequence[Incoming]) -> _Kept:
    try:
        deposited = deposits.deposit_lot(actor=call.actor, lot=lot, documents=incoming)
    except Conflict as conflict:
        again = _sent_again(call, lot, incoming) if conflict.code == "doublon" else None
        if again is None:
            raise
        return again
    return _Kept(str(deposited.id), deposited.fhir_text, deposited.documents)


def _sent_again(call: Call, lot: Lot, incoming: Sequence[Incoming]) -> _Kept | None:
    """A retry of the very same lot gives what is there."""
    ids = [one.document.header.unique_id if one.document is not None else one.claims.unique_id for one in incoming]
    digests = {id_: hashlib.sha256(one.content).digest() for id_, one in zip(ids, incoming, strict=True)}
    found = lots.retried(actor=call.actor, unique_id=lot.unique_id, digests=digests)
    if found is None:
        return None
    served = [found.documents[id_] for id_ in ids]
    return _Kept(str(found.id), found.text, [deposits.Deposited(one.id, one.text, one.version, False) for one in served], True)


def _the_lot(sent: _Bundle) -> _Sent:
    """The one submission set. Folders are not kept: sending one is refused."""
    folders = [one for one in sent.sent if one.kind == "List" and list_kind(one.resource) != "submissionset"]
    if folders:
        raise Invalid("not-supported", "Les classeurs (folder) ne sont pas conservés ici.", where=folders[0].where)
    strange = [one for one in sent.sent if one.kind == "Bundle"]
    if strange:
        raise Invalid("not-supported", reading.FHIR_DOCUMENT, where=strange[0].where)
    return sent.of("List")[0]


def _person(call: Call, sent: _Bundle) -> UUID | None:
    """Our id of the one Patient that the lot holds, whose entry is answered by the identity that is known; None without one."""
    entries = [one for one in sent.sent if one.kind == "Patient"]
    if not entries:
        return None
    if len(entries) > 1:
        raise Invalid("cardinality", "Un lot concerne une seule personne.", where=entries[1].where)
    found = lot_patients.recognised(entries[0].resource, call.actor, f"{entries[0].where}.resource")
    entries[0].answer = lot_patients.answered(found, call.actor)
    return found.named_id


def _contents(sent: _Bundle, documents: Sequence[_Sent]) -> dict[int, bytes | None]:
    """The content of each document: in a Binary entry, else inside (None). A Binary that no document names would be lost."""
    used: set[int] = set()
    contents: dict[int, bytes | None] = {}
    for one in documents:
        where = f"{one.where}.resource"
        attachment = reading.attachment_of(one.resource, where)
        binary = sent.find(attachment.get("url", ""))
        if binary is None or binary.kind != "Binary":
            if "data" not in attachment:
                sentence = "Le contenu de ce document n’est pas dans le lot."
                raise Invalid("reference", sentence, where=f"{where}.content[0].attachment.url")
            contents[id(one)] = None
            continue
        used.add(id(binary))
        _check_media(reading.media_type_of(one.resource), binary)
        contents[id(one)] = reading.decoded(binary.resource.get("data", ""), f"{binary.where}.resource.data")
    lost = [one for one in sent.of("Binary") if id(one) not in used]
    if lost:
        raise Invalid("reference", "Aucun document du lot ne désigne ce contenu.", where=lost[0].where)
    return contents


def _check_media(media_type: str, binary: _Sent) -> None:
    told = str(binary.resource.get("contentType", "")).split(";")[0].strip().lower()
    if told != media_type and not {told, media_type} <= CDA_MEDIA_TYPES:
        sentence = "Le type de ce contenu diffère de celui que le document annonce."
        raise Invalid("media-type", sentence, where=f"{binary.where}.resource.contentType")


def _with_resolved_targets(sent: _Bundle, resource: Json) -> Json:
    """A document replaced that is named by the entry that patches it is named by its own address."""
    relations = resource.get("relatesTo", ())
    resolved = []
    for relation in relations:
        entry = sent.find(relation.get("target", {}).get("reference", ""))
        if entry is not None and entry.method == "PATCH":
            relation = relation | {"target": {"reference": str(entry.entry["request"]["url"])}}
        resolved.append(relation)
    return resource | {"relatesTo": resolved} if relations else resource


def _check_items(sent: _Bundle, lot_entry: _Sent) -> None:
    """The lot lists documents of the Bundle and nothing else."""
    for index, entry in enumerate(lot_entry.resource.get("entry", ())):
        found = sent.find(entry.get("item", {}).get("reference", ""))
        if found is None or found.kind != "DocumentReference":
            sentence = "Le lot désigne un document qui n’est pas dans l’envoi."
            raise Invalid("association", sentence, where=f"{lot_entry.where}.resource.entry[{index}].item")


def _check_patches(call: Call, sent: _Bundle, incoming: Sequence[Incoming]) -> None:
    """A PATCH of a lot supersedes a document that the lot replaces, and does nothing else: the deposit does it."""
    replaced = {one.claims.replaces for one in incoming if one.claims.replaces is not None}
    for one in sent.patches:
        target = reading.document_named({"reference": str(one.entry["request"]["url"])}, call.actor, one.where)
        if target not in replaced or not _supersedes(one):
            sentence = "Dans un lot, une modification remplace (superseded) un document que le lot remplace, et rien d’autre."
            raise Invalid("not-supported", sentence, where=one.where)
        one.answer = Answer(200, headers=[("Location", f"{base()}/DocumentReference/{target}")])


def _supersedes(one: _Sent) -> bool:
    document: Json = {"resourceType": "DocumentReference", "status": "current"}
    if one.kind == "Parameters":
        patched = apply_fhirpath_patch(document, one.resource)
    else:
        data = reading.decoded(str(one.resource.get("data", "")), f"{one.where}.resource.data")
        patched = apply_json_patch(document, parse_json_value(data))
    return patched.resource == document | {"status": "superseded"}


def _lot(resource: Json) -> Lot:
    """What a List says of a lot. Without an id of its own it gets a new one, and cannot be recognised when it is sent again."""
    extensions = {str(one.get("url", "")): one for one in resource.get("extension", ())}
    identifiers = sorted(resource.get("identifier", ()), key=lambda one: one.get("use") != "usual")
    named = next((document_uri(one.get("system") or None, one.get("value", "")) for one in identifiers), "")
    coding: Json = next(
        iter(extensions.get(MHD + "ihe-designationType", {}).get("valueCodeableConcept", {}).get("coding", ())), {}
    )
    source = extensions.get(MHD + "ihe-sourceId", {}).get("valueIdentifier", {})
    return Lot(
        unique_id=named or f"urn:uuid:{uuid.uuid4()}",
        source_id=str(source.get("value", "")),
        designation_code=str(coding.get("code", "")),
        designation_system=str(coding.get("system", "")),
        title=legible(str(resource.get("title", ""))),
        submitted_at=reading.instant(resource.get("date")),
    )


def _answered(
    call: Call, sent: _Bundle, lot_entry: _Sent, documents: Sequence[_Sent], kept: _Kept, warnings: Sequence[Issue]
) -> Answer:
    """One answer an entry, in the order of the request; warnings of the Bundle stand with the lot."""
    status = 200 if kept.again else 201
    lot_entry.answer = _written("List", kept.lot_id, 1, kept.lot_text, status)
    contents: dict[str, str] = {}
    told = {id(lot_entry): list(warnings)}
    for one, document in zip(documents, kept.documents, strict=True):
        one.answer = _written(
            "DocumentReference", str(document.id), document.version, document.fhir_text, 201 if document.created else 200
        )
        told[id(one)] = list(document.warnings)
        url = reading.attachment_of(one.resource, one.where).get("url", "")
        contents[url] = orjson.loads(document.fhir_text)["content"][0]["attachment"]["url"]
    for url, place in contents.items():
        binary = sent.find(url)
        if binary is not None and binary.kind == "Binary":
            binary.answer = Answer(status, headers=[("Location", f"{base()}/{place}")])
    with_resource = call.prefer.result == "representation"
    entries = []
    for one in sent.sent:
        assert one.answer is not None
        if call.prefer.result == "OperationOutcome" and id(one) in told:
            one.answer = replace(one.answer, body=refusals.outcome(told[id(one)]))
        entries.append(response_entry(one.answer, STATUS[one.answer.status], with_resource=with_resource))
    return response(entries, "transaction-response")


STATUS = {200: "200 OK", 201: "201 Created"}


def _written(kind: str, id_: str, version: int, text: str, status: int) -> Answer:
    headers = [("Location", f"{base()}/{kind}/{id_}/_history/{version}"), ("ETag", etag(version))]
    return Answer(status, text.encode(), headers=headers)

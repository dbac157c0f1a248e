"""METADATA.XML -> a submission set and what it announces of each file. Tolerant: names of elements count, not their namespace.

Nothing of it is believed yet: hash, size and files are compared by `reading`. Raises Invalid `xml-…` or `metadata-…` only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from socle.errors import Invalid
from socle.formats.cda.intake import root_element
from socle.formats.cda.values import NO_CODE, Code
from socle.formats.xdm import datatypes as types
from socle.formats.xdm import ebrim
from socle.formats.xdm.values import Action, Author, DocumentEntry, Relation, Relationship, Submission

Element = etree._Element
_ROOTS = ("SubmitObjectsRequest", "ProvideAndRegisterDocumentSetRequest")
SENTENCES = {
    "metadata-shape": "Le fichier METADATA.XML de l’archive n’a pas la forme attendue.",
    "metadata-set": "Le fichier METADATA.XML de l’archive ne décrit pas un lot de documents.",
    "metadata-document": "Un document décrit dans l’archive n’a pas d’identifiant ou de nom de fichier.",
}


@dataclass(frozen=True, slots=True)
class Announced:
    """What the metadata says of a file: the entry without its bytes, and the hash and size to compare (empty: not said)."""

    entry: DocumentEntry
    sha1: str = ""
    size: str = ""


@dataclass(frozen=True, slots=True)
class Metadata:
    """The set without its documents, and the documents announced, in order."""

    submission: Submission
    announced: tuple[Announced, ...] = field(default=())


def read_metadata(content: bytes) -> Metadata:
    root = root_element(content)
    if _local(root) not in _ROOTS:
        raise _refusal("metadata-shape")
    objects = [element for element in root.iter() if _local(element) in _OBJECTS]
    marked = {
        element.get("classifiedObject", "")
        for element in objects
        if _local(element) == "Classification" and element.get("classificationNode", "").lower() == ebrim.SUBMISSION_SET
    }
    packages = [element for element in objects if _local(element) == "RegistryPackage" and element.get("id", "") in marked]
    if len(packages) != 1:
        raise _refusal("metadata-set")
    documents = [element for element in objects if _local(element) == "ExtrinsicObject"]
    associations = [element for element in objects if _local(element) == "Association"]
    return Metadata(_submission(packages[0], associations), tuple(_announced(element) for element in documents))


_OBJECTS = frozenset({"ExtrinsicObject", "RegistryPackage", "Classification", "Association"})


def _refusal(code: str) -> Invalid:
    return Invalid(code, SENTENCES[code], where="METADATA.XML")


def _local(element: Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _children(element: Element | None, name: str) -> Iterator[Element]:
    if element is not None:
        yield from (child for child in element if _local(child) == name)


def _slots(element: Element) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for slot in _children(element, "Slot"):
        values = (value for box in _children(slot, "ValueList") for value in _children(box, "Value"))
        found.setdefault(slot.get("name", ""), tuple(text for value in values if (text := (value.text or "").strip())))
    return found


def _one(slots: dict[str, tuple[str, ...]], name: str) -> str:
    return next(iter(slots.get(name, ())), "")


def _words(element: Element, name: str) -> str:
    texts = (text for box in _children(element, name) for text in _children(box, "LocalizedString"))
    return next((found for text in texts if (found := text.get("value", "").strip())), "")


def _external(element: Element, scheme: str) -> str:
    found = (item for item in _children(element, "ExternalIdentifier") if _is(item, "identificationScheme", scheme))
    return next((item.get("value", "").strip() for item in found), "")


def _classified(element: Element, scheme: str) -> Iterator[Element]:
    yield from (item for item in _children(element, "Classification") if _is(item, "classificationScheme", scheme))


def _is(element: Element, attribute: str, uuid: str) -> bool:
    return element.get(attribute, "").strip().lower() == uuid


def _codes(element: Element, scheme: str) -> tuple[Code, ...]:
    found = (
        Code(item.get("nodeRepresentation", "").strip(), _one(_slots(item), "codingScheme"), _words(item, "Name"))
        for item in _classified(element, scheme)
    )
    return tuple(code for code in found if code)


def _code(element: Element, scheme: str) -> Code:
    return next(iter(_codes(element, scheme)), NO_CODE)


def _authors(element: Element, scheme: str) -> tuple[Author, ...]:
    return tuple(_author(_slots(item)) for item in _classified(element, scheme))


def _author(slots: dict[str, tuple[str, ...]]) -> Author:
    person = _one(slots, "authorPerson")
    return Author(
        types.read_person(person) if person else None,
        tuple(types.read_institution(value) for value in slots.get("authorInstitution", ())),
        tuple(types.unescaped(value) for value in slots.get("authorRole", ())),
        tuple(types.read_coded_text(value) for value in slots.get("authorSpecialty", ())),
    )


def _announced(element: Element) -> Announced:
    slots = _slots(element)
    authenticator = _one(slots, "legalAuthenticator")
    unique_id, uri = _external(element, ebrim.DOCUMENT_UNIQUE_ID), _uri(slots.get("URI", ()))
    if not unique_id or not uri:
        raise _refusal("metadata-document")
    entry = DocumentEntry(
        content=b"",
        uri=uri,
        unique_id=unique_id,
        entry_uuid=element.get("id", "").strip(),
        media_type=element.get("mimeType", "").strip().lower(),
        title=_words(element, "Name"),
        comments=_words(element, "Description"),
        language=_one(slots, "languageCode"),
        version=next((item.get("versionName", "").strip() for item in _children(element, "VersionInfo")), ""),
        type_code=_code(element, ebrim.TYPE),
        class_code=_code(element, ebrim.CLASS),
        format_code=_code(element, ebrim.FORMAT),
        practice_setting=_code(element, ebrim.SETTING),
        facility_type=_code(element, ebrim.FACILITY),
        confidentiality=_codes(element, ebrim.CONFIDENTIALITY),
        event_codes=_codes(element, ebrim.EVENT),
        reference_ids=slots.get(ebrim.REFERENCE_IDS, ()),
        created_at=types.read_instant(_one(slots, "creationTime")),
        started_at=types.read_instant(_one(slots, "serviceStartTime")),
        ended_at=types.read_instant(_one(slots, "serviceStopTime")),
        authors=_authors(element, ebrim.DOCUMENT_AUTHOR),
        legal_authenticator=types.read_person(authenticator) if authenticator else None,
        patient_id=types.read_identifier(_external(element, ebrim.DOCUMENT_PATIENT)),
        source_patient_id=types.read_identifier(_one(slots, "sourcePatientId")),
        source_patient=types.read_source_patient(slots.get("sourcePatientInfo", ())),
        action=_action(slots),
    )
    return Announced(entry, _one(slots, "hash").lower(), _one(slots, "size"))


def _uri(values: tuple[str, ...]) -> str:
    """The name of the file; a long one is cut in numbered pieces, `1|…`, `2|…` (IHE ITI TF-3 §4.2.3.2.27)."""
    if len(values) > 1 and all(value[:1].isdigit() and value[1:2] == "|" for value in values):
        return "".join(value[2:] for value in sorted(values)).strip()
    return next(iter(values), "")


def _action(slots: dict[str, tuple[str, ...]]) -> Action:
    """Of a slot named `action`, alone or at the end of a URN."""
    said = next((values[0] for name, values in slots.items() if values and name.rpartition(":")[2].lower() == ebrim.ACTION), "")
    return next((action for action in Action if action.value == said.strip().upper()), Action.SEND)


def _submission(element: Element, associations: list[Element]) -> Submission:
    slots = _slots(element)
    relations = ((item, _relation(item.get("associationType", ""))) for item in associations)
    return Submission(
        unique_id=_external(element, ebrim.SET_UNIQUE_ID),
        entry_uuid=element.get("id", "").strip(),
        source_id=_external(element, ebrim.SET_SOURCE_ID),
        submitted_at=types.read_instant(_one(slots, "submissionTime")),
        title=_words(element, "Name"),
        comments=_words(element, "Description"),
        content_type=_code(element, ebrim.CONTENT_TYPE),
        authors=_authors(element, ebrim.SET_AUTHOR),
        patient_id=types.read_identifier(_external(element, ebrim.SET_PATIENT)),
        relationships=tuple(
            Relationship(relation, item.get("sourceObject", "").strip(), item.get("targetObject", "").strip())
            for item, relation in relations
            if relation is not None
        ),
    )


def _relation(kind: str) -> Relation | None:
    """Of the last part of the type, whatever the version of ebRIM; None for membership and what is unknown."""
    try:
        return Relation(kind.strip().rpartition(":")[2])
    except ValueError:
        return None

"""A submission set -> METADATA.XML (ebRIM 3.0), the same bytes each time. What the French convention asks for is required.

Source: IHE ITI TF-3 §4.2.3; CI-SIS volet Partage de documents de santé (required attributes); ebRIM 3.0 (lengths).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from socle.formats.cda.values import Code
from socle.formats.xdm import datatypes as types
from socle.formats.xdm import ebrim
from socle.formats.xdm.values import Author, DocumentEntry, Submission

Element = etree._Element
_RIM = f"{{{ebrim.RIM}}}"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def write_metadata(submission: Submission) -> bytes:
    """The file, for a set that `writing` has checked."""
    return _Writer().write(submission)


class _Writer:
    def __init__(self) -> None:
        self._count = 0
        self._root = etree.Element(f"{{{ebrim.LCM}}}SubmitObjectsRequest", nsmap={"lcm": ebrim.LCM, None: ebrim.RIM})
        self._list = etree.SubElement(self._root, _RIM + "RegistryObjectList")

    def write(self, submission: Submission) -> bytes:
        for document in submission.documents:
            self._document(document)
        self._package(submission)
        self._add(self._list, "Classification", classifiedObject=submission.entry_uuid, classificationNode=ebrim.SUBMISSION_SET)
        for document in submission.documents:
            member = self._association(ebrim.HAS_MEMBER, submission.entry_uuid, document.entry_uuid)
            _slot(member, "SubmissionSetStatus", ["Original"])
        for link in submission.relationships:
            self._association(ebrim.RELATION + link.relation.value, link.source, link.target)
        return etree.tostring(self._root, xml_declaration=True, encoding="UTF-8", pretty_print=True)

    def _add(self, parent: Element, tag: str, **attributes: str) -> Element:
        """An object with an id of its own."""
        self._count += 1
        return etree.SubElement(parent, _RIM + tag, {"id": f"id{self._count}"} | attributes)

    def _association(self, kind: str, source: str, target: str) -> Element:
        return self._add(
            self._list,
            "Association",
            objectType=ebrim.ASSOCIATION,
            associationType=kind,
            sourceObject=source,
            targetObject=target,
        )

    def _document(self, entry: DocumentEntry) -> None:
        element = etree.SubElement(
            self._list,
            _RIM + "ExtrinsicObject",
            {
                "id": entry.entry_uuid,
                "objectType": ebrim.STABLE_DOCUMENT,
                "status": ebrim.APPROVED,
                "mimeType": entry.media_type,
            },
        )
        for name, values in _document_slots(entry):
            _slot(element, name, values)
        _words(element, entry.title, entry.comments, entry.version)
        self._authors(element, ebrim.DOCUMENT_AUTHOR, entry.entry_uuid, entry.authors)
        for scheme, codes in _document_codes(entry):
            for code in codes:
                self._code(element, scheme, entry.entry_uuid, code)
        if entry.patient_id:
            patient = types.write_identifier(entry.patient_id)
            self._identifier(element, ebrim.DOCUMENT_PATIENT, entry.entry_uuid, patient, "XDSDocumentEntry.patientId")
        self._identifier(element, ebrim.DOCUMENT_UNIQUE_ID, entry.entry_uuid, entry.unique_id, "XDSDocumentEntry.uniqueId")

    def _package(self, submission: Submission) -> None:
        own = submission.entry_uuid
        element = etree.SubElement(
            self._list, _RIM + "RegistryPackage", {"id": own, "objectType": ebrim.REGISTRY_PACKAGE, "status": ebrim.SUBMITTED}
        )
        if submission.submitted_at:
            _slot(element, "submissionTime", [types.write_instant(submission.submitted_at)])
        _words(element, submission.title, submission.comments)
        self._authors(element, ebrim.SET_AUTHOR, own, submission.authors)
        self._code(element, ebrim.CONTENT_TYPE, own, submission.content_type)
        if submission.patient_id:
            patient = types.write_identifier(submission.patient_id)
            self._identifier(element, ebrim.SET_PATIENT, own, patient, "XDSSubmissionSet.patientId")
        self._identifier(element, ebrim.SET_SOURCE_ID, own, submission.source_id, "XDSSubmissionSet.sourceId")
        self._identifier(element, ebrim.SET_UNIQUE_ID, own, submission.unique_id, "XDSSubmissionSet.uniqueId")

    def _classification(self, parent: Element, scheme: str, own: str, code: str) -> Element:
        return self._add(
            parent,
            "Classification",
            objectType=ebrim.CLASSIFICATION,
            classificationScheme=scheme,
            classifiedObject=own,
            nodeRepresentation=code,
        )

    def _code(self, parent: Element, scheme: str, own: str, code: Code) -> None:
        element = self._classification(parent, scheme, own, code.code)
        _slot(element, "codingScheme", [code.system])
        _localized(element, "Name", code.display)

    def _authors(self, parent: Element, scheme: str, own: str, authors: Iterable[Author]) -> None:
        for author in authors:
            element = self._classification(parent, scheme, own, "")
            for name, values in author_slots(author):
                _slot(element, name, values)

    def _identifier(self, parent: Element, scheme: str, own: str, value: str, name: str) -> None:
        element = self._add(
            parent,
            "ExternalIdentifier",
            objectType=ebrim.EXTERNAL_IDENTIFIER,
            registryObject=own,
            identificationScheme=scheme,
            value=value,
        )
        _localized(element, "Name", name)


def author_slots(author: Author) -> Iterator[tuple[str, list[str]]]:
    if author.institutions:
        yield "authorInstitution", [types.write_institution(found) for found in author.institutions]
    if author.person:
        yield "authorPerson", [types.write_person(author.person)]
    if author.roles:
        yield "authorRole", [types.escaped(role) for role in author.roles]
    if author.specialties:
        yield "authorSpecialty", [types.write_coded_text(code) for code in author.specialties]


def _document_slots(entry: DocumentEntry) -> Iterator[tuple[str, list[str]]]:
    for name, instant in (
        ("creationTime", entry.created_at),
        ("serviceStartTime", entry.started_at),
        ("serviceStopTime", entry.ended_at),
    ):
        if instant:
            yield name, [types.write_instant(instant)]
    yield "hash", [entry.sha1.hex()]
    yield "size", [str(entry.size)]
    yield "URI", [entry.uri]
    if entry.language:
        yield "languageCode", [entry.language]
    if entry.legal_authenticator:
        yield "legalAuthenticator", [types.write_person(entry.legal_authenticator)]
    if entry.source_patient_id:
        yield "sourcePatientId", [types.write_identifier(entry.source_patient_id)]
    if lines := types.write_source_patient(entry.source_patient):
        yield "sourcePatientInfo", list(lines)
    if entry.reference_ids:
        yield ebrim.REFERENCE_IDS, list(entry.reference_ids)
    if entry.action:
        yield ebrim.ACTION, [entry.action.value]


def _document_codes(entry: DocumentEntry) -> Iterator[tuple[str, tuple[Code, ...]]]:
    yield ebrim.CLASS, (entry.class_code,)
    yield ebrim.CONFIDENTIALITY, entry.confidentiality
    yield ebrim.EVENT, entry.event_codes
    yield ebrim.FORMAT, (entry.format_code,)
    yield ebrim.FACILITY, (entry.facility_type,)
    yield ebrim.SETTING, (entry.practice_setting,)
    yield ebrim.TYPE, (entry.type_code,)


def _slot(parent: Element, name: str, values: list[str]) -> None:
    box = etree.SubElement(etree.SubElement(parent, _RIM + "Slot", {"name": name}), _RIM + "ValueList")
    for value in values:
        etree.SubElement(box, _RIM + "Value").text = value


def _localized(parent: Element, tag: str, value: str) -> None:
    box = etree.SubElement(parent, _RIM + tag)
    etree.SubElement(box, _RIM + "LocalizedString", {_LANGUAGE: "fr-FR", "charset": "UTF-8", "value": value})


def _words(parent: Element, title: str, comments: str, version: str = "") -> None:
    if title:
        _localized(parent, "Name", title)
    if comments:
        _localized(parent, "Description", comments)
    if version:
        etree.SubElement(parent, _RIM + "VersionInfo", {"versionName": version})

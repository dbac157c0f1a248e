"""The header of a French document, in the order of the schema.

Source: CI-SIS Volet Structuration Minimale de Documents de Santé (1.2.250.1.213.1.1.1.1); HL7 CDA R2 §4.2.
"""

from __future__ import annotations

from lxml import etree

from socle.formats.cda.header import Encounter, Header, Organization, ParentDocument, Party, Patient, ServiceEvent
from socle.formats.cda.values import Code
from socle.formats.cda.writer import elements as x
from socle.formats.cda.writer.elements import Element, add

_SEXES = {"M": "Masculin", "F": "Féminin", "UN": "Inconnu"}
_SEX_SYSTEM = "2.16.840.1.113883.5.1"
_LABORATORY_EVENT = "1.3.6.1.4.1.19376.1.3.3"
_LABORATORY_PERFORMER = "1.3.6.1.4.1.19376.1.3.3.1.7"


def write_header(header: Header) -> Element:
    """A `ClinicalDocument` without its body."""
    root = etree.Element(x.HL7 + "ClinicalDocument", nsmap=x.NAMESPACES)
    add(root, "realmCode", code=header.realm)
    add(root, "typeId", root="2.16.840.1.113883.1.3", extension="POCD_HD000040")
    for template in header.template_ids:
        add(root, "templateId", root=template.root, extension=template.extension)
    x.identifier(root, header.id)
    x.coded(root, "code", header.type)
    add(root, "title", header.title)
    x.moment(root, "effectiveTime", header.effective)
    for confidentiality in header.confidentiality:
        x.coded(root, "confidentialityCode", confidentiality)
    add(root, "languageCode", code=header.language)
    x.identifier(root, header.set_id, "setId")
    add(root, "versionNumber", value=str(header.version))
    _patient(root, header.patient)
    for author in header.authors:
        _author(root, author)
    for informant in header.informants:
        _informant(root, informant)
    if header.custodian:
        _custodian(root, header.custodian)
    for recipient in header.recipients:
        _recipient(root, recipient)
    if header.legal_authenticator:
        _signer(root, "legalAuthenticator", header.legal_authenticator)
    for authenticator in header.authenticators:
        _signer(root, "authenticator", authenticator)
    for participant in header.participants:
        _participant(root, participant)
    for order in header.orders:
        x.identifier(add(add(root, "inFulfillmentOf"), "order"), order)
    laboratory = any(template.root == _LABORATORY_EVENT for template in header.template_ids)
    for rank, event in enumerate(header.events):
        _event(root, event, laboratory=laboratory and rank == 0)
    for parent in header.parents:
        _parent(root, parent)
    if header.encounter:
        _encounter(root, header.encounter)
    return root


def _patient(root: Element, patient: Patient) -> None:
    role = add(add(root, "recordTarget"), "patientRole")
    for found in patient.ids:
        x.identifier(role, found)
    x.address(role, patient.address, use="H", required=True)
    x.telecoms(role, patient.telecoms, use="H", null="UNK")
    person = add(role, "patient", classCode="PSN")
    x.name(person, patient.name)
    add(
        person,
        "administrativeGenderCode",
        code=patient.sex,
        displayName=_SEXES.get(patient.sex, ""),
        codeSystem=_SEX_SYSTEM,
    )
    x.moment(person, "birthTime", patient.birth_on)
    for guardian in patient.guardians:
        element = add(person, "guardian")
        x.address(element, guardian.address, use="H", required=True)
        x.telecoms(element, guardian.telecoms, use="H", null="NAV")
        x.name(add(element, "guardianPerson"), guardian.name)
    place = add(add(person, "birthplace"), "place")
    if patient.birth_place and patient.birth_place != patient.birth_address.city:
        add(place, "name", patient.birth_place)
    x.address(place, patient.birth_address)


def _author(root: Element, author: Party) -> None:
    element = add(root, "author")
    if author.function:
        x.coded(element, "functionCode", author.function)
    x.moment(element, "time", author.time)
    assigned_author(element, author)


def assigned_author(parent: Element, author: Party) -> None:
    assigned = add(parent, "assignedAuthor", classCode="ASSIGNED")
    for found in author.ids:
        x.identifier(assigned, found)
    if author.code:
        x.coded(assigned, "code", author.code)
    x.address(assigned, author.address, required=True)
    x.telecoms(assigned, author.telecoms, use="WP", null="NAV")
    if author.device:
        device = add(assigned, "assignedAuthoringDevice")
        add(device, "manufacturerModelName", author.device)
        add(device, "softwareName", author.device)
    else:
        x.name(add(assigned, "assignedPerson"), author.name)
    if author.organization:
        _organization(assigned, "representedOrganization", author.organization)


def assigned_entity(parent: Element, party: Party) -> None:
    entity = add(parent, "assignedEntity", classCode="ASSIGNED")
    for found in party.ids:
        x.identifier(entity, found)
    if party.code:
        x.coded(entity, "code", party.code)
    x.address(entity, party.address, required=True)
    x.telecoms(entity, party.telecoms, use="WP", null="NAV")
    x.name(add(entity, "assignedPerson"), party.name)
    if party.organization:
        _organization(entity, "representedOrganization", party.organization)


def _organization(parent: Element, tag: str, organization: Organization) -> None:
    element = add(parent, tag)
    for found in organization.ids:
        x.identifier(element, found)
    add(element, "name", organization.name)
    x.telecoms(element, organization.telecoms, use="WP", null="NAV")
    x.address(element, organization.address, required=True)
    if organization.practice_setting and tag != "representedCustodianOrganization":
        x.coded(element, "standardIndustryClassCode", organization.practice_setting)


def _informant(root: Element, informant: Party) -> None:
    related = add(add(root, "informant"), "relatedEntity", classCode=informant.role)
    if informant.code:
        x.coded(related, "code", informant.code)
    x.address(related, informant.address, required=True)
    x.telecoms(related, informant.telecoms, use="MC", null="NAV")
    x.name(add(related, "relatedPerson"), informant.name)


def _custodian(root: Element, custodian: Organization) -> None:
    _organization(add(add(root, "custodian"), "assignedCustodian"), "representedCustodianOrganization", custodian)


def _recipient(root: Element, recipient: Party) -> None:
    intended = add(add(root, "informationRecipient"), "intendedRecipient")
    for found in recipient.ids:
        x.identifier(intended, found)
    x.telecoms(intended, recipient.telecoms)
    x.name(add(intended, "informationRecipient"), recipient.name)
    if recipient.organization:
        _organization(intended, "receivedOrganization", recipient.organization)


def _signer(root: Element, tag: str, signer: Party) -> None:
    element = add(root, tag)
    x.moment(element, "time", signer.time)
    add(element, "signatureCode", code="S")
    assigned_entity(element, signer)


def _participant(root: Element, participant: Party) -> None:
    element = add(root, "participant", typeCode=participant.type)
    if participant.function:
        x.coded(element, "functionCode", participant.function)
    if participant.period:
        x.period(element, "time", participant.period, kind="IVL_TS")
    else:
        add(element, "time", nullFlavor="NA")
    associated = add(element, "associatedEntity", classCode=participant.role or "PROV")
    for found in participant.ids:
        x.identifier(associated, found)
    if participant.code:
        x.coded(associated, "code", participant.code)
    x.address(associated, participant.address, required=True)
    x.telecoms(associated, participant.telecoms, use="WP", null="NAV")
    x.name(add(associated, "associatedPerson"), participant.name)
    if participant.organization:
        _organization(associated, "scopingOrganization", participant.organization)


def _event(root: Element, event: ServiceEvent, *, laboratory: bool) -> None:
    element = add(add(root, "documentationOf"), "serviceEvent")
    for found in event.ids:
        x.identifier(element, found)
    if event.code:
        x.coded(element, "code", event.code)
    if laboratory:
        etree.SubElement(element, x.LAB + "statusCode", {"code": "completed"})
    if event.period:
        x.period(element, "effectiveTime", event.period)
    for performer in event.performers:
        performed = add(element, "performer", typeCode="PRF")
        if laboratory:
            x.templates(performed, _LABORATORY_PERFORMER)
            moment = performer.time or event.period.end or event.period.start
            x.moment(add(performed, "time"), "high", moment)
        assigned_entity(performed, performer)


def _parent(root: Element, parent: ParentDocument) -> None:
    """Its set id is not written: the minimal structure knows the id and the version only."""
    document = add(add(root, "relatedDocument", typeCode=parent.relation), "parentDocument")
    for found in parent.ids:
        x.identifier(document, found)
    if parent.version is not None:
        add(document, "versionNumber", value=str(parent.version))


def _encounter(root: Element, encounter: Encounter) -> None:
    element = add(add(root, "componentOf"), "encompassingEncounter")
    for found in encounter.ids:
        x.identifier(element, found)
    if encounter.code:
        x.coded(element, "code", encounter.code)
    x.period(element, "effectiveTime", encounter.period)
    if encounter.responsible:
        assigned_entity(add(element, "responsibleParty"), encounter.responsible)
    facility = add(add(element, "location"), "healthCareFacility")
    for found in encounter.facility_ids:
        x.identifier(facility, found)
    if encounter.facility_type:
        x.coded(facility, "code", encounter.facility_type)
    if encounter.facility_name:
        add(add(facility, "location"), "name", encounter.facility_name)


NORMAL = Code("N", "2.16.840.1.113883.5.25", "Normal")

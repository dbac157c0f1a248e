"""`ClinicalDocument` element -> `Header`. Tolerant: the missing is empty; the gate of a deposit says what it needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from socle.formats.cda.datatypes import (
    Element,
    address,
    attribute,
    child,
    children,
    code,
    descend,
    identifier,
    identifiers,
    moment,
    name,
    period,
    words,
)
from socle.formats.cda.header import (
    NO_PATIENT,
    Encounter,
    Header,
    Organization,
    ParentDocument,
    Party,
    Patient,
    ServiceEvent,
)
from socle.formats.cda.intake import HL7
from socle.formats.cda.values import NO_NAME

T = TypeVar("T")

_ROLES = ("assignedAuthor", "assignedEntity", "associatedEntity", "relatedEntity", "intendedRecipient")
_PERSONS = ("assignedPerson", "associatedPerson", "relatedPerson", "informationRecipient", "guardianPerson")
_ORGANIZATIONS = ("representedOrganization", "scopingOrganization", "receivedOrganization", "guardianOrganization")


def header(document: Element) -> Header:
    """The facts before the body. Takes one pass over the children of the root, whatever their order."""
    found: dict[str, list[Element]] = {}
    for element in document.iterchildren():
        if isinstance(element.tag, str) and element.tag.startswith(HL7):
            found.setdefault(element.tag[len(HL7) :], []).append(element)

    def one(tag: str) -> Element | None:
        return found[tag][0] if tag in found else None

    def parties(tag: str) -> tuple[Party, ...]:
        return tuple(party(element) for element in found.get(tag, ()))

    legal = one("legalAuthenticator")
    return Header(
        realm=attribute(one("realmCode"), "code"),
        template_ids=tuple(i for element in found.get("templateId", ()) if (i := identifier(element))),
        id=identifier(one("id")),
        set_id=identifier(one("setId")),
        version=_version(one("versionNumber")),
        parents=tuple(p for element in found.get("relatedDocument", ()) for p in _parents(element)),
        type=code(one("code")),
        title=words(one("title")),
        effective=moment(one("effectiveTime")),
        confidentiality=tuple(code(element) for element in found.get("confidentialityCode", ())),
        language=attribute(one("languageCode"), "code"),
        patient=_patient(one("recordTarget")),
        patient_count=len(found.get("recordTarget", ())),
        authors=parties("author"),
        custodian=_organization(descend(one("custodian"), "assignedCustodian", "representedCustodianOrganization")),
        legal_authenticator=party(legal) if legal is not None else None,
        authenticators=parties("authenticator"),
        participants=parties("participant"),
        informants=parties("informant"),
        recipients=parties("informationRecipient"),
        events=_each(found.get("documentationOf", ()), "serviceEvent", _event),
        encounter=_encounter(descend(one("componentOf"), "encompassingEncounter")),
        orders=tuple(i for e in found.get("inFulfillmentOf", ()) for i in identifiers(child(e, "order"))),
    )


def _each(elements: Sequence[Element], tag: str, read: Callable[[Element], T]) -> tuple[T, ...]:
    return tuple(read(inner) for element in elements if (inner := child(element, tag)) is not None)


def _version(element: Element | None) -> int | None:
    raw = attribute(element, "value")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) <= 9 else None


def _parents(element: Element) -> list[ParentDocument]:
    relation = element.get("typeCode") or ""
    return [
        ParentDocument(
            relation, identifiers(parent), identifier(child(parent, "setId")), _version(child(parent, "versionNumber"))
        )
        for parent in children(element, "parentDocument")
    ]


def _patient(record_target: Element | None) -> Patient:
    role = descend(record_target, "patientRole")
    if role is None:
        return NO_PATIENT
    person = child(role, "patient")
    place = descend(person, "birthplace", "place")
    return Patient(
        ids=identifiers(role),
        name=name(descend(person, "name")),
        birth_on=moment(descend(person, "birthTime")),
        sex=attribute(descend(person, "administrativeGenderCode"), "code"),
        birth_place=words(descend(place, "addr", "city")) or words(descend(place, "name")),
        birth_address=address(descend(place, "addr")),
        address=address(child(role, "addr")),
        telecoms=_telecoms(role),
        guardians=tuple(_role(guardian) for guardian in children(person, "guardian")) if person is not None else (),
    )


def _telecoms(element: Element) -> tuple[str, ...]:
    return tuple(value for item in children(element, "telecom") if (value := attribute(item, "value")))


def _organization(element: Element | None) -> Organization | None:
    if element is None:
        return None
    return Organization(
        ids=identifiers(element),
        name=words(child(element, "name")),
        practice_setting=code(child(element, "standardIndustryClassCode")),
        telecoms=_telecoms(element),
        address=address(child(element, "addr")),
    )


def _first(element: Element, tags: tuple[str, ...]) -> Element | None:
    return next((found for tag in tags if (found := child(element, tag)) is not None), None)


def party(participation: Element) -> Party:
    """Somebody of the header or of an entry, from the participation (`author`, `performer`, `participant`…)."""
    time = child(participation, "time")
    return _role(
        _first(participation, _ROLES),
        type_code=participation.get("typeCode") or "",
        function=child(participation, "functionCode"),
        time=time,
    )


def _role(role: Element | None, type_code: str = "", function: Element | None = None, time: Element | None = None) -> Party:
    if role is None:
        return Party(type=type_code, function=code(function), time=moment(time), period=period(time))
    device = child(role, "assignedAuthoringDevice")
    person = _first(role, _PERSONS)
    return Party(
        ids=identifiers(role),
        name=name(child(person, "name")) if person is not None else NO_NAME,
        code=code(child(role, "code")),
        role=role.get("classCode") or "",
        type=type_code,
        function=code(function),
        device=" ".join(text for tag in ("manufacturerModelName", "softwareName") if (text := words(descend(device, tag)))),
        organization=_organization(_first(role, _ORGANIZATIONS)),
        time=moment(time),
        period=period(time),
        telecoms=_telecoms(role),
        address=address(child(role, "addr")),
    )


def _event(element: Element) -> ServiceEvent:
    return ServiceEvent(
        ids=identifiers(element),
        code=code(child(element, "code")),
        period=period(child(element, "effectiveTime")),
        performers=tuple(party(performer) for performer in children(element, "performer")),
    )


def _encounter(element: Element | None) -> Encounter | None:
    if element is None:
        return None
    facility = descend(element, "location", "healthCareFacility")
    responsible = child(element, "responsibleParty")
    return Encounter(
        ids=identifiers(element),
        code=code(child(element, "code")),
        period=period(child(element, "effectiveTime")),
        facility_ids=identifiers(facility),
        facility_type=code(descend(facility, "code")),
        facility_name=words(descend(facility, "location", "name"))
        or words(descend(facility, "serviceProviderOrganization", "name")),
        responsible=party(responsible) if responsible is not None else None,
    )

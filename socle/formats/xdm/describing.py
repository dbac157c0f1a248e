"""A CDA document -> its DocumentEntry: the header says, the caller adds what only the nomenclatures or the record know.

Source: CI-SIS annexe Lien entre l'en-tête CDA et les métadonnées XDS; rules.md §2.2.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from socle.errors import Invalid
from socle.formats import cda
from socle.formats.cda.values import NO_CODE, Code, Identifier, Moment
from socle.formats.identifiers import document_id
from socle.formats.identifiers.professional import IDNPS_OID
from socle.formats.identifiers.structure import IDNST_OID
from socle.formats.xdm import datatypes as types
from socle.formats.xdm.values import Action, Author, DocumentEntry, Institution, Person, SourcePatient
from socle.formats.xdm.writing import document_uri


@dataclass(frozen=True, slots=True)
class Terms:
    """What the header does not say, or says in other words: coded by the caller. An empty code leaves the header's own."""

    class_code: Code
    format_code: Code
    facility_type: Code = NO_CODE
    practice_setting: Code = NO_CODE
    marks: tuple[Code, ...] = ()
    """Visibility codes to say beside those of the header."""


def describe(content: bytes, entry_uuid: UUID, terms: Terms, *, rank: int = 1, action: Action = Action.SEND) -> DocumentEntry:
    """The entry of a CDA document. Raises Invalid: a code of the parser, or `header` when it has neither id nor date."""
    header = cda.parse(content).header
    if header.id is None or header.effective is None:
        raise Invalid("header", "L’en-tête du document n’a ni identifiant ni date lisibles.", where="/ClinicalDocument")
    patient = header.patient
    ins = patient.ins
    local = next((found for found in patient.ids if found.root not in cda.INS_ROOTS and found.extension), None)
    started, ended = _service(header)
    return DocumentEntry(
        content=content,
        uri=document_uri(rank, "text/xml"),
        unique_id=document_id(header.id.root, header.id.extension).xds(),
        entry_uuid=entry_uuid.urn,
        media_type="text/xml",
        title=header.title.strip() or header.type.label,
        language=header.language or "fr-FR",
        version=str(header.version) if header.version is not None else "",
        type_code=_plain(header.type),
        class_code=_plain(terms.class_code),
        format_code=_plain(terms.format_code),
        practice_setting=_plain(terms.practice_setting or header.practice_setting),
        facility_type=_plain(terms.facility_type or (header.encounter.facility_type if header.encounter else NO_CODE)),
        confidentiality=_distinct((*header.confidentiality, *terms.marks)),
        event_codes=_distinct(event.code for event in header.events if event.code.code),
        reference_ids=tuple(types.write_identifier(order) for order in header.orders if order.extension),
        created_at=_utc(header.effective),
        started_at=started or _utc(header.effective),
        ended_at=ended,
        authors=tuple(_author(party) for party in header.authors),
        legal_authenticator=_person(header.legal_authenticator) if header.legal_authenticator else None,
        patient_id=ins or local,
        source_patient_id=local or ins,
        source_patient=_traits(patient),
        action=action,
    )


def _plain(code: Code) -> Code:
    return Code(code.code, code.system, code.label if code.code else "")


def _distinct(codes: Iterable[Code]) -> tuple[Code, ...]:
    return tuple({code.code: _plain(code) for code in codes}.values())


def _utc(moment: Moment) -> datetime:
    return moment.at.astimezone(UTC).replace(microsecond=0)


def _service(header: cda.Header) -> tuple[datetime | None, datetime | None]:
    """Of the principal act, else of the encounter."""
    event = header.events[0].period if header.events else None
    encounter = header.encounter.period if header.encounter else None
    periods = [period for period in (event, encounter) if period]
    start = next((period.start for period in periods if period.start), None)
    end = next((period.end for period in periods if period.end), None)
    return (_utc(start) if start else None), (_utc(end) if end else None)


def _person(party: cda.Party) -> Person:
    """By IDNPS when the header gives it, else by the first identifier; a device by its name."""
    chosen = next((found for found in party.ids if found.root == IDNPS_OID), next(iter(party.ids), Identifier("")))
    if party.device:
        return Person(chosen.extension, party.device, "", "", chosen.root, types.DEVICE)
    kind = "IDNPS" if chosen.root == IDNPS_OID else types.NATIONAL_HEALTH if chosen.root in cda.INS_ROOTS else ""
    name = party.name
    family = name.family("CL") or name.family("") or name.family("BR") or name.text
    given = name.given("CL") or name.given("") or name.given("BR")
    return Person(chosen.extension, family, given, name.prefix, chosen.root, kind)


def _author(party: cda.Party) -> Author:
    institutions = (_institution(party.organization),) if party.organization else ()
    specialties = (_plain(party.code),) if party.code.code else ()
    roles = (party.function.label,) if party.function else ()
    return Author(_person(party), institutions, roles, specialties)


def _institution(organization: cda.Organization) -> Institution:
    chosen = next((found for found in organization.ids if found.root == IDNST_OID), next(iter(organization.ids), Identifier("")))
    return Institution(organization.name, chosen.extension, chosen.root, "IDNST" if chosen.root == IDNST_OID else "")


def _traits(patient: cda.Patient) -> SourcePatient:
    return SourcePatient(
        ids=tuple(found for found in patient.ids if found.extension),
        birth_family_name=patient.birth_family_name,
        first_given_name=patient.first_given_name or next((part.value for part in patient.name.givens), ""),
        given_names=patient.given_names,
        used_family_name=patient.used_family_name,
        used_given_name=patient.used_given_name,
        birth_date=patient.birth_date,
        sex=patient.sex,
        birthplace_code=patient.birthplace_code,
    )

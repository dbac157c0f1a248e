"""The facts of a CDA header, as frozen values: everything XDS metadata and a reader's page need.

Source: CI-SIS Volet Structuration Minimale de Documents de Santé (1.2.250.1.213.1.1.1.1); HL7 CDA R2 §4.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from socle.formats.cda.values import (
    NO_ADDRESS,
    NO_CODE,
    NO_NAME,
    NO_PERIOD,
    Address,
    Code,
    Identifier,
    Moment,
    Name,
    Period,
)
from socle.formats.identifiers.ins import INS_DEMONSTRATION_OID, INS_NIA_OID, INS_NIR_OID, INS_TEST_OID

INS_ROOTS = (INS_NIR_OID, INS_TEST_OID, INS_DEMONSTRATION_OID, INS_NIA_OID)
"""Authorities under which an id of the patient is an INS, in order of choice: a NIR goes before a NIA when both
are sent (IHE PAM France §4.4.1)."""


@dataclass(frozen=True, slots=True)
class Organization:
    ids: tuple[Identifier, ...] = ()
    name: str = ""
    practice_setting: Code = NO_CODE
    """`standardIndustryClassCode`: the practiceSettingCode of XDS."""
    telecoms: tuple[str, ...] = ()
    address: Address = NO_ADDRESS


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody of the header in a role: author, authenticator, participant, performer, informant, recipient…"""

    ids: tuple[Identifier, ...] = ()
    name: Name = NO_NAME
    code: Code = NO_CODE
    """Profession and specialty of a professional (`G15_10/SM26`), or the kinship of a relative."""
    role: str = ""
    """`classCode` of the role: `PROV`, `ECON` (emergency contact), `NOK` (trusted person), `GUARD`…"""
    type: str = ""
    """`typeCode` of the participation: `INF`, `REF`, `PRF`…"""
    function: Code = NO_CODE
    """`PCP` when the person is the médecin traitant."""
    device: str = ""
    """Model and software name of an authoring device."""
    organization: Organization | None = None
    time: Moment | None = None
    period: Period = NO_PERIOD
    telecoms: tuple[str, ...] = ()
    address: Address = NO_ADDRESS


@dataclass(frozen=True, slots=True)
class Patient:
    """Raw values: no check of a key, no normalisation. Absent is empty."""

    ids: tuple[Identifier, ...] = ()
    name: Name = NO_NAME
    birth_on: Moment | None = None
    sex: str = ""
    """`M`, `F` or `U`, as written."""
    birth_place: str = ""
    birth_address: Address = NO_ADDRESS
    address: Address = NO_ADDRESS
    telecoms: tuple[str, ...] = ()
    guardians: tuple[Party, ...] = ()

    @property
    def ins(self) -> Identifier | None:
        """The id under an INS authority, NIR before NIA."""
        return next((found for root in INS_ROOTS for found in self.ids if found.root == root), None)

    @property
    def birth_family_name(self) -> str:
        return self.name.family("BR")

    @property
    def used_family_name(self) -> str:
        return self.name.family("CL")

    @property
    def first_given_name(self) -> str:
        """First given name of the birth certificate."""
        return self.name.given("BR")

    @property
    def used_given_name(self) -> str:
        return self.name.given("CL")

    @property
    def given_names(self) -> str:
        """The list of given names of the birth certificate, as written."""
        return " ".join(part.value for part in self.name.givens if not part.qualifier)

    @property
    def birth_date(self) -> date | None:
        """The day of birth; None when only a year or a month was written."""
        return self.birth_on.on if self.birth_on and len(self.birth_on.raw) >= 8 else None

    @property
    def birthplace_code(self) -> str:
        """Official geographic code of the place of birth."""
        return self.birth_address.commune_code


NO_PATIENT = Patient()


@dataclass(frozen=True, slots=True)
class ParentDocument:
    """A document that this one replaces (`RPLC`), completes (`APND`) or transforms (`XFRM`)."""

    relation: str
    ids: tuple[Identifier, ...] = ()
    set_id: Identifier | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class ServiceEvent:
    """An act documented: the first one is the principal act (eventCodeList, serviceStartTime… of XDS)."""

    ids: tuple[Identifier, ...] = ()
    code: Code = NO_CODE
    period: Period = NO_PERIOD
    performers: tuple[Party, ...] = ()


@dataclass(frozen=True, slots=True)
class Encounter:
    """The stay or contact during which the document was made."""

    ids: tuple[Identifier, ...] = ()
    code: Code = NO_CODE
    period: Period = NO_PERIOD
    facility_ids: tuple[Identifier, ...] = ()
    facility_type: Code = NO_CODE
    """healthcareFacilityTypeCode of XDS (`SA01`…)."""
    facility_name: str = ""
    responsible: Party | None = None


@dataclass(frozen=True, slots=True)
class Header:
    realm: str = ""
    template_ids: tuple[Identifier, ...] = ()
    id: Identifier | None = None
    set_id: Identifier | None = None
    version: int | None = None
    parents: tuple[ParentDocument, ...] = ()
    type: Code = NO_CODE
    title: str = ""
    effective: Moment | None = None
    confidentiality: tuple[Code, ...] = ()
    language: str = ""
    patient: Patient = NO_PATIENT
    patient_count: int = 0
    authors: tuple[Party, ...] = ()
    custodian: Organization | None = None
    legal_authenticator: Party | None = None
    authenticators: tuple[Party, ...] = ()
    participants: tuple[Party, ...] = ()
    informants: tuple[Party, ...] = ()
    recipients: tuple[Party, ...] = ()
    events: tuple[ServiceEvent, ...] = ()
    encounter: Encounter | None = None
    orders: tuple[Identifier, ...] = ()

    @property
    def unique_id(self) -> str:
        """`urn:oid:…` or `urn:uuid:…` of the document, empty when it has no id."""
        return self.id.uri if self.id else ""

    @property
    def replaces(self) -> tuple[Identifier, ...]:
        """Ids of the documents of which this one is a new version."""
        return tuple(found for parent in self.parents if parent.relation == "RPLC" for found in parent.ids)

    @property
    def practice_setting(self) -> Code:
        """Of the principal act's performer, which is where CI-SIS puts it (XDS practiceSettingCode)."""
        for event in self.events:
            for performer in event.performers:
                if performer.organization and performer.organization.practice_setting:
                    return performer.organization.practice_setting
        return NO_CODE

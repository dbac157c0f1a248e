"""Drafts -> documents: the header from the cast, the body by the writer of CDA."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID, uuid5

from socle.clock import PARIS
from socle.deploy.story.drafts import Draft, Laboratory, Note, Paper, Vaccinations
from socle.deploy.story.people import Cast, Patient, Professional, Structure
from socle.deploy.story.printing import laboratory_lines, page
from socle.formats.cda.header import Encounter, Header, Organization, ParentDocument, Party, ServiceEvent
from socle.formats.cda.header import Patient as Subject
from socle.formats.cda.values import NO_ADDRESS, Address, Code, Identifier, Name, NamePart, Period
from socle.formats.cda.writer import (
    MEDECIN_TRAITANT,
    Discharge,
    MedicalSummary,
    Report,
    moment,
    organization,
    patient,
    professional,
    relative,
    write_discharge,
    write_laboratory,
    write_report,
    write_summary,
    write_unstructured,
    write_vaccinations,
)
from socle.formats.names import stored_name

OWN_SPACE = "espace-personnel"
"""The structure that keeps what people deposit themselves."""
_STORY = UUID("7d0f3f0e-5a44-5b7a-9d5e-2c6f0c1a9b10")
_FACILITIES = "1.2.250.1.71.4.2.4"
_ENCOUNTERS = "2.16.840.1.113883.5.4"
_ROLES = "1.2.250.1.213.1.1.4.6"
_OWN_SETTING = Code("EXP_PATIENT", _ROLES, "Expression personnelle du patient")
_AUTHORS = "1.2.250.1.213.1.1.4.5"
_FACILITY_LABELS = {
    "SA01": "Etablissement public de santé",
    "SA04": "Etablissement privé non PSPH",
    "SA05": "Centre de santé",
    "SA07": "Cabinet individuel",
    "SA08": "Cabinet de groupe",
    "SA25": "Laboratoire de biologie médicale",
    "SA33": "Pharmacie d'officine",
    "SA41": "Autre établissement du domaine social ou médico-social",
    "SA52": "Maison de santé ou Pôle de santé",
    "SA57": "Structure de coopération avec mission de coordination de soins",
}
_SETTING_LABELS = {
    "AMBULATOIRE": "Ambulatoire",
    "ETABLISSEMENT": "Etablissement de santé",
    "HAD": "Hospitalisation à domicile",
    "SAMU_SMUR": "SAMU/SMUR",
    "ESSMS": "Etablissement ou Service Social ou Médico-Social",
}
_ENCOUNTER_LABELS = {
    "AMB": "Ambulatoire (hors établissement)",
    "IMP": "Hospitalisation (établissement, y compris HAD)",
    "EMER": "Passage aux urgences (établissement)",
    "HH": "Soins à domicile (hors établissement)",
}


@dataclass(frozen=True, slots=True)
class StoryDocument:
    """A document ready to be deposited. Keys are those of the cast; `document_id` is the `urn:oid:` of its header.

    `visibility` are codes of 1.2.250.1.213.1.1.4.13 to set at the deposit; `replaces` is the id of the version before.
    """

    key: str
    patient: str
    author: str
    depositor: str
    cda: bytes
    type_code: str
    title: str
    deposited_on: date
    deposited_at: datetime
    visibility: tuple[str, ...]
    document_id: str
    replaces: str


def bind(draft: Draft, cast: Cast) -> StoryDocument:
    """The document of a draft; the same draft and cast give the same bytes."""
    person = cast.patients[draft.patient]
    writer = _Writer(draft, person, cast)
    header = writer.header()
    return StoryDocument(
        key=draft.key,
        patient=draft.patient,
        author=draft.author,
        depositor=draft.depositor or draft.author,
        cda=writer.write(header),
        type_code=draft.kind.code,
        title=header.title,
        deposited_on=draft.on,
        deposited_at=writer.at,
        visibility=draft.visibility,
        document_id=header.unique_id,
        replaces=Identifier(_oid("document", draft.replaces)).uri if draft.replaces else "",
    )


def _oid(kind: str, key: str) -> str:
    """An OID of our own for a thing of the story: `2.25.` and a UUID as an integer (ITU-T X.667)."""
    return f"2.25.{uuid5(_STORY, f'{kind}:{key}').int}"


class _Writer:
    def __init__(self, draft: Draft, person: Patient, cast: Cast) -> None:
        self.draft, self.person, self.cast = draft, person, cast
        self.at = datetime(draft.on.year, draft.on.month, draft.on.day, *draft.at, tzinfo=PARIS)

    def header(self) -> Header:
        draft = self.draft
        author = self._author()
        assert author.organization is not None
        now = moment(self.at)
        signer = replace(author, time=now, function=Code())
        return Header(
            id=Identifier(_oid("document", draft.key)),
            set_id=Identifier(_oid("set", _first_key(draft))),
            version=draft.version,
            parents=self._parents(),
            type=draft.kind,
            title=draft.title,
            effective=now,
            patient=self.subject(),
            authors=(replace(author, time=now),),
            informants=self._informants(),
            custodian=author.organization,
            legal_authenticator=signer,
            participants=self._participants(),
            events=(ServiceEvent(period=Period(moment(draft.since or self.at), now), performers=(signer,)),),
            encounter=self._encounter(signer),
        )

    def subject(self) -> Subject:
        person = self.person
        first, *_ = person.given_names
        return patient(
            Identifier(person.ins_oid, person.ins),
            birth_name=stored_name(person.birth_name),
            first_given=stored_name(first),
            given_names=" ".join(stored_name(name) for name in person.given_names),
            used_name=stored_name(person.used_name) if person.used_name else "",
            birth_on=person.birth_on,
            sex=person.sex,
            birthplace_code=person.birthplace_code,
            birthplace=stored_name(person.birthplace),
            address=_address(person),
            telecoms=tuple(f"tel:{phone}" for phone in person.phones),
        )

    def _author(self) -> Party:
        key = self.draft.author
        if key not in self.cast.professionals:
            return self._patient_as_author()
        function = MEDECIN_TRAITANT if key == self._attending_key() else Code()
        return replace(self.party(self.cast.professionals[key]), function=function)

    def _patient_as_author(self) -> Party:
        """Someone who writes in the own space: signs for oneself, kept by the platform."""
        subject = self.subject()
        structure = self.cast.structures[OWN_SPACE]
        return Party(
            ids=subject.ids[:1],
            name=Name((NamePart(self.person.birth_name),), (NamePart(self.person.given_names[0]),)),
            code=Code("EXP_PATIENT", _ROLES, "Expression personnelle du patient"),
            organization=replace(_organization(structure), practice_setting=_OWN_SETTING),
            address=subject.address,
            telecoms=subject.telecoms,
        )

    def party(self, worker: Professional) -> Party:
        structure = self.cast.structures[worker.structure]
        idnps = worker.idnps if worker.rpps else f"3{structure.finess}/{worker.key}"
        return professional(
            idnps,
            family=worker.family,
            given=worker.given,
            prefix=worker.civility,
            suffix=worker.title,
            profession=Code(worker.specialty_code, _AUTHORS, worker.specialty_label),
            organization=_organization(structure),
        )

    def _attending_key(self) -> str:
        return self.draft.attending or self.person.attending

    def _attending(self) -> Party | None:
        key = self._attending_key()
        return self.party(self.cast.professionals[key]) if key else None

    def _participants(self) -> tuple[Party, ...]:
        attending = self._attending()
        return (replace(attending, type="INF", role="PROV", function=MEDECIN_TRAITANT),) if attending else ()

    def _informants(self) -> tuple[Party, ...]:
        """Relatives are named in the summary and the discharge letter only, as their models ask."""
        if not isinstance(self.draft.body, MedicalSummary | Discharge):
            return ()
        return tuple(
            relative(
                known.role,
                (known.kinship_code, known.kinship_label),
                known.family,
                known.given,
                (f"tel:{known.phone}",) if known.phone else (),
            )
            for known in self.person.relatives
            if known.role in ("ECON", "NOK")
        )

    def _parents(self) -> tuple[ParentDocument, ...]:
        draft = self.draft
        if not draft.replaces:
            return ()
        return (ParentDocument(relation="RPLC", ids=(Identifier(_oid("document", draft.replaces)),), version=draft.version - 1),)

    def _encounter(self, signer: Party) -> Encounter:
        draft = self.draft
        own = draft.author not in self.cast.professionals
        structure = self.cast.structures[OWN_SPACE if own else self.cast.professionals[draft.author].structure]
        facility = Code(structure.facility_type, _FACILITIES, _FACILITY_LABELS.get(structure.facility_type, ""))
        return Encounter(
            ids=(Identifier(_oid("episode", draft.episode)),) if draft.episode else (),
            code=Code(draft.encounter, _ENCOUNTERS, _ENCOUNTER_LABELS[draft.encounter]),
            period=Period(moment(draft.since or self.at), moment(self.at)),
            facility_type=_OWN_SETTING if own else facility,
            facility_name=structure.name,
            responsible=signer if isinstance(draft.body, Laboratory) else None,
        )

    def write(self, header: Header) -> bytes:
        body = self.draft.body
        if isinstance(body, Paper):
            return write_unstructured(header, "application/pdf", self._page(body.paragraphs))
        if isinstance(body, Note):
            return write_unstructured(header, "text/plain", body.text.encode())
        if isinstance(body, Report):
            return write_report(header, body)
        if isinstance(body, MedicalSummary):
            return write_summary(header, body)
        if isinstance(body, Discharge):
            return write_discharge(header, body)
        if isinstance(body, Vaccinations):
            return write_vaccinations(header, body.given)
        return write_laboratory(header, body.chapters, self._page(laboratory_lines(body.chapters, body.remark)), body.remark)

    def _page(self, paragraphs: tuple[str, ...]) -> bytes:
        person, draft = self.person, self.draft
        if draft.author in self.cast.professionals:
            worker = self.cast.professionals[draft.author]
            author, sender = worker.name, _sender(self.cast.structures[worker.structure])
        else:
            author, sender = person.name, [person.name]
        traits = f"{stored_name(person.birth_name)} {person.given_names[0]}, {person.birth_on:%d/%m/%Y}, {person.sex}"
        identity = [
            f"N. Nais : {stored_name(person.birth_name)}    Prénoms : {' '.join(person.given_names)}",
            f"DDN : {person.birth_on:%d/%m/%Y}    Sexe : {person.sex}    Lieu : {person.birthplace_code}",
            f"INS : {person.ins} (NIR de test)",
        ]
        return page(
            title=draft.title,
            author=author,
            sender=sender,
            person=traits,
            identity=identity,
            day=draft.on,
            words=paragraphs,
        )


def _sender(structure: Structure) -> list[str]:
    address = structure.address
    return [structure.name, *address.lines, f"{address.postal_code} {address.city}", f"Tél. {structure.phone}"]


def _organization(structure: Structure) -> Organization:
    place = structure.address
    return organization(
        structure.idnst,
        structure.name,
        setting=(structure.setting, _SETTING_LABELS[structure.setting]),
        address=Address(place.lines, place.postal_code, place.city),
        telecoms=(f"tel:{structure.phone}",),
    )


def _address(person: Patient) -> Address:
    place = person.address
    return Address(place.lines, place.postal_code, place.city, "FRANCE") if place else NO_ADDRESS


def _first_key(draft: Draft) -> str:
    """The key that all the versions of a document share: `x` for `x`, `x-v2`, `x-v3`."""
    return draft.key.removesuffix(f"-v{draft.version}")

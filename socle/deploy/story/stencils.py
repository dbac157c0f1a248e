"""Documents of the background, written once by the writer of CDA with marks in place of what changes, then filled.

Filling joins pieces of text: it costs some microseconds where writing a document costs a millisecond.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from uuid import UUID, uuid5
from xml.sax.saxutils import escape

from socle.deploy.story import clinic, drafts
from socle.deploy.story.people import Patient, Professional, Structure
from socle.formats.cda.header import Encounter, Header, ServiceEvent
from socle.formats.cda.values import Address, Code, Identifier, Moment, Period
from socle.formats.cda.writer import Report, Treatment, moment, organization, patient, professional, write_report
from socle.formats.cda.writer.sections import ASSESSMENT, EXAMINATION, HISTORY, REASON
from socle.formats.names import stored_name

_ANY_DAY = date(2000, 1, 1)
_MARK = re.compile(r"@([a-z_]+)@")
_MAN = '<administrativeGenderCode code="M" displayName="Masculin"'
_ANY_SEX = '<administrativeGenderCode code="@sex@" displayName="@sex_label@"'
_ENTRY_ID = re.compile(r'(?<=<id root=")[0-9A-F]{8}-[0-9A-F-]{27}(?=")')
_SEEN = (
    (
        "Suivi de la tension",
        "Mesures à domicile correctes.",
        "Examen sans particularité.",
        "hypertension",
        "ramipril",
        "132",
        "78",
    ),
    ("Renouvellement", "Pas de plainte.", "Auscultation libre.", "diabetes", "metformin", "128", "74"),
    ("Toux depuis une semaine", "Pas de fièvre.", "Quelques ronchi.", "copd", "tiotropium", "136", "82"),
    ("Douleur des genoux", "Marche une heure par jour.", "Genoux secs.", "knee", "paracetamol", "140", "84"),
    ("Fatigue", "Sommeil court.", "Examen normal.", "hypothyroidism", "levothyroxine", "118", "70"),
    ("Palpitations", "Deux épisodes brefs.", "Rythme régulier.", "dyslipidaemia", "atorvastatin", "144", "86"),
)
_LABELS = {
    "hypertension": "Hypertension artérielle",
    "diabetes": "Diabète de type 2",
    "copd": "BPCO",
    "knee": "Arthrose des genoux",
    "hypothyroidism": "Hypothyroïdie",
    "dyslipidaemia": "Hypercholestérolémie",
}


@dataclass(frozen=True, slots=True)
class Filling:
    """What changes from one document to the next. `identity` gives the document's id and those of its entries."""

    person: Patient
    author: Professional
    structure: Structure
    at: datetime
    identity: UUID


@dataclass(frozen=True, slots=True)
class Stencil:
    type_code: str
    title: str
    pieces: tuple[str, ...]
    """Text and names of marks by turns, text first; `entry` is the id of an entry."""

    def fill(self, filling: Filling) -> bytes:
        """The bytes of a document valid as the writer's own."""
        values = _values(filling)
        prefix, count = str(uuid5(filling.identity, "entry")).upper()[:-4], 0
        out = []
        for rank, piece in enumerate(self.pieces):
            if rank % 2 == 0:
                out.append(piece)
            elif piece == "entry":
                out.append(f"{prefix}{count:04X}")
                count += 1
            else:
                out.append(values[piece])
        return "".join(out).encode()


def _values(filling: Filling) -> dict[str, str]:
    person, author, structure = filling.person, filling.author, filling.structure
    assert person.address is not None
    values = {
        "id": str(filling.identity.int),
        "at": moment(filling.at).raw,
        "ins": person.ins,
        "birth_name": stored_name(person.birth_name),
        "first_given": stored_name(person.given_names[0]),
        "given_names": " ".join(stored_name(name) for name in person.given_names),
        "sex": person.sex,
        "sex_label": "Masculin" if person.sex == "M" else "Féminin",
        "born": person.birth_on.strftime("%Y%m%d"),
        "birthplace_code": person.birthplace_code,
        "birthplace": stored_name(person.birthplace),
        "street": person.address.lines[0],
        "postcode": person.address.postal_code,
        "city": person.address.city,
        "phone": person.phones[0],
        "idnps": author.idnps,
        "family": author.family,
        "given": author.given,
        "civility": author.civility,
        "specialty": author.specialty_code,
        "specialty_label": author.specialty_label,
        "idnst": structure.idnst,
        "structure": structure.name,
        "structure_street": structure.address.lines[0],
        "structure_postcode": structure.address.postal_code,
        "structure_city": structure.address.city,
        "structure_phone": structure.phone,
    }
    return {name: escape(value, {'"': "&quot;"}) for name, value in values.items()}


@cache
def stencils() -> tuple[Stencil, ...]:
    """Six kinds of contact, each as a consultation or as a follow-up of care."""
    found = []
    for rank, (reason, history, examination, disease, substance, systolic, diastolic) in enumerate(_SEEN):
        body = Report(
            words=((REASON, reason), (HISTORY, history), (EXAMINATION, examination)),
            measures=clinic.signs(weight=str(62 + rank * 4), systolic=systolic, diastolic=diastolic, pulse=str(64 + rank * 3)),
            problems=(clinic.problem(_LABELS[disease], disease),),
            treatments=(_treatment(substance, disease),),
            closing=((ASSESSMENT, "Même traitement. À revoir dans trois mois."),),
        )
        found.append(_stencil(drafts.CONSULTATION, f"Consultation — {reason[0].lower()}{reason[1:]}", body))
        found.append(
            _stencil(drafts.CARE_FOLLOW_UP, f"Suivi de soins — {reason[0].lower()}{reason[1:]}", replace(body, treatments=None))
        )
    return tuple(found)


def _treatment(substance: str, disease: str) -> Treatment:
    label = clinic.SUBSTANCES[substance].display.capitalize()
    return clinic.treatment(label, substance, "1 prise par jour", reason=_LABELS[disease], disease=disease)


def _stencil(kind: Code, title: str, body: Report) -> Stencil:
    written = write_report(_header(kind, title), body).decode()
    marked = _ENTRY_ID.sub("@entry@", written.replace(_MAN, _ANY_SEX))
    return Stencil(kind.code, title, tuple(_MARK.split(marked)))


def _header(kind: Code, title: str) -> Header:
    at = _moment("@at@")
    structure = organization(
        "@idnst@",
        "@structure@",
        setting=("AMBULATOIRE", "Ambulatoire"),
        address=Address(("@structure_street@",), "@structure_postcode@", "@structure_city@"),
        telecoms=("tel:@structure_phone@",),
    )
    author = professional(
        "@idnps@",
        family="@family@",
        given="@given@",
        prefix="@civility@",
        profession=Code("@specialty@", "1.2.250.1.213.1.1.4.5", "@specialty_label@"),
        organization=structure,
    )
    subject = patient(
        Identifier("1.2.250.1.213.1.4.10", "@ins@"),
        birth_name="@birth_name@",
        first_given="@first_given@",
        given_names="@given_names@",
        birth_on=_ANY_DAY,
        sex="M",
        birthplace_code="@birthplace_code@",
        birthplace="@birthplace@",
        address=Address(("@street@",), "@postcode@", "@city@", "FRANCE"),
        telecoms=("tel:@phone@",),
    )
    signer = replace(author, time=at)
    return Header(
        id=Identifier("2.25.@id@"),
        version=1,
        type=kind,
        title=title,
        effective=at,
        patient=replace(subject, birth_on=_moment("@born@")),
        authors=(signer,),
        custodian=structure,
        legal_authenticator=signer,
        events=(ServiceEvent(period=Period(at), performers=(author,)),),
        encounter=Encounter(
            code=Code("AMB", "2.16.840.1.113883.5.4", "Ambulatoire (hors établissement)"),
            period=Period(at),
            facility_type=Code("SA52", "1.2.250.1.71.4.2.4", "Maison de santé ou Pôle de santé"),
            facility_name="@structure@",
        ),
    )


def _moment(mark: str) -> Moment:
    return replace(moment(_ANY_DAY), raw=mark)

"""Whom a signed-in person is for the platform: a practitioner of the directory, or an identity. Used inside doors."""

from __future__ import annotations

from uuid import UUID, uuid5

from socle.base.access.actor import Actor, Kind
from socle.base.access.queries import holders
from socle.base.identity import family, heading
from socle.base.identity.models import Patient
from socle.base.signin.mappings import Activity, PivotIdentity, ProfessionalClaims
from socle.base.signin.situations import Situation
from socle.formats.names import comparable

_NATIONAL = UUID("7a0f3c55-3a54-5bd5-9a5f-6a1a5c5b8f0e")
"""Names ids drawn from national identifiers."""
_STUDENT = "E"


def practitioner(claims: ProfessionalClaims) -> tuple[UUID, tuple[Situation, ...]]:
    """The directory's id of the person, and their situations of practice with the directory's ids of the structures."""
    return uuid5(_NATIONAL, claims.national_id), tuple(_situation(claims.national_id, one) for one in claims.activities)


def structure(national_id: str) -> UUID:
    """The directory's id of the structure with that national identifier (IDNST)."""
    return uuid5(_NATIONAL, national_id)


def _situation(national_id: str, activity: Activity) -> Situation:
    place = activity.structure_national_id
    key = "|".join((national_id, activity.profession, activity.specialty, activity.role, activity.sector, place, activity.mode))
    return Situation(
        id=uuid5(_NATIONAL, key),
        kind=Kind.PROFESSIONAL,
        title=activity.title,
        profession="" if activity.category == _STUDENT else activity.profession,
        specialty=activity.specialty,
        role=activity.role,
        sector=activity.sector,
        structure_id=structure(place) if place else None,
        structure_name=activity.structure_name,
        structure_national_id=place,
    )


def holder_of(pivot: PivotIdentity) -> UUID | None:
    """The one qualified identity whose strict traits are exactly these (case, accents, hyphens and apostrophes aside); None when
    there is none, or more than one."""
    rows = Patient.objects.filter(
        birth_date=pivot.birth_date,
        birth_name_key=comparable(pivot.birth_name),
        sex=pivot.sex,
        birthplace_cog=pivot.birthplace,
        status=Patient.Status.QUALIFIED,
        master=None,
    ).values_list("id", "given_names")[:20]
    found = [id_ for id_, names in rows if comparable(names) == comparable(pivot.given_names)]
    return found[0] if len(found) == 1 else None


def spaces(person_id: UUID, name: str) -> tuple[UUID, tuple[Situation, ...]]:
    """The identity that a linked person is read under now, and the spaces they may enter: their own, then those of the persons
    they represent."""
    root = family.load(person_id).root
    own = Situation(id=root, kind=Kind.PATIENT, title="Titulaire du dossier", space_id=root, space_name=name)
    actor = Actor(kind=Kind.REPRESENTATIVE, person_id=root, name=name)
    acted = tuple(_space_of(one.patient_id, one.kind) for one in holders.represented_by(actor=actor))
    return root, (own, *acted)


def _space_of(patient_id: UUID, kind: str) -> Situation:
    shown = heading.load(patient_id)
    title = "Parent" if kind == "parent" else "Représentant légal"
    name = f"{shown.used_given or shown.first_given.capitalize()} {shown.used_name or shown.birth_name}"
    return Situation(id=patient_id, kind=Kind.REPRESENTATIVE, title=title, space_id=patient_id, space_name=name)

"""Whom a signed-in person is for the platform: a practitioner of the directory, or an identity. Used inside doors."""

from __future__ import annotations

from uuid import UUID

from socle.base.access.actor import Actor, Kind
from socle.base.access.queries import holders
from socle.base.directory.actions.practitioners import ensure_practitioner
from socle.base.directory.queries.practitioners import situations
from socle.base.directory.stated import KnownSituation, StatedPerson, StatedPractice
from socle.base.identity import family, heading
from socle.base.identity.models import Patient
from socle.base.signin.mappings import STUDENT, PivotIdentity, ProfessionalClaims, idnst_of, title_of
from socle.base.signin.situations import Situation
from socle.formats.names import comparable


def practitioner(claims: ProfessionalClaims, *, actor: Actor) -> tuple[UUID, tuple[Situation, ...]]:
    """The directory's id of the person, and their situations of practice. The directory holds them afterwards."""
    person = StatedPerson(
        national_id=claims.national_id,
        family=claims.family,
        given=claims.given,
        civility=claims.civility,
        title=claims.title,
        practices=claims.practices,
    )
    known = ensure_practitioner(actor=actor, person=person)
    stated = zip(claims.practices, known.situations, strict=True)
    return known.practitioner_id, tuple(_situation(practice, one) for practice, one in stated)


def _situation(practice: StatedPractice, known: KnownSituation) -> Situation:
    """Who is in training has no profession yet: the habilitation matrix gives them nothing."""
    return Situation(
        id=known.id,
        kind=Kind.PROFESSIONAL,
        title=title_of(practice),
        profession="" if practice.category == STUDENT else practice.profession,
        specialty=practice.know_how,
        role=practice.role,
        sector=practice.sector,
        structure_id=known.organisation_id,
        structure_name=known.organisation_name,
        structure_national_id=idnst_of(practice),
    )


def practised(person_id: UUID, *, actor: Actor) -> tuple[Situation, ...]:
    """The situations of practice of a person of the directory that are active now."""
    return tuple(
        Situation(
            id=one.id,
            kind=Kind.PROFESSIONAL,
            title=one.title,
            profession="" if one.category == STUDENT else one.profession,
            specialty=one.know_how,
            role=one.role,
            sector=one.sector,
            structure_id=one.organisation_id,
            structure_name=one.organisation_name,
        )
        for one in situations(actor=actor, practitioner_id=person_id)
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
    actor = Actor(kind=Kind.REPRESENTATIVE, person_id=person_id, name=name)
    acted = tuple(_space_of(one.patient_id, one.kind) for one in holders.represented_by(actor=actor))
    return root, (own, *acted)


def _space_of(patient_id: UUID, kind: str) -> Situation:
    shown = heading.load(patient_id)
    title = "Parent" if kind == "parent" else "Représentant légal"
    name = f"{shown.used_given or shown.first_given.capitalize()} {shown.used_name or shown.birth_name}"
    return Situation(id=patient_id, kind=Kind.REPRESENTATIVE, title=title, space_id=patient_id, space_name=name)

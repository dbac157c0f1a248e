"""Professionals known otherwise than by the national extractions: at their sign-in, or because a structure answers for them."""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import UUID

from socle import clock
from socle.base.access.actor import Actor
from socle.base.access.doors import door, note
from socle.base.directory import recording
from socle.base.directory.models import Organisation, Origin, Practitioner
from socle.base.directory.rules import may_record_sign_in, may_vouch
from socle.base.directory.stated import Known, StatedPerson, StatedPractice
from socle.errors import Invalid, NotFound

_INTERNAL = re.compile(r"[A-Za-z0-9._-]{1,30}")
_REGISTERS = (("finess", "3"), ("siret", "5"), ("siren", "4"), ("rank", "6"))
"""Which identifier of a structure starts the IDNPS of its workers, and with which prefix (TRE_G08)."""


@door(reads=False)
def ensure_practitioner(*, actor: Actor, person: StatedPerson) -> Known:
    """The professional whom Pro Santé Connect has just authenticated is in the directory, with the practices it states and their
    organisations; those it stated before and no longer does are inactive. The same statement again changes nothing.

    For the platform alone. Invalid: `idnps-shape`, `idnps-kind`, `rpps-shape`, `nom`.
    """
    note(kind="directory-practitioner")
    may_record_sign_in(actor).enforce()
    row = recording.practitioner(person, Origin.SIGN_IN)
    known = tuple(recording.situation(row, practice, Origin.SIGN_IN) for practice in person.practices)
    recording.end_situations(row, kept={one.id for one in known}, origin=Origin.SIGN_IN)
    note(shown=[row.id])
    return Known(row.id, known)


@door(reads=False)
def register_worker(
    *,
    actor: Actor,
    organisation_id: UUID,
    family: str,
    given: str,
    profession: str,
    role: str = "",
    civility: str = "",
    internal_id: str = "",
    phone: str = "",
    email: str = "",
) -> Known:
    """A person without RPPS (social worker, home help, secretary) works in the structure, which answers for them: they are in the
    directory under the structure's identifier and `internal_id`, its own number for them (one is made without it). The same
    number again names the same person.

    For the platform and an administrator of that structure. NotFound for an unknown structure. Invalid: `numero-interne`,
    `structure-sans-identifiant`, `nom`, `profession`.
    """
    note(kind="directory-practitioner")
    may_vouch(actor, organisation_id).enforce()
    place = Organisation.objects.filter(id=organisation_id, active=True).first()
    if place is None:
        raise NotFound()
    if not profession:
        raise Invalid("profession", "Indiquez la profession ou le rôle de cette personne.", where="profession")
    person = StatedPerson(
        national_id=_national_id(place, internal_id or clock.new_id().hex[-12:]),
        family=family.strip(),
        given=given.strip(),
        civility=civility,
        practices=(_practice(place, profession=profession, role=role, phone=phone, email=email),),
    )
    row = recording.practitioner(person, Origin.STRUCTURE, vouched_by=place.id)
    known = recording.situation(row, person.practices[0], Origin.STRUCTURE)
    note(shown=[row.id])
    return Known(row.id, (known,))


@door(reads=False)
def end_worker(*, actor: Actor, practitioner_id: UUID, organisation_id: UUID) -> None:
    """The structure no longer answers for this person: their situations there are inactive, and they are too when nothing else
    is left. Ending twice changes nothing. For the platform and an administrator of that structure. NotFound."""
    note(kind="directory-practitioner", shown=[practitioner_id])
    may_vouch(actor, organisation_id).enforce()
    row = Practitioner.objects.filter(id=practitioner_id, vouched_by_id=organisation_id).first()
    if row is None:
        raise NotFound()
    recording.end_situations(row, kept=set(), origin=Origin.STRUCTURE, organisation_id=organisation_id)


def _national_id(place: Organisation, internal_id: str) -> str:
    if not _INTERNAL.fullmatch(internal_id):
        raise Invalid("numero-interne", "Le numéro interne doit comporter des lettres et des chiffres, 30 au plus.")
    for name, prefix in _REGISTERS:
        if number := getattr(place, name):
            return f"{prefix}{number}/{internal_id}"
    raise Invalid("structure-sans-identifiant", "Cette structure n’a ni FINESS, ni SIRET : elle ne peut pas se porter garante.")


def _practice(place: Organisation, **stated: str) -> StatedPractice:
    return replace(
        StatedPractice(profession="", mode="S", technical=place.key, sector=place.sector),
        **stated,  # type: ignore[arg-type]
    )

"""Is the person that software describes one whom we know? Read only: receiving an identity is `receptions.receive`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from socle.base.access.actor import Actor
from socle.base.access.doors import door, note
from socle.base.identity.actions.receptions import KEY_TRAITS, Received
from socle.base.identity.queries import patients
from socle.base.identity.queries.patients import Identity
from socle.base.identity.traits import strict_columns
from socle.errors import Invalid
from socle.formats.names import comparable

UNKNOWN = "Cette personne n’est pas connue ici sous ces identifiants : envoyez d’abord son identité par POST Patient."
DIFFERS = "Cette identité diffère de celle qui est connue ici : comparez-les avant de déposer."


@dataclass(frozen=True, slots=True)
class Recognised:
    """`named_id` is the very identity that the numbers name, merged or not; `identity` stands for the person today."""

    named_id: UUID
    identity: Identity


@door(reads=True)
def recognised(*, actor: Actor, received: Received) -> Recognised:
    """The one identity that the INS and the local numbers name, when its key traits are those told. Numbers that are not known
    here say nothing. Invalid `identity-conflict` for nobody, for two, or for other traits; `traits` for traits that are none."""
    note(kind="identity")
    told = strict_columns(received.strict)
    numbers = [(received.oid, received.matricule)] if received.matricule else []
    named = [patients.bearer(actor=actor, system=system, value=value) for system, value in (*numbers, *received.locals)]
    found = {one for one in named if one is not None}
    if len(found) != 1 or (numbers and named[0] is None):
        raise Invalid("identity-conflict", DIFFERS if found else UNKNOWN, where="identifier")
    (named_id,) = found
    identity = patients.read(actor=actor, patient_id=named_id)
    held = identity.heading
    keys: dict[str, Any] = {
        "birth_name_key": comparable(held.birth_name),
        "first_given_key": comparable(held.first_given),
        "birth_date": held.birth_date,
        "sex": held.sex,
    }
    if any(told[name] != keys[name] for name in KEY_TRAITS):
        raise Invalid("identity-conflict", DIFFERS)
    return Recognised(named_id, identity)

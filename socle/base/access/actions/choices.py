"""What the person decides about urgent access, and whom they name."""

from __future__ import annotations

from uuid import UUID

from socle import clock
from socle.base.access.actions.authorisations import only_holder
from socle.base.access.actor import Actor, Kind
from socle.base.access.doors import door, note
from socle.base.access.models import Authorisation, Choice, Referent, Representation
from socle.base.access.rules import for_the_platform
from socle.base.events import queue
from socle.errors import Conflict


@door(reads=False)
def set_urgent_access(
    *,
    actor: Actor,
    patient_id: UUID,
    family: tuple[UUID, ...],
    emergency_allowed: bool,
    regulation_allowed: bool,
    masked_shown_in_emergency: bool,
) -> None:
    """The person's choices about urgent access hold from now on. Every identity of the person holds a refusal: none loses it when
    a merge is undone. What is allowed stands where a choice stood, and for the person as they are known today."""
    note(patient_id=patient_id, kind="choice")
    only_holder(actor, family)
    chosen = {
        "emergency_allowed": emergency_allowed,
        "regulation_allowed": regulation_allowed,
        "masked_shown_in_emergency": masked_shown_in_emergency,
        "changed_at": clock.now(),
    }
    holding = set(family)
    if emergency_allowed and regulation_allowed:
        holding = {patient_id, *Choice.objects.filter(patient_id__in=family).values_list("patient_id", flat=True)}
    for identity in sorted(holding):
        Choice.objects.update_or_create(patient_id=identity, defaults=chosen)


@door(reads=False)
def name_referent(
    *, actor: Actor, patient_id: UUID, family: tuple[UUID, ...], person_id: UUID, person_name: str, role: str
) -> None:
    """`person_id` is the médecin traitant (`treating`, one at a time) or an administrator of the record from now on. Named by the
    person, or by the platform on a feed of Assurance Maladie. Conflict when the professional is blocked."""
    note(patient_id=patient_id, kind="referent", shown=[person_id])
    if actor.kind is not Kind.SYSTEM:
        only_holder(actor, family)
    blocked = Authorisation.objects.filter(patient_id__in=family, person_id=person_id, state="blocked")
    if blocked.exists():
        raise Conflict("bloque", "Ce professionnel est bloqué : débloquez-le d’abord.")
    if role == "treating":
        Referent.objects.filter(patient_id__in=family, role="treating", until=None).exclude(person_id=person_id).update(
            until=clock.now()
        )
    Referent.objects.get_or_create(
        patient_id=patient_id,
        person_id=person_id,
        role=role,
        until=None,
        defaults={"person_name": person_name, "since": clock.now()},
    )
    queue.emit("access.referent-named", aggregate_id=patient_id, patient_id=patient_id, facts={"person": person_id})


@door(reads=False)
def name_representative(*, actor: Actor, patient_id: UUID, representative_id: UUID, representative_name: str, kind: str) -> None:
    """`representative_id` acts for the person from now on. Recorded by the platform from a source of law (register, court)."""
    note(patient_id=patient_id, kind="representation", shown=[representative_id])
    for_the_platform(actor).enforce()
    Representation.objects.get_or_create(
        patient_id=patient_id,
        representative_id=representative_id,
        until=None,
        defaults={"representative_name": representative_name, "kind": kind, "since": clock.now()},
    )

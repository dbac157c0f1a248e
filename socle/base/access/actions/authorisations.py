"""Authorisations: a professional states the care, the person blocks and unblocks."""

from __future__ import annotations

from uuid import UUID

from socle import clock
from socle.base.access import sight
from socle.base.access.actor import Actor, Kind
from socle.base.access.doors import door, note
from socle.base.access.models import Authorisation, Consent, Referent
from socle.base.access.rules import NO_AUTHORISATION, Decision, may_state_care
from socle.base.events import queue

MODE = "oral-informed"
ONLY_HOLDER = Decision(False, hidden=True)
TREATING = Decision(
    False,
    "medecin-traitant",
    "Vous ne pouvez pas bloquer votre médecin traitant ; vous pouvez en changer.",
    "Vous, en déclarant un autre médecin traitant.",
)


@door(reads=False)
def state_care(*, actor: Actor, patient_id: UUID, family: tuple[UUID, ...]) -> None:
    """« Prise en charge, patient informé »: the professional's authorisation is valid, and the initial consent of the person to
    the care team stands, with its collector and mode. Stating it again changes nothing. Refused to the blocked."""
    note(patient_id=patient_id, kind="authorisation", reason="Prise en charge, patient informé")
    seen = sight.load(actor, family)
    may_state_care(actor, seen.facts).enforce()
    assert actor.person_id is not None
    _authorise(actor, actor.person_id, patient_id)
    Consent.objects.get_or_create(
        patient_id=patient_id,
        kind="initial",
        team_id=actor.structure_id or actor.person_id,
        ended_at=None,
        defaults={
            "mode": MODE,
            "collector_id": actor.person_id,
            "collector_name": actor.name,
            "collected_at": clock.now(),
        },
    )
    if not seen.facts.authorised:
        queue.emit("access.authorised", aggregate_id=patient_id, patient_id=patient_id, facts={"person": actor.person_id})


def _authorise(actor: Actor, person_id: UUID, patient_id: UUID) -> None:
    """The row is valid, unless the person blocked meanwhile: the block that another door writes is seen under the row's lock."""
    told = {
        "person_name": actor.name,
        "person_title": actor.title,
        "structure_id": actor.structure_id,
        "structure_name": actor.structure_name,
        "state": Authorisation.State.VALID,
        "since": clock.now(),
    }
    row, created = Authorisation.objects.select_for_update().get_or_create(
        patient_id=patient_id, person_id=person_id, defaults=told
    )
    if created:
        return
    if row.state == Authorisation.State.BLOCKED:
        NO_AUTHORISATION.enforce()
    Authorisation.objects.filter(id=row.id).update(**told)


@door(reads=False)
def block(*, actor: Actor, patient_id: UUID, family: tuple[UUID, ...], person_id: UUID, person_name: str, title: str) -> None:
    """The professional reads nothing of this record any more, in any mode, nor does anyone acting for them. Only the person does
    it; the médecin traitant cannot be blocked (rules.md §2.6). Every identity of the person holds the block: none loses it when a
    merge is undone."""
    note(patient_id=patient_id, kind="block", shown=[person_id])
    only_holder(actor, family)
    if Referent.objects.filter(patient_id__in=family, person_id=person_id, role="treating", until=None).exists():
        TREATING.enforce()
    blocked = {"state": Authorisation.State.BLOCKED, "since": clock.now(), "expires_at": None}
    for identity in sorted(family):
        Authorisation.objects.update_or_create(
            patient_id=identity,
            person_id=person_id,
            defaults=blocked,
            create_defaults={**blocked, "person_name": person_name, "person_title": title},
        )
    queue.emit("access.blocked", aggregate_id=patient_id, patient_id=patient_id, facts={"person": person_id})


@door(reads=False)
def unblock(*, actor: Actor, patient_id: UUID, family: tuple[UUID, ...], person_id: UUID) -> None:
    """The block is lifted. Reading needs a new statement of care at the next consultation (rules.md §2.6): no authorisation
    comes back by itself."""
    note(patient_id=patient_id, kind="block", shown=[person_id])
    only_holder(actor, family)
    Authorisation.objects.filter(patient_id__in=family, person_id=person_id, state=Authorisation.State.BLOCKED).delete()


def only_holder(actor: Actor, family: tuple[UUID, ...]) -> None:
    """Forbidden unless the actor is the person these identities are of."""
    if not (actor.kind is Kind.PATIENT and actor.person_id in family):
        ONLY_HOLDER.enforce()

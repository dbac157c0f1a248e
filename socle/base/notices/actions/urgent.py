"""Tell of urgent accesses: the person and the médecin traitant at once (R1111-48), the access controller when they are many."""

from __future__ import annotations

from uuid import UUID

from socle.base.access.actor import Actor
from socle.base.access.doors import door, note
from socle.base.access.models import EmergencySession, Referent
from socle.base.access.rules import ACCESS_CONTROL, for_the_platform
from socle.base.identity import family as families
from socle.base.notices.models import Notice
from socle.base.notices.telling import tell


@door(reads=False)
def tell_of_urgent_access(*, actor: Actor, session_id: UUID) -> None:
    """The person, their médecin traitant and the access controller are told of this urgent access, once. Platform only."""
    for_the_platform(actor).enforce()
    session = EmergencySession.objects.get(id=session_id)
    family = families.load(session.patient_id)
    note(patient_id=family.root, kind="notice", shown=[session.id])
    treating = Referent.objects.filter(patient_id__in=family.ids, role="treating", until=None)
    recipients = {family.root, *treating.values_list("person_id", flat=True)} - {session.person_id}
    made = [
        Notice(
            recipient_id=recipient,
            kind=f"urgent-{session.purpose}",
            patient_id=family.root,
            subject_id=session.id,
            actor_name=session.person_name,
        )
        for recipient in recipients
    ]
    made.append(
        Notice(right=ACCESS_CONTROL, kind=f"urgent-{session.purpose}", subject_id=session.id, actor_name=session.person_name)
    )
    tell(made)


@door(reads=False)
def tell_of_unusual_access(*, actor: Actor, event_id: UUID, person_id: UUID) -> None:
    """The access controller is told that this professional opened many records urgently within an hour, once an event."""
    for_the_platform(actor).enforce()
    note(kind="notice", shown=[person_id])
    name = EmergencySession.objects.filter(person_id=person_id).values_list("person_name", flat=True).first() or ""
    tell([Notice(right=ACCESS_CONTROL, kind="urgent-unusual", subject_id=event_id, actor_name=name)])

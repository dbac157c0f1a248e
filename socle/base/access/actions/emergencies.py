"""Urgent access: bris de glace and SAMU regulation, as sessions (rules.md §2.5; R1111-48, L1111-17)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from socle import clock
from socle.base.access import sight
from socle.base.access.actor import Actor, Purpose
from socle.base.access.doors import door, note
from socle.base.access.models import EmergencySession
from socle.base.access.rules import ALERT_AFTER_PER_HOUR, EMERGENCY_HOURS, may_control_accesses, may_open_urgently
from socle.base.events import queue
from socle.errors import Invalid, NotFound
from socle.formats.legible import legible

REVIEWS = {"justified": "Accès justifié", "follow-up": "À suivre avec la structure"}
"""What an access controller may conclude, and how the journal says it."""


@dataclass(frozen=True, slots=True)
class UrgentAccess:
    """What sign-in binds to the actor: the session, its patient and its end."""

    id: UUID
    patient_id: UUID
    purpose: Purpose
    ends_at: datetime


@door(reads=False)
def open_urgently(*, actor: Actor, patient_id: UUID, family: tuple[UUID, ...], purpose: Purpose, reason: str) -> UrgentAccess:
    """The professional may read this one record for four hours at most; the person and the médecin traitant are told at once, and
    the access controller beyond ten an hour."""
    reason = legible(reason)
    note(patient_id=patient_id, kind="emergency", reason=reason)
    seen = sight.load(actor, family)
    may_open_urgently(actor, seen.facts, purpose, reason).enforce()
    assert actor.person_id is not None
    _one_at_a_time(actor.person_id)
    started = clock.now()
    session = EmergencySession.objects.create(
        patient_id=patient_id,
        person_id=actor.person_id,
        person_name=actor.name,
        structure_id=actor.structure_id,
        purpose=purpose,
        reason=reason,
        started_at=started,
        ends_at=started + timedelta(hours=EMERGENCY_HOURS),
    )
    note(shown=[session.id])
    queue.emit(
        "access.emergency-opened",
        aggregate_id=patient_id,
        patient_id=patient_id,
        facts={"session": session.id, "person": actor.person_id, "purpose": purpose},
    )
    recent = EmergencySession.objects.filter(person_id=actor.person_id, started_at__gt=started - timedelta(hours=1))
    if recent.count() > ALERT_AFTER_PER_HOUR:
        queue.emit("access.emergency-unusual", aggregate_id=actor.person_id, facts={"person": actor.person_id})
    return UrgentAccess(session.id, patient_id, purpose, session.ends_at)


def _one_at_a_time(person_id: UUID) -> None:
    """Openings of one professional wait for each other, so that parallel ones count too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"urgent-access:{person_id}"])


@door(reads=False)
def close(*, actor: Actor, session_id: UUID) -> None:
    """The urgent access is over, before its time. NotFound when it is not this professional's."""
    session = EmergencySession.objects.filter(id=session_id).first()
    if session is None or session.person_id != actor.person_id:
        raise NotFound()
    note(patient_id=session.patient_id, kind="emergency", shown=[session.id])
    if session.closed_at is None:
        EmergencySession.objects.filter(id=session_id).update(closed_at=clock.now())


@door(reads=False)
def review(*, actor: Actor, session_id: UUID, conclusion: str) -> None:
    """The access controller has looked at this urgent access and concluded, `justified` or `follow-up`; a later conclusion takes
    the place of the first, and each stays in the journal. NotFound; Invalid for another word."""
    may_control_accesses(actor).enforce()
    if conclusion not in REVIEWS:
        raise Invalid("conclusion", "Choisissez l’une des deux conclusions.", where="conclusion")
    session = EmergencySession.objects.filter(id=session_id).first()
    if session is None:
        raise NotFound()
    note(patient_id=session.patient_id, kind="emergency-review", shown=[session_id], reason=REVIEWS[conclusion])
    EmergencySession.objects.filter(id=session_id).update(reviewed_at=clock.now(), review=conclusion, reviewed_by_name=actor.name)

"""The records that one opened lately: where work starts again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from socle.base.access.actor import Actor
from socle.base.access.doors import door, note
from socle.base.access.models import Authorisation, Opening
from socle.base.identity import heading as headings
from socle.base.identity.models import Patient
from socle.record.models import Visit

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Recent:
    """A record opened lately that one may open again."""

    identity: headings.Heading
    last_at: datetime


@door(reads=True)
def mine(*, actor: Actor) -> tuple[Recent, ...]:
    """The records this professional opened last and may still read, the newest first. Four statements."""
    if actor.person_id is None:
        return ()
    visits = list(Visit.objects.filter(person_id=actor.person_id).order_by("-last_at")[: 2 * SHOWN])
    ids = [visit.patient_id for visit in visits]
    authorised = set(
        Authorisation.objects.filter(person_id=actor.person_id, patient_id__in=ids, state="valid").values_list(
            "patient_id", flat=True
        )
    )
    still_open = set(Opening.objects.filter(patient_id__in=ids, state="open").values_list("patient_id", flat=True))
    people = {patient.id: patient for patient in Patient.objects.filter(id__in=authorised & still_open, master=None)}
    found = [Recent(headings.of(people[visit.patient_id]), visit.last_at) for visit in visits if visit.patient_id in people]
    note(kind="identity", shown=[recent.identity.patient_id for recent in found[:SHOWN]])
    return tuple(found[:SHOWN])

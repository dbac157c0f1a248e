"""Many people with many documents each: bulk rows, one reader authorised on all."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from bench import reference_patient
from socle import clock
from socle.base.access.actor import Actor
from socle.base.access.doors import sql_allowed
from socle.base.access.models import Authorisation
from socle.base.identity.models import Patient
from socle.record.models import Document
from tests import minting
from tests.databases import as_owner


@dataclass(frozen=True, slots=True)
class Population:
    """`documents` holds the ids of those that the reader sees."""

    patients: tuple[Patient, ...]
    documents: tuple[UUID, ...]


def make(reader: Actor, *, patients: int, documents: int) -> Population:
    """That many people, each with an open record of that many documents (metadata only), which `reader` may read."""
    people = [minting.patient() for _ in range(patients)]
    for number, one in enumerate(people):
        reference_patient.fill(one.id, documents=documents, facts=0, seed=number)
    with sql_allowed("bulk load"):
        Authorisation.objects.bulk_create(
            Authorisation(
                patient_id=one.id, person_id=reader.person_id, person_name=reader.name, state="valid", since=clock.now()
            )
            for one in people
        )
        visible = Document.objects.filter(patient_id__in=[one.id for one in people], masked=False)
        ids = tuple(visible.values_list("id", flat=True))
    for table in ("record_document", "access_authorisation", "access_opening", "identity_patient"):
        as_owner(f"ANALYZE {table}", [])
    return Population(tuple(people), ids)

"""`socle populate` makes the same people for the same seed, with documents that read like any other, and adds nothing twice."""

from __future__ import annotations

import pytest

from socle import clock
from socle.base.access.doors import sql_allowed
from socle.base.identity.models import Patient
from socle.base.vault import sealing
from socle.deploy.population import populate
from socle.deploy.story.background import Population
from socle.record.queries import documents, synthesis
from tests import minting

pytestmark = pytest.mark.usefixtures("installation")


def test_people_and_documents_are_there_once_and_open() -> None:
    size = {"patients": 3, "documents": 4, "professionals": 2, "seed": 77}
    populate(**size)
    populate(**size)
    people = Population(3, 12, 2, 77, clock.today())
    for number in range(3):
        person = people.patient(number)
        with sql_allowed("tests"):
            identity = Patient.objects.get(matricule=person.ins)
        page = documents.page(actor=minting.holder(identity.id), patient_id=identity.id)
        assert page.total == 4
        newest = page.documents[0]
        opened = documents.read(actor=minting.holder(identity.id), patient_id=identity.id, document_id=newest.id)
        assert sealing.open(opened.permit) in {people.document(number, rank).cda for rank in range(4)}
        synthesis.page(actor=minting.holder(identity.id), patient_id=identity.id)

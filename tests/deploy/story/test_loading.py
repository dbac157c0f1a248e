"""The demo story loads through the doors, twice without a double, and its records read as the story tells."""

from __future__ import annotations

import pytest

from socle import clock
from socle.base.access.actor import Purpose
from socle.base.access.doors import sql_allowed
from socle.base.identity.models import Patient
from socle.deploy.story.loading import LOADER, as_actor, load
from socle.deploy.story.people import cast
from socle.deploy.story.practitioners import register
from socle.errors import Forbidden
from socle.record.actions import openings
from socle.record.queries import synthesis
from tests.reactions import settle

pytestmark = pytest.mark.usefixtures("installation")


def test_claire_reads_the_buried_allergy_of_a_new_patient() -> None:
    today = clock.today()
    first = load(today)
    assert load(today) == first
    everyone = cast()
    settle()
    claire = everyone.professionals["claire-novarel"]
    actor = as_actor(claire, register(actor=LOADER, one=claire, everyone=everyone))
    with sql_allowed("tests"):
        karim = Patient.objects.get(matricule=everyone.patients["karim-belhadri"].ins)
        opposed = Patient.objects.get(matricule=everyone.patients["therese-duvallois"].ins)
    with pytest.raises(Forbidden):
        synthesis.page(actor=actor, patient_id=karim.id)
    openings.state_care(actor=actor, patient_id=karim.id)
    page = synthesis.page(actor=actor, patient_id=karim.id)
    assert page.counts.documents == 240
    assert "Pénicilline" in [one.says.label for one in page.divergences]
    assert [fact.label for fact in page.problems]
    assert page.abnormal_results
    with pytest.raises(Forbidden, match="opposition"):
        openings.open_urgently(actor=actor, patient_id=opposed.id, purpose=Purpose.EMERGENCY, reason="Malaise dans la rue")

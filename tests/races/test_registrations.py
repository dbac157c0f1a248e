"""The same person registered by many clients at once is one identity."""

from __future__ import annotations

from collections import Counter

from socle.base.access.doors import sql_allowed
from socle.base.identity.models import Patient
from tests import minting
from tests.base.identity import people
from tests.interfaces.fhir.test_patients import LOCAL, told
from tests.races.together import Calling, together

CLIENTS = 32


def test_thirty_two_receptions_of_one_person_give_one(calling: Calling) -> None:
    client = calling(people.software())
    matricule = minting.matricule()
    resource = told(matricule=matricule, local=f"local-{matricule}")
    answers = together([lambda: client.post("Patient", json=resource)] * CLIENTS)
    assert Counter(one.status_code for one in answers) == {201: 1, 200: CLIENTS - 1}
    assert len({one.json()["id"] for one in answers}) == 1
    with sql_allowed("tests"):
        assert Patient.objects.filter(matricule=matricule).count() == 1


def test_a_number_given_to_many_persons_at_once_names_one(calling: Calling) -> None:
    client = calling(people.software())
    number = f"local-{minting.matricule()}"
    resources = [told(local=number) for _ in range(8)]
    answers = together([lambda one=one: client.post("Patient", json=one) for one in resources])
    assert Counter(one.status_code for one in answers) == {201: 1, 409: 7}
    [named] = [one.json()["id"] for one in answers if one.status_code == 201]
    found = client.get("Patient", params={"identifier": f"{LOCAL}|{number}"})
    assert [entry["resource"]["id"] for entry in found.json()["entry"]] == [named]

"""The national directory on the wire: search, read, inclusions, and authors named by their entry in it."""

from __future__ import annotations

import pytest

from tests import minting
from tests.base.directory.extraction import ACTIVITIES, MAILBOXES, activity, finess, load, mailbox, rpps, write
from tests.interfaces.fhir import samples
from tests.interfaces.fhir.serving import Wire
from tests.interfaces.fhir.test_documents import found, refusal, sent

GP, NURSE, HOSPITAL = rpps(), rpps(), finess()


@pytest.fixture(scope="module", autouse=True)
def _directory(installation: object, tmp_path_factory: pytest.TempPathFactory) -> None:
    place = {"finess": HOSPITAL, "technical": f"F{HOSPITAL}", "name": "CLINIQUE DES GLYCINES", "Code secteur d'activité": "SA01"}
    folder = tmp_path_factory.mktemp("wire")
    lines = [
        activity(GP, family="QUIBERONNEC", given="Ondine", **place),
        activity(NURSE, family="QUIBERON", given="Basile", profession="60", skill="", skill_type="", **place),
    ]
    load(write(folder / "a.txt", ACTIVITIES, lines))
    load(write(folder / "b.txt", MAILBOXES, [mailbox(f"{GP}@glycines.example", national=f"8{GP}", family="QUIBERONNEC")]))


def names(wire: Wire, query: str) -> list[str]:
    answer = wire.client(minting.doctor()).get(f"Practitioner?{query}")
    assert answer.status_code == 200, answer.text
    return [entry["resource"]["name"][0]["family"] for entry in answer.json().get("entry", ())]


def test_professionals_are_found_by_name_number_and_box(wire: Wire) -> None:
    assert names(wire, "family=quiberon") == ["QUIBERON", "QUIBERONNEC"]
    assert names(wire, "family=quiberonn&given=ond") == ["QUIBERONNEC"]
    assert names(wire, f"identifier=https://rpps.esante.gouv.fr|{GP}") == ["QUIBERONNEC"]
    assert names(wire, f"identifier=urn:oid:1.2.250.1.71.4.2.1|8{NURSE}") == ["QUIBERON"]
    assert names(wire, f"identifier=https://finess.esante.gouv.fr|{GP}") == []
    assert names(wire, "family=quiberon&qualification-code=60") == ["QUIBERON"]
    assert names(wire, "mailbox-mss:contains=@glycines") == ["QUIBERONNEC"]
    assert names(wire, f"mailbox-mss:exact={GP}@glycines.example") == ["QUIBERONNEC"]
    assert names(wire, "_id=nobody") == []


def test_pages_and_reads_follow(wire: Wire) -> None:
    client = wire.client(minting.doctor())
    first = client.get("Practitioner?family=quiberon&_count=1").json()
    following = next(link["url"] for link in first["link"] if link["relation"] == "next")
    second = client.get(following).json()
    assert [bundle["entry"][0]["resource"]["name"][0]["family"] for bundle in (first, second)] == ["QUIBERON", "QUIBERONNEC"]
    id_ = first["entry"][0]["resource"]["id"]
    read = client.get(f"Practitioner/{id_}")
    assert read.json() == first["entry"][0]["resource"]
    assert client.get(f"Practitioner/{id_}", headers={"If-None-Match": read.headers["ETag"]}).status_code == 304
    assert refusal(client.get(f"Organization/{id_}")) == (404, "introuvable")
    assert refusal(wire.client(None).get(f"Practitioner/{id_}")) == (401, "jeton-absent")


def test_situations_bring_who_and_where(wire: Wire) -> None:
    client = wire.client(minting.doctor())
    gp = client.get(f"Practitioner?identifier={GP}&_revinclude=PractitionerRole:practitioner").json()["entry"]
    assert [entry["resource"]["resourceType"] for entry in gp] == ["Practitioner", "PractitionerRole"]
    person = gp[0]["resource"]["id"]
    answer = client.get(
        f"PractitionerRole?practitioner=Practitioner/{person}&_include=PractitionerRole:practitioner"
        "&_include=PractitionerRole:organization"
    )
    kinds = [(entry["resource"]["resourceType"], entry["search"]["mode"]) for entry in answer.json()["entry"]]
    assert kinds == [("PractitionerRole", "match"), ("Practitioner", "include"), ("Organization", "include")]
    place = answer.json()["entry"][2]["resource"]
    assert client.get(f"Organization?identifier=https://finess.esante.gouv.fr|{HOSPITAL}").json()["entry"][0]["resource"] == place
    assert client.get("Organization?name=clinique des gly").json()["entry"][0]["resource"]["id"] == place["id"]
    assert "entry" not in client.get("Organization?name=clinique des gly&type=SA33").json()
    assert refusal(client.get("Practitioner?colour=blue")) == (400, "search-parameter")
    assert refusal(client.get("Practitioner?active=perhaps")) == (400, "search-value")
    assert client.post("Practitioner", json={"resourceType": "Practitioner"}).status_code == 405


def test_a_document_may_name_its_author_by_their_entry(wire: Wire) -> None:
    patient, depositor = minting.patient(), minting.doctor()
    client = wire.client(depositor)
    role = client.get(f"Practitioner?identifier={GP}&_revinclude=PractitionerRole:practitioner").json()["entry"][1]["resource"]
    resource = samples.published(patient, depositor, author=[{"reference": f"PractitionerRole/{role['id']}"}])
    kept = sent(client, resource)
    assert kept.status_code == 201, kept.text
    people = {one["id"]: one for one in kept.json()["contained"]}
    assert people["author-person"]["identifier"][0]["value"] == f"8{GP}"
    assert "QUIBERONNEC" in people["author-person"]["name"][0]["text"]
    assert people["author-organization"]["name"] == "CLINIQUE DES GLYCINES"
    holder = wire.client(minting.holder(patient.id))
    assert found(holder, patient, author=f"PractitionerRole/{role['id']}") == [kept.json()["id"]]
    assert found(holder, patient, author=role["practitioner"]["reference"]) == [kept.json()["id"]]
    assert found(holder, patient, author=f"Practitioner/{patient.id}") == []

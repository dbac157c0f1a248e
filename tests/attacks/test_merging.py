"""Two identities are merged and parted while documents of both arrive: none is lost, the master shows all, each gets its own."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed

import httpx
import pytest

from socle.base.access.actions import openings as access
from socle.base.access.actor import Actor, system
from socle.base.access.doors import sql_allowed
from socle.base.identity.models import LocalIdentifier, Patient
from socle.base.vault.models import Content
from socle.record.actions import openings
from socle.record.models import Document, Fact
from tests import minting
from tests.base.identity import people
from tests.documents import report
from tests.interfaces.fhir import samples
from tests.interfaces.fhir.test_documents import refusal, sent
from tests.interfaces.fhir.test_transactions import lot
from tests.races.test_deposits import cda_reference
from tests.races.together import Calling
from tests.reactions import settle

pytestmark = pytest.mark.usefixtures("platform")
LOCAL = "urn:oid:1.2.250.1.999.77"
ROUNDS = 6


def had_documents(calling: Calling, author: Actor) -> tuple[Patient, list[str]]:
    """A person with documents, whose INS was withdrawn since: what a merge is asked for."""
    patient = minting.patient()
    with sql_allowed("tests"):
        LocalIdentifier.objects.create(system=LOCAL, value=str(patient.id), patient=patient)
    resources = [samples.published(patient, author), cda_reference(patient, report(patient, author=author))]
    before = [sent(calling(author), one) for one in resources]
    assert [one.status_code for one in before] == [201, 201], before[0].text
    with sql_allowed("tests"):
        Patient.objects.filter(id=patient.id).update(status="validated", matricule=None, oid=None)
    return patient, [one.json()["id"] for one in before]


def resources(master: Patient, other: Patient, author: Actor) -> Iterator[tuple[str, samples.Json]]:
    """Documents of both, named by every means that software has; each with whom it is about."""
    while True:
        yield "master", cda_reference(master, report(master, author=author))
        yield "other", samples.published(other, author)
        yield "master", samples.published(master, author, subject={"reference": samples.ins_query(master)})
        yield "other", samples.published(other, author, subject={"identifier": {"system": LOCAL, "value": str(other.id)}})
        yield "master", samples.published(master, author)


def listed(client: httpx.Client, patient: Patient) -> list[str]:
    """The ids of all documents that a search finds, page after page."""
    found: list[str] = []
    address = f"DocumentReference?patient={patient.id}&status=current&_count=50"
    while address:
        bundle = client.get(address).json()
        assert bundle["resourceType"] == "Bundle", bundle
        found += [one["resource"]["id"] for one in bundle.get("entry", ())]
        address = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), "")
    return found


def readable(client: httpx.Client, ids: list[str]) -> None:
    for id_ in ids:
        read = client.get(f"DocumentReference/{id_}")
        assert read.status_code == 200, id_
        content = client.get(read.json()["content"][0]["attachment"]["url"], headers={"Accept": "*/*"})
        assert (content.status_code, len(content.content) > 0) == (200, True)


def test_deposits_on_both_while_they_are_merged_and_parted_lose_nothing(calling: Calling) -> None:
    author, reader = minting.doctor(), minting.doctor()
    master = minting.patient()
    other, before = had_documents(calling, author)
    for patient in (master, other):
        openings.state_care(actor=reader, patient_id=patient.id)
    client, reading = calling(author), calling(reader)
    made = resources(master, other, author)
    lock, over = threading.Lock(), threading.Event()
    answers: list[tuple[str, httpx.Response]] = []

    def depositing() -> None:
        while not over.is_set():
            with lock:
                whose, resource = next(made)
            answer = sent(client, resource)
            with lock:
                answers.append((whose, answer))

    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(depositing) for _ in range(4)]
        try:
            for _ in range(ROUNDS):
                merge_id = people.merged(master, other)
                _until(answers, lock, 8)
                people.undone(merge_id)
                _until(answers, lock, 8)
            merge_id = people.merged(master, other)
            _until(answers, lock, 8)
        finally:
            over.set()
        for one in as_completed(running):
            one.result()
    counts = Counter((whose, answer.status_code) for whose, answer in answers)
    assert set(counts) == {("master", 201), ("other", 201), ("other", 422)}, counts
    assert {refusal(answer) for _, answer in answers if answer.status_code == 422} == {(422, "identity-conflict")}
    kept = {
        whose: [one.json()["id"] for who, one in answers if who == whose and one.status_code == 201]
        for whose in ("master", "other")
    }
    settle()
    everything = sorted([*before, *kept["master"], *kept["other"]])
    for patient in (master, other):  # both addresses are the master's record
        assert sorted(listed(reading, patient)) == everything
    readable(reading, everything)
    people.undone(merge_id)
    assert sorted(listed(reading, master)) == sorted(kept["master"])
    assert sorted(listed(reading, other)) == sorted([*before, *kept["other"]])
    readable(reading, everything)  # authorised for both
    with sql_allowed("tests"):
        rows = Document.objects.filter(patient_id__in=[master.id, other.id])
        assert sorted(str(row.id) for row in rows) == everything
        for row in rows:
            assert Content.objects.get(id=row.content_id).owner_id == row.patient_id
        for fact in Fact.objects.filter(document__in=rows).select_related("document"):
            assert fact.patient_id == fact.document.patient_id


def _until(answers: list[tuple[str, httpx.Response]], lock: threading.Lock, more: int) -> None:
    """That many more deposits were answered."""
    with lock:
        wanted = len(answers) + more
    for _ in range(60_000):
        with lock:
            if len(answers) >= wanted:
                return
        threading.Event().wait(0.001)
    raise AssertionError("deposits are not answered any more")


def test_whoever_reads_one_alone_reads_the_others_documents_only_while_they_are_one(calling: Calling) -> None:
    author, of_master, of_other = minting.doctor(), minting.doctor(), minting.doctor()
    master = minting.patient()
    other, before = had_documents(calling, author)
    openings.state_care(actor=of_master, patient_id=master.id)
    openings.state_care(actor=of_other, patient_id=other.id)
    clients = calling(of_master), calling(of_other)
    (own,) = [sent(calling(author), samples.published(master, author)).json()["id"]]
    merge_id = people.merged(master, other)
    for client in clients:
        assert sorted(listed(client, master)) == sorted([own, *before])
    people.undone(merge_id)
    assert [listed(clients[0], master), sorted(listed(clients[1], other))] == [[own], sorted(before)]
    for client, patient, ids in ((clients[0], other, before), (clients[1], master, [own])):
        answer = client.get(f"DocumentReference?patient={patient.id}&status=current")
        assert refusal(answer) == (403, "dossier-sans-autorisation")
        assert {client.get(f"DocumentReference/{one}").status_code for one in ids} == {404}


def test_a_lot_named_by_the_merged_identity_goes_with_it(calling: Calling) -> None:
    author, reader = minting.doctor(), minting.doctor()
    master = minting.patient()
    other, before = had_documents(calling, author)
    for patient in (master, other):
        openings.state_care(actor=reader, patient_id=patient.id)
    merge_id = people.merged(master, other)
    sent_lot = lot(other, author, [b"Un.", b"Deux."])
    sent_lot["entry"][0]["resource"]["subject"] = {"reference": f"Patient/{other.id}"}
    answer = calling(author).post("", json=sent_lot)
    assert answer.status_code == 200, answer.text
    people.undone(merge_id)
    client = calling(reader)
    lots = {
        patient.id: client.get(f"List?patient={patient.id}&code=submissionset&status=current").json()
        for patient in (master, other)
    }
    assert [len(lots[patient.id].get("entry", ())) for patient in (master, other)] == [0, 1]
    assert len(listed(client, other)) == len(before) + 2
    assert listed(client, master) == []


def test_the_opposition_of_one_closes_both_while_they_are_one(calling: Calling) -> None:
    author, reader = minting.doctor(), minting.doctor()
    master = minting.patient()
    other, _ = had_documents(calling, author)
    openings.state_care(actor=reader, patient_id=master.id)
    access.set_state(actor=system("test"), patient_id=other.id, family=(other.id,), state="opposed")
    merge_id = people.merged(master, other)
    assert sent(calling(author), samples.published(master, author)).status_code == 403
    assert calling(reader).get(f"DocumentReference?patient={master.id}&status=current").status_code == 403
    people.undone(merge_id)
    assert sent(calling(author), samples.published(master, author)).status_code == 201

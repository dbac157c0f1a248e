"""AuditEvent: the same lines as the journal's page, and nobody learns of a document from them."""

from __future__ import annotations

from datetime import timedelta

import httpx

from socle import clock
from socle.base.identity.models import Patient
from socle.formats.fhir import is_valid, validate
from tests import minting
from tests.interfaces.fhir import samples
from tests.interfaces.fhir.serving import Wire
from tests.interfaces.fhir.test_documents import deposited, refusal, treating
from tests.interfaces.fhir.test_transactions import lot


def lines(client: httpx.Client, patient: Patient | None, **parameters: str) -> list[samples.Json]:
    now = clock.now()
    bounds = [
        ("date", f"ge{(now - timedelta(hours=1)).isoformat(timespec='seconds')}"),
        ("date", f"le{(now + timedelta(hours=1)).isoformat(timespec='seconds')}"),
    ]
    whose = [("patient", f"Patient/{patient.id}")] if patient is not None else []
    answer = client.get("AuditEvent", params=[*bounds, *whose, *parameters.items()])
    assert answer.status_code == 200, answer.text
    return [entry["resource"] for entry in answer.json().get("entry", ())]


def test_the_person_reads_who_read_what_and_a_professional_only_their_own_lines(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    id_ = deposited(wire, patient, author)
    first, second = treating(patient), treating(patient)
    for reader in (first, second):
        assert wire.client(reader).get(f"DocumentReference/{id_}").status_code == 200
    holder = wire.client(minting.holder(patient.id))
    reads = lines(holder, patient, subtype="read")
    assert {line["agent"][0]["name"] for line in reads} == {first.name, second.name}
    assert all(line["entity"][1]["what"]["reference"] == f"DocumentReference/{id_}" for line in reads)
    assert {line["agent"][0]["name"] for line in lines(wire.client(first), patient)} == {first.name}
    assert {line["agent"][0]["name"] for line in lines(wire.client(first), None)} == {first.name}
    theirs = next(line["id"] for line in reads if line["agent"][0]["name"] == second.name)
    assert holder.get(f"AuditEvent/{theirs}").json()["id"] == theirs
    assert wire.client(second).get(f"AuditEvent/{theirs}").status_code == 200
    assert refusal(wire.client(first).get(f"AuditEvent/{theirs}")) == (404, "introuvable")
    assert holder.get(f"AuditEvent/{id_}").status_code == 404


def test_lines_follow_the_profile_and_filters(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    deposited(wire, patient, author)
    reader = treating(patient)
    holder = wire.client(minting.holder(patient.id))
    found = lines(holder, patient)
    assert found
    for line in found:
        issues = validate(line, "https://interop.esante.gouv.fr/ig/fhir/tde/StructureDefinition/tde-auditevent")
        assert is_valid(issues), issues
    assert [line["action"] for line in lines(holder, patient, action="C")] == ["C"]
    assert lines(holder, patient, type="other") == []
    assert lines(holder, patient, agent=f"Practitioner/{reader.person_id}", action="C") == []
    assert len(lines(holder, patient, agent=f"Practitioner/{author.person_id}")) == 1
    assert lines(holder, patient, outcome="4") == []


def test_a_hidden_document_does_not_show_by_the_line_of_its_deposit(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    deposited(wire, patient, author, labels=("N", "INVISIBLE_PATIENT"))
    assert lines(wire.client(minting.holder(patient.id)), patient, action="C") == []
    assert len(lines(wire.client(author), None, action="C")) == 1


def test_both_bounds_are_needed(wire: Wire) -> None:
    patient = minting.patient()
    holder = wire.client(minting.holder(patient.id))
    for query in ("", f"patient={patient.id}", "date=ge2026-01-01", "date=le2026-01-01", "period-start=gt2026-01-01"):
        assert refusal(holder.get(f"AuditEvent?{query}")) == (400, "search-required")
    assert holder.get("AuditEvent?date=ge2026-01-01&date=le2026-02-01").status_code == 200
    assert refusal(holder.get("AuditEvent?date=ge2026-01-01&date=leyesterday")) == (400, "search-value")
    stranger = wire.client(minting.doctor())
    bounds = "date=ge2026-01-01&date=le2027-02-01"
    assert refusal(stranger.get(f"AuditEvent?{bounds}&patient={patient.id}")) == (403, "dossier-sans-autorisation")
    other = wire.client(minting.holder(minting.patient().id))
    assert "entry" not in other.get(f"AuditEvent?{bounds}&patient={patient.id}").json()


def test_lines_come_by_pages(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    ids = {deposited(wire, patient, author) for _ in range(5)}
    holder = wire.client(minting.holder(patient.id))
    day = clock.now().date()
    answer = holder.get(f"AuditEvent?date=ge{day - timedelta(1)}&date=le{day + timedelta(1)}&action=C&_count=2")
    told: list[str] = []
    while True:
        told += [entry["resource"]["entity"][1]["what"]["reference"].split("/")[1] for entry in answer.json()["entry"]]
        following = [link["url"] for link in answer.json()["link"] if link["relation"] == "next"]
        if not following:
            break
        answer = holder.get(following[0])
    assert len(told) == 5
    assert set(told) == ids


def test_whoever_lists_lots_leaves_a_line(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    assert wire.client(author).post("", json=lot(patient, author, [b"Un."])).status_code == 200
    reader = treating(patient)
    assert wire.client(reader).get(f"List?patient={patient.id}&status=current&code=submissionset").json()["total"] == 1
    told = lines(wire.client(minting.holder(patient.id)), patient, agent=f"Practitioner/{reader.person_id}", subtype="search")
    assert [line["entity"][1]["name"] for line in told] == ["Consultation"]

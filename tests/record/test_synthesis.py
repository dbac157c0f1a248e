"""The synthèse: facts first with their proof, divergences before all, gaps stated, few statements whatever the size."""

from __future__ import annotations

import pytest
from django.db import connection

from bench import reference_patient
from socle.base.access.actor import Actor
from socle.base.access.doors import sql_allowed
from socle.base.identity.models import Patient
from socle.formats.cda.writer import MedicalSummary, write_summary
from socle.record import incoming
from socle.record.actions import deposits, labels, openings
from socle.record.incoming import MASKED, Claims
from socle.record.queries import synthesis
from tests import minting
from tests.documents import headed, report
from tests.formats.cda_writer import samples
from tests.reactions import settle
from tests.statements import nodes, plan_of, recorded

pytestmark = pytest.mark.usefixtures("installation")


def put(author: Actor, content: bytes) -> deposits.Deposited:
    found = deposits.deposit(actor=author, incoming=incoming.read(content, "text/xml", Claims()))
    settle()
    return found


def treating(patient: Patient) -> Actor:
    actor = minting.doctor()
    openings.state_care(actor=actor, patient_id=patient.id)
    return actor


def test_an_allergy_told_only_in_a_letter_stands_first_with_its_quotation_and_who_denies_it() -> None:
    patient, author = minting.patient(), minting.doctor()
    letter = put(
        author, report(patient, text="Patient adressé pour angines, allergie connue à la pénicilline (œdème de Quincke en 2012).")
    )
    denial = put(author, report(patient, text="Soins dentaires. Pas d’allergie déclarée."))
    page = synthesis.page(actor=treating(patient), patient_id=patient.id)
    (divergence,) = page.divergences
    assert (divergence.says.label, divergence.says.detail) == ("Pénicilline", "œdème de Quincke en 2012")
    assert (divergence.says.reliability, divergence.says.document_id) == ("read", letter.id)
    assert "allergie connue à la pénicilline" in divergence.says.quote
    assert divergence.against is not None
    assert divergence.against.document_id == denial.id
    assert page.header.allergies == ("Pénicilline",)
    assert (page.problems, page.vaccinations) == ((), ())


def test_coded_entries_of_a_vsm_fill_the_blocks_each_one_step_from_its_document() -> None:
    patient, author = minting.patient(), minting.doctor()
    body = MedicalSummary(problems=(samples.ASTHMA,), allergies=(samples.PENICILLIN,), treatments=(samples.INHALER,))
    summary = put(author, write_summary(headed(patient), body))
    page = synthesis.page(actor=treating(patient), patient_id=patient.id)
    labels_shown = [[fact.label for fact in block] for block in (page.problems, page.allergies, page.treatments)]
    assert labels_shown == [["Asthme persistant modéré"], ["Pénicilline"], ["Budésonide / formotérol 200/6"]]
    assert {fact.document_id for fact in (*page.problems, *page.allergies, *page.treatments)} == {summary.id}
    assert page.divergences == ()


def test_facts_of_a_masked_document_vanish_with_it() -> None:
    patient, author = minting.patient(), minting.doctor()
    masked = put(author, report(patient, text="Allergie à l’arachide."))
    reader = treating(patient)
    assert [fact.label for fact in synthesis.page(actor=reader, patient_id=patient.id).allergies] == ["Arachide"]
    labels.set_labels(actor=minting.holder(patient.id), document_id=masked.id, labels=frozenset({MASKED}))
    page = synthesis.page(actor=reader, patient_id=patient.id)
    assert (page.allergies, page.header.allergies, page.counts.documents, page.episodes) == ((), (), 0, ())
    assert page.may_be_partial
    assert not synthesis.page(actor=minting.holder(patient.id), patient_id=patient.id).may_be_partial


def test_since_the_last_visit_counts_what_was_deposited_meanwhile() -> None:
    patient, author = minting.patient(), minting.doctor()
    reader = treating(patient)
    assert synthesis.page(actor=reader, patient_id=patient.id).last_visit is None
    put(author, report(patient))
    page = synthesis.page(actor=reader, patient_id=patient.id)
    assert page.last_visit is not None
    assert page.counts.new == 1


def test_nine_hundred_documents_take_fifteen_statements_at_most_and_no_table_is_read_whole() -> None:
    patient = minting.patient()
    reference_patient.fill(patient.id)
    reader = treating(patient)
    with recorded() as statements:
        page = synthesis.page(actor=reader, patient_id=patient.id)
    assert page.counts.documents == 870
    assert len(statements) <= 15
    with sql_allowed("tests"):
        for sql, parameters in statements:
            if "record_" in sql and sql.startswith(("SELECT", "\nSELECT")):
                plan = plan_of(sql, parameters)
                assert not [node for node in nodes(plan) if node["Node Type"] == "Seq Scan"], sql
    connection.close()

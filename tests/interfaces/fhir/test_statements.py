"""The price of the hot calls: how many statements, by which indexes; the same whether something is hidden or absent."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg
import pytest

from socle import clock
from socle.base.access import sight
from socle.base.access.actor import Actor
from socle.base.access.doors import sql_allowed
from socle.base.identity.models import Patient
from socle.errors import NotFound
from socle.formats.fhir.search_values import Token
from socle.record import incoming
from socle.record.actions import deposits, openings
from socle.record.chart import Chart
from socle.record.incoming import MASKED, Claims
from socle.record.queries import lots, wire
from socle.record.queries.asked import Wanted, Whose
from socle.record.queries.conditions import Condition
from tests import minting
from tests.databases import enlarged
from tests.interfaces.fhir import samples
from tests.statements import nodes, plan_of, recorded

pytestmark = pytest.mark.usefixtures("installation")


OTHERS = "'id', gen_random_uuid(), 'unique_id', 'urn:large:' || n, 'set_id', 'urn:large:' || n, 'replaces_id', null"
"""Of a copied document, what must differ (SQL of `enlarged`)."""


def explained(owner: psycopg.Connection[Any], sql: str, values: Any) -> dict[str, Any]:
    """The plan on the tables as this connection sees them."""
    row = owner.execute("EXPLAIN (FORMAT JSON) " + sql, values).fetchone()
    assert row is not None
    plan: dict[str, Any] = row[0][0]["Plan"]
    return plan


def deposited(patient: Patient, **claims: Any) -> UUID:
    values: dict[str, Any] = {"unique_id": samples.urn(), "type_code": "11488-4", "patient_id": patient.id, **claims}
    return deposits.deposit(actor=minting.doctor(), incoming=incoming.read(b"Texte.", "text/plain", Claims(**values))).id


def reader_of(patient: Patient) -> Actor:
    actor = minting.doctor()
    openings.state_care(actor=actor, patient_id=patient.id)
    return actor


def chart_of(patient: Patient, actor: Actor) -> Chart:
    with sql_allowed("tests"):
        return Chart(patient.id, (patient.id,), sight.load(actor, (patient.id,)))


def test_a_read_is_two_statements_found_hidden_or_absent() -> None:
    patient = minting.patient()
    shown, hidden = deposited(patient), deposited(patient, labels=frozenset({MASKED}))
    actor = reader_of(patient)
    counts = {}
    for name, document_id in (("shown", shown), ("hidden", hidden), ("absent", clock.new_id())):
        with recorded() as statements:
            if name == "shown":
                wire.read(actor=actor, document_id=document_id)
            else:
                with pytest.raises(NotFound):
                    wire.read(actor=actor, document_id=document_id)
        counts[name] = len(statements)
    assert counts == {"shown": 2, "hidden": 2, "absent": 2}  # the row with its family and the sight; the line of the journal


def test_a_search_is_three_statements_whatever_it_finds() -> None:
    patient = minting.patient()
    for _ in range(3):
        deposited(patient)
    actor = reader_of(patient)
    for conditions in ((), (Condition("type", (Token(None, "11502-2"),)),)):
        with recorded() as statements:
            wire.search(actor=actor, whose=Whose(patient.id), wanted=Wanted(conditions, limit=2))
        assert len(statements) == 3
    with recorded() as statements:
        wire.search(actor=actor, whose=Whose(patient.id), wanted=Wanted(limit=2, counted=True, with_others=True))
    assert len(statements) == 4


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("after", [None, ("2026-03-02 09:00:00+00", UUID(int=1))])
def test_a_page_is_read_in_the_order_of_its_index(newest_first: bool, after: Any) -> None:
    patient = minting.patient()
    one = deposited(patient)
    chart = chart_of(patient, reader_of(patient))
    state = Condition("status", (Token(None, "current"),))
    wanted = Wanted((state,), after=after, newest_first=newest_first)
    where, values = wire.matching(chart, wanted)
    dated = f"'patient_id', '{patient.id}', 'created_at', now() - n * interval '1 minute'"
    with enlarged("record_document", one, f"jsonb_build_object({OTHERS}, {dated})") as owner:
        plan = explained(owner, *wire.page_statement(where, values, wanted))
    kinds = [node["Node Type"] for node in nodes(plan)]
    assert "Sort" not in kinds
    assert any(node.get("Index Name") == "record_document_dated" for node in nodes(plan))


def test_lots_are_read_in_the_order_of_their_index() -> None:
    patient = minting.patient()
    chart = chart_of(patient, reader_of(patient))
    wanted = Wanted((Condition("status", (Token(None, "current"),)),))
    where, values = lots.matching(chart, wanted)
    with sql_allowed("tests"):
        plan = plan_of(*lots.page_statement(where, values, wanted))
    assert "Sort" not in [node["Node Type"] for node in nodes(plan)]
    assert any(node.get("Index Name") == "record_submissionset_newest" for node in nodes(plan))


def test_a_document_is_found_by_identifier_through_indexes() -> None:
    one = deposited(minting.patient())
    with enlarged("record_document", one, f"jsonb_build_object({OTHERS})") as owner:
        plan = explained(owner, wire.IDENTIFIED, ["urn:oid:1.2", "urn:oid:1.2"])
    used = {node.get("Index Name") for node in nodes(plan)}
    assert {"record_document_unique_id", "record_document_versions"} <= used
    assert "Seq Scan" not in [node["Node Type"] for node in nodes(plan)]

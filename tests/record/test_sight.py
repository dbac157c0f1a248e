"""Sight in SQL and Sight in Python are one rule: they agree on generated documents and readers."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from socle import clock
from socle.base.access.actor import Actor, Kind, Purpose
from socle.base.access.doors import sql_allowed
from socle.base.access.sight import Facts, Sight
from socle.record.chart import Chart
from socle.record.models import Document
from socle.record.visible import Filter, clause

pytestmark = pytest.mark.usefixtures("installation")
ME, MY_STRUCTURE, SOMEBODY = clock.new_id(), clock.new_id(), clock.new_id()
PATIENT = clock.new_id()
READABLE = frozenset({"11488-4", "SYNTH"})

readers = st.builds(
    Actor,
    kind=st.sampled_from([Kind.PROFESSIONAL, Kind.PATIENT, Kind.REPRESENTATIVE, Kind.SYSTEM]),
    person_id=st.sampled_from([ME, PATIENT, None]),
    structure_id=st.sampled_from([MY_STRUCTURE, None]),
    purpose=st.sampled_from(Purpose),
)
facts = st.builds(Facts, opening=st.just("open"), referent=st.booleans(), masked_shown_in_emergency=st.booleans())
labels = st.sampled_from([(False, False), (True, False), (False, True)])
documents = st.builds(
    lambda type_code, label, representatives, deleted, who, where: Document(
        id=clock.new_id(),
        patient_id=PATIENT,
        unique_id=str(clock.new_id()),
        type_code=type_code,
        masked=label[0],
        hidden_from_patient=label[1],
        hidden_since=clock.now() if label[1] else None,
        hidden_from_representatives=representatives,
        deleted=deleted,
        depositor_id=who,
        depositor_structure_id=where,
        class_code="10",
        type_label="",
        title="",
        created_at=clock.now(),
        started_at=clock.now(),
        media_type="text/plain",
        size=0,
        sha256=b"",
        sha1=b"",
        body_level=1,
        author_name="",
        content_id=clock.new_id(),
        fhir_text="{}",
    ),
    st.sampled_from(["11488-4", "SYNTH", "60591-5"]),
    labels,
    st.booleans(),
    st.booleans(),
    st.sampled_from([ME, SOMEBODY, None]),
    st.sampled_from([MY_STRUCTURE, SOMEBODY, None]),
)


def seen_in_sql(sight: Sight) -> set[UUID]:
    where, values = clause(Chart(PATIENT, (PATIENT,), sight), Filter(with_superseded=True, with_archived=True))
    with sql_allowed("tests"), connection.cursor() as cursor:
        cursor.execute(f"SELECT d.id FROM record_document d WHERE {where}", values)
        return {row[0] for row in cursor.fetchall()}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(documents, min_size=20, max_size=60), st.lists(st.tuples(readers, facts), min_size=1, max_size=8))
def test_sql_and_python_agree(rows: list[Document], seers: list[tuple[Actor, Facts]]) -> None:
    global PATIENT
    PATIENT = clock.new_id()
    for row in rows:
        row.patient_id = PATIENT
    with sql_allowed("tests"):
        Document.objects.bulk_create(rows)
    for actor, loaded in seers:
        sight = Sight(replace(actor), (PATIENT,), loaded, READABLE)
        assert seen_in_sql(sight) == {row.id for row in rows if sight.sees(row)}

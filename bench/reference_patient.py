"""The reference patient (product.md §1.2): 900 documents over five years, 4 000 facts, as rows; contents are one small text."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from socle import clock
from socle.base.access.doors import sql_allowed
from socle.record.mappings.document_reference import as_text
from socle.record.models import Document, Fact, Record

TYPES = (("11488-4", "10"), ("11502-2", "10"), ("57833-6", "42"), ("18748-4", "31"), ("34112-3", "10"), ("SYNTH", "11"))
KINDS = ("problem", "allergy", "treatment", "vaccination", "measure", "result")


def fill(patient_id: UUID, *, documents: int = 900, facts: int = 4000, seed: int = 1) -> list[UUID]:
    """The record of this identity holds that many more documents and facts; returns the documents' ids, newest act first."""
    chance = random.Random(seed)
    now = clock.now()
    rows = []
    for number in range(documents):
        at = now - timedelta(days=5 * 365 * number / documents, minutes=number)
        type_code, class_code = TYPES[number % len(TYPES)]
        row = Document(
            patient_id=patient_id,
            unique_id=f"urn:uuid:{clock.new_id()}",
            set_id=f"urn:uuid:{clock.new_id()}",
            class_code=class_code,
            type_code=type_code,
            type_label="Document de mesure",
            title=f"Document de mesure {number}",
            created_at=at,
            started_at=at,
            media_type="text/plain",
            size=100,
            sha256=bytes(32),
            sha1=bytes(20),
            body_level=1,
            author_name=f"Dr Essai {number % 12}",
            encounter_id=f"urn:oid:1.2.3^{number // 4}" if number % 3 else "",
            masked=number % 30 == 7,
            content_id=clock.new_id(),
            fhir_text="",
        )
        row.fhir_text = as_text(row)
        rows.append(row)
    made = [_fact(patient_id, rows[chance.randrange(documents)], number, chance) for number in range(facts)]
    with sql_allowed("bulk load"):
        Document.objects.bulk_create(rows, batch_size=500)
        Fact.objects.bulk_create(made, batch_size=1000)
        Record.objects.update_or_create(patient_id=patient_id, defaults={"revision": documents})
    return [row.id for row in rows]


def _fact(patient_id: UUID, document: Document, number: int, chance: random.Random) -> Fact:
    kind = KINDS[number % len(KINDS)]
    name = f"{kind} {chance.randrange(40)}"
    return Fact(
        patient_id=patient_id,
        document=document,
        kind=kind,
        label=name.capitalize(),
        label_key=name.upper(),
        value=Decimal(chance.randrange(1, 200)) if kind in ("measure", "result") else None,
        low=Decimal(20) if kind == "result" else None,
        high=Decimal(150) if kind == "result" else None,
        status="active",
        reliability="structured",
        noted_on=document.started_at.date(),
        position=number,
    )

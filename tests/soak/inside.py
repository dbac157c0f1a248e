"""Run on the installation of a platform of its own: `people N` mints patients whom the bearer of SOAK_TOKEN has in care, and
`defects FILE` compares what its database and vault hold with what clients were told (JSON of `clients.Acknowledged`)."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from socle.base.access.doors import sql_allowed  # noqa: E402
from socle.base.signin import tokens  # noqa: E402
from socle.base.vault import sealing  # noqa: E402
from socle.record.actions import openings  # noqa: E402
from socle.record.mappings.document_reference import as_text  # noqa: E402
from socle.record.models import Document, Fact  # noqa: E402
from tests import minting  # noqa: E402
from tests.databases import as_owner  # noqa: E402

TRAITS = ("matricule", "oid", "birth_name", "first_given", "given_names", "birth_date", "sex", "birthplace_cog")
DEADLINE_S = 180.0
Told = dict[str, Any]


def people(count: int) -> list[dict[str, str]]:
    actor = tokens.authenticate(f"Bearer {os.environ['SOAK_TOKEN']}")
    made = [minting.patient() for _ in range(count)]
    for one in made:
        openings.state_care(actor=actor, patient_id=one.id)
    return [{"id": str(one.id), **{name: str(getattr(one, name)) for name in TRAITS}} for one in made]


def defects(told: list[Told]) -> list[str]:
    """Everything that is not as the clients were told; empty when all is whole."""
    settle()
    with sql_allowed("tests"):
        rows = {str(one.id): one for one in Document.objects.all()}
        return [
            *_documents(told, rows),
            *_versions(told, rows),
            *_contents(told, rows),
            *_journal(told),
            *_facts(told),
            *_wholeness(),
            *_swept(),
        ]


def settle() -> None:
    """No reaction is due any more. What killed workers held comes back when their leases end: that minute is over at once."""
    as_owner("UPDATE events_reaction SET leased_until = now() WHERE state = 'due' AND leased_until > now()", [])
    deadline = time.monotonic() + DEADLINE_S
    while as_owner("SELECT 1 FROM events_reaction WHERE state = 'due' AND event_id IS NOT NULL LIMIT 1", []):
        if time.monotonic() > deadline:
            raise SystemExit("reactions do not end")
        time.sleep(0.1)


def _documents(told: list[Told], rows: dict[str, Document]) -> Iterator[str]:
    """Exactly the documents acknowledged are there, as they were sent."""
    for one in told:
        row = rows.get(one["id"])
        if row is None:
            yield f"{one['id']}: acknowledged and absent"
        elif (str(row.patient_id), row.unique_id, bytes(row.sha256).hex()) != (one["patient"], one["unique_id"], one["sha256"]):
            yield f"{one['id']}: not what was sent"
        elif row.fhir_text != as_text(row):
            yield f"{one['id']}: its served text is not that of its row"
    yield from (f"{id_}: there without having been acknowledged" for id_ in rows.keys() - {one["id"] for one in told})


def _versions(told: list[Told], rows: dict[str, Document]) -> Iterator[str]:
    """Of each series the last is current, and each version replaces the one before."""
    series: dict[str, list[Document]] = defaultdict(list)
    for one in told:
        if one["id"] in rows and rows[one["id"]].set_id:
            series[rows[one["id"]].set_id].append(rows[one["id"]])
    for versions in series.values():
        versions.sort(key=lambda row: row.version_number or 0)
        if [row.state for row in versions] != ["superseded"] * (len(versions) - 1) + ["current"]:
            yield f"{versions[-1].id}: states {[row.state for row in versions]}"
        if [row.replaces_id for row in versions] != [None, *(row.id for row in versions[:-1])]:
            yield f"{versions[-1].id}: does not follow its predecessors"


def _contents(told: list[Told], rows: dict[str, Document]) -> Iterator[str]:
    for one in told:
        if one["id"] in rows:
            content = sealing.open(sealing.permit(rows[one["id"]].content_id))
            if hashlib.sha256(content).hexdigest() != one["sha256"]:
                yield f"{one['id']}: other bytes"


def _journal(told: list[Told]) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT unnest(object_ids)::text FROM audit_entry WHERE outcome = 'done' AND door LIKE %s",
            ["record.actions.deposits.%"],
        )
        journalled = {row[0] for row in cursor.fetchall()}
    yield from (f"{one['id']}: no line in the journal" for one in told if one["id"] not in journalled)


def _facts(told: list[Told]) -> Iterator[str]:
    found: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for document_id, kind, label in Fact.objects.values_list("document_id", "kind", "label"):
        found[str(document_id)][kind, label] += 1
    for one in told:
        if found[one["id"]] != Counter(map(tuple, one["facts"])):
            yield f"{one['id']}: {sum(found[one['id']].values())} facts of {len(one['facts'])}"


_WHOLE = {
    "document without content": "SELECT d.id FROM record_document d LEFT JOIN vault_content c ON c.id = d.content_id"
    " WHERE c.id IS NULL",
    "content without document": "SELECT c.id FROM vault_content c LEFT JOIN record_document d ON d.content_id = c.id"
    " WHERE d.id IS NULL",
    "content without the key of its owner": "SELECT c.id FROM vault_content c LEFT JOIN vault_key k USING (owner_kind, owner_id)"
    " WHERE k.id IS NULL",
    "superseded without successor": "SELECT d.id FROM record_document d WHERE d.state = 'superseded'"
    " AND NOT EXISTS (SELECT 1 FROM record_document n WHERE n.replaces_id = d.id)",
    "replaced and still current": "SELECT d.id FROM record_document d JOIN record_document n ON n.replaces_id = d.id"
    " WHERE d.state = 'current'",
    "lot without all its documents": "SELECT s.id FROM record_submissionset s"
    " WHERE jsonb_array_length(s.fhir_text::jsonb->'entry')"
    " <> (SELECT count(*) FROM record_document d WHERE d.submission_id = s.id)",
    "document without event": "SELECT d.id FROM record_document d LEFT JOIN events_event e ON e.aggregate_id = d.id"
    " AND e.kind = 'record.document-deposited' WHERE e.id IS NULL",
    "reaction given up": "SELECT id FROM events_reaction WHERE state = 'dead'",
}


def _wholeness() -> Iterator[str]:
    """Nothing is half there."""
    for what, statement in _WHOLE.items():
        yield from (f"{row[0]}: {what}" for row in as_owner(statement, []))


def _swept() -> Iterator[str]:
    """After the sweep the vault's folder holds the files that rows name, and no other."""
    sealing.sweep(older_than=timedelta())
    files = {path.name for path in Path(settings.SOCLE_VAULT_FOLDER).glob("??/??/*")}
    named = {str(row[0]) for row in as_owner("SELECT id FROM vault_content WHERE sealed IS NULL", [])}
    yield from (f"{id_}: content whose file is absent" for id_ in named - files)
    yield from (f"{name}: file that no row names" for name in files - named)


def main(verb: str, argument: str) -> None:
    answer: object = people(int(argument)) if verb == "people" else defects(json.loads(Path(argument).read_text("utf-8")))
    print(json.dumps(answer))
    from socle.deploy import pool

    pool.close()


if __name__ == "__main__":
    main(*sys.argv[1:3])

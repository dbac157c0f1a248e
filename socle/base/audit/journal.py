"""Append to the journal, and read it back as plain values. The caller's transaction decides whether the line stays."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db import connection

from socle import clock

IDS_KEPT = 50
"""Up to this many shown ids stand in the entry; beyond, their number, hash and the record's revision do (architecture.md §2)."""


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What a door tells the journal. Ids are those of the platform; names are snapshots; `reason` is what the person gave."""

    door: str
    outcome: str = "done"
    code: str = ""
    actor_kind: str = ""
    actor_id: UUID | None = None
    actor_name: str = ""
    actor_role: str = ""
    structure_id: UUID | None = None
    structure_name: str = ""
    on_behalf_of: UUID | None = None
    patient_id: UUID | None = None
    purpose: str = ""
    reason: str = ""
    channel: str = ""
    object_kind: str = ""
    object_ids: tuple[UUID, ...] = field(default=())
    revision: int | None = None
    cause_id: UUID | None = None

    def about(self, patient_id: UUID) -> NewEntry:
        return replace(self, patient_id=patient_id)


_COLUMNS = (
    "id, at, outcome, door, code, actor_kind, actor_id, actor_name, actor_role, structure_id, structure_name, on_behalf_of,"
    " patient_id, purpose, reason, channel, object_kind, object_ids, object_count, object_hash, revision, cause_id"
)
_INSERT = f"INSERT INTO audit_entry ({_COLUMNS}) VALUES ({', '.join(['%s'] * 22)})"  # noqa: S608


def hash_of(ids: Iterable[UUID]) -> bytes:
    """SHA-256 over the sorted ids: replaying the same consultation on the same revision gives the same hash."""
    digest = hashlib.sha256()
    for value in sorted(ids):
        digest.update(value.bytes)
    return digest.digest()


def append(entry: NewEntry) -> UUID:
    """The entry is in the journal when the caller's transaction commits; returns its id. One INSERT."""
    entry_id = clock.new_id()
    unique = tuple(dict.fromkeys(entry.object_ids))
    kept = unique if len(unique) <= IDS_KEPT else ()
    digest = hash_of(unique) if len(unique) > IDS_KEPT else None
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            [
                entry_id,
                clock.now(),
                entry.outcome,
                entry.door,
                entry.code,
                entry.actor_kind,
                entry.actor_id,
                entry.actor_name,
                entry.actor_role,
                entry.structure_id,
                entry.structure_name,
                entry.on_behalf_of,
                entry.patient_id,
                entry.purpose,
                entry.reason,
                entry.channel,
                entry.object_kind,
                list(kept),
                len(unique),
                digest,
                entry.revision,
                entry.cause_id,
            ],
        )
    return entry_id

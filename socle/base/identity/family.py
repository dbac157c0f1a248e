"""The family of an identity: itself, its master and all merged into it. Used inside doors by whatever reads about a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from socle.errors import NotFound


@dataclass(frozen=True, slots=True)
class Family:
    """`root` is the identity that people see; `ids` are all identities whose rows belong to the same person."""

    root: UUID
    ids: tuple[UUID, ...]


_FAMILY = """
SELECT coalesce(p.master_id, p.id), f.id FROM identity_patient p
JOIN identity_patient f ON f.id = coalesce(p.master_id, p.id) OR f.master_id = coalesce(p.master_id, p.id)
WHERE p.id = %s
"""


def load(patient_id: UUID) -> Family:
    """One statement. NotFound when no identity has that id."""
    with connection.cursor() as cursor:
        cursor.execute(_FAMILY, [patient_id])
        rows = cursor.fetchall()
    if not rows:
        raise NotFound()
    return Family(rows[0][0], tuple(row[1] for row in rows))


@dataclass(frozen=True, slots=True)
class Held:
    """What the deposit gate compares with a document's header. Names are comparable forms."""

    patient_id: UUID
    root: UUID
    status: str
    matricule: str | None
    oid: str | None
    birth_name_key: str
    first_given_key: str
    birth_date: date
    sex: str
    birthplace_cog: str
    blocked: bool
    """A doubtful or fictitious identity: nothing is deposited on it."""


_HELD = """
SELECT id, coalesce(master_id, id), status, matricule, oid, birth_name_key, first_given_key, birth_date, sex, birthplace_cog,
       doubtful OR fictitious FROM identity_patient
"""


def holding_ins(matricule: str, oid: str) -> Held | None:
    """The active identity that holds this INS, whatever its status. One statement."""
    return _held(_HELD + "WHERE oid = %s AND matricule = %s AND master_id IS NULL", [oid, matricule])


def held(patient_id: UUID) -> Held:
    """The same facts by id of the identity. NotFound when there is none. One statement."""
    found = _held(_HELD + "WHERE id = %s", [patient_id])
    if found is None:
        raise NotFound()
    return found


def _held(sql: str, parameters: list[str | UUID]) -> Held | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        row = cursor.fetchone()
    return Held(*row) if row else None

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


def family_of(identity: str) -> str:
    """SQL, for a larger statement: the row (`root`, `ids`) of the family of the identity that this SQL expression names; no row
    when there is no such identity."""
    return f"""SELECT p.root, array_agg(f.id) AS ids
FROM (SELECT coalesce(master_id, id) AS root FROM identity_patient WHERE id = {identity}) p
JOIN identity_patient f ON f.id = p.root OR f.master_id = p.root GROUP BY p.root"""  # noqa: S608


_FAMILY = family_of("%s")


def load(patient_id: UUID) -> Family:
    """One statement. NotFound when no identity has that id."""
    with connection.cursor() as cursor:
        cursor.execute(_FAMILY, [patient_id])
        row = cursor.fetchone()
    if row is None:
        raise NotFound()
    return Family(row[0], tuple(row[1]))


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


HELD = """h.id, coalesce(h.master_id, h.id), h.status, h.matricule, h.oid, h.birth_name_key, h.first_given_key, h.birth_date,
h.sex, h.birthplace_cog, h.doubtful OR h.fictitious"""
"""The columns of `Held`, in its order, of an identity named `h` in a larger statement."""
HOLDING = "identity_patient h WHERE h.oid = %(oid)s AND h.matricule = %(matricule)s AND h.master_id IS NULL"
"""SQL: the active identity that holds an INS, whatever its status."""


def holding_ins(matricule: str, oid: str) -> Held | None:
    """The active identity that holds this INS, whatever its status. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {HELD} FROM {HOLDING}", {"oid": oid, "matricule": matricule})  # noqa: S608
        row = cursor.fetchone()
    return Held(*row) if row else None

"""Sight: what one actor sees of one record, loaded by one statement (rules.md §2.4, evaluated in that order; deny wins).

The steps about the record (closed, blocked, without authorisation) are `Sight.decision()`. What is left for each document is
four plain tests, written once as a WHERE clause and once in Python; a property test compares them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from django.db import connection

from socle import clock
from socle.base.access import habilitation
from socle.base.access.actor import Actor, Kind, Purpose
from socle.base.access.models import WEIGHT
from socle.base.access.rules import Decision, record_decision


class DocumentFacts(Protocol):
    """What Sight reads of a document."""

    @property
    def type_code(self) -> str: ...

    @property
    def masked(self) -> bool: ...

    @property
    def hidden_from_patient(self) -> bool: ...

    @property
    def hidden_from_representatives(self) -> bool: ...

    @property
    def deleted(self) -> bool: ...

    @property
    def depositor_id(self) -> UUID | None: ...

    @property
    def depositor_structure_id(self) -> UUID | None: ...


@dataclass(frozen=True, slots=True)
class Facts:
    """What one statement loads about an actor and a person's family of identities."""

    opening: str = ""
    authorised: bool = False
    blocked: bool = False
    referent: bool = False
    represents: bool = False
    emergency_open: bool = False
    emergency_allowed: bool = True
    regulation_allowed: bool = True
    masked_shown_in_emergency: bool = False


@dataclass(frozen=True, slots=True)
class Sight:
    """What `actor` sees of the record of the person whose identities are `family`."""

    actor: Actor
    family: tuple[UUID, ...]
    facts: Facts
    readable: frozenset[str] = field(default=frozenset())

    @property
    def is_holder(self) -> bool:
        return self.actor.kind is Kind.PATIENT and self.actor.person_id in self.family

    @property
    def sees_masked(self) -> bool:
        """Whether documents masked to professionals show: the person, the médecin traitant, the administrators they named, and in
        emergency whoever the person's setting lets."""
        if self.actor.kind in (Kind.PATIENT, Kind.REPRESENTATIVE) or self.facts.referent:
            return True
        urgent = self.actor.purpose in (Purpose.EMERGENCY, Purpose.REGULATION)
        return urgent and self.facts.masked_shown_in_emergency

    @property
    def may_be_partial(self) -> bool:
        """Whether « Des éléments peuvent être masqués » stands: always, but for the person and those who see all."""
        return not (self.is_holder or self.facts.referent)

    def decision(self) -> Decision:
        """Steps 1 to 3: may this actor read this record at all."""
        return record_decision(self.actor, self.facts, holder=self.is_holder)

    def sees(self, document: DocumentFacts) -> bool:
        """Steps 4 to 8 for one document; equals `where()` on the same row."""
        if document.deleted:
            return False
        if self.actor.kind is Kind.PATIENT:
            return not document.hidden_from_patient
        if self.actor.kind is Kind.REPRESENTATIVE:
            return not (document.hidden_from_patient or document.hidden_from_representatives)
        if document.type_code not in self.readable:
            return False
        return not document.masked or self.sees_masked or self._deposited(document)

    def where(self, table: str = "d") -> tuple[str, list[Any]]:
        """Steps 4 to 8 as SQL on the alias `table` of the documents; the caller adds the family and the state wanted."""
        if self.actor.kind is Kind.PATIENT:
            return f"NOT {table}.deleted AND NOT {table}.hidden_from_patient", []
        if self.actor.kind is Kind.REPRESENTATIVE:
            return (
                f"NOT {table}.deleted AND NOT {table}.hidden_from_patient AND NOT {table}.hidden_from_representatives",
                [],
            )
        clause = f"NOT {table}.deleted AND {table}.type_code = ANY(%s)"
        parameters: list[Any] = [sorted(self.readable)]
        if not self.sees_masked:
            clause += f" AND (NOT {table}.masked OR {table}.depositor_id = %s OR {table}.depositor_structure_id = %s)"
            parameters += [self.actor.person_id, self.actor.structure_id]
        return clause, parameters

    def _deposited(self, document: DocumentFacts) -> bool:
        actor = self.actor
        return (actor.person_id is not None and document.depositor_id == actor.person_id) or (
            actor.structure_id is not None and document.depositor_structure_id == actor.structure_id
        )


_WEIGHT = ", ".join(f"'{state}'" for state in WEIGHT)


def columns(family: str) -> str:
    """SQL, for a larger statement: the columns of `Facts` in order, for the identities that this expression (uuid[]) gives and
    the actor that `values` names."""
    return f"""
  (SELECT state FROM access_opening WHERE patient_id = ANY({family})
     ORDER BY array_position(ARRAY[{_WEIGHT}], state) LIMIT 1),
  EXISTS (SELECT 1 FROM access_authorisation WHERE patient_id = ANY({family}) AND person_id = %(person)s
     AND state = 'valid' AND (expires_at IS NULL OR expires_at > %(now)s)),
  EXISTS (SELECT 1 FROM access_authorisation WHERE patient_id = ANY({family})
     AND person_id IN (%(person)s, %(principal)s) AND state = 'blocked'),
  EXISTS (SELECT 1 FROM access_referent WHERE patient_id = ANY({family}) AND person_id = %(person)s AND until IS NULL),
  EXISTS (SELECT 1 FROM access_representation WHERE patient_id = ANY({family}) AND representative_id = %(person)s
     AND (until IS NULL OR until > %(now)s)),
  EXISTS (SELECT 1 FROM access_emergencysession WHERE id = %(emergency)s AND patient_id = ANY({family})
     AND person_id = %(person)s AND closed_at IS NULL AND ends_at > %(now)s),
  coalesce((SELECT bool_and(emergency_allowed) FROM access_choice WHERE patient_id = ANY({family})), true),
  coalesce((SELECT bool_and(regulation_allowed) FROM access_choice WHERE patient_id = ANY({family})), true),
  coalesce((SELECT bool_and(masked_shown_in_emergency) FROM access_choice WHERE patient_id = ANY({family})), false)
"""  # noqa: S608


def values(actor: Actor) -> dict[str, Any]:
    """What the placeholders of `columns` stand for."""
    return {
        "person": actor.person_id,
        "principal": actor.on_behalf_of,
        "emergency": actor.emergency_id,
        "now": clock.now(),
    }


def of_row(actor: Actor, family: tuple[UUID, ...], row: Sequence[Any]) -> Sight:
    """The sight that a row of `columns` makes."""
    return Sight(actor, family, Facts(row[0] or "", *row[1:]), habilitation.of(actor).read)


_ALONE = "SELECT " + columns("%(family)s")


def load(actor: Actor, family: tuple[UUID, ...]) -> Sight:
    """The sight of `actor` on the record of `family` (the identities of one person, from identity). One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_ALONE, {"family": list(family), **values(actor)})
        row = cursor.fetchone()
    return of_row(actor, family, row)

"""Register a person from a page, change what may be changed, correct strict traits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from socle.base.access.actor import Actor
from socle.base.access.doors import door, note
from socle.base.events import queue
from socle.base.identity import changing
from socle.base.identity.models import Patient, Search
from socle.base.identity.queries.searches import born, own
from socle.base.identity.rules import Step, may_identify
from socle.base.identity.traits import (
    NOTHING_ELSE,
    Columns,
    Complementary,
    Strict,
    coherent_first_given,
    complementary_columns,
    strict_columns,
)
from socle.errors import Conflict, Invalid
from socle.formats.legible import legible
from socle.formats.names import NO_FAMILY_NAME, NO_FIRST_NAME, comparable, matched_spans

SEARCH_FIRST = "Recherchez d’abord la personne : une identité ne se crée qu’après une recherche sans résultat."
OTHER_SEARCH = "Les traits saisis ne sont pas ceux de votre recherche. Recherchez de nouveau la personne."
REASON = "Indiquez le motif."
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Changed:
    """The identity written and its version after."""

    id: UUID
    version: int


@door(reads=False)
def register(*, actor: Actor, search_id: UUID, strict: Strict, complementary: Complementary = NOTHING_ELSE) -> Changed:
    """A provisional identity exists, from a search of one's own by birth date that found nobody and that these traits agree with.
    A person of whom nothing is known is SANSNOM SANSPRENOM, with the last day of an estimated decade.

    Invalid `traits` with one issue a trait; NotFound when the search is gone; Conflict `recherche-requise` when it found
    somebody, would find somebody now, or was about somebody else."""
    may_identify(actor).enforce()
    columns = strict_columns(strict) | complementary_columns(complementary)
    search = own(actor, search_id)
    _agrees(search, columns)
    patient = new(actor, columns)
    insert(patient)
    # a search registers one person: a form sent twice must not make two, of whom nothing may be known
    if not Search.objects.filter(id=search.id, result_ids=[]).update(result_ids=[patient.id]):
        raise Conflict("recherche-requise", SEARCH_FIRST)
    return Changed(patient.id, patient.version)


def new(actor: Actor, columns: Columns) -> Patient:
    """A provisional identity with these columns, not yet written."""
    patient = Patient(registrar_id=actor.person_id or actor.software_id, registrar_structure_id=actor.structure_id)
    for name, value in columns.items():
        setattr(patient, name, value)
    return patient


def insert(patient: Patient) -> None:
    """The identity is written in the door that runs; the journal's line is about it, and whoever listens is told."""
    patient.save(force_insert=True)
    note(patient_id=patient.id, kind="identity", shown=[patient.id], revision=patient.version)
    queue.emit("identity.registered", aggregate_id=patient.id, patient_id=patient.id, facts={"status": patient.status})


def _agrees(search: Search, columns: Mapping[str, object]) -> None:
    """The search is about this person and would still find nobody: registrations of one birth date go one after the other, so
    that two desks do not make two identities."""
    if search.by_matricule or search.result_ids:
        raise Conflict("recherche-requise", SEARCH_FIRST)
    unknown = columns["birth_name"] == NO_FAMILY_NAME and columns["first_given"] == NO_FIRST_NAME
    same_names = all(
        not typed or any(matched_spans(str(columns[name]), typed) for name in names)
        for typed, names in (
            (search.name_start, ("birth_name", "used_name")),
            (search.given_start, ("first_given", "used_given")),
        )
    )
    if search.birth_date is None or search.birth_date != columns["birth_date"] or not (same_names or unknown):
        raise Conflict("recherche-requise", OTHER_SEARCH)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"identity-born:{search.birth_date}"])
    if not unknown and born(search.birth_date, search.name_start, search.given_start):
        raise Conflict("recherche-requise", "Cette personne vient d’être enregistrée. Recherchez-la de nouveau.")


@door(reads=False)
def update_traits(
    *, actor: Actor, patient_id: UUID, version: int, complementary: Complementary, first_given: str | None = None
) -> Changed:
    """The complementary traits are these (all of them: an empty one is erased), and the first given name is this one when told.
    The status does not change (EXI SI 30). Invalid `traits`, `first-given`; Conflict when another version stands."""
    may_identify(actor).enforce()
    patient = changing.locked(patient_id, version)
    for name, value in complementary_columns(complementary).items():
        setattr(patient, name, value)
    if first_given is not None:
        patient.first_given = coherent_first_given(first_given, patient.given_names)
        patient.first_given_key = comparable(patient.first_given)
    return Changed(patient.id, changing.save(patient, "complementary"))


@door(reads=False)
def correct(*, actor: Actor, patient_id: UUID, version: int, strict: Strict, reason: str) -> Changed:
    """The strict traits are these. The identity is provisional again, without INS nor document: traits that were verified differ
    from the person's (RNIV §3.2.3). A provisional identity stays so. Invalid `traits`, `reason`; Conflict of version."""
    may_identify(actor).enforce()
    patient = changing.locked(patient_id, version)
    note(reason=reason_of(reason))
    columns = strict_columns(strict)
    changing.step(patient, Step.CORRECTION)
    for name, value in columns.items():
        setattr(patient, name, value)
    return Changed(patient.id, changing.save(patient, Step.CORRECTION))


def reason_of(typed: str) -> str:
    """The reason that a person gives, trimmed. Invalid `reason` when there is none or it is too long."""
    reason = legible(typed)
    if not reason or len(typed) > LONGEST_REASON or "\x00" in typed:
        raise Invalid("reason", REASON, where="reason")
    return reason

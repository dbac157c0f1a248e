"""Rules of the record: who deposits, who may change or delete a document. Pure functions; each returns a Decision."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from socle.base.access import habilitation
from socle.base.access.actor import Actor, Kind
from socle.base.access.rules import NOT_YOUR_ROLE, OPPOSED, YES, Decision, state_decision

SCOPE_DEPOSIT = "record.deposit"
PATIENT_TYPES_CLASS = "90"
"""Class of the documents that the person writes (rules.md §2.3)."""

NOT_THIS_TYPE = Decision(
    False,
    "habilitation",
    "Votre profession ne permet pas de déposer ce type de document.",
    "La matrice d’habilitation nationale ; voyez le référent de votre département.",
)
OPPOSED_TO_DEPOSIT = replace(OPPOSED, sentence=f"{OPPOSED.sentence} Vous pouvez lui remettre le document en main propre.")
NOT_THE_AUTHOR = Decision(
    False,
    "auteur",
    "Seul l’auteur du dépôt peut remplacer, masquer ou supprimer ce document.",
    "L’auteur du document, ou un professionnel de sa structure qui l’a signé.",
)
NO_SCOPE = Decision(False, "portee", "Ce logiciel n’est pas autorisé à déposer.", "L’administrateur de la plateforme.")


@dataclass(frozen=True, slots=True)
class Authorship:
    """Who deposited a document, and who signed it."""

    depositor_id: UUID | None
    depositor_structure_id: UUID | None
    author_national_id: str


def may_feed(actor: Actor) -> Decision:
    """Whether this kind of actor deposits at all. Asked before anything is looked up: the answer says nothing of anybody."""
    if actor.kind is Kind.SOFTWARE:
        return YES if SCOPE_DEPOSIT in actor.rights and actor.structure_id else NO_SCOPE
    return YES if actor.kind is Kind.SYSTEM or actor.is_professional else NOT_YOUR_ROLE


def may_deposit(actor: Actor, opening: str, type_code: str) -> Decision:
    """Feeding needs an open record and a habilitation to write the type; no authorisation to read (rules.md §2.4 step 3)."""
    state = state_decision(opening)
    if not state.allowed:
        return OPPOSED_TO_DEPOSIT if state is OPPOSED else state
    feeds = may_feed(actor)
    if not feeds.allowed or not actor.is_professional:
        return feeds
    return YES if type_code in habilitation.of(actor).write else NOT_THIS_TYPE


def may_change(actor: Actor, authorship: Authorship) -> Decision:
    """Replace, change a mask as its author, delete: the original depositor, or a professional of the depositor's structure who is
    also the header's author. A structure's software is the depositor when it deposited for the structure."""
    same_person = actor.person_id is not None and actor.person_id == authorship.depositor_id
    same_structure = actor.structure_id is not None and actor.structure_id == authorship.depositor_structure_id
    signed = bool(actor.national_id) and actor.national_id == authorship.author_national_id
    if same_person or (actor.kind is Kind.SYSTEM and authorship.depositor_id is None):
        return YES
    if actor.kind is Kind.SOFTWARE and same_structure and authorship.depositor_id is None:
        return YES
    return YES if same_structure and signed else NOT_THE_AUTHOR

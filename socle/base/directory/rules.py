"""Who may change the directory. Reading it is for everybody: the national directory is public, and what is not in it (red list)
is in no answer."""

from __future__ import annotations

from uuid import UUID

from socle.base.access.actor import Actor, Kind
from socle.base.access.rules import YES, Decision

DIRECTORY = "directory"
"""The administration right over imports and référents."""
STRUCTURE = "structure"
"""The administration right over the people of one's own structure."""

NOT_ADMINISTRATOR = Decision(
    False,
    "annuaire-administration",
    "Seul un administrateur de l’annuaire peut faire cela.",
    "L’administrateur de la plateforme.",
)
NOT_YOUR_STRUCTURE = Decision(
    False,
    "structure-autre",
    "Vous ne pouvez vous porter garant que des personnes de votre structure.",
    "L’administrateur de la structure concernée.",
)
ONLY_PLATFORM = Decision(False, "annuaire-connexion", "Seule la connexion par Pro Santé Connect met cette fiche à jour.")


def may_import(actor: Actor) -> Decision:
    """The platform itself, or an administrator of the directory."""
    return YES if actor.kind is Kind.SYSTEM or DIRECTORY in actor.rights else NOT_ADMINISTRATOR


def may_edit_contacts(actor: Actor) -> Decision:
    """The référents are kept by the same administrators."""
    return may_import(actor)


def may_vouch(actor: Actor, organisation_id: UUID) -> Decision:
    """A structure answers for its own workers only, by an administrator of the structure."""
    if actor.kind is Kind.SYSTEM:
        return YES
    if STRUCTURE in actor.rights and actor.structure_id == organisation_id:
        return YES
    return NOT_YOUR_STRUCTURE


def may_record_sign_in(actor: Actor) -> Decision:
    """What Pro Santé Connect says of a professional is written by the platform alone."""
    return YES if actor.kind is Kind.SYSTEM else ONLY_PLATFORM

"""A structure of the directory, named by its number on the command line."""

from __future__ import annotations

from socle.base.access.actor import Actor
from socle.base.directory.queries.practitioners import organisation_of
from socle.base.directory.values import Organisation
from socle.deploy.environment import DeployError
from socle.formats.identifiers.cleaning import compact

_KINDS = {9: "finess", 14: "siret"}
"""By the number of signs; any other is an IDNST."""


def named(number: str, *, actor: Actor) -> Organisation:
    """The active structure of that FINESS, SIRET or IDNST. DeployError when the directory has none."""
    value = compact(number)
    found = organisation_of(actor=actor, **{_KINDS.get(len(value), "national_id"): value}) if value else None
    if found is None or not found.active:
        raise DeployError(
            "Aucune structure active de l’annuaire n’a ce numéro FINESS, SIRET ou IDNST (chargez d’abord socle import annuaire)."
        )
    return found

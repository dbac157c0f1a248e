"""Whose record a deposit goes to: the identity held, its family, and the depositor's sight, after the gate. Used inside doors."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from socle.base.access import sight
from socle.base.access.actor import Actor
from socle.base.access.doors import note
from socle.base.identity import family as families
from socle.errors import Invalid, Issue
from socle.record import gate
from socle.record.incoming import Incoming

Ins = tuple[str, str] | None
"""INS (value, OID) of the header, when the document has one."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Loaded once, whatever the number of documents of a lot."""

    held: families.Held
    family: tuple[UUID, ...]
    seen: sight.Sight

    @property
    def root(self) -> UUID:
        return self.held.root


def load(actor: Actor, incoming: Incoming, ins: Ins) -> tuple[Destination, tuple[Issue, ...]]:
    """Where this document goes, and the gate's warnings. Three statements. The journal's line is about this person from here on.
    Raises Invalid `ins-missing` or `identity-conflict`, NotFound when the request names nobody."""
    held, family, warnings = identify(incoming, ins)
    note(patient_id=held.root, kind="document")
    return Destination(held, family, sight.load(actor, family)), warnings


def identify(incoming: Incoming, ins: Ins) -> tuple[families.Held, tuple[UUID, ...], tuple[Issue, ...]]:
    """The same without the depositor's sight: two statements."""
    claims = incoming.claims
    named = ins or claims.ins
    held: families.Held | None
    if named is not None:
        held = families.holding_ins(*named)
        family = families.load(held.root).ids if held is not None else ()
    elif claims.patient_id is not None:
        person = families.load(claims.patient_id)
        held, family = families.held(person.root), person.ids
    else:
        raise _nobody()
    held, warnings = _through_gate(held, family, incoming, ins)
    return held, family, warnings


def check_same(destination: Destination, incoming: Incoming, ins: Ins) -> tuple[Issue, ...]:
    """A further document of a lot passes the same gate; its warnings. No statement: an INS is held by one active identity."""
    named = ins or incoming.claims.ins
    if named is None and incoming.claims.patient_id is None:
        raise _nobody()
    if named is not None and named != (destination.held.matricule, destination.held.oid):
        raise gate.conflict("Tous les documents d’un lot concernent la même personne.")
    return _through_gate(destination.held, destination.family, incoming, ins)[1]


def _through_gate(
    held: families.Held | None, family: tuple[UUID, ...], incoming: Incoming, ins: Ins
) -> tuple[families.Held, tuple[Issue, ...]]:
    claims = incoming.claims
    warnings = gate.check_identity(held, incoming.document) if incoming.document is not None else ()
    if held is None or held.blocked or held.status != "qualified":
        raise gate.conflict("Aucune identité qualifiée ne correspond : qualifiez l’identité avant de déposer.")
    another = claims.patient_id is not None and claims.patient_id not in family
    if another or (claims.ins is not None and ins is not None and claims.ins != ins):
        raise gate.conflict("Le document concerne une autre personne que celle de la demande.")
    return held, warnings


def _nobody() -> Invalid:
    return Invalid("ins-missing", "La demande ne dit pas de quelle personne il s’agit.", where="subject")

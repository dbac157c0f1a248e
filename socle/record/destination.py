"""Whose record a deposit goes to: the identity held, its family, and the depositor's sight, after the gate. Used inside doors."""

from __future__ import annotations

from dataclasses import dataclass, fields
from uuid import UUID

from django.db import connection

from socle.base.access import sight
from socle.base.access.actor import Actor
from socle.base.access.doors import note
from socle.base.identity import family as families
from socle.errors import Invalid, Issue, NotFound
from socle.record import chart as charts
from socle.record import gate
from socle.record.chart import chart_of, family_named
from socle.record.incoming import Incoming

Ins = tuple[str, str] | None
"""INS (value, OID) of the header, when the document has one."""


_CHART = len(fields(families.Held))
_BY_INS = f"""SELECT {families.HELD}, {charts.COLUMNS}
FROM (SELECT * FROM {families.HOLDING}) h CROSS JOIN {family_named("h.id")}"""  # noqa: S608
_BY_ID = f"""SELECT {families.HELD}, {charts.COLUMNS}
FROM {family_named("%(patient)s")} JOIN identity_patient h ON h.id = fam.root"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Destination:
    """Loaded once, whatever the number of documents of a lot."""

    held: families.Held
    family: tuple[UUID, ...]
    seen: sight.Sight

    @property
    def root(self) -> UUID:
        return self.held.root

    def owner(self, incoming: Incoming, ins: Ins) -> UUID:
        """Under which identity of the person it is written: the one that the request names when no INS does, so that undoing a
        merge gives each its own; else the one that holds the INS."""
        named = incoming.claims.patient_id
        by_id = ins is None and incoming.claims.ins is None and named in self.family
        return named if by_id and named is not None else self.root


def load(actor: Actor, incoming: Incoming, ins: Ins) -> tuple[Destination, tuple[Issue, ...]]:
    """Where this document goes, and the gate's warnings. One statement. The journal's line is about this person from here on.
    Raises Invalid `ins-missing` or `identity-conflict`, NotFound when the request names nobody we know."""
    named = ins or incoming.claims.ins
    if named is not None:
        source, asked = _BY_INS, dict(zip(("matricule", "oid"), named, strict=True))
    elif incoming.claims.patient_id is not None:
        source, asked = _BY_ID, {"patient": str(incoming.claims.patient_id)}
    else:
        raise _nobody()
    with connection.cursor() as cursor:
        cursor.execute(source, {**asked, **sight.values(actor)})
        row = cursor.fetchone()
    if row is None and named is None:
        raise NotFound()
    held = families.Held(*row[:_CHART]) if row is not None else None
    held, warnings = _through_gate(held, tuple(row[_CHART + 1]) if row is not None else (), incoming, ins)
    chart = chart_of(actor, row[_CHART:])
    note(kind="document")
    return Destination(held, chart.family, chart.sight), warnings


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

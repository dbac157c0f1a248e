"""What the token endpoint reads of a software before it is proven."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from socle.base.access.actor import Actor, Channel, Kind
from socle.base.access.doors import door, not_journalled
from socle.base.signin.models import SoftwareClient


@dataclass(frozen=True, slots=True)
class Software:
    """A registered software that is let in."""

    id: UUID
    client_id: str
    name: str
    jwks: Mapping[str, Any]
    structure_id: UUID
    structure_name: str
    scopes: frozenset[str]
    trust_contract: bool
    psc_client_id: str
    franceconnect_client_id: str

    def actor(self, rights: frozenset[str] = frozenset()) -> Actor:
        """The software alone, without a named professional: it deposits and never reads."""
        return Actor(
            kind=Kind.SOFTWARE,
            person_id=self.id,
            name=self.name,
            title="Logiciel",
            structure_id=self.structure_id,
            structure_name=self.structure_name,
            software_id=self.id,
            trust_contract=self.trust_contract,
            rights=rights,
            channel=Channel.FHIR,
        )


@door(reads=True)
def registered(*, actor: Actor, client_id: str) -> Software | None:
    """The active software of that client id."""
    not_journalled()
    row = SoftwareClient.objects.filter(client_id=client_id, active=True).first()
    if row is None:
        return None
    return Software(
        row.id,
        row.client_id,
        row.name,
        row.jwks,
        row.structure_id,
        row.structure_name,
        frozenset(row.scopes),
        row.trust_contract,
        row.psc_client_id,
        row.franceconnect_client_id,
    )

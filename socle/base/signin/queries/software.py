"""Registered software: what the token endpoint reads before one is proven, and the list for whoever administers them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from socle.base.access.actor import Actor, Channel, Kind
from socle.base.access.doors import door, not_journalled, note
from socle.base.signin.models import SoftwareClient
from socle.base.signin.rules import may_register_software


@dataclass(frozen=True, slots=True)
class Software:
    """A registered software; one that is not `active` gets no token."""

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
    active: bool = True

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
    return None if row is None else _software(row)


@door(reads=True)
def listed(*, actor: Actor) -> tuple[Software, ...]:
    """Every software, by client id, stopped ones too. For the platform, and administrators with the right `software`."""
    note(kind="software")
    may_register_software(actor).enforce()
    return tuple(_software(row) for row in SoftwareClient.objects.order_by("client_id"))


def _software(row: SoftwareClient) -> Software:
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
        row.active,
    )

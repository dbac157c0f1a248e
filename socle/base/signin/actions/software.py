"""Software that calls the platform: registered, stopped, proven by its assertions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from joserfc.jwk import KeySet

from socle import clock
from socle.base.access.actor import Actor
from socle.base.access.doors import door, not_journalled, note
from socle.base.signin import keysets, withdrawals
from socle.base.signin.models import AccessToken, SoftwareClient, UsedAssertion
from socle.base.signin.rules import SCOPES, may_register_software
from socle.base.signin.sealing import hash_of
from socle.errors import Invalid

_CLIENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{2,99}")


@dataclass(frozen=True, slots=True)
class Registration:
    """What a software is registered with. `jwks` holds public keys only."""

    client_id: str
    name: str
    jwks: Mapping[str, Any]
    structure_id: UUID
    structure_name: str
    scopes: frozenset[str]
    version: str = ""
    trust_contract: bool = False
    psc_client_id: str = ""
    franceconnect_client_id: str = ""


@door(reads=False)
def register(*, actor: Actor, software: Registration) -> UUID:
    """The software may ask for tokens with these keys and scopes; registering again replaces what it had. It ends its tokens when
    it takes something away: a key, a scope, the trust contract, the structure. By the platform, or by an administrator with the
    right `software`. Invalid: `logiciel-identifiant`, `logiciel-nom`, `logiciel-portee`, `logiciel-cles`."""
    may_register_software(actor).enforce()
    _check(software)
    before = SoftwareClient.objects.select_for_update().filter(client_id=software.client_id).first()
    if before is not None and _takes_away(before, software):
        _end_tokens(before.id)
    row, _ = SoftwareClient.objects.update_or_create(
        client_id=software.client_id,
        defaults={
            "name": software.name,
            "version": software.version,
            "jwks": dict(software.jwks),
            "structure_id": software.structure_id,
            "structure_name": software.structure_name,
            "scopes": sorted(software.scopes),
            "trust_contract": software.trust_contract,
            "psc_client_id": software.psc_client_id,
            "franceconnect_client_id": software.franceconnect_client_id,
            "active": True,
        },
    )
    note(kind="software", shown=[row.id])
    return row.id


@door(reads=False)
def stop(*, actor: Actor, software_id: UUID) -> None:
    """The software gets no token any more, and those it holds open nothing."""
    note(kind="software", shown=[software_id])
    may_register_software(actor).enforce()
    SoftwareClient.objects.filter(id=software_id).update(active=False)
    _end_tokens(software_id)


def _end_tokens(software_id: UUID) -> None:
    """What this software holds opens nothing, now and after it would be registered again."""
    AccessToken.objects.filter(software_id=software_id, revoked_at=None).update(revoked_at=clock.now())
    withdrawals.announce()


def _takes_away(before: SoftwareClient, after: Registration) -> bool:
    return (
        not _thumbprints(before.jwks) <= _thumbprints(after.jwks)
        or not set(before.scopes) <= after.scopes
        or before.structure_id != after.structure_id
        or (before.trust_contract and not after.trust_contract)
    )


def _thumbprints(jwks: Mapping[str, Any]) -> frozenset[str]:
    """Keys compare by what they are, not by how they are written or named."""
    return (
        frozenset(key.thumbprint() for key in KeySet.import_key_set({"keys": jwks["keys"]}).keys) if jwks["keys"] else frozenset()
    )


@door(reads=False)
def first_use(*, actor: Actor, software_id: UUID, jti: str, expires_at: datetime) -> bool:
    """Whether the assertion of that number was never presented before; it is used up now. Old numbers are forgotten."""
    not_journalled()
    UsedAssertion.objects.filter(expires_at__lt=clock.now()).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO signin_usedassertion (id, software_id, jti_hash, expires_at) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            [clock.new_id(), software_id, hash_of(jti), expires_at],
        )
        return bool(cursor.rowcount)


def _check(software: Registration) -> None:
    if not _CLIENT_ID.fullmatch(software.client_id):
        raise Invalid("logiciel-identifiant", "L’identifiant du logiciel tient en 3 à 100 lettres, chiffres, points et tirets.")
    if not software.name.strip():
        raise Invalid("logiciel-nom", "Indiquez le nom du logiciel.")
    if not software.scopes or not software.scopes <= SCOPES:
        raise Invalid("logiciel-portee", f"Choisissez des portées parmi : {', '.join(sorted(SCOPES))}.")
    keysets.check(software.jwks)

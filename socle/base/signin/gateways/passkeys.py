"""Passkeys (WebAuthn level 2): what a browser is asked for, and whether what it answers is right. Pure computing, by py_webauthn.

A passkey here always verifies its owner (code, finger or face), so that it is two factors at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import webauthn
from webauthn.helpers import base64url_to_bytes, options_to_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from socle.errors import Invalid

_NAME = "socle"
_LONGEST = 20_000
_WRONG = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)
"""What an answer that is no proof may raise, in our hands or the library's: it comes from anybody."""


@dataclass(frozen=True, slots=True)
class Site:
    """The address that the passkey is bound to. `origin` with scheme and port, `host` without."""

    origin: str
    host: str


@dataclass(frozen=True, slots=True)
class NewKey:
    """A passkey that may be kept."""

    key_id: bytes
    public_key: bytes
    counter: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What the browser is asked for, as JSON, and the challenge that its answer must sign."""

    options: dict[str, Any]
    challenge: str


def ask_new(site: Site, account_id: UUID, login: str, known: Iterable[bytes]) -> Asked:
    """For a new passkey of that account, on none of the authenticators it already has one on."""
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=_NAME,
        user_id=account_id.bytes,
        user_name=login,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=key) for key in known],
    )
    return _asked(options)


def ask_proof(site: Site, known: Iterable[bytes]) -> Asked:
    """For a proof by one of these passkeys, or by any of this site when none is named."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        allow_credentials=[PublicKeyCredentialDescriptor(id=key) for key in known],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _asked(options)


def new_key(site: Site, challenge: str, credential: str) -> NewKey:
    """Invalid `cle` when the answer is not to this challenge, not from this site, or did not verify its owner."""
    try:
        found = webauthn.verify_registration_response(
            credential=_told(credential),
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _WRONG as error:
        raise _refused() from error
    return NewKey(found.credential_id, found.credential_public_key, found.sign_count)


def key_of(credential: str) -> bytes:
    """Which passkey an answer says it is: it only chooses the key it is then checked with."""
    try:
        return base64url_to_bytes(str(_told(credential)["id"]))
    except _WRONG as error:
        raise _refused() from error


def counter_of(site: Site, challenge: str, credential: str, public_key: bytes, counter: int) -> int:
    """The new signature counter. Invalid `cle` when the proof is wrong, or the counter went back (a copied key)."""
    try:
        found = webauthn.verify_authentication_response(
            credential=_told(credential),
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=counter,
            require_user_verification=True,
        )
    except _WRONG as error:
        raise _refused() from error
    return found.new_sign_count


def _asked(options: Any) -> Asked:
    told: dict[str, Any] = json.loads(options_to_json(options))
    return Asked(told, told["challenge"])


def _told(credential: str) -> dict[str, Any]:
    if len(credential) > _LONGEST:
        raise ValueError
    told = json.loads(credential)
    if not isinstance(told, dict):
        raise TypeError
    return told


def _refused() -> Invalid:
    return Invalid("cle", "Cette clé d’accès n’est pas reconnue ici.")

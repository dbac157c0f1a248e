"""Keys of a software as people keep them in files: a JWKS, one JWK, or a PEM."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

from socle.errors import Invalid

_RSA_BITS = 2048
"""The least that ANSSI's rules and RFC 7518 §3.3 accept."""


def keyset_of(content: bytes) -> dict[str, Any]:
    """The keys as a JWKS, checked. Invalid `logiciel-cles` when the file is none of the three, or holds anything that is not the
    public half of an EC or RSA key."""
    if content.lstrip().startswith(b"-----BEGIN"):
        found: dict[str, Any] = {"keys": [_of_pem(content)]}
    else:
        try:
            told = json.loads(content)
        except ValueError:
            raise _unreadable() from None
        found = told if isinstance(told, dict) and "keys" in told else {"keys": [told]}
    check(found)
    return found


def check(jwks: Mapping[str, Any]) -> None:
    """Nothing but public keys, EC or RSA, at least one. Invalid `logiciel-cles`."""
    try:
        told = [key for key in jwks["keys"] if key["kty"] in ("EC", "RSA")]
        keys = KeySet.import_key_set({"keys": told})
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise _unreadable() from error
    if not told or len(told) != len(jwks["keys"]) or any(key.is_private for key in keys.keys):
        raise _not_public()
    if any(isinstance(key, RSAKey) and key.raw_value.key_size < _RSA_BITS for key in keys.keys):
        raise Invalid("logiciel-cles", f"Une clé RSA a {_RSA_BITS} bits au moins.")


def _of_pem(content: bytes) -> dict[str, Any]:
    for kind in (ECKey, RSAKey):
        try:
            key = kind.import_key(content)
        except (JoseError, ValueError, TypeError):
            continue
        if key.is_private:
            raise _not_public()
        key.ensure_kid()
        return dict(key.as_dict(private=False))
    raise _unreadable()


def _unreadable() -> Invalid:
    return Invalid("logiciel-cles", "Les clés publiques du logiciel sont illisibles.")


def _not_public() -> Invalid:
    return Invalid("logiciel-cles", "Donnez des clés publiques EC ou RSA seulement, au moins une.")

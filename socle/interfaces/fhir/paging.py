"""The `next` link of a search: opaque, ours only, good for its reader only. It holds no trait and no identifier in clear.

Source: FHIR R4 §3.1.1.5.2 (paging: links are opaque to the client).
"""

from __future__ import annotations

import base64
import binascii
import functools
import hashlib
import hmac
import os

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from socle.base.access.actor import Actor
from socle.errors import Invalid
from socle.interfaces.fhir.exchange import Pairs

_NONCE = 12


def seal(kind: str, actor: Actor, pairs: Pairs, after: list[str]) -> str:
    """A token for the page of this search that comes after `after`."""
    nonce = os.urandom(_NONCE)
    sealed = AESGCM(_key(settings.SECRET_KEY)).encrypt(nonce, orjson.dumps([pairs, after]), _bound(kind, actor))
    return base64.urlsafe_b64encode(nonce + sealed).decode().rstrip("=")


def unseal(token: str, kind: str, actor: Actor) -> tuple[Pairs, tuple[str, ...]]:
    """What `seal` was given. Invalid `search-value` for anything that is not a token of this reader for this type."""
    try:
        content = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        opened = AESGCM(_key(settings.SECRET_KEY)).decrypt(content[:_NONCE], content[_NONCE:], _bound(kind, actor))
    except (InvalidTag, ValueError, binascii.Error):
        raise Invalid(
            "search-value", "Ce lien de page n’est plus valable : recommencez la recherche.", where="http._page"
        ) from None
    pairs, after = orjson.loads(opened)
    return tuple((name, value) for name, value in pairs), tuple(after)


def _bound(kind: str, actor: Actor) -> bytes:
    return f"{kind}|{actor.kind}|{actor.person_id}|{actor.software_id}".encode()


@functools.lru_cache(maxsize=2)
def _key(secret: str) -> bytes:
    return hmac.new(secret.encode(), b"fhir next link", hashlib.sha256).digest()

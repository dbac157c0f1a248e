"""Short secrets that sign-in keeps or hands to a browser (sign-in in progress, typed text, second factors): AES-256-GCM under a
key derived from the installation's master, bound to what they are for."""

from __future__ import annotations

import base64
import binascii
import functools
import hashlib
import json
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE = 12


class Unsealable(ValueError):
    """Not ours, altered, or sealed for something else. Carries nothing."""


def seal(content: bytes, purpose: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(_key(settings.SOCLE_KEYS.vault_current)).encrypt(nonce, content, purpose.encode())


def unseal(sealed: bytes, purpose: str) -> bytes:
    """Every master of the key file is tried. Unsealable otherwise."""
    for name in sorted(settings.SOCLE_KEYS.vault, key=lambda key: key != settings.SOCLE_KEYS.vault_current):
        try:
            return AESGCM(_key(name)).decrypt(sealed[:_NONCE], sealed[_NONCE:], purpose.encode())
        except (InvalidTag, ValueError):
            continue
    raise Unsealable


def seal_text(value: Any, purpose: str) -> str:
    """Any JSON value, as a text that a cookie may hold."""
    return base64.urlsafe_b64encode(seal(json.dumps(value).encode(), purpose)).decode().rstrip("=")


def unseal_text(text: str, purpose: str) -> Any:
    try:
        content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise Unsealable from error
    return json.loads(unseal(content, purpose))


def hash_of(secret: str) -> bytes:
    """What is stored of a secret of 128 random bits or more."""
    return hashlib.sha256(secret.encode()).digest()


@functools.lru_cache(maxsize=8)
def _key(name: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"socle sign-in").derive(settings.SOCLE_KEYS.vault[name])

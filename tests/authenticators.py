"""An authenticator, as a phone holds it: one passkey, that verifies its owner and does not count (as synced passkeys)."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import struct
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

_PRESENT_AND_VERIFIED = 0x05
_WITH_KEY = 0x40


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


class Authenticator:
    """`origin`: scheme, name and port of the site."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.id = secrets.token_bytes(32)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._site = hashlib.sha256(origin.split("//")[1].split(":")[0].encode()).digest()

    def made(self, challenge: str) -> str:
        """The answer to a request for a new passkey."""
        point = self._key.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})
        told = self._seen(_PRESENT_AND_VERIFIED | _WITH_KEY) + bytes(16) + struct.pack(">H", len(self.id)) + self.id + public
        kept = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": told})
        return self._answer(self._said("webauthn.create", challenge), attestationObject=kept)

    def proof(self, challenge: str) -> str:
        """The answer to a request for a proof."""
        said, told = self._said("webauthn.get", challenge), self._seen(_PRESENT_AND_VERIFIED)
        signature = self._key.sign(told + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(said, authenticatorData=told, signature=signature)

    def _seen(self, flags: int) -> bytes:
        return self._site + bytes([flags]) + bytes(4)

    def _said(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _answer(self, said: bytes, **parts: bytes) -> str:
        response: dict[str, Any] = {name: _text(part) for name, part in parts.items()}
        response["clientDataJSON"] = _text(said)
        return json.dumps({"id": _text(self.id), "rawId": _text(self.id), "type": "public-key", "response": response})

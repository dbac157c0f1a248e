"""Keys of one installation: two signature keys (ES256 and RS256) that JWKS publishes, and a secret for cookies and forms.
Made at first start, kept in `DIR/simulators/keys.json`; nothing is shipped."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from simulators.folder import read_object, write_json

ALGORITHMS = ("ES256", "RS256")


@dataclass(frozen=True, slots=True)
class Keys:
    signature: Mapping[str, ECKey | RSAKey] = field(repr=False)
    secret: str = field(repr=False)

    def jwks(self) -> dict[str, Any]:
        """The public keys, as the services publish them."""
        return {"keys": [key.as_dict(private=False) for key in self.signature.values()]}

    def sign(self, claims: Mapping[str, Any], algorithm: str) -> str:
        key = self.signature[algorithm]
        return jwt.encode({"alg": algorithm, "kid": key.kid, "typ": "JWT"}, dict(claims), key)

    def read(self, token: str) -> dict[str, Any]:
        """The claims of a token signed here, expired or not. JoseError or ValueError when it was not."""
        return dict(jwt.decode(token, KeySet(list(self.signature.values())), algorithms=list(ALGORITHMS)).claims)


def make(path: Path) -> None:
    """Afterwards `path` exists."""
    if path.exists():
        return
    keys: list[ECKey | RSAKey] = [
        ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True),
        RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True),
    ]
    write_json(path, {"keys": [key.as_dict(private=True) for key in keys], "secret": secrets.token_urlsafe(48)})


def load(path: Path) -> Keys:
    content = read_object(path)
    signature: dict[str, ECKey | RSAKey] = {}
    for entry in content["keys"]:
        signature[entry["alg"]] = ECKey.import_key(entry) if entry["kty"] == "EC" else RSAKey.import_key(entry)
    return Keys(signature, content["secret"])

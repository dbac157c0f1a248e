"""The key file of an installation: bytes <-> values.

JSON: `{"vault": {"<id>": "<base64 of 32 bytes>", …}, "vault_current": "<id>", "journal": "<base64 of an Ed25519 seed>"}`.
Old vault masters stay in the file until everything they wrapped has been wrapped again.
"""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass

from socle.errors import Invalid


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """Master keys. Never printed: `repr` is left out on purpose."""

    vault: dict[str, bytes]
    vault_current: str
    journal: bytes


def generate() -> Keys:
    """New random keys for a new installation."""
    return Keys({"v1": secrets.token_bytes(32)}, "v1", secrets.token_bytes(32))


def write(keys: Keys) -> bytes:
    """The file's content."""
    content = {
        "vault": {name: base64.b64encode(value).decode() for name, value in keys.vault.items()},
        "vault_current": keys.vault_current,
        "journal": base64.b64encode(keys.journal).decode(),
    }
    return json.dumps(content, indent=1).encode()


def parse(content: bytes) -> Keys:
    """Raises Invalid `key-file` when a key is missing or has not 32 bytes."""
    try:
        raw = json.loads(content)
        keys = Keys(
            {str(name): base64.b64decode(value, validate=True) for name, value in raw["vault"].items()},
            str(raw["vault_current"]),
            base64.b64decode(raw["journal"], validate=True),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise _broken() from problem
    if any(len(value) != 32 for value in (*keys.vault.values(), keys.journal)) or keys.vault_current not in keys.vault:
        raise _broken()
    return keys


def _broken() -> Invalid:
    return Invalid("key-file", "Le fichier de clés est illisible ou incomplet.")

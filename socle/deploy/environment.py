"""The environment variables of contract.md §2, read once into values. No Django: the command line reads them first."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

PORTS = {
    "http": ("SOCLE_HTTP_PORT", 8000),
    "live": ("SOCLE_LIVE_PORT", 8001),
    "smtp": ("SOCLE_SMTP_PORT", 2525),
    "submission": ("SOCLE_SUBMISSION_PORT", 2587),
    "imap": ("SOCLE_IMAP_PORT", 2143),
    "mllp": ("SOCLE_MLLP_PORT", 2575),
}


class Profile(StrEnum):
    """What an installation is for; written into the database when it is made."""

    PRODUCTION = "production"
    DEMO = "demo"
    TEST = "test"


class DeployError(Exception):
    """The installation cannot be started or used as asked. The message is one French line for the operator; it holds paths, ports
    and names of settings, never people."""


@dataclass(frozen=True, slots=True)
class Environment:
    """Where this installation lives and what it is."""

    data: Path
    profile: Profile
    database_url: str
    """An outside PostgreSQL; empty for the embedded one."""
    vault_url: str
    key_file: Path
    certificates: Path
    ports: dict[str, int]
    """Wanted port by wire; 0 takes a free one."""

    @property
    def keys(self) -> Path:
        """The folder of the master keys and of the database passwords."""
        return self.key_file.parent

    @property
    def vault(self) -> Path:
        return Path(self.vault_url.removeprefix("file://"))

    @property
    def register(self) -> Path:
        """The file of the journal's signed roots, outside the database."""
        return self.data / "journal" / "register.jsonl"

    @property
    def withdrawals(self) -> Path:
        """The file that grows when tokens are ended on this machine."""
        return self.data / "withdrawals"

    @property
    def endpoints(self) -> Path:
        return self.data / "endpoints.json"


def read(variables: Mapping[str, str] = os.environ) -> Environment:
    """DeployError when a variable has no meaning. Production has no default key file: it lies outside the data folder."""
    data = Path(variables.get("SOCLE_DATA") or "var").absolute()
    try:
        profile = Profile(variables.get("SOCLE_PROFILE") or "production")
    except ValueError:
        raise DeployError("SOCLE_PROFILE doit valoir production, demo ou test.") from None
    named = variables.get("SOCLE_KEY_FILE")
    vault_url = variables.get("SOCLE_VAULT_URL") or f"file://{data / 'vault'}"
    if not vault_url.startswith("file:///"):
        raise DeployError("SOCLE_VAULT_URL : cette version ne sait garder le coffre que dans un dossier (file:///…).")
    return Environment(
        data=data,
        profile=profile,
        database_url=variables.get("SOCLE_DATABASE_URL", ""),
        vault_url=vault_url,
        key_file=Path(named).absolute() if named else data / "keys" / "master.json",
        certificates=Path(variables.get("SOCLE_CERTS") or data / "certificates").absolute(),
        ports={wire: _port(variables, name, default) for wire, (name, default) in PORTS.items()},
    )


def _port(variables: Mapping[str, str], name: str, default: int) -> int:
    text = variables.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise DeployError(f"{name} doit être un numéro de port (0 à 65535).")
    return int(text)

"""The invited accounts of the cast: who has no national identity provider signs in by these. Made through the same doors as any
invitation, with a password and a code key drawn at random in each installation and kept in its folder of keys."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from socle import clock
from socle.base.access.actor import system
from socle.base.signin import factors
from socle.base.signin.actions import invitations
from socle.base.signin.actions.invitations import Guest
from socle.deploy.story.people import Cast
from socle.deploy.story.practitioners import PROFESSIONS, place_of
from socle.errors import Conflict

_WIRE = system("histoire de démonstration")
RIGHTS = {
    "platform": frozenset({"accounts", "access-control", "identity-referent", "directory", "software", "supervision"}),
    "vendor": frozenset({"software"}),
}
"""Administration rights by role of the story."""


@dataclass(frozen=True, slots=True)
class Account:
    """What opens one account. `totp` is the key of its codes (base 32)."""

    login: str
    password: str
    totp: str


def known() -> dict[str, dict[str, str]]:
    """The accounts of this installation by persona; empty when no story was loaded."""
    path = _file()
    found: dict[str, dict[str, str]] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return found


def make(everyone: Cast) -> int:
    """Everybody of the cast who needs an account has one; returns how many were made now."""
    found, made = known(), 0
    for entry in everyone.raw["people"]:
        if entry.get("professional") or entry.get("identity") or not entry.get("email") or entry["id"] in found:
            continue
        account = _made(entry, everyone)
        if account is not None:
            found[entry["id"]] = asdict(account)
            made += 1
    _keep(found)
    return made


def _made(entry: dict[str, Any], everyone: Cast) -> Account | None:
    try:
        token = _invited(entry, everyone)
    except Conflict:
        return None  # an earlier load made it, and its secrets are lost: nobody signs in by it
    seed = invitations.read(actor=_WIRE, token=token).seed
    password = secrets.token_urlsafe(12)
    before_now = int(clock.now().timestamp()) // 30 - 2
    invitations.accept(actor=_WIRE, token=token, password=factors.hashed(password), step=before_now)
    return Account(entry["email"], password, factors.seed_text(seed).replace(" ", ""))


def _invited(entry: dict[str, Any], everyone: Cast) -> str:
    guest = Guest(
        login=entry["email"],
        family=entry["family_name"],
        given=entry["given_name"],
        civility=entry["civility"],
        profession=PROFESSIONS.get(entry["role"], ""),
        internal_id=entry["id"],
    )
    if entry["role"] in RIGHTS:
        return invitations.invite_administrator(actor=_WIRE, guest=guest, rights=RIGHTS[entry["role"]]).token
    place = place_of(actor=_WIRE, structure=everyone.structures[entry["structure"]])
    return invitations.invite_worker(actor=_WIRE, organisation_id=place, guest=guest).token


def _file() -> Path:
    folder: Path = settings.SOCLE.data / "keys"
    return folder / "accounts.json"


def _keep(found: dict[str, dict[str, str]]) -> None:
    """Readable by the installation's owner only; whole with its new content, or as before."""
    path = _file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(found, file, indent=1)
    part.replace(path)

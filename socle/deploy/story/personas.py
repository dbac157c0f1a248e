"""The demo people as other programs ask for them (contract.md §2, `socle personas --json`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from socle.base.access.doors import sql_allowed
from socle.deploy.story import accounts
from socle.deploy.story.loading import identity_of
from socle.deploy.story.people import cast


@dataclass(frozen=True, slots=True)
class Persona:
    """One demo person or software. `provider` names who signs them in (`pro_sante_connect`, `france_connect`), empty for those
    who come by an account of their structure; `raw` is their entry in `people.json`."""

    id: str
    kind: str
    name: str
    provider: str
    raw: Mapping[str, Any]


def everyone() -> tuple[Persona, ...]:
    """The people of the story, whom the simulators play, then its software."""
    told = cast().raw
    software = [{**entry, "kind": "software"} for entry in told["software"]]
    return tuple(Persona(one["id"], one["kind"], one["name"], _provider(one), one) for one in [*told["people"], *software])


def listed() -> list[dict[str, Any]]:
    """The contract's list; `patient_id` is empty where the story is not loaded. This version serves no mail, so that nobody has a
    mailbox yet. `account` is there for who signs in by an invited one: login, password, key of the codes."""
    patients = cast().patients
    with sql_allowed("bulk load"):
        known = {key: identity_of(person) for key, person in patients.items()}
    invited = accounts.known()
    return [
        {
            "id": one.id,
            "kind": one.kind,
            "name": one.name,
            "rpps": one.raw.get("professional", {}).get("rpps", ""),
            "ins": one.raw.get("ins"),
            "patient_id": str(known.get(one.id) or ""),
            "mailboxes": [],
            **({"account": invited[one.id]} if one.id in invited else {}),
        }
        for one in everyone()
    ]


def _provider(entry: Mapping[str, Any]) -> str:
    if entry.get("professional", {}).get("rpps"):
        return "pro_sante_connect"
    return "france_connect" if entry.get("france_connect") else ""

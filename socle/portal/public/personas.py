"""The demo people on the sign-in page; each link is an ordinary sign-in with that person named in advance (`login_hint`)."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.urls import NoReverseMatch, reverse

PROFESSIONALS = "Professionnels"
RELATIVES = "Patients et proches"
DOORS = {
    "professional": ("signin:pro-sante-connect", PROFESSIONALS),
    "administrator": ("signin:pro-sante-connect", PROFESSIONALS),
    "patient": ("signin:franceconnect", RELATIVES),
    "representative": ("signin:franceconnect", RELATIVES),
}


@dataclass(frozen=True, slots=True)
class Persona:
    """One demo person: `tag` is the short profession or the rank in the story, `caption` what the story has for them."""

    id: str
    kind: str
    name: str
    tag: str = ""
    caption: str = ""
    login: str = ""
    """Of who signs in by an invited account."""
    birth: str = ""
    """ISO day of birth of a patient: a search starts with it."""


@dataclass(frozen=True, slots=True)
class Group:
    """A titled list of (persona, address)."""

    title: str
    people: tuple[tuple[Persona, str], ...]


def groups(next_: str = "") -> tuple[Group, ...]:
    """The people of the file `settings.SOCLE_DEMO_PEOPLE`, by door; nothing outside a demo, which has no such file."""
    path: Path | None = getattr(settings, "SOCLE_DEMO_PEOPLE", None)
    return grouped(_read(path), next_) if path else ()


def grouped(people: Iterable[Persona], next_: str = "") -> tuple[Group, ...]:
    """Persons by door, without those whose door is not served. Each link leads on to `next_`, if any."""
    asked = {"next": next_} if next_ else {}
    found: dict[str, list[tuple[Persona, str]]] = {PROFESSIONALS: [], RELATIVES: []}
    for persona in people:
        if persona.kind not in DOORS:
            continue
        name, title = DOORS[persona.kind]
        if persona.login:
            name = "signin:account"
        try:
            href = f"{reverse(name)}?{urlencode({'login_hint': persona.login or persona.id, **asked})}"
        except NoReverseMatch:
            continue
        found[title].append((persona, href))
    return tuple(Group(title, tuple(shown)) for title, shown in found.items() if shown)


@functools.cache
def _read(path: Path) -> tuple[Persona, ...]:
    """Who can sign in: people known to a national provider, then those whom their structure invited."""
    names = ("id", "kind", "name", "tag", "caption")
    found: list[Persona] = []
    for entry in json.loads(path.read_text("utf-8"))["people"]:
        provided = bool(entry.get("professional") or entry.get("france_connect"))
        login = "" if provided or entry.get("identity") else entry.get("email", "")
        if provided or login:
            birth = entry.get("identity", {}).get("birth_date", "") if entry.get("kind") == "patient" else ""
            found.append(Persona(**{name: entry.get(name, "") for name in names}, login=login, birth=birth))
    return tuple(found)

"""Entries of each space's navigation. Only addresses that exist are shown, so that no entry leads nowhere."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import Resolver404, get_urlconf, resolve


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: `key` names its count in the page's `counts`; `below` also lights it for addresses under these prefixes."""

    key: str
    text: str
    href: str
    icon: str
    short: str = ""
    below: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as one page shows it."""

    text: str
    short: str
    href: str
    icon: str
    current: bool
    count: int


SPACES: dict[str, tuple[Entry, ...]] = {
    "professional": (
        Entry("a-traiter", "À traiter", "/pro/a-traiter", "inbox"),
        Entry("patients", "Patients", "/pro/patients", "users", below=("/pro/tournee", "/pro/unite")),
        Entry("messages", "Messages", "/pro/messages", "mail"),
        Entry("cercles", "Cercles", "/pro/cercles", "orbit"),
        Entry("annuaire", "Annuaire", "/pro/annuaire", "book-user"),
    ),
    "patient": (
        Entry("accueil", "Accueil", "/mon-espace", "house"),
        Entry("dossier", "Mon dossier", "/mon-espace/dossier", "folder", short="Dossier"),
        Entry("messages", "Messages", "/mon-espace/messages", "mail"),
        Entry("agenda", "Agenda", "/mon-espace/agenda", "calendar"),
        Entry("equipe", "Mon équipe", "/mon-espace/equipe", "users", short="Équipe"),
        Entry("droits", "Mes droits", "/mon-espace/droits", "shield-check", short="Droits"),
    ),
    "administration": (
        Entry("supervision", "Supervision", "/gestion/supervision", "activity"),
        Entry("identites", "Identités", "/gestion/identites", "user-check"),
        Entry("acces", "Accès exceptionnels", "/gestion/acces-exceptionnels", "triangle-alert", short="Accès"),
        Entry("structures", "Structures", "/gestion/structures", "hospital"),
        Entry("referents", "Référents", "/gestion/referents", "phone"),
        Entry("journal", "Journal", "/gestion/journal", "history"),
    ),
    "public": (
        Entry("situations", "Sept situations", "/#situations", "list-checks"),
        Entry("referents", "Référents", "/referents", "phone"),
        Entry("editeurs", "Éditeurs", "/developpeurs", "link"),
    ),
}
HOMES = {
    "professional": "/pro/a-traiter",
    "patient": "/mon-espace",
    "administration": "/gestion/supervision",
    "public": "/",
}


def entries(space: str, path: str, counts: Mapping[str, int]) -> list[Shown]:
    """The entries of a space, in order, for the page at `path`; the longest address that contains the page is current."""
    reachable = [entry for entry in SPACES[space] if exists(entry.href)]
    current = max((entry for entry in reachable if _holds(entry, path)), key=lambda e: len(e.href), default=None)
    return [Shown(e.text, e.short or e.text, e.href, e.icon, e is current, counts.get(e.key, 0)) for e in reachable]


def exists(href: str) -> bool:
    """Whether the running address table answers this address."""
    return _exists(href.partition("#")[0], get_urlconf())


@functools.lru_cache(maxsize=256)
def _exists(path: str, urlconf: str | None) -> bool:
    try:
        resolve(path, urlconf)
    except Resolver404:
        return False
    return True


def _holds(entry: Entry, path: str) -> bool:
    if "#" in entry.href:
        return False
    return any(path == root or path.startswith(f"{root}/") for root in (entry.href, *entry.below))

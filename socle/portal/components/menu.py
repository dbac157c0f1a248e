"""Entries of each space's navigation. Only addresses that exist are shown, so that no entry leads nowhere."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import Resolver404, get_urlconf, resolve

from socle.base.access.rules import ACCESS_CONTROL, SUPERVISION
from socle.base.directory.rules import STRUCTURE
from socle.base.identity.rules import REFERENT
from socle.base.signin.rules import ACCOUNTS_RIGHT


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: `key` names its count in the page's `counts`; `below` also lights it for addresses under these prefixes."""

    key: str
    text: str
    href: str
    icon: str
    short: str = ""
    below: tuple[str, ...] = ()
    rights: frozenset[str] = frozenset()
    """One of these administration rights opens it; none: it is for everybody of the space."""


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
        Entry("supervision", "Supervision", "/gestion/supervision", "activity", rights=frozenset({SUPERVISION})),
        Entry("comptes", "Comptes", "/gestion/comptes", "users", rights=frozenset({ACCOUNTS_RIGHT, STRUCTURE})),
        Entry("identites", "Identités", "/gestion/identites", "user-check", rights=frozenset({REFERENT})),
        Entry(
            "acces",
            "Accès exceptionnels",
            "/gestion/acces-exceptionnels",
            "triangle-alert",
            short="Accès",
            rights=frozenset({ACCESS_CONTROL}),
        ),
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
    "administration": "/gestion",
    "public": "/",
}


def entries(space: str, path: str, counts: Mapping[str, int], rights: frozenset[str] = frozenset()) -> list[Shown]:
    """The entries of a space that these rights open, in order, for the page at `path`; the longest address that contains the page
    is current."""
    reachable = [entry for entry in SPACES[space] if exists(entry.href) and (not entry.rights or entry.rights & rights)]
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

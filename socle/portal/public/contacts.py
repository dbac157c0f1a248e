"""Référents as the public pages show them, and the two lists that filter them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from socle import clock
from socle.base.directory import referents as directory

STALE_AFTER = timedelta(days=183)
DEPARTMENTS: dict[str, tuple[str, str]] = {
    "75": ("Paris", "de Paris"),
    "77": ("Seine-et-Marne", "de Seine-et-Marne"),
    "78": ("Yvelines", "des Yvelines"),
    "91": ("Essonne", "de l’Essonne"),
    "92": ("Hauts-de-Seine", "des Hauts-de-Seine"),
    "93": ("Seine-Saint-Denis", "de la Seine-Saint-Denis"),
    "94": ("Val-de-Marne", "du Val-de-Marne"),
    "95": ("Val-d’Oise", "du Val-d’Oise"),
}
SHORT: dict[str, str] = {
    "mssante": "MSSanté",
    "dmp": "Dossier",
    "coordination": "Coordination",
    "dac": "DAC",
    "cpts": "CPTS",
    "segur": "Ségur",
    "eparcours": "e-Parcours",
    "editeur": "Mon logiciel",
}
"""The directory's subjects, as a filter names them."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One référent on a page. `verified_on` None is said « jamais vérifié »."""

    subject: str
    body: str
    name: str = ""
    phone: str = ""
    phone_note: str = ""
    email: str = ""
    address: str = ""
    """Web page of a list, when there is no person to call."""
    hours: str = ""
    verified_on: date | None = None
    national: bool = False
    """The number common to all, which nobody verifies: it carries no date."""

    @property
    def to_check(self) -> bool:
        """Never verified, or more than six months ago; never said of the national number."""
        return not self.national and (self.verified_on is None or clock.today() - self.verified_on > STALE_AFTER)


def shown(one: directory.Contact) -> Contact:
    """A contact of the directory, as the table shows it."""
    note = "gratuit" if one.id is None else ""
    return Contact(
        directory.SUBJECTS.get(one.subject, "Tous les sujets"),
        one.body,
        one.name,
        one.phone,
        note,
        one.email,
        one.address,
        "" if one.id is None else one.hours,
        one.verified_on,
        national=one.id is None,
    )

"""Référents as values: subjects, drafts, and the one number that answers when nobody else does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

SUBJECTS = {
    "mssante": "Messagerie sécurisée de santé (MSSanté)",
    "dmp": "DMP et Mon espace santé",
    "coordination": "Outils de coordination",
    "dac": "Dispositif d’appui à la coordination (DAC)",
    "cpts": "CPTS et exercice coordonné",
    "segur": "Ségur du numérique en santé",
    "eparcours": "E-Parcours",
    "editeur": "Éditeurs de logiciels",
}
"""Code and label, in the order of the list (product.md §2.1 T5)."""
FRESH_FOR = timedelta(days=183)
"""Beyond, a référent is to be checked."""
NOBODY = "Aucun référent pour ce sujet : appelez le 36 08."


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDraft:
    """What an administrator writes. `departement` is empty for the whole country; `address` is a web address."""

    departement: str
    subject: str
    body: str
    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    hours: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A référent as people read it. `id` is None for the national number, which nobody edits."""

    id: UUID | None
    departement: str
    subject: str
    body: str
    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    hours: str = ""
    verified_on: date | None = None
    to_check: bool = False
    """Not verified for six months."""
    hidden: bool = False
    version: int = 0


@dataclass(frozen=True, slots=True)
class Referents:
    """Never empty. `sentence` says so when nobody is known for the subject and only the national number is left."""

    contacts: tuple[Contact, ...]
    sentence: str = ""


NATIONAL = Contact(id=None, departement="", subject="", body="Assurance Maladie", phone="36 08", hours="Appel gratuit")

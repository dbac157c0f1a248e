"""Extraction files as tests write them: each line from the columns it fills, with people nobody else has."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable
from pathlib import Path

from socle.base.access.actor import system
from socle.base.directory.actions.imports import import_file
from socle.base.directory.extractions.report import ImportReport
from socle.formats.identifiers import luhn_key

ACTIVITIES = (
    "Type d'identifiant PP|Identifiant PP|Identification nationale PP|Code civilité d'exercice|Libellé civilité d'exercice|"
    "Code civilité|Libellé civilité|Nom d'exercice|Prénom d'exercice|Code profession|Libellé profession|"
    "Code catégorie professionnelle|Libellé catégorie professionnelle|Code type savoir-faire|Libellé type savoir-faire|"
    "Code savoir-faire|Libellé savoir-faire|Code mode exercice|Libellé mode exercice|Numéro SIRET site|Numéro SIREN site|"
    "Numéro FINESS site|Numéro FINESS établissement juridique|Identifiant technique de la structure|Raison sociale site|"
    "Enseigne commerciale site|Complément destinataire (coord. structure)|Complément point géographique (coord. structure)|"
    "Numéro Voie (coord. structure)|Indice répétition voie (coord. structure)|Code type de voie (coord. structure)|"
    "Libellé type de voie (coord. structure)|Libellé Voie (coord. structure)|Mention distribution (coord. structure)|"
    "Bureau cedex (coord. structure)|Code postal (coord. structure)|Code commune (coord. structure)|"
    "Libellé commune (coord. structure)|Code pays (coord. structure)|Libellé pays (coord. structure)|"
    "Téléphone (coord. structure)|Téléphone 2 (coord. structure)|Télécopie (coord. structure)|"
    "Adresse e-mail (coord. structure)|Code Département (structure)|Libellé Département (structure)|"
    "Ancien identifiant de la structure|Autorité d'enregistrement|Code secteur d'activité|Libellé secteur d'activité|"
    "Code section tableau pharmaciens|Libellé section tableau pharmaciens|Code rôle|Libellé rôle|Code genre activité|"
    "Libellé genre activité"
)
MAILBOXES = (
    "Type de BAL|Adresse BAL|Type Identifiant PP|Identifiant PP|Identification nationale PP|Type identifiant structure|"
    "Identification Structure|Service de rattachement|Civilité d'exercice|Nom d'exercice|Prénom d'exercice|"
    "Catégorie profession|Libellé de catégorie profession|Code Profession|Libellé Profession|Code savoir-faire|"
    "Libellé savoir-faire|Dématérialisation|Raison Sociale structure BAL|Enseigne commerciale structure BAL|"
    "L2COMPLEMENTLOCALISATION structure BAL|L3COMPLEMENTDISTRIBUTION structure BAL|L4NUMEROVOIE structure BAL|"
    "L4COMPLEMENTNUMEROVOIE structure BAL|NL4TYPEVOIE structure BAL|L4LIBELLEVOIE structure BAL|L5LIEUDITMENTION structure BAL|"
    "L6LIGNEACHEMINEMENT structure BAL|Code postal structure BAL|Département structure BAL|Pays structure BAL"
)
SKILLS = (
    "Type d'identifiant PP|Identifiant PP|Identification nationale PP|Nom d'exercice|Prénom d'exercice|Code profession|"
    "Libellé profession|Code catégorie professionnelle|Libellé catégorie professionnelle|Code type savoir-faire|"
    "Libellé type savoir-faire|Code savoir-faire|Libellé savoir-faire"
)

_numbers = itertools.count(random.SystemRandom().randrange(1_000_000, 90_000_000))


def rpps() -> str:
    """A new number of the test range, with a right key."""
    body = f"89{next(_numbers):08d}"
    return body + luhn_key(body)


def finess() -> str:
    body = f"{next(_numbers):08d}"
    return body + luhn_key(body)


def activity(number: str, **columns: str) -> str:
    """A line of the activities of this person; columns are named by short names, a GP in Montreuil by default."""
    values = {
        "Type d'identifiant PP": "8",
        "Identifiant PP": number,
        "Identification nationale PP": f"8{number}",
        "Code civilité d'exercice": "DR",
        "Code civilité": "MME",
        "Nom d'exercice": "ESSAI",
        "Prénom d'exercice": "Camille",
        "Code profession": "10",
        "Code catégorie professionnelle": "C",
        "Code type savoir-faire": "S",
        "Code savoir-faire": "SM54",
        "Code mode exercice": "L",
        "Numéro Voie (coord. structure)": "12",
        "Libellé type de voie (coord. structure)": "Rue",
        "Libellé Voie (coord. structure)": "DES TILLEULS",
        "Code postal (coord. structure)": "93100",
        "Code commune (coord. structure)": "93048",
        "Libellé commune (coord. structure)": "Montreuil",
        "Téléphone (coord. structure)": "0199000001",
        "Code secteur d'activité": "SA07",
        "Code genre activité": "GENR01",
    }
    values |= {_SHORT.get(name, name): value for name, value in columns.items()}
    return "|".join(values.get(column, "") for column in ACTIVITIES.split("|"))


_SHORT = {
    "family": "Nom d'exercice",
    "given": "Prénom d'exercice",
    "profession": "Code profession",
    "category": "Code catégorie professionnelle",
    "skill": "Code savoir-faire",
    "skill_type": "Code type savoir-faire",
    "mode": "Code mode exercice",
    "finess": "Numéro FINESS site",
    "technical": "Identifiant technique de la structure",
    "name": "Raison sociale site",
    "postal_code": "Code postal (coord. structure)",
    "commune": "Code commune (coord. structure)",
    "city": "Libellé commune (coord. structure)",
    "departement": "Code Département (structure)",
    "phone": "Téléphone (coord. structure)",
    "national": "Identification nationale PP",
    "number": "Identifiant PP",
    "siret": "Numéro SIRET site",
}


def mailbox(address: str, kind: str = "PER", **columns: str) -> str:
    values = {"Type de BAL": kind, "Adresse BAL": address, "Dématérialisation": "O", "Pays structure BAL": "France"}
    values |= {_MAILBOX.get(name, name): value for name, value in columns.items()}
    return "|".join(values.get(column, "") for column in MAILBOXES.split("|"))


_MAILBOX = {
    "national": "Identification nationale PP",
    "family": "Nom d'exercice",
    "given": "Prénom d'exercice",
    "profession": "Code Profession",
    "place_kind": "Type identifiant structure",
    "place": "Identification Structure",
    "service": "Service de rattachement",
    "name": "Raison Sociale structure BAL",
    "city_line": "L6LIGNEACHEMINEMENT structure BAL",
    "postal_code": "Code postal structure BAL",
}


def skill(number: str, code: str, kind: str = "S", profession: str = "10") -> str:
    values = {
        "Type d'identifiant PP": "8",
        "Identifiant PP": number,
        "Identification nationale PP": f"8{number}",
        "Code profession": profession,
        "Code catégorie professionnelle": "C",
        "Code type savoir-faire": kind,
        "Code savoir-faire": code,
    }
    return "|".join(values.get(column, "") for column in SKILLS.split("|"))


def write(path: Path, header: str, lines: Iterable[str], *, encoding: str = "utf-8", end: str = "\r\n") -> Path:
    path.write_bytes(end.join([header, *lines, ""]).encode(encoding))
    return path


def load(path: Path, *, accept_removals: bool = True) -> ImportReport:
    """Imports as `socle import annuaire` does. A file holds the whole directory: what other tests imported goes inactive."""
    return import_file(actor=system("annuaire"), path=path, accept_removals=accept_removals)

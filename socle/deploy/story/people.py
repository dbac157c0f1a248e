"""The cast, read from `people.json`: who exists in the story, with identifiers of test ranges only.

The file has five lists. `people` are the personas, in the shape that the simulators of the national services read (a
`professional` object for Pro Santé Connect, `identity` and `ins` for FranceConnect and INSi) plus what the story adds;
`correspondents` are professionals who only sign documents; `structures`, `software` and `domains` say the rest.
INS: test OID 1.2.250.1.213.1.4.10, order number 000 (never issued), commune codes as of the birth date. RPPS: 99700…
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

REFERENCE = "people.json"


@dataclass(frozen=True, slots=True)
class Place:
    """A postal address; `commune` is the official geographic code, empty when the place is not known."""

    lines: tuple[str, ...]
    postal_code: str
    city: str
    commune: str


@dataclass(frozen=True, slots=True)
class Structure:
    """`idnst` is `1` and the FINESS; `facility_type` and `setting` are the XDS codes (SA52, AMBULATOIRE…)."""

    key: str
    name: str
    finess: str
    idnst: str
    facility_type: str
    setting: str
    address: Place
    phone: str
    mailbox: str


@dataclass(frozen=True, slots=True)
class Professional:
    """Someone who works. Without `rpps`, the person signs in by an invited account and `role` says what for."""

    key: str
    name: str
    family: str
    given: str
    civility: str
    title: str
    caption: str
    structure: str
    mailbox: str
    rpps: str = ""
    specialty_code: str = ""
    specialty_label: str = ""
    role: str = ""
    regulation: bool = False
    persona: bool = True

    @property
    def idnps(self) -> str:
        return "8" + self.rpps


@dataclass(frozen=True, slots=True)
class Relative:
    """`role`: ECON (to be told in an emergency), NOK (trusted person), GUARD (legal representative)."""

    role: str
    kinship_code: str
    kinship_label: str
    family: str
    given: str
    phone: str
    person: str


@dataclass(frozen=True, slots=True)
class Patient:
    """A person cared for, or a representative who has a space of their own. Names as people write them."""

    key: str
    number: str
    kind: str
    name: str
    caption: str
    birth_name: str
    used_name: str
    given_names: tuple[str, ...]
    sex: str
    birth_on: date
    birthplace_code: str
    birthplace: str
    ins: str
    ins_oid: str
    status: str
    attributes: tuple[str, ...]
    address: Place | None
    phones: tuple[str, ...]
    email: str
    mailbox: str
    space: str
    """`active`, `created` (not yet activated), `opposed` or `none`."""
    attending: str
    """Key of the médecin traitant, or empty."""
    relatives: tuple[Relative, ...]
    representatives: tuple[str, ...]
    represents: tuple[str, ...]
    protection: str

    @property
    def opposed(self) -> bool:
        return self.space == "opposed"


@dataclass(frozen=True, slots=True)
class Software:
    key: str
    name: str
    version: str
    vendor: str
    structure: str
    contact: str
    trust_contract: bool


@dataclass(frozen=True, slots=True)
class Administrator:
    key: str
    name: str
    caption: str
    role: str
    email: str


@dataclass(frozen=True)
class Cast:
    """Everyone, each by key and in the order of the file."""

    patients: Mapping[str, Patient]
    professionals: Mapping[str, Professional]
    structures: Mapping[str, Structure]
    software: Mapping[str, Software]
    administrators: Mapping[str, Administrator]
    domains: Mapping[str, str]
    raw: Mapping[str, Any] = field(repr=False)


@cache
def cast() -> Cast:
    raw = json.loads((files(__package__) / REFERENCE).read_text("utf-8"))
    people = raw["people"]
    workers = [(entry, True) for entry in people if entry["kind"] == "professional"]
    workers += [(entry, False) for entry in raw["correspondents"]]
    return Cast(
        patients={e["id"]: _patient(e) for e in people if e["kind"] in ("patient", "representative")},
        professionals={entry["id"]: _professional(entry, persona=persona) for entry, persona in workers},
        structures={entry["id"]: _structure(entry) for entry in raw["structures"]},
        software={entry["id"]: _software(entry) for entry in raw["software"]},
        administrators={e["id"]: _administrator(e) for e in people if e["kind"] == "administrator"},
        domains=raw["domains"],
        raw=raw,
    )


def _place(entry: Mapping[str, Any]) -> Place:
    return Place(tuple(entry["lines"]), entry["postal_code"], entry["city"], entry["commune"])


def _structure(entry: Mapping[str, Any]) -> Structure:
    return Structure(
        key=entry["id"],
        name=entry["name"],
        finess=entry["finess"],
        idnst=entry["idnst"],
        facility_type=entry["facility_type"],
        setting=entry["setting"],
        address=_place(entry["address"]),
        phone=entry["phone"],
        mailbox=entry["mailbox"],
    )


def _professional(entry: Mapping[str, Any], *, persona: bool) -> Professional:
    card = entry.get("professional") or entry
    specialty = entry.get("specialty", {})
    return Professional(
        key=entry["id"],
        name=entry["name"],
        family=card["family_name"],
        given=card["given_name"],
        civility=card["civility"],
        title=entry.get("title", ""),
        caption=entry["caption"],
        structure=entry["structure"],
        mailbox=entry["mailbox"],
        rpps=card.get("rpps", ""),
        specialty_code=specialty.get("code", ""),
        specialty_label=specialty.get("label", ""),
        role=entry.get("role", ""),
        regulation=card.get("regulation", False),
        persona=persona,
    )


def _relative(entry: Mapping[str, Any]) -> Relative:
    kinship = entry["kinship"]
    return Relative(
        role=entry["role"],
        kinship_code=kinship["code"],
        kinship_label=kinship["label"],
        family=entry["family"],
        given=entry["given"],
        phone=entry["phone"],
        person=entry["person"],
    )


def _patient(entry: Mapping[str, Any]) -> Patient:
    identity = entry["identity"]
    ins = entry.get("ins", {})
    return Patient(
        key=entry["id"],
        number=entry["number"],
        kind=entry["kind"],
        name=entry["name"],
        caption=entry["caption"],
        birth_name=identity["birth_name"],
        used_name=identity["used_name"],
        given_names=tuple(identity["given_names"]),
        sex=identity["sex"],
        birth_on=date.fromisoformat(identity["birth_date"]),
        birthplace_code=identity["birthplace"],
        birthplace=identity["birthplace_name"],
        ins=ins.get("value", ""),
        ins_oid=ins.get("oid", ""),
        status=entry["status"],
        attributes=tuple(entry["attributes"]),
        address=_place(entry["address"]) if entry["address"] else None,
        phones=tuple(entry["phones"]),
        email=identity["email"],
        mailbox=entry["mailbox"],
        space=entry["space"],
        attending=entry["attending"] or "",
        relatives=tuple(_relative(relative) for relative in entry["relatives"]),
        representatives=tuple(entry.get("representatives", ())),
        represents=tuple(entry.get("represents", ())),
        protection=entry.get("protection", ""),
    )


def _software(entry: Mapping[str, Any]) -> Software:
    return Software(
        key=entry["id"],
        name=entry["name"],
        version=entry["version"],
        vendor=entry["vendor"],
        structure=entry["structure"],
        contact=entry["contact"],
        trust_contract=entry["trust_contract"],
    )


def _administrator(entry: Mapping[str, Any]) -> Administrator:
    return Administrator(entry["id"], entry["name"], entry["caption"], entry["role"], entry["email"])

"""What somebody other than the national extractions says of a professional: Pro Santé Connect at sign-in, or a structure."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedPractice:
    """One situation of practice, with national codes as rules.md §6.2 gives them. `technical` is
    `identifiantTechniqueDeLaStructure`; without it FINESS, SIRET or SIREN name the organisation."""

    profession: str
    category: str = "C"
    know_how_type: str = ""
    know_how: str = ""
    mode: str = ""
    sector: str = ""
    section: str = ""
    role: str = ""
    genre: str = ""
    technical: str = ""
    finess: str = ""
    finess_legal: str = ""
    siret: str = ""
    siren: str = ""
    name: str = ""
    trade_name: str = ""
    phone: str = ""
    email: str = ""
    address: tuple[str, ...] = ()
    postal_code: str = ""
    commune: str = ""
    city: str = ""
    departement: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedPerson:
    """A person and all their practices, as said at this moment."""

    national_id: str
    family: str
    given: str = ""
    civility: str = ""
    title: str = ""
    practices: tuple[StatedPractice, ...]


@dataclass(frozen=True, slots=True)
class KnownSituation:
    """The directory's ids for a stated practice."""

    id: UUID
    organisation_id: UUID | None
    organisation_name: str


@dataclass(frozen=True, slots=True)
class Known:
    """The directory's ids for a stated person; `situations` in the order of the practices stated."""

    practitioner_id: UUID
    situations: tuple[KnownSituation, ...]

"""What the doors of the directory give out: plain values, no row. Codes are national codes; labels are the terminology's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from socle.base.terminology import ProfessionGroup, profession, specialty

_TITLES = {"DR": "Dr", "PR": "Pr", "MC": "Pr", "MG": "Dr", "PC": "Pr", "PG": "Pr"}
_GENERAL_PRACTICE = frozenset({"SM26", "SM53", "SM54"})
_STUDENT = "E"


@dataclass(frozen=True, slots=True)
class Practitioner:
    """A person. `rpps` is empty for those who have none; `national_id` (IDNPS) is always there."""

    id: UUID
    national_id: str
    rpps: str
    family: str
    given: str
    civility: str
    title: str
    profession: str
    category: str
    active: bool
    origin: str
    confirmed_on: date | None
    version: int
    updated_at: datetime

    @property
    def name(self) -> str:
        """« Dr Claire NOVAREL »."""
        return " ".join(part for part in (_TITLES.get(self.title, ""), self.given, self.family.upper()) if part)

    @property
    def kind(self) -> str:
        """`health`, `student`, `social` or `role` (a person characterised by the role)."""
        if self.category == _STUDENT:
            return "student"
        known = profession(self.profession)
        if known is None or known.group in (ProfessionGroup.HEALTH, ProfessionGroup.TITLE):
            return "health"
        return "social" if known.group is ProfessionGroup.SOCIAL else "role"


@dataclass(frozen=True, slots=True)
class Organisation:
    """A place of work. `address` holds the lines above the postal code."""

    id: UUID
    key: str
    national_id: str
    finess: str
    finess_legal: str
    siren: str
    siret: str
    rank: str
    name: str
    trade_name: str
    sector: str
    phone: str
    fax: str
    email: str
    address: tuple[str, ...]
    postal_code: str
    commune: str
    city: str
    departement: str
    active: bool
    origin: str
    version: int
    updated_at: datetime

    @property
    def shown_name(self) -> str:
        return self.trade_name or self.name


@dataclass(frozen=True, slots=True)
class Situation:
    """A situation of practice."""

    id: UUID
    practitioner_id: UUID
    organisation_id: UUID | None
    organisation_name: str
    profession: str
    category: str
    know_how_type: str
    know_how: str
    mode: str
    sector: str
    section: str
    role: str
    genre: str
    phone: str
    other_phone: str
    fax: str
    email: str
    address: tuple[str, ...]
    postal_code: str
    commune: str
    city: str
    departement: str
    active: bool
    version: int
    updated_at: datetime

    @property
    def title(self) -> str:
        """What people read: « Médecin généraliste », « Infirmier », « Médecin en formation »."""
        job = profession(self.profession)
        label = job.label if job else "Professionnel"
        if self.category == _STUDENT:
            return f"{label} en formation"
        if self.profession == "10" and self.know_how in _GENERAL_PRACTICE:
            return "Médecin généraliste"
        skill = specialty(self.know_how) if self.know_how else None
        return f"{label}, {skill.label.lower()}" if skill else label


@dataclass(frozen=True, slots=True)
class SecureAddress:
    """An MSSanté mailbox. `kind` is PER, ORG, APP or CAB."""

    address: str
    kind: str
    practitioner_id: UUID | None
    organisation_id: UUID | None
    service: str
    description: str
    red_list: bool
    dematerialisation: bool


@dataclass(frozen=True, slots=True)
class Qualification:
    """What a person is: a profession, and one know-how of it or none."""

    profession: str
    category: str
    know_how_type: str = ""
    know_how: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One person of a search, with the situations that match first. `match` says how: `name`, `word` (another word of the family
    name) or `close` (a name that resembles)."""

    practitioner: Practitioner
    situations: tuple[Situation, ...]
    match: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """`after` continues the search, empty at its end. `place_known` is False when the place typed is none of the directory's."""

    found: tuple[Found, ...]
    after: str = ""
    place_known: bool = True
    homonyms: frozenset[UUID] = field(default=frozenset())
    """Persons of this page who share both names with another one of it: the page asks to check the town."""

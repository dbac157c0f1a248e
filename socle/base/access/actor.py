"""Who is asking. Built once, at the edges only (sign-in, tokens, reactions): a house test names the modules that may."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    """What stands behind a request."""

    PROFESSIONAL = "professional"
    PATIENT = "patient"
    REPRESENTATIVE = "representative"
    ADMINISTRATOR = "administrator"
    SOFTWARE = "software"
    SYSTEM = "system"
    VISITOR = "visitor"


class Purpose(StrEnum):
    """Why a record is opened. Source: rules.md §2.5 (modes of access)."""

    CARE = "normal"
    EMERGENCY = "emergency"
    REGULATION = "regulation"


class Channel(StrEnum):
    """The wire a request came by."""

    PAGE = "page"
    FHIR = "fhir"
    COMMAND = "command"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Actor:
    """One person (or software, or the platform) in one situation of practice, for one purpose.

    `person_id` is the directory's id of a professional, the identity's id of a patient or representative, the account's id of an
    administrator or software. A software without a named professional has `kind` SOFTWARE: it deposits and never reads.
    `emergency_patient_id` limits an emergency or regulation purpose to the one patient it was opened for.
    """

    kind: Kind
    person_id: UUID | None = None
    name: str = ""
    national_id: str = ""
    """IDNPS of a professional (`8` + RPPS…); empty for others."""
    profession: str = ""
    """TRE_G15 / R94 / R95 code, or the role code of a person characterised by the role."""
    specialty: str = ""
    role: str = ""
    sector: str = ""
    title: str = ""
    """What people read beside the name: « Médecin généraliste »."""
    structure_id: UUID | None = None
    structure_name: str = ""
    situation_id: UUID | None = None
    """The situation of practice chosen at sign-in (directory activity)."""
    purpose: Purpose = Purpose.CARE
    emergency_id: UUID | None = None
    emergency_patient_id: UUID | None = None
    regulation_claim: bool = False
    on_behalf_of: UUID | None = None
    software_id: UUID | None = None
    """The software that carries the call, named professional or not."""
    trust_contract: bool = False
    rights: frozenset[str] = field(default=frozenset())
    """Administration rights, or the scopes of a software's token."""
    level: str = ""
    channel: Channel = Channel.PAGE
    cause_id: UUID | None = None

    @property
    def is_professional(self) -> bool:
        return self.kind is Kind.PROFESSIONAL

    def by(self, channel: Channel) -> Actor:
        """The same actor, seen on another wire."""
        return replace(self, channel=channel)

    @property
    def heading(self) -> str:
        """How the journal names the role: title, else kind."""
        return self.title or self.kind.value


VISITOR = Actor(kind=Kind.VISITOR, name="")
"""Anybody, before sign-in: public pages."""


def system(task: str, *, cause_id: UUID | None = None) -> Actor:
    """The platform itself doing `task` (a reaction or a job), caused by the event or entry given."""
    return Actor(kind=Kind.SYSTEM, name=task, channel=Channel.EVENT, cause_id=cause_id)

"""What a sign-in session holds as plain values: the situations that may be chosen, and the urgent accesses opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from socle.base.access.actor import Kind, Purpose


@dataclass(frozen=True, slots=True)
class Situation:
    """One way of acting: a situation of practice, one's own space, or the space of a person one represents."""

    id: UUID
    kind: Kind
    title: str = ""
    profession: str = ""
    specialty: str = ""
    role: str = ""
    sector: str = ""
    structure_id: UUID | None = None
    structure_name: str = ""
    structure_national_id: str = ""
    space_id: UUID | None = None
    """The patient whose space it is, for patients and representatives."""
    space_name: str = ""

    @property
    def label(self) -> str:
        """What people choose from and what a mismatch page says."""
        if self.space_id is not None:
            return f"Espace de {self.space_name}"
        return ", ".join(part for part in (self.title, self.structure_name) if part)

    def kept(self) -> dict[str, Any]:
        """As the session's row keeps it."""
        return {name: str(value) if isinstance(value, UUID) else value for name, value in asdict(self).items()}


def situation(kept: Mapping[str, Any]) -> Situation:
    """The inverse of `kept`."""
    values = dict(kept)
    values["id"] = UUID(values["id"])
    values["kind"] = Kind(values["kind"])
    for name in ("structure_id", "space_id"):
        values[name] = UUID(values[name]) if values[name] else None
    return Situation(**values)


@dataclass(frozen=True, slots=True)
class Urgent:
    """An urgent access bound to a session: it serves in that session only, for that patient only."""

    id: UUID
    patient_id: UUID
    purpose: Purpose
    ends_at: datetime

    def kept(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "patient_id": str(self.patient_id),
            "purpose": str(self.purpose),
            "ends_at": self.ends_at.isoformat(),
        }


def urgent(kept: Mapping[str, Any]) -> Urgent:
    """The inverse of `kept`."""
    return Urgent(UUID(kept["id"]), UUID(kept["patient_id"]), Purpose(kept["purpose"]), datetime.fromisoformat(kept["ends_at"]))


@dataclass(frozen=True, slots=True)
class Recognised:
    """Who comes in, ready for a session."""

    account_id: UUID
    provider: str
    person_id: UUID | None
    name: str
    national_id: str
    regulation_claim: bool
    situations: tuple[Situation, ...]

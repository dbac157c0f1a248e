"""Who may receive a document by MSSanté, from its visibility marks: three combinations go, any other is an error.

Source: volet Transmission de documents CDA 2.1, règles de gestion MSSanté; TRE_A07 (codes); rules of the record (no document both
masked and hidden from the person).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

MASKED = "MASQUE_PS"
HIDDEN_FROM_PATIENT = "INVISIBLE_PATIENT"
HIDDEN_FROM_REPRESENTATIVES = "INVISIBLE_REPRESENTANTS_LEGAUX"
SECRET_CONNECTION = "CONNEXION_SECRETE"  # noqa: S105 (a mark of the guide)
_IN_MESSAGES = {HIDDEN_FROM_REPRESENTATIVES: "INVISIBLE_REP_LEGAUX"}  # the same mark has another name in HL7 v2
_YES, _NO = "Y", "N"


class Audience(StrEnum):
    PROFESSIONALS_AND_PATIENT = "professionals-and-patient"
    PROFESSIONALS = "professionals"
    PATIENT = "patient"
    NOBODY = "nobody"

    @property
    def professionals(self) -> bool:
        return self in (Audience.PROFESSIONALS_AND_PATIENT, Audience.PROFESSIONALS)

    @property
    def patient(self) -> bool:
        return self in (Audience.PROFESSIONALS_AND_PATIENT, Audience.PATIENT)

    @property
    def sentence(self) -> str:
        return _SENTENCES[self]


_SENTENCES = {
    Audience.PROFESSIONALS_AND_PATIENT: "Ce document peut être envoyé à des professionnels et à la personne.",
    Audience.PROFESSIONALS: "La personne ne voit pas encore ce document : il peut être envoyé à des professionnels seulement.",
    Audience.PATIENT: "Ce document est masqué : il peut être envoyé à la personne seulement.",
    Audience.NOBODY: "Les règles de visibilité de ce document ne permettent pas de l’envoyer par messagerie.",
}


@dataclass(frozen=True, slots=True)
class VisibilityMarks:
    masked: bool = False
    hidden_from_patient: bool = False
    hidden_from_representatives: bool = False
    secret_connection: bool = False

    @property
    def audience(self) -> Audience:
        if self.secret_connection:
            return Audience.NOBODY
        if self.hidden_from_patient:
            return Audience.NOBODY if self.masked or self.hidden_from_representatives else Audience.PROFESSIONALS
        if self.masked or self.hidden_from_representatives:
            return Audience.PATIENT
        return Audience.PROFESSIONALS_AND_PATIENT

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of TRE_A07 that hold, in a fixed order: what confidentialityCode says beside `N`."""
        return tuple(code for code, held in self._held() if held and code != SECRET_CONNECTION)

    def _held(self) -> tuple[tuple[str, bool], ...]:
        return (
            (MASKED, self.masked),
            (HIDDEN_FROM_PATIENT, self.hidden_from_patient),
            (HIDDEN_FROM_REPRESENTATIVES, self.hidden_from_representatives),
            (SECRET_CONNECTION, self.secret_connection),
        )


def marks_of(codes: Iterable[str]) -> VisibilityMarks:
    """The marks among confidentiality codes; other codes say nothing here."""
    found = set(codes)
    return VisibilityMarks(MASKED in found, HIDDEN_FROM_PATIENT in found, HIDDEN_FROM_REPRESENTATIVES in found)


def read_marks(flags: Mapping[str, str]) -> VisibilityMarks:
    """Of the `Y`/`N` flags of a message (MetaDMPMSS), any case, `O` for `Y`; a flag that is absent or not understood is `N`."""
    said = {name.strip().upper(): value.strip().upper() in ("Y", "O") for name, value in flags.items()}
    held = (said.get(_IN_MESSAGES.get(code, code), False) or said.get(code, False) for code, _ in VisibilityMarks()._held())
    return VisibilityMarks(*held)


def write_marks(marks: VisibilityMarks) -> tuple[tuple[str, str], ...]:
    """The four flags, each said, in the order of the guide."""
    return tuple((_IN_MESSAGES.get(code, code), _YES if held else _NO) for code, held in marks._held())

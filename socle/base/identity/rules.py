"""Who may do what with identities, and which status follows which. Decisions and tables, no data access.

Source: RNIV 2.0 §3.2 and §3.3, EXI SI 09, 22 and 25; product.md §2.0 (who qualifies an identity).
"""

from __future__ import annotations

from enum import StrEnum

from socle.base import terminology
from socle.base.access.actor import Actor, Kind
from socle.base.access.rules import NOT_YOUR_ROLE, YES, Decision
from socle.base.identity.models import Patient
from socle.base.terminology.professions import ProfessionGroup

REFERENT = "identity-referent"
"""The administration right of the identity-vigilance referent: merges, doubts."""

DESKS = frozenset({"secretary", "SECRETARIAT_MEDICAL", "coordinator"})
"""Roles without a health profession that register and check identities: secretaries, coordinators of a DAC."""

NOT_QUALIFYING = Decision(
    False,
    "role-identite",
    "Votre rôle ne permet pas de modifier une identité.",
    "Un professionnel de santé ou le secrétariat de votre structure.",
)
NOT_REFERENT = Decision(
    False,
    "role-identitovigilance",
    "Seul un référent d’identitovigilance peut faire cela.",
    "L’administrateur de la plateforme.",
)


def may_search(actor: Actor) -> Decision:
    """Professionals, software, and the identity referents who compare before a merge."""
    return YES if actor.kind in (Kind.PROFESSIONAL, Kind.SOFTWARE) or REFERENT in actor.rights else NOT_YOUR_ROLE


def may_identify(actor: Actor) -> Decision:
    """Register a person, change traits, check a document, call INSi, state a doubt: health professions, secretaries, delegates
    and coordinators; not social nor home-help workers."""
    if actor.kind is Kind.SYSTEM or REFERENT in actor.rights:
        return YES
    if not actor.is_professional:
        return NOT_QUALIFYING
    if actor.on_behalf_of is not None or actor.role in DESKS:
        return YES
    known = terminology.profession(actor.profession) if actor.profession else None
    cares = known is not None and known.group in (ProfessionGroup.HEALTH, ProfessionGroup.TITLE)
    return YES if cares else NOT_QUALIFYING


def may_send_identities(actor: Actor) -> Decision:
    """Software, with a named professional or without."""
    software = actor.kind is Kind.SOFTWARE or (actor.is_professional and actor.software_id is not None)
    return YES if software else NOT_YOUR_ROLE


def may_merge(actor: Actor) -> Decision:
    return YES if REFERENT in actor.rights and actor.person_id is not None else NOT_REFERENT


class Step(StrEnum):
    """What happens to an identity."""

    DOCUMENT = "document-checked"
    DOCUMENT_WITHDRAWN = "document-withdrawn"
    INS = "ins-retrieved"
    INS_WITHDRAWN = "ins-withdrawn"
    CORRECTION = "corrected"
    DOUBT = "doubted"
    DOUBT_LIFTED = "doubt-lifted"
    FICTION = "fictitious"


_PROV, _RETR = Patient.Status.PROVISIONAL, Patient.Status.RETRIEVED
_VALI, _QUAL = Patient.Status.VALIDATED, Patient.Status.QUALIFIED

TRANSITIONS: dict[Step, dict[str, str]] = {
    Step.DOCUMENT: {_PROV: _VALI, _RETR: _QUAL, _VALI: _VALI, _QUAL: _QUAL},
    Step.DOCUMENT_WITHDRAWN: {_VALI: _PROV, _QUAL: _RETR},
    Step.INS: {_PROV: _RETR, _VALI: _QUAL, _RETR: _RETR, _QUAL: _QUAL},
    Step.INS_WITHDRAWN: {_RETR: _PROV, _QUAL: _VALI},
    Step.CORRECTION: {_PROV: _PROV, _RETR: _PROV, _VALI: _PROV, _QUAL: _PROV},
    Step.DOUBT: {_PROV: _PROV, _RETR: _PROV, _VALI: _PROV, _QUAL: _PROV},
    Step.DOUBT_LIFTED: {_PROV: _PROV},
    Step.FICTION: {_PROV: _PROV, _RETR: _PROV, _VALI: _PROV, _QUAL: _PROV},
}
"""Step → status before → status after. What is not here is refused. Source: RNIV §3.2.1-3.2.3, §4.8.1; PAM 4.4.4."""

WITH_DOUBT = frozenset({Step.CORRECTION, Step.DOUBT_LIFTED})
WITH_FICTION = frozenset({Step.CORRECTION})
"""What may still be done with a doubtful, a fictitious identity: they stay provisional, without INS nor call (EXI SI 09, 22)."""
ONLY_WITH_DOUBT = frozenset({Step.DOUBT_LIFTED})

DOUBTFUL = Decision(False, "identite-douteuse", "Cette identité est douteuse : levez le doute d’abord.")
FICTITIOUS = Decision(False, "identite-fictive", "Cette identité est fictive : elle ne peut ni porter un INS ni être validée.")
NOT_DOUBTFUL = Decision(False, "sans-doute", "Cette identité ne porte pas de doute.")
NO_SUCH_STEP = Decision(False, "statut", "Le statut de cette identité ne permet pas cela.")
CALL_FROM_PROVISIONAL = Decision(
    False,
    "insi-provisoire",
    "Votre structure demande de contrôler une pièce d’identité avant d’interroger INSi.",
    "L’administrateur de votre structure.",
)


def may_step(step: Step, status: str, *, doubtful: bool = False, fictitious: bool = False) -> Decision:
    """Whether this step may follow; the status after it is `TRANSITIONS[step][status]`."""
    if fictitious and step not in WITH_FICTION:
        return FICTITIOUS
    if doubtful and step not in WITH_DOUBT:
        return DOUBTFUL
    if step in ONLY_WITH_DOUBT and not doubtful:
        return NOT_DOUBTFUL
    return YES if status in TRANSITIONS[step] else NO_SUCH_STEP


def may_call_insi(status: str, *, doubtful: bool, fictitious: bool, from_provisional: bool) -> Decision:
    """Before any call to the teleservice. `from_provisional` is the installation's setting (EXI SI 25)."""
    decision = may_step(Step.INS, status, doubtful=doubtful, fictitious=fictitious)
    if decision.allowed and status == _PROV and not from_provisional:
        return CALL_FROM_PROVISIONAL
    return decision


HIGH_TRUST: dict[str, str] = {
    "CN": "Carte nationale d’identité",
    "PA": "Passeport",
    "CE": "Carte d’identité d’un pays de l’Union européenne",
    "CS": "Titre de séjour",
    "IE": "Identification électronique (France Identité, L’Identité Numérique La Poste, appli carte Vitale)",
}
"""Documents that validate an identity by themselves; out of date is accepted (RNIV §3.3.2). Codes: ZFD-7, fr-core."""
FOR_MINORS: dict[str, str] = {
    "AN": "Extrait d’acte de naissance, avec la pièce d’un parent",
    "LE": "Livret de famille, avec la pièce d’un parent",
    "DC": "Document de circulation pour étranger mineur, avec la pièce d’un parent",
}
"""For a minor, beside the document of the parent who comes along (RNIV §3.3.3)."""
TRUSTED_SENDER = "TC"
"""Received under a trust contract whose sender did not tell the document (RNIV §4.9.2)."""
TOO_WEAK = frozenset({"AC", "CC", "CM", "PC"})
"""Codes that exist in exchanges and are no high-trust device."""

DOCUMENT_MISSING = Decision(False, "piece-absente", "Choisissez la pièce d’identité qui a été contrôlée.")
DOCUMENT_WEAK = Decision(
    False,
    "piece-insuffisante",
    "Ce document ne suffit pas : demandez une carte d’identité, un passeport ou un titre de séjour.",
)
DOCUMENT_COPY = Decision(False, "piece-copie", "Une copie ne suffit pas : contrôlez l’original.")
DOCUMENT_ADULT = Decision(False, "piece-majeur", "Ce document ne vaut que pour une personne mineure.")
DOCUMENT_PARENT = Decision(False, "piece-parent", "Contrôlez aussi la pièce d’identité du parent qui accompagne l’enfant.")


def may_validate(kind: str, *, original: bool, parent_document: str, minor: bool) -> Decision:
    """Whether this document is a high-trust device for this person."""
    if not kind:
        return DOCUMENT_MISSING
    if kind not in HIGH_TRUST and kind not in FOR_MINORS:
        return DOCUMENT_WEAK
    if not original:
        return DOCUMENT_COPY
    if kind in FOR_MINORS:
        if not minor:
            return DOCUMENT_ADULT
        if parent_document not in HIGH_TRUST:
            return DOCUMENT_PARENT
    return YES

"""Rules of access: pure functions of an actor and facts. Each returns a Decision, and says in French who can change it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from socle.base.access.actor import Actor, Kind, Purpose
from socle.errors import Forbidden, NotFound

if TYPE_CHECKING:
    from socle.base.access.sight import Facts

ACCESS_CONTROL = "access-control"
SUPERVISION = "supervision"
"""Administration rights: reviewing urgent accesses; watching queues and seals."""

REASON_MIN = 10
"""Characters of the reason of an urgent access, without the spaces around (issue of the ground; R1111-48)."""
REASON_MAX = 500
EMERGENCY_HOURS = 4
ALERT_AFTER_PER_HOUR = 10
"""This many urgent accesses in one hour by one person alert the access controller."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes, or no with a code, a sentence safe to show, and who can grant it."""

    allowed: bool
    code: str = ""
    sentence: str = ""
    grantor: str = ""
    hidden: bool = False
    """A refusal that must read as absence."""

    def enforce(self) -> None:
        """Raises what the refusal is for its asker; nothing when allowed."""
        if self.allowed:
            return
        if self.hidden:
            raise NotFound()
        raise Forbidden(self.code, self.sentence, self.grantor)


YES = Decision(True)
NO_RECORD = Decision(
    False,
    "dossier-absent",
    "Cette personne n’a pas de dossier partagé ouvert.",
    "La personne peut l’ouvrir depuis son espace ou au 36 08.",
)
OPPOSED = Decision(
    False,
    "dossier-opposition",
    "Cette personne s’est opposée à la création de son espace.",
    "La personne peut revenir sur son choix à tout moment.",
)
CLOSED = Decision(
    False,
    "dossier-clos",
    "Ce dossier est clôturé : il ne peut être ni lu ni alimenté.",
    "La personne peut le rouvrir depuis son espace.",
)
NO_AUTHORISATION = Decision(
    False,
    "dossier-sans-autorisation",
    "Vous n’avez pas d’autorisation pour lire ce dossier.",
    "La personne, lors d’une prise en charge, ou depuis son espace.",
)
NEVER_READS = Decision(
    False,
    "logiciel-sans-professionnel",
    "Un logiciel sans professionnel identifié dépose des documents et n’en lit aucun.",
    "Le professionnel, en s’identifiant auprès du logiciel.",
)
NOT_YOUR_ROLE = Decision(
    False,
    "role",
    "Votre rôle ne donne pas accès aux dossiers de santé.",
    "L’administrateur de votre structure.",
)
NOT_CONTROLLER = Decision(
    False,
    "droit-controle",
    "Le contrôle des accès exceptionnels est réservé au contrôleur des accès.",
    "L’administrateur de la plateforme.",
)
NOT_SUPERVISOR = Decision(
    False,
    "droit-supervision",
    "La supervision est réservée aux administrateurs qui en ont la charge.",
    "L’administrateur de la plateforme.",
)
URGENT_REFUSED = Decision(
    False,
    "urgence-refusee",
    "La personne a refusé l’accès en urgence : le dossier reste fermé.",
    "La personne seule peut changer ce choix.",
)
URGENT_ENDED = Decision(
    False,
    "urgence-close",
    "Votre accès exceptionnel à ce dossier est terminé.",
    "Ouvrez de nouveau le dossier en indiquant le motif.",
)


def state_decision(opening: str, *, holder: bool = False) -> Decision:
    """Step 1: what the state of the record lets anybody read. A closed record is closed to all but its archive's owner's export;
    death closes it to professionals too."""
    if opening == "open":
        return YES
    if opening == "opposed":
        return OPPOSED
    if opening in ("closed", "deceased"):
        return CLOSED
    return NO_RECORD


def record_decision(actor: Actor, facts: Facts, *, holder: bool) -> Decision:
    """Steps 1 to 3 of rules.md §2.4: state, block, authorisation or urgent session. A blocked professional and one without
    authorisation get the very same answer."""
    state = state_decision(facts.opening, holder=holder)
    if not state.allowed:
        return state
    return _BY_KIND[actor.kind](actor, facts, holder)


def _professional(actor: Actor, facts: Facts, holder: bool) -> Decision:
    if facts.blocked:
        return NO_AUTHORISATION
    if actor.purpose is Purpose.CARE:
        return YES if facts.authorised else NO_AUTHORISATION
    allowed = facts.emergency_allowed if actor.purpose is Purpose.EMERGENCY else facts.regulation_allowed
    if not allowed:
        return URGENT_REFUSED
    return YES if facts.emergency_open else URGENT_ENDED


def _patient(actor: Actor, facts: Facts, holder: bool) -> Decision:
    return YES if holder else Decision(False, hidden=True)


def _representative(actor: Actor, facts: Facts, holder: bool) -> Decision:
    return YES if facts.represents else Decision(False, hidden=True)


def _software(actor: Actor, facts: Facts, holder: bool) -> Decision:
    return NEVER_READS


def _other(actor: Actor, facts: Facts, holder: bool) -> Decision:
    return NOT_YOUR_ROLE


def _system(actor: Actor, facts: Facts, holder: bool) -> Decision:
    return YES


_BY_KIND: dict[Kind, Callable[[Actor, Facts, bool], Decision]] = {
    Kind.PROFESSIONAL: _professional,
    Kind.PATIENT: _patient,
    Kind.REPRESENTATIVE: _representative,
    Kind.SOFTWARE: _software,
    Kind.ADMINISTRATOR: _other,
    Kind.VISITOR: _other,
    Kind.SYSTEM: _system,
}


def may_state_care(actor: Actor, facts: Facts) -> Decision:
    """May this professional record « Prise en charge, patient informé » on an open record."""
    if not actor.is_professional:
        return NOT_YOUR_ROLE
    state = state_decision(facts.opening)
    if not state.allowed:
        return state
    return NO_AUTHORISATION if facts.blocked else YES


def for_the_platform(actor: Actor) -> Decision:
    """Reactions, jobs, commands: what nobody does by hand."""
    return YES if actor.kind is Kind.SYSTEM else NOT_YOUR_ROLE


def may_open_urgently(actor: Actor, facts: Facts, purpose: Purpose, reason: str) -> Decision:
    """Emergency or regulation (rules.md §2.5): never for delegates, unnamed software, the opposed or the blocked; regulation only
    with the claim of the sign-in; a reason of ten characters or more."""
    if not actor.is_professional or actor.on_behalf_of is not None:
        return NOT_YOUR_ROLE
    if purpose is Purpose.REGULATION and not actor.regulation_claim:
        return Decision(
            False,
            "regulation-non-reconnue",
            "Votre connexion ne vous reconnaît pas comme régulateur du SAMU.",
            "L’administrateur de votre structure, auprès de Pro Santé Connect.",
        )
    state = state_decision(facts.opening)
    if not state.allowed:
        return state
    if facts.blocked:
        return NO_AUTHORISATION
    allowed = facts.emergency_allowed if purpose is Purpose.EMERGENCY else facts.regulation_allowed
    if not allowed:
        return URGENT_REFUSED
    if _seen_length(reason) < REASON_MIN:
        return Decision(False, "motif", f"Indiquez le motif en {REASON_MIN} caractères au moins.")
    if len(reason) > REASON_MAX:
        return Decision(False, "motif", f"Indiquez le motif en {REASON_MAX} caractères au plus.")
    return YES


def _seen_length(text: str) -> int:
    """How many characters people see: what has no width and what is blank around does not count."""
    return len("".join(sign for sign in text if sign.isprintable()).strip())


def may_control_accesses(actor: Actor) -> Decision:
    """Read and review urgent accesses, without ever opening a record."""
    return YES if ACCESS_CONTROL in actor.rights and actor.kind is Kind.ADMINISTRATOR else NOT_CONTROLLER


def may_supervise(actor: Actor) -> Decision:
    """Watch queues and seals, revive what died."""
    return YES if SUPERVISION in actor.rights and actor.kind is Kind.ADMINISTRATOR else NOT_SUPERVISOR

"""What happens to an identity after it is registered: document checked, INS retrieved, doubt, homonym, fiction.

Every door compares the version that its caller read, writes the next one, and tells `identity.changed` (or `identity.doubted`).
Refusals are Conflict with the sentence of the rule (`rules.TRANSITIONS`), unless said otherwise.
"""

from __future__ import annotations

from uuid import UUID

from socle import clock
from socle.base.access.actor import Actor
from socle.base.access.doors import door, note
from socle.base.identity import changing
from socle.base.identity import heading as headings
from socle.base.identity.actions.patients import Changed, reason_of
from socle.base.identity.rules import Step, may_identify, may_validate
from socle.errors import Conflict, Invalid

DIFFERS = "Les traits de la pièce diffèrent : l’INS ne peut pas être qualifiée."


@door(reads=False)
def check_document(
    *,
    actor: Actor,
    patient_id: UUID,
    version: int,
    kind: str,
    original: bool,
    traits_agree: bool,
    parent_document: str = "",
) -> Changed:
    """A high-trust document was checked: a provisional identity is validated, a retrieved one is qualified. `kind` is a code of
    `rules.HIGH_TRUST` or, for a minor with the parent's document, of `rules.FOR_MINORS`; nothing is chosen by default
    (EXI SI 23).

    Invalid `piece-…` for a document that does not validate; Conflict `piece-differe` when its traits are not those shown."""
    may_identify(actor).enforce()
    patient = changing.locked(patient_id, version)
    decision = may_validate(kind, original=original, parent_document=parent_document, minor=headings.of(patient).minor)
    if not decision.allowed:
        raise Invalid(decision.code, decision.sentence, where="parent_document" if decision.code == "piece-parent" else "kind")
    if not traits_agree:
        raise Conflict("piece-differe", DIFFERS)
    changing.step(patient, Step.DOCUMENT)
    patient.document_kind, patient.document_checked_on = kind, clock.today()
    return Changed(patient.id, changing.save(patient, Step.DOCUMENT))


@door(reads=False)
def withdraw_document(*, actor: Actor, patient_id: UUID, version: int, reason: str) -> Changed:
    """The check of the document does not count any more: qualified becomes retrieved, validated becomes provisional."""
    return _step(actor, patient_id, version, Step.DOCUMENT_WITHDRAWN, reason)


@door(reads=False)
def withdraw_ins(*, actor: Actor, patient_id: UUID, version: int, reason: str) -> Changed:
    """The INS does not count any more (verification failed): qualified becomes validated, retrieved becomes provisional; the INS
    is kept among the previous ones (RNIV §4.8.1)."""
    return _step(actor, patient_id, version, Step.INS_WITHDRAWN, reason)


@door(reads=False)
def put_in_doubt(*, actor: Actor, patient_id: UUID, version: int, reason: str) -> Changed:
    """The identity is doubtful and provisional, without INS; the one it had is kept among the previous ones, and the referents
    are told by `identity.doubted` (RNIV EXI SI 09). A fictitious identity cannot be doubtful."""
    may_identify(actor).enforce()
    patient = changing.locked(patient_id, version)
    note(reason=reason_of(reason))
    changing.step(patient, Step.DOUBT)
    patient.doubtful = True
    return Changed(patient.id, changing.save(patient, Step.DOUBT, "identity.doubted"))


@door(reads=False)
def lift_doubt(*, actor: Actor, patient_id: UUID, version: int, reason: str) -> Changed:
    """The identity is provisional without doubt: document and INS are to be sought again."""
    may_identify(actor).enforce()
    patient = changing.locked(patient_id, version)
    note(reason=reason_of(reason))
    changing.step(patient, Step.DOUBT_LIFTED)
    patient.doubtful = False
    return Changed(patient.id, changing.save(patient, Step.DOUBT_LIFTED))


@door(reads=False)
def declare_fictitious(*, actor: Actor, patient_id: UUID, version: int, reason: str) -> Changed:
    """The identity is fictitious and provisional, without INS: training, tests. A doubtful identity cannot be fictitious."""
    may_identify(actor).enforce()
    patient = changing.locked(patient_id, version)
    note(reason=reason_of(reason))
    changing.step(patient, Step.FICTION)
    patient.fictitious = True
    return Changed(patient.id, changing.save(patient, Step.FICTION))


@door(reads=False)
def declare_homonym(*, actor: Actor, patient_id: UUID, version: int, homonym: bool) -> Changed:
    """The identity says, or does not say any more, that another person has close traits. Any status; survives its changes."""
    may_identify(actor).enforce()
    patient = changing.locked(patient_id, version)
    patient.homonym = homonym
    return Changed(patient.id, changing.save(patient, "homonym"))


def _step(actor: Actor, patient_id: UUID, version: int, step: Step, reason: str) -> Changed:
    may_identify(actor).enforce()
    patient = changing.locked(patient_id, version)
    note(reason=reason_of(reason))
    changing.step(patient, step)
    return Changed(patient.id, changing.save(patient, step))

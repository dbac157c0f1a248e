"""Change one identity: lock its row, compare versions, write it back, tell. Used inside writing doors of this package."""

from __future__ import annotations

from uuid import UUID

from socle import clock
from socle.base.access.doors import note
from socle.base.events import queue
from socle.base.identity import rules
from socle.base.identity.models import Patient, PreviousIns
from socle.base.identity.rules import TRANSITIONS, Step
from socle.errors import Conflict, NotFound

MERGED = "Cette identité a été fusionnée : ouvrez l’identité principale."


def locked(patient_id: UUID, version: int | None) -> Patient:
    """The row, held until the end of the door; the journal's line is about it. NotFound; Conflict when another version stands
    (`version` None: any), or when the identity is merged into another (`identite-fusionnee`)."""
    patient = Patient.objects.select_for_update().filter(id=patient_id).first()
    if patient is None:
        raise NotFound()
    note(patient_id=patient_id, kind="identity", shown=[patient_id])
    if patient.master_id is not None:
        raise Conflict("identite-fusionnee", MERGED)
    if version is not None and patient.version != version:
        raise Conflict()
    return patient


def step(patient: Patient, what: Step) -> None:
    """The row has the status that follows; an INS or a document that the new status does not carry is taken away, the INS kept
    among the previous ones. Conflict with the sentence of the rule when the table refuses the step."""
    decision = rules.may_step(what, patient.status, doubtful=patient.doubtful, fictitious=patient.fictitious)
    if not decision.allowed:
        raise Conflict(decision.code, decision.sentence)
    patient.status = TRANSITIONS[what][patient.status]
    if patient.status in (Patient.Status.PROVISIONAL, Patient.Status.VALIDATED):
        withdraw_ins(patient, what)
    if patient.status in (Patient.Status.PROVISIONAL, Patient.Status.RETRIEVED):
        patient.document_kind, patient.document_checked_on = "", None


def withdraw_ins(patient: Patient, reason: str) -> None:
    """The row carries no INS; the one it had is kept with the reason."""
    if patient.matricule is not None and patient.oid is not None:
        keep_previous(patient, patient.matricule, patient.oid, reason)
    patient.matricule = patient.oid = patient.ins_verified_at = None


def keep_previous(patient: Patient, matricule: str, oid: str, reason: str) -> None:
    """One row an INS that this identity held, whatever the number of times it is told."""
    PreviousIns.objects.get_or_create(
        patient=patient, matricule=matricule, oid=oid, reason=reason, defaults={"ended_at": clock.now()}
    )


def save(patient: Patient, change: str, event: str = "identity.changed", *, by: UUID | None = None) -> int:
    """The row is written under its next version, which is returned, and whoever listens is told which kind of change it was, and
    by whom when that counts."""
    patient.version += 1
    patient.updated_at = clock.now()
    patient.save()
    note(revision=patient.version)
    facts = {"change": change} | ({"by": str(by)} if by is not None else {})
    queue.emit(event, aggregate_id=patient.id, patient_id=patient.id, facts=facts)
    return patient.version

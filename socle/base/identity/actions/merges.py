"""Merge two identities of one person, and undo it: asked by one identity referent, confirmed by another. No row ever moves: the
merged identity points to its master, and whoever reads takes the family.

Source: RNIV 2.0 EXI SI 35-37 (whatever the statuses, in the single repository of identities); product.md §2.1 T1 (two persons).
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from socle import clock
from socle.base.access.actor import Actor
from socle.base.access.doors import door, note
from socle.base.events import queue
from socle.base.identity.actions.patients import reason_of
from socle.base.identity.models import Merge, Patient
from socle.base.identity.rules import may_merge
from socle.errors import Conflict, Forbidden, NotFound

OTHER_INS = "Ces deux identités portent des INS différents : elles ne peuvent pas être fusionnées."
WRONG_WAY = "Gardez comme identité principale celle qui porte l’INS."
SAME_PERSON = "Une autre personne que celle qui a fait la demande doit la confirmer."


@dataclass(frozen=True, slots=True)
class Asked:
    """A merge, asked or confirmed."""

    id: UUID
    master_id: UUID
    merged_id: UUID


@door(reads=False)
def ask(*, actor: Actor, master_id: UUID, merged_id: UUID, reason: str) -> Asked:
    """The merge of `merged_id` into `master_id` waits for another person. Asking the same again gives the same request.

    NotFound; Invalid `reason`; Conflict `identite-fusionnee`, `ins-differents`, `sens` (the one that holds the INS must be the
    master), `fusion-en-cours` when the merged identity already waits for another merge."""
    may_merge(actor).enforce()
    told = reason_of(reason)
    rows = _held(master_id, merged_id)
    _tell(master_id, merged_id, told)
    _may_be_one(rows[master_id], rows[merged_id])
    waiting = Merge.objects.filter(merged_id=merged_id, undone_at=None).first()
    if waiting is not None:
        if waiting.master_id == master_id:
            return Asked(waiting.id, master_id, merged_id)
        raise Conflict("fusion-en-cours", "Une autre fusion de cette identité attend déjà d’être confirmée.")
    assert actor.person_id is not None
    merge = Merge.objects.create(
        master_id=master_id,
        merged_id=merged_id,
        reason=told,
        asked_by=actor.person_id,
        asked_by_name=actor.name,
    )
    queue.emit("identity.merge-asked", aggregate_id=master_id, patient_id=master_id, facts={"merge": merge.id})
    return Asked(merge.id, master_id, merged_id)


@door(reads=False)
def confirm(*, actor: Actor, merge_id: UUID) -> Asked:
    """The merged identity, and all that were merged into it, point to the master; every reader takes the family from now on.
    Confirming twice changes nothing. Forbidden `deux-personnes` to whoever asked; NotFound; Conflict as `ask`, when the
    identities have changed since."""
    may_merge(actor).enforce()
    merge = _merge(merge_id)
    if merge.confirmed_at is not None:
        return Asked(merge.id, merge.master_id, merge.merged_id)
    _another(actor, merge.asked_by)
    rows = _held(merge.master_id, merge.merged_id)
    _tell(merge.master_id, merge.merged_id, merge.reason)
    _may_be_one(rows[merge.master_id], rows[merge.merged_id])
    moved = list(Patient.objects.filter(master_id=merge.merged_id).order_by("id").values_list("id", flat=True))
    Patient.objects.filter(Q(id=merge.merged_id) | Q(id__in=moved)).update(master_id=merge.master_id)
    merge.moved_ids = moved
    merge.confirmed_by, merge.confirmed_by_name, merge.confirmed_at = actor.person_id, actor.name, clock.now()
    merge.save()
    _emit("identity.merged", merge)
    return Asked(merge.id, merge.master_id, merge.merged_id)


@door(reads=False)
def refuse(*, actor: Actor, merge_id: UUID) -> None:
    """A merge that waited is not done, whoever says so: its author too. Conflict when it is done already."""
    may_merge(actor).enforce()
    merge = _merge(merge_id)
    _tell(merge.master_id, merge.merged_id, merge.reason)
    if merge.confirmed_at is not None:
        raise Conflict("fusion-faite", "Cette fusion est déjà faite : demandez son annulation.")
    merge.undone_by, merge.undone_by_name, merge.undone_at = actor.person_id, actor.name, clock.now()
    merge.save()


@door(reads=False)
def ask_undo(*, actor: Actor, merge_id: UUID, reason: str) -> None:
    """Undoing a merge that was done waits for another person. Asking again keeps the first request. Invalid `reason`; Conflict
    `fusion-en-attente` when the merge was never confirmed, `fusion-suivante` when a later one must be undone first."""
    may_merge(actor).enforce()
    merge = _merge(merge_id)
    told = reason_of(reason)
    _tell(merge.master_id, merge.merged_id, told)
    _may_be_undone(merge)
    if merge.undo_asked_by is None:
        merge.undo_reason = told
        merge.undo_asked_by, merge.undo_asked_by_name, merge.undo_asked_at = actor.person_id, actor.name, clock.now()
        merge.save()


@door(reads=False)
def undo(*, actor: Actor, merge_id: UUID) -> None:
    """The identities are as they were before the merge: the merged one is active again, and those that had been merged into it
    point to it. What was written since under each stays with each. Forbidden `deux-personnes` to whoever asked for it;
    Conflict `annulation-non-demandee`, `fusion-suivante`, `ins-deja-attribuee` when the master holds the same INS since."""
    may_merge(actor).enforce()
    merge = _merge(merge_id)
    _tell(merge.master_id, merge.merged_id, merge.undo_reason)
    if merge.undo_asked_by is None:
        raise Conflict(
            "annulation-non-demandee", "Demandez d’abord l’annulation, puis faites-la confirmer par une autre personne."
        )
    _another(actor, merge.undo_asked_by)
    rows = _held(merge.master_id, merge.merged_id)
    _may_be_undone(merge)
    merged = rows[merge.merged_id]
    if merged.matricule is not None:
        holders = Patient.objects.filter(oid=merged.oid, matricule=merged.matricule, master=None)
        if holders.exists():
            raise Conflict(
                "ins-deja-attribuee", "Une autre identité porte maintenant cet INS : la fusion ne peut plus être annulée."
            )
    Patient.objects.filter(id=merge.merged_id).update(master=None)
    Patient.objects.filter(id__in=merge.moved_ids).update(master_id=merge.merged_id)
    merge.undone_by, merge.undone_by_name, merge.undone_at = actor.person_id, actor.name, clock.now()
    merge.save()
    _emit("identity.unmerged", merge)


def _merge(merge_id: UUID) -> Merge:
    merge = Merge.objects.select_for_update().filter(id=merge_id).first()
    if merge is None or (merge.undone_at is not None):
        raise NotFound()
    return merge


def _held(master_id: UUID, merged_id: UUID) -> dict[UUID, Patient]:
    """Both rows, and those merged into either, held in a fixed order until the end of the door."""
    ids = [master_id, merged_id]
    held = Patient.objects.select_for_update().filter(Q(id__in=ids) | Q(master_id__in=ids)).order_by("id")
    rows = {row.id: row for row in held}
    if master_id == merged_id or not set(ids) <= rows.keys():
        raise NotFound()
    return rows


def _may_be_one(master: Patient, merged: Patient) -> None:
    if master.master_id is not None or merged.master_id is not None:
        raise Conflict("identite-fusionnee", "L’une de ces identités est déjà fusionnée : reprenez avec l’identité principale.")
    if merged.matricule is None:
        return
    if master.matricule is None:
        raise Conflict("sens", WRONG_WAY)
    if (master.oid, master.matricule) != (merged.oid, merged.matricule):
        raise Conflict("ins-differents", OTHER_INS)


def _may_be_undone(merge: Merge) -> None:
    if merge.confirmed_at is None:
        raise Conflict("fusion-en-attente", "Cette fusion n’est pas encore faite : refusez-la.")
    merged, master = (
        Patient.objects.filter(id=one).values_list("master_id", flat=True).get() for one in (merge.merged_id, merge.master_id)
    )
    if merged != merge.master_id or master is not None:
        raise Conflict("fusion-suivante", "Une fusion plus récente concerne cette identité : annulez-la d’abord.")


def _another(actor: Actor, asker: UUID | None) -> None:
    if actor.person_id == asker:
        raise Forbidden("deux-personnes", SAME_PERSON, "Un autre référent d’identitovigilance.")


def _tell(master_id: UUID, merged_id: UUID, reason: str) -> None:
    note(patient_id=master_id, kind="merge", shown=[master_id, merged_id], reason=reason)


def _emit(kind: str, merge: Merge) -> None:
    facts = {"merge": merge.id, "merged": merge.merged_id}
    queue.emit(kind, aggregate_id=merge.master_id, patient_id=merge.master_id, facts=facts)

"""What one was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from socle.base.access.actor import Actor, Kind
from socle.base.access.doors import door, note
from socle.base.identity import family as families
from socle.base.notices.models import Notice

SENTENCES = {
    "urgent-emergency": "a ouvert votre dossier en urgence.",
    "urgent-regulation": "a ouvert votre dossier depuis le centre 15.",
    "urgent-unusual": "a ouvert plusieurs dossiers en urgence en une heure.",
    "identity-doubt-reported": "Un professionnel signale un doute sur une identité : vérifiez-la.",
    "identity-doubted": "L’identité d’une personne que vous suivez est mise en doute : vérifiez-la avant d’écrire.",
    "identity-merged": "Deux identités d’une personne que vous suivez sont réunies : son dossier se lit d’un seul tenant.",
    "identity-unmerged": "Deux identités réunies à tort sont séparées : relisez le dossier de la personne que vous suivez.",
    "passkey-added": "Une clé d’accès vient d’être ajoutée à votre compte. Si ce n’est pas vous, retirez-la de vos appareils.",
}
"""What a notice says: after the name of who did it, or alone when it names nobody."""


@dataclass(frozen=True, slots=True)
class Told:
    """One notice: who did it and what, without any health content. `patient_id` says whom it is about, never a name."""

    id: UUID
    kind: str
    actor_name: str
    sentence: str
    patient_id: UUID | None
    created_at: datetime
    read: bool


@door(reads=True)
def mine(*, actor: Actor, limit: int = 20) -> tuple[Told, ...]:
    """The newest notices of this person, and those of the rights they hold."""
    note(kind="notice")
    own = Notice.objects.filter(recipient_id__in=recipients(actor))
    of_rights = Notice.objects.filter(recipient_id=None, right__in=sorted(actor.rights))
    rows = sorted([*own.order_by("-created_at")[:limit], *of_rights.order_by("-created_at")[:limit]], key=_at, reverse=True)
    return tuple(
        Told(row.id, row.kind, row.actor_name, SENTENCES[row.kind], row.patient_id, row.created_at, row.read_at is not None)
        for row in rows[:limit]
    )


def recipients(actor: Actor) -> tuple[UUID, ...]:
    """Under which ids this reader is told: a person, under every identity of theirs."""
    if actor.person_id is None:
        return ()
    return families.load(actor.person_id).ids if actor.kind is Kind.PATIENT else (actor.person_id,)


def _at(row: Notice) -> datetime:
    return row.created_at

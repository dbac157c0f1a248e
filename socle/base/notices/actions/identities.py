"""Tell of what happens to an identity: the professionals who hold an authorisation for that person, and the identity referents.

Source: product.md §2.1 T1 (referent on doubt and merge, circle on doubt); RNIV EXI SI 09 and EXI PP 14 (every actor who received
an INS that does not hold any more), SI 35-37 (merges).
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q

from socle import clock
from socle.base.access.actor import Actor
from socle.base.access.doors import door, note
from socle.base.access.models import Authorisation
from socle.base.access.rules import for_the_platform
from socle.base.identity import family as families
from socle.base.identity.family import Family
from socle.base.identity.models import Merge
from socle.base.identity.rules import REFERENT
from socle.base.notices.models import Notice
from socle.base.notices.telling import tell

DOUBTED, MERGED, UNMERGED = "identity-doubted", "identity-merged", "identity-unmerged"
REPORTED = "identity-doubt-reported"


@door(reads=False)
def tell_of_doubt(*, actor: Actor, event_id: UUID, patient_id: UUID, by: UUID | None) -> None:
    """Whoever may read the record of this person is told, once an event, that their identity is in doubt; `by`, who put it in
    doubt, is not. Platform only."""
    for_the_platform(actor).enforce()
    family = families.load(patient_id)
    note(patient_id=family.root, kind="notice", shown=[event_id])
    _tell(DOUBTED, event_id, [family], but=by)


@door(reads=False)
def tell_of_report(*, actor: Actor, event_id: UUID, patient_id: UUID) -> None:
    """The identity referents are told that somebody without a tie to this person doubts their identity. Platform only."""
    for_the_platform(actor).enforce()
    root = families.load(patient_id).root
    note(patient_id=root, kind="notice", shown=[event_id])
    told = Notice(right=REFERENT, kind=REPORTED, patient_id=root, subject_id=event_id)
    tell([told])


@door(reads=False)
def tell_of_merge(*, actor: Actor, merge_id: UUID, undone: bool) -> None:
    """Whoever may read the record of either identity is told, once, that they are one person's, or two persons' again. Platform
    only."""
    for_the_platform(actor).enforce()
    merge = Merge.objects.get(id=merge_id)
    concerned = [families.load(one) for one in (merge.master_id, merge.merged_id)]
    note(patient_id=concerned[0].root, kind="notice", shown=[merge.id])
    _tell(UNMERGED if undone else MERGED, merge.id, concerned)


def _tell(kind: str, subject_id: UUID, concerned: Sequence[Family], *, but: UUID | None = None) -> None:
    """One notice a professional, whatever the number of identities they hold an authorisation for; one for the referents."""
    where: dict[UUID, UUID] = {}
    for family in concerned:
        for person_id in _authorised(family):
            where.setdefault(person_id, family.root)
    made = [
        Notice(recipient_id=person_id, kind=kind, patient_id=root, subject_id=subject_id)
        for person_id, root in where.items()
        if person_id != but
    ]
    made.append(Notice(right=REFERENT, kind=kind, patient_id=concerned[0].root, subject_id=subject_id))
    tell(made)


def _authorised(family: Family) -> list[UUID]:
    """The professionals whose authorisation holds now. Blocked under one identity of the person is blocked under all."""
    rows = Authorisation.objects.filter(patient_id__in=family.ids)
    blocked = rows.filter(state=Authorisation.State.BLOCKED).values("person_id")
    holding = rows.filter(Q(expires_at=None) | Q(expires_at__gt=clock.now()), state=Authorisation.State.VALID)
    return list(holding.exclude(person_id__in=blocked).order_by("person_id").values_list("person_id", flat=True).distinct())

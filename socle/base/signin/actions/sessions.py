"""Sign-in sessions: opened, tied to a situation, locked, unlocked, ended. Each is a line of the journal, by the person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from socle import clock
from socle.base.access.actions.emergencies import UrgentAccess
from socle.base.access.actor import Actor
from socle.base.access.doors import door, not_journalled, note
from socle.base.events import queue
from socle.base.signin import rules
from socle.base.signin.models import Account, KeptForm, Session
from socle.base.signin.sealing import hash_of, seal
from socle.base.signin.situations import Recognised, Urgent
from socle.errors import Invalid, NotFound

LOGOUT_HINT = "logout hint"


@dataclass(frozen=True, slots=True)
class Device:
    """The browser: a secret of its own, kept a year, and what people call it."""

    secret: str
    label: str


@dataclass(frozen=True, slots=True)
class Opened:
    """`chosen` is None when the person must choose a situation first."""

    session_id: UUID
    chosen: UUID | None
    expires_at: datetime


@door(reads=False)
def open_session(
    *, actor: Actor, who: Recognised, token: str, level: str, device: Device, id_token: str = "", replaces: UUID | None = None
) -> Opened:
    """A session of half a day exists for the bearer of `token`; with one situation only, it is chosen. `replaces` ends the
    session that this browser held before. Event `signin.new-device` when the account was never used in this browser before."""
    now = clock.now()
    chosen = who.situations[0].id if len(who.situations) == 1 else None
    device_hash = hash_of(device.secret)
    _tell_of_new_device(who, device, device_hash)
    row = Session.objects.create(
        account_id=who.account_id,
        token_hash=hash_of(token),
        name=who.name,
        national_id=who.national_id,
        level=level,
        regulation_claim=who.regulation_claim,
        situations=[one.kept() for one in who.situations],
        situation_id=chosen,
        logout_hint=seal(id_token.encode(), LOGOUT_HINT) if id_token else None,
        created_at=now,
        last_seen_at=now,
        proven_at=now,
        expires_at=now + rules.HALF_DAY,
        device_hash=device_hash,
        device_label=device.label,
    )
    if replaces is not None:
        Session.objects.filter(id=replaces, ended_at=None).update(ended_at=now)
    Account.objects.filter(id=who.account_id).update(last_sign_in_at=now)
    note(kind="session", shown=[row.id], reason=device.label)
    return Opened(row.id, chosen, row.expires_at)


def _tell_of_new_device(who: Recognised, device: Device, device_hash: bytes) -> None:
    earlier = Session.objects.filter(account_id=who.account_id)
    if earlier.exists() and not earlier.filter(device_hash=device_hash).exists():
        queue.emit(
            "signin.new-device",
            aggregate_id=who.account_id,
            facts={"account": who.account_id, "device": device.label, **({"person": who.person_id} if who.person_id else {})},
        )


@door(reads=False)
def choose_situation(*, actor: Actor, session_id: UUID, situation_id: UUID) -> None:
    """The session acts in that situation from now on; urgent accesses opened in another one are left. Invalid `situation` when it
    is not one of the session's."""
    note(kind="session", shown=[session_id], reason="situation")
    row = Session.objects.select_for_update().filter(id=session_id, ended_at=None).first()
    if row is None:
        raise NotFound()
    if str(situation_id) not in {one["id"] for one in row.situations}:
        raise Invalid("situation", "Choisissez l’une des situations proposées.")
    if row.situation_id != situation_id:
        Session.objects.filter(id=session_id).update(situation_id=situation_id, urgent=[])


@door(reads=False)
def bind_urgent(*, actor: Actor, session_id: UUID, access: UrgentAccess) -> None:
    """The urgent access serves in this session, for its patient. The access itself is the line of the journal."""
    not_journalled()
    row = Session.objects.select_for_update().filter(id=session_id, ended_at=None).first()
    if row is None:
        raise NotFound()
    now = clock.now()
    kept = [one for one in row.urgent if datetime.fromisoformat(one["ends_at"]) > now and one["id"] != str(access.id)]
    bound = Urgent(access.id, access.patient_id, access.purpose, access.ends_at)
    Session.objects.filter(id=session_id).update(urgent=[*kept, bound.kept()])


@door(reads=False)
def leave_urgent(*, actor: Actor, session_id: UUID, access_id: UUID) -> None:
    """The urgent access serves in this session no more: the professional is back to ordinary care there."""
    not_journalled()
    row = Session.objects.select_for_update().filter(id=session_id, ended_at=None).first()
    if row is None:
        raise NotFound()
    Session.objects.filter(id=session_id).update(urgent=[one for one in row.urgent if one["id"] != str(access_id)])


@door(reads=False)
def lock(*, actor: Actor, session_id: UUID) -> None:
    """The session opens nothing until its owner proves themself again."""
    note(kind="session", shown=[session_id], reason="verrouillage")
    Session.objects.filter(id=session_id, locked_at=None).update(locked_at=clock.now())


@door(reads=False)
def unlock(*, actor: Actor, session_id: UUID, account_id: UUID, token: str, id_token: str = "") -> None:
    """The session is open again, under a new cookie. NotFound when it is not that account's, or is over."""
    note(kind="session", shown=[session_id], reason="déverrouillage")
    now = clock.now()
    changes: dict[str, object] = {"locked_at": None, "last_seen_at": now, "proven_at": now, "token_hash": hash_of(token)}
    if id_token:
        changes["logout_hint"] = seal(id_token.encode(), LOGOUT_HINT)
    done = Session.objects.filter(
        id=session_id, account_id=account_id, ended_at=None, expires_at__gt=now, account__suspended=False
    ).update(**changes)
    if not done:
        raise NotFound()


@door(reads=False)
def end(*, actor: Actor, session_id: UUID) -> bytes:
    """The session is over. Returns the sealed id_token with which the provider's session ends, empty when there is none."""
    note(kind="session", shown=[session_id], reason="déconnexion")
    row = Session.objects.filter(id=session_id).first()
    if row is None:
        raise NotFound()
    Session.objects.filter(id=session_id, ended_at=None).update(ended_at=clock.now())
    return bytes(row.logout_hint or b"")


@door(reads=False)
def end_others(*, actor: Actor, account_id: UUID, kept: UUID, only: UUID | None = None) -> int:
    """Every other session of the account is over, or `only` that one; returns how many were. The one of this browser stays."""
    rows = Session.objects.filter(account_id=account_id, ended_at=None).exclude(id=kept)
    if only is not None:
        rows = rows.filter(id=only)
    ids = list(rows.values_list("id", flat=True))
    note(kind="session", shown=ids, reason="fermeture à distance")
    return Session.objects.filter(id__in=ids).update(ended_at=clock.now())


@door(reads=False)
def keep_form(*, actor: Actor, account_id: UUID, path: str, sealed: bytes) -> UUID:
    """What was typed waits for that account for half a day. What waited longer is gone."""
    not_journalled()
    KeptForm.objects.filter(created_at__lt=clock.now() - rules.KEPT_FOR).delete()
    return KeptForm.objects.create(account_id=account_id, path=path, sealed=sealed).id


@door(reads=False)
def take_form(*, actor: Actor, account_id: UUID, form_id: UUID) -> tuple[str, bytes]:
    """(path, sealed fields) of what that account had typed. NotFound for anybody else, and after half a day."""
    not_journalled()
    fresh = clock.now() - rules.KEPT_FOR
    row = KeptForm.objects.filter(id=form_id, account_id=account_id, created_at__gt=fresh).first()
    if row is None:
        raise NotFound()
    return row.path, bytes(row.sealed)

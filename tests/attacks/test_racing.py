"""Two at once: the careful one wins."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import pytest
from django.db import connection, transaction

from socle import clock
from socle.base.access import sight
from socle.base.access.actions import authorisations
from socle.base.access.actor import Actor, Kind, Purpose, system
from socle.base.access.doors import sql_allowed
from socle.base.access.models import Authorisation, EmergencySession
from socle.base.events.models import Event
from socle.base.signin.actions import invitations, rights
from socle.base.signin.models import Account, Invitation
from socle.errors import Forbidden, NotFound
from socle.record.actions import openings
from tests import minting

pytestmark = pytest.mark.usefixtures("installation")


def state_of(patient_id: object, actor: Actor) -> str:
    with sql_allowed("tests"):
        return str(Authorisation.objects.get(patient_id=patient_id, person_id=actor.person_id).state)


def test_a_statement_of_care_that_began_before_a_block_does_not_lift_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The facts are read, then the person blocks, then the statement is written: the very order of the attack."""
    for known in (True, False):
        patient, doctor = minting.patient(), minting.doctor()
        if known:
            openings.state_care(actor=doctor, patient_id=patient.id)
        read, blocked = threading.Event(), threading.Event()
        load = sight.load

        def paused(actor: Actor, family: tuple[object, ...]) -> sight.Sight:
            found = load(actor, family)  # type: ignore[arg-type]  # noqa: B023
            read.set()  # noqa: B023
            assert blocked.wait(20)  # noqa: B023
            return found

        monkeypatch.setattr(authorisations.sight, "load", paused)
        with ThreadPoolExecutor(1) as pool:
            stating = pool.submit(openings.state_care, actor=doctor, patient_id=patient.id)
            assert read.wait(20)
            monkeypatch.setattr(authorisations.sight, "load", load)
            assert doctor.person_id is not None
            openings.block(
                actor=minting.holder(patient.id), patient_id=patient.id, person_id=doctor.person_id, person_name=doctor.name
            )
            blocked.set()
            with pytest.raises(Forbidden, match="dossier-sans-autorisation"):
                stating.result()
        assert state_of(patient.id, doctor) == "blocked"


def test_a_block_that_meets_a_first_statement_of_care_holds() -> None:
    """The statement is written but not committed when the block comes: the block waits, then wins."""
    patient, doctor = minting.patient(), minting.doctor()
    assert doctor.person_id is not None
    with ThreadPoolExecutor(1) as pool:
        with sql_allowed("tests"):
            with transaction.atomic():
                Authorisation.objects.create(
                    patient_id=patient.id,
                    person_id=doctor.person_id,
                    person_name=doctor.name,
                    state="valid",
                    since=patient.created_at,
                )
                blocking = pool.submit(
                    openings.block,
                    actor=minting.holder(patient.id),
                    patient_id=patient.id,
                    person_id=doctor.person_id,
                    person_name=doctor.name,
                )
                with connection.cursor() as cursor:
                    for _ in range(2000):
                        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
                        if cursor.fetchone()[0]:
                            break
            connection.close()
        blocking.result(30)
    assert state_of(patient.id, doctor) == "blocked"


def together(calls: list[Callable[[], object]]) -> list[object]:
    barrier = threading.Barrier(len(calls))

    def one(call: Callable[[], object]) -> object:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


def test_parallel_urgent_accesses_alert_as_many_times_as_one_after_the_other() -> None:
    doctor = minting.doctor()
    patients = [minting.patient() for _ in range(16)]
    calls = [
        lambda patient=patient: openings.open_urgently(
            actor=doctor, patient_id=patient.id, purpose=Purpose.EMERGENCY, reason="Malaise dans la rue"
        )
        for patient in patients
    ]
    together(calls)
    with sql_allowed("tests"):
        assert EmergencySession.objects.filter(person_id=doctor.person_id).count() == 16
        assert Event.objects.filter(kind="access.emergency-unusual", aggregate_id=doctor.person_id).count() == 6


@pytest.mark.parametrize(
    "reason", ["\u200b" * 20, " \u00a0\u2003" * 10, "\u2060court\u2060\u2060\u2060\u2060\u2060\u2060", "x" * 501]
)
def test_a_reason_that_nobody_can_read_opens_nothing(reason: str) -> None:
    patient, doctor = minting.patient(), minting.doctor()
    with pytest.raises(Forbidden, match="motif"):
        openings.open_urgently(actor=doctor, patient_id=patient.id, purpose=Purpose.EMERGENCY, reason=reason)
    openings.open_urgently(actor=doctor, patient_id=patient.id, purpose=Purpose.EMERGENCY, reason="Malaise aux urgences")


def test_an_invitation_withdrawn_while_it_is_accepted_makes_no_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """The invitation is found, then it is withdrawn, then its row is locked: the very order of the attack."""
    boss = Actor(kind=Kind.ADMINISTRATOR, person_id=clock.new_id(), name="Alix ESSAI", rights=frozenset({"accounts"}))
    found = invitations._pending
    for withdrawn in (True, False):
        login = f"{clock.new_id()}@courriel.example"
        guest = invitations.Guest(login, "Essai", "Noa")
        invited = invitations.invite_administrator(actor=boss, guest=guest, rights=frozenset({"accounts"}))

        def paused(token: str) -> Invitation:
            row = found(token)
            if withdrawn:  # noqa: B023
                together([lambda: rights.withdraw_invitation(actor=boss, invitation_id=row.id)])
            return row

        monkeypatch.setattr(invitations, "_pending", paused)
        outcome = pytest.raises(NotFound) if withdrawn else nullcontext()
        with outcome:
            invitations.accept(actor=system("test"), token=invited.token, password=b"x", step=1)
        with sql_allowed("tests"):
            assert Account.objects.filter(subject=login).exists() is not withdrawn

"""What administrators watch and do: queues, seals, urgent accesses; each right opens its own page and nothing of a record."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection

from socle import clock
from socle.base.access.actions import emergencies
from socle.base.access.actions import supervision as acts
from socle.base.access.actor import Actor, Kind, Purpose
from socle.base.access.doors import sql_allowed
from socle.base.access.queries import holders, supervision
from socle.errors import Conflict, Forbidden, Invalid, NotFound
from socle.record.actions import openings
from socle.record.queries import accesses, documents
from tests import minting

pytestmark = pytest.mark.usefixtures("installation")
REASON = "Malaise sur la voie publique, personne inconsciente"


def administrator(*rights: str) -> Actor:
    return Actor(kind=Kind.ADMINISTRATOR, person_id=clock.new_id(), name="Sacha ESSAI", rights=frozenset(rights))


def dead(*, job: bool = False) -> object:
    """A reaction that failed too often, of a kind that no worker of ours runs."""
    found, event = clock.new_id(), None if job else clock.new_id()
    name = f"{'job:' if job else ''}tests.{found}"
    with sql_allowed("tests"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO events_reaction (id, event_id, name, aggregate_id, due_at, state, attempts, last_error)"
            " VALUES (%s, %s, %s, %s, now(), 'dead', 12, 'OSError at gateways:12')",
            [found, event, name, clock.new_id()],
        )
    connection.close()
    return found


def test_what_died_is_shown_and_revived_once() -> None:
    watcher, reaction = administrator("supervision"), dead()
    page = supervision.platform(actor=watcher)
    (shown,) = [one for one in page.dead if one.id == reaction]
    assert (shown.attempts, shown.error) == (12, "OSError at gateways:12")
    assert [line.dead for line in page.lines if line.name == shown.name] == [1]
    acts.revive(actor=watcher, reaction_id=shown.id)
    after = supervision.platform(actor=watcher)
    assert shown.id not in {one.id for one in after.dead}
    assert [(line.due, line.dead) for line in after.lines if line.name == shown.name] == [(1, 0)]
    with pytest.raises(Conflict):
        acts.revive(actor=watcher, reaction_id=shown.id)


def test_the_journal_waits_for_its_seal_and_says_so() -> None:
    watcher = administrator("supervision")
    before = supervision.platform(actor=watcher).journal
    documents.page(actor=minting.holder((patient := minting.patient()).id), patient_id=patient.id)
    after = supervision.platform(actor=watcher).journal
    assert after.unsealed > before.unsealed or after.sequence > before.sequence
    assert after.unsealed == 0 or after.oldest_unsealed_at is not None


def test_each_right_opens_its_own_page() -> None:
    controller, watcher = administrator("access-control"), administrator("supervision")
    holders.urgent_accesses(actor=controller)
    supervision.platform(actor=watcher)
    professional = replace(minting.doctor(), rights=frozenset({"supervision", "access-control"}))
    for actor in (controller, professional):
        with pytest.raises(Forbidden, match="droit-supervision"):
            supervision.platform(actor=actor)
    for actor in (watcher, professional):
        with pytest.raises(Forbidden, match="droit-controle"):
            holders.urgent_accesses(actor=actor)
    patient = minting.patient()
    with pytest.raises(Forbidden, match="role"):
        documents.page(actor=controller, patient_id=patient.id)


def test_an_urgent_access_is_reviewed_and_the_person_reads_it() -> None:
    patient, controller = minting.patient(), administrator("access-control")
    opened = openings.open_urgently(actor=minting.doctor(), patient_id=patient.id, purpose=Purpose.EMERGENCY, reason=REASON)
    assert opened.id in {one.id for one in holders.urgent_accesses(actor=controller, limit=1000)}
    assert holders.urgent_access(actor=controller, session_id=opened.id).reviewed_at is None
    with pytest.raises(Invalid):
        emergencies.review(actor=controller, session_id=opened.id, conclusion="autre")
    with pytest.raises(NotFound):
        emergencies.review(actor=controller, session_id=clock.new_id(), conclusion="justified")
    with pytest.raises(Forbidden):
        emergencies.review(actor=minting.holder(patient.id), session_id=opened.id, conclusion="justified")
    emergencies.review(actor=controller, session_id=opened.id, conclusion="follow-up")
    reviewed = holders.urgent_access(actor=controller, session_id=opened.id)
    assert (reviewed.review, reviewed.reviewed_by_name) == ("follow-up", controller.name)
    assert opened.id not in {one.id for one in holders.urgent_accesses(actor=controller, to_review=True, limit=1000)}
    line = accesses.page(actor=minting.holder(patient.id), patient_id=patient.id).lines[0]
    assert (line.what, line.who, line.reason) == ("controle", controller.name, "À suivre avec la structure")

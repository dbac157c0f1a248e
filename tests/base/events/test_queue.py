"""Reactions run after the commit, in order, exactly once in our database; a failing one waits and ends dead."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction

from socle import clock
from socle.base.access.actor import Actor, system
from socle.base.access.doors import door, note, sql_allowed
from socle.base.audit import reading
from socle.base.events import queue, registry
from socle.deploy.worker import Worker, plan_jobs

pytestmark = pytest.mark.usefixtures("installation")
KIND = "tests.happened"
failing: set[UUID] = set()
order: list[tuple[UUID, str]] = []


@door(reads=False)
def happen(*, actor: Actor, aggregate_id: UUID, fact: str, fail: bool = False) -> None:
    note(patient_id=aggregate_id)
    queue.emit(KIND, aggregate_id=aggregate_id, patient_id=aggregate_id, facts={"fact": fact})
    if fail:
        raise RuntimeError("after the event")


@door(reads=False)
def take_effect(*, actor: Actor, aggregate_id: UUID, fact: str) -> None:
    note(patient_id=aggregate_id, kind="effect")
    order.append((aggregate_id, fact))


@registry.react(KIND)
def effect(event: registry.Happened) -> None:
    if event.aggregate_id in failing:
        raise ValueError("words that a person typed")
    take_effect(actor=system("essai", cause_id=event.id), aggregate_id=event.aggregate_id, fact=event.facts["fact"])


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    connection.close()


def effects(aggregate: UUID) -> int:
    with sql_allowed("tests"):
        return sum(entry.object_kind == "effect" for entry in reading.about([aggregate]))


def rows(aggregate: UUID) -> list[tuple[str, int, str]]:
    with sql_allowed("tests"), connection.cursor() as cursor:
        cursor.execute("SELECT state, attempts, last_error FROM events_reaction WHERE aggregate_id = %s", [aggregate])
        return cursor.fetchall()


def run_all(workers: int = 1) -> None:
    def work() -> None:
        worker = Worker()
        while worker.run_due():
            pass

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_an_event_of_a_refused_action_leaves_nothing() -> None:
    aggregate = clock.new_id()
    with pytest.raises(RuntimeError):
        happen(actor=system("essai"), aggregate_id=aggregate, fact="1", fail=True)
    assert rows(aggregate) == []


def test_four_workers_run_each_reaction_once_and_in_order() -> None:
    aggregates = [clock.new_id() for _ in range(5)]
    for fact in ("1", "2", "3"):
        for aggregate in aggregates:
            happen(actor=system("essai"), aggregate_id=aggregate, fact=fact)
    run_all(workers=4)
    for aggregate in aggregates:
        assert [fact for found, fact in order if found == aggregate] == ["1", "2", "3"]
        assert effects(aggregate) == 3


def test_a_reaction_whose_lease_was_taken_over_leaves_no_effect() -> None:
    aggregate = clock.new_id()
    happen(actor=system("essai"), aggregate_id=aggregate, fact="1")
    with sql_allowed("tests"), transaction.atomic():
        held = next(one for one in queue.lease(100) if one.happened and one.happened.aggregate_id == aggregate)
    with sql_allowed("tests"), connection.cursor() as cursor:
        cursor.execute("UPDATE events_reaction SET lease_id = %s WHERE id = %s", [clock.new_id(), held.id])
    assert held.happened is not None
    with queue.running(held), pytest.raises(queue.LeaseLost):
        effect(held.happened)
    assert effects(aggregate) == 0
    with sql_allowed("tests"), connection.cursor() as cursor:
        cursor.execute("UPDATE events_reaction SET leased_until = now() - interval '1 s' WHERE id = %s", [held.id])
    run_all()
    assert effects(aggregate) == 1


def test_a_failing_reaction_waits_longer_each_time_and_tells_no_word_of_its_failure() -> None:
    aggregate = clock.new_id()
    failing.add(aggregate)
    happen(actor=system("essai"), aggregate_id=aggregate, fact="1")
    run_all()
    ((state, attempts, error),) = rows(aggregate)
    assert (state, attempts) == ("due", 1)
    assert error.startswith("ValueError at test_queue.py:")
    with sql_allowed("tests"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE events_reaction SET attempts = %s, due_at = now() WHERE aggregate_id = %s", [queue.ATTEMPTS - 1, aggregate]
        )
    run_all()
    assert rows(aggregate)[0][0] == "dead"


def test_a_job_by_the_clock_is_planned_once_and_again_after_it_ran() -> None:
    ran: list[str] = []
    registry.job("essai", every=timedelta(hours=1))(lambda: ran.append("x"))
    plan_jobs()
    plan_jobs()
    run_all()
    assert ran == ["x"]
    with sql_allowed("tests"), connection.cursor() as cursor:
        cursor.execute("SELECT state, due_at > now() FROM events_reaction WHERE name = 'job:essai' ORDER BY id")
        assert cursor.fetchall() == [("done", False), ("due", True)]

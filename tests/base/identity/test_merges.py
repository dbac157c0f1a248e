"""Merges and their undoing, by two persons, whatever the statuses; chains flatten and come back; no row moves."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest

from socle import clock
from socle.base.access.actor import Actor
from socle.base.access.doors import sql_allowed
from socle.base.audit import reading as journal
from socle.base.identity import family as families
from socle.base.identity.actions import merges, statuses
from socle.base.identity.models import Patient
from socle.base.identity.queries import merges as reviewing
from socle.base.identity.queries import patients
from socle.errors import Conflict, Forbidden, Invalid, NotFound, SocleError
from socle.record.actions import openings
from socle.record.models import Document
from socle.record.queries import documents
from tests import minting
from tests.base.identity import people
from tests.documents import report
from tests.record.test_deposit import put

pytestmark = pytest.mark.usefixtures("installation")

NO_INS = {"matricule": None, "oid": None}


def plain(status: str = "provisional") -> Patient:
    return minting.patient(status=status, **NO_INS)


def pointers(*rows: Patient) -> list[UUID | None]:
    return [people.row(row.id).master_id for row in rows]


def family(patient: Patient) -> families.Family:
    with sql_allowed("tests"):
        found = families.load(patient.id)
    return families.Family(found.root, tuple(sorted(found.ids)))


@pytest.mark.parametrize("master_status", ["provisional", "validated", "retrieved", "qualified"])
@pytest.mark.parametrize("merged_status", ["provisional", "validated"])
def test_whatever_the_statuses_two_identities_become_one(master_status: str, merged_status: str) -> None:
    held = {} if master_status in ("retrieved", "qualified") else NO_INS
    master, other = minting.patient(status=master_status, **held), plain(merged_status)
    merge_id = people.merged(master, other)
    assert family(other) == family(master) == families.Family(master.id, tuple(sorted((master.id, other.id))))
    assert patients.read(actor=minting.doctor(), patient_id=other.id).heading.patient_id == master.id
    assert [one["change"] for one in people.told(master.id, "identity.merged")] == [""]
    people.undone(merge_id)
    assert pointers(master, other) == [None, None]
    assert people.row(other.id).status == merged_status


def test_one_person_alone_neither_merges_nor_undoes() -> None:
    master, other, alone = plain(), plain(), people.referent()
    asked = merges.ask(actor=alone, master_id=master.id, merged_id=other.id, reason="Doublon")
    with pytest.raises(Forbidden) as refusal:
        merges.confirm(actor=alone, merge_id=asked.id)
    assert (refusal.value.code, pointers(other)) == ("deux-personnes", [None])
    merges.confirm(actor=people.referent(), merge_id=asked.id)
    with pytest.raises(Conflict, match="annulation-non-demandee"):
        merges.undo(actor=people.referent(), merge_id=asked.id)
    merges.ask_undo(actor=alone, merge_id=asked.id, reason="Deux personnes")
    with pytest.raises(Forbidden, match="deux-personnes"):
        merges.undo(actor=alone, merge_id=asked.id)
    assert pointers(other) == [master.id]
    merges.undo(actor=people.referent(), merge_id=asked.id)
    assert pointers(other) == [None]


@pytest.mark.parametrize("actor", [minting.doctor(), people.referent(rights=frozenset({"access-control"})), people.software()])
def test_only_identity_referents_merge(actor: Actor) -> None:
    master, other = plain(), plain()
    waiting = merges.ask(actor=people.referent(), master_id=master.id, merged_id=other.id, reason="Doublon")
    for act in (
        lambda: merges.ask(actor=actor, master_id=master.id, merged_id=other.id, reason="Doublon"),
        lambda: merges.confirm(actor=actor, merge_id=waiting.id),
        lambda: merges.refuse(actor=actor, merge_id=waiting.id),
        lambda: merges.ask_undo(actor=actor, merge_id=waiting.id, reason="Essai"),
        lambda: merges.undo(actor=actor, merge_id=waiting.id),
        lambda: reviewing.review(actor=actor),
    ):
        with pytest.raises(Forbidden) as refusal:
            act()
        assert refusal.value.grantor
    assert pointers(other) == [None]


def test_two_different_ins_are_two_persons() -> None:
    for statuses_held in (("qualified", "qualified"), ("qualified", "retrieved")):
        one, other = (minting.patient(status=status) for status in statuses_held)
        with pytest.raises(Conflict, match="ins-differents"):
            merges.ask(actor=people.referent(), master_id=one.id, merged_id=other.id, reason="Doublon")


def test_the_identity_that_holds_the_ins_is_the_master() -> None:
    qualified, provisional = minting.patient(), plain()
    with pytest.raises(Conflict, match="sens"):
        merges.ask(actor=people.referent(), master_id=provisional.id, merged_id=qualified.id, reason="Doublon")
    people.merged(qualified, provisional)
    with sql_allowed("tests"):
        held = families.holding_ins(qualified.matricule or "", qualified.oid or "")
    assert held is not None
    assert held.root == qualified.id


def test_what_changed_between_asking_and_confirming_counts() -> None:
    one, other, third = plain(), plain(), plain()
    asked = merges.ask(actor=people.referent(), master_id=one.id, merged_id=other.id, reason="Doublon")
    people.merged(third, one)
    with pytest.raises(Conflict, match="identite-fusionnee"):
        merges.confirm(actor=people.referent(), merge_id=asked.id)
    assert pointers(other) == [None]


def test_the_same_request_is_one_and_another_waits() -> None:
    one, other, third = plain(), plain(), plain()
    first = merges.ask(actor=people.referent(), master_id=one.id, merged_id=other.id, reason="Doublon")
    assert merges.ask(actor=people.referent(), master_id=one.id, merged_id=other.id, reason="Encore") == first
    with pytest.raises(Conflict, match="fusion-en-cours"):
        merges.ask(actor=people.referent(), master_id=third.id, merged_id=other.id, reason="Doublon")
    merges.refuse(actor=people.referent(), merge_id=first.id)
    with pytest.raises(NotFound):
        merges.confirm(actor=people.referent(), merge_id=first.id)
    people.merged(third, other)
    assert pointers(other) == [third.id]


def test_what_cannot_be_merged_is_refused() -> None:
    one, actor = plain(), people.referent()
    for master_id, merged_id in ((one.id, one.id), (one.id, clock.new_id()), (clock.new_id(), one.id)):
        with pytest.raises(NotFound):
            merges.ask(actor=actor, master_id=master_id, merged_id=merged_id, reason="Doublon")
    with pytest.raises(Invalid):
        merges.ask(actor=actor, master_id=one.id, merged_id=plain().id, reason=" ")
    for act in (merges.confirm, merges.refuse, merges.undo):
        with pytest.raises(NotFound):
            act(actor=actor, merge_id=clock.new_id())


def test_chains_flatten_and_come_back_exactly() -> None:
    one, two, three, four = plain(), plain(), plain(), plain()
    first = people.merged(two, one)
    second = people.merged(three, two)
    third = people.merged(three, four)
    assert pointers(one, two, three, four) == [three.id, three.id, None, three.id]
    assert len(family(one).ids) == 4
    for blocked in (first,):
        with pytest.raises(Conflict, match="fusion-suivante"):
            merges.ask_undo(actor=people.referent(), merge_id=blocked, reason="Deux personnes")
    people.undone(second)
    assert pointers(one, two, three, four) == [two.id, None, None, three.id]
    people.undone(third)
    people.undone(first)
    assert pointers(one, two, three, four) == [None, None, None, None]


def test_a_merged_identity_takes_no_change_and_its_master_does() -> None:
    master, other, actor = minting.patient(), plain(), minting.doctor()
    people.merged(master, other)
    with pytest.raises(Conflict, match="identite-fusionnee"):
        statuses.put_in_doubt(actor=people.referent(), patient_id=other.id, version=1, reason="Usurpation")
    statuses.declare_homonym(actor=actor, patient_id=master.id, version=1, homonym=True)
    assert people.row(master.id).homonym


def test_an_ins_taken_meanwhile_keeps_the_merge() -> None:
    number = minting.matricule()
    master = minting.patient(matricule=number)
    other = plain()
    merge_id = people.merged(master, other)
    with sql_allowed("tests"):
        Patient.objects.filter(id=other.id).update(status="qualified", matricule=number, oid=master.oid)
    merges.ask_undo(actor=people.referent(), merge_id=merge_id, reason="Deux personnes")
    with pytest.raises(Conflict, match="ins-deja-attribuee"):
        merges.undo(actor=people.referent(), merge_id=merge_id)
    assert pointers(other) == [master.id]


def test_parallel_confirmations_merge_once() -> None:
    master, other = plain(), plain()
    crossed = [
        merges.ask(actor=people.referent(), master_id=master.id, merged_id=other.id, reason="Doublon").id,
        merges.ask(actor=people.referent(), master_id=other.id, merged_id=master.id, reason="Doublon").id,
    ]
    refused: list[str] = []
    barrier = threading.Barrier(4)

    def client(merge_id: UUID) -> None:
        barrier.wait()
        try:
            merges.confirm(actor=people.referent(), merge_id=merge_id)
        except SocleError as refusal:
            refused.append(refusal.code)

    threads = [threading.Thread(target=client, args=(crossed[number % 2],)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one is not None for one in pointers(master, other)) == [False, True]
    assert refused == ["identite-fusionnee"] * 2


def test_the_documents_of_both_are_read_as_one_record_and_apart_again() -> None:
    """No row moves: the documents keep the identity they were written under."""
    author = minting.doctor()
    other, master = minting.patient(), minting.patient()
    on_other, on_master = put(author, report(other)), put(author, report(master))
    openings.state_care(actor=author, patient_id=master.id)
    with sql_allowed("tests"):
        Patient.objects.filter(id=other.id).update(status="provisional", matricule=None, oid=None)
    merge_id = people.merged(master, other)

    def shown(patient: Patient) -> set[UUID]:
        return {one.id for one in documents.page(actor=author, patient_id=patient.id).documents}

    assert shown(master) == shown(other) == {on_other.id, on_master.id}
    with sql_allowed("tests"):
        written = dict(Document.objects.filter(id__in=shown(master)).values_list("id", "patient_id"))
    assert written == {on_other.id: other.id, on_master.id: master.id}
    people.undone(merge_id)
    assert shown(master) == {on_master.id}
    with pytest.raises(Forbidden):
        shown(other)


def test_the_journal_and_the_referents_page_tell_who_asked_and_why() -> None:
    asker, master, other = people.referent(), minting.patient(), plain()
    asked = merges.ask(actor=asker, master_id=master.id, merged_id=other.id, reason="Même matricule de mutuelle")
    doubted = plain()
    statuses.put_in_doubt(actor=people.referent(), patient_id=doubted.id, version=1, reason="Usurpation")

    def line(actor: Actor) -> reviewing.MergeLine:
        return next(one for one in reviewing.review(actor=actor).merges if one.id == asked.id)

    assert (line(asker).state, line(asker).mine, line(people.referent()).mine) == ("asked", True, False)
    assert (line(asker).merged.patient_id, line(asker).reason) == (other.id, "Même matricule de mutuelle")
    assert doubted.id in {one.patient_id for one in reviewing.review(actor=asker).doubtful}
    merges.confirm(actor=people.referent(), merge_id=asked.id)
    assert (line(asker).state, line(asker).mine) == ("done", False)
    merges.ask_undo(actor=asker, merge_id=asked.id, reason="Deux personnes")
    assert (line(asker).state, line(asker).mine, line(asker).reason) == ("undo-asked", True, "Deux personnes")
    with sql_allowed("tests"):
        written = [one for one in journal.about([master.id]) if one.object_kind == "merge"]
    assert [(one.door.rpartition(".")[2], one.reason) for one in reversed(written)] == [
        ("ask", "Même matricule de mutuelle"),
        ("confirm", "Même matricule de mutuelle"),
        ("ask_undo", "Deux personnes"),
    ]
    assert all(set(one.object_ids) == {master.id, other.id} for one in written)

"""Référents: whom to call, and who keeps the list."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from socle import clock
from socle.base.access.actor import VISITOR, Actor, Kind
from socle.base.directory.actions import referents as actions
from socle.base.directory.queries import referents as queries
from socle.base.directory.referents import NATIONAL, NOBODY, ContactDraft
from socle.errors import Conflict, Forbidden, Invalid, NotFound
from tests.minting import doctor

pytestmark = pytest.mark.usefixtures("installation")

ADMINISTRATOR = Actor(kind=Kind.ADMINISTRATOR, person_id=clock.new_id(), rights=frozenset({"directory"}))


def draft(**changes: str) -> ContactDraft:
    name = f"Référent {clock.new_id().hex[-8:]}"
    return replace(ContactDraft(departement="13", subject="dac", body="DAC", name=name, phone="0199000001"), **changes)


@pytest.mark.parametrize("departement", ["75", "77", "78", "91", "92", "93", "94", "95", "93100"])
def test_the_leaflet_s_contacts_answer_in_each_departement_of_the_region(departement: str) -> None:
    found = queries.find(actor=VISITOR, departement=departement, subject="segur")
    assert {contact.email for contact in found.contacts} >= {"ars-idf-eSegur@ars.sante.fr", "segur@sesan.fr"}
    assert found.contacts[-1] == NATIONAL
    assert found.sentence == ""
    emails = {contact.email for contact in queries.find(actor=VISITOR, departement=departement).contacts}
    assert emails >= {"ars-idf-eparcours@ars.sante.fr"}


def test_a_list_is_never_empty() -> None:
    found = queries.find(actor=VISITOR, departement="2A", subject="eparcours")
    assert (found.contacts, found.sentence) == ((NATIONAL,), NOBODY)
    assert queries.find(actor=VISITOR, departement="nowhere", subject="nothing").contacts == (NATIONAL,)
    assert queries.find(actor=VISITOR).contacts[-1] == NATIONAL


def test_the_departement_comes_before_the_country_then_subjects_in_their_order() -> None:
    mine = [draft(departement="83", subject=subject, body="Z") for subject in ("editeur", "mssante", "dac")]
    for one in mine:
        actions.add(actor=ADMINISTRATOR, draft=one)
    found = queries.find(actor=VISITOR, departement="83").contacts
    here = [contact.subject for contact in found if contact.departement == "83"]
    assert here == ["mssante", "dac", "editeur"]
    assert [contact.departement for contact in found][: len(here)] == ["83"] * len(here)
    assert all(contact.departement == "" for contact in found[len(here) :])


def test_a_contact_is_edited_verified_and_hidden_by_administrators_only() -> None:
    first = draft()
    id_ = actions.add(actor=ADMINISTRATOR, draft=first)

    def shown() -> dict[str, object] | None:
        found = queries.find(actor=VISITOR, departement="13", subject="dac").contacts
        return next(
            ({"phone": one.phone, "version": one.version, "to_check": one.to_check} for one in found if one.id == id_), None
        )

    assert shown() == {"phone": "0199000001", "version": 1, "to_check": False}
    changed = replace(first, phone="0199000002")
    for other in (doctor(), VISITOR):
        with pytest.raises(Forbidden):
            actions.edit(actor=other, contact_id=id_, version=1, draft=changed)
        with pytest.raises(Forbidden):
            actions.add(actor=other, draft=draft())
        with pytest.raises(Forbidden):
            queries.to_check(actor=other)
    actions.edit(actor=ADMINISTRATOR, contact_id=id_, version=1, draft=changed)
    assert shown() == {"phone": "0199000002", "version": 2, "to_check": False}
    with pytest.raises(Conflict):
        actions.edit(actor=ADMINISTRATOR, contact_id=id_, version=1, draft=first)
    with clock.as_of(datetime.now(UTC) + timedelta(days=190)):
        assert shown() == {"phone": "0199000002", "version": 2, "to_check": True}
        assert id_ in {contact.id for contact in queries.to_check(actor=ADMINISTRATOR)}
        actions.verify(actor=ADMINISTRATOR, contact_id=id_)
        assert shown() == {"phone": "0199000002", "version": 3, "to_check": False}
    actions.hide(actor=ADMINISTRATOR, contact_id=id_)
    assert shown() is None
    assert id_ in {contact.id for contact in queries.to_check(actor=ADMINISTRATOR) if contact.hidden}
    actions.hide(actor=ADMINISTRATOR, contact_id=id_, hidden=False)
    assert shown() is not None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"departement": "00"}, "departement"),
        ({"subject": "meteo"}, "sujet"),
        ({"body": " "}, "organisme"),
        ({"phone": ""}, "joindre"),
        ({"address": "http://ex.example"}, "adresse-web"),
    ],
)
def test_a_draft_that_cannot_serve_is_refused(change: dict[str, str], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        actions.add(actor=ADMINISTRATOR, draft=draft(**change))
    assert refused.value.code == code


def test_the_same_contact_twice_is_a_conflict_and_an_unknown_one_is_not_found() -> None:
    one = draft()
    actions.add(actor=ADMINISTRATOR, draft=one)
    with pytest.raises(Conflict) as refused:
        actions.add(actor=ADMINISTRATOR, draft=one)
    assert refused.value.code == "referent-existe"
    with pytest.raises(NotFound):
        actions.verify(actor=ADMINISTRATOR, contact_id=clock.new_id())

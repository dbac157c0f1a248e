"""Patients and relatives sign in by FranceConnect: linked to one qualified identity, or told what to do."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from simulators import people
from socle.base.access.actions import choices
from socle.base.access.actor import Kind, system
from socle.base.access.doors import sql_allowed
from socle.base.audit.models import Entry
from socle.base.identity.models import Patient
from socle.base.signin import session
from socle.base.signin.models import Account
from socle.formats.names import stored_name
from tests import minting
from tests.running import Platform
from tests.signing_in import Browser, title


@pytest.fixture(scope="module")
def cast(platform: Platform) -> dict[str, dict[str, Any]]:
    """The civil identities that the provider tells."""
    told = platform.data / "simulators" / "people.json"
    content = json.loads((told if told.exists() else people.SHIPPED).read_text("utf-8"))
    return {person["id"]: person["identity"] for person in content["people"] if "identity" in person}


def known(traits: dict[str, Any], **changes: object) -> UUID:
    """An identity with the person's traits, as a structure would have registered it."""
    values: dict[str, object] = {
        "birth_name": stored_name(traits["birth_name"]),
        "first_given": stored_name(traits["given_names"][0]),
        "given_names": " ".join(stored_name(name) for name in traits["given_names"]),
        "birth_date": date.fromisoformat(traits["birth_date"]),
        "sex": traits["sex"],
        "birthplace_cog": traits["birthplace"],
        **changes,
    }
    return minting.patient(**values).id


def test_a_person_is_linked_to_the_identity_with_their_traits(chrome: Browser, cast: dict[str, Any]) -> None:
    patient = known(cast["henri-castelbon"])
    answer = chrome.sign_in("henri-castelbon", "franceconnect")
    assert answer.headers["Location"] in ("/mon-espace", "/")
    found = session.find(chrome.token)
    assert found is not None
    actor = session.actor_of(found)
    assert actor is not None
    assert (actor.kind, actor.person_id, actor.on_behalf_of) == (Kind.PATIENT, patient, None)
    assert actor.level == "eidas2"
    with sql_allowed("tests"):
        line = Entry.objects.filter(door="signin.actions.sessions.open_session", actor_id=patient).latest("id")
        link = Entry.objects.filter(door="signin.actions.accounts.recognise_patient", patient_id=patient).count()
    assert line.actor_kind == "patient"
    assert link == 1


def test_accents_and_hyphens_do_not_part_a_person_from_their_identity(chrome: Browser, cast: dict[str, Any]) -> None:
    patient = known(cast["marguerite-puysegond"])
    chrome.sign_in("marguerite-puysegond", "franceconnect")
    found = session.find(chrome.token)
    assert found is not None
    assert found.person_id == patient


def test_the_link_stays_when_traits_meet_a_homonym_later(chrome: Browser, firefox: Browser, cast: dict[str, Any]) -> None:
    patient = known(cast["gerard-longpre"])
    chrome.sign_in("gerard-longpre", "franceconnect")
    known(cast["gerard-longpre"])
    firefox.sign_in("gerard-longpre", "franceconnect")
    held = [session.find(browser.token) for browser in (chrome, firefox)]
    assert [one.person_id for one in held if one] == [patient, patient]
    with sql_allowed("tests"):
        assert Account.objects.filter(provider="franceconnect", person_id=patient).count() == 1


def test_nobody_is_linked_by_guess(chrome: Browser, cast: dict[str, Any]) -> None:
    """Unknown, two with the same traits, not qualified, one trait apart: the same page, which says what to do."""
    known(cast["jean-baptiste-okombi"])
    known(cast["jean-baptiste-okombi"])
    known(cast["sylvie-tranois"], status="validated", matricule=None, oid=None)
    known(cast["therese-duvallois"], birth_date=date(1960, 9, 8))
    for persona in ("lucette-verdian", "jean-baptiste-okombi", "sylvie-tranois", "therese-duvallois"):
        chrome.http.cookies.clear()
        answer = chrome.sign_in(persona, "franceconnect")
        assert (answer.status_code, chrome.token) == (403, ""), persona
        assert title(answer.text) == "La connexion n’a pas abouti"
        assert "présentez une pièce d’identité" in answer.text
    with sql_allowed("tests"):
        assert not Entry.objects.filter(door__startswith="signin.", outcome="refused", actor_kind="system").exists()


def test_a_merged_identity_leads_to_its_master(chrome: Browser, firefox: Browser, cast: dict[str, Any]) -> None:
    first = known(cast["ahmed-bensalem-avril"])
    chrome.sign_in("ahmed-bensalem-avril", "franceconnect")
    master = minting.patient().id
    with sql_allowed("tests"):
        Patient.objects.filter(id=first).update(master=master)
    firefox.sign_in("ahmed-bensalem-avril", "franceconnect")
    found = session.find(firefox.token)
    assert found is not None
    assert found.person_id == master


def test_a_representative_chooses_whose_space_to_enter(chrome: Browser, cast: dict[str, Any]) -> None:
    own = known(cast["sophie-marchanval"])
    mother = minting.patient(first_given="ODETTE", given_names="ODETTE", birth_name="ESSAI")
    choices.name_representative(
        actor=system("test"), patient_id=mother.id, representative_id=own, representative_name="Sophie", kind="guardian"
    )
    answer = chrome.sign_in("sophie-marchanval", "franceconnect")
    assert answer.headers["Location"] == "/connexion/situation"
    page = chrome.get("/connexion/situation")
    assert title(page.text) == "Quel espace voulez-vous ouvrir ?"
    assert "Odette ESSAI" in page.text
    assert "Votre espace" in page.text
    chrome.post("/connexion/situation", {"choix": str(mother.id)})
    found = session.find(chrome.token)
    assert found is not None
    actor = session.actor_of(found)
    assert actor is not None
    assert (actor.kind, actor.person_id, actor.on_behalf_of) == (Kind.REPRESENTATIVE, own, mother.id)
    chrome.post("/connexion/situation", {"choix": str(own)})
    again = session.find(chrome.token)
    assert again is not None
    assert again.situation is not None
    assert (again.situation.kind, again.situation.space_id) == (Kind.PATIENT, own)
    assert chrome.get("/pro/reglages/sessions").status_code == 403

"""Patients and relatives sign in by FranceConnect: linked to one qualified identity, or told what to do."""

from __future__ import annotations

from datetime import date
from typing import Any

from socle.base.access.actions import choices
from socle.base.access.actor import Kind, system
from socle.base.access.doors import sql_allowed
from socle.base.audit.models import Entry
from socle.base.identity.models import Patient
from socle.base.signin import session
from socle.base.signin.models import Account
from tests import minting
from tests.signing_in import Browser, known, title


def test_a_person_is_linked_to_the_identity_with_their_traits(chrome: Browser, cast: dict[str, Any]) -> None:
    patient = known(cast["lie"])
    answer = chrome.sign_in("lie", "franceconnect")
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
    patient = known(cast["accents"])
    chrome.sign_in("accents", "franceconnect")
    found = session.find(chrome.token)
    assert found is not None
    assert found.person_id == patient


def test_the_link_stays_when_traits_meet_a_homonym_later(chrome: Browser, firefox: Browser, cast: dict[str, Any]) -> None:
    patient = known(cast["reste"])
    chrome.sign_in("reste", "franceconnect")
    known(cast["reste"])
    firefox.sign_in("reste", "franceconnect")
    held = [session.find(browser.token) for browser in (chrome, firefox)]
    assert [one.person_id for one in held if one] == [patient, patient]
    with sql_allowed("tests"):
        assert Account.objects.filter(provider="franceconnect", person_id=patient).count() == 1


def test_nobody_is_linked_by_guess(chrome: Browser, cast: dict[str, Any]) -> None:
    """Unknown, two with the same traits, not qualified, one trait apart: the same page, which says what to do."""
    known(cast["double"])
    known(cast["double"])
    known(cast["valide"], status="validated", matricule=None, oid=None)
    known(cast["decale"], birth_date=date(1921, 2, 3))
    for persona in ("inconnu", "double", "valide", "decale"):
        chrome.http.cookies.clear()
        answer = chrome.sign_in(persona, "franceconnect")
        assert (answer.status_code, chrome.token) == (403, ""), persona
        assert title(answer.text) == "La connexion n’a pas abouti"
        assert "présentez une pièce d’identité" in answer.text
    with sql_allowed("tests"):
        assert not Entry.objects.filter(door="signin.actions.accounts.recognise_patient", outcome="refused").exists()


def test_a_merged_identity_leads_to_its_master(chrome: Browser, firefox: Browser, cast: dict[str, Any]) -> None:
    first = known(cast["fusion"])
    chrome.sign_in("fusion", "franceconnect")
    master = minting.patient().id
    with sql_allowed("tests"):
        Patient.objects.filter(id=first).update(master=master)
    firefox.sign_in("fusion", "franceconnect")
    found = session.find(firefox.token)
    assert found is not None
    assert found.person_id == first


def test_a_representative_chooses_whose_space_to_enter(chrome: Browser, cast: dict[str, Any]) -> None:
    own = known(cast["proche"])
    mother = minting.patient(first_given="ODETTE", given_names="ODETTE", birth_name="ESSAI")
    choices.name_representative(
        actor=system("test"), patient_id=mother.id, representative_id=own, representative_name="Sophie", kind="guardian"
    )
    answer = chrome.sign_in("proche", "franceconnect")
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

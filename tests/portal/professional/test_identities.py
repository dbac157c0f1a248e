"""Search, comparison and identity without scripts: from the date of birth to a qualified identity, and back in doubt."""

from __future__ import annotations

import re
from datetime import date

import pytest

from socle import clock
from socle.base.identity.actions import statuses
from socle.base.notices.queries.mine import SENTENCES
from tests import minting
from tests.base.identity import people
from tests.portal.professional.forms import Visit, caring, record, send, words
from tests.reactions import settle
from tests.signing_in import title

pytestmark = pytest.mark.usefixtures("platform")


def test_a_search_says_what_is_missing_and_leads_to_an_opaque_address(visit: Visit) -> None:
    patient = minting.patient(birth_name="ROUVRAY", birth_date=date(1931, 3, 9))
    browser = visit(minting.doctor())
    path = "/pro/patients/recherche"
    for typed, said in (
        ({}, "Indiquez d’abord la date de naissance."),
        ({"name_start": "ROU"}, "Indiquez d’abord la date de naissance."),
        ({"birth_date": "9/3/31"}, "Indiquez la date en entier, sous la forme 04/11/1987."),
        ({"birth_date": "09/03/1931", "name_start": "ROUV"}, "3 caractères"),
        ({"matricule": "123"}, "matricule"),
    ):
        refused = browser.post(path, typed)
        assert refused.status_code == 400, typed
        assert said in words(refused)
    found = browser.post(path, {"birth_date": "09/03/1931", "name_start": "rou"})
    address = found.headers["Location"]
    assert re.fullmatch(r"/pro/patients/recherche/[0-9a-f-]{36}", address)
    page = browser.get(address)
    assert f"/pro/patients/{patient.id}/ouvrir" in page.text
    assert "<mark>ROU</mark>VRAY" in page.text
    assert visit(minting.doctor()).get(address).status_code == 404


def test_an_identity_is_made_after_an_empty_search_and_follows_its_statuses(visit: Visit) -> None:
    browser = visit(minting.doctor())
    born = "07/08/2010"  # a published identity, which the story does not hold
    searched = browser.post("/pro/patients/recherche", {"birth_date": born})
    results = browser.get(searched.headers["Location"])
    address = re.search(r'href="(/pro/patients/nouveau\?recherche=[^"]+)"', results.text)
    assert address is not None, words(results)
    missing = send(browser, address[1], birth_name="", first_given="Michelangelo", birth_date=born)
    assert missing.status_code == 400
    made = send(
        browser,
        address[1],
        birth_name="Nessi",
        first_given="Michelangelo",
        given_names="Michelangelo",
        birth_date=born,
        sex="M",
        birthplace_cog="63220",
    )
    identity = made.headers["Location"]
    assert "Identité provisoire" in words(browser.get(identity))
    asked = send(browser, identity, geste="insi")
    told = words(asked)
    assert "Réponse du téléservice INSi" in told
    assert "Des traits diffèrent" in told
    assert "Différent" in told
    assert "INS récupérée" not in words(browser.get(identity))
    accepted = send(browser, identity, geste="insi", accepte="1")
    assert "INS récupérée" in words(browser.get(accepted.headers["Location"]))
    copied = send(browser, identity, geste="piece", kind="CN", traits_agree="on")
    assert copied.status_code == 400
    assert "Une copie ne suffit pas" in words(copied)
    checked = send(browser, identity, geste="piece", kind="CN", original="on", traits_agree="on")
    page = words(browser.get(checked.headers["Location"]))
    assert "INS qualifiée" in page
    assert "1 10 08" in page.replace("\u00a0", " ")
    doubted = send(browser, identity, **{"geste": "douter", "doute-reason": "Deux personnes au même nom."})
    after = words(browser.get(doubted.headers["Location"]))
    assert "Identité douteuse" in after
    assert "1 10 08" not in after
    assert "Lever le doute" in after


def test_two_close_identities_are_compared_before_one_is_opened(visit: Visit) -> None:
    one = minting.patient(birth_name="LANSEVIN", first_given="ROMANE", given_names="ROMANE", birth_date=date(1958, 2, 3))
    two = minting.patient(birth_name="LANSEVIN", first_given="ROMANE", given_names="ROMANE ILDA", birth_date=date(1958, 3, 2))
    browser = visit(minting.doctor())
    compared = browser.get(f"/pro/patients/comparer/{one.id}/{two.id}")
    assert title(compared.text) == "Comparer deux identités"
    text = words(compared)
    assert "2 traits stricts sur 6 diffèrent, et le matricule INS aussi." in text
    assert text.count("Différent") == 3  # the two traits, and the matricules
    assert [f"/pro/patients/{found.id}/ouvrir" in compared.text for found in (one, two)] == [True, True]
    assert "03/02/1958" in text
    assert "02/03/1958" in text
    assert browser.get(f"/pro/patients/comparer/{one.id}/{clock.new_id()}").status_code == 404


def test_who_follows_a_person_reads_that_their_identity_is_in_doubt_and_no_name_with_it(visit: Visit) -> None:
    patient = minting.patient(birth_name="PRÉVENU-D’ESSAI")
    reader, stranger = caring(patient), minting.doctor()
    version = people.row(patient.id).version
    statuses.put_in_doubt(actor=people.referent(), patient_id=patient.id, version=version, reason="Photo différente")
    settle()
    page = visit(reader).get("/pro/a-traiter")
    told = words(page)
    assert SENTENCES["identity-doubted"] in told
    assert record(patient, "identite") in page.text
    assert "PRÉVENU" not in told
    assert "On vous a prévenu" not in words(visit(stranger).get("/pro/a-traiter"))

"""« Comptes » on the running platform: a structure's administrator gives, withdraws and ends; others are refused beside."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

import pytest

from socle.base.access.actor import Actor
from socle.base.signin.actions import invitations
from socle.base.signin.queries import people
from tests.base.signin.test_invited_accounts import accepted, administrator, guest, structure
from tests.portal.administration.test_pages import faults
from tests.portal.patient.test_pages import seen, words
from tests.running import Platform
from tests.signing_in import Browser, browser, fields, session_for

pytestmark = pytest.mark.usefixtures("platform")
Visit = Callable[[Actor], Browser]
PAGE = "/gestion/comptes"


def worker(platform: Platform, place: UUID) -> UUID:
    """A worker of that structure, with an account."""
    with browser(platform.endpoints["http"]) as chrome:
        accepted(chrome, guest(), place)
    (one,) = people.administered(actor=administrator(place)).accounts
    return one.id


def test_a_right_is_given_and_withdrawn_from_the_page(visit: Visit, platform: Platform) -> None:
    place = structure()
    account = worker(platform, place)
    chrome = visit(administrator(place))
    address = f"{PAGE}/{account}"
    assert address in chrome.get(PAGE).text
    form = fields(chrome.get(address).text, address)
    form.pop("rights")
    for wanted, told in (({"rights": "structure"}, "Comptes de la structure"), ({}, "aucun")):
        answer = chrome.post(address, form | wanted)
        assert answer.headers["Location"] == f"{PAGE}?fait=droits"
        listed = seen(chrome.get(answer.headers["Location"]))
        assert "Les droits sont enregistrés." in listed
        assert told in listed
    refused = chrome.post(address, form | {"rights": "supervision"})
    assert refused.status_code == 400
    assert "à corriger" in words(refused)
    assert "Comptes de la structure" not in seen(chrome.get(PAGE))


def test_access_ends_after_the_question(visit: Visit, platform: Platform) -> None:
    place = structure()
    account = worker(platform, place)
    chrome, stranger = visit(administrator(place)), visit(administrator(structure()))
    address = f"{PAGE}/{account}/depart"
    assert address in chrome.get(f"{PAGE}/{account}").text
    question = chrome.get(address)
    assert "Mettre fin à l’accès de Noa ESSAI ?" in seen(question)
    assert stranger.get(address).status_code == stranger.post(address, {}).status_code == 404
    assert chrome.post(address, fields(question.text, address)).headers["Location"] == f"{PAGE}?fait=depart"
    assert "Accès terminé" in seen(chrome.get(PAGE))
    shown = chrome.get(f"{PAGE}/{account}")
    assert "n’a plus accès" in seen(shown)
    assert "depart" not in shown.text


def test_an_invitation_is_withdrawn_from_the_list(visit: Visit) -> None:
    place = structure()
    invited = invitations.invite_worker(actor=administrator(place), organisation_id=place, guest=guest())
    chrome, stranger = visit(administrator(place)), visit(administrator(structure()))
    found = re.search(rf"{PAGE}/invitations/[0-9a-f-]{{36}}/retirer", chrome.get(PAGE).text)
    assert found
    assert found[0] not in stranger.get(PAGE).text
    assert stranger.post(found[0], {}).status_code == 404
    assert chrome.get(f"/connexion/invitation/{invited.token}").status_code == 200
    assert chrome.post(found[0], fields(chrome.get(PAGE).text, found[0])).status_code == 302
    assert chrome.get(f"/connexion/invitation/{invited.token}").status_code == 404
    assert "Aucune invitation n’attend." in seen(chrome.get(PAGE))


def test_each_administrator_lands_on_a_page_of_theirs_and_sees_no_other_in_the_menu(visit: Visit) -> None:
    landings = {
        "structure": PAGE,
        "accounts": PAGE,
        "supervision": "/gestion/supervision",
        "identity-referent": "/gestion/identites",
        "access-control": "/gestion/acces-exceptionnels",
        "software": "/gestion/sessions",
    }
    for right, landing in landings.items():
        chrome = visit(administrator(structure(), right))
        assert chrome.get("/gestion").headers["Location"] == landing, right
        page = chrome.get(landing)
        assert page.status_code == 200, right
        others = {one for one in landings.values() if one not in (landing, "/gestion/sessions")}
        assert not [one for one in others if f'href="{one}"' in page.text], right
        if landing != PAGE:
            assert chrome.get(PAGE).status_code == chrome.get(f"{PAGE}/inviter").status_code == 403, right


def test_axe_finds_nothing_on_the_pages_of_accounts(platform: Platform) -> None:
    place = structure()
    account = worker(platform, place)
    invitations.invite_worker(actor=administrator(place), organisation_id=place, guest=guest(family="Essai-Très-Long de la Tour"))
    paths = (PAGE, f"{PAGE}/inviter", f"{PAGE}/{account}", f"{PAGE}/{account}/depart")
    assert faults(platform.endpoints["http"], session_for(administrator(place)), paths) == []

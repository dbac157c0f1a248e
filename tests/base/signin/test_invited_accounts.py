"""Workers without national identity provider: invited by their structure, two factors, and a brake on guessing."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from uuid import UUID

import pyotp
import pytest

from socle import clock
from socle.base.access.actor import Actor, Kind, system
from socle.base.access.doors import sql_allowed
from socle.base.audit.models import Entry
from socle.base.directory.actions.practitioners import end_worker
from socle.base.directory.models import Organisation
from socle.base.signin import factors, rules, session
from socle.base.signin.actions import invitations
from socle.base.signin.actions.invitations import Guest
from socle.base.signin.models import Account, Credential, Invitation, Session
from socle.errors import Conflict, Forbidden, Invalid, NotFound
from tests.running import Platform
from tests.signing_in import Browser, browser, session_for, title

PAGE = "/pro/reglages/sessions"
PASSWORD = "trois mots faciles à retenir"


def structure() -> UUID:
    with sql_allowed("tests"):
        finess = f"{secrets.randbelow(10**9):09d}"
        return Organisation.objects.create(
            origin="national", key=f"F{finess}", national_id=f"1{finess}", finess=finess, name="Service social d’essai (fictif)"
        ).id


def administrator(organisation_id: UUID, *rights: str) -> Actor:
    return Actor(
        kind=Kind.ADMINISTRATOR,
        person_id=clock.new_id(),
        name="Alix ESSAI",
        structure_id=organisation_id,
        structure_name="Service social d’essai (fictif)",
        rights=frozenset(rights or ("structure",)),
    )


def guest(**changes: str) -> Guest:
    login = f"{secrets.token_hex(6)}@courriel.example"
    return Guest(**{"login": login, "family": "Essai", "given": "Noa", "profession": "41", **changes})


def code_of(page: str) -> pyotp.TOTP:
    """The code application of the person, fed with the key that the page shows."""
    found = re.search(r"recopiez cette clé.: <b>([A-Z2-7 ]+)</b>", page)
    assert found, title(page)
    return pyotp.TOTP(found[1].replace(" ", ""))


def accepted(chrome: Browser, who: Guest, place: UUID) -> pyotp.TOTP:
    """The person makes their account; returns their code application."""
    invited = invitations.invite_worker(actor=administrator(place), organisation_id=place, guest=who)
    path = f"/connexion/invitation/{invited.token}"
    application = code_of(chrome.get(path).text)
    answer = chrome.post(path, {"password": PASSWORD, "code": application.now()})
    assert answer.status_code == 302, title(answer.text)
    return application


def proofs(who: Guest, application: pyotp.TOTP, *, steps_ahead: int = 1, **changes: str) -> dict[str, str]:
    """A code of the next time step: the one of now was used to make the account."""
    code = application.at(int(clock.now().timestamp()) + 30 * steps_ahead)
    return {"login": who.login, "password": PASSWORD, "code": code, **changes}


def test_a_worker_makes_their_account_and_is_in(chrome: Browser, firefox: Browser) -> None:
    place, who = structure(), guest()
    application = accepted(chrome, who, place)
    found = session.find(chrome.token)
    assert found is not None
    actor = session.actor_of(found)
    assert actor is not None
    assert (actor.kind, actor.profession, actor.structure_id, actor.name) == (Kind.PROFESSIONAL, "41", place, "Noa ESSAI")
    assert (actor.level, actor.title) == ("compte-structure", "Assistant de service social")
    assert chrome.get(PAGE).status_code == 200
    answer = firefox.post("/connexion/compte", proofs(who, application, next=PAGE))
    assert (answer.status_code, answer.headers.get("Location")) == (302, PAGE)
    assert firefox.get(PAGE).status_code == 200
    with sql_allowed("tests"):
        lines = Entry.objects.filter(door="signin.actions.invitations.accept", object_ids__contains=[found.account_id])
        assert lines.count() == 1


def test_an_invitation_serves_once_and_seven_days(chrome: Browser, firefox: Browser) -> None:
    place, who = structure(), guest()
    admin = administrator(place)
    invited = invitations.invite_worker(actor=admin, organisation_id=place, guest=who)
    assert invited.expires_at - clock.now() > timedelta(days=6, hours=23)
    path = f"/connexion/invitation/{invited.token}"
    application = code_of(chrome.get(path).text)
    assert chrome.post(path, {"password": "court", "code": application.now()}).status_code == 400
    assert chrome.post(path, {"password": "motdepasse123", "code": "000000"}).status_code == 400
    assert chrome.post(path, {"password": "123456789012345", "code": application.now()}).status_code == 400
    assert chrome.token == ""
    assert chrome.post(path, {"password": PASSWORD, "code": application.now()}).status_code == 302
    for again in (firefox.get(path), firefox.post(path, {"password": PASSWORD, "code": application.now()})):
        assert again.status_code == 404
    other = invitations.invite_worker(actor=admin, organisation_id=place, guest=guest())
    with clock.as_of(other.expires_at), pytest.raises(NotFound):
        invitations.read(actor=system("test"), token=other.token)
    assert firefox.get("/connexion/invitation/inconnue").status_code == 404
    with sql_allowed("tests"):
        assert not Invitation.objects.filter(token_hash=invited.token.encode()).exists()


def test_every_proof_counts_and_none_says_which_was_wrong(chrome: Browser, firefox: Browser) -> None:
    place, who = structure(), guest()
    application = accepted(chrome, who, place)
    texts = set()
    for changes in (
        {"password": "un autre mot de passe"},
        {"code": "000000"},
        {"code": application.at(int(clock.now().timestamp()) - 3600)},
        {"login": "personne@courriel.example"},
        {"code": "١٢٣٤٥٦"},
    ):
        answer = firefox.post("/connexion/compte", {**proofs(who, application), **changes})
        assert (answer.status_code, firefox.token) == (403, ""), changes
        texts.add(re.sub(r"\s+", " ", answer.text.partition('class="error-summary"')[2].partition("</div>")[0]))
        assert PASSWORD not in answer.text
    assert len(texts) == 1
    assert firefox.post("/connexion/compte", {"login": who.login}).status_code == 400
    assert firefox.post("/connexion/compte", proofs(who, application)).status_code == 302


def test_a_code_serves_once(chrome: Browser, firefox: Browser) -> None:
    place, who = structure(), guest()
    application = accepted(chrome, who, place)
    told = proofs(who, application)
    assert firefox.post("/connexion/compte", told).status_code == 302
    firefox.http.cookies.clear()
    assert firefox.post("/connexion/compte", told).status_code == 403
    assert firefox.post("/connexion/compte", proofs(who, application, steps_ahead=0)).status_code == 403
    assert firefox.token == ""


def test_guessing_is_braked_for_the_account_and_for_it_alone(chrome: Browser, firefox: Browser, platform: Platform) -> None:
    place, who, other = structure(), guest(), guest()
    application = accepted(chrome, who, place)
    with browser(platform.endpoints["http"]) as edge:
        second = accepted(edge, other, place)
    for _ in range(rules.TRIES):
        assert firefox.post("/connexion/compte", {**proofs(who, application), "code": "000000"}).status_code == 403
    braked = firefox.post("/connexion/compte", proofs(who, application))
    assert braked.status_code == 429
    assert "Trop d’essais" in braked.text
    assert firefox.post("/connexion/compte", proofs(other, second)).status_code == 302


def test_a_lock_is_lifted_by_the_same_proofs(chrome: Browser) -> None:
    place, who = structure(), guest()
    application = accepted(chrome, who, place)
    held = session.find(chrome.token)
    assert held is not None
    with sql_allowed("tests"):
        Session.objects.filter(id=held.id).update(last_seen_at=clock.now() - rules.LOCK_AFTER)
    assert chrome.get(PAGE).status_code == 403
    asked = chrome.post("/connexion/deverrouiller", {"next": PAGE})
    assert asked.headers["Location"].startswith("/connexion/compte?next=")
    answer = chrome.post("/connexion/compte", proofs(who, application, next=PAGE))
    assert answer.headers["Location"] == PAGE
    now = session.find(chrome.token)
    assert now is not None
    assert (now.id, now.usable) == (held.id, True)


def test_who_left_the_structure_or_is_suspended_stays_out(chrome: Browser, firefox: Browser) -> None:
    place, who = structure(), guest()
    application = accepted(chrome, who, place)
    with sql_allowed("tests"):
        account = Account.objects.get(provider="local", subject=who.login)
        Account.objects.filter(id=account.id).update(suspended=True)
    assert firefox.post("/connexion/compte", proofs(who, application)).status_code == 403
    assert session.find(chrome.token) is None
    with sql_allowed("tests"):
        Account.objects.filter(id=account.id).update(suspended=False)
    assert account.person_id is not None
    end_worker(actor=administrator(place), practitioner_id=account.person_id, organisation_id=place)
    assert firefox.post("/connexion/compte", proofs(who, application)).status_code == 403
    assert firefox.token == ""


def test_only_ones_own_structure_is_answered_for() -> None:
    place, other = structure(), structure()
    for actor in (administrator(other), administrator(place, "directory"), Actor(kind=Kind.VISITOR)):
        with pytest.raises(Forbidden):
            invitations.invite_worker(actor=actor, organisation_id=place, guest=guest())
    with pytest.raises(Forbidden):
        invitations.invite_administrator(actor=administrator(place), guest=guest(), rights=frozenset({"software"}))
    with pytest.raises(Invalid):
        invitations.invite_administrator(actor=system("test"), guest=guest(), rights=frozenset())
    with pytest.raises(Invalid):
        invitations.invite_worker(actor=administrator(place), organisation_id=place, guest=guest(login="pas une adresse"))


def test_an_administrator_invites_from_a_page(chrome: Browser, firefox: Browser) -> None:
    place = structure()
    chrome.carry(session_for(administrator(place)))
    assert title(chrome.get("/gestion/comptes/inviter").text) == "Inviter une personne"
    who = guest()
    told = {"given": "Noa", "family": "Essai", "login": who.login, "profession": "350"}
    made = chrome.post("/gestion/comptes/inviter", told)
    link = re.search(r"http://[^<\s]+/connexion/invitation/[\w-]+", made.text)
    assert made.status_code == 200
    assert link
    assert "Noa ESSAI" in made.text
    assert link[0] not in chrome.get("/gestion/comptes/inviter").text
    path = link[0].removeprefix(chrome.address)
    application = code_of(firefox.get(path).text)
    assert firefox.post(path, {"password": PASSWORD, "code": application.now()}).status_code == 302
    twice = chrome.post("/gestion/comptes/inviter", told)
    assert twice.status_code == 400
    assert "existe déjà" in twice.text
    chrome.carry(session_for(administrator(place, "directory")))
    assert chrome.get("/gestion/comptes/inviter").status_code == 403


def test_an_administrator_of_the_platform_is_invited_too(chrome: Browser) -> None:
    who = guest()
    invited = invitations.invite_administrator(actor=system("test"), guest=who, rights=frozenset({"accounts", "supervision"}))
    path = f"/connexion/invitation/{invited.token}"
    application = code_of(chrome.get(path).text)
    chrome.post(path, {"password": PASSWORD, "code": application.now()})
    found = session.find(chrome.token)
    assert found is not None
    actor = session.actor_of(found)
    assert actor is not None
    assert (actor.kind, actor.rights, actor.person_id) == (Kind.ADMINISTRATOR, {"accounts", "supervision"}, found.account_id)
    assert chrome.get("/gestion/sessions").status_code == 200
    assert chrome.get(PAGE).status_code == 403
    with pytest.raises(Conflict):
        invitations.invite_administrator(actor=system("test"), guest=who, rights=frozenset({"accounts"}))


def test_secrets_are_stored_sealed_or_hashed(chrome: Browser) -> None:
    place, who = structure(), guest()
    application = accepted(chrome, who, place)
    with sql_allowed("tests"):
        stored = {row.kind: bytes(row.secret) for row in Credential.objects.filter(account__subject=who.login)}
    assert stored["password"].startswith(b"scrypt$")
    assert PASSWORD.encode() not in stored["password"]
    assert application.secret.encode() not in stored["totp"]
    assert factors.seed_text(stored["totp"]).replace(" ", "") == application.secret


def test_guesses_of_strangers_do_not_keep_an_owner_out_of_their_own_browser(chrome: Browser, firefox: Browser) -> None:
    place, who = structure(), guest()
    application = accepted(chrome, who, place)
    wrong = {**proofs(who, application), "code": "000000"}
    firefox.http.cookies.set("socle-appareil", secrets.token_urlsafe(32), domain="127.0.0.1", path="/connexion")
    for _ in range(rules.TRIES):
        assert firefox.post("/connexion/compte", wrong).status_code == 403
    assert firefox.post("/connexion/compte", proofs(who, application)).status_code == 429
    for _ in range(rules.TRIES - 1):
        assert chrome.post("/connexion/compte", wrong).status_code == 403
    assert chrome.post("/connexion/compte", proofs(who, application)).status_code == 302
    assert firefox.post("/connexion/compte", proofs(who, application)).status_code == 429
    for _ in range(rules.TRIES):
        assert chrome.post("/connexion/compte", wrong).status_code == 403
    assert chrome.post("/connexion/compte", wrong).status_code == 429

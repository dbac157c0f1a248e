"""A session locks, expires, keeps what was typed, and belongs to one situation; urgent accesses stay in it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from django.http import HttpRequest

from simulators.client import sign_in as pick
from socle import clock
from socle.base.access.actions.emergencies import UrgentAccess
from socle.base.access.actor import VISITOR, Actor, Kind, Purpose
from socle.base.access.doors import sql_allowed
from socle.base.audit.models import Entry
from socle.base.events.models import Event
from socle.base.signin import edge, rules, session
from socle.base.signin.actions import sessions as doors
from socle.base.signin.models import KeptForm, Session
from tests import minting
from tests.running import Platform
from tests.signing_in import Browser, fields, session_for, title
from tests.statements import recorded

CLAIRE = "claire-novarel"
PAGE = "/pro/reglages/sessions"


def _held(browser: Browser) -> session.SignIn:
    found = session.find(browser.token)
    assert found is not None
    return found


def _changed(id_: UUID, **columns: object) -> None:
    with sql_allowed("tests"):
        Session.objects.filter(id=id_).update(**columns)


def _row(id_: UUID) -> Session:
    with sql_allowed("tests"):
        return Session.objects.get(id=id_)


def _idle(id_: UUID) -> None:
    _changed(id_, last_seen_at=clock.now() - rules.LOCK_AFTER)


def test_a_request_costs_one_statement_and_writes_once_a_minute(installation: object) -> None:
    token = session_for(minting.doctor())
    held = session.find(token)
    assert held is not None
    before = _row(held.id).last_seen_at
    with recorded() as statements:
        session.find(token)
    assert len(statements) == 1
    assert _row(held.id).last_seen_at == before
    _changed(held.id, last_seen_at=clock.now() - timedelta(seconds=90))
    with recorded() as statements:
        found = session.find(token)
    assert len(statements) == 1
    assert found is not None
    assert clock.now() - _row(held.id).last_seen_at < timedelta(seconds=30)
    assert found.locks_at - clock.now() > timedelta(minutes=14)


def test_fifteen_quiet_minutes_lock_and_a_request_does_not_unlock(installation: object) -> None:
    token = session_for(minting.doctor())
    held = session.find(token)
    assert held is not None
    assert held.usable
    _idle(held.id)
    for _ in range(2):
        found = session.find(token)
        assert found is not None
        assert (found.locked, found.usable) == (True, False)
    assert session.extend(held.id) is None


def test_a_locked_session_shows_nothing_and_its_owner_takes_it_up_again(chrome: Browser) -> None:
    chrome.sign_in(CLAIRE)
    held, token = _held(chrome), chrome.token
    assert chrome.get(PAGE).status_code == 200
    _idle(held.id)
    page = chrome.get(PAGE)
    assert page.status_code == 403
    assert title(page.text) == "Reprenez où vous en étiez"
    assert "Appareils" not in page.text
    assert "est gardé" not in page.text, "nothing was being sent"
    asked = chrome.post("/connexion/deverrouiller", {"next": PAGE})
    assert "prompt=login" in asked.headers["Location"]
    back = _pick(chrome, asked, CLAIRE)
    assert back.headers["Location"] == PAGE
    assert chrome.get(PAGE).status_code == 200
    assert chrome.token != token
    assert session.find(token) is None
    assert _held(chrome).id == held.id


def test_a_provider_that_did_not_ask_again_does_not_unlock(chrome: Browser) -> None:
    """An answer of a plain sign-in, begun by somebody else at the same screen, is a new session: the lock is not lifted by it."""
    chrome.sign_in(CLAIRE)
    held = _held(chrome)
    _idle(held.id)
    chrome.sign_in(CLAIRE)
    assert _held(chrome).id != held.id
    assert _row(held.id).ended_at is not None


def test_another_person_at_the_lock_does_not_enter_the_session(chrome: Browser) -> None:
    chrome.sign_in(CLAIRE)
    held = _held(chrome)
    _idle(held.id)
    _pick(chrome, chrome.post("/connexion/deverrouiller", {"next": PAGE}), "nadia-ferhaoui")
    now = _held(chrome)
    assert now.id != held.id
    assert now.account_id != held.account_id
    assert _row(held.id).ended_at is not None


def test_locking_by_hand(chrome: Browser) -> None:
    chrome.sign_in(CLAIRE)
    answer = chrome.post("/connexion/verrouiller", {}, headers={"Referer": chrome.address + PAGE})
    assert answer.headers["Location"] == f"/connexion/deverrouiller?next={PAGE.replace('/', '%2F')}"
    assert chrome.get(PAGE).status_code == 403
    assert title(chrome.get(answer.headers["Location"]).text) == "Reprenez où vous en étiez"


def test_the_session_says_when_it_locks_and_is_extended(chrome: Browser) -> None:
    chrome.sign_in(CLAIRE)
    held = _held(chrome)
    _changed(held.id, last_seen_at=clock.now() - timedelta(seconds=50))
    assert 'data-session-left="' in chrome.get(PAGE).text
    answer = chrome.post("/connexion/prolonger", {}, headers={"Accept": "application/json"})
    assert answer.status_code == 204
    assert 890 <= int(answer.headers["X-Session-Left"]) <= 900
    plain = chrome.post("/connexion/prolonger", {}, headers={"Referer": chrome.address + PAGE})
    assert plain.headers["Location"] == PAGE
    _idle(held.id)
    assert chrome.post("/connexion/prolonger", {}, headers={"Accept": "application/json"}).status_code == 401


def test_half_a_day_ends_a_session_however_busy(chrome: Browser) -> None:
    chrome.sign_in(CLAIRE)
    held = _held(chrome)
    span = _row(held.id).expires_at - _row(held.id).created_at
    assert span == rules.HALF_DAY
    _changed(held.id, created_at=clock.now() - 2 * rules.HALF_DAY, expires_at=clock.now() - timedelta(seconds=1))
    assert chrome.get(PAGE).status_code == 403
    _pick(chrome, chrome.post("/connexion/deverrouiller", {"next": PAGE}), CLAIRE)
    assert _held(chrome).id != held.id
    assert chrome.get(PAGE).status_code == 200


@pytest.mark.parametrize("ending", ["lock", "expiry"])
def test_what_was_typed_survives(chrome: Browser, ending: str) -> None:
    chrome.sign_in(CLAIRE)
    held = _held(chrome)
    if ending == "lock":
        _idle(held.id)
    else:
        _changed(held.id, created_at=clock.now() - 2 * rules.HALF_DAY, expires_at=clock.now() - timedelta(seconds=1))
    situation = str(held.situation.id if held.situation else "")
    typed = {"situation": situation, "session": "Texte <long> & délicat", "toutes": "1"}
    locked = chrome.post(PAGE, typed)
    assert locked.status_code == 403
    assert "délicat" not in locked.text
    assert "Ce que vous avez écrit est gardé" in locked.text
    next_ = fields(locked.text, "/connexion/deverrouiller")["next"]
    assert next_.startswith("/connexion/reprise/")
    with sql_allowed("tests"):
        kept = KeptForm.objects.get(id=next_.rpartition("/")[2])
    assert "délicat".encode() not in bytes(kept.sealed)
    back = _pick(chrome, chrome.post("/connexion/deverrouiller", {"next": next_}), CLAIRE)
    assert back.headers["Location"] == next_
    page = chrome.get(next_)
    found = fields(page.text, PAGE)
    assert {name: found[name] for name in typed} == typed
    sent = chrome.http.post(chrome.address + PAGE, data=found)
    assert (sent.status_code, sent.headers["Location"]) == (302, PAGE)


def test_typed_text_is_given_to_its_author_only(chrome: Browser, firefox: Browser) -> None:
    chrome.sign_in(CLAIRE)
    _idle(_held(chrome).id)
    next_ = fields(chrome.post(PAGE, {"note": "à moi"}).text, "/connexion/deverrouiller")["next"]
    firefox.sign_in("nadia-ferhaoui")
    assert firefox.get(next_).status_code == 404
    assert chrome.get(next_).status_code == 403


def test_a_form_of_another_situation_is_a_page_and_never_a_write(chrome: Browser, firefox: Browser) -> None:
    for browser in (chrome, firefox):
        browser.sign_in("emeline-rochambel")
    first, second = _held(chrome).situations
    for browser, chosen in ((chrome, first), (firefox, first)):
        browser.post("/connexion/situation", {"choix": str(chosen.id)})
    chrome.post("/connexion/situation", {"choix": str(second.id)})
    answer = chrome.post(PAGE, {"situation": str(first.id), "toutes": "1"})
    assert answer.status_code == 409
    assert first.structure_name in answer.text
    assert second.structure_name in answer.text
    assert session.find(firefox.token) is not None
    assert chrome.post(PAGE, {"situation": str(second.id), "toutes": "1"}).status_code == 302
    assert session.find(firefox.token) is None


def test_sessions_are_listed_and_closed_from_afar(chrome: Browser, firefox: Browser) -> None:
    chrome.sign_in("samuel-etchegard")
    firefox.sign_in("samuel-etchegard")
    page = chrome.get(PAGE).text
    assert "Firefox sur Linux" in page
    other = _held(firefox)
    stranger = session_for(minting.doctor())
    foreign = session.find(stranger)
    assert foreign is not None
    chrome.post(PAGE, {"session": str(foreign.id)})
    assert session.find(stranger) is not None
    chrome.post(PAGE, {"session": str(other.id)})
    assert session.find(firefox.token) is None
    assert session.find(chrome.token) is not None


def test_a_new_device_is_told_once(chrome: Browser, firefox: Browser) -> None:
    chrome.sign_in("paul-henri-guilbaud")
    account = _held(chrome).account_id

    def told() -> int:
        with sql_allowed("tests"):
            return Event.objects.filter(kind="signin.new-device", aggregate_id=account).count()

    first = told()
    firefox.sign_in("paul-henri-guilbaud")
    assert told() == first + 1
    firefox.sign_in("paul-henri-guilbaud")
    chrome.sign_in("paul-henri-guilbaud")
    assert told() == first + 1


def test_lines_of_a_session_are_in_the_journal(chrome: Browser) -> None:
    chrome.sign_in(CLAIRE)
    held = _held(chrome)
    chrome.post("/connexion/verrouiller", {})
    chrome.post("/connexion/quitter", {})
    with sql_allowed("tests"):
        lines = [line.door for line in Entry.objects.filter(object_ids__contains=[held.id]).order_by("id")]
    assert lines == [f"signin.actions.sessions.{name}" for name in ("open_session", "lock", "end")]


def _request(actor: Actor, token: str) -> HttpRequest:
    request = HttpRequest()
    edge.bind(request, session.find(token))
    return request


def test_an_urgent_access_serves_in_its_session_for_its_patient_until_its_end(installation: object) -> None:
    actor = minting.doctor()
    token, elsewhere = session_for(actor), session_for(actor)
    held = session.find(token)
    assert held is not None
    patient, ends = clock.new_id(), clock.now() + timedelta(hours=4)
    access = UrgentAccess(clock.new_id(), patient, Purpose.EMERGENCY, ends)
    doors.bind_urgent(actor=actor, session_id=held.id, access=access)
    bound = edge.actor_for(_request(actor, token), patient)
    assert (bound.purpose, bound.emergency_id, bound.emergency_patient_id) == (Purpose.EMERGENCY, access.id, patient)
    for request, about in ((_request(actor, token), clock.new_id()), (_request(actor, elsewhere), patient)):
        assert edge.actor_for(request, about).purpose is Purpose.CARE
    with clock.as_of(ends + timedelta(seconds=1)):
        request = _request(actor, token)
        assert edge.actor_for(request, patient).purpose is Purpose.CARE


def test_a_session_rebuilds_its_actor_whole(installation: object) -> None:
    for actor in (
        minting.doctor(regulation_claim=True, situation_id=clock.new_id(), role="FON-01", level="eidas1"),
        Actor(kind=Kind.PATIENT, person_id=(me := clock.new_id()), name="Camille ESSAI", situation_id=me, level="eidas2"),
        Actor(
            kind=Kind.REPRESENTATIVE,
            person_id=clock.new_id(),
            name="Camille ESSAI",
            on_behalf_of=(you := clock.new_id()),
            situation_id=you,
            level="eidas2",
        ),
        Actor(
            kind=Kind.ADMINISTRATOR,
            person_id=clock.new_id(),
            name="Camille ESSAI",
            rights=frozenset({"access-control"}),
            situation_id=clock.new_id(),
            level="eidas1",
        ),
    ):
        found = session.find(session_for(actor))
        assert found is not None
        assert session.actor_of(found) == actor


def test_without_a_session_everybody_is_a_visitor(platform: Platform, chrome: Browser) -> None:
    request = HttpRequest()
    edge.bind(request, session.find("inconnu"))
    assert (edge.actor_of(request), edge.sign_in_of(request)) == (VISITOR, None)
    assert chrome.get("/").status_code == 200
    assert chrome.post(PAGE, {}).headers["Location"] == "/connexion"
    for method in ("lock", "prolonger"):
        assert chrome.get(f"/connexion/{method}").status_code in (404, 405)


def _pick(browser: Browser, asked: httpx.Response, persona: str) -> httpx.Response:
    assert asked.is_redirect, asked.text
    return browser.http.get(pick(asked.headers["Location"], persona, browser.http).headers["Location"])

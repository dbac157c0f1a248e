"""Professionals sign in by Pro Santé Connect: who comes in, as what, and what is refused."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from simulators.client import sign_in as pick
from socle.base.access.doors import sql_allowed
from socle.base.audit.models import Entry
from socle.base.directory.models import Situation
from socle.base.signin import session
from socle.base.signin.models import Account, Session
from socle.base.signin.session import COOKIE
from tests.running import Platform
from tests.signing_in import Browser, browser, title

CLAIRE, EMELINE = "claire-novarel", "emeline-rochambel"


def _held(chrome: Browser) -> session.SignIn:
    found = session.find(chrome.token)
    assert found is not None
    return found


def test_a_professional_with_one_situation_is_in_at_once(chrome: Browser) -> None:
    answer = chrome.sign_in(CLAIRE)
    assert (answer.status_code, answer.headers["Location"]) in ((302, "/pro/a-traiter"), (302, "/"))
    actor = session.actor_of(_held(chrome))
    assert actor is not None
    assert (actor.kind, actor.profession, actor.specialty, actor.title) == ("professional", "10", "SM54", "Médecin généraliste")
    assert actor.national_id.startswith("8997")
    assert actor.name in ("Claire NOVAREL", "Dr Claire NOVAREL")
    assert actor.structure_id is not None
    assert actor.sector == "SA52"
    assert actor.level == "eidas1"
    with sql_allowed("tests"):
        account = Account.objects.get(provider="psc", subject=actor.national_id)
        known = Situation.objects.get(id=actor.situation_id)
        line = Entry.objects.filter(door="signin.actions.sessions.open_session", actor_id=account.person_id).latest("id")
    assert (known.practitioner_id, known.organisation_id) == (account.person_id, actor.structure_id)
    assert line.actor_name == actor.name
    assert line.outcome == "done"


def test_the_cookie_is_http_only_and_only_its_hash_is_stored(chrome: Browser) -> None:
    answer = chrome.sign_in(CLAIRE)
    cookie = next(line for line in answer.headers.get_list("set-cookie") if line.startswith(COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    with sql_allowed("tests"):
        stored = Session.objects.filter(token_hash=chrome.token.encode()).exists()
    assert len(chrome.token) == 43
    assert not stored


def test_several_situations_are_a_choice(chrome: Browser) -> None:
    answer = chrome.sign_in(EMELINE, next_="/aide")
    assert answer.headers["Location"] == "/connexion/situation?next=%2Faide"
    assert session.actor_of(_held(chrome)) is None
    page = chrome.get(answer.headers["Location"])
    assert title(page.text) == "Dans quelle situation exercez-vous ?"
    choices = _held(chrome).situations
    assert len(choices) == 2
    assert chrome.get("/pro/reglages/sessions").headers["Location"].startswith("/connexion/situation")
    wrong = chrome.post("/connexion/situation", {"choix": "00000000-0000-0000-0000-000000000000"})
    assert wrong.status_code == 400
    chosen = chrome.post("/connexion/situation", {"choix": str(choices[1].id), "next": "/aide"})
    assert chosen.headers["Location"] == "/aide"
    actor = session.actor_of(_held(chrome))
    assert actor is not None
    assert actor.situation_id == choices[1].id
    assert actor.structure_name == choices[1].structure_name


def test_whoever_practises_nothing_is_refused_in_french(chrome: Browser, cast: object) -> None:
    answer = chrome.sign_in("sans-exercice")
    assert answer.status_code == 403
    assert "aucun exercice" in answer.text
    assert chrome.token == ""
    found = [_counted(chrome) for _ in range(8)]
    assert max(found) >= 1, "every web process answers for itself"


def _counted(chrome: Browser) -> int:
    with httpx.Client(trust_env=False) as http:
        lines = http.get(f"{chrome.address}/metrics").text.splitlines()
    told = [line for line in lines if line.startswith("socle_sign_ins_refused_total") and 'code="sans-exercice"' in line]
    return int(told[0].rsplit(" ", 1)[1]) if told else 0


def test_the_regulation_claim_reaches_the_actor(chrome: Browser, platform: Platform) -> None:
    chrome.sign_in("bastien-regourd")
    assert _held(chrome).regulation_claim is True
    with browser(platform.endpoints["http"]) as other:
        other.sign_in(CLAIRE)
        assert _held(other).regulation_claim is False


def test_every_request_of_sign_in_carries_its_checks(chrome: Browser) -> None:
    asked = parse_qs(urlsplit(chrome.get("/connexion/pro-sante-connect").headers["Location"]).query)
    assert asked["acr_values"] == ["eidas1"]
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["state"][0]) >= 32
    assert len(asked["nonce"][0]) >= 32
    assert len(asked["code_challenge"][0]) == 43
    again = parse_qs(urlsplit(chrome.get("/connexion/pro-sante-connect").headers["Location"]).query)
    assert all(asked[name] != again[name] for name in ("state", "nonce", "code_challenge"))


def test_an_answer_that_this_browser_did_not_ask_for_opens_nothing(chrome: Browser, platform: Platform) -> None:
    """Login CSRF: the attacker's own answer, given to a victim's browser."""
    with browser(platform.endpoints["http"]) as attacker:
        begun = attacker.get("/connexion/pro-sante-connect")
        stolen = pick(begun.headers["Location"], CLAIRE, attacker.http).headers["Location"]
        for before in (None, "/connexion/pro-sante-connect"):
            if before:
                chrome.get(before)
            answer = chrome.http.get(stolen)
            assert answer.status_code == 400
            assert "n’a pas été commencée ici" in answer.text
            assert chrome.token == ""


def test_an_answer_serves_once(chrome: Browser) -> None:
    begun = chrome.get("/connexion/pro-sante-connect")
    kept = dict(chrome.http.cookies)
    back = pick(begun.headers["Location"], CLAIRE, chrome.http).headers["Location"]
    assert chrome.http.get(back).status_code == 302
    first = chrome.token
    assert chrome.http.get(back).status_code == 400
    replayed = chrome.http.get(back, headers={"Cookie": f"socle-connexion={kept['socle-connexion']}"})
    assert replayed.status_code == 403
    assert "ne peut pas être acceptée" in replayed.text
    assert chrome.token == first


def test_a_session_given_in_advance_is_never_used(chrome: Browser) -> None:
    """Session fixation: the cookie after sign-in is a new one, and the old session of the browser is over."""
    chrome.http.cookies.set(COOKIE, "choisi-par-un-attaquant", domain="127.0.0.1", path="/")
    chrome.sign_in(CLAIRE)
    tokens = {value for name, value in ((c.name, c.value) for c in chrome.http.cookies.jar) if name == COOKIE}
    assert session.find("choisi-par-un-attaquant") is None
    first = next(iter(tokens - {"choisi-par-un-attaquant"}))
    chrome.http.cookies.clear()
    chrome.http.cookies.set(COOKIE, first, domain="127.0.0.1", path="/")
    chrome.sign_in(CLAIRE)
    assert session.find(first) is None


@pytest.mark.parametrize(
    "next_",
    ["https://attaquant.example/", "//attaquant.example/", "/\\attaquant.example", "javascript:alert(1)", "/\tattaquant", "aide"],
)
def test_the_way_back_never_leaves_the_site(chrome: Browser, next_: str) -> None:
    begun = chrome.http.get(f"{chrome.address}/connexion/pro-sante-connect", params={"next": next_})
    back = pick(begun.headers["Location"], CLAIRE, chrome.http)
    assert chrome.http.get(back.headers["Location"]).headers["Location"] in ("/pro/a-traiter", "/")


def test_the_way_back_is_the_page_asked_for(chrome: Browser) -> None:
    asked = chrome.get("/pro/reglages/sessions")
    assert asked.headers["Location"] == "/connexion?next=%2Fpro%2Freglages%2Fsessions"
    page = chrome.get(asked.headers["Location"]).text
    assert page.count("?next=%2Fpro%2Freglages%2Fsessions") == 3
    assert "attaquant" not in chrome.get("/connexion?next=https://attaquant.example").text
    assert chrome.sign_in(CLAIRE, next_="/pro/reglages/sessions").headers["Location"] == "/pro/reglages/sessions"
    page = chrome.get("/pro/reglages/sessions")
    assert page.status_code == 200
    assert title(page.text) == "Appareils connectés"


def test_giving_up_at_the_provider_is_said_plainly(chrome: Browser) -> None:
    begun = chrome.get("/connexion/pro-sante-connect")
    page = chrome.http.get(begun.headers["Location"])
    action = urlsplit(begun.headers["Location"])
    sealed = page.text.partition('name="demande" value="')[2].partition('"')[0]
    form = {"demande": sealed, "renoncer": "1"}
    back = chrome.http.post(f"{action.scheme}://{action.netloc}{action.path}/choix", data=form)
    answer = chrome.http.get(back.headers["Location"])
    assert answer.status_code == 403
    assert "Vous avez interrompu la connexion" in answer.text


def test_leaving_ends_both_sessions(chrome: Browser) -> None:
    chrome.sign_in(CLAIRE)
    token = chrome.token
    away = chrome.post("/connexion/quitter", {})
    assert "id_token_hint=" in away.headers["Location"]
    home = chrome.http.get(away.headers["Location"])
    assert home.headers["Location"] == f"{chrome.address}/"
    assert session.find(token) is None
    assert chrome.get("/pro/reglages/sessions").headers["Location"].startswith("/connexion?")
    silent = chrome.http.get(chrome.get("/connexion/pro-sante-connect").headers["Location"])
    assert silent.status_code == 200, "the provider asks again who is there"


def test_a_patient_space_is_not_for_professionals(chrome: Browser) -> None:
    chrome.sign_in(CLAIRE)
    answer = chrome.get("/mon-espace/reglages/sessions")
    assert answer.status_code == 403
    assert "autre espace" in answer.text


def test_a_suspended_account_is_out_at_once(chrome: Browser) -> None:
    chrome.sign_in("yasmina-courtelain")
    held = _held(chrome)
    with sql_allowed("tests"):
        Account.objects.filter(id=held.account_id).update(suspended=True)
    try:
        assert session.find(chrome.token) is None
        answer = chrome.sign_in("yasmina-courtelain")
        assert answer.status_code == 403
        assert "suspendu" in answer.text
    finally:
        with sql_allowed("tests"):
            Account.objects.filter(id=held.account_id).update(suspended=False)

"""A proof that was seen serves nobody again, and what is no proof breaks nothing."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
import pytest

from socle import clock
from socle.base.access.doors import sql_allowed
from socle.base.audit.models import Entry
from socle.base.events.models import Event
from socle.base.events.registry import Happened
from socle.base.notices import reactions
from socle.base.notices.models import Notice
from socle.base.signin import rules, session
from socle.base.signin.models import Credential, Session
from socle.base.signin.session import COOKIE
from tests.authenticators import Authenticator
from tests.base.signin.test_invited_accounts import administrator, structure
from tests.running import Platform
from tests.signing_in import Browser, browser, session_for

ADD, PROVE = "/connexion/cles", "/connexion/cles/preuve"
CHALLENGE = "socle-cle"


@pytest.fixture
def site(platform: Platform) -> str:
    """Passkeys are bound to a name."""
    return platform.endpoints["http"].replace("127.0.0.1", "localhost")


@pytest.fixture
def browsers(site: str) -> Iterator[list[Browser]]:
    with ExitStack() as stack:
        yield [stack.enter_context(browser(site)) for _ in range(3)]


def asked(chrome: Browser, path: str) -> str:
    answer = chrome.post(f"{path}/demande", {})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["challenge"])


def with_key(chrome: Browser) -> Authenticator:
    """The person of a session of this browser has a passkey now."""
    chrome.http.cookies.set(COOKIE, session_for(administrator(structure())))
    phone = Authenticator(chrome.address)
    assert chrome.post(ADD, {"credential": phone.made(asked(chrome, ADD))}).status_code == 200
    return phone


def replayed(chrome: Browser, kept: str, path: str, credential: str) -> httpx.Response:
    """The answer, sent with a challenge's cookie that another browser was given."""
    chrome.http.cookies.clear()
    chrome.get("/apparence")
    chrome.http.cookies.set(CHALLENGE, kept)
    return chrome.post(path, {"credential": credential})


def test_a_proof_serves_once(browsers: list[Browser]) -> None:
    phone = with_key(browsers[0])
    owner, other, third = browsers
    owner.http.cookies.clear()
    challenge = asked(owner, PROVE)
    kept, proof = owner.http.cookies[CHALLENGE], phone.proof(challenge)
    first = owner.post(PROVE, {"credential": proof})
    assert first.status_code == 200, first.text
    assert session.find(owner.http.cookies[COOKIE]) is not None
    for thief in (other, third, other):
        again = replayed(thief, kept, PROVE, proof)
        assert again.status_code == 400
        assert COOKIE not in again.cookies
    assert replayed(third, "", PROVE, phone.proof(asked(third, PROVE))).status_code == 400
    other.http.cookies.clear()
    fresh = phone.proof(asked(other, PROVE))
    assert other.post(PROVE, {"credential": fresh}).status_code == 200


def test_a_proof_serves_once_even_in_a_race(browsers: list[Browser]) -> None:
    phone = with_key(browsers[0])
    browsers[0].http.cookies.clear()
    challenge = asked(browsers[0], PROVE)
    kept, proof = browsers[0].http.cookies[CHALLENGE], phone.proof(challenge)
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda one: replayed(one, kept, PROVE, proof).status_code, browsers))
    assert sorted(answers) == [200, 400, 400]


def test_a_challenge_for_a_proof_adds_nothing_and_the_other_way_round(browsers: list[Browser]) -> None:
    owner, phone = browsers[0], with_key(browsers[0])
    second = Authenticator(owner.address)
    assert owner.post(ADD, {"credential": second.made(asked(owner, PROVE))}).status_code == 400
    with sql_allowed("tests"):
        assert not Credential.objects.filter(key_id=second.id).exists()
    challenge = asked(owner, ADD)
    assert owner.post(PROVE, {"credential": phone.proof(challenge)}).status_code == 400
    assert owner.post(ADD, {"credential": second.made(asked(owner, ADD))}).status_code == 200


def test_a_wrong_answer_uses_the_challenge_up_too(browsers: list[Browser]) -> None:
    owner, phone = browsers[0], with_key(browsers[0])
    owner.http.cookies.clear()
    challenge = asked(owner, PROVE)
    kept = owner.http.cookies[CHALLENGE]
    assert owner.post(PROVE, {"credential": Authenticator(owner.address).proof(challenge)}).status_code == 400
    assert replayed(browsers[1], kept, PROVE, phone.proof(challenge)).status_code == 400


@pytest.mark.parametrize("opened", ["[", '{"id":', '{"id":['])
def test_deep_answers_are_refused_and_no_more(browsers: list[Browser], opened: str) -> None:
    asked(browsers[0], PROVE)
    assert browsers[0].post(PROVE, {"credential": opened * (19_000 // len(opened))}).status_code == 400


def test_a_cookie_alone_adds_no_passkey(browsers: list[Browser]) -> None:
    owner, phone = browsers[0], with_key(browsers[0])
    token = owner.http.cookies[COOKIE]
    challenge = asked(owner, ADD)
    held = session.find(token)
    assert held is not None
    with sql_allowed("tests"):
        Session.objects.filter(id=held.id).update(proven_at=clock.now() - rules.PROVEN_WITHIN)
    stolen = Authenticator(owner.address)
    refused = owner.post(ADD, {"credential": stolen.made(challenge)})
    assert (refused.status_code, "Confirmez" in refused.json()["message"]) == (403, True)
    assert owner.post(f"{ADD}/demande", {}).status_code == 403
    with sql_allowed("tests"):
        assert not Credential.objects.filter(key_id=stolen.id).exists()
        lines = Entry.objects.filter(door="signin.actions.credentials.add_passkey", actor_id=held.account_id)
        assert sorted(lines.values_list("outcome", flat=True)) == ["done", "refused"]
        Session.objects.filter(id=held.id).update(locked_at=clock.now())
    assert owner.post(PROVE, {"credential": phone.proof(asked(owner, PROVE))}).status_code == 200
    fresh = owner.http.cookies.get(COOKIE, domain="localhost.local") or ""
    owner.http.cookies.clear()
    owner.http.cookies.set(COOKIE, fresh)
    second = Authenticator(owner.address)
    assert owner.post(ADD, {"credential": second.made(asked(owner, ADD))}).status_code == 200
    with sql_allowed("tests"):
        added = Credential.objects.get(key_id=second.id).id
        event = Event.objects.get(kind="signin.passkey-added", facts__passkey=str(added))
    told = Happened(event.id, event.kind, event.aggregate_id, None, event.facts)
    for _ in range(2):
        reactions.tell_of_passkey(told)
    with sql_allowed("tests"):
        assert Notice.objects.filter(recipient_id=held.account_id, kind="passkey-added", subject_id=added).count() == 1

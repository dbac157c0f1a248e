"""Replayed and forged secrets: cookies of ended sessions, tokens of forms, opaque ids of another person's searches and pages."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import httpx
import pytest

from socle import clock
from socle.base.access.doors import sql_allowed
from socle.base.identity.models import Patient, Search
from socle.base.signin.models import Session
from socle.base.signin.sealing import hash_of
from socle.base.signin.session import COOKIE
from socle.record.actions import openings
from socle.record.models import Document
from tests import minting
from tests.base.identity import people
from tests.interfaces.fhir import samples
from tests.interfaces.fhir.serving import Wire
from tests.interfaces.fhir.test_documents import refusal, sent
from tests.portal.professional.forms import CONSULTATION, Visit, caring, record, words
from tests.signing_in import Browser, fields

pytestmark = pytest.mark.usefixtures("platform")
CSRF = "socle-csrf"


def anonymous(answer: httpx.Response) -> bool:
    """Led to the sign-in page, as anybody."""
    return answer.is_redirect and answer.headers["Location"].startswith("/connexion")


def carrying(browser: Browser, cookie: str) -> httpx.Response:
    """What « À traiter » answers to that cookie alone."""
    with httpx.Client(base_url=browser.address, trust_env=False, cookies={COOKIE: cookie}) as other:
        return other.get("/pro/a-traiter")


def session_of(browser: Browser) -> Session:
    with sql_allowed("tests"):
        return Session.objects.get(token_hash=hash_of(browser.token))


def forgeries(token: str) -> list[str]:
    """What may be made of a cookie, or of the row that keeps it."""
    stored = hash_of(token)
    padded = base64.urlsafe_b64encode(base64.urlsafe_b64decode(token + "=") + b"\0").decode().rstrip("=")
    return [
        "",
        token[:-1],
        token + "A",
        token.swapcase(),
        secrets.token_urlsafe(32),
        stored.hex(),
        base64.urlsafe_b64encode(stored).decode().rstrip("="),
        padded,
        f"%20{token}",
        "' OR 1=1 --",
        "A" * 4000,
    ]


def test_no_forged_cookie_is_a_session(visit: Visit) -> None:
    browser = visit(minting.doctor())
    token, session = browser.token, session_of(browser)
    assert carrying(browser, token).status_code == 200
    for forged in [*forgeries(token), str(session.id), str(session.account_id)]:
        assert anonymous(carrying(browser, forged)), forged


def test_a_cookie_that_was_left_or_ended_is_worth_nothing(visit: Visit) -> None:
    doctor = minting.doctor()
    left, far, expired = visit(doctor), visit(doctor), visit(doctor)
    tokens = [one.token for one in (left, far, expired)]
    left.post("/connexion/quitter", {})
    with sql_allowed("tests"):
        Session.objects.filter(token_hash=hash_of(tokens[1])).update(ended_at=clock.now())
        past = clock.now() - timedelta(seconds=1)
        row = Session.objects.filter(token_hash=hash_of(tokens[2]))
        row.update(created_at=past - timedelta(hours=1), last_seen_at=past - timedelta(minutes=1), expires_at=past)
    assert anonymous(carrying(left, tokens[0]))
    assert anonymous(carrying(left, tokens[1]))
    over = carrying(left, tokens[2])
    assert over.status_code == 403
    assert "Rien à traiter" not in words(over)


def deposited(patient: Patient) -> int:
    with sql_allowed("tests"):
        return Document.objects.filter(patient_id=patient.id).count()


def test_a_form_needs_the_token_of_its_own_browser(visit: Visit) -> None:
    patient = minting.patient()
    doctor = caring(patient)
    mine, theirs = visit(doctor), visit(minting.doctor())
    path = record(patient, "documents/deposer")
    form = fields(mine.get(path).text, path) | {"text": "Compte rendu.", "type_code": CONSULTATION}
    form.pop("file", None)
    theirs.get("/pro/a-traiter")
    stolen = fields(theirs.get("/pro/patients/recherche").text, "/pro/patients/recherche")["csrfmiddlewaretoken"]
    address, right = mine.address + path, form["csrfmiddlewaretoken"]
    session = {COOKIE: mine.token}
    attempts: list[tuple[dict[str, str], dict[str, str], dict[str, str]]] = [
        (session | {CSRF: mine.http.cookies[CSRF]}, {"csrfmiddlewaretoken": stolen}, {}),
        (session | {CSRF: mine.http.cookies[CSRF]}, {"csrfmiddlewaretoken": ""}, {}),
        (session | {CSRF: mine.http.cookies[CSRF]}, {"csrfmiddlewaretoken": "A" * 64}, {}),
        (session, {"csrfmiddlewaretoken": right}, {}),
        (session | {CSRF: mine.http.cookies[CSRF]}, {"csrfmiddlewaretoken": right}, {"Origin": "https://ailleurs.example"}),
        (session | {CSRF: mine.http.cookies[CSRF]}, {"csrfmiddlewaretoken": right}, {"Origin": "null"}),
    ]
    for cookies, changes, headers in attempts:
        with httpx.Client(trust_env=False, cookies=cookies) as forging:
            answer = forging.post(address, data=form | changes, headers=headers)
        assert answer.status_code == 403, (changes, headers)
        assert deposited(patient) == 0
    with httpx.Client(trust_env=False, cookies={COOKIE: theirs.token, CSRF: theirs.http.cookies[CSRF]}) as other:
        answer = other.post(address, data=form | {"csrfmiddlewaretoken": stolen})
    assert answer.status_code == 409  # their own right token, my form: made in another situation
    assert deposited(patient) == 0
    assert mine.post(path, form).status_code == 302
    assert deposited(patient) == 1


def searched(browser: Browser, patient: Patient) -> str:
    day = date.fromisoformat(str(patient.birth_date))
    answer = browser.post("/pro/patients/recherche", {"birth_date": f"{day:%d/%m/%Y}"})
    assert answer.is_redirect, words(answer)
    return str(answer.headers["Location"])


def test_the_opaque_id_of_a_search_serves_its_asker_for_fifteen_minutes(visit: Visit) -> None:
    patient = minting.patient(birth_date=people.day())
    doctor = minting.doctor()
    browser = visit(doctor)
    address = searched(browser, patient)
    assert str(patient.id) in browser.get(address).text
    others = [minting.doctor(), minting.doctor(structure_id=doctor.structure_id), people.referent()]
    for other in (visit(one) for one in others[:2]):
        assert other.get(address).status_code == 404
        assert other.get(address.replace("/recherche/", "/nouveau?recherche=")).status_code == 404
    admin = visit(others[2])
    assert admin.get(address.replace("/pro/patients", "/gestion/identites")).status_code == 404
    assert admin.get(address).status_code == 403
    identifier = address.rpartition("/")[2]
    with sql_allowed("tests"):
        Search.objects.filter(id=identifier).update(created_at=clock.now() - timedelta(minutes=15, seconds=1))
    assert browser.get(address).status_code == 404
    assert browser.get(f"/pro/patients/recherche/{clock.new_id()}").status_code == 404


def test_a_search_of_another_registers_nobody(visit: Visit) -> None:
    """An empty search is the right to register a person: nobody borrows it."""
    day = people.day()
    asker, other = visit(minting.doctor()), visit(minting.doctor())
    found = asker.post("/pro/patients/recherche", {"birth_date": f"{day:%d/%m/%Y}"}).headers["Location"]
    address = f"/pro/patients/nouveau?recherche={found.rpartition('/')[2]}"
    form = fields(asker.get(address).text, address) | {
        "birth_name": "Forgé",
        "first_given": "Zoé",
        "birth_date": f"{day:%d/%m/%Y}",
        "sex": "F",
        "birthplace_cog": "75112",
    }
    form.pop("situation", None)
    assert other.post(address, form).status_code == 404
    with sql_allowed("tests"):
        assert not Patient.objects.filter(birth_date=day).exists()


def test_a_link_to_the_next_page_serves_its_reader_on_its_search(wire: Wire) -> None:
    patient, author = minting.patient(), minting.doctor()
    for _ in range(3):
        assert sent(wire.client(author), samples.published(patient, author)).status_code == 201
    reader, other = minting.doctor(), minting.doctor()
    for actor in (reader, other):
        openings.state_care(actor=actor, patient_id=patient.id)
    client = wire.client(reader)
    bundle = client.get(f"DocumentReference?patient={patient.id}&status=current&_count=1").json()
    following = next(link["url"] for link in bundle["link"] if link["relation"] == "next")
    token = following.partition("_page=")[2]
    assert client.get(following).status_code == 200
    changed: list[Callable[[], httpx.Response]] = [
        lambda: wire.client(other).get(following),
        lambda: wire.client(minting.holder(patient.id)).get(following),
        lambda: wire.client(replace(reader, person_id=other.person_id)).get(following),
        lambda: client.get(following.replace("DocumentReference?", "List?")),
        lambda: client.get(following + f"&patient={minting.patient().id}"),
        *(lambda at=at: client.get(following.replace(token, _flipped(token, at))) for at in (0, 20, len(token) // 2, -2)),
        lambda: client.get(following.replace(token, token[: len(token) // 2])),
        lambda: client.get(f"{following}&_page={token}"),
    ]
    for attempt in changed:
        assert refusal(attempt()) == (400, "search-value")


def _flipped(token: str, at: int) -> str:
    signs = list(token)
    signs[at] = "A" if signs[at] != "A" else "B"
    return "".join(signs)


@pytest.mark.parametrize("scheme", ["", "Basic ", "bearer  ", "Bearer"])
def test_the_cookie_of_a_session_is_no_token_and_a_token_no_cookie(visit: Visit, wire: Wire, scheme: str) -> None:
    patient = minting.patient()
    doctor = caring(patient)
    browser, token = visit(doctor), wire.token(doctor)
    address = f"{browser.address}/fhir/DocumentReference?patient={patient.id}&status=current"
    for secret in (browser.token, token if scheme != "bearer  " else browser.token):
        answer = browser.http.get(address, headers={"Authorization": scheme + secret})
        assert answer.status_code == 401
    assert browser.http.get(address).status_code == 401  # a session does not carry over to software
    assert anonymous(carrying(browser, token))
    assert browser.http.get(address, headers={"Authorization": f"Bearer {token}"}).status_code == 200

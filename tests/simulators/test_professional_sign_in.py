"""Pro Santé Connect over real sockets: the whole code flow, and each way it must be refused."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from joserfc import jwt

from simulators.client import SignInFailed, sign_in
from tests.corpora import shared
from tests.simulators.conftest import AFTER_LOGOUT, RETURN, Running
from tests.simulators.relying_party import answer, ask, code_for, exchange, verified

CLIENT = "socle-professionnels"
CLAIRE = "claire-novarel"


def _auth(running: Running, client_id: str = CLIENT) -> tuple[str, str]:
    return client_id, running.secret(client_id)


def _tokens(running: Running, http: httpx.Client, persona: str = CLAIRE, client_id: str = CLIENT) -> dict[str, Any]:
    asked = ask(running.psc["authorization_endpoint"], client_id, RETURN)
    code = code_for(asked, persona, http)
    response = exchange(running.psc["token_endpoint"], _auth(running, client_id), code, RETURN, http)
    assert response.status_code == 200, response.text
    return dict(response.json())


def _userinfo(running: Running, http: httpx.Client, access_token: str, **headers: str) -> httpx.Response:
    return http.get(running.psc["userinfo_endpoint"], headers={"Authorization": "Bearer " + access_token, **headers})


def _introspected(running: Running, http: httpx.Client, token: str) -> dict[str, Any]:
    response = http.post(running.psc["introspection_endpoint"], data={"token": token}, auth=_auth(running))
    assert response.status_code == 200
    return dict(response.json())


def test_the_discovery_names_the_real_endpoints(running: Running, http: httpx.Client) -> None:
    issuer = running.psc["issuer"]
    wallet = http.get(issuer + "/.well-known/wallet-openid-configuration").json()
    assert wallet == http.get(issuer + "/.well-known/openid-configuration").json()
    assert {name: wallet[name] for name in running.psc if name != "discovery"} == {
        name: value for name, value in running.psc.items() if name != "discovery"
    }


def test_a_relying_party_signs_a_doctor_in(running: Running, http: httpx.Client) -> None:
    """From the discovery alone: PKCE, state, nonce, id_token checked, userinfo by the token, and a refresh."""
    discovery = http.get(running.psc["discovery"]).json()
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = ask(discovery["authorization_endpoint"], CLIENT, RETURN, code_challenge=challenge, code_challenge_method="S256")
    told = answer(sign_in(asked.url, CLAIRE, http))
    assert (told["state"], told["iss"]) == (asked.state, discovery["issuer"])
    response = exchange(discovery["token_endpoint"], _auth(running), told["code"], RETURN, http, code_verifier=verifier)
    tokens = response.json()
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")
    assert (tokens["token_type"], tokens["expires_in"], tokens["refresh_expires_in"]) == ("Bearer", 120, 1800)
    claims = verified(
        tokens["id_token"], discovery["jwks_uri"], http, iss=discovery["issuer"], aud=CLIENT, nonce=asked.nonce, acr="eidas1"
    )
    half = hashlib.sha256(tokens["access_token"].encode()).digest()[:16]
    assert claims["at_hash"] == base64.urlsafe_b64encode(half).rstrip(b"=").decode()
    userinfo = _userinfo(running, http, tokens["access_token"]).json()
    assert userinfo["SubjectNameID"] == "8" + running.people[CLAIRE]["professional"]["rpps"] == claims["preferred_username"]
    assert userinfo["sub"] == claims["sub"]
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    renewed = http.post(discovery["token_endpoint"], data=form, auth=_auth(running)).json()
    assert renewed["access_token"] != tokens["access_token"]
    assert _userinfo(running, http, renewed["access_token"]).json() == userinfo
    stolen = http.post(discovery["token_endpoint"], data=form, auth=_auth(running, "autre-logiciel"))
    assert stolen.json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"nonce": None}, "invalid_request"),
        ({"state": None}, "invalid_request"),
        ({"acr_values": "eidas9"}, "invalid_request"),
        ({"acr_values": None}, "invalid_request"),
        ({"scope": "scope_all"}, "invalid_scope"),
        ({"scope": "openid tout"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": "a" * 43, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "a" * 43}, "invalid_request"),
        ({"code_challenge": "court", "code_challenge_method": "S256"}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
        ({"prompt": "consent"}, "invalid_request"),
        ({"max_age": "²"}, "invalid_request"),
    ],
)
def test_a_wrong_request_goes_back_with_its_error(
    running: Running, http: httpx.Client, changes: dict[str, str | None], error: str
) -> None:
    asked = ask(running.psc["authorization_endpoint"], CLIENT, RETURN, **changes)
    response = http.get(asked.url)
    told = answer(response)
    assert response.headers["Location"].startswith(RETURN + "?")
    assert told["error"] == error
    assert "code" not in told
    assert told.get("state") == (None if "state" in changes else asked.state)


def test_a_repeated_parameter_is_refused(running: Running, http: httpx.Client) -> None:
    asked = ask(running.psc["authorization_endpoint"], CLIENT, RETURN)
    assert answer(http.get(asked.url + "&nonce=autre"))["error"] == "invalid_request"


@pytest.mark.parametrize(
    ("client_id", "redirect_uri"),
    [
        (CLIENT, RETURN + "/"),
        (CLIENT, RETURN + "?a=b"),
        (CLIENT, "http://127.0.0.1:9/connexion"),
        (CLIENT, "https://attaquant.example/"),
        (CLIENT, ""),
        ("inconnu", RETURN),
        ("socle-patients", RETURN),
    ],
)
def test_nothing_is_sent_to_an_address_that_is_not_registered(
    running: Running, http: httpx.Client, client_id: str, redirect_uri: str
) -> None:
    response = http.get(ask(running.psc["authorization_endpoint"], client_id, redirect_uri).url)
    assert response.status_code == 400
    assert "Location" not in response.headers
    assert "Connexion impossible" in response.text


def test_the_picker_offers_professionals_only_and_takes_nobody_else(running: Running, http: httpx.Client) -> None:
    asked = ask(running.psc["authorization_endpoint"], CLIENT, RETURN)
    page = http.get(asked.url)
    for person in running.people.values():
        assert (f'value="{person["id"]}"' in page.text) == ("professional" in person), person["id"]
    with pytest.raises(SignInFailed):
        sign_in(asked.url, "odette-marchanval", http)
    sealed = page.text.partition('name="demande" value="')[2].partition('"')[0]
    action = running.endpoints["http"] + "/psc/auth/choix"
    assert http.post(action, data={"demande": sealed, "personne": "odette-marchanval"}).status_code == 400
    assert http.post(action, data={"demande": sealed[:-2] + "xx", "personne": CLAIRE}).status_code == 400
    assert http.post(action, data={"personne": CLAIRE}).status_code == 400
    assert answer(http.post(action, data={"demande": sealed, "renoncer": "1"}))["error"] == "access_denied"


def test_a_code_serves_once_and_its_replay_ends_what_it_gave(running: Running, http: httpx.Client) -> None:
    code = code_for(ask(running.psc["authorization_endpoint"], CLIENT, RETURN), CLAIRE, http)
    first = exchange(running.psc["token_endpoint"], _auth(running), code, RETURN, http)
    access_token = first.json()["access_token"]
    assert _userinfo(running, http, access_token).status_code == 200
    second = exchange(running.psc["token_endpoint"], _auth(running), code, RETURN, http)
    assert (second.status_code, second.json()["error"]) == (400, "invalid_grant")
    assert _userinfo(running, http, access_token).status_code == 401
    assert _introspected(running, http, access_token) == {"active": False}
    refreshed = http.post(
        running.psc["token_endpoint"],
        data={"grant_type": "refresh_token", "refresh_token": first.json()["refresh_token"]},
        auth=_auth(running),
    )
    assert refreshed.json()["error"] == "invalid_grant"


def test_one_of_many_parallel_exchanges_is_answered(running: Running, http: httpx.Client) -> None:
    code = code_for(ask(running.psc["authorization_endpoint"], CLIENT, RETURN), CLAIRE, http)

    def once(_: int) -> int:
        with httpx.Client(trust_env=False) as client:
            return exchange(running.psc["token_endpoint"], _auth(running), code, RETURN, client).status_code

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(once, range(16))) == [200] + [400] * 15


def test_a_code_belongs_to_its_client_its_address_and_its_verifier(running: Running, http: httpx.Client) -> None:
    token_endpoint = running.psc["token_endpoint"]
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()

    def code(**changes: str) -> str:
        return code_for(ask(running.psc["authorization_endpoint"], CLIENT, RETURN, **changes), CLAIRE, http)

    pkce = {"code_challenge": challenge, "code_challenge_method": "S256"}
    tried = [
        exchange(token_endpoint, _auth(running, "autre-logiciel"), code(), RETURN, http),
        exchange(token_endpoint, _auth(running), code(), RETURN + "/", http),
        exchange(token_endpoint, _auth(running), code(**pkce), RETURN, http),
        exchange(token_endpoint, _auth(running), code(**pkce), RETURN, http, code_verifier=verifier + "x"),
        exchange(token_endpoint, _auth(running), code(), RETURN, http, code_verifier=verifier),
        exchange(token_endpoint, _auth(running), "inventé", RETURN, http),
    ]
    assert [(response.status_code, response.json()["error"]) for response in tried] == [(400, "invalid_grant")] * len(tried)
    assert exchange(token_endpoint, _auth(running), code(**pkce), RETURN, http, code_verifier=verifier).status_code == 200


def test_codes_and_tokens_expire(running: Running, http: httpx.Client) -> None:
    endpoint = running.psc["authorization_endpoint"]
    late = code_for(ask(endpoint, "codes-morts", RETURN), CLAIRE, http)
    response = exchange(running.psc["token_endpoint"], _auth(running, "codes-morts"), late, RETURN, http)
    assert response.json()["error"] == "invalid_grant"
    tokens = _tokens(running, http, client_id="jetons-morts")
    assert _userinfo(running, http, tokens["access_token"]).status_code == 401
    assert _introspected(running, http, tokens["access_token"]) == {"active": False}
    response = http.post(
        running.psc["token_endpoint"],
        data={"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]},
        auth=_auth(running, "jetons-morts"),
    )
    assert response.json()["error"] == "invalid_grant"


def test_a_client_proves_itself_by_secret_or_by_key(running: Running, http: httpx.Client) -> None:
    token_endpoint = running.psc["token_endpoint"]

    def code(client_id: str) -> str:
        return code_for(ask(running.psc["authorization_endpoint"], client_id, RETURN), CLAIRE, http)

    wrong = exchange(token_endpoint, (CLIENT, "faux"), code(CLIENT), RETURN, http)
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    assert wrong.headers["WWW-Authenticate"].startswith("Basic")
    form = {"grant_type": "authorization_code", "redirect_uri": RETURN}
    assert http.post(token_endpoint, data=form | {"code": code(CLIENT)}).status_code == 401
    posted = {"client_id": CLIENT, "client_secret": running.secret(CLIENT)}
    assert http.post(token_endpoint, data=form | posted | {"code": code(CLIENT)}).status_code == 200
    assert http.post(token_endpoint, data=form | posted | {"code": code(CLIENT)}, auth=_auth(running)).status_code == 401
    # A client without a secret is not opened by an empty one.
    assert exchange(token_endpoint, ("logiciel-a-cle", ""), code("logiciel-a-cle"), RETURN, http).status_code == 401

    def by_key(**changes: Any) -> httpx.Response:
        claims = {"iss": "logiciel-a-cle", "sub": "logiciel-a-cle", "aud": token_endpoint, "jti": secrets.token_urlsafe(8)}
        claims |= {"exp": int(time.time()) + 60} | changes
        assertion = jwt.encode({"alg": "ES256", "kid": running.key.kid}, claims, running.key)
        proof = {
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": assertion,
        }
        return http.post(token_endpoint, data=form | proof | {"code": code("logiciel-a-cle")})

    assert by_key(jti="une-fois").status_code == 200
    assert by_key(jti="une-fois").status_code == 401
    assert by_key(aud="http://ailleurs.example/").status_code == 401
    assert by_key(exp=int(time.time()) - 5).status_code == 401
    assert by_key(iss=CLIENT, sub=CLIENT).status_code == 401


def test_the_introspection_has_the_shape_of_the_service(running: Running, http: httpx.Client) -> None:
    sample = json.loads(
        shared("reference/fhir-definitions/psc/PSC200_activetrue_medecin_899700218896.json").read_text(encoding="utf-8")
    )
    tokens = _tokens(running, http)
    told = _introspected(running, http, tokens["access_token"])
    assert set(told) == set(sample) | {"SubjectNameID"}
    assert {name: type(value) for name, value in told.items() if name in sample} == {
        name: type(value) for name, value in sample.items()
    }
    assert told["active"] is True
    assert told["exp"] - told["iat"] == 120
    assert _introspected(running, http, tokens["refresh_token"]) == {"active": False}
    assert _introspected(running, http, "n'importe quoi") == {"active": False}
    assert http.post(running.psc["introspection_endpoint"], data={"token": tokens["access_token"]}).status_code == 401


def _shape(value: Any) -> Any:
    """Names and types, lists by their first element."""
    if isinstance(value, dict):
        return {name: _shape(inner) for name, inner in sorted(value.items())}
    if isinstance(value, list):
        return [_shape(inner) for inner in value[:1]]
    return type(value).__name__


@pytest.mark.parametrize("persona", [CLAIRE, "emeline-rochambel", "paul-henri-guilbaud", "regulation-samu", "malika-desrues"])
def test_the_userinfo_has_the_shape_of_the_service(running: Running, http: httpx.Client, persona: str) -> None:
    sample = json.loads(shared("reference/fhir-definitions/psc/UserInfo_site_PSC.json").read_text(encoding="utf-8"))
    told = _userinfo(running, http, _tokens(running, http, persona)["access_token"]).json()
    assert _shape(told) == _shape(sample)


def test_the_userinfo_says_who_and_where(running: Running, http: httpx.Client) -> None:
    def told(persona: str) -> dict[str, Any]:
        with httpx.Client(trust_env=False) as browser:
            return dict(_userinfo(running, http, _tokens(running, browser, persona)["access_token"]).json())

    claire, emeline, samu, odd = told(CLAIRE), told("emeline-rochambel"), told("regulation-samu"), told("sans-exercice")
    assert claire["SubjectRole"] == ["10^1.2.250.1.213.1.1.5.5"]
    assert claire["Secteur_Activite"] == "SA52^1.2.250.1.71.4.2.4"
    (exercice,) = claire["SubjectRefPro"]["exercices"]
    assert (exercice["codeProfession"], exercice["codeSavoirFaire"], len(exercice["activities"])) == ("10", "SM54", 1)
    assert claire["SubjectOrganizationID"] == "1" + exercice["activities"][0]["numeroFinessSite"]
    assert len(emeline["SubjectRefPro"]["exercices"][0]["activities"]) == 2
    assert [person["Acces_Regulation_Medicale"] for person in (claire, samu)] == ["FAUX", "VRAI"]
    assert (odd["SubjectRefPro"]["exercices"], odd["SubjectRole"], odd["Secteur_Activite"]) == ([], [], "")


def test_the_userinfo_comes_signed_when_asked(running: Running, http: httpx.Client) -> None:
    tokens = _tokens(running, http, client_id="info-signee")
    response = _userinfo(running, http, tokens["access_token"])
    assert response.headers["Content-Type"] == "application/jwt"
    claims = verified(response.text, running.psc["jwks_uri"], http, iss=running.psc["issuer"], aud="info-signee")
    assert claims["family_name"] == "NOVAREL"
    plain = _tokens(running, http)["access_token"]
    assert _userinfo(running, http, plain).headers["Content-Type"] == "application/json"
    assert _userinfo(running, http, plain, Accept="application/jwt").headers["Content-Type"] == "application/jwt"


def test_forged_tokens_open_nothing(running: Running, http: httpx.Client) -> None:
    real = _tokens(running, http)["access_token"]
    claims = json.loads(base64.urlsafe_b64decode(real.split(".")[1] + "=="))
    forged = jwt.encode({"alg": "ES256", "kid": running.key.kid}, claims, running.key)
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode() + "." + real.split(".")[1] + "."
    for token in (forged, unsigned, real[:-8] + "AAAAAAAA", "x", "é" * 10):
        response = http.get(running.psc["userinfo_endpoint"], headers={b"Authorization": ("Bearer " + token).encode()})
        assert response.status_code == 401, token
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert _userinfo(running, http, real).status_code == 200


def test_one_sign_in_serves_several_clients_until_the_logout(running: Running, http: httpx.Client) -> None:
    tokens = _tokens(running, http)
    again = ask(running.psc["authorization_endpoint"], "autre-logiciel", RETURN)
    assert "code" in answer(http.get(again.url))
    assert "code" in answer(http.get(again.url + "&prompt=none"))
    for change in ("&prompt=login", "&max_age=0"):
        assert http.get(again.url + change).status_code == 200
    told = http.get(
        running.psc["end_session_endpoint"],
        params={"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": AFTER_LOGOUT, "state": "s"},
    )
    assert told.headers["Location"] == AFTER_LOGOUT + "?state=s"
    assert _userinfo(running, http, tokens["access_token"]).status_code == 401
    assert answer(http.get(again.url + "&prompt=none"))["error"] == "login_required"


def test_a_logout_goes_nowhere_that_is_not_registered_and_asks_without_a_token(running: Running, http: httpx.Client) -> None:
    tokens = _tokens(running, http)
    logout = running.psc["end_session_endpoint"]
    again = ask(running.psc["authorization_endpoint"], CLIENT, RETURN, prompt="none")
    asked = http.get(logout, params={"post_logout_redirect_uri": AFTER_LOGOUT})
    assert asked.status_code == 200
    assert "Se déconnecter ?" in asked.text
    assert "code" in answer(http.get(again.url))
    assert "Vous êtes déconnecté" in http.post(logout, data={"confirmer": "1"}).text
    assert answer(http.get(again.url))["error"] == "login_required"
    away = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": "https://attaquant.example/"}
    response = http.get(logout, params=away)
    assert (response.status_code, "Location" in response.headers) == (200, False)


def test_a_session_cookie_of_another_installation_opens_nothing(running: Running, http: httpx.Client) -> None:
    _tokens(running, http)
    (name,) = http.cookies.keys()
    value = http.cookies[name]
    http.cookies.clear()
    http.cookies.set(name, value[:-3] + "abc", domain="127.0.0.1", path="/psc/")
    assert http.get(ask(running.psc["authorization_endpoint"], CLIENT, RETURN).url).status_code == 200

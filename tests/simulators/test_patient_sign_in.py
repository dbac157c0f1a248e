"""FranceConnect over real sockets: who a patient is for a service provider, and what it is never told."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from simulators.client import SignInFailed, sign_in
from tests.simulators.conftest import AFTER_LOGOUT, RETURN, Running
from tests.simulators.relying_party import answer, ask, code_for, exchange, verified

CLIENT = "socle-patients"
SCOPE = "openid identite_pivot email preferred_username"


def _signed_in(running: Running, http: httpx.Client, persona: str, client_id: str = CLIENT, **changes: str) -> dict[str, Any]:
    """Claims of the userinfo, after a flow whose id_token was checked; with the raw tokens."""
    endpoints = running.france_connect
    asked = ask(endpoints["authorization_endpoint"], client_id, RETURN, **{"scope": SCOPE, "acr_values": "eidas2", **changes})
    code = code_for(asked, persona, http)
    secret = running.secret(client_id)
    tokens = exchange(endpoints["token_endpoint"], (client_id, secret), code, RETURN, http).json()
    expected = {"iss": endpoints["issuer"], "aud": client_id, "nonce": asked.nonce, "acr": changes.get("acr_values", "eidas2")}
    id_token = verified(tokens["id_token"], endpoints["jwks_uri"], http, **expected)
    response = http.get(endpoints["userinfo_endpoint"], headers={"Authorization": "Bearer " + tokens["access_token"]})
    assert response.headers["Content-Type"] == "application/jwt"
    claims = verified(response.text, endpoints["jwks_uri"], http, iss=endpoints["issuer"], aud=client_id, sub=id_token["sub"])
    return claims | {"tokens": tokens}


def _facts(claims: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in claims.items() if name not in ("iss", "aud", "iat", "exp", "sub", "tokens")}


def test_the_identity_that_a_patient_brings(running: Running, http: httpx.Client) -> None:
    assert _facts(_signed_in(running, http, "marguerite-puysegond")) == {
        "given_name": "Marguerite Hélène",
        "family_name": "PUYSÉGOND",
        "birthdate": "1957-09-08",
        "gender": "female",
        "birthplace": "20004",
        "birthcountry": "99100",
        "email": "marguerite.puysegond@courriel.example",
    }


def test_a_birth_abroad_has_a_country_and_no_place(running: Running, http: httpx.Client) -> None:
    claims = _signed_in(running, http, "jean-baptiste-okombi")
    assert (claims["birthplace"], claims["birthcountry"], claims["gender"]) == ("", "99324", "male")


def test_a_used_name_is_told_when_there_is_one(running: Running, http: httpx.Client) -> None:
    claims = _signed_in(running, http, "mariam-kante")
    assert (claims["family_name"], claims["preferred_username"]) == ("KANTÉ", "MOREL")


def test_scopes_limit_what_is_told(running: Running, http: httpx.Client) -> None:
    assert _facts(_signed_in(running, http, "sophie-marchanval", scope="openid")) == {}
    told = _facts(_signed_in(running, http, "sophie-marchanval", scope="openid birth phone"))
    assert told == {"birthplace": "93048", "birthcountry": "99100", "phone_number": "0639980214"}


def test_no_matricule_ever_leaves(running: Running, http: httpx.Client) -> None:
    every_scope = " ".join(http.get(running.france_connect["discovery"]).json()["scopes_supported"])
    claims = _signed_in(running, http, "odette-marchanval", scope=every_scope)
    assert claims["family_name"] == "MARCHANVAL"
    value = running.people["odette-marchanval"]["ins"]["value"]
    assert value[:13] not in repr(claims)


def test_the_sub_is_stable_and_belongs_to_one_service_provider(running: Running, http: httpx.Client) -> None:
    subs = [_signed_in(running, http, "henri-castelbon", client)["sub"] for client in (CLIENT, CLIENT, "autre-service")]
    assert subs[0] == subs[1] != subs[2]
    with httpx.Client(trust_env=False) as other:
        assert _signed_in(running, other, "sylvie-tranois")["sub"] not in subs


def test_the_level_asked_for_is_reached_or_the_person_is_not_offered(running: Running, http: httpx.Client) -> None:
    endpoint = running.france_connect["authorization_endpoint"]
    weak = ask(endpoint, CLIENT, RETURN, scope=SCOPE, acr_values="eidas1")
    strong = ask(endpoint, CLIENT, RETURN, scope=SCOPE, acr_values="eidas2")
    with pytest.raises(SignInFailed):
        sign_in(strong.url, "eric-faible", http)
    assert "code" in answer(sign_in(weak.url, "eric-faible", http))
    # The open session at eidas1 does not open eidas2.
    assert answer(http.get(strong.url + "&prompt=none"))["error"] == "login_required"
    assert "code" in answer(http.get(weak.url + "&prompt=none"))
    assert answer(http.get(ask(endpoint, CLIENT, RETURN, scope=SCOPE, acr_values="eidas4").url))["error"] == "invalid_request"


@pytest.mark.parametrize("persona", ["claire-novarel", "ines-morel-kante", "leo-morel-kante"])
def test_children_and_professionals_have_no_account_here(running: Running, http: httpx.Client, persona: str) -> None:
    asked = ask(running.france_connect["authorization_endpoint"], CLIENT, RETURN, scope=SCOPE, acr_values="eidas1")
    with pytest.raises(SignInFailed):
        sign_in(asked.url, persona, http)


def test_tokens_do_not_cross_services(running: Running, http: httpx.Client) -> None:
    tokens = _signed_in(running, http, "karim-belhadri")["tokens"]
    assert "refresh_token" not in tokens
    bearer = {"Authorization": "Bearer " + tokens["access_token"]}
    assert http.get(running.psc["userinfo_endpoint"], headers=bearer).status_code == 401
    told = http.post(
        running.psc["introspection_endpoint"],
        data={"token": tokens["access_token"]},
        auth=("socle-professionnels", running.secret("socle-professionnels")),
    )
    assert told.json() == {"active": False}
    asked = ask(running.france_connect["authorization_endpoint"], CLIENT, RETURN, scope=SCOPE, acr_values="eidas2")
    code = code_for(asked, "karim-belhadri", http)
    auth = ("socle-professionnels", running.secret("socle-professionnels"))
    assert exchange(running.psc["token_endpoint"], auth, code, RETURN, http).json()["error"] == "invalid_grant"


def test_a_logout_ends_the_session(running: Running, http: httpx.Client) -> None:
    tokens = _signed_in(running, http, "karim-belhadri")["tokens"]
    away = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": AFTER_LOGOUT, "state": "s"}
    response = http.get(running.france_connect["end_session_endpoint"], params=away)
    assert response.headers["Location"] == AFTER_LOGOUT + "?state=s"
    asked = ask(running.france_connect["authorization_endpoint"], CLIENT, RETURN, scope=SCOPE, acr_values="eidas2", prompt="none")
    assert answer(http.get(asked.url))["error"] == "login_required"

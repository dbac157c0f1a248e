"""The relying party refuses every answer that is not exactly right, one wrong thing at a time."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import ECKey, OctKey

from socle import clock
from socle.base.signin.gateways import openid
from socle.base.signin.gateways.openid import Finished
from socle.errors import Forbidden, Invalid, SocleError, Unavailable
from tests.base.signin.provider import SUBJECT, Provider, running

BACK = "http://127.0.0.1:9/connexion/pro-sante-connect/retour"
PSC = "psc"


@pytest.fixture
def provider(installation: object) -> Iterator[Provider]:
    with running() as one:
        yield one


def sign_in(provider: Provider, *, unlocks: str = "", **answer: str) -> Finished:
    begun = openid.begin(PSC, BACK, next_="/aide", unlocks=unlocks)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(begun.url).query).items()}
    provider.nonce = asked["nonce"]
    told = {"state": asked["state"], "code": "un-code", "iss": provider.address, "error": "", **answer}
    return openid.finish(PSC, begun.kept, told)


def refusal(provider: Provider, **answer: str) -> SocleError:
    with pytest.raises(SocleError) as error:
        sign_in(provider, **answer)
    return error.value


def test_a_right_answer_passes(provider: Provider) -> None:
    finished = sign_in(provider)
    assert (finished.subject, finished.level, finished.next, finished.unlocks) == (SUBJECT, "eidas1", "/aide", "")
    assert finished.claims["SubjectNameID"] == "899700900014"


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://un-autre.example"},
        {"iss": None},
        {"aud": "un-autre-client"},
        {"aud": ["socle-essai", "un-autre"]},
        {"aud": None},
        {"aud": ["socle-essai"], "azp": "un-autre"},
        {"sub": None},
        {"sub": "une-autre-personne"},
        {"nonce": "un-autre"},
        {"nonce": None},
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"exp": "demain"},
        {"iat": None},
        {"acr": "eidas0"},
        {"acr": None},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
        {"nbf": int(time.time()) + 3600},
    ],
)
def test_an_id_token_with_one_wrong_claim_is_refused(provider: Provider, wrong: dict[str, Any]) -> None:
    provider.wrong = wrong
    assert refusal(provider).code == "connexion-refusee"


def test_a_higher_level_than_asked_passes(provider: Provider) -> None:
    provider.wrong = {"acr": "eidas3"}
    assert sign_in(provider).level == "eidas3"


def test_only_the_providers_own_signature_counts(provider: Provider) -> None:
    stranger = ECKey.generate_key("P-256", {"alg": "ES256"}, auto_kid=True)
    provider.signer = stranger
    assert refusal(provider).code == "connexion-refusee"
    provider.signer = ECKey.import_key({**stranger.as_dict(private=True), "kid": provider.key.kid})
    assert refusal(provider).code == "connexion-refusee"
    provider.signer = OctKey.import_key(json.dumps(provider.key.as_dict(private=False)))
    assert refusal(provider).code == "connexion-refusee"
    provider.signer = None
    claims = base64.urlsafe_b64encode(json.dumps({"iss": provider.address, "sub": SUBJECT}).encode()).decode().rstrip("=")
    for text in (base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=") + f".{claims}.", "a.b.c", "texte", claims):
        provider.raw_id_token = text
        assert refusal(provider).code == "connexion-refusee"
    provider.raw_id_token = ""
    assert sign_in(provider).subject == SUBJECT


def test_a_new_key_of_the_provider_is_read_when_it_signs(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sign_in(provider).subject == SUBJECT
    monkeypatch.setattr("socle.base.signin.gateways.issuers.KEYS_AGAIN_S", 0.0)
    provider.key = ECKey.generate_key("P-256", {"alg": "ES256", "use": "sig"}, auto_kid=True)
    assert sign_in(provider).subject == SUBJECT
    assert provider.asked.count("/jwks") == 2
    assert provider.asked.count("/.well-known/wallet-openid-configuration") == 1


def test_the_userinfo_is_of_the_same_person(provider: Provider) -> None:
    for told in ({"sub": "une-autre-personne"}, {"sub": None}, {"sub": 12}):
        provider.told = told
        assert refusal(provider).code == "connexion-refusee"


def test_the_answer_is_of_this_provider_and_of_this_sign_in(provider: Provider) -> None:
    assert refusal(provider, iss="https://un-autre.example").code == "connexion-refusee"
    assert refusal(provider, iss="").code == "connexion-refusee"
    assert refusal(provider, state="un-autre").code == "connexion-perimee"
    assert refusal(provider, state="é").code == "connexion-perimee"
    assert isinstance(refusal(provider, error="access_denied"), Forbidden)
    assert refusal(provider, error="server_error").code == "connexion-refusee"
    begun = openid.begin(PSC, BACK)
    state = parse_qs(urlsplit(begun.url).query)["state"][0]
    right = {"state": state, "code": "c", "iss": provider.address, "error": ""}
    for kept in ("", "texte", begun.kept[:-4] + "AAAA"):
        with pytest.raises(Invalid) as error:
            openid.finish(PSC, kept, right)
        assert error.value.code == "connexion-perimee"
    for instant in (clock.now().timestamp() + openid.BEGUN_FOR_S + 5,):
        with clock.as_of(clock.now().fromtimestamp(instant, clock.now().tzinfo)), pytest.raises(Invalid) as error:
            openid.finish(PSC, begun.kept, right)
        assert error.value.code == "connexion-perimee"


def test_a_used_code_and_a_silent_provider_are_told_apart(provider: Provider) -> None:
    provider.status = {"/token": 400}
    assert refusal(provider).code == "connexion-refusee"
    provider.status = {"/token": 500}
    assert isinstance(refusal(provider), Unavailable)
    provider.status = {"/userinfo": 401}
    assert refusal(provider).code == "connexion-refusee"
    provider.status = {"/userinfo": 302}
    assert isinstance(refusal(provider), Unavailable)


@pytest.mark.parametrize(
    "documents",
    [
        {"issuer": "https://un-autre.example"},
        {"token_endpoint": "http://127.0.0.1:9/token"},
        {"jwks_uri": "http://127.0.0.1:9/jwks"},
        {"userinfo_endpoint": "http://169.254.169.254/latest"},
        {"token_endpoint": None},
        {"authorization_endpoint": 12},
    ],
)
def test_calls_go_to_the_providers_own_address_only(provider: Provider, documents: dict[str, Any]) -> None:
    provider.documents = documents
    assert isinstance(refusal(provider), Unavailable)


def test_an_unlock_needs_the_person_asked_again(provider: Provider) -> None:
    session = "0198f5a0-0000-7000-8000-000000000000"
    assert sign_in(provider, unlocks=session).unlocks == session
    for wrong in ({"auth_time": int(time.time()) - 600}, {"auth_time": None}):
        provider.wrong = wrong
        with pytest.raises(Invalid) as error:
            sign_in(provider, unlocks=session)
        assert error.value.code == "connexion-refusee"
    provider.wrong = {"auth_time": int(time.time()) - 600}
    assert sign_in(provider).unlocks == ""


def test_nobody_signs_in_where_nothing_is_configured(provider: Provider, settings_without: None) -> None:
    with pytest.raises(Unavailable) as error:
        openid.begin("franceconnect", BACK)
    assert error.value.code == "connexion-non-configuree"


@pytest.fixture
def settings_without() -> Iterator[None]:
    from django.test import override_settings

    with override_settings(SOCLE_SIMULATORS=None):
        yield

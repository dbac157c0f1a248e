"""Passkeys, with the virtual authenticator of a real Chromium: added, lifting a lock, signing in, removed, and refused."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from socle import clock
from socle.base.access.doors import sql_allowed
from socle.base.signin import session
from socle.base.signin.gateways import passkeys
from socle.base.signin.gateways.passkeys import Site
from socle.base.signin.models import Account, Session
from socle.base.signin.session import COOKIE
from socle.errors import Invalid
from tests import minting
from tests.base.signin.test_browser import aside, quiet
from tests.base.signin.test_invited_accounts import accepted, guest, structure
from tests.running import Platform
from tests.signing_in import browser, session_for

PAGE = "/pro/reglages/sessions"


@pytest.fixture
def site(platform: Platform) -> str:
    """Passkeys are bound to a name: the same platform, by the name of the loopback."""
    return platform.endpoints["http"].replace("127.0.0.1", "localhost")


@pytest.fixture
def context() -> Iterator[BrowserContext]:
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield started.new_context()
        started.close()


def authenticator(page: Page, *, verifies: bool = True) -> None:
    """The browser has a phone-like authenticator that answers by itself; `verifies`: it knows its owner."""
    channel = page.context.new_cdp_session(page)
    channel.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": verifies,
        "isUserVerified": verifies,
        "automaticPresenceSimulation": True,
    }
    channel.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def carried(context: BrowserContext, site: str, token: str) -> Page:
    context.add_cookies([{"name": COOKIE, "value": token, "url": site}])
    return context.new_page()


def with_key(context: BrowserContext, site: str, token: str) -> Page:
    """A page of a session whose owner has just added a passkey."""
    page = carried(context, site, token)
    authenticator(page)
    page.goto(site + PAGE)
    expect(page.get_by_text("Aucune clé d’accès.")).to_be_visible()
    page.get_by_role("button", name="Ajouter une clé d’accès").click()
    expect(page.get_by_role("button", name="Retirer cette clé")).to_be_visible()
    return page


def token_of(context: BrowserContext) -> str:
    return next(one["value"] for one in context.cookies() if one["name"] == COOKIE)


def test_a_passkey_lifts_the_lock_of_its_owners_session(context: BrowserContext, site: str) -> None:
    token = aside(lambda: session_for(minting.doctor()))
    page = with_key(context, site, token)
    aside(lambda: quiet(token))
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reprenez où vous en étiez")
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Appareils connectés")
    present = token_of(context)
    now = aside(lambda: session.find(present))
    assert now is not None
    assert now.usable
    assert aside(lambda: session.find(token)) is None
    assert page.get_by_text("Cet appareil").count() == 1


def test_a_removed_passkey_lifts_nothing(context: BrowserContext, site: str) -> None:
    token = aside(lambda: session_for(minting.doctor()))
    page = with_key(context, site, token)
    page.get_by_role("button", name="Retirer cette clé").click()
    expect(page.get_by_text("Aucune clé d’accès.")).to_be_visible()
    aside(lambda: quiet(token))
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reprenez où vous en étiez")
    expect(page.get_by_role("button", name="Utiliser une clé d’accès")).to_have_count(0)


def test_a_passkey_of_somebody_else_lifts_nothing(context: BrowserContext, site: str) -> None:
    mine, other = aside(lambda: (session_for(minting.doctor()), session_for(minting.doctor())))
    page = with_key(context, site, other)
    context.add_cookies([{"name": COOKIE, "value": mine, "url": site}])
    aside(lambda: quiet(mine))
    page.goto(site + "/connexion/compte")
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    expect(page.get_by_role("alert")).to_contain_text("clé d’accès")
    still = aside(lambda: session.find(mine))
    assert still is not None
    assert still.locked


def test_an_authenticator_that_does_not_know_its_owner_is_refused(context: BrowserContext, site: str) -> None:
    token = aside(lambda: session_for(minting.doctor()))
    page = carried(context, site, token)
    authenticator(page, verifies=False)
    page.goto(site + PAGE)
    page.get_by_role("button", name="Ajouter une clé d’accès").click()
    expect(page.get_by_role("alert").last).to_contain_text("clé d’accès")
    expect(page.get_by_role("button", name="Retirer cette clé")).to_have_count(0)


def test_an_invited_person_signs_in_by_their_passkey_alone(context: BrowserContext, site: str, platform: Platform) -> None:
    who = guest()

    def made() -> str:
        with browser(platform.endpoints["http"]) as chrome:
            accepted(chrome, who, structure())
            return chrome.token

    page = with_key(context, site, aside(made))
    context.clear_cookies(name=COOKIE)
    page.goto(f"{site}/connexion/compte?next={PAGE}")
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Appareils connectés")
    present = token_of(context)
    found = aside(lambda: session.find(present))
    assert found is not None
    assert (found.level, found.name) == ("cle", "Noa ESSAI")


def test_a_passkey_does_not_replace_the_national_provider(context: BrowserContext, site: str) -> None:
    token = aside(lambda: session_for(minting.doctor()))
    page = with_key(context, site, token)
    held = aside(lambda: session.find(token))
    assert held is not None
    aside(lambda: _of_psc(held.account_id))
    context.clear_cookies(name=COOKIE)
    page.goto(f"{site}/connexion/compte?next={PAGE}")
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    expect(page.get_by_role("alert")).to_contain_text("n’est pas reconnue ici")
    assert not [one for one in context.cookies() if one["name"] == COOKIE]


def _of_psc(account_id: object) -> None:
    with sql_allowed("tests"):
        Account.objects.filter(id=account_id).update(provider="psc", subject=str(clock.new_id()))
        assert Session.objects.filter(account_id=account_id).exists()


def test_passkeys_are_not_offered_where_they_cannot_work(platform: Platform, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{platform.endpoints['http']}/connexion/compte")
    expect(page.get_by_role("button", name="Se connecter")).to_be_visible()
    expect(page.get_by_role("button", name="Utiliser une clé d’accès")).to_be_hidden()


@pytest.mark.parametrize(
    "credential",
    ["", "{}", "[]", "nul", json.dumps({"id": "AA"}), json.dumps({"id": "é", "rawId": 1}), '{"id":' * 500, "x" * 30_000],
)
def test_answers_that_are_no_proof(credential: str) -> None:
    site = Site("http://localhost:8000", "localhost")
    for check in (
        lambda: passkeys.new_key(site, "AAAA", credential),
        lambda: passkeys.counter_of(site, "AAAA", credential, b"cle", 0),
    ):
        with pytest.raises(Invalid):
            check()

"""The pages of sign-in in a real Chromium: axe, widths, the whole way through the providers' pages by keyboard or finger."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from socle import clock
from socle.base.access.actor import system
from socle.base.access.doors import sql_allowed
from socle.base.signin import rules, session
from socle.base.signin.actions import invitations
from socle.base.signin.actions.invitations import Guest
from socle.base.signin.models import Session
from socle.base.signin.session import COOKIE
from tests import minting
from tests.base.signin.test_invited_accounts import administrator, structure
from tests.running import Platform
from tests.signing_in import session_for

T = TypeVar("T")
SHOTS = os.environ.get("SHOTS", "")
SIZES = [(width, theme) for width in (1280, 360) for theme in ("light", "dark")]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield started
        started.close()


def aside(work: Callable[[], T]) -> T:
    """Does database work in a thread of its own: Playwright keeps an event loop in this one, where Django refuses it."""

    def done() -> T:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        return threads.submit(done).result()


def opened(chromium: Chromium, address: str, token: str = "", width: int = 1280, theme: str = "light") -> BrowserContext:
    context = chromium.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=theme,  # type: ignore[arg-type]
        reduced_motion="reduce",
    )
    if token:
        context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
    return context


def visited() -> list[tuple[str, str, str]]:
    """(name, session, path) of every page of sign-in."""
    place = structure()
    guest = Guest(f"{secrets.token_hex(4)}@courriel.example", "Essai", "Noa", profession="41")
    link = invitations.invite_worker(actor=system("test"), organisation_id=place, guest=guest)
    doctor = session_for(minting.doctor())
    locked = session_for(minting.doctor(), locked_at=clock.now())
    return [
        ("connexion", "", "/connexion"),
        ("compte", "", "/connexion/compte"),
        ("invitation", "", f"/connexion/invitation/{link.token}"),
        ("refus", "", "/connexion/pro-sante-connect/retour?state=x&code=y"),
        ("situation", doctor, "/connexion/situation"),
        ("appareils", doctor, "/pro/reglages/sessions"),
        ("autre-espace", doctor, "/mon-espace/reglages/sessions"),
        ("verrou", locked, "/pro/reglages/sessions"),
        ("comptes", session_for(administrator(place)), "/gestion/comptes/inviter"),
    ]


@pytest.mark.parametrize(("width", "theme"), SIZES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(chromium: Chromium, platform: Platform, width: int, theme: str) -> None:
    address = platform.endpoints["http"]
    faults: list[str] = []
    for name, token, path in aside(visited):
        context = opened(chromium, address, token, width, theme)
        page = context.new_page()
        page.on("pageerror", partial(_told, faults, name))
        page.goto(address + path)
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/connexion-{name}-{width}-{theme}.png", full_page=True)
        found = Axe().run(page).response["violations"]
        faults += [f"{name}: {rule['id']} {node['html'][:100]}" for rule in found for node in rule["nodes"]]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append(f"{name}: scrolls sideways")
        context.close()
    assert faults == []


def quiet(token: str) -> None:
    """Fifteen minutes without a gesture have passed in that session."""
    held = session.find(token)
    assert held is not None
    with sql_allowed("tests"):
        Session.objects.filter(id=held.id).update(last_seen_at=clock.now() - rules.LOCK_AFTER)


def _told(faults: list[str], name: str, error: object) -> None:
    faults.append(f"{name}: script {error}")


def _picked(page: Page, name: str) -> None:
    """On the provider's page: that person."""
    page.get_by_role("button", name=name).click()


def test_a_professional_comes_in_by_two_gestures_and_back_after_a_lock(chromium: Chromium, platform: Platform) -> None:
    address = platform.endpoints["http"]
    context = opened(chromium, address)
    page = context.new_page()
    page.goto(f"{address}/connexion?next=/pro/reglages/sessions")
    page.get_by_role("link", name="Continuer avec Pro Santé Connect").click()
    _picked(page, "Claire NOVAREL")
    expect(page.get_by_role("heading", level=1)).to_have_text("Appareils connectés")
    token = next(one["value"] for one in context.cookies() if one["name"] == COOKIE)
    aside(lambda: quiet(token))
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reprenez où vous en étiez")
    page.get_by_role("button", name="Déverrouiller").press("Enter")
    _picked(page, "Claire NOVAREL")
    expect(page.get_by_role("heading", level=1)).to_have_text("Appareils connectés")
    page.get_by_text("Situation et profil").locator("xpath=ancestor::summary").click()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page).to_have_url(f"{address}/")
    page.goto(f"{address}/pro/reglages/sessions")
    expect(page.get_by_role("heading", level=1)).to_have_text("Se connecter")
    context.close()


def test_the_warning_comes_two_minutes_before_and_extends_the_session(chromium: Chromium, platform: Platform) -> None:
    address = platform.endpoints["http"]
    token = aside(lambda: session_for(minting.doctor()))
    context = opened(chromium, address, token)
    page = context.new_page()
    page.clock.install()
    page.goto(f"{address}/pro/reglages/sessions")
    warning = page.get_by_role("alert")
    expect(warning).to_be_hidden()
    page.clock.run_for(14 * 60 * 1000)
    expect(warning).to_be_visible()
    with page.expect_response(lambda answer: answer.url.endswith("/connexion/prolonger")) as answered:
        page.get_by_role("button", name="Prolonger la session").click()
    assert answered.value.status == 204
    expect(warning).to_be_hidden()
    context.close()

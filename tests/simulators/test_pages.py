"""The pages of the simulators in a real Chromium: without JavaScript, at both widths, and clean for axe."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from simulators import clients
from tests.simulators.conftest import Running
from tests.simulators.relying_party import ask

WIDTHS = (1280, 360)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


class _Client(BaseHTTPRequestHandler):
    """Where the browser comes back to."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>client</title>")

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def back(running: Running) -> Iterator[str]:
    """The registered address of a client that listens."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Client) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}/retour"
        pairs = [(client, address) for client in ("socle-professionnels", "socle-patients")]
        clients.register(Path(running.endpoints["clients"]), pairs, [])
        yield address
        server.shutdown()
        thread.join()


def _addresses(running: Running, back: str) -> dict[str, str]:
    patients = {"scope": "openid identite_pivot", "acr_values": "eidas1"}
    return {
        "picker, professionals": ask(running.psc["authorization_endpoint"], "socle-professionnels", back).url,
        "picker, patients": ask(running.france_connect["authorization_endpoint"], "socle-patients", back, **patients).url,
        "refusal": running.psc["authorization_endpoint"] + "?" + urlencode({"client_id": "inconnu"}),
        "signed out": running.psc["end_session_endpoint"],
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    running: Running, back: str, chromium: Browser, width: int, scheme: Literal["light", "dark"]
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    for name, address in _addresses(running, back).items():
        page.goto(address)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{name}, {width} px, {scheme}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    page.goto(_addresses(running, back)["picker, patients"])
    page.get_by_role("button", name="Karim BELHADRI").click()
    page.wait_for_url(back + "?*")
    page.goto(running.france_connect["end_session_endpoint"])
    assert page.get_by_role("heading", level=1).inner_text() == "Se déconnecter ?"
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.get_by_role("button", name="Me déconnecter").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Vous êtes déconnecté"
    context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_one_click_without_javascript(running: Running, back: str, chromium: Browser, width: int) -> None:
    """The policy of the page lets the form end at the client, and every style and font is served."""
    context = chromium.new_context(viewport={"width": width, "height": 800}, java_script_enabled=False)
    page = context.new_page()
    failed: list[str] = []
    page.on("response", lambda response: failed.append(response.url) if response.status >= 400 else None)
    page.on("console", lambda message: failed.append(message.text))
    page.goto(_addresses(running, back)["picker, professionals"])
    assert page.get_by_role("heading", level=1).inner_text() == "Choisir une personne"
    assert "simulateur" in page.locator("main").inner_text()
    button = page.get_by_role("button", name="Dr Claire NOVAREL Médecin généraliste")
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    button.click()
    page.wait_for_url(back + "?*")
    assert "code=" in page.url
    assert failed == []
    context.close()


def test_everything_is_reached_by_keyboard(running: Running, back: str, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(_addresses(running, back)["picker, patients"])
    for _ in range(3):  # skip link, « Annuler et revenir », first patient
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(back + "?*")
    assert "code=" in page.url
    context.close()


def test_the_person_expected_is_proposed_first_and_enter_is_enough(running: Running, back: str, chromium: Browser) -> None:
    context = chromium.new_context()
    page = context.new_page()
    asked = {"scope": "openid identite_pivot", "acr_values": "eidas1"}
    address = running.france_connect["authorization_endpoint"]
    page.goto(ask(address, "socle-patients", back, login_hint="karim-belhadri", **asked).url)
    offered = page.locator("button[name=personne]")
    assert offered.first.get_attribute("value") == "karim-belhadri"
    assert page.locator("button[value=karim-belhadri]").count() == 1
    assert page.evaluate("document.activeElement.value") == "karim-belhadri"
    people = offered.count()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.keyboard.press("Enter")
    page.wait_for_url(back + "?*")
    assert "code=" in page.url

    page.goto(ask(address, "socle-patients", back, login_hint="karim-belhadri", **asked).url)
    assert "code=" in page.url  # signed in already, and the one expected
    page.goto(ask(address, "socle-patients", back, login_hint="odette-marchanval", **asked).url)
    assert offered.first.get_attribute("value") == "odette-marchanval"  # somebody else than who is signed in: asked
    assert offered.count() == people
    context.close()


def test_nobody_is_proposed_for_a_hint_that_names_nobody_here(running: Running, back: str, chromium: Browser) -> None:
    page = chromium.new_page()
    for hint in ("inconnu", "sans-exercice", "<u>x"):  # the second is a professional, whom FranceConnect does not know
        address = running.france_connect["authorization_endpoint"]
        more = {"scope": "openid identite_pivot", "acr_values": "eidas1", "login_hint": hint}
        page.goto(ask(address, "socle-patients", back, **more).url)
        assert page.get_by_role("heading", level=1).inner_text() == "Choisir une personne"
        assert page.get_by_role("heading", name="Personne proposée").count() == 0
        assert hint not in page.content()
    page.close()


def test_going_back_gives_an_error_to_the_client(running: Running, back: str, chromium: Browser) -> None:
    page = chromium.new_page()
    page.goto(_addresses(running, back)["picker, patients"])
    page.get_by_role("button", name="Annuler et revenir").click()
    page.wait_for_url(back + "?*")
    assert "error=access_denied" in page.url
    page.close()

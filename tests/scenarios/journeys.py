"""One person in front of one screen: signs in as a demo persona, and every interaction is counted (product.md §1.2).

An interaction is one click or tap, one validated entry, or one scan; signing in is not counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from tests.running import Platform

WIDE, PHONE = 1280, 360
HEIGHTS = {WIDE: 900, PHONE: 740}
DOORS = {"pro": "/connexion/pro-sante-connect", "patient": "/connexion/franceconnect"}
HOMES = {"pro": "/pro/a-traiter", "patient": "/mon-espace"}
WITHIN_S = 60
"""What must be visible « within a minute »."""


@dataclass
class Journey:
    """What one person does: `interactions` is how many gestures it took so far."""

    page: Page
    site: str
    interactions: int = 0

    def go(self, path: str) -> None:
        """The page at that address, typed: where a test starts, never a step of a journey."""
        self.page.goto(self.site + path)

    def press(self, target: Locator) -> None:
        """One click, and the page it leads to."""
        self.interactions += 1
        with self.page.expect_navigation():
            target.click()

    def tick(self, target: Locator) -> None:
        """One choice in a form."""
        self.interactions += 1
        target.check()

    def write(self, target: Locator, text: str) -> None:
        """One entry in a form that another gesture sends."""
        self.interactions += 1
        target.fill(text)

    def search(self, birth_date: str, letters: str = "") -> None:
        """« Ouvrir un dossier » of « À traiter »: the date of birth, three letters at most, Entrée. One validated entry."""
        self.interactions += 1
        self.page.get_by_label("date de naissance").fill(birth_date)
        if letters:
            self.page.get_by_label("Nom, 3 lettres au plus").fill(letters)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def link(self, name: str) -> Locator:
        """The first link of that name in the content of the page."""
        return self.page.locator("main").get_by_role("link", name=name).first

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    def seen(self, text: str) -> None:
        """The text is on the screen (spaces of French typography count as spaces)."""
        expect(self.page.locator("body")).to_contain_text(_loose(text))

    def not_seen(self, text: str) -> None:
        expect(self.page.locator("body")).not_to_contain_text(_loose(text))

    def seen_within_a_minute(self, text: str) -> None:
        """The text is on the page, read again until it is there."""
        began = monotonic()
        while not _loose(text).search(self.page.locator("main").inner_text()):
            assert monotonic() - began < WITHIN_S, f"not there after {WITHIN_S} s: {text}"
            self.page.reload()


def _loose(text: str) -> re.Pattern[str]:
    return re.compile(r"[\s\u00a0]+".join(re.escape(word) for word in text.split()))


@dataclass
class Stage:
    """Where the people of the story sign in: each once, whatever the number of their screens."""

    browser: Browser
    platform: Platform
    _signed_in: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def screen(self, persona: str, *, space: str = "pro", width: int = WIDE, scripts: bool = True) -> Iterator[Journey]:
        """A new screen of that persona of the demo, on the home of their space. `persona` is the name as its button shows it."""
        if persona not in self._signed_in:
            self._signed_in[persona] = self._sign_in(persona, space)
        with self._context(width, storage_state=self._signed_in[persona], java_script_enabled=scripts) as page:
            journey = Journey(page, self.platform.endpoints["http"])
            journey.go(HOMES[space])
            yield journey

    def _sign_in(self, persona: str, space: str) -> Any:
        site = self.platform.endpoints["http"]
        with self._context(WIDE) as page:
            page.goto(site + DOORS[space])
            with page.expect_navigation(url=re.compile(re.escape(site))):
                page.get_by_role("button", name=re.compile(re.escape(persona))).first.click()
            assert page.url.startswith(site + HOMES[space]), page.url
            return page.context.storage_state()

    @contextmanager
    def _context(self, width: int, **options: Any) -> Iterator[Page]:
        context = self.browser.new_context(
            viewport={"width": width, "height": HEIGHTS[width]}, reduced_motion="reduce", locale="fr-FR", **options
        )
        context.set_default_timeout(20_000)
        try:
            yield context.new_page()
        finally:
            context.close()

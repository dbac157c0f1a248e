"""The space of the person in a real Chromium, with the people of the demo story: axe, widths, keyboard, print."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.running import Platform

SIZES = [(width, theme) for width in (1280, 360) for theme in ("light", "dark")]
PAGES = (
    *("", "/dossier", "/dossier/documents", "/droits", "/droits/acces?depuis=tout", "/droits/professionnels"),
    *("/droits/urgence", "/droits/opposition", "/droits/opposition/fermer"),
)
DOCUMENT = re.compile(r'href="(/mon-espace/dossier/documents/[0-9a-f-]{36})"')


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def cookies(story_platform: Platform) -> dict[str, list[dict[str, str]]]:
    """The session cookies of persons of the cast, signed in through the simulated FranceConnect."""
    from tests.signing_in import browser

    found: dict[str, list[dict[str, str]]] = {}
    address = story_platform.endpoints["http"]
    for persona in ("karim-belhadri", "marguerite-puysegond", "aminata-kante", "therese-duvallois"):
        with browser(address) as opened:
            answer = opened.sign_in(persona, "franceconnect")
            assert answer.is_redirect, answer.text[:400]
            found[persona] = [
                {"name": cookie.name, "value": cookie.value or "", "url": address} for cookie in opened.http.cookies.jar
            ]
    return found


def opened(chromium: Browser, cookies: list[dict[str, str]], width: int = 1280, theme: str = "light") -> BrowserContext:
    context = chromium.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=theme,  # type: ignore[arg-type]
        reduced_motion="reduce",
    )
    context.add_cookies(cookies)  # type: ignore[arg-type]
    return context


def addresses(platform: Platform, cookies: list[dict[str, str]]) -> list[str]:
    """Every page of the space, with two documents and the page that asks before hiding one."""
    found = _documents(platform, cookies)
    return [*(f"{platform.endpoints['http']}/mon-espace{path}" for path in PAGES), found[2], found[3], f"{found[2]}/cacher"]


def in_words(platform: Platform, cookies: list[dict[str, str]]) -> str:
    """A document whose words stand in its page; others are files, and other tests deposit some."""
    shown = (one for one in _documents(platform, cookies) if 'class="sheet' in _text(one, cookies))
    return next(shown)


def _documents(platform: Platform, cookies: list[dict[str, str]]) -> list[str]:
    """Where the documents of the space are, the newest first."""
    listed = _text(f"{platform.endpoints['http']}/mon-espace/dossier/documents", cookies)
    found = [f"{platform.endpoints['http']}{path}" for path in DOCUMENT.findall(listed)]
    assert len(found) > 3
    return found


def _text(address: str, cookies: list[dict[str, str]]) -> str:
    return httpx.get(address, cookies={one["name"]: one["value"] for one in cookies}, trust_env=False).text


@pytest.mark.parametrize(("width", "theme"), SIZES)
def test_axe_finds_nothing_on_any_page(
    chromium: Browser, story_platform: Platform, cookies: dict[str, list[dict[str, str]]], width: int, theme: str
) -> None:
    context = opened(chromium, cookies["marguerite-puysegond"], width, theme)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on("console", lambda message: faults.append(message.text) if "Content Security Policy" in message.text else None)
    for address in addresses(story_platform, cookies["marguerite-puysegond"]):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200
        found = Axe().run(page).response["violations"]
        faults += [f"{address}: {rule['id']} {node['html'][:120]}" for rule in found for node in rule["nodes"]]
    context.close()
    assert faults == []


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_no_page_scrolls_sideways(
    chromium: Browser, story_platform: Platform, cookies: dict[str, list[dict[str, str]]], width: int
) -> None:
    for persona in ("karim-belhadri", "marguerite-puysegond"):
        context = opened(chromium, cookies[persona], width)
        page = context.new_page()
        wide = []
        for address in addresses(story_platform, cookies[persona]):
            page.goto(address)
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wide.append(address)
        context.close()
        assert wide == []


def test_touch_targets_of_a_phone_are_44_px(
    chromium: Browser, story_platform: Platform, cookies: dict[str, list[dict[str, str]]]
) -> None:
    context = opened(chromium, cookies["marguerite-puysegond"], 360)
    page = context.new_page()
    small = []
    for address in addresses(story_platform, cookies["marguerite-puysegond"]):
        page.goto(address)
        boxes = page.locator(".button:visible, .tabbar a:visible, .input:visible, .choice:visible, a.doc:visible")
        for index in range(boxes.count()):
            box = boxes.nth(index).bounding_box()
            if box is not None and box["height"] < 44:
                small.append((address, boxes.nth(index).inner_text()))
    context.close()
    assert small == []


def test_a_document_is_read_and_hidden_by_keyboard_alone(
    chromium: Browser, story_platform: Platform, cookies: dict[str, list[dict[str, str]]]
) -> None:
    """From home: two gestures to read a document; hiding it is one page that asks, and its undo."""
    context = opened(chromium, cookies["karim-belhadri"])
    page = context.new_page()
    page.goto(f"{story_platform.endpoints['http']}/mon-espace/dossier")
    press(page, "Mes documents (240)")
    press(page, re.compile("^Vos résultats de laboratoire"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Vos résultats de laboratoire")
    press(page, "Le cacher aux professionnels")
    press(page, "Cacher ce document")
    expect(page.get_by_role("status")).to_contain_text("Document caché aux professionnels.")
    expect(page.locator("main .chip").first).to_have_text("Caché aux professionnels")
    press(page, "Annuler")
    expect(page.get_by_role("status")).to_contain_text("de nouveau visible")
    expect(page.locator("main .chip")).to_have_count(0)
    context.close()


def press(page: Page, name: str | re.Pattern[str]) -> None:
    """Tabs to the link or button of that name and presses Enter, as somebody without a mouse does."""
    wanted = page.get_by_role("link", name=name).or_(page.get_by_role("button", name=name)).first
    handle = wanted.element_handle()
    for _ in range(400):
        page.keyboard.press("Tab")
        if page.evaluate("found => document.activeElement === found", handle):
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
    raise AssertionError(f"{name!r} cannot be reached by keyboard")


def test_printing_a_document_keeps_its_words_and_drops_the_navigation(
    chromium: Browser, story_platform: Platform, cookies: dict[str, list[dict[str, str]]]
) -> None:
    context = opened(chromium, cookies["marguerite-puysegond"])
    page = context.new_page()
    page.goto(in_words(story_platform, cookies["marguerite-puysegond"]))
    page.emulate_media(media="print")
    assert page.get_by_role("heading", level=1).is_visible()
    assert page.locator(".sheet").is_visible()
    hidden = (".bar", ".tabbar", ".foot", ".button >> nth=0", ".reader__frame")
    assert [name for name in hidden if page.locator(name).count() and page.locator(name).first.is_visible()] == []
    context.close()


def test_a_doubt_between_two_documents_stands_first_and_leads_to_both(
    chromium: Browser, story_platform: Platform, cookies: dict[str, list[dict[str, str]]]
) -> None:
    context = opened(chromium, cookies["karim-belhadri"], 360)
    page = context.new_page()
    page.goto(f"{story_platform.endpoints['http']}/mon-espace/dossier")
    doubt = page.locator(".notice--warn").first
    expect(doubt).to_contain_text("À vérifier avec votre médecin")
    expect(doubt).to_contain_text("énicilline")
    assert doubt.get_by_role("link").count() == 2
    doubt.get_by_role("link").first.click()
    expect(page.locator(".sheet")).to_contain_text("pénicilline")
    context.close()


def test_a_mother_chooses_a_space_and_always_sees_whose_it_is(
    chromium: Browser, story_platform: Platform, cookies: dict[str, list[dict[str, str]]]
) -> None:
    context = opened(chromium, cookies["aminata-kante"], 360)
    page = context.new_page()
    page.goto(f"{story_platform.endpoints['http']}/mon-espace")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Quel espace voulez-vous ouvrir")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name=re.compile("MOREL-KANTE", re.IGNORECASE)).first.click()
    whose = page.get_by_role("complementary", name="Espace consulté")
    for path in ("", "/dossier", "/dossier/documents", "/droits", "/droits/acces"):
        page.goto(f"{story_platform.endpoints['http']}/mon-espace{path}")
        expect(whose).to_contain_text("Vous consultez l’espace de")
        expect(whose).to_contain_text("vous êtes son parent")
        assert Axe().run(page).response["violations"] == []
    whose.get_by_role("link").click()
    page.get_by_role("button", name=re.compile("Aminata")).click()
    expect(whose).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bonjour Aminata")
    context.close()


def test_the_opposed_person_lands_on_their_choice(
    chromium: Browser, story_platform: Platform, cookies: dict[str, list[dict[str, str]]]
) -> None:
    context = opened(chromium, cookies["therese-duvallois"], 360)
    page = context.new_page()
    page.goto(f"{story_platform.endpoints['http']}/mon-espace")
    expect(page).to_have_url(re.compile("/mon-espace/droits/opposition$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Vous avez refusé")
    boxes = page.locator(".choices > *")
    sizes = [boxes.nth(index).bounding_box() for index in range(boxes.count())]
    assert len({(box["width"], box["height"]) for box in sizes if box}) == 1
    context.close()

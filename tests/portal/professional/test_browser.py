"""Every page of the professional space in a real Chromium, on the demo: axe, widths, print, no script error."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pypdf import PageObject, PdfReader

from tests.running import Platform

SIZES = [(width, theme) for width in (1280, 360) for theme in ("light", "dark")]
CLAIRE = "claire-novarel"
KARIM, MARGUERITE, AHMED_JULY, THERESE, NOBODY = "04/11/1987", "15/03/1957", "14/07/1961", "08/09/1960", "01/01/1901"
NAMES = re.compile(r"belhadri|karim|bensalem|duvallois|pénicilline|asthme|allerg", re.IGNORECASE)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def cookies(story_platform: Platform) -> list[dict[str, str]]:
    """Claire's session, signed in through the simulated Pro Santé Connect."""
    from tests.signing_in import browser

    address = story_platform.endpoints["http"]
    with browser(address) as opened:
        answer = opened.sign_in(CLAIRE)
        assert answer.is_redirect, answer.text[:400]
        return [{"name": cookie.name, "value": cookie.value or "", "url": address} for cookie in opened.http.cookies.jar]


@pytest.fixture(scope="module")
def pages(story_platform: Platform, cookies: list[dict[str, str]]) -> dict[str, str]:
    """Each page by its name, from a journey made once without scripts: the records of P2 and P7 are open for Claire."""
    from tests.signing_in import browser, fields

    with browser(story_platform.endpoints["http"]) as opened:
        for cookie in cookies:
            opened.http.cookies.set(cookie["name"], cookie["value"], domain="127.0.0.1", path="/")

        def search(day: str) -> tuple[str, str]:
            """The results and the first person found."""
            results = opened.post("/pro/patients/recherche", {"birth_date": day}).headers["Location"]
            found = re.search(r'href="(/pro/patients/[0-9a-f-]{36})/ouvrir"', opened.get(results).text)
            return results, found[1] if found else ""

        results, karim = search(KARIM)
        close, ahmed = search(AHMED_JULY)
        empty, _ = search(NOBODY)
        _, therese = search(THERESE)
        compare = re.search(r'href="(/pro/patients/comparer/[^"]+)"', opened.get(close).text)
        assert compare is not None
        _, marguerite = search(MARGUERITE)
        for record in (karim, marguerite):
            reason = opened.get(f"{record}/ouvrir")
            if reason.status_code == 200:
                opened.post(f"{record}/ouvrir", fields(reason.text, f"{record}/ouvrir") | {"purpose": "normal"})
        synthesis = opened.get(f"{karim}/synthese").text
        letter, scan = (
            re.search(rf'href="(/pro/patients/[^"]+/documents/[0-9a-f-]{{36}})">{text}<', synthesis)
            for text in ("Lire le document", "Lire l’avis contraire")
        )
        assert letter is not None
        assert scan is not None
        deposit = f"{marguerite}/documents/deposer"
        typed = fields(opened.get(deposit).text, deposit) | {"text": "Renouvellement.", "type_code": "11488-4"}
        mine = opened.post(deposit, typed).headers["Location"].partition("?")[0]
        return {
            "to do": "/pro/a-traiter",
            "patients": "/pro/patients",
            "search": "/pro/patients/recherche",
            "results": results,
            "close identities": close,
            "comparison": compare[1],
            "nobody": empty,
            "new identity": f"/pro/patients/nouveau?recherche={empty.rpartition('/')[2]}",
            "reason": f"{ahmed}/ouvrir",
            "opposed": f"{therese}/ouvrir",
            "closed door": f"{therese}/synthese",
            "synthesis": f"{karim}/synthese",
            "documents": f"{karim}/documents",
            "by type": f"{karim}/documents?par=type&type=11488-4",
            "letter": letter[1],
            "scan": scan[1],
            "mine": f"{mine}?fait=depot",
            "visibility": f"{mine}/visibilite",
            "deletion": f"{mine}/supprimer",
            "deposit": deposit,
            "accesses": f"{karim}/acces",
            "identity": f"{karim}/identite",
            "unknown": f"{karim}/documents/00000000-0000-7000-8000-000000000000",
        }


def opened(chromium: Browser, cookies: list[dict[str, str]], width: int = 1280, theme: str = "light") -> BrowserContext:
    context = chromium.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=theme,  # type: ignore[arg-type]
        reduced_motion="reduce",
        locale="fr-FR",
    )
    context.add_cookies(cookies)  # type: ignore[arg-type]
    return context


@pytest.mark.parametrize(("width", "theme"), SIZES)
def test_axe_finds_nothing_on_any_page(
    chromium: Browser, story_platform: Platform, cookies: list[dict[str, str]], pages: dict[str, str], width: int, theme: str
) -> None:
    context = opened(chromium, cookies, width, theme)
    page, axe, faults = context.new_page(), Axe(), []
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on("console", lambda message: faults.append(message.text) if "Content Security Policy" in message.text else None)
    for name, path in pages.items():
        page.goto(story_platform.endpoints["http"] + path)
        found = axe.run(page, options={"iframes": False}).response["violations"]
        faults += [f"{name}: {rule['id']} {node['html'][:120]}" for rule in found for node in rule["nodes"]]
        if NAMES.search(page.title()):
            faults.append(f"{name}: title {page.title()}")
    context.close()
    assert faults == []


def test_no_page_scrolls_sideways_from_320_px_on(
    chromium: Browser, story_platform: Platform, cookies: list[dict[str, str]], pages: dict[str, str]
) -> None:
    context = opened(chromium, cookies, 320)
    page, faults = context.new_page(), []
    for name, path in pages.items():
        page.goto(story_platform.endpoints["http"] + path)
        for width in (320, 768, 1024):
            page.set_viewport_size({"width": width, "height": 800})
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                faults.append(f"{name}: {width}")
    context.close()
    assert faults == []


def test_targets_of_a_phone_are_44_px(
    chromium: Browser, story_platform: Platform, cookies: list[dict[str, str]], pages: dict[str, str]
) -> None:
    context = opened(chromium, cookies, 360)
    page, small = context.new_page(), []
    for name, path in pages.items():
        page.goto(story_platform.endpoints["http"] + path)
        boxes = page.locator("main .button:visible, main .input:visible, .choice:visible, a.doc:visible, a.person:visible").all()
        small += [(name, one.inner_text()) for one in boxes if (one.bounding_box() or {"height": 0})["height"] < 44]
    context.close()
    assert small == []


@pytest.mark.parametrize("name", ["synthesis", "letter"])
def test_each_printed_page_carries_the_identity_and_no_navigation(
    chromium: Browser, story_platform: Platform, cookies: list[dict[str, str]], pages: dict[str, str], name: str
) -> None:
    context = opened(chromium, cookies)
    page = context.new_page()
    page.goto(story_platform.endpoints["http"] + pages[name])
    printed = _words(page)
    context.close()
    assert len(printed) >= 1
    for sheet in printed:
        assert "BELHADRI Karim" in sheet
        assert "04/11/1987" in sheet
        assert "1 87 11 44 109 000 38" in sheet
        for left_out in ("Déposer", "Tous les documents", "Changer de patient", "Se déconnecter"):
            assert left_out not in sheet
    assert "pénicilline" in " ".join(printed)


def _words(page: Page) -> list[str]:
    content = page.pdf(format="A4")
    sheets: list[PageObject] = list(PdfReader(BytesIO(content)).pages)
    return [" ".join(sheet.extract_text().split()) for sheet in sheets]


def test_the_document_stands_beside_its_list_on_a_wide_screen_and_alone_on_a_phone(
    chromium: Browser, story_platform: Platform, cookies: list[dict[str, str]], pages: dict[str, str]
) -> None:
    shown = {}
    for width in (1280, 360):
        context = opened(chromium, cookies, width)
        page = context.new_page()
        page.goto(story_platform.endpoints["http"] + pages["letter"])
        beside = page.get_by_role("navigation", name="Documents autour de celui-ci")
        shown[width] = (page.locator("article.reader").is_visible(), beside.is_visible())
        if width == 1280:
            assert beside.locator("[aria-current=true]").inner_text().startswith("Lettre de consultation")
            assert (beside.bounding_box() or {})["x"] < (page.locator("article.reader").bounding_box() or {})["x"]
        context.close()
    assert shown == {1280: (True, True), 360: (True, False)}

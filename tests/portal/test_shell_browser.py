"""Every page in a real browser: nothing for axe to say, no sideways scroll, keyboard, print, session warning, no script error."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pypdf import PageObject, PdfReader

from tests.portal import gallery
from tests.portal.serving import served

pytestmark = pytest.mark.usefixtures("installation")

SIZES = [(width, theme) for width in (1280, 360, 320) for theme in ("light", "dark")]


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with served("tests.portal.gallery") as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    yield opened
    opened.close()


@pytest.mark.parametrize(("width", "theme"), SIZES)
def test_axe_and_sideways_scroll(browser: Browser, site: str, width: int, theme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=theme, reduced_motion="reduce")
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on("console", lambda message: faults.append(message.text) if "Content Security Policy" in message.text else None)
    axe = Axe()
    for address in gallery.PAGES:
        page.goto(site + address)
        found = axe.run(page).response["violations"]
        faults += [f"{address}: {rule['id']} {node['html'][:120]}" for rule in found for node in rule["nodes"]]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append(f"{address}: scrolls sideways")
    context.close()
    assert faults == []


def test_the_appearance_follows_the_choice_then_the_system_and_paper_is_light(page: Page, site: str) -> None:
    """Page, text and top bar, in every mix of the system's theme and the person's choice."""
    light, dark = ["rgb(21, 32, 29)", "rgb(18, 48, 42)"], ["rgb(233, 239, 236)", "rgb(10, 31, 26)"]
    page.goto(f"{site}/galerie/dossier")
    for system in ("light", "dark"):
        for choice in ("", "light", "dark"):
            page.evaluate(
                "t => t ? document.documentElement.dataset.theme = t : delete document.documentElement.dataset.theme", choice
            )
            page.emulate_media(media="screen", color_scheme=system)
            assert _colours(page) == (light if (choice or system) == "light" else dark), (system, choice)
            page.emulate_media(media="print", color_scheme=system)
            assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light", (system, choice)
            assert _colours(page)[1] == light[1], (system, choice)


def _colours(page: Page) -> list[str]:
    shown: list[str] = page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.querySelector('.bar')).backgroundColor]"
    )
    return shown


def test_axe_sees_a_fault(page: Page, site: str) -> None:
    """The tool itself works: a field without a name is reported."""
    page.goto(f"{site}/aide")
    page.evaluate("document.querySelector('main').append(document.createElement('input'))")
    assert [rule["id"] for rule in Axe().run(page).response["violations"]] == ["label"]


def test_the_first_tab_skips_to_the_content(page: Page, site: str) -> None:
    page.goto(f"{site}/galerie/dossier")
    page.keyboard.press("Tab")
    link = page.locator(":focus")
    assert link.inner_text() == "Aller au contenu"
    assert link.bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenu"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_the_profile_menu_opens_by_keyboard_and_closes_on_escape(page: Page, site: str) -> None:
    page.goto(f"{site}/galerie/dossier")
    page.locator("details.menu summary").focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("button", name="Verrouiller").is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_role("button", name="Verrouiller").is_visible()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_identity_is_whole_on_a_wide_screen_and_folds_on_a_phone(browser: Browser, site: str) -> None:
    wide = browser.new_page(viewport={"width": 1280, "height": 900})
    wide.goto(f"{site}/galerie/dossier")
    assert wide.locator(".patient").bounding_box()["height"] < 80
    assert wide.get_by_text("Médecin traitant").is_visible()
    phone = browser.new_page(viewport={"width": 360, "height": 740})
    phone.goto(f"{site}/galerie/dossier")
    assert not phone.get_by_text("Médecin traitant").is_visible()
    assert phone.locator(".alert-line").get_by_text("Allergie").is_visible()
    phone.locator(".patient summary").click()
    assert phone.get_by_text("Médecin traitant").is_visible()
    assert phone.locator(".patient .chip", has_text="INS qualifiée").last.is_visible()
    wide.close()
    phone.close()


def test_touch_targets_of_a_phone_are_44_px(browser: Browser, site: str) -> None:
    phone = browser.new_page(viewport={"width": 360, "height": 740})
    small = []
    for address in ("/galerie/dossier", "/galerie/etats", "/galerie/espace", "/galerie/connexion"):
        phone.goto(site + address)
        boxes = phone.locator(
            ".button:visible, .tabbar a:visible, .bar__tools > *:visible, .input:visible, .choice:visible, "
            ".foot a:visible, a.chip:visible, main summary:visible, .evidence footer a:visible"
        )
        small += [
            (address, boxes.nth(i).inner_text()) for i in range(boxes.count()) if boxes.nth(i).bounding_box()["height"] < 44
        ]
    phone.close()
    assert small == []


def test_printing_keeps_identity_and_drops_navigation(page: Page, site: str) -> None:
    page.goto(f"{site}/galerie/dossier")
    page.emulate_media(media="print")
    assert page.locator(".patient__name").is_visible()
    assert page.get_by_text("Médecin traitant").is_visible()
    hidden = (".bar", ".local-nav", ".foot", ".button >> nth=0", ".filters")
    assert [name for name in hidden if page.locator(name).first.is_visible()] == []
    page.goto(f"{site}/galerie/referents")
    assert page.get_by_text("01 99 00 93 00".replace(" ", "\xa0")).is_visible()


def test_identity_stands_at_the_foot_of_each_printed_sheet_and_covers_nothing(page: Page, site: str) -> None:
    page.goto(f"{site}/galerie/dossier")
    page.evaluate("""() => { for (let n = 0; n < 200; n++) {
        const line = document.createElement("p"); line.textContent = `Ligne ${n}`; document.querySelector("main").append(line);
    } }""")
    sheets = [_heights(sheet) for sheet in PdfReader(BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages]
    assert len(sheets) > 4
    for heights in sheets:
        identity = [heights[text] for text in ("BELHADRI Karim", "Allergie\xa0: pénicilline")]
        lines = [height for text, height in heights.items() if text.startswith("Ligne")]
        assert max(identity) < min([*lines, 900])
    read = [text for heights in sheets for text in heights if text.startswith("Ligne")]
    assert read == [f"Ligne {n}" for n in range(200)]


def _heights(sheet: PageObject) -> dict[str, float]:
    """Each text of a printed sheet with its height above the foot, in points."""
    heights: dict[str, float] = {}

    def visit(text: str, cm: list[float], tm: list[float], font: object, size: float) -> None:
        if text.strip():
            heights[text.strip()] = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]

    sheet.extract_text(visitor_text=visit)
    return heights


def test_the_session_warns_and_is_extended_in_one_gesture(page: Page, site: str) -> None:
    page.clock.install()
    page.goto(f"{site}/galerie/session/300")
    warning = page.get_by_role("alert").filter(has_text="session se verrouille")
    expect(warning).to_be_hidden()
    page.clock.run_for(181_000)
    assert warning.is_visible()
    with page.expect_response(lambda answer: answer.url.endswith("/connexion/extend")):
        page.get_by_role("button", name="Prolonger la session").click()
    warning.wait_for(state="hidden")
    page.clock.run_for(700_000)
    expect(warning).to_be_hidden()
    page.clock.run_for(81_000)
    assert warning.is_visible()


def test_a_lock_veils_the_page_and_keeps_what_was_typed(page: Page, site: str) -> None:
    page.clock.install()
    page.goto(f"{site}/galerie/session/300")
    page.get_by_label("Commentaire").fill("Texte en cours")
    page.clock.run_for(301_000)
    assert page.get_by_role("heading", name="Session verrouillée").is_visible()
    assert not page.get_by_label("Commentaire").is_visible()
    page.get_by_role("button", name="Prolonger la session").click()
    page.get_by_label("Commentaire").wait_for(state="visible")
    assert page.get_by_label("Commentaire").input_value() == "Texte en cours"


def test_a_lock_veils_the_page_when_only_a_list_was_changed(page: Page, site: str) -> None:
    page.clock.install()
    page.goto(f"{site}/galerie/session/300")
    page.evaluate("""() => {
      const list = document.createElement("select");
      list.id = "liste-d-essai";
      list.append(new Option("A"), new Option("B"));
      document.querySelector("main").append(list);
    }""")
    page.locator("#liste-d-essai").select_option("B")
    page.clock.run_for(301_000)
    assert page.get_by_role("heading", name="Session verrouillée").is_visible()


def test_a_lock_without_typed_text_leaves_the_page(page: Page, site: str) -> None:
    page.clock.install()
    page.goto(f"{site}/galerie/session/300")
    with page.expect_navigation():
        page.clock.run_for(301_000)


def test_everything_is_there_without_javascript(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{site}/galerie/etats?vide=1")
    assert page.get_by_role("button", name="Ouvrir le dossier").is_visible()
    page.get_by_role("link", name="Choisissez un motif d’ouverture").click()
    assert page.url.endswith("#id_motif_0")
    assert not page.locator("[data-print]").first.is_visible()
    page.goto(f"{site}/apparence")
    page.get_by_label("Sombres").check()
    page.get_by_role("button", name="Garder ce choix").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    context.close()


def test_each_error_link_leads_to_its_field(page: Page, site: str) -> None:
    page.goto(f"{site}/galerie/etats?vide=1")
    links = page.locator(".error-summary a")
    assert links.count() == 4
    for index in range(4):
        target = links.nth(index).get_attribute("href")
        field = page.locator(target)
        assert (target, field.count()) == (target, 1)
        links.nth(index).click()
        assert page.evaluate("document.activeElement.id") == target.removeprefix("#")


def test_an_error_is_tied_to_its_input(page: Page, site: str) -> None:
    page.goto(f"{site}/galerie/etats?vide=1")
    field = page.locator("#id_naissance")
    assert field.get_attribute("aria-invalid") == "true"
    described = field.get_attribute("aria-describedby").split()
    texts = [page.locator(f"#{name}").inner_text() for name in described]
    assert texts == ["Sous la forme 04/11/1987", "Indiquez la date de naissance"]


def test_the_next_rows_replace_the_list_and_take_focus(page: Page, site: str) -> None:
    page.goto(f"{site}/galerie/suite")
    page.get_by_role("link", name="Afficher la suite").click()
    expect(page.get_by_role("heading", name="Suite du bilan")).to_be_focused()
    assert page.locator("h1").inner_text() == "Documents"
    assert page.url.endswith("apres=x")


def test_a_refused_fragment_becomes_the_refusal_page(page: Page, site: str) -> None:
    page.goto(f"{site}/galerie/suite")
    page.get_by_role("link", name="Ouvrir un document refusé").click()
    expect(page.get_by_role("heading", name="Cette action ne vous est pas ouverte")).to_be_focused()
    assert page.locator("main").count() == 1
    assert page.get_by_text("Votre profession ne donne pas accès").is_visible()


def test_a_fragment_says_what_was_done(page: Page, site: str) -> None:
    page.goto(f"{site}/galerie/suite")
    page.get_by_role("link", name="Marquer traité").click()
    page.get_by_role("heading", name="Bilan traité").wait_for()
    assert page.get_by_role("status").inner_text().strip() == "Élément traité."

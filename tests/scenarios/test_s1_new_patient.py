"""S1 — Nouveau patient (soins non programmés, nouveau médecin traitant).

Claire NOVAREL, généraliste, voit pour la première fois Karim BELHADRI, qui arrive de Nantes avec 240 documents. Une lettre de
2019 dit qu’il est allergique à la pénicilline ; une fiche de 2021 dit le contraire. Elle doit le savoir avant qu’il soit assis.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.scenarios.journeys import PHONE, WIDE, Journey, Stage

CLAIRE, SAMUEL, YASMINA = "Claire NOVAREL", "Samuel ETCHEGARD", "Yasmina COURTELAIN"
KARIM, SYLVIE, MARGUERITE, OKOMBI = "04/11/1987", "21/05/1968", "15/03/1957", "17/02/1952"
AHMED_JULY, THERESE = "14/07/1961", "08/09/1960"
ALL_DOCUMENTS = re.compile(r"^\d+ documents$")
REASON = "Patient inconscient, amené par les pompiers"
NO_AUTHORISATION = "Vous n’avez pas d’autorisation pour lire ce dossier."
OPPOSED = "Cette personne s’est opposée à la création de son espace."
HEALTH_WORDS = re.compile(r"allerg|pénicil|asthme|urgence|diab|synthèse médicale", re.IGNORECASE)


def to_the_reason(journey: Journey, birth_date: str) -> None:
    """À traiter → la personne choisie: two interactions, whatever comes next."""
    journey.search(birth_date)
    journey.press(journey.page.locator("a.person").first)


def to_the_synthesis(journey: Journey, birth_date: str) -> None:
    """À traiter → Synthèse, « Prise en charge, patient informé »."""
    to_the_reason(journey, birth_date)
    if journey.page.url.endswith("/ouvrir"):
        expect(journey.page.get_by_label("Prise en charge, patient informé")).to_be_checked()
        journey.press(journey.button("Ouvrir"))
    assert journey.heading() == "Synthèse"


@pytest.mark.parametrize(("persona", "width"), [(CLAIRE, WIDE), (SAMUEL, PHONE)])
def test_the_buried_allergy_comes_first_with_its_quotation_and_both_documents(stage: Stage, persona: str, width: int) -> None:
    """En 3 interactions au plus depuis « À traiter » : la synthèse, et d’abord l’allergie, sa citation et ce qui la contredit."""
    with stage.screen(persona, width=width) as journey:
        assert journey.page.evaluate("document.activeElement.name") == "birth_date"
        to_the_synthesis(journey, KARIM)
        assert journey.interactions <= 3
        first = journey.page.locator("main .notice--alert").first
        expect(first.get_by_role("heading")).to_have_text(re.compile(r"Allergie\W+pénicilline, œdème de Quincke en 2012"))
        expect(first.locator("mark")).to_contain_text("allergie connue à la pénicilline (œdème de Quincke en 2012)")
        expect(first).to_contain_text("Absente des données structurées.")
        expect(first).to_contain_text(re.compile(r"3\s+mai\s+2021 indique le contraire"))
        for section in ("Problèmes actifs", "Traitements en cours", "Résultats anormaux", "Derniers séjours", "Vaccins"):
            expect(journey.page.get_by_role("heading", name=section)).to_be_visible()
        journey.seen("Directives anticipées : non renseigné")
        synthesis = journey.page.url
        journey.press(first.get_by_role("link", name="Lire le document"))
        expect(journey.page.locator(".sheet")).to_contain_text("allergie connue à la pénicilline")
        journey.go(synthesis.removeprefix(journey.site))
        journey.press(journey.page.locator(".notice--alert").first.get_by_role("link", name="Lire l’avis contraire"))
        assert journey.heading() == "Fiche de liaison — dentaire — Rezé"
        assert not HEALTH_WORDS.search(journey.page.title() + journey.page.url)
        assert "BELHADRI" not in journey.page.title()


@pytest.mark.parametrize(("persona", "width"), [(CLAIRE, WIDE), (SAMUEL, PHONE)])
def test_a_named_report_is_found_in_two_more_interactions(stage: Stage, persona: str, width: int) -> None:
    """« Le compte rendu opératoire de la hernie », puis « l’échographie rénale » : 2 interactions de plus au plus."""
    with stage.screen(persona, width=width) as journey:
        to_the_synthesis(journey, KARIM)
        synthesis = journey.page.url.removeprefix(journey.site)
        for title in ("Compte rendu opératoire — hernie inguinale", "Échographie rénale"):
            journey.go(synthesis)
            journey.interactions = 0
            in_synthesis = journey.page.locator("main li").filter(has_text=title).get_by_role("link").filter(visible=True)
            if in_synthesis.count():
                journey.press(in_synthesis.first)
            else:
                journey.press(journey.page.get_by_role("link", name=ALL_DOCUMENTS))
                journey.press(journey.link(title))
            assert journey.interactions <= 2
            assert journey.heading().startswith(title)


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_in_emergency_the_reason_opens_the_record_and_the_person_is_told(stage: Stage, width: int) -> None:
    """Deux interactions de plus : « Urgence » et le motif. Un bandeau reste ; la personne est prévenue ; fermer referme tout."""
    with stage.screen(YASMINA, width=width) as journey:
        to_the_reason(journey, KARIM)
        record = journey.page.url.removesuffix("/ouvrir").removeprefix(journey.site)
        journey.tick(journey.page.get_by_role("radio", name="Urgence"))
        journey.write(journey.page.get_by_label("Motif de l’urgence"), f"{REASON}, {width}")
        journey.press(journey.button("Ouvrir"))
        assert journey.interactions <= 3 + 2
        journey.seen("Allergie : pénicilline, œdème de Quincke en 2012")
        banner = journey.page.get_by_label("Accès exceptionnel")
        for page in ("synthese", "documents", "acces"):
            journey.go(f"{record}/{page}")
            expect(banner).to_contain_text("Accès en urgence.")
        with stage.screen("Karim BELHADRI", space="patient", width=width) as patient:
            patient.go("/mon-espace/droits/acces")
            patient.seen_within_a_minute(f"Motif : {REASON}, {width}")
            patient.seen_within_a_minute("Yasmina COURTELAIN a ouvert votre dossier en urgence")
        journey.press(journey.button("Fermer l’accès"))
        journey.go(f"{record}/synthese")
        journey.seen(NO_AUTHORISATION)


def test_in_emergency_a_short_reason_is_refused_and_nothing_is_shown(stage: Stage) -> None:
    """Un motif de moins de 10 caractères : le dossier reste fermé, la page dit quoi écrire."""
    with stage.screen(YASMINA) as journey:
        to_the_reason(journey, KARIM)
        expect(journey.page.get_by_label("Motif de l’urgence")).to_be_hidden()
        journey.tick(journey.page.get_by_role("radio", name="Urgence"))
        journey.write(journey.page.get_by_label("Motif de l’urgence"), "Malaise")
        journey.press(journey.button("Ouvrir"))
        journey.seen("Indiquez le motif en 10 caractères au moins.")
        expect(journey.page.get_by_role("radio", name="Urgence")).to_be_checked()
        journey.not_seen("pénicilline")


def test_whoever_is_blocked_reads_the_very_page_of_whoever_has_no_authorisation(stage: Stage) -> None:
    """Sylvie bloque Samuel : son écran ne dit rien de plus que celui de Yasmina, qui n’a jamais ouvert ce dossier."""
    with stage.screen(SAMUEL) as blocked, stage.screen(YASMINA) as stranger:
        to_the_synthesis(blocked, SYLVIE)
        record = blocked.page.url.removeprefix(blocked.site)
        with stage.screen("Sylvie TRANOIS", space="patient") as patient:
            patient.go("/mon-espace/droits/professionnels")
            patient.press(patient.page.get_by_role("link", name=re.compile(f"Bloquer.*{SAMUEL}")))
            patient.press(patient.button("Bloquer cette personne"))
            blocked.go(record)
            stranger.go(record)
            expect(blocked.page.locator("main")).to_contain_text(NO_AUTHORISATION)
            assert blocked.page.locator("main").inner_html() == stranger.page.locator("main").inner_html()
            blocked.press(blocked.link("Ouvrir le dossier"))
            blocked.tick(blocked.page.get_by_role("radio", name="Urgence"))
            blocked.write(blocked.page.get_by_label("Motif de l’urgence"), REASON)
            blocked.press(blocked.button("Ouvrir"))
            blocked.seen(NO_AUTHORISATION)
            patient.go("/mon-espace/droits/professionnels")
            patient.press(patient.page.get_by_role("link", name=re.compile(f"Débloquer.*{SAMUEL}")))
            patient.press(patient.page.locator("main").get_by_role("button"))
        blocked.go(record)
        blocked.press(blocked.link("Ouvrir le dossier"))
        blocked.press(blocked.button("Ouvrir"))
        assert blocked.heading() == "Synthèse"  # the block is lifted: the care is stated again before anything is read


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_an_opposed_person_has_no_record_to_open_nor_to_feed(stage: Stage, width: int) -> None:
    """Thérèse DUVALLOIS s’est opposée : ni lecture ni dépôt, et la page dit de remettre le document en main propre."""
    with stage.screen(CLAIRE, width=width) as journey:
        to_the_reason(journey, THERESE)
        journey.seen(OPPOSED)
        expect(journey.button("Ouvrir")).to_have_count(0)
        record = journey.page.url.removesuffix("/ouvrir").removeprefix(journey.site)
        for page in ("synthese", "documents/deposer"):
            journey.go(f"{record}/{page}")
            journey.seen(OPPOSED)
            if page == "documents/deposer":
                journey.seen("Vous pouvez lui remettre le document en main propre.")
            expect(journey.page.locator("input[type=file]")).to_have_count(0)


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_two_people_of_one_name_are_shown_together_and_compared(stage: Stage, width: int) -> None:
    """Ahmed BENSALEM du 14 juillet et celui du 17 avril : un avertissement, deux dates entières, la comparaison, puis le bon."""
    with stage.screen(CLAIRE, width=width) as journey:
        journey.search(AHMED_JULY, "BEN")
        journey.seen("Deux dossiers proches : comparez avant d’ouvrir.")
        people = journey.page.locator("a.person")
        assert sorted(people.locator(".person__birth").all_inner_texts()) == [AHMED_JULY, "17/04/1961"]
        expect(people.first.locator("mark")).to_have_text("BEN")
        journey.press(journey.link("Comparer les deux identités"))
        differing = journey.page.get_by_role("row").filter(has_text="Différent").get_by_role("rowheader")
        assert differing.all_inner_texts() == ["Prénoms de naissance", "Date de naissance", "Lieu de naissance", "Matricule INS"]
        journey.press(journey.link(f"Ouvrir le dossier de BENSALEM Ahmed, {AHMED_JULY}"))
        expect(journey.page.get_by_label("Identité du patient")).to_contain_text(AHMED_JULY)
        expect(journey.page.get_by_label("Identité du patient")).not_to_contain_text("17/04/1961")


def test_the_same_journey_without_javascript(stage: Stage) -> None:
    """Sans script : chercher, ouvrir, lire la synthèse et le document, déposer un texte."""
    with stage.screen(YASMINA, scripts=False) as journey:
        to_the_synthesis(journey, MARGUERITE)
        assert journey.interactions <= 3
        journey.press(journey.page.locator(".fact__source a").first)
        expect(journey.page.locator("article.reader")).to_be_visible()
        journey.go(re.sub(r"/documents/.*", "/documents/deposer", journey.page.url).removeprefix(journey.site))
        journey.page.get_by_text("ou écrire un texte").click()
        journey.page.get_by_label("Texte", exact=True).fill("Lésion bénigne. Contrôle dans un an.")
        journey.page.get_by_label("Type").select_option(label="Compte rendu de consultation")
        journey.press(journey.page.get_by_role("button", name=re.compile("Déposer dans le dossier de PUYSEGOND")))
        journey.seen("Document déposé.")
        expect(journey.page.locator(".sheet")).to_contain_text("Lésion bénigne.")


def test_the_same_journey_by_keyboard_only(stage: Stage) -> None:
    """Au clavier seul : la date et Entrée, la personne et Entrée, « Ouvrir » et Entrée ; puis la tabulation mène au document."""
    with stage.screen(SAMUEL) as journey:
        keyboard = journey.page.keyboard
        expect(journey.page.locator("input:focus")).to_be_visible()
        keyboard.type(OKOMBI)
        for _ in range(3):
            expect(journey.page.locator("main :focus")).to_be_visible()  # the browser focuses just after it has shown the page
            with journey.page.expect_navigation():
                keyboard.press("Enter")
            if journey.page.url.endswith("/synthese"):
                break
        assert journey.heading() == "Synthèse"
        keyboard.press("Tab")
        assert journey.page.locator(":focus").inner_text() == "Aller au contenu"
        keyboard.press("Enter")
        for _ in range(40):
            keyboard.press("Tab")
            if journey.page.locator(".fact__source a:focus").count():
                break
        with journey.page.expect_navigation():
            keyboard.press("Enter")
        expect(journey.page.locator("article.reader")).to_be_visible()

"""The administration on the running platform: referents merge, a controller reviews, a supervisor revives; none reads records."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from socle import clock
from socle.base.access.actor import Actor, Kind, Purpose
from socle.base.identity.actions import statuses
from socle.record.actions import openings
from tests import minting
from tests.base.access.test_supervision import REASON, administrator, dead
from tests.base.identity import people
from tests.portal.patient.test_pages import decide, seen, words
from tests.running import Platform
from tests.signing_in import Browser, fields, session_for

pytestmark = pytest.mark.usefixtures("platform")
Visit = Callable[[Actor], Browser]
REFERENT = "identity-referent"


def twins() -> tuple[str, str, date]:
    """Two identities of one person, the second without INS, alone of their birth date as far as we know."""
    born = date(1900 + clock.now().microsecond % 90, 1 + clock.now().microsecond % 12, 1 + clock.now().microsecond % 28)
    name = f"JUMEAU{chr(65 + clock.now().microsecond % 26)}"
    kept = minting.patient(birth_date=born, birth_name=name)
    merged = minting.patient(birth_date=born, birth_name=name, status="provisional", matricule=None, oid=None)
    return str(kept.id), str(merged.id), born


def test_a_merge_is_asked_by_one_confirmed_by_another_and_undone_by_two(visit: Visit) -> None:
    kept, merged, born = twins()
    first, second = visit(administrator(REFERENT)), visit(administrator(REFERENT))
    search = "/gestion/identites/recherche"
    form = fields(first.get(search).text, search)
    found = first.post(search, form | {"birth_date": f"{born:%d/%m/%Y}", "name_start": "JUM", "given_start": ""})
    assert re.fullmatch(rf"{search}/[0-9a-f-]{{36}}", found.headers["Location"])
    listed = first.get(found.headers["Location"])
    assert kept in listed.text
    assert merged in listed.text
    compare = f"/gestion/identites/comparer?garder={kept}&fusionner={merged}"
    page = first.get(compare)
    assert "Aucun trait strict ne diffère." in seen(page)
    asked = first.post(compare, fields(page.text, compare.replace("&", "&amp;")) | {"reason": "Même personne, pièce vue"})
    assert asked.headers["Location"] == "/gestion/identites?fait=demande"
    mine, theirs = first.get("/gestion/identites").text, second.get("/gestion/identites").text
    (merge,) = set(re.findall(r"/gestion/identites/fusions/([0-9a-f-]{36})/refuser", mine)) & set(
        re.findall(r"/gestion/identites/fusions/([0-9a-f-]{36})/confirmer", theirs)
    )
    refused = first.post(f"/gestion/identites/fusions/{merge}/confirmer", {})
    assert refused.status_code == 403
    assert "Une autre personne que celle qui a fait la demande" in words(refused)
    assert decide(second, f"/gestion/identites/fusions/{merge}/confirmer").headers["Location"].endswith("fait=fusion")
    assert "Les deux identités sont fusionnées." in seen(second.get("/gestion/identites?fait=fusion"))
    undo = f"/gestion/identites/fusions/{merge}/annuler"
    first.post(undo, fields(first.get(undo).text, undo) | {"reason": "Erreur, deux personnes"})
    assert decide(second, f"/gestion/identites/fusions/{merge}/confirmer-annulation").status_code == 302
    assert merge not in second.get("/gestion/identites").text


def test_a_doubt_is_listed_and_lifted_with_a_reason(visit: Visit) -> None:
    patient = minting.patient(birth_name=f"DOUTE{chr(65 + clock.now().microsecond % 26)}")
    statuses.put_in_doubt(actor=people.referent(), patient_id=patient.id, version=1, reason="Traits incohérents")
    browser = visit(administrator(REFERENT))
    address = f"/gestion/identites/{patient.id}/doute"
    assert address in browser.get("/gestion/identites").text
    form = fields(browser.get(address).text, address)
    assert "à corriger" in words(browser.post(address, form | {"reason": " "}))
    assert browser.post(address, form | {"reason": "Pièce vérifiée"}).headers["Location"].endswith("fait=doute")
    assert address not in browser.get("/gestion/identites").text


def test_an_urgent_access_is_reviewed_and_the_person_reads_the_conclusion(visit: Visit) -> None:
    patient, doctor = minting.patient(), minting.doctor()
    with clock.as_of(clock.now() - timedelta(hours=3)):  # the list starts with the oldest, and other tests leave many
        opened = openings.open_urgently(actor=doctor, patient_id=patient.id, purpose=Purpose.EMERGENCY, reason=REASON)
    browser = visit(administrator("access-control"))
    listed = browser.get("/gestion/acces-exceptionnels")
    assert doctor.name in seen(listed)
    assert str(patient.id) not in listed.text
    address = f"/gestion/acces-exceptionnels/{opened.id}"
    page = browser.get(address)
    assert REASON in seen(page)
    form = fields(page.text, address)
    assert "à corriger" in words(browser.post(address, {"situation": form["situation"]}))
    browser.post(address, form | {"conclusion": "justified"})
    assert address not in browser.get("/gestion/acces-exceptionnels").text
    assert address in browser.get("/gestion/acces-exceptionnels?voir=tous").text
    journal = seen(visit(minting.holder(patient.id)).get("/mon-espace/droits/acces"))
    assert "Sacha ESSAI a contrôlé un accès en urgence." in journal
    assert "Motif : Accès justifié" in journal


def test_what_died_is_shown_without_a_name_and_revived(visit: Visit) -> None:
    reaction = dead()
    browser = visit(administrator("supervision"))
    page = browser.get("/gestion/supervision")
    text = seen(page)
    assert "OSError at gateways:12" in text
    assert re.search(r"Sceau n° \d+", text)
    action = f"/gestion/supervision/{reaction}/relancer"
    assert browser.post(action, fields(page.text, action)).headers["Location"] == "/gestion/supervision?fait=relance"
    assert action not in browser.get("/gestion/supervision").text
    assert browser.post(action, fields(page.text, action)).status_code == 409
    assert browser.get(action).status_code == 405


def test_each_right_opens_its_page_only_and_none_opens_a_record(visit: Visit) -> None:
    patient = minting.patient()
    pages = {
        "supervision": "/gestion/supervision",
        "access-control": "/gestion/acces-exceptionnels",
        REFERENT: "/gestion/identites",
    }
    for right, own in pages.items():
        browser = visit(administrator(right))
        for path in pages.values():
            answer = browser.get(path)
            assert answer.status_code == (200 if path == own else 403), (right, path)
        shown = browser.get(own).text
        assert "/pro/" not in shown
        assert "/mon-espace" not in shown
        for clinical in (f"/pro/patients/{patient.id}/synthese", "/mon-espace"):
            assert browser.get(clinical).status_code == 403
    for stranger in (minting.doctor(situation_id=clock.new_id()), minting.holder(patient.id)):
        assert visit(stranger).get("/gestion/supervision").status_code == 403


def test_axe_finds_nothing_and_no_page_scrolls_sideways(platform: Platform) -> None:
    patient, doctor = minting.patient(birth_name="ESSAI-TRÈS-LONG DE LA TOUR"), minting.doctor()
    opened = openings.open_urgently(actor=doctor, patient_id=patient.id, purpose=Purpose.EMERGENCY, reason=REASON)
    kept, merged, _ = twins()
    statuses.put_in_doubt(actor=doctor, patient_id=minting.patient().id, version=1, reason="Traits incohérents")
    dead()
    token = session_for(administrator("supervision", "access-control", REFERENT))
    base = platform.endpoints["http"]
    paths = (
        *("/gestion/supervision", "/gestion/acces-exceptionnels", "/gestion/acces-exceptionnels?voir=tous"),
        *("/gestion/identites", "/gestion/identites/recherche", f"/gestion/acces-exceptionnels/{opened.id}"),
        f"/gestion/identites/comparer?garder={kept}&fusionner={merged}",
    )
    assert faults(base, token, paths) == []


def faults(base: str, token: str, paths: tuple[str, ...]) -> list[str]:
    """What axe finds on these pages, and which of them scroll sideways, in both themes, from a wide screen to the narrowest."""
    wrong: list[str] = []
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for width, theme in ((1280, "light"), (1280, "dark"), (360, "light"), (320, "dark")):
            context = chromium.new_context(
                viewport={"width": width, "height": 800},
                color_scheme=theme,  # type: ignore[arg-type]
                reduced_motion="reduce",
            )
            context.add_cookies([{"name": "socle-session", "value": token, "url": base}])
            page = context.new_page()
            for path in paths:
                answer = page.goto(base + path)
                assert answer is not None
                assert answer.status == 200, path
                found = Axe().run(page).response["violations"]
                wrong += [f"{path} {width}: {rule['id']} {node['html'][:120]}" for rule in found for node in rule["nodes"]]
                if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    wrong.append(f"{path} {width}: scrolls sideways")
            context.close()
        chromium.close()
    return wrong


def test_an_administrator_is_no_reader(visit: Visit) -> None:
    """Rights alone open nothing: the kind of the session does."""
    actor = Actor(kind=Kind.PATIENT, person_id=minting.patient().id, name="Camille ESSAI", rights=frozenset({"supervision"}))
    assert visit(actor).get("/gestion/supervision").status_code == 403

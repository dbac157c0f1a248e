"""The professional space without scripts, on the running platform: what each page lets do, and refuses beside."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest

from socle import clock
from socle.base.access.actor import system
from socle.formats.cda.values import Code
from socle.formats.cda.writer import write_unstructured
from socle.record import incoming
from socle.record.actions import deposits, labels, openings
from socle.record.incoming import MASKED, Claims
from tests import minting
from tests.documents import headed, report
from tests.portal.professional.forms import CONSULTATION, PDF, Visit, caring, put, record, send, words
from tests.reactions import settle

pytestmark = pytest.mark.usefixtures("platform")


def test_an_original_is_a_download_that_no_browser_takes_for_a_page(visit: Visit) -> None:
    patient = minting.patient()
    content = report(patient, text="<script>alert(1)</script>")
    document = put(patient, content=content)
    browser = visit(caring(patient))
    for question in ("", "?voir=1"):
        part = browser.get(record(patient, f"documents/{document}/fichier/0{question}"))
        assert (part.status_code, part.content) == (200, content)
        assert part.headers["Content-Type"] == "application/octet-stream"
        assert part.headers["Content-Disposition"] == 'attachment; filename="document.xml"'
        assert part.headers["X-Content-Type-Options"] == "nosniff"
        assert part.headers["Cache-Control"] == "private, no-store"
        assert "sandbox" in part.headers["Content-Security-Policy"]
        assert "default-src 'none'" in part.headers["Content-Security-Policy"]
    page = browser.get(record(patient, f"documents/{document}"))
    assert "<script>alert" not in page.text
    assert "<script>alert(1)</script>" in words(page)


def test_only_a_pdf_or_an_image_shows_in_a_page_and_only_when_asked(visit: Visit) -> None:
    patient = minting.patient()
    document = put(patient, content=write_unstructured(headed(patient), "application/pdf", PDF))
    browser = visit(caring(patient))
    shown = browser.get(record(patient, f"documents/{document}/fichier/1?voir=1"))
    downloaded = browser.get(record(patient, f"documents/{document}/fichier/1"))
    assert shown.content == downloaded.content == PDF
    assert shown.headers["Content-Type"] == "application/pdf"
    dispositions = [answer.headers["Content-Disposition"].split(";")[0] for answer in (shown, downloaded)]
    assert dispositions == ["inline", "attachment"]
    assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]
    assert browser.get(record(patient, f"documents/{document}/fichier/2")).status_code == 404


def test_another_persons_document_is_not_found_under_this_persons_address(visit: Visit) -> None:
    here, there = minting.patient(), minting.patient()
    author = minting.doctor()
    mine, other = put(here, author), put(there, author)
    doctor = caring(here)
    openings.state_care(actor=doctor, patient_id=there.id)
    browser = visit(doctor)
    for path in ("{}", "{}/fichier/0", "{}/visibilite", "{}/supprimer"):
        found = [browser.get(record(here, f"documents/{path.format(one)}")).status_code for one in (mine, other)]
        assert found == [200, 404], path


def test_unknown_ids_and_what_is_masked_are_one_and_the_same_404(visit: Visit) -> None:
    patient = minting.patient()
    masked = put(patient, None, MASKED)
    browser = visit(caring(patient))
    unknown = clock.new_id()
    pages = [browser.get(record(patient, f"documents/{one}")) for one in (unknown, masked)]
    assert [page.status_code for page in pages] == [404, 404]
    assert words(pages[0]) == words(pages[1])
    listed = words(browser.get(record(patient, "documents")))
    assert "0 document" in listed
    for path in (f"/pro/patients/{unknown}/synthese", f"/pro/patients/{unknown}/ouvrir", f"/pro/patients/{unknown}/identite"):
        assert browser.get(path).status_code == 404
    assert browser.get(f"/pro/patients/recherche/{unknown}").status_code == 404


def test_a_form_made_in_another_situation_writes_nothing(visit: Visit) -> None:
    patient = minting.patient()
    doctor = caring(patient)
    browser = visit(doctor)
    path = record(patient, "documents/deposer")
    other = str(clock.new_id())
    typed = {"text": "Compte rendu.", "type_code": CONSULTATION}
    refused = send(browser, path, situation=other, **typed)
    assert refused.status_code == 409
    assert "Cette page a été ouverte dans une autre situation" in words(refused)
    assert "0 document" in words(browser.get(record(patient, "documents")))
    assert send(browser, path, **typed).status_code == 302
    assert "1 document" in words(browser.get(record(patient, "documents")))
    for form in (record(patient, "identite"), record(patient, "ouvrir")):
        assert browser.post(form, {"situation": other, "geste": "homonyme", "purpose": "normal"}).status_code == 409
    assert "Homonyme" not in words(browser.get(record(patient, "identite")))


def test_a_second_record_says_that_another_one_was_open(visit: Visit) -> None:
    first, second = minting.patient(), minting.patient()
    doctor = caring(first)
    openings.state_care(actor=doctor, patient_id=second.id)
    browser = visit(doctor)
    assert "Vous étiez sur un autre dossier" not in words(browser.get(record(first)))
    there = browser.get(record(second))
    assert "Vous étiez sur un autre dossier" in words(there)
    assert record(first) in there.text
    assert "Vous étiez sur un autre dossier" not in words(browser.get(record(second, "documents")))


def test_without_authorisation_the_page_leads_to_the_reason_and_nothing_of_the_record_shows(visit: Visit) -> None:
    patient = minting.patient()
    document = put(patient)
    browser = visit(minting.doctor())
    for path in (
        "synthese",
        "documents",
        f"documents/{document}",
        f"documents/{document}/fichier/0",
        "acces",
        "documents/deposer",
    ):
        closed = browser.get(record(patient, path))
        assert closed.status_code == 403, path
        assert "Vous n’avez pas d’autorisation pour lire ce dossier." in words(closed)
        assert record(patient, "ouvrir") in closed.text
        assert "Toux" not in words(closed)
        assert "Allergie" not in words(closed)
        assert "Médecin traitant" not in words(closed)
    opened = send(browser, record(patient, "ouvrir"), purpose="normal")
    assert opened.headers["Location"] == record(patient)
    assert browser.get(record(patient, f"documents/{document}")).status_code == 200


def test_what_the_person_wrote_is_linked_and_its_absence_is_stated(visit: Visit) -> None:
    wrote, silent = minting.patient(), minting.patient()
    header = replace(
        headed(wrote), type=Code("EXPPAT_3", "1.2.250.1.213.1.1.4.12", "Directives anticipées"), title="Mes directives"
    )
    content = incoming.read(write_unstructured(header, "application/pdf", PDF), "text/xml", Claims())
    directives = deposits.deposit(actor=system("test"), incoming=content).id
    told = visit(caring(wrote)).get(record(wrote))
    assert f'href="{record(wrote, f"documents/{directives}")}">Mes directives</a>' in told.text
    assert "Directives anticipées : non renseigné" not in words(told)
    assert "Directives anticipées : non renseigné" in words(visit(caring(silent)).get(record(silent)))


def test_a_hidden_allergy_never_leaves_a_bold_contrary(visit: Visit) -> None:
    patient = minting.patient()
    letter = put(patient, content=report(patient, text="Allergie à l’arachide."))
    put(patient, content=report(patient, text="Soins dentaires. Pas d’allergie déclarée."))
    settle()
    doctor = caring(patient)
    browser = visit(doctor)
    assert "Arachide" in words(browser.get(record(patient)))
    labels.set_labels(actor=minting.holder(patient.id), document_id=letter, labels=frozenset({MASKED}))
    page = browser.get(record(patient))
    text = words(page)
    told = r"Un document du \d{1,2}(er)? \w+ \d{4} dit : pas d’allergie connue. Des éléments peuvent être masqués."
    assert re.search(told, text.replace("\u00a0", " ")), text
    assert "Aucune allergie connue" not in text
    assert "Arachide" not in text
    assert page.text.count('class="fact--unsure"') == 1
    assert re.search(r"<h1>Synthèse</h1>\s*<p[^>]*>.*Des éléments peuvent être masqués par la personne.</p>", page.text)
    minting.treated_by(patient.id, doctor)
    whole = words(browser.get(record(patient)))
    assert "Arachide" in whole
    assert "Des éléments peuvent être masqués" not in whole


def test_a_contradicted_allergy_quotes_who_denies_it_and_its_line_says_the_day(visit: Visit) -> None:
    told, denied = minting.patient(), minting.patient()
    for patient in (told, denied):
        put(patient, content=report(patient, text="Allergie à l’arachide."))
    put(denied, content=report(denied, text="Soins dentaires. Pas d’allergie <déclarée>."))
    settle()
    alone, against = (words(visit(caring(one)).get(record(one))).replace("\u00a0", " ") for one in (told, denied))
    assert "indique le contraire : « Pas d’allergie <déclarée> »" in against
    assert re.search(r"Contredit le \d{2}/\d{2}/\d{4}", against)
    assert "ontredit le" not in alone
    assert "indique le contraire" not in alone


def test_the_order_and_the_type_stay_in_the_links_of_the_list(visit: Visit) -> None:
    patient = minting.patient()
    author = minting.doctor()
    for text in ("Un.", "Deux."):
        put(patient, author, content=report(patient, text=text))
    browser = visit(caring(patient))
    listed = browser.get(record(patient, f"documents?par=date&type={CONSULTATION}&inconnu=1"))
    links = re.findall(r'class="doc" href="([^"]+)"', listed.text)
    assert len(links) == 2
    assert all(unescape(link).endswith(f"?par=date&type={CONSULTATION}") for link in links)
    assert "inconnu" not in "".join(links)
    reader = browser.get(unescape(links[0]))
    assert f'href="{record(patient, "documents")}?par=date&amp;type={CONSULTATION}"' in reader.text
    assert reader.text.count('aria-current="true"') == 1
    assert "Aucun document avec ces filtres" in words(browser.get(record(patient, "documents?type=34874-8")))
    for unreadable in (
        "?apres=hier_demain",
        "?apres=2020-01-01_x",
        "?depuis=-3",
        "?par=couleur",
        "?apres=2020-01-01T00:00:00_" + "0" * 32,
    ):
        assert browser.get(record(patient, f"documents{unreadable}")).status_code == 200


def test_a_visit_is_one_line_of_the_journal(visit: Visit) -> None:
    patient = minting.patient()
    document = put(patient)
    browser = visit(caring(patient))
    for _ in range(3):
        browser.get(record(patient))
    browser.get(record(patient, f"documents/{document}"))
    journal = browser.get(record(patient, "acces"))
    lines = [
        " ".join(unescape(re.sub("<[^>]+>", " ", one)).split()) for one in re.findall(r"(?s)<li>\s*<time.*?</li>", journal.text)
    ]
    assert len(lines) == 2
    assert "a consulté la synthèse du dossier (3 fois), a lu un document" in lines[0]
    assert "a déclaré prendre la personne en charge" in lines[1]


def test_titles_and_addresses_hold_no_name_and_no_health_word(visit: Visit) -> None:
    patient = minting.patient(birth_name="QUENTRIC", first_given="MAEL", given_names="MAEL")
    document = put(patient, content=report(patient, text="Diabète, dépression."))
    browser = visit(caring(patient))
    documents = f"documents/{document}"
    for path, said in (
        ("/pro/a-traiter", "À traiter"),
        ("/pro/patients", "Patients"),
        ("/pro/patients/recherche", "Chercher un patient"),
        (record(patient), "Synthèse"),
        (record(patient, "documents"), "Documents"),
        (record(patient, documents), "Document"),
        (record(patient, f"{documents}/supprimer"), "Supprimer un document"),
        (record(patient, "documents/deposer"), "Déposer un document"),
        (record(patient, "acces"), "Accès"),
        (record(patient, "identite"), "Identité"),
    ):
        page = browser.get(path)
        found = re.search(r"<title>(.*?)</title>", page.text)
        assert found is not None, path
        assert found[1].startswith(f"{said}"), path
        assert not re.search(r"quentric|mael|diab|dépress", found[1] + path, re.IGNORECASE)
        assert page.headers["Cache-Control"] == "no-store"

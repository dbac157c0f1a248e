"""The professional space without scripts, on the running platform: what each page lets do, and refuses beside."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html import unescape
from uuid import UUID

import httpx
import pytest

from socle import clock
from socle.base.access.actor import Actor, system
from socle.base.identity.models import Patient
from socle.formats.cda.values import Code
from socle.formats.cda.writer import write_unstructured
from socle.record import incoming
from socle.record.actions import deposits, openings
from socle.record.incoming import MASKED, Claims
from tests import minting
from tests.documents import headed, report
from tests.signing_in import Browser, fields, title

pytestmark = pytest.mark.usefixtures("platform")
Visit = Callable[[Actor], Browser]
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n"
)
CERTIFICATE, CONSULTATION = "89601-9", "11488-4"


def caring(patient: Patient, **changes: object) -> Actor:
    """A doctor whom the person lets read."""
    actor = minting.doctor(**changes)
    openings.state_care(actor=actor, patient_id=patient.id)
    return actor


def put(patient: Patient, author: Actor | None = None, *hidden: str, content: bytes = b"") -> UUID:
    claims = Claims(labels=frozenset(hidden))
    bytes_ = content or report(patient)
    return deposits.deposit(actor=author or minting.doctor(), incoming=incoming.read(bytes_, "text/xml", claims)).id


def words(answer: httpx.Response) -> str:
    """What a page says, spaces made plain."""
    text = re.sub(r"(?s)<(svg|head).*?</\1>|<[^>]+>", " ", answer.text)
    return " ".join(unescape(text).split())


def record(patient: Patient, path: str = "synthese") -> str:
    return f"/pro/patients/{patient.id}/{path}"


def send(browser: Browser, path: str, file: tuple[str, bytes] | None = None, **typed: str) -> httpx.Response:
    """Reads a page with its form, fills it and sends it."""
    page = browser.get(path)
    assert page.status_code == 200, words(page)
    files = {"file": (file[0], file[1], "application/octet-stream")} if file else None
    return browser.post(path, fields(page.text, path) | typed, files=files)


# — files of documents


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


# — one record, one situation


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
        assert "ESSAI" not in words(closed).replace("Dr Alix ESSAI", "")
    opened = send(browser, record(patient, "ouvrir"), purpose="normal")
    assert opened.headers["Location"] == record(patient)
    assert browser.get(record(patient, f"documents/{document}")).status_code == 200


# — synthèse


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


# — deposit


def test_a_cda_a_pdf_and_a_text_are_deposited_from_the_page(visit: Visit) -> None:
    patient = minting.patient()
    browser = visit(caring(patient))
    path = record(patient, "documents/deposer")
    for file, typed, said in (
        (("lettre.xml", report(patient, text="Toux sèche.")), {}, "Toux sèche."),
        (("scan.pdf", PDF), {"type_code": CERTIFICATE, "title": "Certificat — sport"}, "Certificat — sport"),
        (None, {"type_code": CONSULTATION, "text": "Angine <b>virale</b>."}, "Angine <b>virale</b>."),
    ):
        deposited = send(browser, path, file, **typed)
        assert deposited.status_code == 302, words(deposited)
        page = browser.get(deposited.headers["Location"])
        assert said in words(page)
        assert "Document déposé. La personne le trouve dans son espace." in words(page)
    assert "3 documents" in words(browser.get(record(patient, "documents")))


def test_what_is_kept_until_it_is_announced_is_said_so(visit: Visit) -> None:
    patient = minting.patient()
    browser = visit(caring(patient))
    deposited = send(browser, record(patient, "documents/deposer"), type_code=CONSULTATION, text="À annoncer.", hidden="on")
    page = words(browser.get(deposited.headers["Location"]))
    assert "La personne ne le voit pas encore." in page
    assert "Non visible du patient" in page


def _wrong_key(patient: Patient) -> bytes:
    matricule = patient.matricule or ""
    return report(patient).replace(matricule.encode(), (matricule[:13] + f"{(int(matricule[13:]) + 1) % 97:02d}").encode())


def _old_model(patient: Patient) -> bytes:
    return report(patient).replace(b'<realmCode code="FR"', b'<realmCode code="XX"')


@pytest.mark.parametrize(
    ("content", "said", "todo"),
    [
        (lambda patient: report(minting.patient()), "concerne une autre personne", "Vérifiez que c’est bien le bon patient"),
        (_wrong_key, "La clé de l’INS du document est fausse", "un document dont l’INS est exact"),
        (_old_model, "pas d’un modèle accepté", "ou déposez son PDF"),
        (lambda patient: b"<ClinicalDocument/>", "n’est pas un document CDA", "déposez son PDF"),
        (lambda patient: b"<ClinicalDocument>", "n’est pas du XML bien formé", "déposez son PDF"),
    ],
)
def test_a_refused_deposit_says_what_to_do_and_leaves_nothing(
    visit: Visit, content: Callable[[Patient], bytes], said: str, todo: str
) -> None:
    patient = minting.patient()
    browser = visit(caring(patient))
    refused = send(browser, record(patient, "documents/deposer"), ("document.xml", content(patient)))
    assert refused.status_code == 422
    text = words(refused)
    assert "Un point est à corriger" in text or "points sont à corriger" in text
    assert said in text
    assert todo in text
    assert "0 document" in words(browser.get(record(patient, "documents")))


def test_what_is_missing_of_a_deposit_is_asked_in_place(visit: Visit) -> None:
    patient = minting.patient()
    browser = visit(caring(patient))
    path = record(patient, "documents/deposer")
    for file, typed, said in (
        (None, {}, "Choisissez le fichier à déposer, ou écrivez un texte."),
        (("scan.pdf", PDF), {}, "Choisissez le type du document."),
        (("scan.pdf", PDF), {"text": "Et un texte.", "type_code": CERTIFICATE}, "l’un après l’autre"),
        (("scan.pdf", b"ceci n'est pas un PDF"), {"type_code": CERTIFICATE}, "Enregistrez le document en PDF"),
        (("tableur.xls", b"x"), {"type_code": CERTIFICATE}, "Enregistrez le document en PDF"),
        (None, {"text": "x", "type_code": CERTIFICATE, "acted_on": "31/02/2026"}, "Indiquez la date en entier"),
    ):
        refused = send(browser, path, file, **typed)
        assert refused.status_code == 422, said
        assert said in words(refused)
    assert "0 document" in words(browser.get(record(patient, "documents")))


def test_the_same_document_twice_is_one(visit: Visit) -> None:
    patient = minting.patient()
    browser = visit(caring(patient))
    content = report(patient)
    path = record(patient, "documents/deposer")
    first, second = (send(browser, path, ("lettre.xml", content)).headers["Location"] for _ in range(2))
    assert first == second
    other = send(browser, path, ("lettre.xml", content.replace(b"Toux", b"Rhume")))
    assert other.status_code == 422
    assert "Un autre document porte déjà cet identifiant." in words(other)


def test_who_is_opposed_gets_the_sentence_instead_of_the_form(visit: Visit) -> None:
    patient = minting.patient()
    browser = visit(caring(patient))
    assert browser.get(record(patient, "documents/deposer")).status_code == 200
    openings.set_state(actor=system("test"), patient_id=patient.id, state="opposed")
    for path in ("documents/deposer", "synthese"):
        refused = browser.get(record(patient, path))
        assert refused.status_code == 403
        assert "s’est opposée à la création de son espace. Vous pouvez lui remettre le document en main propre." in words(refused)
    assert browser.post(record(patient, "documents/deposer"), {"text": "x", "type_code": CERTIFICATE}).status_code == 403


# — what an author may change


def test_its_author_alone_changes_who_sees_a_document_and_deletes_it(visit: Visit) -> None:
    patient = minting.patient()
    author, reader = caring(patient), caring(patient)
    document = put(patient, author)
    here = record(patient, f"documents/{document}")
    mine, theirs = visit(author), visit(reader)
    assert [f"{here}/supprimer" in one.get(here).text for one in (mine, theirs)] == [True, False]
    for gesture in ("visibilite", "supprimer"):
        refused = send(theirs, f"{here}/{gesture}", masked="on")
        assert refused.status_code == 403
        assert "Seul l’auteur du dépôt peut" in words(refused)
    assert theirs.get(here).status_code == 200
    changed = send(mine, f"{here}/visibilite", masked="on")
    page = words(mine.get(changed.headers["Location"]))
    assert "Masqué aux professionnels" in page
    assert "Visibilité enregistrée." in page
    assert theirs.get(here).status_code == 404
    assert send(mine, f"{here}/supprimer").headers["Location"] == record(patient, "documents")
    assert mine.get(here).status_code == 404


# — lists, journal, addresses


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


# — search and identity


def test_a_search_says_what_is_missing_and_leads_to_an_opaque_address(visit: Visit) -> None:
    patient = minting.patient(birth_name="ROUVRAY", birth_date=date(1931, 3, 9))
    browser = visit(minting.doctor())
    path = "/pro/patients/recherche"
    for typed, said in (
        ({}, "Indiquez d’abord la date de naissance."),
        ({"name_start": "ROU"}, "Indiquez d’abord la date de naissance."),
        ({"birth_date": "9/3/31"}, "Indiquez la date en entier, sous la forme 04/11/1987."),
        ({"birth_date": "09/03/1931", "name_start": "ROUV"}, "3 caractères"),
        ({"matricule": "123"}, "matricule"),
    ):
        refused = browser.post(path, typed)
        assert refused.status_code == 400, typed
        assert said in words(refused)
    found = browser.post(path, {"birth_date": "09/03/1931", "name_start": "rou"})
    address = found.headers["Location"]
    assert re.fullmatch(r"/pro/patients/recherche/[0-9a-f-]{36}", address)
    page = browser.get(address)
    assert f"/pro/patients/{patient.id}/ouvrir" in page.text
    assert "<mark>ROU</mark>VRAY" in page.text
    assert visit(minting.doctor()).get(address).status_code == 404


def test_an_identity_is_made_after_an_empty_search_and_follows_its_statuses(visit: Visit) -> None:
    browser = visit(minting.doctor())
    born = "30/08/1948"
    searched = browser.post("/pro/patients/recherche", {"birth_date": born})
    results = browser.get(searched.headers["Location"])
    address = re.search(r'href="(/pro/patients/nouveau\?recherche=[^"]+)"', results.text)
    assert address is not None, words(results)
    missing = send(browser, address[1], birth_name="", first_given="Henri", birth_date=born)
    assert missing.status_code == 400
    made = send(
        browser,
        address[1],
        birth_name="Castelbon",
        first_given="Henri",
        given_names="Henri",
        birth_date=born,
        sex="M",
        birthplace_cog=_birthplace("henri-castelbon"),
    )
    identity = made.headers["Location"]
    assert "Identité provisoire" in words(browser.get(identity))
    asked = send(browser, identity, geste="insi")
    told = words(asked)
    assert "Réponse du téléservice INSi" in told
    assert "Des traits diffèrent" in told
    assert "Différent" in told
    assert "INS récupérée" not in words(browser.get(identity))
    accepted = send(browser, identity, geste="insi", accepte="1")
    assert "INS récupérée" in words(browser.get(accepted.headers["Location"]))
    copied = send(browser, identity, geste="piece", kind="CN", traits_agree="on")
    assert copied.status_code == 400
    assert "Une copie ne suffit pas" in words(copied)
    checked = send(browser, identity, geste="piece", kind="CN", original="on", traits_agree="on")
    page = words(browser.get(checked.headers["Location"]))
    assert "INS qualifiée" in page
    assert "1 48 08" in page.replace("\u00a0", " ")
    doubted = send(browser, identity, **{"geste": "douter", "doute-reason": "Deux personnes au même nom."})
    after = words(browser.get(doubted.headers["Location"]))
    assert "Identité douteuse" in after
    assert "1 48 08" not in after
    assert "Lever le doute" in after


def _birthplace(persona: str) -> str:
    import json

    from tests.running import CAST

    people = json.loads(CAST.read_text("utf-8"))["people"]
    return str(next(one for one in people if one["id"] == persona)["identity"]["birthplace"])


def test_two_close_identities_are_compared_before_one_is_opened(visit: Visit) -> None:
    one = minting.patient(birth_name="LANSEVIN", first_given="ROMANE", given_names="ROMANE", birth_date=date(1958, 2, 3))
    two = minting.patient(birth_name="LANSEVIN", first_given="ROMANE", given_names="ROMANE ILDA", birth_date=date(1958, 3, 2))
    browser = visit(minting.doctor())
    compared = browser.get(f"/pro/patients/comparer/{one.id}/{two.id}")
    assert title(compared.text) == "Comparer deux identités"
    text = words(compared)
    assert "2 traits sur 6 diffèrent" in text
    assert text.count("Différent") == 3  # the two traits, and the matricules
    assert [f"/pro/patients/{found.id}/ouvrir" in compared.text for found in (one, two)] == [True, True]
    assert "03/02/1958" in text
    assert "02/03/1958" in text
    assert browser.get(f"/pro/patients/comparer/{one.id}/{clock.new_id()}").status_code == 404

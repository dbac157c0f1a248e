"""Pages as they are sent: every template renders without a hole, nothing is inline, refusals say what to do and whom to call."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.template import Template
from django.test import Client, override_settings
from django.test.signals import template_rendered
from django.test.utils import setup_test_environment, teardown_test_environment

from socle.base.directory import referents as directory
from socle.deploy import headers
from socle.portal.components import assets, refusals
from socle.portal.components.fields import DayField
from socle.portal.public import contacts
from tests.portal import gallery
from tests.portal.serving import open_to_all

pytestmark = pytest.mark.usefixtures("installation")

TEMPLATES = Path(refusals.__file__).resolve().parent.parent / "templates"
OWN = ("socle", "components", "public")


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    setup_test_environment()
    try:
        with override_settings(ROOT_URLCONF="tests.portal.gallery", MIDDLEWARE=open_to_all()):
            yield Client(raise_request_exception=False)
    finally:
        teardown_test_environment()


class Seen(HTMLParser):
    """What a strict content policy forbids, and addresses that leave the site."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "style" or "style" in names:
            self.faults.append(f"style on {tag}")
        self.faults += [f"{name} on {tag}" for name in names if name.startswith("on")]
        if tag == "script" and "src" not in names:
            self.faults.append("script without src")
        for name in ("href", "src", "action", "hx-get", "hx-post"):
            value = names.get(name) or ""
            leaves = re.match(r"(?:https?:)?//", value) and (tag != "a" or names.get("rel") != "noreferrer")
            if leaves or re.match(r"javascript:|data:", value):
                self.faults.append(f"{name}={value}")


def test_every_page_renders_and_none_holds_inline_code(client: Client) -> None:
    for address in gallery.PAGES:
        response = client.get(address)
        code = int(found[1]) if (found := re.search(r"erreur/(\d+)", address)) else None
        expected = code or {"/galerie/situation": 409, "/inconnue": 404}.get(address, 200)
        assert (address, response.status_code) == (address, expected)
        seen = Seen()
        seen.feed(response.content.decode())
        assert (address, seen.faults) == (address, [])
        assert response["Content-Security-Policy"] == headers.policy("", [])


def test_every_template_is_rendered_by_some_page(client: Client) -> None:
    rendered: set[str] = set()

    def remember(sender: object, template: Template, **kwargs: object) -> None:
        rendered.add(template.name or "")

    template_rendered.connect(remember)
    try:
        for address in gallery.PAGES:
            client.get(address)
    finally:
        template_rendered.disconnect(remember)
    existing = {path.relative_to(TEMPLATES).as_posix() for folder in OWN for path in (TEMPLATES / folder).glob("*.html")}
    assert existing - rendered == set()


def test_every_component_says_its_variables_first() -> None:
    silent = [path.name for path in (TEMPLATES / "components").glob("*.html") if not path.read_text().startswith("{# ")]
    assert silent == []


@pytest.mark.parametrize("status", [400, 403, 404, 409, 429, 500, 503])
def test_a_refusal_says_what_to_do_and_whom_to_call(client: Client, status: int) -> None:
    response = client.get(f"/galerie/erreur/{status}")
    text = response.content.decode()
    wording = refusals.WORDINGS[status]
    assert wording.title in text
    assert wording.todo in text
    assert 'href="tel:3608"' in text
    assert 'href="/referents"' in text


def test_a_refusal_shows_the_errors_own_sentence_and_who_can_grant(client: Client) -> None:
    forbidden = client.get("/galerie/erreur/403").content.decode()
    assert "Votre profession ne donne pas accès à ce type de document." in forbidden
    assert "<b>le médecin traitant</b>" in forbidden
    assert "Indiquez la date de naissance." in client.get("/galerie/erreur/400").content.decode()
    assert client.get("/galerie/erreur/503")["Retry-After"] == "7"
    assert "ZeroDivisionError" not in client.get("/galerie/erreur/500").content.decode()


def test_a_refusal_stays_in_the_layout_of_its_space(client: Client) -> None:
    inside = client.get("/pro/erreur/404").content.decode()
    outside = client.get("/galerie/erreur/404").content.decode()
    assert ('data-density="compact"' in inside, "Revenir à « À traiter »" in inside.replace("\xa0", " ")) == (True, True)
    assert ('data-density="comfortable"' in outside, "Revenir à l’accueil" in outside) == (True, True)


def test_another_tab_is_a_page_that_says_both_situations(client: Client) -> None:
    response = client.get("/galerie/situation")
    text = response.content.decode()
    assert response.status_code == 409
    assert "BELHADRI Karim, Maison de santé des Tilleuls" in text
    assert "Hôpital Les Ormes (fictif)" in text
    assert "Rien n’a été enregistré." in text


def test_a_form_without_its_token_is_refused_as_a_page(client: Client) -> None:
    with override_settings(ROOT_URLCONF="tests.portal.gallery"):
        strict = Client(enforce_csrf_checks=True)
        refused = strict.post("/apparence", {"apparence": "dark"})
        page = strict.get("/apparence").content.decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        accepted = strict.post("/apparence", {"apparence": "dark", "csrfmiddlewaretoken": token[1]})
    assert refused.status_code == 403
    assert "ouverte depuis trop longtemps" in refused.content.decode()
    assert accepted.status_code == 302


def test_appearance_is_kept_forgotten_and_returns_only_inside(client: Client) -> None:
    chosen = client.post("/apparence", {"apparence": "dark", "retour": "/aide"})
    assert (chosen["Location"], chosen.cookies["apparence"].value) == ("/aide", "dark")
    assert 'data-theme="dark"' in client.get("/aide").content.decode()
    away = client.post("/apparence", {"apparence": "", "retour": "https://ailleurs.example/"})
    assert away["Location"] == "/"
    assert "data-theme" not in client.get("/aide").content.decode()


def test_the_menu_shows_only_addresses_that_answer(client: Client) -> None:
    served = client.get("/galerie/dossier").content.decode()
    assert 'href="/pro/cercles"' in served
    assert 'href="/pro/reglages"' not in served
    assert re.search(r'href="/pro/patients" aria-current="page">Patients', served)


def test_a_matricule_is_shown_only_when_given(client: Client) -> None:
    assert "1 87 11 44 109 000 38" in client.get("/galerie/dossier").content.decode().replace("\xa0", " ")
    assert "INS <b" not in client.get("/galerie/dossier-douteux").content.decode()
    logistic = client.get("/galerie/dossier-logistique").content.decode()
    assert ("MARCHANVAL Odette" in logistic, "Médecin traitant" in logistic) == (True, False)


def test_a_static_file_is_kept_a_year_only_under_its_own_version(client: Client) -> None:
    address = assets.address("socle.css")
    exact = client.get(address)
    other = client.get("/static/socle.css?v=0")
    assert ("immutable" in exact["Cache-Control"], "immutable" in other["Cache-Control"]) == (True, False)
    assert exact.content == other.content
    assert client.get(address, headers={"If-None-Match": exact["ETag"]}).status_code == 304
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < 20_000
    assert client.get("/static/css/base.css").status_code == 404
    assert client.get("/static/../apps.py").status_code == 404


def test_a_first_visit_stays_under_250_kb(client: Client) -> None:
    names = ("socle.css", "socle.js", "vendor/htmx.min.js", "icons.svg", "favicon.svg")
    fixed = sum(len(assets.assets()[name].packed or assets.assets()[name].content) for name in names)
    font = len(assets.assets()["fonts/atkinson-hyperlegible-next-latin-wght-normal.woff2"].content)
    largest = max(len(client.get(address).content) for address in gallery.PAGES)
    print(f"fixed {fixed} B, font {font} B, largest page {largest} B unpacked")
    assert fixed + font + largest < 250_000


def test_every_symbol_used_exists(client: Client) -> None:
    sheet = assets.assets()["icons.svg"].content.decode()
    used = {
        name
        for address in gallery.PAGES
        for name in re.findall(r"icons\.svg[^\"]*#([\w-]+)", client.get(address).content.decode())
    }
    assert len(used) > 30
    assert {name for name in used if f'id="{name}"' not in sheet} == set()


def test_french_texts_hold_their_typography(client: Client) -> None:
    loose = re.compile(r"\w'\w|[\w»)] [:;!?»%](?=[\s<]|$)|« ")
    found = []
    for address in gallery.PAGES:
        text = re.sub(r"<[^>]*>", "\n", client.get(address).content.decode().replace("&#x27;", "'"))
        found += [(address, match.group()) for match in loose.finditer(text)]
    assert found == []


def test_the_demo_people_are_listed_by_door_and_only_in_a_demo(client: Client) -> None:
    demo = client.get("/connexion").content.decode()
    assert 'href="/connexion/pro-sante-connect?login_hint=claire-novarel"' in demo
    assert 'href="/connexion/franceconnect?login_hint=karim-belhadri"' in demo
    with override_settings(SOCLE_DEMO_PEOPLE=None):
        assert "login_hint" not in client.get("/connexion").content.decode()


def test_a_day_field_reads_what_people_type_and_says_how_to_mend_it() -> None:
    field = DayField()
    assert field.clean("4 novembre 1987") == date(1987, 11, 4)
    with pytest.raises(ValidationError, match="04/11/1987"):
        field.clean("4/11")
    with pytest.raises(ValidationError):
        field.clean("")
    assert DayField(required=False).clean("") is None


def test_public_pages_promise_nothing_that_does_not_exist(client: Client) -> None:
    gone = ("8 jours", "code imprimé", "dans Réglages", "Qui a consulté", "demander pourquoi", "message non parti", "annuaire")
    for address in ("/aide", "/donnees-personnelles", "/statut"):
        text = client.get(address).content.decode().replace("\xa0", " ")
        assert [(address, promise) for promise in gone if promise in text] == []
    assert "« Qui a lu mon dossier »" in client.get("/aide").content.decode().replace("\xa0", " ")


def test_the_home_page_marks_what_is_to_come(client: Client) -> None:
    text = client.get("/").content.decode()
    assert text.count('<span class="chip">À venir</span>') == 6
    assert text.index("Cette version sert la première") < text.index('<ol class="situations')
    assert "socle réunit" not in text


def test_the_national_number_carries_no_date_that_nobody_verified(client: Client) -> None:
    national = contacts.shown(directory.NATIONAL)
    assert (national.verified_on, national.to_check) == (None, False)
    never = contacts.shown(replace(directory.NATIONAL, id=UUID(int=1)))
    assert (never.verified_on, never.to_check) == (None, True)


def test_the_national_number_is_one_row(client: Client) -> None:
    beside = "questions des professionnels. Appel gratuit."
    assert beside in client.get("/referents").content.decode()
    listed = client.get("/referents?departement=93").content.decode()
    assert (beside in listed) is ("<table" not in listed)


def test_the_foot_names_help_and_referents_apart_and_says_the_state_of_the_audit(client: Client) -> None:
    text = client.get("/accessibilite").content.decode().replace("\xa0", " ")
    assert '<a href="/aide">Aide</a>' in text
    assert '<a href="/referents">Référents</a>' in text
    assert "Aide et référents" not in text
    assert "Accessibilité : non conforme (non auditée)" in text
    assert "Non conforme (non auditée)." in text

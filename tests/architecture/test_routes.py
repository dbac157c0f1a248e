"""No page of a space answers without a session, and no form is taken without its token: swept over every address."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.test import Client

from socle.portal.components.refusals import space_of
from tests.architecture.addresses import Route, routes

SPACES = ("/pro", "/mon-espace", "/gestion")
PUBLIC = {
    "",
    "accessibilite",
    "aide",
    "apparence",
    "connexion",
    "connexion/cles",
    "connexion/cles/demande",
    "connexion/cles/preuve",
    "connexion/cles/preuve/demande",
    "connexion/compte",
    "connexion/deverrouiller",
    "connexion/franceconnect",
    "connexion/franceconnect/retour",
    "connexion/pro-sante-connect",
    "connexion/pro-sante-connect/retour",
    "connexion/invitation/<str:token>",
    "connexion/prolonger",
    "connexion/quitter",
    "connexion/reprise/<uuid:form_id>",
    "connexion/situation",
    "connexion/verrouiller",
    "donnees-personnelles",
    "referents",
    "static/<path:name>",
    "statut",
}
"""What anybody may ask for. An address outside the spaces enters here on purpose."""


def private() -> list[Route]:
    found = [route for route in routes() if space_of(route.path) != "public"]
    assert {space_of(route.path) for route in found} >= {"professional", "patient", "administration"}
    return found


@pytest.fixture
def visitor() -> Client:
    """A browser without session; Django's own request handling with every middleware, forms' tokens checked."""
    return Client(enforce_csrf_checks=True, SERVER_NAME="127.0.0.1")


def test_every_address_is_in_a_space_or_listed_as_public() -> None:
    outside = {route.template for route in routes()} - {route.template for route in private()}
    assert outside == PUBLIC, outside ^ PUBLIC
    for route in private():
        assert route.path.startswith(SPACES)


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete"])
def test_a_visitor_is_sent_to_sign_in_from_every_page_of_a_space(visitor: Client, method: str) -> None:
    for route in private():
        response = getattr(visitor, method)(route.path)
        assert response.status_code in ((302,) if method in {"get", "head", "options"} else (302, 403)), (
            f"{method} {route.template}"
        )
        if response.status_code == 302:
            assert urlsplit(response["Location"]).path == "/connexion", f"{method} {route.template}"
            assert response.content == b""


def test_a_fragment_asked_by_a_visitor_makes_the_whole_page_load_again(visitor: Client) -> None:
    for route in private():
        response = visitor.get(route.path, headers={"HX-Request": "true"})
        assert (response.status_code, response["HX-Refresh"], response.content) == (204, "true", b""), route.template


def test_no_address_takes_a_form_without_its_token(visitor: Client) -> None:
    for route in routes():
        assert visitor.post(route.path, {"situation": "x"}).status_code == 403, route.template


def test_a_form_with_its_token_but_without_session_writes_nothing_and_leads_to_sign_in(visitor: Client) -> None:
    visitor.get("/apparence")
    token = visitor.cookies["socle-csrf"].value
    for route in private():
        response = visitor.post(route.path, {"csrfmiddlewaretoken": token})
        assert response.status_code == 302, route.template
        assert urlsplit(response["Location"]).path == "/connexion", route.template


def test_an_address_that_does_not_exist_is_hidden_like_the_others(visitor: Client) -> None:
    """A visitor does not learn which pages a space has: what Django cannot resolve is a 404 that names nothing."""
    for space in SPACES:
        response = visitor.get(f"{space}/cette-page-n-existe-pas")
        assert response.status_code in (302, 404)

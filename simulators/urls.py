"""Every address of the simulators. Paths come from each service's own table."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from simulators.franceconnect import FranceConnect
from simulators.insi.views import PATH, Teleservice
from simulators.installation import current
from simulators.oidc.endpoints import BackChannel
from simulators.oidc.provider import Provider
from simulators.oidc.service import Service
from simulators.oidc.views import FrontChannel
from simulators.prosanteconnect import ProSanteConnect


def _health(request: HttpRequest) -> HttpResponse:
    """200 when the files of the folder can be used."""
    current().people.read()
    current().clients.read()
    return HttpResponse("ok\n", content_type="text/plain")


def _provider(service: Service) -> list[URLPattern]:
    provider = Provider(service, current())
    front, back, paths = FrontChannel(provider), BackChannel(provider), service.paths
    views: list[tuple[str, Callable[[HttpRequest], HttpResponse]]] = [
        (paths.authorize, front.authorize),
        (paths.pick, front.pick),
        (paths.logout, front.logout),
        (paths.token, back.token),
        (paths.userinfo, back.userinfo),
        (paths.jwks, back.jwks),
        (paths.introspection, back.introspection),
        *((address, back.discovery) for address in paths.discovery),
    ]
    return [path(address.removeprefix("/"), view) for address, view in views if address]


urlpatterns = [
    path("healthz", _health),
    *_provider(ProSanteConnect()),
    *_provider(FranceConnect()),
    path(PATH.removeprefix("/"), Teleservice(current())),
]

"""The back channel: discovery, keys, token, userinfo, introspection. JSON in and out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from simulators.clients import Client
from simulators.oidc import client_authentication
from simulators.oidc.errors import TokenError
from simulators.oidc.provider import Provider


def _answers(handle: Callable[[Any, HttpRequest], HttpResponse]) -> Callable[[Any, HttpRequest], HttpResponse]:
    """A TokenError becomes the JSON that its standard tells; nothing is kept by caches."""

    def wrapped(self: Any, request: HttpRequest) -> HttpResponse:
        try:
            response = handle(self, request)
        except TokenError as error:
            response = JsonResponse({"error": error.error, "error_description": error.description}, status=error.status)
            if error.status == 401:
                scheme = "Bearer" if error.error == "invalid_token" else "Basic"
                response["WWW-Authenticate"] = f'{scheme} realm="simulateur", error="{error.error}"'
        response["Cache-Control"] = "no-store"
        return response

    return wrapped


class BackChannel:
    """The views of one provider."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    def discovery(self, request: HttpRequest) -> HttpResponse:
        return JsonResponse(self._provider.discovery())

    def jwks(self, request: HttpRequest) -> HttpResponse:
        return JsonResponse(self._provider.installation.keys.jwks())

    @_answers
    def token(self, request: HttpRequest) -> HttpResponse:
        client = self._client(request)
        grant_type = request.POST.get("grant_type", "")
        name = self._provider.service.name
        if grant_type == "authorization_code":
            form = {field: request.POST.get(field, "") for field in ("code", "redirect_uri", "code_verifier")}
            authorization = self._provider.grants.take_code(
                form["code"], name, client.client_id, form["redirect_uri"], form["code_verifier"]
            )
        elif grant_type == "refresh_token" and self._provider.service.refreshes:
            authorization = self._provider.grants.refreshed(request.POST.get("refresh_token", ""), name, client.client_id)
        else:
            raise TokenError("unsupported_grant_type", "Unsupported grant_type")
        return JsonResponse(self._provider.tokens(client, authorization))

    @_answers
    def userinfo(self, request: HttpRequest) -> HttpResponse:
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise TokenError("invalid_token", "A bearer token is needed", 401)
        token, person = self._provider.read_access_token(text.strip())
        client = self._provider.clients.find(token.authorization.client_id, self._provider.service.name)
        signed = self._provider.service.userinfo_always_signed or (client is not None and client.signed_userinfo)
        if signed or request.headers.get("Accept", "").startswith("application/jwt"):
            return HttpResponse(self._provider.signed_userinfo(token, person), content_type="application/jwt")
        return JsonResponse(self._provider.userinfo(token, person))

    @_answers
    def introspection(self, request: HttpRequest) -> HttpResponse:
        self._client(request)
        return JsonResponse(self._provider.introspect(request.POST.get("token", "")))

    def _client(self, request: HttpRequest) -> Client:
        if request.method != "POST":
            raise TokenError("invalid_request", "POST is needed", 405)
        provider = self._provider
        audiences = {provider.issuer, provider.url(provider.service.paths.token), request.build_absolute_uri(request.path)}
        return client_authentication.authenticate(request, provider.service, provider.clients, provider.grants, audiences)

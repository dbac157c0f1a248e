"""The front channel: authorization, picker, sign-out. Requests in, pages and redirections out."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict

from simulators.clients import Client
from simulators.oidc import authorization
from simulators.oidc.authorization import AuthorizationRequest
from simulators.oidc.errors import Refused, Unusable
from simulators.oidc.grants import Authorization, SignIn, now_s
from simulators.oidc.provider import Provider
from simulators.oidc.service import Group
from simulators.pages import page


class FrontChannel:
    """The views of one provider."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._service = provider.service
        self._cookie = provider.service.name + "-session"

    def authorize(self, request: HttpRequest) -> HttpResponse:
        parameters = request.POST if request.method == "POST" else request.GET
        try:
            asked, client = authorization.read(parameters, self._service, self._provider.clients)
            sign_in = self._usable_sign_in(request, asked)
            if sign_in is not None:
                return self._grant(asked, client, sign_in)
            if asked.prompt == "none":
                raise Refused("login_required", "Nobody is signed in", asked.redirect_uri, asked.state)
        except Unusable as error:
            return self._unusable(request, error)
        except Refused as error:
            return self._refuse(error)
        return self._picker(request, asked, client)

    def pick(self, request: HttpRequest) -> HttpResponse:
        """The picker's form: who, or nobody (« Annuler »)."""
        try:
            asked = authorization.unseal(request.POST.get("demande", ""), self._service)
            client = self._provider.clients.find(asked.client_id, self._service.name)
            if client is None or asked.redirect_uri not in client.redirect_uris:
                raise Unusable("Ce service n’est plus inscrit auprès du simulateur.")
            if "renoncer" in request.POST:
                raise Refused("access_denied", "User auth aborted", asked.redirect_uri, asked.state)
            person = self._provider.pickable(request.POST.get("personne", ""), asked.acr)
            if person is None:
                raise Unusable("Cette personne n’est pas dans la liste.")
        except Unusable as error:
            return self._unusable(request, error)
        except Refused as error:
            return self._refuse(error)
        sign_in = self._provider.new_sign_in(person, asked.acr)
        response = self._grant(asked, client, sign_in)
        self._keep(response, sign_in)
        return response

    def logout(self, request: HttpRequest) -> HttpResponse:
        """RP-initiated logout. With an id_token of ours: ends that session and returns to an address registered by its client.
        Without: asks first, since anybody can make a browser come here (OpenID Connect RP-Initiated Logout §2)."""
        parameters = request.POST if request.method == "POST" else request.GET
        told = self._provider.sign_in_of(parameters.get("id_token_hint", ""))
        present = self._read_cookie(request)
        if told is None and present is not None and not (request.method == "POST" and "confirmer" in request.POST):
            return page(request, "confirm_sign_out.html", self._texts())
        address = self._address_after_logout(parameters, told[1]) if told else ""
        ended = {sign_in for sign_in in (told and told[0], present and present.id) if sign_in}
        for sign_in in ended:
            self._provider.grants.end_sign_in(sign_in, now_s() + self._service.session_s)
        response = HttpResponseRedirect(address) if address else page(request, "signed_out.html", self._texts())
        response.delete_cookie(self._cookie, path=self._cookie_path, samesite="Lax")
        return response

    def _address_after_logout(self, parameters: QueryDict, client_id: str) -> str:
        client = self._provider.clients.find(client_id, self._service.name)
        address = parameters.get("post_logout_redirect_uri", "")
        if client is None or address not in client.post_logout_redirect_uris:
            return ""
        state = parameters.get("state")
        return _with_query(address, {"state": state}) if state else address

    def _picker(self, request: HttpRequest, asked: AuthorizationRequest, client: Client) -> HttpResponse:
        proposed = self._provider.pickable(asked.hint, asked.acr)
        groups = self._service.groups(self._provider.people, asked.acr)
        context = self._texts() | {
            "client": client.name,
            "proposed": proposed,
            "groups": [Group(one.heading, [person for person in one.people if person != proposed]) for one in groups],
            "sealed": authorization.seal(asked, self._service),
            "action": self._service.paths.pick,
        }
        return page(request, "picker.html", context, leads_to=asked.redirect_uri)

    def _grant(self, asked: AuthorizationRequest, client: Client, sign_in: SignIn) -> HttpResponse:
        """Back to the client with a code."""
        granted = Authorization(
            id=f"{sign_in.id}/{now_s()}/{asked.state}",
            service=self._service.name,
            client_id=client.client_id,
            scopes=tuple(asked.scopes),
            nonce=asked.nonce,
            acr=asked.acr,
            sign_in=sign_in,
        )
        code = self._provider.grants.give_code(granted, asked.redirect_uri, asked.challenge, client.lifetimes)
        answer = {"state": asked.state, "session_state": sign_in.id, "iss": self._provider.issuer, "code": code}
        return _redirect(asked.redirect_uri, answer)

    def _refuse(self, error: Refused) -> HttpResponse:
        answer = {"error": error.error, "error_description": error.description, "iss": self._provider.issuer}
        if error.state:
            answer["state"] = error.state
        return _redirect(error.redirect_uri, answer)

    def _unusable(self, request: HttpRequest, error: Unusable) -> HttpResponse:
        return page(request, "refused.html", self._texts() | {"sentence": error.sentence}, status=400)

    def _texts(self) -> dict[str, Any]:
        return {"wording": self._service.wording}

    @property
    def _cookie_path(self) -> str:
        return "/" + self._service.paths.authorize.split("/")[1] + "/"

    def _keep(self, response: HttpResponse, sign_in: SignIn) -> None:
        value = [sign_in.id, sign_in.person_id, sign_in.acr, sign_in.at_s, sign_in.until_s]
        response.set_cookie(
            self._cookie,
            signing.dumps(value, salt=self._cookie),
            max_age=self._service.session_s,
            path=self._cookie_path,
            httponly=True,
            samesite="Lax",
        )

    def _read_cookie(self, request: HttpRequest) -> SignIn | None:
        try:
            value = signing.loads(request.COOKIES.get(self._cookie, ""), salt=self._cookie)
        except signing.BadSignature:
            return None
        sign_in = SignIn(*value)
        live = sign_in.until_s > now_s() and not self._provider.grants.is_ended(sign_in.id)
        return sign_in if live else None

    def _usable_sign_in(self, request: HttpRequest, asked: AuthorizationRequest) -> SignIn | None:
        """The session of this browser, when it is enough for what is asked, and of no other person than the one expected."""
        sign_in = self._read_cookie(request)
        if sign_in is None or asked.prompt == "login" or self._provider.pickable(sign_in.person_id, asked.acr) is None:
            return None
        if asked.hint != sign_in.person_id and self._provider.pickable(asked.hint, asked.acr) is not None:
            return None
        levels = list(self._service.levels)
        strong = sign_in.acr in levels and levels.index(sign_in.acr) >= levels.index(asked.acr)
        recent = asked.max_age_s is None or now_s() - sign_in.at_s < asked.max_age_s
        return sign_in if strong and recent else None


def _redirect(address: str, parameters: dict[str, str]) -> HttpResponse:
    response = HttpResponseRedirect(_with_query(address, parameters), status=303)
    response["Cache-Control"] = "no-store"
    return response


def _with_query(address: str, parameters: dict[str, str]) -> str:
    parts = urlsplit(address)
    query = "&".join(part for part in (parts.query, urlencode(parameters)) if part)
    return urlunsplit(parts._replace(query=query))

"""The address of the teleservice. The caller proves itself by HTTP Basic in place of an IGC-Santé certificate: an id and a secret
of `clients.json`, service `insi`."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse

from simulators.clients import INSI
from simulators.insi import operations, soap
from simulators.insi.register import Register
from simulators.installation import Installation
from simulators.oidc.client_authentication import read_basic

PATH = "/insi/ServiceIdentiteCertifiee"


class Teleservice:
    """The view."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return HttpResponse(status=405, headers={"Allow": "POST"})
        client_id, secret = read_basic(request.headers.get("Authorization", ""))
        client = self._installation.clients.read().find(client_id, INSI)
        if client is None or not client.secret_is(secret):
            return HttpResponse(status=401, headers={"WWW-Authenticate": 'Basic realm="INSi"'})
        try:
            content, status = self._answer(request), 200
        except soap.Fault as fault:
            content, status = soap.fault_envelope(fault), fault.status
        return HttpResponse(content, status=status, content_type=soap.CONTENT_TYPE)

    def _answer(self, request: HttpRequest) -> bytes:
        if request.content_type != "application/soap+xml":
            raise soap.malformed("Le type application/soap+xml est attendu.")
        try:
            body = request.body
        except RequestDataTooBig as error:
            raise soap.malformed("Le message est trop long.") from error
        return operations.answer(soap.read(body), Register(self._installation.people.read()))

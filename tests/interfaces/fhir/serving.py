"""The FHIR wire on a real socket, for actors that tests mint: each gets a real token of the platform."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import httpx
from django.conf import settings

from socle import clock
from socle.base.access.actor import Actor, Channel
from socle.base.access.doors import sql_allowed
from socle.base.signin import rules
from socle.base.signin.actions import tokens
from socle.base.signin.models import SoftwareClient
from socle.interfaces.fhir.wsgi import application


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 512


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is written: failures show in the answers."""


class Wire:
    """A server that runs, and the software whose tokens open it."""

    def __init__(self, address: str) -> None:
        self.address = address
        with sql_allowed("tests"):
            self._software = SoftwareClient.objects.create(
                client_id=f"tests-{secrets.token_hex(4)}",
                name="Logiciel d’essai",
                jwks={"keys": []},
                structure_id=clock.new_id(),
                structure_name="Structure d’essai",
            ).id

    def token(self, actor: Actor) -> str:
        """A token with the scopes of the actor; all of them when it has none of its own."""
        token = secrets.token_urlsafe(32)
        actor = replace(actor, rights=actor.rights or rules.SCOPES)
        tokens.grant(actor=actor.by(Channel.FHIR), token=token, software_id=self._software, scopes=actor.rights)
        return token

    def client(self, actor: Actor | None) -> httpx.Client:
        """A client that calls as this actor (None: without a token); addresses are relative to the base."""
        headers = {"Accept": "application/fhir+json", "Content-Type": "application/fhir+json"}
        if actor is not None:
            headers["Authorization"] = f"Bearer {self.token(actor)}"
        return httpx.Client(base_url=f"{self.address}/fhir/", headers=headers, timeout=60, trust_env=False)


@contextmanager
def serve() -> Iterator[Wire]:
    """The application of the wire, one thread a request."""
    server = _Server(("127.0.0.1", 0), _Quiet)
    address = f"http://127.0.0.1:{server.server_port}"
    server.set_app(application)
    public, settings.SOCLE_PUBLIC_URL = settings.SOCLE_PUBLIC_URL, address
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Wire(address)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        settings.SOCLE_PUBLIC_URL = public

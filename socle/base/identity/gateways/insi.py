"""Ask the INSi teleservice for the INS of a person by their traits. Called before a door, never inside one.

Source: RNIV 2.0 §4.4.3 and EXI SI 26 (first without the place of birth; other first names one by one; 02 adds the place).
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from django.conf import settings

from socle import clock
from socle.base.identity.gateways import insi_messages
from socle.base.identity.gateways.insi_messages import FOUND, NOBODY, SEVERAL, SILENT, Answer, Asked, Caller
from socle.base.terminology.places import UNKNOWN_PLACE
from socle.errors import Unavailable

CONTENT_TYPE = "application/soap+xml; charset=utf-8"
LONGEST_ANSWER = 256 * 1024
"""Bytes; an answer has about two thousand."""
NAMES = 3
"""Given names that are tried, with three calls each at most."""


@dataclass(frozen=True, slots=True)
class Service:
    """Where the teleservice is, and how this installation proves itself: a certificate of the IGC-Santé, or a name and secret."""

    url: str
    client_id: str = ""
    secret: str = field(default="", repr=False)
    certificate: str = ""
    """Path of a PEM file that holds certificate and key; empty when the secret is used."""
    authorities: str = ""
    """Path of the authorities trusted for the service; empty: those of the system."""
    idam: str = ""
    timeout_s: float = 10.0

    @classmethod
    def configured(cls) -> Service:
        """That of the settings, else the one that the simulators of a demonstration announce. Unavailable `insi-absent` when
        there is none."""
        told = settings.SOCLE_INSI
        if told["url"]:
            return cls(told["url"], told["client_id"], told["secret"], told["certificate"], told["authorities"], told["idam"])
        found = _simulated(settings.SOCLE_SIMULATORS) if settings.SOCLE_SIMULATORS is not None else None
        if found is None:
            raise Unavailable("insi-absent", "Le téléservice INSi n’est pas configuré sur cette installation.")
        return found


def _simulated(folder: Path) -> Service | None:
    try:
        address = json.loads((folder / "endpoints.json").read_bytes())["insi"]
        clients = json.loads((folder / "clients.json").read_bytes())["clients"]
    except (OSError, ValueError, KeyError):
        return None
    for client in clients:
        if client["service"] == "insi":
            return Service(address, client["client_id"], client["secret"])
    return None


def search(asked: Asked, *, sender: str, service: Service | None = None) -> Answer:
    """The answer of the teleservice to these traits, after at most nine calls. Nothing local changes (EXI SI 27).

    `sender` is the national id of who asks. Invalid `insi-characters`, `name-…`, `sex` when the teleservice cannot take a trait,
    without a call; Unavailable for every failure: no answer, refusal, fault, unreadable or too long an answer."""
    ready = insi_messages.checked(asked)
    where = service or Service.configured()
    caller = Caller(sender, where.idam or "0", "1", "socle", "socle")
    try:
        with _client(where) as http:
            return _search(ready, lambda given, place: _call(http, where, ready, given, place, caller))
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        raise Unavailable("insi", SILENT) from None


def _search(asked: Asked, call: Callable[[tuple[str, ...], str], Answer]) -> Answer:
    """Each given name alone, without the place; when several persons answer, with the place, then with all given names. When no
    call finds one person: several if any found several, else nobody."""
    place = "" if asked.birthplace_cog == UNKNOWN_PLACE else asked.birthplace_cog
    code = NOBODY
    for name in tuple(dict.fromkeys(asked.given_names))[:NAMES]:
        answer = call((name,), "")
        if answer.code == SEVERAL and place:
            answer = call((name,), place)
        if answer.code == SEVERAL and len(asked.given_names) > 1:
            answer = call(asked.given_names, place)
        if answer.code == FOUND:
            return answer
        code = SEVERAL if answer.code == SEVERAL else code
    return Answer(code)


def _client(service: Service) -> httpx.Client:
    context = ssl.create_default_context(cafile=service.authorities or None)
    if service.certificate:
        context.load_cert_chain(service.certificate)
    auth = httpx.BasicAuth(service.client_id, service.secret) if service.client_id else None
    return httpx.Client(auth=auth, verify=context, timeout=service.timeout_s, follow_redirects=False, trust_env=False)


def _call(
    http: httpx.Client, service: Service, asked: Asked, given: tuple[str, ...], birthplace_cog: str, caller: Caller
) -> Answer:
    content = insi_messages.search(asked, given, birthplace_cog, caller, str(clock.new_id()), clock.now())
    received = bytearray()
    with http.stream("POST", service.url, content=content, headers={"Content-Type": CONTENT_TYPE}) as response:
        if response.status_code not in (200, 400, 500):
            raise Unavailable("insi", SILENT)
        for part in response.iter_bytes():
            received += part
            if len(received) > LONGEST_ANSWER:
                raise Unavailable("insi-reponse", insi_messages.UNREADABLE)
        status = response.status_code
    answer = insi_messages.answer(bytes(received))
    if status != 200:
        raise Unavailable("insi-reponse", insi_messages.UNREADABLE)
    return answer

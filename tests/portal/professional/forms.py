"""What the tests of the professional pages share: who reads, what is deposited, what a page says, how a form is sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from uuid import UUID

import httpx

from socle.base.access.actor import Actor
from socle.base.identity.models import Patient
from socle.record import incoming
from socle.record.actions import deposits, openings
from socle.record.incoming import Claims
from tests import minting
from tests.documents import report
from tests.signing_in import Browser, fields

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

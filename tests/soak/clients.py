"""Clients that deposit without end through FHIR, and send each document again until the platform says that it has it."""

from __future__ import annotations

import hashlib
import random
import threading
import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import httpx

from socle.base.identity.models import Patient
from socle.formats import cda
from socle.formats.cda.values import Code
from socle.formats.cda.writer import Measure, Report, measured, write_report
from socle.formats.cda.writer.sections import LOINC, REASON
from socle.record.extraction import facts_of
from tests import documents
from tests.formats.cda_writer.samples import ASTHMA
from tests.interfaces.fhir import samples
from tests.minting import doctor

RETRY_S = 0.1
GIVE_UP_S = 120.0
LARGE = 100_000
"""Bytes: beyond the limit of the vault's rows, so that the content is a file."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A document that the platform said it has."""

    id: str
    patient: str
    unique_id: str
    sha256: str
    media: str
    facts: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Sent:
    resource: dict[str, Any]
    content: bytes
    unique_id: str
    facts: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Clients:
    """`acknowledged` and `refused` grow while they run; `stop()` waits until nothing that was sent is without an answer."""

    address: str
    token: str
    people: list[Patient]
    seed: int
    count: int = 4
    acknowledged: list[Acknowledged] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _pool: ThreadPoolExecutor = field(default_factory=ThreadPoolExecutor)
    _running: list[Future[None]] = field(default_factory=list)

    def start(self) -> None:
        self._running = [self._pool.submit(self._deposit, number) for number in range(self.count)]

    def check(self) -> None:
        """Fails when a client was refused, or ended of itself."""
        assert self.refused == []
        for one in self._running:
            if one.done():
                one.result()

    def stop(self) -> None:
        self._stopping.set()
        self._pool.shutdown()
        self.check()

    def _deposit(self, number: int) -> None:
        chance = random.Random(self.seed * 100 + number)
        series: list[tuple[Patient, str, int]] = []
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/fhir+json"}
        with httpx.Client(headers=headers, timeout=20, trust_env=False) as http:
            while not self._stopping.is_set() and not self.refused:
                patient = chance.choice(self.people)
                kind = chance.random()
                if kind < 0.15:
                    self._publish(http, patient, _text(patient, chance, LARGE))
                elif kind < 0.3:
                    self._publish(http, patient, _text(patient, chance, 300))
                elif kind < 0.45:
                    self._publish_lot(http, patient, [_part(patient, chance) for _ in range(3)])
                elif kind < 0.7 and series:
                    place = chance.randrange(len(series))
                    whose, set_id, version = series[place]
                    self._publish(http, whose, _report(whose, chance, set_id, version + 1))
                    series[place] = whose, set_id, version + 1
                else:
                    set_id = str(uuid.UUID(int=chance.getrandbits(128), version=4))
                    self._publish(http, patient, _report(patient, chance, set_id, 1))
                    series.append((patient, set_id, 1))

    def _publish(self, http: httpx.Client, patient: Patient, sent: _Sent) -> None:
        answer = self._until_answered(http, "/DocumentReference", sent.resource)
        if answer is not None:
            self._keep(patient, sent, answer.json()["id"])

    def _publish_lot(self, http: httpx.Client, patient: Patient, parts: list[_Sent]) -> None:
        answer = self._until_answered(http, "", _lot(patient, parts))
        if answer is None:
            return
        places = [entry["response"]["location"].split("/fhir/")[1].split("/_history")[0] for entry in answer.json()["entry"]]
        for place, sent in zip((one for one in places if one.startswith("DocumentReference/")), parts, strict=True):
            self._keep(patient, sent, place.split("/")[1])

    def _until_answered(self, http: httpx.Client, path: str, resource: dict[str, Any]) -> httpx.Response | None:
        """The same request, again and again while the platform is away or says so; None when it refuses."""
        waited = 0.0
        while True:
            try:
                answer = http.post(self.address + path, json=resource)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code in (200, 201):
                return answer
            told = "" if answer is None else f"{answer.status_code} {answer.text[:300]}"
            if (answer is not None and answer.status_code < 500) or waited > GIVE_UP_S:
                with self._lock:
                    self.refused.append(told or "no answer")
                return None
            threading.Event().wait(RETRY_S)
            waited += RETRY_S

    def _keep(self, patient: Patient, sent: _Sent, id_: str) -> None:
        media = "text/xml" if sent.facts else "text/plain"
        digest = hashlib.sha256(sent.content).hexdigest()
        one = Acknowledged(id_, str(patient.id), sent.unique_id, digest, media, sent.facts)
        with self._lock:
            self.acknowledged.append(one)


def _text(patient: Patient, chance: random.Random, size: int) -> _Sent:
    content = f"Compte rendu {chance.getrandbits(64):x}. ".encode() + b"x" * size
    unique_id = samples.urn()
    return _Sent(samples.published(patient, doctor(), content=content, unique_id=unique_id), content, unique_id)


def _report(patient: Patient, chance: random.Random, set_id: str, version: int) -> _Sent:
    """A consultation report with a measure and a problem."""
    weight = Measure(
        label="Poids",
        code=Code("29463-7", LOINC, "Poids corporel"),
        value=measured(f"{chance.randrange(400, 990) / 10}", "kg"),
    )
    body = Report(words=((REASON, "Suivi."),), measures=(weight,), problems=(ASTHMA,))
    header = documents.headed(patient, set_id=set_id, version=version)
    content = write_report(replace(header, parents=()), body)
    document = cda.parse(content)
    facts = [(one.kind, one.label) for one in facts_of(document, datetime.now(UTC), ())]
    assert facts, "this document is about facts"
    resource = samples.published(patient, doctor(), content=content, media="text/xml")
    attachment = {key: value for key, value in resource["content"][0]["attachment"].items() if key != "title"}
    bare = {
        "resourceType": "DocumentReference",
        "status": "current",
        "subject": resource["subject"],
        "content": [{"attachment": attachment}],
    }
    return _Sent(bare, content, document.header.unique_id, facts)


def _part(patient: Patient, chance: random.Random) -> _Sent:
    content = f"Pièce {chance.getrandbits(64):x}.".encode()
    unique_id = samples.urn()
    return _Sent(samples.comprehensive(patient, doctor(), samples.urn(), content, unique_id=unique_id), content, unique_id)


def _lot(patient: Patient, parts: list[_Sent]) -> dict[str, Any]:
    from tests.interfaces.fhir.test_transactions import binary, bundle, entry, submission_set

    items = [samples.urn() for _ in parts]
    entries = [entry(samples.urn(), submission_set(patient, doctor(), items))]
    for item, one in zip(items, parts, strict=True):
        url = one.resource["content"][0]["attachment"]["url"]
        entries += [entry(item, one.resource), entry(url, binary(one.content))]
    return bundle(entries)

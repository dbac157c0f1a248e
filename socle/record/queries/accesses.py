"""The access journal of a record, in lines that a lay person reads. Nobody learns of a document from the line of its deposit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from socle.base.access.actor import Actor, Kind
from socle.base.access.doors import door, note
from socle.base.audit import reading
from socle.errors import NotFound
from socle.record import visible
from socle.record.chart import Chart, Header, header_of, open_chart

PAGE = 50
ABSENT = NotFound.default_code
"""The code of a try to open what is absent or hidden. Whoever tried does not read that line of the record: it would tell that
what they tried is there, and whose it is. The person and their médecin traitant do."""


@dataclass(frozen=True, slots=True)
class About:
    """A document that a line is about and that its reader sees."""

    id: UUID
    title: str
    type_code: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One line: who (empty: the platform), in what role and place, did what, when, why, by which way; about which documents."""

    id: UUID
    at: datetime
    who: str
    role: str
    structure: str
    structure_id: UUID | None
    person_id: UUID | None
    by_holder: bool
    what: str
    """Code of the sentence: `synthese`, `documents`, `document`, `depot`, `etiquettes`, `autorisation`, `blocage`, `urgence`…"""
    refused: bool
    purpose: str
    reason: str
    channel: str
    titles: tuple[str, ...]
    count: int
    about: tuple[About, ...]


@dataclass(frozen=True, slots=True)
class AccessPage:
    """The page « Qui a consulté »."""

    header: Header
    lines: tuple[Line, ...]
    next_before: UUID | None


WHAT = {
    "record.queries.synthesis.page": "synthese",
    "record.queries.documents.page": "documents",
    "record.queries.documents.read": "document",
    "record.queries.documents.beside": "document",
    "record.queries.documents.content": "document",
    "record.queries.entrance.header": "identite",
    "record.queries.wire.search": "documents",
    "record.queries.wire.read": "document",
    "record.queries.wire.read_version": "document",
    "record.queries.wire.changing": "document",
    "record.queries.lots.search": "documents",
    "record.queries.lots.read": "documents",
    "record.queries.traces.of_record": "journal",
    "record.queries.traces.read": "journal",
    "record.actions.deposits._deposit": "depot",
    "record.actions.deposits._deposit_lot": "depot",
    "record.actions.labels.set_labels": "etiquettes",
    "record.actions.labels.set_archived": "archivage",
    "record.actions.labels.delete": "suppression",
    "record.actions.openings.state_care": "autorisation",
    "record.actions.openings.open_urgently": "urgence",
    "record.actions.openings.block": "blocage",
    "access.actions.authorisations.state_care": "autorisation",
    "access.actions.authorisations.block": "blocage",
    "access.actions.authorisations.unblock": "deblocage",
    "access.actions.emergencies.open_urgently": "urgence",
    "access.actions.emergencies.review": "controle",
    "access.actions.openings.set_state": "etat",
    "access.actions.choices.set_urgent_access": "choix",
    "access.actions.choices.name_referent": "referent",
    "record.queries.accesses.page": "journal",
    "record.queries.space.home": "espace",
    "record.queries.space.documents": "documents",
    "record.queries.space.document": "document",
    "record.queries.space.journal": "journal",
    "identity.queries.patients.read": "identite",
    "identity.queries.recognition.recognised": "identite",
    "identity.queries.patients.by_identifier": "identite",
    "identity.queries.fhir.search": "identite",
}
"""Door → sentence. A door that is not here has no line for people (the whole journal stays with the access controller)."""


READINGS = frozenset({"espace", "synthese", "documents", "document"})
"""What is reading the record, among those."""

OPENINGS = tuple(door for door, what in WHAT.items() if what == "document")
"""The doors by which one document is opened."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines: of one person, without those of the reader, since an instant."""

    person_id: UUID | None = None
    of_others: bool = False
    since: datetime | None = None


EVERY_LINE = Wanted()


@door(reads=True)
def page(
    *, actor: Actor, patient_id: UUID, wanted: Wanted = EVERY_LINE, before: UUID | None = None, limit: int = PAGE
) -> AccessPage:
    """The newest lines first. The person, the médecin traitant and named administrators read all of them; another professional
    reads their own (rules.md §2.6, R1111-43)."""
    chart = open_chart(actor, patient_id)
    note(kind="journal")
    lines, more = lines_of(chart, wanted, before=before, limit=limit)
    total = visible.counts(chart, None).documents
    return AccessPage(header_of(chart, document_count=total), lines, more)


def lines_of(
    chart: Chart, wanted: Wanted, *, before: UUID | None = None, limit: int = PAGE, what: Collection[str] = ()
) -> tuple[tuple[Line, ...], UUID | None]:
    """The newest lines that this reader may see, and the line before which the next ones are. Two statements, two more for each
    page whose lines do not all show: neither a short page nor the place of the next one tells of a line that does not."""
    actor = chart.sight.actor
    own_only = not (chart.sight.is_holder or chart.sight.facts.referent or actor.kind is Kind.REPRESENTATIVE)
    found: list[Line] = []
    while True:
        entries = reading.about(
            chart.family,
            actor_id=actor.person_id if own_only else wanted.person_id,
            but_actor_id=actor.person_id if wanted.of_others else None,
            doors=[door for door, sentence in WHAT.items() if not what or sentence in what],
            but_code=ABSENT if own_only else None,
            since=wanted.since,
            before=before,
            limit=limit + 1,
        )
        about = _documents(chart, entries)
        found += [line for entry in entries if (line := _line(chart, entry, about)) is not None]
        if len(found) > limit or len(entries) <= limit:
            break
        before = entries[-1].id
    return tuple(found[:limit]), found[limit - 1].id if len(found) > limit else None


def _documents(chart: Chart, entries: list[reading.Entry]) -> dict[UUID, About]:
    """The documents that these lines are about and that this reader sees. One statement."""
    wanted = {found for entry in entries if "document" in entry.object_kind for found in entry.object_ids}
    where, values = visible.clause(chart, visible.Filter(with_superseded=True, with_archived=True))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT d.id, d.title, d.type_code, d.started_at FROM record_document d WHERE {where} AND d.id = ANY(%s)",  # noqa: S608
            [*values, list(wanted)],
        )
        return {row[0]: About(*row) for row in cursor.fetchall()}


def _line(chart: Chart, entry: reading.Entry, documents: dict[UUID, About]) -> Line | None:
    what = WHAT.get(entry.door)
    if what is None:
        return None
    seen: tuple[About, ...] = ()
    if "document" in entry.object_kind and entry.object_ids:
        seen = tuple(documents[found] for found in entry.object_ids if found in documents)
        if not seen:
            return None
    return Line(
        entry.id,
        entry.at,
        entry.actor_name if entry.actor_kind != Kind.SYSTEM else "",
        entry.actor_role,
        entry.structure_name,
        entry.structure_id,
        entry.actor_id if entry.actor_kind == Kind.PROFESSIONAL else None,
        entry.actor_kind == Kind.PATIENT and entry.actor_id in chart.family,
        what,
        entry.outcome == "refused",
        entry.purpose,
        entry.reason,
        entry.channel,
        tuple(one.title for one in seen),
        len(seen),
        seen,
    )

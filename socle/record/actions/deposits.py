"""Deposit documents: exactly once under parallel retries, new versions, and the gate before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from django.conf import settings
from django.db import connection

from socle import clock
from socle.base.access import sight
from socle.base.access.actor import Actor, Kind
from socle.base.access.doors import door, not_journalled, note
from socle.base.events import queue
from socle.base.vault import sealing as vault
from socle.errors import Conflict, Invalid, Issue
from socle.record import destination, gate, metadata, rows, succession
from socle.record.destination import Destination
from socle.record.incoming import HIDDEN_FROM_PATIENT, HIDDEN_FROM_REPRESENTATIVES, MASKED, Incoming
from socle.record.mappings.document_reference import as_text
from socle.record.mappings.submission_set import Lot, lot_text
from socle.record.models import Document, SubmissionSet
from socle.record.rules import may_change, may_deposit, may_feed

MAX_TEXT = 64 * 1024
"""Signs of a served resource: what a search of a hundred gives stays within reason."""
ALREADY = "Un autre document porte déjà cet identifiant."


@dataclass(frozen=True, slots=True)
class Deposited:
    """What became of one document: its id, the served text, and what the depositor should know."""

    id: UUID
    fhir_text: str
    version: int
    created: bool
    warnings: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class DepositedLot:
    """A lot and its documents, in the order they were sent."""

    id: UUID
    fhir_text: str
    documents: tuple[Deposited, ...]


@dataclass(frozen=True, slots=True)
class _Ready:
    """A document that passed everything that needs no database, and its content when it was sealed before the door."""

    incoming: Incoming
    meta: metadata.Metadata
    ins: tuple[str, str] | None
    sealed: vault.Sealed | None = None


_Gated = tuple[_Ready, tuple[Issue, ...]]
"""A document that passed the gate, with the gate's warnings."""


def deposit(*, actor: Actor, incoming: Incoming) -> Deposited:
    """The document is in the record of its person, once, whatever the number of parallel retries; the person's own labels are
    kept. The same id with the same bytes gives the existing document to whoever deposited it or may see it.

    Raises Invalid (`identity-conflict`, `ins-key`, `ins-oid`, `ins-missing`, `model`, `metadata`, `type`…), Forbidden (state of
    the record, habilitation, author of the version replaced), Conflict `doublon` or `version`.
    """
    ready = _prepare(actor, incoming)
    return _deposit(actor=actor, ready=ready)


def deposit_lot(*, actor: Actor, lot: Lot, documents: Sequence[Incoming]) -> DepositedLot:
    """The lot and all its documents are in the record, or nothing is. Same errors as `deposit`."""
    ready = tuple(_prepare(actor, incoming) for incoming in documents)
    return _deposit_lot(actor=actor, lot=lot, ready=ready)


def _prepare(actor: Actor, incoming: Incoming) -> _Ready:
    ins = gate.ins_of(incoming.document, settings.SOCLE_PROFILE) if incoming.document is not None else None
    ready = _Ready(incoming, metadata.of(incoming), ins)
    if len(incoming.content) <= vault.INLINE_LIMIT:
        return ready
    root = _owner(actor=actor, ready=ready)
    return _Ready(incoming, ready.meta, ins, vault.put(vault.Owner("record", root), "document", incoming.content))


@door(reads=True)
def _owner(*, actor: Actor, ready: _Ready) -> UUID:
    """Whose key a large content is sealed under before the deposit door opens; the same gate as the deposit answers first."""
    not_journalled()
    may_feed(actor).enforce()
    going, _ = destination.load(actor, ready.incoming, ready.ins)
    return going.owner(ready.incoming, ready.ins)


@door(reads=False)
def _deposit(*, actor: Actor, ready: _Ready) -> Deposited:
    may_feed(actor).enforce()
    going, warnings = destination.load(actor, ready.incoming, ready.ins)
    _check_right(actor, going, ready)
    note(revision=next_revision(going.root))
    return _keep(actor, going, [(ready, warnings)])[0]


@door(reads=False)
def _deposit_lot(*, actor: Actor, lot: Lot, ready: tuple[_Ready, ...]) -> DepositedLot:
    if not ready:
        raise Invalid("lot", "Un lot contient au moins un document.")
    may_feed(actor).enforce()
    going, first = destination.load(actor, ready[0].incoming, ready[0].ins)
    warnings = [first, *(destination.check_same(going, one.incoming, one.ins) for one in ready[1:])]
    for one in ready:
        _check_right(actor, going, one)
    submission = SubmissionSet(
        patient_id=going.owner(ready[0].incoming, ready[0].ins),
        unique_id=lot.unique_id,
        source_id=lot.source_id,
        designation_code=lot.designation_code,
        designation_system=lot.designation_system,
        title=lot.title,
        depositor_id=actor.person_id,
        depositor_structure_id=actor.structure_id,
        submitted_at=lot.submitted_at or clock.now(),
    )
    if not rows.insert(submission, unique="unique_id"):
        raise Conflict("doublon", "Un lot porte déjà cet identifiant.")
    note(revision=next_revision(going.root, len(ready)))
    deposited: list[Deposited] = []
    for group in _apart(zip(ready, warnings, strict=True)):
        deposited += _keep(actor, going, group, submission)
    submission.fhir_text = lot_text(submission, actor, [one.id for one in deposited])
    SubmissionSet.objects.filter(id=submission.id).update(fhir_text=submission.fhir_text)
    return DepositedLot(submission.id, submission.fhir_text, tuple(deposited))


def _check_right(actor: Actor, going: Destination, ready: _Ready) -> None:
    may_deposit(actor, going.seen.facts.opening, ready.meta.type_code).enforce()


def _apart(documents: Iterable[_Gated]) -> Iterator[list[_Gated]]:
    """Runs of documents none of which is another's version or has its id: what one finds does not depend on the others."""
    group: list[_Gated] = []
    met: set[str] = set()
    for one in documents:
        meta = one[0].meta
        if met & {meta.unique_id, meta.set_id, *meta.parent_ids}:
            yield group
            group, met = [], set()
        group.append(one)
        met |= {meta.unique_id, meta.set_id} - {""}
    yield group


def _keep(
    actor: Actor, going: Destination, documents: Sequence[_Gated], submission: SubmissionSet | None = None
) -> list[Deposited]:
    """The documents are in the record, which is locked. Four statements when they meet no other, sent once for all."""
    related = _related([ready for ready, _ in documents], going.family)
    deposited: list[Deposited] = []
    new: list[Document] = []
    contents: list[vault.Sealed] = []
    for ready, warnings in documents:
        existing = next((row for row in related if row.unique_id == ready.meta.unique_id), None)
        if existing is not None:
            deposited.append(_existing(actor, going.seen, existing, ready))
            continue
        owner = going.owner(ready.incoming, ready.ins)
        document = _row(actor, ready, owner, submission)
        warnings += succession.replace(
            actor,
            going.seen,
            document,
            related,
            parents=ready.meta.parent_ids,
            target=ready.incoming.claims.replaces,
        )
        contents.append(ready.sealed or vault.put(vault.Owner("record", owner), "document", ready.incoming.content))
        document.content_id = contents[-1].id
        document.fhir_text = as_text(document)
        if len(document.fhir_text) > MAX_TEXT:
            raise Invalid("metadata", "Les informations de ce document dépassent la taille acceptée (64 Kio).")
        new.append(document)
        deposited.append(Deposited(document.id, document.fhir_text, 1, True, warnings))
    if new:
        _insert(new, contents)
    note(shown=[one.id for one in deposited])
    return deposited


def _insert(new: Sequence[Document], contents: Sequence[vault.Sealed]) -> None:
    vault.keep_all(contents)
    if not rows.insert(*new, unique="unique_id"):
        raise Conflict("doublon", ALREADY)
    happened = [queue.About(one.id, one.patient_id, {"document": one.id, "media_type": one.media_type}) for one in new]
    queue.emit_all("record.document-deposited", happened)


def next_revision(root: UUID, changes: int = 1) -> int:
    """The record's new revision; deposits of one person wait for each other from here on, those of others do not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO record_record AS r (patient_id, revision, created_at) VALUES (%s, %s, %s)"
            " ON CONFLICT (patient_id) DO UPDATE SET revision = r.revision + excluded.revision RETURNING revision",
            [root, changes, clock.now()],
        )
        return int(cursor.fetchone()[0])


def _existing(actor: Actor, seen: sight.Sight, existing: Document, ready: _Ready) -> Deposited:
    """A retry gives the document that is there; anything else, and the same bytes about another person, tells nothing of it."""
    mine = may_change(actor, succession.authorship(existing)).allowed
    visible = seen.decision().allowed and seen.sees(existing)
    same = existing.patient_id in seen.family and bytes(existing.sha256) == ready.meta.sha256
    if same and not existing.deleted and (mine or visible):
        return Deposited(existing.id, existing.fhir_text, existing.fhir_version, False)
    raise Conflict("doublon", ALREADY)


def _row(actor: Actor, ready: _Ready, owner: UUID, submission: SubmissionSet | None) -> Document:
    meta = asdict(ready.meta)
    parents = meta.pop("parent_ids")
    labels = ready.incoming.claims.labels
    software = actor.kind is Kind.SOFTWARE
    return Document(
        **{name: list(value) if isinstance(value, tuple) else value for name, value in meta.items()},
        patient_id=owner,
        masked=MASKED in labels,
        hidden_from_patient=HIDDEN_FROM_PATIENT in labels,
        hidden_since=clock.now() if HIDDEN_FROM_PATIENT in labels else None,
        hidden_from_representatives=HIDDEN_FROM_REPRESENTATIVES in labels,
        depositor_id=None if software else actor.person_id,
        depositor_name=actor.name,
        depositor_structure_id=actor.structure_id,
        software_id=actor.software_id,
        submission=submission,
        parent_unknown=bool(parents),
    )


def _related(ready: Sequence[_Ready], family: tuple[UUID, ...]) -> list[Document]:
    """The documents that these deposits may meet: the same id anywhere, and in this record the versions they replace. One
    statement when there is none, which is the rule."""
    wanted = [id_ for one in ready for id_ in (one.meta.unique_id, *one.meta.parent_ids)]
    series = [one.meta.set_id for one in ready if one.meta.set_id]
    targets = [one.incoming.claims.replaces for one in ready if one.incoming.claims.replaces is not None]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM record_document WHERE unique_id = ANY(%s) OR (patient_id = ANY(%s) AND set_id = ANY(%s)"
            " AND set_id <> '' AND state = 'current' AND NOT deleted) OR id = ANY(%s)",
            [wanted, list(family), series, targets],
        )
        ids = [row[0] for row in cursor.fetchall()]
    return list(Document.objects.select_for_update().filter(id__in=ids)) if ids else []

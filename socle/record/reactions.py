"""What the record does after the fact: read the facts of a document that was deposited."""

from __future__ import annotations

from socle.base.access.actor import system
from socle.base.events.registry import Happened, react
from socle.base.vault import sealing as vault
from socle.errors import Invalid
from socle.formats import cda
from socle.record import printed
from socle.record.actions import facts, openings
from socle.record.extraction import facts_of


@react("record.document-deposited", when={"media_type": "text/xml"})
def read_facts(event: Happened) -> None:
    """The facts of the document are in the record. A document that cannot be read any more leaves none."""
    actor = system("lecture des documents", cause_id=event.id)
    found = facts.source(actor=actor, document_id=event.aggregate_id)
    if found is None:
        return
    try:
        document = cda.parse(vault.open(found.permit))
    except Invalid:
        return
    values = facts_of(document, found.acted_at, printed.texts(document))
    facts.replace(actor=actor, document_id=event.aggregate_id, facts=values)


@react("identity.registered")
def open_record(event: Happened) -> None:
    """A person who was registered has an open record, unless they had decided otherwise (rules.md §2.6: opened by default)."""
    openings.open_by_default(actor=system("ouverture du dossier", cause_id=event.id), patient_id=event.aggregate_id)

"""What a received document asks: to be added, to replace another, or to be deleted; and whether it may.

A replacement names its parent in the CDA header, a deletion carries the document itself. Only its author, or the same structure,
may ask, and of the latest version only. Source: volet Transmission au LPS 1.1.3 (900, 901); fhir.md §16.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from socle.errors import Invalid
from socle.formats.cda.header import Header
from socle.formats.cda.values import Identifier
from socle.formats.identifiers import DocumentId, document_id
from socle.formats.identifiers.structure import IDNST_OID
from socle.formats.xdm.codes import IntegrationError
from socle.formats.xdm.values import Action, DocumentEntry


@dataclass(frozen=True, slots=True)
class Request:
    action: Action
    targets: tuple[DocumentId, ...] = ()
    """The documents to replace, or the one to delete; none when a document is only added, or names no parent."""


@dataclass(frozen=True, slots=True)
class Held:
    """What the receiver holds of a target: its latest version, and who made it."""

    latest: DocumentId
    makers: frozenset[Identifier]


def request_of(entry: DocumentEntry, header: Header) -> Request:
    """What is asked. A header that names a parent replaces it, whatever the metadata says; a deletion is said by `action`."""
    if entry.action is Action.DELETE:
        return Request(Action.DELETE, _known((header.id,)))
    if entry.action is Action.REPLACE or header.replaces:
        return Request(Action.REPLACE, _known(header.replaces))
    return Request(Action.SEND)


def held_of(header: Header) -> Held | None:
    """From the header of the latest version the receiver holds; None when it has no usable id."""
    latest = _known((header.id,))
    return Held(latest[0], _makers(header)) if latest else None


def request_error(request: Request, header: Header, held: Held | None) -> IntegrationError | None:
    """900 when the target is not the latest version held, 901 when its author or structure is another; None when it may be done.

    `header` is that of the document received.
    """
    if request.action is Action.SEND:
        return None
    if held is None or held.latest not in request.targets:
        return IntegrationError.VERSION
    return None if _makers(header) & held.makers else IntegrationError.AUTHOR


def _makers(header: Header) -> frozenset[Identifier]:
    """The identifiers of the authors, and the national ones of their structures."""
    people = {found for author in header.authors for found in author.ids if found.extension}
    structures = {
        found for author in header.authors if author.organization for found in author.organization.ids if found.root == IDNST_OID
    }
    return frozenset(people | {found for found in structures if found.extension})


def _known(ids: Iterable[Identifier | None]) -> tuple[DocumentId, ...]:
    found = []
    for identity in ids:
        try:
            found += [document_id(identity.root, identity.extension)] if identity else []
        except Invalid:
            continue
    return tuple(found)

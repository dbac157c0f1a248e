"""List: the lots of a record (ITI-66). Folders are not kept: a search for them finds none."""

from __future__ import annotations

import hashlib

from socle.errors import NotFound
from socle.interfaces.fhir import paging
from socle.interfaces.fhir.answering import shown
from socle.interfaces.fhir.bundles import searchset
from socle.interfaces.fhir.documents import place, subset, told, whose
from socle.interfaces.fhir.exchange import Answer, Call
from socle.interfaces.fhir.parameters import Query
from socle.record.queries import lots
from socle.record.queries.asked import Wanted

NO_MATCH = lots.LotPage()


def read(call: Call) -> Answer:
    """The lot with the entries that this reader sees. Its tag changes with what they see."""
    lot = lots.read(actor=call.actor, lot_id=call.uuid())
    tag = f"{lot.version}-{hashlib.sha256(lot.text.encode()).hexdigest()[:12]}"
    return shown(call, lot.text, tag, lot.updated_at)


def search(call: Call, query: Query) -> Answer:
    """The lots of one person that show a document to this reader, by pages."""
    wanted = Wanted(
        query.conditions,
        after=place(query.after),
        newest_first=query.sort != "date",
        limit=query.count,
        counted=query.total in ("accurate", "estimate"),
        with_others="List:item" in query.includes,
    )
    try:
        page = lots.search(actor=call.actor, whose=whose(query), wanted=wanted)
    except NotFound:
        page = NO_MATCH
    pairs = told(query.pairs, page.root)
    following = ""
    if page.following is not None:
        following = paging.seal(call.kind, call.actor, pairs, [page.following[0], str(page.following[1])])
    matches = [(call.kind, str(one.id), subset(one.text, query.elements)) for one in page.lots]
    included = [("DocumentReference", str(one.id), one.text) for one in page.documents]
    total = None if query.total == "none" else page.total
    return searchset(call.kind, pairs, matches, included=included, total=total, following=following)

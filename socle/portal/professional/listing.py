"""Lists of documents: what the address asks for, the groups, the links that keep it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from django.http import QueryDict

from socle import clock
from socle.portal.components import french, values
from socle.portal.components.tags import capital
from socle.portal.professional import presenting
from socle.record.queries.documents import PAGE
from socle.record.visible import DocumentRow, Filter

ORDERS = {"episode": "Par épisode", "type": "Par type", "auteur": "Par auteur", "date": "Par date"}
WHOLE_PAGE = 300
"""Rows of a page that is sorted by type or author: a group is not cut by the next page of most records."""
KEPT = ("par", "type", "depuis", "remplaces", "archives")
"""What the address of a list says; the links of its documents carry it, so that the way back finds the same list."""

Group = dict[str, object]


class Listing:
    """One list as its address asks for it. Anything unreadable in the address asks for nothing."""

    def __init__(self, query: QueryDict) -> None:
        self._query = {name: str(query[name]) for name in KEPT if name in query}
        self.by = self._query.get("par", "episode")
        self.by = self.by if self.by in ORDERS else "episode"
        code = self._query.get("type", "")
        self.type_code = code if len(code) < 100 and code.isprintable() else ""
        self.after = _after(query.get("apres", ""))

    @property
    def wanted(self) -> Filter:
        months = self._query.get("depuis", "")
        since = clock.now() - timedelta(days=31 * int(months)) if months.isdecimal() and 0 < int(months[:5]) < 1200 else None
        return Filter(
            type_code=self.type_code,
            since=since,
            with_superseded="remplaces" in self._query,
            with_archived="archives" in self._query,
        )

    @property
    def limit(self) -> int:
        return WHOLE_PAGE if self.by in ("type", "auteur") else PAGE

    @property
    def filtered(self) -> bool:
        return bool(self.type_code or self._query.get("depuis"))

    def address(self, **changes: str) -> str:
        """The query of this list with those changes; an empty value drops its name."""
        query = QueryDict(mutable=True)
        query.update({name: value for name, value in (self._query | changes).items() if value})
        return f"?{query.urlencode()}" if query else ""

    def next(self, after: tuple[datetime, UUID] | None) -> str:
        """The address of the next page, empty on the last one."""
        return self.address(apres=f"{after[0].isoformat()}_{after[1]}") if after else ""

    def orders(self) -> list[values.Filter]:
        """The four orders, as links."""
        return [values.Filter(text, self.address(par=key) or "?", key == self.by) for key, text in ORDERS.items()]

    def types(self, counts: dict[str, int]) -> list[values.Filter]:
        """The types that this reader sees in the record, the most frequent first, as links."""
        named = [(presenting.type_name(code), code, count) for code, count in counts.items()]
        ordered = sorted(named, key=lambda one: (-one[2], one[0]))
        return [values.Filter(name, self.address(type=code), code == self.type_code, count) for name, code, count in ordered]

    def toggles(self) -> list[values.Link]:
        """What is not shown unless asked for."""
        asked = {name: name in self._query for name in ("remplaces", "archives")}
        words = {"remplaces": "les versions remplacées", "archives": "les documents archivés"}
        return [
            values.Link(f"{'Cacher' if on else 'Montrer'} {words[name]}", self.address(**{name: "" if on else "1"}) or "?")
            for name, on in asked.items()
        ]

    def groups(self, root: UUID, rows: Sequence[DocumentRow], *, current: UUID | None = None) -> list[Group]:
        """The rows under their headings, each a link that keeps this list; beside an open document (`current`) without places."""
        query = self.address()
        found = _by_episode(rows) if self.by == "episode" else _sorted(rows, KEYS[self.by])
        return [
            {"title": title, "documents": [presenting.document_row(root, row, current=current, query=query) for row in members]}
            for title, members in found
        ]


def _month(row: DocumentRow) -> str:
    return capital(french.day(f"{french.local(row.started_at):%Y-%m}"))


KEYS: dict[str, Callable[[DocumentRow], str]] = {
    "type": lambda row: presenting.type_name(row.type_code) or presenting.apostrophes(row.type_label),
    "auteur": lambda row: row.author_name or "Auteur non indiqué",
    "date": _month,
}


def _sorted(rows: Sequence[DocumentRow], key: Callable[[DocumentRow], str]) -> Iterator[tuple[str, list[DocumentRow]]]:
    ordered = rows if key is _month else sorted(rows, key=lambda row: key(row).casefold())
    for title, members in groupby(ordered, key=key):
        yield title, list(members)


def _by_episode(rows: Sequence[DocumentRow]) -> Iterator[tuple[str, list[DocumentRow]]]:
    """Documents of one stay or contact together, at the place of the newest; those that stand alone under their month."""
    sizes = Counter(row.encounter_id for row in rows if row.encounter_id)

    def key(row: DocumentRow) -> str:
        return row.encounter_id if sizes[row.encounter_id] > 1 else ""

    first: dict[str, int] = {}
    for place, row in enumerate(rows):
        if key(row):
            first.setdefault(key(row), place)
    ordered = sorted(enumerate(rows), key=lambda one: first.get(key(one[1]), one[0]))

    def heading(row: DocumentRow) -> str:
        return key(row) or _month(row)

    for _, found in groupby((row for _, row in ordered), key=heading):
        members = list(found)
        yield (_episode_title(members) if key(members[0]) else _month(members[0])), members


def _episode_title(rows: list[DocumentRow]) -> str:
    place = rows[-1].author_structure_name or rows[-1].author_name
    return ", ".join(filter(None, (place, french.short_month(rows[-1].started_at))))


def _after(text: str) -> tuple[datetime, UUID] | None:
    """Where the list goes on; anything unreadable starts it again."""
    moment, _, identity = text.partition("_")
    try:
        found = datetime.fromisoformat(moment.replace(" ", "+")), UUID(identity)
    except ValueError:
        return None
    return found if found[0].tzinfo is not None else None

"""Search a person as the rules of identity demand: the birth date first, then three letters at most, or a whole matricule.

The criteria stay behind an opaque id for fifteen minutes, so that no trait stands in an address.
Source: RNIV 2.0 EXI SI 01-03 and 17; issue of the ground (20 results, 60 searches an hour).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from socle import clock
from socle.base.access.actor import Actor
from socle.base.access.doors import door, note
from socle.base.identity import heading as headings
from socle.base.identity import nearness
from socle.base.identity.models import Patient, Search
from socle.base.identity.rules import may_identify, may_search
from socle.errors import Forbidden, Invalid, NotFound
from socle.formats.birth_dates import BirthDate, parse_birth_date
from socle.formats.identifiers import INS_AUTHORITIES, ins_key_is_right, normalise_matricule, oid_allowed
from socle.formats.names import matched_spans, search_form

RESULTS = 20
LETTERS = 3
AN_HOUR = timedelta(hours=1)
SEARCHES_AN_HOUR = 60
KEPT = timedelta(minutes=15)
CLOSE = "Deux dossiers proches : comparez avant d’ouvrir."
DATE_FIRST = "Indiquez d’abord la date de naissance."

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Match:
    """One line of the results. Spans are the (start, end) places of each name that the letters typed matched (EXI SI 17)."""

    heading: headings.Heading
    birth_name_spans: tuple[Span, ...] = ()
    first_given_spans: tuple[Span, ...] = ()
    used_name_spans: tuple[Span, ...] = ()
    used_given_spans: tuple[Span, ...] = ()
    close_to: tuple[UUID, ...] = ()
    """Other lines that could be taken for this one."""
    asked_for: bool = True
    """False for a line that the search did not match, shown because its names are those of a match, born the same year."""


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What was asked and what was found. `warning` is empty when no two lines are close."""

    id: UUID
    birth_date: date | None
    name_start: str
    given_start: str
    by_matricule: bool
    matches: tuple[Match, ...]
    more: bool
    """More than 20 persons match: ask for letters."""
    warning: str
    may_register: bool
    """Nobody was found by birth date, and this asker may register a person."""
    expires_at: datetime


@door(reads=False)
def start(
    *,
    actor: Actor,
    birth_date: str | date | BirthDate = "",
    name_start: str = "",
    given_start: str = "",
    matricule: str = "",
) -> UUID:
    """The id of a search made now, readable by its asker for fifteen minutes. Five statements.

    Both names and both first names are searched; hyphens, apostrophes and accents do not count. Invalid: `date-first`,
    `birth-date`, `letters` (more than three), `ins-key-missing` (13 signs of a matricule), `ins-shape`, `ins-key`. Forbidden
    `trop-de-recherches` after 60 in an hour, its sentence says when the next is possible."""
    may_search(actor).enforce()
    asker = asker_of(actor)
    note(kind="identity-search")
    row = Search(asker_id=asker)
    if matricule.strip():
        row.by_matricule = True
        number = _matricule(matricule)
        limit(asker)
        found = holding(number)
    else:
        row.birth_date = _day(birth_date)
        row.name_start = _letters(name_start, "name_start")
        row.given_start = _letters(given_start, "given_start")
        limit(asker)
        found = born(row.birth_date, row.name_start, row.given_start)
    row.result_ids, row.more = found[:RESULTS], len(found) > RESULTS
    row.save(force_insert=True)
    note(shown=row.result_ids)
    return row.id


@door(reads=True)
def read(*, actor: Actor, search_id: UUID) -> SearchPage:
    """The results of one's own search, in alphabetical order, with the identities that could be taken for them. Three statements.
    NotFound for anybody else's, and after fifteen minutes."""
    search = own(actor, search_id)
    rows = {row.id: row for row in Patient.objects.filter(id__in=search.result_ids, master=None)}
    found = [rows[wanted] for wanted in search.result_ids if wanted in rows]
    others = nearness.namesakes(found)
    close = nearness.pairs([*found, *others])
    note(kind="identity-search", shown=[row.id for row in (*found, *others)])
    matches = tuple(_match(row, search, close.get(row.id, ()), row.id in rows) for row in (*found, *others))
    nobody = not search.result_ids and not search.by_matricule
    return SearchPage(
        search.id,
        search.birth_date,
        search.name_start,
        search.given_start,
        search.by_matricule,
        matches,
        search.more,
        CLOSE if close else "",
        nobody and may_identify(actor).allowed,
        search.created_at + KEPT,
    )


def asker_of(actor: Actor) -> UUID:
    """Whose searches these are: the person, else the software. Forbidden for neither."""
    asker = actor.person_id or actor.software_id
    if asker is None:
        raise Forbidden()
    return asker


def own(actor: Actor, search_id: UUID) -> Search:
    """The search of this asker, not yet fifteen minutes old. NotFound otherwise. One statement."""
    asker = asker_of(actor)
    search = Search.objects.filter(id=search_id, created_at__gt=clock.now() - KEPT).first()
    if search is None or search.asker_id != asker:
        raise NotFound("recherche-expiree", "Cette recherche n’existe plus. Recommencez-la.")
    return search


_BORN = """
SELECT id FROM identity_patient WHERE master_id IS NULL AND birth_date = %(born)s
  AND (%(sex)s = '' OR sex = %(sex)s)
  AND (%(name)s = '' OR (' ' || birth_name_key) ~ %(name)s OR (' ' || used_name_key) ~ %(name)s)
  AND (%(given)s = '' OR (' ' || first_given_key) ~ %(given)s OR (' ' || used_given_key) ~ %(given)s)
ORDER BY birth_name_key, first_given_key, id LIMIT %(most)s
"""


def born(day: date, name_start: str = "", given_start: str = "", sex: str = "") -> list[UUID]:
    """Up to 21 active identities born that day whose names start so, at the start of any of their words, of that sex when told.
    One statement."""
    values: dict[str, Any] = {
        "born": day,
        "name": _pattern(name_start),
        "given": _pattern(given_start),
        "most": RESULTS + 1,
        "sex": sex,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BORN, values)
        return [row[0] for row in cursor.fetchall()]


def holding(matricule: str) -> list[UUID]:
    """The active identities that hold this number under an authority of this installation. One statement."""
    oids = [oid for oid in INS_AUTHORITIES if oid_allowed(oid, settings.SOCLE_PROFILE)]
    held = Patient.objects.filter(oid__in=oids, matricule=matricule, master=None)
    return list(held.order_by("id").values_list("id", flat=True)[: RESULTS + 1])


def _pattern(typed: str) -> str:
    """A regular expression of PostgreSQL that agrees with `names.matched_spans`: the letters from the start of a word on, spaces
    between words aside. `search_form` leaves letters and digits only: nothing needs a quote."""
    letters = search_form(typed)
    return " " + " ?".join(letters) if letters else ""


def _day(birth_date: str | date | BirthDate) -> date:
    if isinstance(birth_date, BirthDate):
        return birth_date.value
    if isinstance(birth_date, date):
        return birth_date
    if not birth_date.strip():
        raise Invalid("date-first", DATE_FIRST, where="birth_date")
    try:
        return parse_birth_date(birth_date).value
    except Invalid as refusal:
        raise Invalid(refusal.code, refusal.sentence, where="birth_date") from None


def _letters(typed: str, where: str) -> str:
    letters = search_form(typed[:100])
    if len(letters) > LETTERS:
        raise Invalid("letters", "Trois lettres au plus : les premières suffisent pour retrouver la personne.", where=where)
    return letters


def _matricule(typed: str) -> str:
    try:
        number = normalise_matricule(typed)
    except Invalid as refusal:
        raise Invalid(refusal.code, refusal.sentence, where="matricule") from None
    if settings.SOCLE_PROFILE == "production" and not ins_key_is_right(number):
        raise Invalid("ins-key", "Les deux chiffres de la clé ne correspondent pas au matricule.", where="matricule")
    return number


def limit(asker: UUID) -> None:
    """Two statements; searches of one asker wait for each other, so that parallel ones count too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"identity-search:{asker}"])
        cursor.execute(
            "SELECT created_at FROM identity_search WHERE asker_id = %s AND created_at > %s"
            " ORDER BY created_at DESC OFFSET %s LIMIT 1",
            [asker, clock.now() - AN_HOUR, SEARCHES_AN_HOUR - 1],
        )
        row = cursor.fetchone()
    if row is not None:
        opens = (row[0] + AN_HOUR).astimezone(clock.PARIS) + timedelta(minutes=1)
        sentence = (
            f"Vous avez fait {SEARCHES_AN_HOUR} recherches en une heure."
            f" La prochaine sera possible à {opens.hour}\u00a0h\u00a0{opens.minute:02d}."
        )
        raise Forbidden("trop-de-recherches", sentence)


def _match(row: Patient, search: Search, close_to: tuple[UUID, ...], asked_for: bool) -> Match:
    return Match(
        headings.of(row),
        matched_spans(row.birth_name, search.name_start),
        matched_spans(row.first_given, search.given_start),
        matched_spans(row.used_name, search.name_start),
        matched_spans(row.used_given, search.given_start),
        close_to,
        asked_for,
    )

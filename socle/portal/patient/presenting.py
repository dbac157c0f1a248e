"""From what doors return to what component templates show, in everyday words. No rule: words, dates and addresses only."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.urls import reverse

from socle.base import terminology
from socle.portal.components import french, values
from socle.portal.patient.words import lowered, plain
from socle.record.queries.synthesis import Fact
from socle.record.visible import DocumentRow

NBSP = french.NBSP
UNITS = {"/min": "par minute", "Cel": "°C", "umol/L": "µmol/L", "ug/L": "µg/L"}
ABOVE, BELOW, WITHIN = "au-dessus", "en dessous", "dans la zone"
_COUNTED = re.compile(r"\b(\d+(?:[.,]\d+)?) (\w+)\(s\)")


def document_address(document_id: UUID) -> str:
    return reverse("espace:document", args=[document_id])


def title_of(row: DocumentRow) -> str:
    """What a document is in everyday words: « Vos résultats de laboratoire »."""
    kind = terminology.document_type(row.type_code)
    return kind.patient_label if kind is not None else (row.title or row.type_label)


def author_of(row: DocumentRow) -> str:
    """« Dr Claire NOVAREL, médecin, médecine générale »: the nomenclature’s title without its capitals."""
    job, _, specialty = row.author_title.replace("'", "’").partition(" - ")
    return ", ".join(filter(None, (row.author_name, lowered(job), lowered(specialty).replace("Générale", "générale"))))


def day_of_year(value: date | datetime) -> str:
    """« 18 novembre »: where the year is said beside, or is the last one."""
    return french.day(value).rsplit(NBSP, 1)[0]


def icon_of(row: DocumentRow) -> str:
    kind = terminology.document_type(row.type_code)
    return kind.icon.removeprefix("i-") if kind is not None else "file-text"


def document_row(row: DocumentRow) -> values.DocumentRow:
    return values.DocumentRow(
        title=title_of(row),
        date=day_of_year(row.started_at),
        href=document_address(row.id),
        meta=" · ".join(filter(None, (author_of(row), row.author_structure_name))),
        icon=icon_of(row),
        chip=values.Chip("Caché aux professionnels", "note", "eye-off") if row.masked else None,
    )


def code_of(fact: Fact) -> str:
    """The code in the fact's key, empty when it has none."""
    return fact.key.partition("|")[2]


def name_of(fact: Fact) -> str:
    return plain(fact.label, code_of(fact))


def source(fact: Fact) -> values.Link:
    """The document that says it."""
    return values.Link(f"Lu dans un document du {french.day(fact.document_day)}", document_address(fact.document_id))


def line(fact: Fact, *, detail: str = "", date: str = "") -> values.Fact:
    """One fact, with the document that says it."""
    return values.Fact(value=name_of(fact), detail=detail, detail_link=source(fact), date=date)


def measured(fact: Fact) -> str:
    """« 7,4 % », « 72 par minute », « 37,9 °C »: units as people write them."""
    text = fact.value_text
    for unit, written in UNITS.items():
        if text.endswith(f" {unit}"):
            text = f"{text.removesuffix(unit)}{written}"
    return text.replace(" ", NBSP) or "—"


def dose(text: str) -> str:
    """« 1 comprimé » of `1 comprimé(s)`, « 2 comprimés » of `2 comprimé(s)`."""
    return _COUNTED.sub(lambda found: f"{found[1]} {found[2]}{'s' if found[1] not in ('0', '1') else ''}", text)


def zone(fact: Fact) -> str:
    """The bounds that the laboratory gives: « 0,70 à 1,10 », « moins de 7 »."""
    if fact.low is not None and fact.high is not None:
        return f"{number(fact.low)} à {number(fact.high)}"
    if fact.high is not None:
        return f"moins de {number(fact.high)}"
    if fact.low is not None:
        return f"plus de {number(fact.low)}"
    return ""


def place_in_zone(fact: Fact) -> str:
    """Where a value stands, in words; empty when nothing tells."""
    marks = {"H": ABOVE, "HH": f"nettement {ABOVE}", "L": BELOW, "LL": f"nettement {BELOW}", "N": WITHIN}
    if fact.interpretation in marks:
        return marks[fact.interpretation]
    if fact.interpretation:
        return "à voir avec votre médecin" if fact.abnormal else ""
    if fact.value is None or (fact.low is None and fact.high is None):
        return ""
    if fact.low is not None and fact.value < fact.low:
        return BELOW
    return ABOVE if fact.high is not None and fact.value > fact.high else WITHIN


def number(value: Decimal) -> str:
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def since(fact: Fact) -> str:
    if fact.started_on is None:
        return ""
    return f"depuis {fact.started_on.year}" if fact.ended_on is None else f"de {fact.started_on.year} à {fact.ended_on.year}"


def capital(text: str) -> str:
    """The first letter in capital, the rest as it is."""
    return text[:1].upper() + text[1:]

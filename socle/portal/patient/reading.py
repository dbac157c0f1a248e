"""What one document says, in everyday words: its results compared, its other facts in lists, its words explained."""

from __future__ import annotations

from collections.abc import Iterable

from socle.portal.components import french, values
from socle.portal.patient import presenting
from socle.portal.patient.words import word
from socle.record.queries.space import ReadDocument
from socle.record.queries.synthesis import Fact

NOT_SAID = values.Cell("non indiqué")
LISTS = {
    "problem": "Les problèmes de santé dont il parle",
    "allergy": "Les allergies dont il parle",
    "treatment": "Les médicaments dont il parle",
    "vaccination": "Les vaccins dont il parle",
    "procedure": "Les soins et opérations dont il parle",
}


def results(found: ReadDocument) -> values.Table | None:
    """The results and measures as a table, the one before beside; None when there is none."""
    measured = [fact for fact in found.facts if fact.kind in ("result", "measure")]
    if not measured:
        return None
    rows = [_row(fact, found.before.get(fact.key)) for fact in measured]
    filled = [any(row[column].text for row in rows) for column in range(4)]
    rows = [tuple(cell if cell.text else NOT_SAID for cell in row) for row in rows]
    columns = ("Ce qui a été mesuré", "Votre résultat", "Zone habituelle", "La fois d’avant")
    return values.Table(
        caption="Vos résultats dans ce document",
        columns=tuple(title for title, kept in zip(columns, filled, strict=True) if kept),
        rows=tuple(tuple(cell for cell, kept in zip(row, filled, strict=True) if kept) for row in rows),
    )


def _row(fact: Fact, before: Fact | None) -> tuple[values.Cell, ...]:
    place = presenting.place_in_zone(fact)
    outside = place not in ("", presenting.WITHIN)
    zone = presenting.zone(fact)
    return (
        values.Cell(presenting.name_of(fact)),
        values.Cell(f"{presenting.measured(fact)}{', ' + place if outside else ''}"),
        values.Cell(zone),
        values.Cell(f"{presenting.measured(before)} le {french.day(before.noted_on)}" if before else ""),
    )


def lists(facts: Iterable[Fact]) -> list[dict[str, object]]:
    """The other facts, by kind, each once; an allergy that the document denies is said."""
    shown: list[dict[str, object]] = []
    for kind, title in LISTS.items():
        lines = {_line(fact): None for fact in facts if fact.kind == kind and fact.status != "refuted"}
        if lines:
            shown.append({"key": kind, "title": title, "lines": list(lines)})
    return shown


def _line(fact: Fact) -> values.Fact:
    if fact.none_known:
        return values.Fact(value="Aucune allergie connue" if fact.kind == "allergy" else presenting.capital(fact.label))
    return values.Fact(value=presenting.name_of(fact), detail=presenting.dose(fact.detail), date=presenting.since(fact))


def glossary(facts: Iterable[Fact]) -> list[tuple[str, str]]:
    """(term, one sentence) of every word of the document that we can explain, each once."""
    found: dict[str, str] = {}
    for fact in facts:
        one = word(fact.label, presenting.code_of(fact))
        if one is not None and one.explanation:
            found[presenting.name_of(fact)] = one.explanation
    return list(found.items())

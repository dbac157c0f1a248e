"""From what doors return to what component templates show. No rule: words, dates and addresses only."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from uuid import UUID

from socle.base import terminology
from socle.base.identity.comparison import Comparison
from socle.base.identity.heading import Heading
from socle.formats.identifiers import INS_DEMONSTRATION_OID, INS_TEST_OID
from socle.portal.components import french, values
from socle.portal.components.tags import capital
from socle.record.chart import Header
from socle.record.queries import synthesis
from socle.record.visible import DocumentRow

STATUSES = {"provisional": "provisoire", "retrieved": "recuperee", "validated": "validee", "qualified": "qualifiee"}
TEST_OIDS = frozenset({INS_TEST_OID, INS_DEMONSTRATION_OID})
NBSP = "\u00a0"
DIFFERS = values.Chip("Différent", "warn", "triangle-alert")
SOURCE_WORDS = 30
"""Longest title of a source beside a fact, in characters."""


def record_address(patient_id: UUID, section: str = "synthese") -> str:
    return f"/pro/patients/{patient_id}/{section}"


def document_address(patient_id: UUID, document_id: UUID) -> str:
    return f"/pro/patients/{patient_id}/documents/{document_id}"


def identity_header(
    identity: Heading, *, attending: str | None = None, chips: Iterable[values.Chip] = ()
) -> values.PatientHeader:
    """The header of a person; without `attending` their record is not open: identity only."""
    attributes = [
        name
        for name, held in (("homonyme", identity.homonym), ("douteux", identity.doubtful), ("fictif", _fictitious(identity)))
        if held
    ]
    return values.PatientHeader(
        family_name=identity.birth_name,
        given_name=_given(identity),
        given_names=identity.given_names,
        used_name=" ".join(filter(None, (identity.used_name, identity.used_given))),
        sex=identity.sex if identity.sex in "MF" else "",
        birth=_birth(identity),
        ins_status=STATUSES[identity.status],
        attributes=tuple(attributes),
        birthplace=place_name(identity.birthplace_cog),
        matricule=identity.matricule,
        attending=attending or "",
        attending_known=attending is not None,
        chips=tuple(chips),
        change_href="/pro/patients/recherche",
    )


def record_header(header: Header, *, rank: int = 1) -> values.PatientHeader:
    """The header of an open record, with the chips that must always be seen."""
    patient_id = header.identity.patient_id
    chips = []
    if header.allergies:
        shown = ", ".join(header.allergies[:2]) + ("…" if len(header.allergies) > 2 else "")
        chips.append(
            values.Chip(
                f"Allergie{NBSP}: {lowered(shown)}",
                "strong",
                "octagon-alert",
                record_address(patient_id) + "#allergies",
                urgent=True,
            )
        )
    if header.identity.minor:
        chips.append(values.Chip("Mineur"))
    if header.identity.died_on:
        chips.append(values.Chip(f"Décès le {french.numeric(header.identity.died_on)}"))
    found = identity_header(header.identity, attending=header.treating_doctor, chips=chips)
    return replace(found, record_rank=rank)


def sections(patient_id: UUID, current: str, *, documents: int | None = None) -> dict[str, object]:
    """The navigation inside a record, for `socle/record.html`."""
    entries = [
        ("Synthèse", "synthese", None, False),
        ("Documents", "documents", documents, False),
        ("Déposer", "documents/deposer", None, False),
        ("Accès", "acces", None, True),
        ("Identité", "identite", None, False),
    ]
    return {
        "section_title": current,
        "sections": [
            values.LocalEntry(text, record_address(patient_id, path), count, text == current, gap)
            for text, path, count, gap in entries
        ],
    }


def compared(found: Comparison, left: str, right: str) -> values.Table:
    """Traits side by side; what differs is said in a word, not by colour alone."""
    rows = tuple(
        (
            values.Cell(line.trait.value),
            values.Cell(line.left or "non renseigné"),
            values.Cell(line.right or "non renseigné"),
            values.Cell("Identique") if line.same else values.Cell(chip=DIFFERS),
        )
        for line in found.lines
    )
    return values.Table("Traits stricts", ("Trait", left, right, "Comparaison"), rows)


def place_name(cog: str) -> str:
    if not cog:
        return ""
    place = terminology.place(cog)
    name = place.name if place is not None and place.name else ""
    return f"{name} ({cog})" if name else cog


def fact(patient_id: UUID, one: synthesis.Fact, *, seen: str = "vu", flagged: bool = False) -> values.Fact:
    """One line of the synthèse with its proof at the right edge."""
    when = french.numeric(one.noted_on)
    return values.Fact(
        value=one.label,
        dose=printable(one.value_text),
        detail=capital(" · ".join(filter(None, (counted(one.detail), _since(one))))),
        date=f"{seen} {when[3:]}" if seen else when,
        source=source(patient_id, one),
        reliability=one.reliability,
        flag=flagged,
    )


def source(patient_id: UUID, one: synthesis.Fact) -> values.Link:
    """The document that proves a fact."""
    title = apostrophes(one.document_title.split(" — ")[0])
    if len(title) > SOURCE_WORDS:
        title = title[: SOURCE_WORDS - 1].rsplit(" ", 1)[0] + "…"
    month = french.numeric(one.document_day)[3:]
    return values.Link(f"{title} {month}", document_address(patient_id, one.document_id))


def document_row(patient_id: UUID, row: DocumentRow, *, current: UUID | None = None, query: str = "") -> values.DocumentRow:
    """A document in a list; `query` keeps the list in its link. Beside the `current` document there is no room for places."""
    kind = terminology.document_type(row.type_code)
    return values.DocumentRow(
        title=title_of(row),
        date=french.numeric(row.started_at),
        href=document_address(patient_id, row.id) + query,
        meta=" · ".join(filter(None, (row.author_name, "" if current else row.author_structure_name))),
        icon=kind.icon.removeprefix("i-") if kind else "file-text",
        current=row.id == current,
        chip=state_chip(row),
    )


def type_name(code: str) -> str:
    """The label of a type of document, empty when it is unknown."""
    kind = terminology.document_type(code)
    return apostrophes(kind.label) if kind else ""


def title_of(row: DocumentRow) -> str:
    """Its type, then its own title when that says more."""
    if row.title and row.title.casefold() != row.type_label.casefold():
        return apostrophes(row.title)
    return apostrophes(row.type_label)


def state_chip(row: DocumentRow) -> values.Chip | None:
    """The state that a reader must know of a document, if any."""
    if row.state == "superseded":
        return values.Chip("Remplacé", "plain", "history")
    if row.masked:
        return values.Chip("Masqué aux professionnels", "warn", "eye-off")
    if row.hidden_from_patient:
        return values.Chip("Non visible du patient", "warn", "eye-off")
    if row.hidden_from_representatives:
        return values.Chip("Non visible des représentants", "warn", "eye-off")
    if row.archived:
        return values.Chip("Archivé", "plain", "archive")
    if row.parent_unknown:
        return values.Chip("Remplace un document absent", "note", "info")
    return None


def quotation(one: synthesis.Fact) -> tuple[tuple[str, bool], ...]:
    """The sentence of a document, with the words of the fact found in it."""
    place = one.quote.casefold().find(one.label.casefold())
    if place < 0:
        return ((one.quote, False),)
    start = one.quote.casefold().rfind("allerg", 0, place)
    start = place if start < 0 else start
    end = one.quote.find(")", place) + 1 if "(" in one.quote[place:] else place + len(one.label)
    return ((one.quote[:start], False), (one.quote[start:end], True), (one.quote[end:], False))


def apostrophes(text: str) -> str:
    """The labels of the national sets, with the apostrophe of French typography."""
    return text.replace("'", "’")


def printable(text: str) -> str:
    """Units as people write them: « °C » for `Cel`."""
    return _CELSIUS.sub(f"{NBSP}°C", text)


_CELSIUS = re.compile(r"\sCel\b")


def counted(text: str) -> str:
    """« 2 bouffée(s) » is « 2 bouffées », « 1 comprimé(s) » is « 1 comprimé »."""
    return _COUNTED.sub(lambda found: found[1] + found[2] + ("s" if float(found[1].replace(",", ".")) >= 2 else ""), text)


_COUNTED = re.compile(r"(\d+(?:,\d+)?)(\s[\w-]+)\(s\)")


def lowered(text: str) -> str:
    """The first letter small, unless the word is an acronym."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def _since(one: synthesis.Fact) -> str:
    if one.started_on is None or one.kind not in ("problem", "treatment", "procedure"):
        return ""
    first, last = one.started_on.year, one.ended_on.year if one.ended_on else None
    if last is None:
        return f"depuis {first}"
    return f"en {first}" if first == last else f"de {first} à {last}"


def _given(identity: Heading) -> str:
    return "-".join(part.capitalize() for part in identity.first_given.split("-"))


def _birth(identity: Heading) -> date | str:
    known = identity.birth_date_known
    if known == "day":
        return identity.birth_date
    return f"{identity.birth_date:%Y}" if known in ("none", "year") else f"{identity.birth_date:%Y-%m}"


def _fictitious(identity: Heading) -> bool:
    """The demo says everywhere that its people are not real: their INS is of a test authority."""
    return identity.fictitious or identity.oid in TEST_OIDS

"""From a CDA document to the facts of the record: coded entries first, then what only its text tells about allergies. Pure.

One table says how each kind of entry becomes a fact. What is read in a text is marked so and quoted, never mixed with the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from socle.clock import PARIS
from socle.formats import cda
from socle.formats.cda import entries
from socle.formats.legible import legible
from socle.formats.names import comparable

LIMIT = 500
"""Facts kept of one document; no French model comes near."""
BOUND = Decimal(10) ** 12
AUTHOR_WORDS = 120
"""A problem or an allergy is called by its author’s own words up to this length; beyond, by the label of its code."""


@dataclass(frozen=True, slots=True)
class FactValues:
    """One fact, as `record.Fact` keeps it."""

    kind: str
    label: str
    noted_on: date
    label_key: str = ""
    code: str = ""
    code_system: str = ""
    detail: str = ""
    value_text: str = ""
    value: Decimal | None = None
    unit: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    interpretation: str = ""
    status: str = ""
    none_known: bool = False
    reliability: str = "structured"
    quote: str = ""
    started_on: date | None = None
    ended_on: date | None = None


def facts_of(document: cda.Document, acted_at: datetime, printed: Iterable[cda.SectionText] = ()) -> list[FactValues]:
    """Every fact of the document, in its order; `acted_at` dates what carries no date of its own; `printed` is the text of the
    files that it holds."""
    day = acted_at.astimezone(PARIS).date()
    read = document.entries
    found: list[FactValues] = []
    for slot, build in _BUILDERS:
        for entry in getattr(read, slot):
            values = _common(entry, build(entry), day)
            if values is not None:
                found.append(values)
    if not read.allergies:
        found.extend(_allergies_in_text([*cda.text(document), *printed], day))
    return [_shown(values) for values in found[:LIMIT]]


def _shown(values: FactValues) -> FactValues:
    """As it is shown and grouped: texts of the document without the signs that make them read as others."""
    texts: dict[str, Any] = {name: legible(getattr(values, name)) for name in ("label", "detail", "value_text", "unit", "quote")}
    return replace(values, label_key=comparable(texts["label"]), **texts)


def _common(entry: entries.Fact, values: dict[str, object], day: date) -> FactValues | None:
    """What all entries share. None for what is only planned or asked for, and for what says nothing."""
    if entry.mood not in ("EVN", "INT") or entry.assertion is entries.Assertion.NO_INFORMATION:
        return None
    none_known = entry.assertion is entries.Assertion.NONE_KNOWN
    label = str(values.pop("label", "")) or entry.label
    if not label and not none_known:
        return None
    code = values.pop("code", entry.code)
    assert isinstance(code, cda.Code)
    started = entry.period.start.on if entry.period.start else None
    ended = entry.period.end.on if entry.period.end else None
    status = "refuted" if entry.assertion is entries.Assertion.REFUTED else str(values.pop("status", ""))
    noted = values.pop("noted_on", None) or (started if values.pop("dated", False) else None) or day
    assert isinstance(noted, date)
    return FactValues(
        label=label[:300],
        noted_on=noted,
        code=code.code,
        code_system=code.system if code.code else "",
        status=status,
        none_known=none_known,
        started_on=started,
        ended_on=ended,
        **values,  # type: ignore[arg-type]
    )


def _words(code: cda.Code) -> str:
    """The author's own words for a coded thing when they are short, else the label of the code."""
    words = code.text.strip()
    return words if 3 <= len(words) <= AUTHOR_WORDS else code.label


def _problem(entry: entries.Problem) -> dict[str, object]:
    ended = bool(entry.period.end and entry.period.end != entry.period.start)
    detail = " · ".join(filter(None, (entry.severity.label, entry.comment)))
    return {
        "kind": "problem",
        "label": _words(entry.code),
        "detail": detail,
        "status": "resolved" if ended else "active",
    }


def _allergy(entry: entries.Allergy) -> dict[str, object]:
    reactions = ", ".join(reaction.code.label for reaction in entry.reactions if reaction.code)
    detail = " · ".join(filter(None, (reactions, entry.severity.label)))
    return {"kind": "allergy", "label": _words(entry.agent), "code": entry.agent, "detail": detail, "status": "active"}


def _treatment(entry: entries.Treatment) -> dict[str, object]:
    rhythm = ", ".join(filter(None, (frequency.label for frequency in entry.frequencies)))
    detail = " · ".join(filter(None, (entry.dose.shown if entry.dose else "", rhythm or entry.instructions)))
    stopped = entry.status in ("aborted", "cancelled")
    return {
        "kind": "treatment",
        "label": entry.name,
        "detail": detail,
        "status": "stopped" if stopped else "active",
        "noted_on": entry.dispensed_at.on if entry.dispensed_at else None,
    }


def _immunization(entry: entries.Immunization) -> dict[str, object]:
    dose = f"dose {entry.dose_number}" if entry.dose_number else ""
    lot = f"lot {entry.lot}" if entry.lot else ""
    detail = " · ".join(filter(None, (dose, lot)))
    return {"kind": "vaccination", "label": entry.name or entry.label, "detail": detail, "dated": True}


def _measure(entry: entries.Measure) -> dict[str, object]:
    return {"kind": "measure", "dated": True, **_value(entry.value), **_bounds(entry.reference), **_marks(entry.interpretations)}


def _result(entry: entries.Result) -> dict[str, object]:
    start = entry.collected.start or entry.period.start
    return {
        "kind": "result",
        "detail": entry.laboratory.name if entry.laboratory else "",
        "noted_on": start.on if start else None,
        **_value(entry.value),
        **_bounds(entry.reference),
        **_marks(entry.interpretations),
    }


def _procedure(entry: entries.Procedure) -> dict[str, object]:
    return {"kind": "procedure", "detail": entry.comment, "dated": True}


def _stay(entry: entries.Stay) -> dict[str, object]:
    return {"kind": "stay", "detail": entry.place, "dated": True}


_BUILDERS: tuple[tuple[str, Callable[..., dict[str, object]]], ...] = (
    ("problems", _problem),
    ("allergies", _allergy),
    ("treatments", _treatment),
    ("immunizations", _immunization),
    ("measures", _measure),
    ("results", _result),
    ("procedures", _procedure),
    ("stays", _stay),
)


def _value(value: object) -> dict[str, object]:
    if isinstance(value, cda.Quantity):
        return {"value_text": value.shown, "value": _kept(value.value), "unit": value.unit}
    if isinstance(value, cda.Code):
        return {"value_text": value.label}
    shown = getattr(value, "shown", None)
    if shown is not None:
        return {"value_text": shown}
    return {"value_text": value if isinstance(value, str) else ""}


def _bounds(reference: cda.Range) -> dict[str, object]:
    low = _kept(reference.low.value) if reference.low else None
    high = _kept(reference.high.value) if reference.high else None
    return {"low": low, "high": high}


def _kept(value: Decimal) -> Decimal | None:
    """The number when the column can hold it: what is out of all measure stays in words only."""
    return value if value.is_finite() and abs(value) < BOUND else None


def _marks(interpretations: Iterable[cda.Code]) -> dict[str, object]:
    return {"interpretation": next((mark.code for mark in interpretations if mark.code), "")}


_WORD = re.compile(r"\ballergi", re.IGNORECASE)
_BEFORE, _AFTER = 400, 700
"""Signs of a sentence that are read around the word: a text without a full stop costs no more than another."""
_DENIED = re.compile(
    r"(?:pas\s+d[’']|aucune?\s+|absence\s+d[’']|sans\s+|ni\s+)(?:\w+\s+){0,2}allergi|allergies?\s*:\s*(?:aucune|non|néant|0\b)",
    re.IGNORECASE,
)
_AGENT = re.compile(
    r"(?<!rhinite\s)(?<!asthme\s)(?<!conjonctivite\s)(?<!eczéma\s)(?<!urticaire\s)allergi(?:e|es|que)\s+(?:\w+\s+){0,3}?(?:à\s+l[’']|à\s+la\s+|aux\s+|au\s+|à\s+|:\s*)"
    r"(?P<agent>[^,.;:()\n]{2,60})(?:\s*\((?P<detail>[^)\n]{2,120})\))?",
    re.IGNORECASE,
)
_AGENT_ENDS = re.compile(
    r"\s+(?:depuis|en\s+(?:19|20)\d\d|avec|ayant|responsable|connue?|avérée?|documentée?|adress|et\s+(?!à)\w+ant)\b.*$",
    re.IGNORECASE,
)


def _allergies_in_text(sections: Iterable[cda.SectionText], day: date) -> Iterator[FactValues]:
    """Allergies told or denied in the words of a document that codes none. The sentence is the proof."""
    seen: set[tuple[str, bool]] = set()
    for section in sections:
        for found in _sentences(section.text):
            sentence = " ".join(found.split())
            values = _told(sentence, day)
            if values is None or (comparable(values.label), values.none_known) in seen:
                continue
            seen.add((comparable(values.label), values.none_known))
            yield values


def _sentences(text: str) -> Iterator[str]:
    """The sentences that tell of an allergy, each once."""
    last = 0
    for match in _WORD.finditer(text):
        if match.start() < last:
            continue
        first = max(last, match.start() - _BEFORE)
        first = max(first, *(text.rfind(mark, first, match.start()) + 1 for mark in ".\n;"))
        ends = [text.find(mark, match.end(), match.end() + _AFTER) for mark in ".\n;"]
        last = min((end for end in ends if end >= 0), default=match.end() + _AFTER)
        yield text[first:last]


def _told(sentence: str, day: date) -> FactValues | None:
    if _DENIED.search(sentence):
        return FactValues("allergy", "Aucune allergie connue", day, none_known=True, reliability="read", quote=sentence[:500])
    agent = _AGENT.search(sentence)
    if agent is None:
        return None
    label = _AGENT_ENDS.sub("", agent["agent"]).strip(" ’'\"«»")
    if len(label) < 2:
        return None
    return FactValues(
        "allergy",
        label[0].upper() + label[1:],
        day,
        detail=(agent["detail"] or "").strip(),
        status="active",
        reliability="read",
        quote=sentence[:500],
    )

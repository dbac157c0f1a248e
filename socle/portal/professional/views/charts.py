"""The synthèse."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from socle.base.signin.edge import actor_for
from socle.portal.components import french, values
from socle.portal.professional import presenting
from socle.portal.professional.records import record_page
from socle.record import visible
from socle.record.queries import synthesis

STEPS = 5
MEASURES_SHOWN = 6
SYSTOLIC, DIASTOLIC = "|8480-6", "|8462-4"


def summary(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """What matters of a record, each line one step from its proof."""
    actor = actor_for(request, patient_id)
    found = synthesis.page(actor=actor, patient_id=patient_id)
    root = found.header.identity.patient_id
    extra = {
        "synthesis": found,
        "divergences": [_divergence(root, one) for one in found.divergences],
        "allergies": _allergies(root, found),
        "problems": [presenting.fact(root, one) for one in found.problems],
        "treatments": [presenting.fact(root, one, seen="") for one in found.treatments],
        "stays": [_stay(root, one) for one in found.stays],
        "abnormal": [_result(root, one) for one in found.abnormal_results],
        "vaccinations": [presenting.fact(root, one, seen="") for one in found.vaccinations[:6]],
        "history": [presenting.fact(root, one) for one in found.history],
        "measures": _measures(root, found.measures),
        "wishes": [_wish(root, row) for row in sorted(found.wishes, key=lambda row: synthesis.WISHES.index(row.type_code))],
        "no_directives": all(row.type_code != synthesis.DIRECTIVES for row in found.wishes),
        "episodes": [_episode(root, one) for one in found.episodes],
    }
    return record_page(request, actor, found.header, "Synthèse", "professional/synthesis.html", extra)


def _allergies(root: UUID, found: synthesis.Synthesis) -> list[values.Fact]:
    """Those told, else the dated statement that there is none known: a fact for who sees the whole record; for the others what
    one document says, since another one that they do not see may say the contrary."""
    if found.allergies or found.no_known_allergy is None:
        denied = {one.says.id: one.against.document_day for one in found.divergences if one.against is not None}
        return [_contradicted(presenting.fact(root, one), denied.get(one.id)) for one in found.allergies]
    none_known = found.no_known_allergy
    stated = replace(presenting.fact(root, none_known), value="Aucune allergie connue", dose="", detail="")
    if not found.may_be_partial:
        return [stated]
    day = french.day(none_known.document_day)
    told = f"Un document du {day} dit{presenting.NBSP}: pas d’allergie connue. Des éléments peuvent être masqués."
    return [replace(stated, value=told, date="", unsure=True)]


def _contradicted(shown: values.Fact, day: datetime | None) -> values.Fact:
    """The same, and the day of the document that denies it."""
    if day is None:
        return shown
    told = f"contredit le {french.numeric(day)}"
    return replace(shown, detail=f"{shown.detail} · {told}" if shown.detail else told.capitalize())


def _measures(root: UUID, found: tuple[synthesis.Fact, ...]) -> list[values.Fact]:
    """The last ones; both pressures of one reading are one line, as people say them."""
    high = next((one for one in found if one.key.endswith(SYSTOLIC)), None)
    low = next((one for one in found if one.key.endswith(DIASTOLIC)), None)
    joined = high is not None and low is not None and high.document_id == low.document_id
    facts = []
    for one in found:
        if joined and one is low:
            continue
        fact = presenting.fact(root, one, seen="")
        if joined and low is not None and one is high:
            fact = replace(fact, value="Pression artérielle", dose=f"{_number(one.value)}/{low.value_text}")
        facts.append(fact)
    return facts[:MEASURES_SHOWN]


def _divergence(root: UUID, one: synthesis.Divergence) -> dict[str, object]:
    says = one.says
    what = f"Allergie{presenting.NBSP}: {presenting.lowered(says.label)}"
    return {
        "id": says.id,
        "title": f"{what}, {says.detail}" if says.detail else what,
        "told": f"Lue dans un document du {french.day(says.document_day)}."
        if says.reliability == "read"
        else f"Codée dans un document du {french.day(says.document_day)}.",
        "structured": says.reliability == "structured",
        "against": one.against,
        "against_day": french.day(one.against.document_day) if one.against else "",
        "against_quote": one.against.quote.strip() if one.against else "",
        "against_source": presenting.source(root, one.against) if one.against else None,
        "pieces": presenting.quotation(says) if says.quote else (),
        "source": presenting.source(root, says),
        "kind": says.reliability,
    }


def _stay(root: UUID, row: visible.DocumentRow) -> values.Fact:
    return values.Fact(
        value=presenting.title_of(row),
        detail=" · ".join(filter(None, (row.author_structure_name, row.author_name))),
        date=french.numeric(row.started_at),
        source=values.Link("Compte rendu", presenting.document_address(root, row.id)),
        reliability="structured" if row.body_level == 3 else "read",
    )


def _wish(root: UUID, row: visible.DocumentRow) -> values.Fact:
    """What the person wrote: it is read whole, never summed up."""
    return values.Fact(
        value=presenting.title_of(row),
        detail=row.author_name,
        date=french.numeric(row.started_at),
        href=presenting.document_address(root, row.id),
        reliability="declared",
    )


def _result(root: UUID, one: synthesis.Fact) -> values.Fact:
    bounds = ""
    if one.low is not None and one.high is not None:
        bounds = f"Norme {_number(one.low)} à {_number(one.high)}"
    elif one.low is not None:
        bounds = f"Norme{presenting.NBSP}: au moins {_number(one.low)}"
    elif one.high is not None:
        bounds = f"Norme{presenting.NBSP}: au plus {_number(one.high)}"
    return values.Fact(
        value=one.label,
        dose=one.value_text,
        detail=bounds,
        date=french.numeric(one.noted_on),
        source=presenting.source(root, one),
        reliability=one.reliability,
        flag=True,
    )


def _number(value: object) -> str:
    text = f"{value:f}" if hasattr(value, "normalize") else str(value)
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def _episode(root: UUID, one: synthesis.Episode) -> values.Episode:
    first = one.documents[-1]
    when, where = french.short_month(one.started_at).capitalize(), first.author_structure_name
    if len(one.documents) == 1:
        return values.Episode(
            when=when,
            where=where,
            title=presenting.title_of(first),
            href=presenting.document_address(root, first.id),
            detail=" · ".join(filter(None, (french.numeric(first.started_at), first.author_name))),
        )
    labels = dict.fromkeys(presenting.apostrophes(row.type_label) for row in reversed(one.documents))
    return values.Episode(
        when=when,
        where=where,
        title=_episode_title(one),
        steps=tuple(labels)[:STEPS],
        documents=tuple(presenting.document_row(root, row) for row in one.documents),
    )


def _episode_title(one: synthesis.Episode) -> str:
    """The title of its most telling document: a stay first, then the newest."""
    stay = next((row for row in one.documents if row.type_code in synthesis.STAY_TYPES), one.documents[0])
    return presenting.title_of(stay)

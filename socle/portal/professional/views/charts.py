"""The synthèse."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from socle.base.signin.edge import actor_for
from socle.portal.components import french, values
from socle.portal.professional import presenting
from socle.portal.professional.records import record_page
from socle.record import visible
from socle.record.queries import synthesis

STEPS = 5


def summary(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """What matters of a record, each line one step from its proof."""
    actor = actor_for(request, patient_id)
    found = synthesis.page(actor=actor, patient_id=patient_id)
    root = found.header.identity.patient_id
    extra = {
        "synthesis": found,
        "divergences": [_divergence(root, one) for one in found.divergences],
        "allergies": [presenting.fact(root, one) for one in found.allergies],
        "problems": [presenting.fact(root, one) for one in found.problems],
        "treatments": [presenting.fact(root, one, seen="") for one in found.treatments],
        "stays": [_stay(root, one) for one in found.stays],
        "abnormal": [_result(root, one) for one in found.abnormal_results],
        "vaccinations": [presenting.fact(root, one, seen="") for one in found.vaccinations[:6]],
        "history": [presenting.fact(root, one) for one in found.history],
        "measures": [presenting.fact(root, one, seen="") for one in found.measures[:6]],
        "episodes": [_episode(root, one) for one in found.episodes],
    }
    return record_page(request, actor, found.header, "Synthèse", "professional/synthesis.html", extra)


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
    steps = tuple(dict.fromkeys(row.type_label for row in reversed(one.documents)))[:STEPS]
    return values.Episode(
        when=french.short_month(one.started_at).capitalize(),
        where=first.author_structure_name,
        title=presenting.title_of(first) if len(one.documents) == 1 else _episode_title(one),
        steps=steps if len(one.documents) > 1 else (),
        documents=tuple(presenting.document_row(root, row) for row in one.documents),
    )


def _episode_title(one: synthesis.Episode) -> str:
    """The title of its most telling document: a stay first, then the newest."""
    stay = next((row for row in one.documents if row.type_code in synthesis.STAY_TYPES), one.documents[0])
    return presenting.title_of(stay)

"""« Mon dossier »: what the documents say, in everyday words, each line with the document that says it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from socle.portal.components import french, values
from socle.portal.patient import presenting
from socle.portal.patient.spaces import Space, in_space, space_page
from socle.record.queries import synthesis
from socle.record.queries.synthesis import Fact
from socle.record.visible import DocumentRow

VACCINES_SHOWN = 12
SYSTOLIC, DIASTOLIC = "8480-6", "8462-4"


@in_space
def record(request: HttpRequest, space: Space) -> HttpResponse:
    found = synthesis.page(actor=space.actor, patient_id=space.patient_id)
    extra = {
        "sections": _sections(found),
        "doubts": [_doubt(one) for one in found.divergences],
        "document_count": found.counts.documents,
    }
    return space_page(request, space, "patient/record.html", extra)


def _sections(found: synthesis.Synthesis) -> list[dict[str, object]]:
    none_known = found.no_known_allergy
    no_allergy = f"Aucune allergie connue, écrit le {french.day(none_known.noted_on)}." if none_known else ""
    return [
        _section("allergies", "Vos allergies", [_allergy(one) for one in found.allergies], no_allergy),
        _section("sante", "Vos maladies et problèmes de santé", [_problem(one) for one in found.problems]),
        _section("medicaments", "Vos médicaments", [_treatment(one) for one in found.treatments]),
        _section("vaccins", "Vos vaccins", [_vaccine(one) for one in found.vaccinations[:VACCINES_SHOWN]]),
        _section("mesures", "Vos mesures", _measures(found.measures)),
        _section(
            "resultats",
            "Vos résultats à voir avec votre médecin",
            [_result(one) for one in found.abnormal_results],
            _no_result(found.result_count),
        ),
        _section("passe", "Ce que vous avez eu avant", [_problem(one) for one in found.history]),
        _section("sejours", "Vos derniers séjours", [_stay(one) for one in found.stays]),
    ]


def _section(key: str, title: str, facts: list[values.Fact], gap: str = "") -> dict[str, object]:
    return {"key": key, "title": title, "facts": facts, "gap": gap or "Rien n’est écrit dans vos documents."}


def _no_result(count: int) -> str:
    if not count:
        return "Vos documents ne contiennent pas encore de résultat lisible ici."
    return "Aucun de vos derniers résultats n’est en dehors de la zone habituelle."


def _allergy(one: Fact) -> values.Fact:
    return presenting.line(one, detail=one.detail, date=f"noté le {french.day(one.noted_on)}")


def _problem(one: Fact) -> values.Fact:
    return presenting.line(one, detail=one.detail, date=presenting.since(one))


def _treatment(one: Fact) -> values.Fact:
    return presenting.line(one, detail=presenting.dose(one.detail), date=presenting.since(one))


def _vaccine(one: Fact) -> values.Fact:
    return presenting.line(one, detail=one.detail, date=french.day(one.noted_on))


def _measures(measures: tuple[Fact, ...]) -> list[values.Fact]:
    """The two figures of one blood pressure are one line."""
    by_code = {presenting.code_of(one): one for one in measures}
    high, low = by_code.get(SYSTOLIC), by_code.get(DIASTOLIC)
    shown = []
    for one in measures:
        if one is low and high is not None and high.document_id == one.document_id:
            continue
        paired = one is high and low is not None and low.document_id == one.document_id
        value = (
            f"{presenting.number(one.value)}/{presenting.measured(low)}"
            if paired and one.value and low
            else presenting.measured(one)
        )
        shown.append(
            values.Fact(
                value="Tension (pression artérielle)" if paired else presenting.name_of(one),
                dose=value,
                detail_link=presenting.source(one),
                date=french.day(one.noted_on),
            )
        )
    return shown


def _result(one: Fact) -> values.Fact:
    bounds = presenting.zone(one)
    place = presenting.place_in_zone(one)
    where = f"{place} de la zone habituelle" if place and bounds else place
    detail = f"{where} ({bounds})" if bounds else where
    return values.Fact(
        value=presenting.name_of(one),
        dose=presenting.measured(one),
        detail=presenting.capital(detail),
        detail_link=presenting.source(one),
        date=french.day(one.noted_on),
    )


def _stay(one: DocumentRow) -> values.Fact:
    return values.Fact(
        value=presenting.title_of(one),
        href=presenting.document_address(one.id),
        detail=" · ".join(filter(None, (one.author_structure_name, one.author_name))),
        date=french.day(one.started_at),
    )


def _doubt(one: synthesis.Divergence) -> dict[str, object]:
    """Two documents that do not agree about an allergy, said without alarm."""
    said = one.says
    return {
        "label": presenting.name_of(said),
        "says": values.Link(f"document du {french.day(said.document_day)}", presenting.document_address(said.document_id)),
        "against": (
            values.Link(
                f"document du {french.day(one.against.document_day)}", presenting.document_address(one.against.document_id)
            )
            if one.against
            else None
        ),
    }

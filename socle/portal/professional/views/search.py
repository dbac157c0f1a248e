"""Find a person: a POST that leads to an opaque address, kept fifteen minutes; no trait stands in an address."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from socle.base.identity.comparison import Comparison
from socle.base.identity.heading import Heading
from socle.base.identity.queries import comparisons, searches
from socle.base.signin.edge import actor_of
from socle.errors import Invalid
from socle.portal.components import french, values
from socle.portal.professional.forms import SearchForm
from socle.portal.professional.presenting import DIFFERS, compared, identity_header

FIELDS = {"birth-date": "birth_date", "date-first": "birth_date", "letters": "name_start", "ins-shape": "matricule"}


def start(request: HttpRequest) -> HttpResponse:
    """The form, or the search itself."""
    if request.method != "POST":
        return render(request, "professional/search.html", {"form": SearchForm()})
    form = SearchForm(request.POST)
    if form.is_valid():
        try:
            found = searches.start(
                actor=actor_of(request),
                birth_date=form.cleaned_data["birth_date"] or "",
                name_start=form.cleaned_data["name_start"],
                given_start=form.cleaned_data["given_start"],
                matricule=form.cleaned_data["matricule"],
            )
            return redirect("pro:results", search_id=found)
        except Invalid as problem:
            for issue in problem.issues:
                form.add_error(_field(issue.code, issue.where), issue.sentence)
    return render(request, "professional/search.html", {"form": form}, status=400)


def _field(code: str, where: str) -> str:
    """The field of the form that an issue is about."""
    if where in SearchForm.base_fields:
        return where
    return FIELDS.get(code, "matricule" if code.startswith("ins") else "birth_date")


def results(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """The persons found, with their strict traits; who could be taken for another leads to the comparison."""
    found = searches.read(actor=actor_of(request), search_id=search_id)
    lines = [_line(match) for match in found.matches]
    asked = sum(match.asked_for for match in found.matches)
    close = next((str(line["compare"]) for line in lines if line["compare"]), "")
    context = {
        "found": found,
        "lines": lines,
        "asked": asked,
        "others": len(lines) - asked,
        "comparison": values.Link("Comparer les deux identités", close) if close else None,
    }
    return render(request, "professional/results.html", context)


def _line(match: searches.Match) -> dict[str, object]:
    person = match.heading
    return {
        "person": identity_header(person),
        "href": reverse("pro:open", args=[person.patient_id]),
        "name": _pieces(person.birth_name, match.birth_name_spans),
        "given": _pieces(identity_header(person).given_name, match.first_given_spans),
        "asked_for": match.asked_for,
        "compare": reverse("pro:compare", args=[person.patient_id, match.close_to[0]]) if match.close_to else "",
    }


def compare(request: HttpRequest, left_id: UUID, right_id: UUID) -> HttpResponse:
    """Two identities side by side, and one way to each."""
    found = comparisons.of_two(actor=actor_of(request), left_id=left_id, right_id=right_id)
    context = {
        "table": _side_by_side(found.comparison, found.left, found.right),
        "differing": len(found.comparison.differing),
        "traits": len(found.comparison.lines),
        "same_ins": found.same_ins,
        "other_ins": _matricules_differ(found.left, found.right),
        "people": [
            {"person": identity_header(one), "href": reverse("pro:open", args=[one.patient_id])}
            for one in (found.left, found.right)
        ],
    }
    return render(request, "professional/compare.html", context)


def _side_by_side(found: Comparison, left: Heading, right: Heading) -> values.Table:
    sides = (identity_header(left), identity_header(right))
    table = compared(found, *(f"{side.name}, {french.numeric(side.birth)}" for side in sides))
    rows = [*table.rows]
    if left.matricule or right.matricule:
        numbers = [french.matricule(one.matricule) or "non qualifié" for one in (left, right)]
        verdict = values.Cell("Identique" if left.matricule == right.matricule else "Non comparable")
        if _matricules_differ(left, right):
            verdict = values.Cell(chip=DIFFERS)
        rows.append((values.Cell("Matricule INS"), *(values.Cell(number) for number in numbers), verdict))
    return values.Table("Traits stricts des deux identités", table.columns, tuple(rows))


def _matricules_differ(left: Heading, right: Heading) -> bool:
    """Both are known and are not the same: a number that is not qualified differs from nothing."""
    return bool(left.matricule and right.matricule) and left.matricule != right.matricule


def _pieces(text: str, spans: tuple[tuple[int, int], ...]) -> tuple[tuple[str, bool], ...]:
    """The text cut where the letters typed were found."""
    pieces, place = [], 0
    for start, end in spans:
        pieces += [(text[place:start], False), (text[start:end], True)]
        place = end
    return (*(piece for piece in pieces if piece[0]), (text[place:], False))

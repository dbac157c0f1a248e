"""Find a person: a POST that leads to an opaque address, kept fifteen minutes; no trait stands in an address."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from socle.base.identity.queries import searches
from socle.base.signin.edge import actor_of
from socle.errors import Invalid
from socle.portal.professional.forms import SearchForm
from socle.portal.professional.presenting import identity_header

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
                form.add_error(
                    FIELDS.get(issue.code, "matricule" if issue.code.startswith("ins") else "birth_date"), issue.sentence
                )
    return render(request, "professional/search.html", {"form": form}, status=400)


def results(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """The persons found, with their strict traits; who is alone stands first and is one step from the record."""
    found = searches.read(actor=actor_of(request), search_id=search_id)
    lines = [
        {
            "person": identity_header(match.heading),
            "href": f"/pro/patients/{match.heading.patient_id}/ouvrir",
            "name": _pieces(match.heading.birth_name, match.birth_name_spans),
            "given": _pieces(match.heading.first_given.capitalize(), match.first_given_spans),
            "close": bool(match.close_to),
        }
        for match in found.matches
    ]
    context = {"found": found, "lines": lines, "form": SearchForm(initial={"birth_date": found.birth_date})}
    return render(request, "professional/results.html", context)


def _pieces(text: str, spans: tuple[tuple[int, int], ...]) -> tuple[tuple[str, bool], ...]:
    """The text cut where the letters typed were found."""
    pieces, place = [], 0
    for start, end in spans:
        pieces += [(text[place:start], False), (text[start:end], True)]
        place = end
    return (*(piece for piece in pieces if piece[0]), (text[place:], False))

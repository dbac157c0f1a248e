"""Views of the public pages: each reads what it shows by one door at most, then renders."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from socle.base.directory import referents as directory
from socle.base.directory.queries import referents as referents_of
from socle.base.signin.edge import actor_of
from socle.portal.components.context import THEME_COOKIE, THEMES
from socle.portal.components.values import Filter
from socle.portal.public import contacts, personas
from socle.portal.signin import addresses

_YEAR_S = 365 * 24 * 3600


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "public/home.html", {**_contacts_of(request, default="93"), "subjects": []})


@require_safe
def referents(request: HttpRequest) -> HttpResponse:
    return render(request, "public/referents.html", _contacts_of(request, default=""))


@require_safe
def sign_in(request: HttpRequest) -> HttpResponse:
    next_ = addresses.asked(request)
    leading_on = f"?{urlencode({'next': next_})}" if next_ else ""
    return render(request, "public/sign_in.html", {"groups": personas.groups(next_), "leading_on": leading_on})


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "public/help.html")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "public/accessibility.html")


@require_safe
def status(request: HttpRequest) -> HttpResponse:
    return render(request, "public/status.html")


@require_safe
def personal_data(request: HttpRequest) -> HttpResponse:
    return render(request, "public/personal_data.html")


@require_http_methods(["GET", "HEAD", "POST"])
def appearance(request: HttpRequest) -> HttpResponse:
    """Light, dark or as the device: kept in a cookie of one year, or forgotten."""
    if request.method != "POST":
        return render(request, "public/appearance.html", {"back": _back(request.headers.get("Referer", ""), request)})
    response = HttpResponseRedirect(_back(request.POST.get("retour", ""), request))
    theme = request.POST.get("apparence", "")
    if theme in THEMES:
        response.set_cookie(THEME_COOKIE, theme, max_age=_YEAR_S, samesite="Lax", httponly=True, secure=request.is_secure())
    else:
        response.delete_cookie(THEME_COOKIE)
    return response


def _back(address: str, request: HttpRequest) -> str:
    """The page to come back to: only one of this site."""
    allowed = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if address and allowed else "/"


def _contacts_of(request: HttpRequest, *, default: str) -> dict[str, object]:
    """What the référents table needs: the chosen département and subject, their links, the contacts found."""
    departement = request.GET.get("departement", default)
    departement = departement if departement in contacts.DEPARTMENTS else default
    subject = request.GET.get("sujet", "")
    subject = subject if subject in directory.SUBJECTS else ""
    found = referents_of.find(actor=actor_of(request), departement=departement, subject=subject) if departement else None
    return {
        "departement": departement,
        "departement_of": contacts.DEPARTMENTS[departement][1] if departement else "",
        "departments": [(code, names[0]) for code, names in contacts.DEPARTMENTS.items()],
        "subject": subject,
        "subjects": _subject_filters(departement, subject),
        "contacts": [contacts.shown(one) for one in found.contacts] if found and not found.sentence else [],
    }


def _subject_filters(departement: str, subject: str) -> list[Filter]:
    root = f"/referents?departement={departement}"
    chosen = [Filter(contacts.SHORT[key], f"{root}&sujet={key}", key == subject) for key in directory.SUBJECTS]
    return [Filter("Tous les sujets", root, not subject), *chosen]

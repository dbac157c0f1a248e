"""Every component in every state, on pages of a table of addresses that only tests serve."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.urls import include, path

from socle import clock
from socle.base.access.actor import Actor, Kind
from socle.portal.components import refusals
from socle.portal.components.values import Acting, Chip, Filter, Link, PatientHeader, Toast
from socle.portal.public import contacts, personas
from tests.portal import samples

SOURCES = Path(__file__).parent / "pages"


def page(name: str, context: dict[str, Any], request: HttpRequest) -> HttpResponse:
    source = (SOURCES / f"{name}.html").read_text()
    return HttpResponse(engines["django"].from_string(source).render(context, request))


def as_professional(request: HttpRequest) -> None:
    request.actor = samples.GENERALIST


def record(request: HttpRequest, patient: PatientHeader = samples.KARIM) -> HttpResponse:
    as_professional(request)
    context = {
        "patient": patient,
        "sections": samples.SECTIONS,
        "section_title": "Synthèse",
        "pieces": (("… ", False), ("allergie connue à la pénicilline", True), (", adressé pour…", False)),
        "source": Link("Lettre de consultation, page 1", "#"),
        "facts": samples.FACTS,
        "none": [],
        "more": Link("Tout, avec arrêts", "#"),
        "episodes": samples.EPISODES,
        "filters": samples.FILTERS,
        "documents": samples.DOCUMENTS,
        "table": samples.TABLE,
        "current_path": "/pro/patients",
        "counts": {"a-traiter": 12, "messages": 4},
    }
    return page("record", context, request)


def states(request: HttpRequest) -> HttpResponse:
    as_professional(request)
    kinds = ("", "alert", "strong", "warn", "note", "done", "mark", "plain")
    context = {
        "toast": Toast("Message envoyé à Dr Yasmina COURTELAIN.", "/pro/patients", "Annuler (10 s)"),
        "actions": [Link("Voir ceux de l’équipe", "#", primary=True), Link("Voir ce qui est traité", "#")],
        "form": samples.OpeningForm({}, {}) if "vide" in request.GET else samples.OpeningForm(),
        "cancel": Link("Annuler", "#"),
        "hidden": [("situation", "s-1")],
        "chips": [Chip(kind or "neutre", kind, "info" if kind != "plain" else "") for kind in kinds],
        "current_path": "/pro/a-traiter",
    }
    return page("states", context, request)


def space(request: HttpRequest) -> HttpResponse:
    request.actor = Actor(kind=Kind.REPRESENTATIVE, person_id=UUID(int=2), name="Sophie MARCHANVAL")
    acting = Acting("Odette MARCHANVAL", "vous êtes sa fille", "/mon-espace")
    context = {
        "todos": samples.TODOS,
        "log": samples.LOG,
        "acting": acting,
        "current_path": "/mon-espace",
        "counts": {"messages": 1},
    }
    return page("space", context, request)


def administration(request: HttpRequest) -> HttpResponse:
    request.actor = Actor(kind=Kind.ADMINISTRATOR, person_id=UUID(int=3), name="Samir TAHIRI")
    return page("administration", {"current_path": "/gestion/supervision"}, request)


def session_ends(request: HttpRequest, seconds: int) -> HttpResponse:
    """A page whose session locks in `seconds`."""
    request.session_locks_at = clock.now() + timedelta(seconds=seconds)
    return states(request)


def extend(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=204, headers={"X-Session-Left": "900"})


def error(request: HttpRequest, code: int) -> HttpResponse:
    if code == 500:
        raise ZeroDivisionError
    raise samples.ERRORS[code]


def other_situation(request: HttpRequest) -> HttpResponse:
    as_professional(request)
    request.request_id = "0198-7c2e"
    return refusals.other_situation(
        request,
        expected="BELHADRI Karim, Maison de santé des Tilleuls",
        current="Hôpital Les Ormes (fictif)",
        resume_href="/pro/patients",
    )


def locked(request: HttpRequest) -> HttpResponse:
    as_professional(request)
    return render(request, "socle/locked.html", {"unlock_href": "/galerie/etats", "next": "0198"})


def sign_in(request: HttpRequest) -> HttpResponse:
    return render(request, "public/sign_in.html", {"groups": personas.grouped(samples.PERSONAS), "leading_on": ""})


def referents(request: HttpRequest) -> HttpResponse:
    context = {
        "departement": "93",
        "departement_of": "de la Seine-Saint-Denis",
        "departments": [(code, names[0]) for code, names in contacts.DEPARTMENTS.items()],
        "subject": "",
        "subjects": [
            Filter("Tous les sujets", "#", True),
            *(Filter(name, f"?sujet={key}") for key, name in contacts.SHORT.items()),
        ],
        "contacts": samples.CONTACTS,
    }
    if "accueil" in request.GET:
        return render(request, "public/home.html", {**context, "subjects": []})
    return render(request, "public/referents.html", context)


def incident(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "public/status.html",
        {"incidents": [("Messages retardés", "Les messages sortants partent avec 20 minutes de retard.")]},
    )


def next_rows(request: HttpRequest) -> HttpResponse:
    as_professional(request)
    if "dit" in request.GET:
        return page("said", {"toast": Toast("Élément traité.")}, request)
    title = "Suite du bilan" if "apres" in request.GET else "Bilan ORL, mars 2019"
    return page("next_rows", {"title": title, "documents": samples.DOCUMENTS, "href": "?apres=x"}, request)


def stub(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


handler400 = refusals.bad_request
handler403 = refusals.permission_denied
handler404 = refusals.page_not_found
handler500 = refusals.server_error

SIGN_IN = ("pro-sante-connect", "franceconnect", "situation", "lock", "unlock", "sign-out")
STUBS = (
    "pro/a-traiter",
    "pro/patients",
    "pro/messages",
    "pro/cercles",
    "pro/annuaire",
    "pro/recherche",
    "mon-espace",
    "mon-espace/dossier",
)
MORE_STUBS = ("mon-espace/messages", "mon-espace/agenda", "mon-espace/equipe", "gestion/supervision", "gestion/referents")
signin = SimpleNamespace(
    app_name="signin", urlpatterns=[*(path(name, stub, name=name) for name in SIGN_IN), path("extend", extend, name="extend")]
)

urlpatterns = [
    path("galerie/dossier", record),
    path("galerie/dossier-douteux", record, {"patient": samples.UNSURE}),
    path("galerie/dossier-logistique", record, {"patient": samples.LOGISTIC}),
    path("galerie/etats", states),
    path("galerie/espace", space),
    path("galerie/gestion", administration),
    path("galerie/session/<int:seconds>", session_ends),
    path("galerie/erreur/<int:code>", error),
    path("pro/erreur/<int:code>", error),
    path("galerie/situation", other_situation),
    path("galerie/verrou", locked),
    path("galerie/connexion", sign_in),
    path("galerie/referents", referents),
    path("galerie/incident", incident),
    path("galerie/suite", next_rows),
    path("connexion/", include((signin.urlpatterns, "signin"))),
    *(path(name, stub) for name in (*STUBS, *MORE_STUBS)),
    path("", include("socle.portal.urls")),
]
PAGES = (
    *("/", "/connexion", "/aide", "/referents", "/referents?departement=93", "/accessibilite", "/statut"),
    *("/donnees-personnelles", "/apparence", "/galerie/connexion", "/galerie/referents", "/galerie/referents?accueil=1"),
    *("/galerie/incident", "/galerie/dossier", "/galerie/dossier-douteux", "/galerie/dossier-logistique", "/galerie/etats"),
    *("/galerie/etats?vide=1", "/galerie/espace", "/galerie/gestion", "/galerie/situation", "/galerie/verrou"),
    *(
        "/galerie/session/100",
        "/galerie/erreur/400",
        "/galerie/erreur/403",
        "/galerie/erreur/404",
        "/galerie/erreur/409",
    ),
    *("/galerie/erreur/429", "/galerie/erreur/500", "/galerie/erreur/503", "/pro/erreur/404", "/inconnue"),
)

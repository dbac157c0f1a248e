"""Refusals, errors and locks as pages: what happened, what to do, whom to call. The pages' table of socle/errors.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from socle.errors import Conflict, Forbidden, Invalid, NotFound, SocleError, Unavailable
from socle.portal.components import menu
from socle.portal.components.values import Chip, Link, PatientHeader, Refusal

RATE_CODES = frozenset({"trop-de-recherches", "trop-de-requetes", "trop-d-essais"})
"""Codes that answer 429: the asker went too fast, nothing is forbidden."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What a status says around the error's own sentence."""

    status: int
    title: str
    sentence: str
    todo: str
    chip: Chip


WORDINGS: dict[int, Wording] = {
    400: Wording(
        400,
        "Cette demande ne peut pas être lue",
        "Les informations envoyées sont incomplètes ou mal écrites.",
        "Rien n’a été enregistré. Revenez à la page précédente, corrigez, puis envoyez de nouveau.",
        Chip("Demande incomplète", "warn", "triangle-alert"),
    ),
    403: Wording(
        403,
        "Cette action ne vous est pas ouverte",
        "Votre rôle ou votre situation ne donne pas ce droit.",
        "Rien n’a été fait. Changez de situation si vous en avez plusieurs, ou demandez ce droit.",
        Chip("Accès refusé", "alert", "ban"),
    ),
    404: Wording(
        404,
        "Cette page n’existe pas ou ne vous est pas accessible",
        "L’adresse est fausse, l’élément a été retiré, ou il ne vous est pas ouvert.",
        "Vérifiez l’adresse, ou repartez de l’accueil.",
        Chip("Introuvable", "", "file-search"),
    ),
    409: Wording(
        409,
        "Cet élément a changé entre-temps",
        "Quelqu’un l’a modifié pendant que vous l’aviez sous les yeux.",
        "Rien n’a été écrasé. Rechargez la page, comparez, puis recommencez.",
        Chip("Version dépassée", "warn", "history"),
    ),
    429: Wording(
        429,
        "Trop de demandes en peu de temps",
        "Pour protéger les dossiers, le nombre de recherches est limité à 60 par heure.",
        "Attendez quelques minutes, puis recommencez. Ce que vous avez déjà ouvert reste accessible.",
        Chip("Limite atteinte", "warn", "clock"),
    ),
    500: Wording(
        500,
        "Le service a rencontré une panne",
        "La page n’a pas pu être préparée. L’équipe technique en est avertie.",
        "Rien n’a été enregistré à moitié. Réessayez dans quelques minutes.",
        Chip("Panne", "alert", "octagon-alert"),
    ),
    503: Wording(
        503,
        "Le service ne répond pas pour l’instant",
        "Il est très demandé ou en cours d’entretien.",
        "Réessayez dans quelques instants. Rien n’a été enregistré à moitié.",
        Chip("Momentanément indisponible", "warn", "clock"),
    ),
}
STATUSES: dict[type[SocleError], int] = {NotFound: 404, Forbidden: 403, Invalid: 400, Conflict: 409, Unavailable: 503}
SITUATION = "/connexion/situation"
LAYOUTS = {"/pro": "professional", "/mon-espace": "patient", "/gestion": "administration"}
BACKS = {
    "professional": Link("Revenir à « À traiter »", "/pro/a-traiter"),
    "patient": Link("Revenir à l’accueil de mon espace", "/mon-espace"),
    "administration": Link("Revenir à la supervision", "/gestion/supervision"),
    "public": Link("Revenir à l’accueil", "/"),
}


class Refusals:
    """Middleware: an error of socle/errors.py that leaves a view becomes its page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return error_page(request, exception) if isinstance(exception, SocleError) else None


def error_page(request: HttpRequest, error: SocleError) -> HttpResponse:
    """The page of an error, with its status; 503 carries Retry-After."""
    status = 429 if error.code in RATE_CODES else STATUSES[type(error)]
    refusal = _refusal(WORDINGS[status])
    if error.sentence != type(error).default_sentence:
        refusal = replace(refusal, sentence=error.sentence)
    if isinstance(error, Forbidden):
        refusal = replace(refusal, grantor=error.grantor.rstrip("."))
    if isinstance(error, Invalid):
        sentences = tuple(issue.sentence for issue in error.issues if issue.sentence != error.sentence)
        refusal = replace(refusal, issues=sentences)
    response = refusal_page(request, refusal, status)
    if isinstance(error, Unavailable):
        response["Retry-After"] = str(error.retry_after_s)
    return response


def status_page(request: HttpRequest, status: int) -> HttpResponse:
    """The page of a bare status (unknown address, breakdown)."""
    return refusal_page(request, _refusal(WORDINGS[status]), status)


def refusal_page(request: HttpRequest, refusal: Refusal, status: int, *, patient: PatientHeader | None = None) -> HttpResponse:
    """Any refusal as a page in the layout of its space, under the identity of the `patient` it is about when given; a number to
    quote is shown when the request has one."""
    space = space_of(request.path_info)
    shown = replace(
        refusal,
        back=refusal.back or BACKS[space],
        reference=refusal.reference or getattr(request, "request_id", ""),
    )
    context = {"refusal": shown, "layout": f"socle/{space}.html", "patient": patient}
    return render(request, "socle/refusal.html", context, status=status)


def other_situation(request: HttpRequest, *, expected: str, current: str, resume_href: str = "") -> HttpResponse:
    """409: the form was made for another person or situation (another tab). Nothing was written.

    `expected` and `current` say in words what the form holds and what the session holds now.
    """
    choices = [Link("Reprendre cette page", resume_href, "refresh-cw")] if resume_href else []
    if menu.exists(SITUATION):
        choices.append(Link("Changer de situation", SITUATION, "user-check"))
    refusal = Refusal(
        title="Cette page a été ouverte dans une autre situation",
        sentence=f"La page concerne : {expected}. Vous êtes maintenant dans : {current}.",
        chip=Chip("Autre onglet", "warn", "users"),
        todo="Rien n’a été enregistré. Reprenez la page dans la bonne situation avant de recommencer.",
        choices=tuple(choices),
    )
    return refusal_page(request, refusal, 409)


def other_person(request: HttpRequest, *, resume_href: str) -> HttpResponse:
    """409: the form was made on another person's page (another tab). Nothing was written, and nobody is named."""
    refusal = Refusal(
        title="Ce formulaire vient de la page d’une autre personne",
        sentence="Il a été ouvert pour une autre personne que celle de cette adresse.",
        chip=Chip("Autre onglet", "warn", "users"),
        todo="Rien n’a été enregistré. Reprenez la page de la bonne personne, vérifiez son nom, puis recommencez.",
        choices=(Link("Reprendre cette page", resume_href, "refresh-cw"),),
    )
    return refusal_page(request, refusal, 409)


def space_of(path: str) -> str:
    """The space that an address belongs to."""
    for prefix, space in LAYOUTS.items():
        if path == prefix or path.startswith(f"{prefix}/"):
            return space
    return "public"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return status_page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return status_page(request, 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return status_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return status_page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form's token is missing or old, most often a page kept open since before the last sign-in."""
    refusal = Refusal(
        title="Cette page était ouverte depuis trop longtemps",
        sentence="Par sécurité, son envoi n’a pas été accepté.",
        chip=Chip("Page périmée", "warn", "clock"),
        todo="Rien n’a été enregistré. Revenez à la page précédente, rechargez-la, puis envoyez de nouveau.",
    )
    return refusal_page(request, refusal, 403)


def _refusal(wording: Wording) -> Refusal:
    return Refusal(title=wording.title, sentence=wording.sentence, chip=wording.chip, todo=wording.todo)

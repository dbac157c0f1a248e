"""A confirmation is a page: what happens in one sentence, what stays true, two buttons of equal weight."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from socle.portal.components import values
from socle.portal.patient.spaces import Space, space_page


@dataclass(frozen=True, slots=True)
class Confirm:
    """`patient/confirm.html`. The page posts to its own address; `keep` leaves all as it is."""

    title: str
    sentence: str
    submit: str
    keep: values.Link
    subject: str = ""
    points: tuple[str, ...] = ()
    icon: str = ""
    chip: values.Chip | None = None


def confirm_page(request: HttpRequest, space: Space, confirm: Confirm) -> HttpResponse:
    return space_page(request, space, "patient/confirm.html", {"confirm": confirm})

"""Addresses of the pages (product terms in French, opaque ids). Each space brings its own table."""

from __future__ import annotations

from django.urls import include, path

from socle.portal.components import assets

handler400 = "socle.portal.components.refusals.bad_request"
handler403 = "socle.portal.components.refusals.permission_denied"
handler404 = "socle.portal.components.refusals.page_not_found"
handler500 = "socle.portal.components.refusals.server_error"

urlpatterns = [
    path("static/<path:name>", assets.serve, name="asset"),
    path("", include("socle.portal.signin.urls")),
    path("", include("socle.portal.public.urls")),
    path("", include("socle.portal.professional.urls")),
    path("", include("socle.portal.patient.urls")),
    path("", include("socle.portal.administration.urls")),
]

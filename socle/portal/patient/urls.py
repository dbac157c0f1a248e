"""Addresses of the person's space (product terms, opaque ids)."""

from __future__ import annotations

from django.urls import path

from socle.portal.patient.views import accesses, documents, home, record, rights

app_name = "espace"
SPACE = "mon-espace"
DOCUMENT = f"{SPACE}/dossier/documents/<uuid:document_id>"
PROFESSIONAL = f"{SPACE}/droits/professionnels/<uuid:person_id>"
urlpatterns = [
    path(SPACE, home.home, name="home"),
    path(f"{SPACE}/dossier", record.record, name="record"),
    path(f"{SPACE}/dossier/documents", documents.index, name="documents"),
    path(DOCUMENT, documents.reader, name="document"),
    path(f"{DOCUMENT}/fichier/<int:number>", documents.part, name="part"),
    path(f"{DOCUMENT}/cacher", documents.hide, name="hide"),
    path(f"{DOCUMENT}/montrer", documents.show, name="show"),
    path(f"{SPACE}/droits", rights.index, name="rights"),
    path(f"{SPACE}/droits/acces", accesses.journal, name="accesses"),
    path(f"{SPACE}/droits/acces/avis/<uuid:notice_id>/lu", accesses.mark_read, name="mark-read"),
    path(f"{SPACE}/droits/professionnels", rights.professionals, name="professionals"),
    path(f"{PROFESSIONAL}/bloquer", rights.block, name="block"),
    path(f"{PROFESSIONAL}/debloquer", rights.unblock, name="unblock"),
    path(f"{SPACE}/droits/urgence", rights.urgency, name="urgency"),
    path(f"{SPACE}/droits/opposition", rights.state, name="state"),
    path(f"{SPACE}/droits/opposition/<slug:choice>", rights.change_state, name="change-state"),
]

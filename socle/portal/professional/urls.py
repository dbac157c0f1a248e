"""Addresses of the professional space (product terms, opaque ids)."""

from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

from socle.portal.professional.views import accesses, charts, deposit, documents, identity, opening, search, work

app_name = "pro"
PATIENT = "pro/patients/<uuid:patient_id>"
urlpatterns = [
    path("pro", RedirectView.as_view(url="/pro/a-traiter")),
    path("pro/a-traiter", work.todo, name="todo"),
    path("pro/patients", work.patients, name="patients"),
    path("pro/patients/recherche", search.start, name="search"),
    path("pro/patients/recherche/<uuid:search_id>", search.results, name="results"),
    path("pro/patients/nouveau", identity.new, name="new-patient"),
    path(f"{PATIENT}/ouvrir", opening.opening, name="open"),
    path(f"{PATIENT}/fermer-acces", opening.close, name="close-urgent"),
    path(f"{PATIENT}/synthese", charts.summary, name="synthesis"),
    path(f"{PATIENT}/documents", documents.index, name="documents"),
    path(f"{PATIENT}/documents/deposer", deposit.deposit, name="deposit"),
    path(f"{PATIENT}/documents/<uuid:document_id>", documents.reader, name="document"),
    path(f"{PATIENT}/documents/<uuid:document_id>/fichier/<int:number>", documents.part, name="part"),
    path(f"{PATIENT}/documents/<uuid:document_id>/visibilite", documents.visibility, name="visibility"),
    path(f"{PATIENT}/documents/<uuid:document_id>/supprimer", documents.delete, name="delete"),
    path(f"{PATIENT}/acces", accesses.journal, name="accesses"),
    path(f"{PATIENT}/identite", identity.identity, name="identity"),
]

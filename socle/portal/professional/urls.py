"""Addresses of the professional space (product terms, opaque ids)."""

from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

from socle.portal.professional.records import of_record
from socle.portal.professional.views import accesses, charts, deposit, documents, identity, opening, registration, search, work

app_name = "pro"
PATIENT = "pro/patients/<uuid:patient_id>"
urlpatterns = [
    path("pro", RedirectView.as_view(url="/pro/a-traiter")),
    path("pro/a-traiter", work.todo, name="todo"),
    path("pro/patients", work.patients, name="patients"),
    path("pro/patients/recherche", search.start, name="search"),
    path("pro/patients/recherche/<uuid:search_id>", search.results, name="results"),
    path("pro/patients/comparer/<uuid:left_id>/<uuid:right_id>", search.compare, name="compare"),
    path("pro/patients/nouveau", registration.new, name="new-patient"),
    path(f"{PATIENT}/ouvrir", opening.opening, name="open"),
    path(f"{PATIENT}/fermer-acces", opening.close, name="close-urgent"),
    path(f"{PATIENT}/synthese", of_record(charts.summary), name="synthesis"),
    path(f"{PATIENT}/documents", of_record(documents.index), name="documents"),
    path(f"{PATIENT}/documents/deposer", of_record(deposit.deposit), name="deposit"),
    path(f"{PATIENT}/documents/<uuid:document_id>", of_record(documents.reader), name="document"),
    path(f"{PATIENT}/documents/<uuid:document_id>/fichier/<int:number>", of_record(documents.part), name="part"),
    path(f"{PATIENT}/documents/<uuid:document_id>/visibilite", of_record(documents.visibility), name="visibility"),
    path(f"{PATIENT}/documents/<uuid:document_id>/supprimer", of_record(documents.delete), name="delete"),
    path(f"{PATIENT}/acces", of_record(accesses.journal), name="accesses"),
    path(f"{PATIENT}/identite", identity.identity, name="identity"),
]

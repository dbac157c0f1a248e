"""Addresses of the administration (product terms, opaque ids)."""

from __future__ import annotations

from django.urls import path

from socle.portal.administration.views import accesses, home, identities, merges, people, supervision

app_name = "gestion"
IDENTITIES = "gestion/identites"
MERGE = f"{IDENTITIES}/fusions/<uuid:merge_id>"
urlpatterns = [
    path("gestion", home.page, name="home"),
    path("gestion/supervision", supervision.page, name="supervision"),
    path("gestion/supervision/<uuid:reaction_id>/relancer", supervision.revive, name="revive"),
    path("gestion/comptes", people.index, name="people"),
    path("gestion/comptes/<uuid:account_id>", people.account, name="account"),
    path("gestion/comptes/<uuid:account_id>/depart", people.dismiss, name="dismiss"),
    path("gestion/comptes/invitations/<uuid:invitation_id>/retirer", people.withdraw_invitation, name="withdraw-invitation"),
    path("gestion/acces-exceptionnels", accesses.index, name="urgent"),
    path("gestion/acces-exceptionnels/<uuid:session_id>", accesses.review, name="review"),
    path(IDENTITIES, identities.index, name="identities"),
    path(f"{IDENTITIES}/recherche", identities.search, name="search"),
    path(f"{IDENTITIES}/recherche/<uuid:search_id>", identities.results, name="results"),
    path(f"{IDENTITIES}/<uuid:patient_id>/doute", identities.lift_doubt, name="lift-doubt"),
    path(f"{IDENTITIES}/comparer", merges.compare, name="compare"),
    path(f"{MERGE}/confirmer", merges.confirm, name="confirm"),
    path(f"{MERGE}/refuser", merges.refuse, name="refuse"),
    path(f"{MERGE}/annuler", merges.ask_undo, name="ask-undo"),
    path(f"{MERGE}/confirmer-annulation", merges.undo, name="undo"),
]

from __future__ import annotations

from django.urls import path

from socle.base.signin.gateways.issuers import FRANCECONNECT, PSC
from socle.portal.signin import accounts, passkeys, sessions, views

app_name = "signin"
urlpatterns = [
    path("connexion/pro-sante-connect", views.begin, {"provider": PSC}, name="pro-sante-connect"),
    path("connexion/pro-sante-connect/retour", views.finish, {"provider": PSC}, name="psc-return"),
    path("connexion/franceconnect", views.begin, {"provider": FRANCECONNECT}, name="franceconnect"),
    path("connexion/franceconnect/retour", views.finish, {"provider": FRANCECONNECT}, name="franceconnect-return"),
    path("connexion/compte", accounts.account, name="account"),
    path("connexion/invitation/<str:token>", accounts.invitation, name="invitation"),
    path("connexion/cles/demande", passkeys.ask_new, name="passkey-ask-new"),
    path("connexion/cles", passkeys.add, name="passkey-add"),
    path("connexion/cles/preuve/demande", passkeys.ask_proof, name="passkey-ask-proof"),
    path("connexion/cles/preuve", passkeys.prove, name="passkey-prove"),
    path("connexion/situation", views.situation, name="situation"),
    path("connexion/verrouiller", sessions.lock, name="lock"),
    path("connexion/deverrouiller", sessions.unlock, name="unlock"),
    path("connexion/prolonger", sessions.extend, name="extend"),
    path("connexion/quitter", sessions.sign_out, name="sign-out"),
    path("connexion/reprise/<uuid:form_id>", sessions.resume, name="resume"),
    path("pro/reglages/sessions", sessions.devices, name="devices"),
    path("mon-espace/reglages/sessions", sessions.devices, name="patient-devices"),
    path("gestion/comptes/inviter", accounts.invitations, name="invitations"),
    path("gestion/sessions", sessions.devices, name="administration-devices"),
]

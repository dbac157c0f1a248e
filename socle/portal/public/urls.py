from __future__ import annotations

from django.urls import path

from socle.portal.public import views

app_name = "public"
urlpatterns = [
    path("", views.home, name="home"),
    path("connexion", views.sign_in, name="sign-in"),
    path("referents", views.referents, name="referents"),
    path("aide", views.help_page, name="help"),
    path("accessibilite", views.accessibility, name="accessibility"),
    path("statut", views.status, name="status"),
    path("donnees-personnelles", views.personal_data, name="personal-data"),
    path("apparence", views.appearance, name="appearance"),
]

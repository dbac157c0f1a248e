from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "socle.base.identity"
    label = "identity"

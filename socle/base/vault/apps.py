from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "socle.base.vault"
    label = "vault"

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "socle.base.audit"
    label = "audit"

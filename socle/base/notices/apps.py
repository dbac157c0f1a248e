from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "socle.base.notices"
    label = "notices"

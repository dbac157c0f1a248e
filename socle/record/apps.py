from django.apps import AppConfig


class RecordConfig(AppConfig):
    name = "socle.record"
    label = "record"

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "socle.base.access"
    label = "access"

    def ready(self) -> None:
        from socle.base.access import doors

        doors.watch_connections()

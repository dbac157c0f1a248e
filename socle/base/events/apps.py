from importlib import import_module, util

from django.apps import AppConfig, apps


class EventsConfig(AppConfig):
    name = "socle.base.events"
    label = "events"

    def ready(self) -> None:
        """Every package's `reactions` module is read, so that each process knows who reacts to what."""
        for config in apps.get_app_configs():
            if config.name.startswith("socle.") and util.find_spec(f"{config.name}.reactions"):
                import_module(f"{config.name}.reactions")

from importlib import import_module

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "khuevan.events"
    label = "events"

    def ready(self) -> None:
        for name in ("dated", "presenting"):
            import_module(f"khuevan.events.{name}")

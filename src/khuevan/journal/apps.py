from importlib import import_module

from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "khuevan.journal"
    label = "journal"

    def ready(self) -> None:
        import_module(f"{self.name}.readers")

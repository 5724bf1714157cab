from importlib import import_module

from django.apps import AppConfig


class ClientsConfig(AppConfig):
    name = "khuevan.clients"
    label = "clients"

    def ready(self) -> None:
        for module in ("presenting", "notices", "tasks", "hooking"):
            import_module(f"{self.name}.{module}")

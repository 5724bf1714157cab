from importlib import import_module

from django.apps import AppConfig


class FederationConfig(AppConfig):
    name = "khuevan.federation"
    label = "federation"

    def ready(self) -> None:
        for module in ("presenting", "tasks"):
            import_module(f"{self.name}.{module}")
        import_module(f"{self.name}.beside")

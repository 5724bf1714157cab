from importlib import import_module

from django.apps import AppConfig


class ExpertsConfig(AppConfig):
    name = "khuevan.experts"
    label = "experts"

    def ready(self) -> None:
        for name in ("dated", "presenting", "payable"):
            import_module(f"khuevan.experts.{name}")

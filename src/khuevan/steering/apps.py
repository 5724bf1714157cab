from importlib import import_module

from django.apps import AppConfig


class SteeringConfig(AppConfig):
    name = "khuevan.steering"
    label = "steering"

    def ready(self) -> None:
        import_module("khuevan.steering.presenting")

from importlib import import_module

from django.apps import AppConfig


class CentreConfig(AppConfig):
    name = "khuevan.centre"
    label = "centre"

    def ready(self) -> None:
        import_module("khuevan.centre.presenting")

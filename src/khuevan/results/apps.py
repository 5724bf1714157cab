from importlib import import_module

from django.apps import AppConfig


class ResultsConfig(AppConfig):
    name = "khuevan.results"
    label = "results"

    def ready(self) -> None:
        import_module("khuevan.results.dated")
        import_module("khuevan.results.beside")

from importlib import import_module

from django.apps import AppConfig


class ValuationConfig(AppConfig):
    name = "khuevan.valuation"
    label = "valuation"

    def ready(self) -> None:
        import_module("khuevan.valuation.presenting")
        import_module("khuevan.valuation.dated")

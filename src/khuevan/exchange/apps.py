from importlib import import_module

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "khuevan.exchange"
    label = "exchange"

    def ready(self) -> None:
        import_module("khuevan.exchange.presenting")
        import_module("khuevan.exchange.readers")
        import_module("khuevan.exchange.lots")
        import_module("khuevan.exchange.telling")

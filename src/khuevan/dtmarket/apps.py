from importlib import import_module

from django.apps import AppConfig


class DtmarketConfig(AppConfig):
    name = "khuevan.dtmarket"
    label = "dtmarket"

    def ready(self) -> None:
        import_module("khuevan.dtmarket.presenting")
        import_module("khuevan.dtmarket.dated")
        import_module("khuevan.dtmarket.beside")

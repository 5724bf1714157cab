from importlib import import_module

from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "khuevan.contracts"
    label = "contracts"

    def ready(self) -> None:
        import_module("khuevan.contracts.presenting")
        import_module("khuevan.contracts.dated")
        import_module("khuevan.contracts.beside")

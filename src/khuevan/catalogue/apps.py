from importlib import import_module

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "khuevan.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        import_module("khuevan.catalogue.dated")
        import_module("khuevan.catalogue.presenting")

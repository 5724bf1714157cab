from importlib import import_module

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "khuevan.directory"
    label = "directory"

    def ready(self) -> None:
        import_module("khuevan.directory.presenting")

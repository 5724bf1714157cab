from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class NoticesConfig(AppConfig):
    name = "khuevan.notices"
    label = "notices"

    def ready(self) -> None:
        import_module("khuevan.notices.readers")
        autodiscover_modules("notices")

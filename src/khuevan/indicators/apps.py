from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class IndicatorsConfig(AppConfig):
    name = "khuevan.indicators"
    label = "indicators"

    def ready(self) -> None:
        import_module("khuevan.indicators.basis")
        import_module("khuevan.indicators.reader")
        autodiscover_modules("indicators")

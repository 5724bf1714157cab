from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "khuevan.indicators"
    label = "indicators"

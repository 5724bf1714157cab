from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "khuevan.measures"
    label = "measures"

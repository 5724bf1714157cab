from django.apps import AppConfig


class CentreConfig(AppConfig):
    name = "khuevan.centre"
    label = "centre"

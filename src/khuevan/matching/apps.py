from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "khuevan.matching"
    label = "matching"

from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "khuevan.analytics"
    label = "analytics"

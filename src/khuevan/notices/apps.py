from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "khuevan.notices"
    label = "notices"

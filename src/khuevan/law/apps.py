from django.apps import AppConfig


class LawConfig(AppConfig):
    name = "khuevan.law"
    label = "law"

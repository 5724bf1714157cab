from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "khuevan.platform"
    label = "platform"

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "khuevan.web"
    label = "web"

from importlib import import_module

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "khuevan.feedback"
    label = "feedback"

    def ready(self) -> None:
        import_module("khuevan.feedback.presenting")

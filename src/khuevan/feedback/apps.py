from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "khuevan.feedback"
    label = "feedback"

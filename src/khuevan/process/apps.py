from django.apps import AppConfig


class ProcessConfig(AppConfig):
    name = "khuevan.process"
    label = "process"

from importlib import import_module

from django.apps import AppConfig


class WorktimeConfig(AppConfig):
    name = "khuevan.worktime"
    label = "worktime"

    def ready(self) -> None:
        import_module("khuevan.worktime.basis")

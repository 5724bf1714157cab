from django.apps import AppConfig


class WorktimeConfig(AppConfig):
    name = "khuevan.worktime"
    label = "worktime"

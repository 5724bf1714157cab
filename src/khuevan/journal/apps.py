from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "khuevan.journal"
    label = "journal"

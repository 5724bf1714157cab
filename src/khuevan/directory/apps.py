from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "khuevan.directory"
    label = "directory"

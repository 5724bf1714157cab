from importlib import import_module

from django.apps import AppConfig


class BooksConfig(AppConfig):
    name = "khuevan.books"
    label = "books"

    def ready(self) -> None:
        import_module("khuevan.books.presenting")

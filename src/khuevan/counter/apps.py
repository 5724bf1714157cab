from importlib import import_module

from django.apps import AppConfig


class CounterConfig(AppConfig):
    name = "khuevan.counter"
    label = "counter"

    def ready(self) -> None:
        import_module("khuevan.counter.presenting")
        import_module("khuevan.counter.clocks")
        import_module("khuevan.counter.actions.duties")
        import_module("khuevan.counter.payable")

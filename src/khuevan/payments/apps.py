from importlib import import_module

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "khuevan.payments"
    label = "payments"

    def ready(self) -> None:
        import_module("khuevan.payments.presenting")

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "khuevan.payments"
    label = "payments"

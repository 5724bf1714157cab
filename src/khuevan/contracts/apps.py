from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "khuevan.contracts"
    label = "contracts"

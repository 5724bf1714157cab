from importlib import import_module

from django.apps import AppConfig


class DealsConfig(AppConfig):
    name = "khuevan.deals"
    label = "deals"

    def ready(self) -> None:
        for name in (
            "dated",
            "presenting",
            "payable",
            "beside",
            "mediating",
            "joining",
        ):
            import_module(f"khuevan.deals.{name}")

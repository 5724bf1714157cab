from importlib import import_module

from django.apps import AppConfig


class AuctionsConfig(AppConfig):
    name = "khuevan.auctions"
    label = "auctions"

    def ready(self) -> None:
        import_module("khuevan.auctions.presenting")
        import_module("khuevan.auctions.payable")
        import_module("khuevan.auctions.dated")

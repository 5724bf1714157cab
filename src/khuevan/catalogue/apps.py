from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "khuevan.catalogue"
    label = "catalogue"

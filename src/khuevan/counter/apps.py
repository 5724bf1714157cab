from django.apps import AppConfig


class CounterConfig(AppConfig):
    name = "khuevan.counter"
    label = "counter"

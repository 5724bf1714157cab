from django.apps import AppConfig


class SteeringConfig(AppConfig):
    name = "khuevan.steering"
    label = "steering"

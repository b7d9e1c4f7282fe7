from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "wenming.engines.metrics"
    label = "metrics"

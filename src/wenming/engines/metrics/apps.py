from django.apps import AppConfig

from wenming.kernel import triggers


class MetricsConfig(AppConfig):
    name = "wenming.engines.metrics"
    label = "metrics"

    def ready(self) -> None:
        from wenming.engines.metrics import rules  # noqa: F401, PLC0415  registers the permissions

        triggers.append_only("metrics_figurerun")

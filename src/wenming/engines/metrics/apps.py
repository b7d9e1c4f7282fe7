from django.apps import AppConfig

from wenming.kernel import triggers
from wenming.kernel.ui import nav


class MetricsConfig(AppConfig):
    name = "wenming.engines.metrics"
    label = "metrics"

    def ready(self) -> None:
        from wenming.engines.metrics import rules  # noqa: F401, PLC0415  registers the permissions
        from wenming.engines.metrics.nav import ENTRY  # noqa: PLC0415  reads models, which are not there before

        triggers.append_only("metrics_figurerun")
        nav.register(ENTRY)

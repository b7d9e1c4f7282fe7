from django.apps import AppConfig

from wenming.kernel import triggers
from wenming.kernel.ui import nav


class AppealsConfig(AppConfig):
    name = "wenming.programmes.appeals"
    label = "appeals"

    def ready(self) -> None:
        from wenming.programmes.appeals import flow, metrics, rules  # noqa: F401, PLC0415
        from wenming.programmes.appeals.nav import LIST  # noqa: PLC0415
        from wenming.programmes.appeals.services import unit_mergers  # noqa: PLC0415

        triggers.append_only("appeals_appealevent")
        rules.register()
        metrics.register()
        unit_mergers.register()
        nav.register(LIST)

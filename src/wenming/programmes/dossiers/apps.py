from django.apps import AppConfig

from wenming.kernel import triggers
from wenming.kernel.ui import nav, setup


class DossiersConfig(AppConfig):
    name = "wenming.programmes.dossiers"
    label = "dossiers"

    def ready(self) -> None:
        from wenming.programmes.dossiers import flow, metrics, rules  # noqa: F401, PLC0415
        from wenming.programmes.dossiers.nav import LIST, SETUP  # noqa: PLC0415

        triggers.append_only("dossiers_dossierevent")
        triggers.append_only("dossiers_signature")
        rules.register()
        metrics.register()
        nav.register(LIST)
        setup.register(SETUP)

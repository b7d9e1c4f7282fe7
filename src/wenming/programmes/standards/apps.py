from django.apps import AppConfig

from wenming.kernel import triggers
from wenming.kernel.ui import nav, setup


class StandardsConfig(AppConfig):
    name = "wenming.programmes.standards"
    label = "standards"

    def ready(self) -> None:
        from wenming.programmes.standards import rules  # noqa: F401, PLC0415  registers the permissions
        from wenming.programmes.standards.nav import ENTRY, SETUP  # noqa: PLC0415  reads models, which are not there before
        from wenming.programmes.standards.services import unit_mergers  # noqa: PLC0415

        triggers.append_only("standards_publication")
        unit_mergers.register()
        nav.register(ENTRY)
        setup.register(SETUP)

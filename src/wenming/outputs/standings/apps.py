from django.apps import AppConfig

from wenming.kernel.ui import nav, setup


class StandingsConfig(AppConfig):
    name = "wenming.outputs.standings"
    label = "standings"

    def ready(self) -> None:
        from wenming.outputs.standings import rules  # noqa: F401, PLC0415  registers the permissions
        from wenming.outputs.standings.nav import ENTRY, SETUP  # noqa: PLC0415  reads models, which are not there before

        nav.register(ENTRY)
        setup.register(SETUP)

from django.apps import AppConfig

from wenming.kernel import triggers
from wenming.kernel.ui import nav, setup


class PlacesConfig(AppConfig):
    name = "wenming.foundation.places"
    label = "places"

    def ready(self) -> None:
        from wenming.foundation.places import rules  # noqa: F401, PLC0415  registers the permissions
        from wenming.foundation.places.nav import ENTRY, REGIONS_SETUP, SETUP  # noqa: PLC0415  reads models, which are not there before
        from wenming.foundation.places.services import unit_mergers  # noqa: PLC0415

        triggers.append_only("places_pointchange")
        unit_mergers.register()
        nav.register(ENTRY)
        setup.register(SETUP)
        setup.register(REGIONS_SETUP)

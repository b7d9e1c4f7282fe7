from django.apps import AppConfig

from wenming.kernel.ui import nav as rail
from wenming.kernel.ui import setup


class PeopleConfig(AppConfig):
    name = "wenming.foundation.people"
    label = "people"

    def ready(self) -> None:
        from wenming.foundation.people import nav, rules, userbox  # noqa: F401, PLC0415  reads models, which are not there before

        userbox.register()
        for entry in nav.ENTRIES:
            rail.register(entry)
        for page in nav.SETUP:
            setup.register(page)

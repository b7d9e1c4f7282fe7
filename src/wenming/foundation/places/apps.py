from django.apps import AppConfig

from wenming.kernel import triggers


class PlacesConfig(AppConfig):
    name = "wenming.foundation.places"
    label = "places"

    def ready(self) -> None:
        from wenming.foundation.places import rules  # noqa: F401, PLC0415  registers the permissions

        triggers.append_only("places_pointchange")

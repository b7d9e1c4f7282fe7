from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "wenming.foundation.people"
    label = "people"

    def ready(self) -> None:
        from wenming.foundation.people import userbox  # noqa: PLC0415  reads models, which are not there before

        userbox.register()

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "wenming.foundation.jobs"
    label = "jobs"

    def ready(self) -> None:
        from wenming.foundation.jobs import rules  # noqa: F401, PLC0415  registers the permissions

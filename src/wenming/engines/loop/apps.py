from django.apps import AppConfig


class LoopConfig(AppConfig):
    name = "wenming.engines.loop"
    label = "loop"

    def ready(self) -> None:
        from wenming.engines.loop import rules  # noqa: F401, PLC0415  registers the permissions

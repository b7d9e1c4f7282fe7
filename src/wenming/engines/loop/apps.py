from django.apps import AppConfig

from wenming.kernel.ui import setup


class LoopConfig(AppConfig):
    name = "wenming.engines.loop"
    label = "loop"

    def ready(self) -> None:
        from wenming.engines.loop import rules  # noqa: F401, PLC0415  registers the permissions
        from wenming.engines.loop.nav import SETUP, WORDS_SETUP  # noqa: PLC0415  reads models, which are not there before

        setup.register(SETUP)
        setup.register(WORDS_SETUP)

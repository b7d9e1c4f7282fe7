from django.apps import AppConfig

from wenming.kernel.ui import nav


class DeskConfig(AppConfig):
    name = "wenming.outputs.desk"
    label = "desk"

    def ready(self) -> None:
        from wenming.outputs.desk import rules  # noqa: F401, PLC0415  registers the permission
        from wenming.outputs.desk.nav import ENTRY  # noqa: PLC0415  reads models, which are not there before

        nav.register(ENTRY)

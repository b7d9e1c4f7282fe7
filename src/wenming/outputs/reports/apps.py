from django.apps import AppConfig

from wenming.kernel import triggers
from wenming.kernel.ui import nav


class ReportsConfig(AppConfig):
    name = "wenming.outputs.reports"
    label = "reports"

    def ready(self) -> None:
        from wenming.outputs.reports import rules  # noqa: F401, PLC0415  registers the permissions
        from wenming.outputs.reports.nav import ENTRY  # noqa: PLC0415  reads models, which are not there before

        for table in ("reports_reportissue", "reports_edition", "reports_frozenfigure"):
            triggers.append_only(table)
        nav.register(ENTRY)

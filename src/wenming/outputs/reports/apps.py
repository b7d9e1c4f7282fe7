from django.apps import AppConfig

from wenming.kernel import triggers
from wenming.kernel.ui import nav


class ReportsConfig(AppConfig):
    name = "wenming.outputs.reports"
    label = "reports"

    def ready(self) -> None:
        from wenming.foundation.jobs import registry  # noqa: PLC0415  reads models, which are not there before
        from wenming.outputs.reports import rules  # noqa: F401, PLC0415  registers the permissions
        from wenming.outputs.reports.nav import ENTRY  # noqa: PLC0415  reads models, which are not there before
        from wenming.outputs.reports.printing import KIND, make_pdf  # noqa: PLC0415  reads models, too

        for table in ("reports_reportissue", "reports_edition", "reports_frozenfigure"):
            triggers.append_only(table)
        registry.register(KIND, make_pdf)
        nav.register(ENTRY)

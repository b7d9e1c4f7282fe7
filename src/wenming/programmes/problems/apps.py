from django.apps import AppConfig
from django.urls import reverse

from wenming.kernel import triggers
from wenming.kernel.ui import nav, setup


class ProblemsConfig(AppConfig):
    name = "wenming.programmes.problems"
    label = "problems"

    def ready(self) -> None:
        from wenming.foundation.jobs import registry as jobs  # noqa: PLC0415
        from wenming.foundation.places import pages  # noqa: PLC0415
        from wenming.programmes.problems import access, flow, metrics, rules  # noqa: F401, PLC0415
        from wenming.programmes.problems.nav import FLAGS, INBOX, LIST, REVIEW, SETUP, SITE  # noqa: PLC0415
        from wenming.programmes.problems.selectors import open_under  # noqa: PLC0415
        from wenming.programmes.problems.services import type_models, unit_mergers  # noqa: PLC0415
        from wenming.programmes.standards.selectors import uses  # noqa: PLC0415

        for table in (
            "problemevent",
            "sitedraw",
            "batchreturn",
            "answercomparison",
            "photoflag",
            "photoflaganswer",
            "deadlinedigest",
            "typemodel",
            "typeproposal",
        ):
            triggers.append_only(f"problems_{table}")
        rules.register()
        metrics.register()
        access.register()
        unit_mergers.register()
        jobs.register(type_models.JOB, type_models.train_model)
        for entry in (INBOX, LIST, REVIEW, FLAGS, SITE):
            nav.register(entry)
        for page in SETUP:
            setup.register(page)
        uses.provide(open_under)
        pages.provide(lambda public_id: reverse("problems:point", args=[public_id]))

from django.apps import AppConfig

from wenming.kernel import triggers
from wenming.kernel.ui import beside, nav, onward


class PapersConfig(AppConfig):
    name = "wenming.outputs.papers"
    label = "papers"

    def ready(self) -> None:
        from wenming.foundation.jobs import registry  # noqa: PLC0415  reads models, which are not there before
        from wenming.outputs.papers import rules  # noqa: F401, PLC0415  registers the permissions
        from wenming.outputs.papers.nav import ENTRY, ONWARD, orders_beside  # noqa: PLC0415  reads models, which are not there before
        from wenming.outputs.papers.services import (  # noqa: PLC0415  reads models, which are not there before
            BUILD,
            RECEIPT,
            RELEASE,
            TRY,
            build_papers,
            print_receipt,
            release_paper,
            try_paper,
        )

        triggers.append_only("papers_papertemplate")
        triggers.append_only("papers_paperrelease")
        registry.register(BUILD, build_papers)
        registry.register(RELEASE, release_paper)
        registry.register(TRY, try_paper)
        registry.register(RECEIPT, print_receipt)
        beside.register("problems.link", orders_beside)
        nav.register(ENTRY)
        for door in ONWARD:
            onward.register(door)

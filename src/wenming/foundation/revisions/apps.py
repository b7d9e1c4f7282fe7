from django.apps import AppConfig

from wenming.kernel import triggers


class RevisionsConfig(AppConfig):
    name = "wenming.foundation.revisions"
    label = "revisions"

    def ready(self) -> None:
        triggers.append_only("revisions_revision")

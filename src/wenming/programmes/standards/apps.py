from django.apps import AppConfig

from wenming.kernel import triggers


class StandardsConfig(AppConfig):
    name = "wenming.programmes.standards"
    label = "standards"

    def ready(self) -> None:
        triggers.append_only("standards_publication")

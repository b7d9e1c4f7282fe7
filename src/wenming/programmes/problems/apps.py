from django.apps import AppConfig

from wenming.kernel import triggers


class ProblemsConfig(AppConfig):
    name = "wenming.programmes.problems"
    label = "problems"

    def ready(self) -> None:
        from wenming.programmes.problems import access, flow, metrics, rules  # noqa: F401, PLC0415

        triggers.append_only("problems_problemevent")
        rules.register()
        metrics.register()
        access.register()

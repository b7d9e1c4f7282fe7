from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "wenming.outputs.exchange"
    label = "exchange"

    def ready(self) -> None:
        from wenming.foundation.jobs import registry  # noqa: PLC0415
        from wenming.kernel.ui import userbox  # noqa: PLC0415
        from wenming.outputs.exchange import catalogues, importing, kinds, nav, office, rules  # noqa: F401, PLC0415 - rules declare themselves
        from wenming.outputs.exchange.cases import MESSAGES, REQUESTS  # noqa: PLC0415

        userbox.add_link(nav.IMPORTS)
        userbox.add_link(nav.KEYS)
        userbox.add_link(nav.HOOKS)
        registry.register(importing.JOB, importing.take_job)
        kinds.register("regions", catalogues.take_regions)
        kinds.register("boundaries", catalogues.take_boundaries)
        kinds.register("standard", catalogues.take_standard)
        kinds.register("field-rules", catalogues.take_field_rules)
        kinds.register("problem-types", catalogues.take_problem_types)
        kinds.register("requests", REQUESTS)
        kinds.register("messages", MESSAGES)
        office.register()

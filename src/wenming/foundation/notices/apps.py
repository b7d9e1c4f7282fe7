from django.apps import AppConfig

from wenming.kernel.ui import nav


class NoticesConfig(AppConfig):
    name = "wenming.foundation.notices"
    label = "notices"

    def ready(self) -> None:
        from wenming.foundation.notices import account, rules  # noqa: F401, PLC0415  registers the permissions
        from wenming.foundation.notices.nav import ENTRY  # noqa: PLC0415  reads models, which are not there before
        from wenming.foundation.people import telling  # noqa: PLC0415  by the way that its own app goes

        nav.register(ENTRY)
        telling.provide(account.tell)

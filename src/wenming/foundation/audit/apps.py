from django.apps import AppConfig

from wenming.kernel import triggers


class AuditConfig(AppConfig):
    name = "wenming.foundation.audit"
    label = "audit"

    def ready(self) -> None:
        triggers.append_only("audit_auditrecord")
        triggers.append_only("audit_auditseal")

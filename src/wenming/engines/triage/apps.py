from django.apps import AppConfig


class TriageConfig(AppConfig):
    name = "wenming.engines.triage"
    label = "triage"

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "wenming.outputs.reports"
    label = "reports"

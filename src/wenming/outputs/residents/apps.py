from django.apps import AppConfig


class ResidentsConfig(AppConfig):
    name = "wenming.outputs.residents"
    label = "residents"

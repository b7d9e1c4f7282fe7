from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "wenming.outputs.exchange"
    label = "exchange"

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "wenming.config"
    label = "config"

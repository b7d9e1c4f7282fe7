from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "wenming.kernel"
    label = "kernel"

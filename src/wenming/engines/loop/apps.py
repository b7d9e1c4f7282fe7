from django.apps import AppConfig


class LoopConfig(AppConfig):
    name = "wenming.engines.loop"
    label = "loop"

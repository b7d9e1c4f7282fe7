from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "wenming.outputs.desk"
    label = "desk"

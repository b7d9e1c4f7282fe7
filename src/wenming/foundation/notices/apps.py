from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "wenming.foundation.notices"
    label = "notices"

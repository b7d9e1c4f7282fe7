from django.apps import AppConfig


class ThrottleConfig(AppConfig):
    name = "wenming.foundation.throttle"
    label = "throttle"

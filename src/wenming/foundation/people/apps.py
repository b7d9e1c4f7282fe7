from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "wenming.foundation.people"
    label = "people"

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "wenming.foundation.places"
    label = "places"

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "wenming.foundation.files"
    label = "files"

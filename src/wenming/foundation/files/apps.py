from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "wenming.foundation.files"
    label = "files"

    def ready(self) -> None:
        from wenming.foundation.files import rules  # noqa: F401, PLC0415  registers the permissions
